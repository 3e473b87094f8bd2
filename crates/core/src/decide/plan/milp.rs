//! The choice as a mixed-integer program, and the LP relaxation that bounds it.

use std::collections::BTreeMap;
use std::time::Duration;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, TerminationReason, Variable};

use super::Setting;
use super::counts::Counts;

/// How many trips of each option.
pub(crate) type Trips = Vec<u32>;

/// What the solver found.
pub(crate) struct Solved {
    /// Trips by option; `None` when no plan was found in time.
    pub trips: Option<Trips>,
    /// It ran into the time limit.
    pub timed_out: bool,
}

/// Relative gap at which the search ends.
const GAP: f64 = 2e-3;
/// Nodes after which it ends whatever it has: the same on every machine.
const NODES: u64 = 2_000;

struct Model {
    problem: Problem,
    trips: Vec<Variable>,
}

/// Most of Σ worth over trips and visits: by option the number of trips, by class and step the number of visits, and where some sites are
/// barred to a team the visits of each team to each class.
fn model(s: &Setting<'_>, counts: &Counts, visits: impl Fn(usize) -> u32, whole: bool) -> Model {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let trips: Vec<Variable> =
        counts
            .options
            .iter()
            .map(|o| {
                if whole { problem.add_integer_var(0.0, (0, o.most.cast_signed())) } else { problem.add_var(0.0, (0.0, f64::from(o.most))) }
            })
            .collect();
    for (team, days) in counts.days.iter().enumerate() {
        let own = counts.options.iter().zip(&trips).filter(|(o, _)| o.team as usize == team);
        let terms: Vec<(Variable, f64)> = own.map(|(o, &x)| (x, f64::from(o.days))).collect();
        if !terms.is_empty() {
            problem.add_constraint(terms.as_slice(), ComparisonOp::Le, f64::from(*days));
        }
    }
    if whole && counts.weekly {
        keep_to_weeks(&mut problem, s, counts, &trips);
    }
    for area in 0..s.frame.areas.len() as u32 {
        let classes: Vec<_> = counts.classes.iter().filter(|c| c.area == area).collect();
        let options: Vec<usize> = (0..counts.options.len()).filter(|&k| counts.options[k].area == area).collect();
        if classes.is_empty() || options.is_empty() {
            continue;
        }
        let mut all: Vec<(Variable, f64)> = Vec::new();
        let mut by_class: Vec<Vec<(Variable, f64)>> = Vec::new();
        for class in &classes {
            let steps: Vec<(Variable, f64)> =
                class.steps.iter().map(|&(worth, sites)| (problem.add_var(worth, (0.0, f64::from(sites))), 1.0)).collect();
            all.extend(&steps);
            by_class.push(steps);
        }
        if counts.least[area as usize] > 0 {
            problem.add_constraint(all.as_slice(), ComparisonOp::Ge, f64::from(counts.least[area as usize]));
        }
        for (class, steps) in classes.iter().zip(&by_class).filter(|(c, _)| c.must) {
            let sites: u32 = class.steps.iter().map(|x| x.1).sum();
            problem.add_constraint(steps.as_slice(), ComparisonOp::Ge, f64::from(sites));
        }
        if counts.least[area as usize] > 0 || classes.iter().any(|c| c.must) {
            let any: Vec<(Variable, f64)> = options.iter().map(|&k| (trips[k], 1.0)).collect();
            problem.add_constraint(any.as_slice(), ComparisonOp::Ge, 1.0);
        }
        // part of a trip visits part of the worthiest sites: without this the relaxation takes the best of every district with a bit of a trip
        for (class, steps) in classes.iter().zip(&by_class) {
            let own: Vec<usize> = options.iter().copied().filter(|&k| class.barred != Some(counts.options[k].team)).collect();
            let most = own.iter().map(|&k| visits(k)).max().unwrap_or(0);
            let (mut terms, mut sites) = (Vec::new(), 0);
            for (step, &(_, count)) in steps.iter().zip(&class.steps) {
                terms.push(*step);
                sites += count;
                if sites >= most {
                    break;
                }
                let trips = own.iter().map(|&k| (trips[k], -f64::from(visits(k).min(sites))));
                let all: Vec<(Variable, f64)> = terms.iter().copied().chain(trips).collect();
                problem.add_constraint(all.as_slice(), ComparisonOp::Le, 0.0);
            }
        }
        let held = |team: Option<u32>| -> Vec<(Variable, f64)> {
            let own = options.iter().filter(|&&k| team.is_none_or(|t| counts.options[k].team == t));
            own.map(|&k| (trips[k], -f64::from(visits(k)))).collect()
        };
        if classes.iter().all(|c| c.barred.is_none()) {
            all.extend(held(None));
            problem.add_constraint(all.as_slice(), ComparisonOp::Le, 0.0);
            continue;
        }
        let mut teams: Vec<u32> = options.iter().map(|&k| counts.options[k].team).collect();
        teams.sort_unstable();
        teams.dedup();
        let mut by_team: Vec<Vec<(Variable, f64)>> = teams.iter().map(|&t| held(Some(t))).collect();
        for (class, mut steps) in classes.iter().zip(by_class) {
            for (_, load) in teams.iter().zip(&mut by_team).filter(|(t, _)| class.barred != Some(**t)) {
                let visits = problem.add_var(0.0, (0.0, f64::INFINITY));
                load.push((visits, 1.0));
                steps.push((visits, -1.0));
            }
            problem.add_constraint(steps.as_slice(), ComparisonOp::Eq, 0.0);
        }
        for load in by_team {
            problem.add_constraint(load.as_slice(), ComparisonOp::Le, 0.0);
        }
    }
    Model { problem, trips }
}

/// All ways to part a number of days into trips, each as the number of trips by their days less one.
fn partitions(days: u32, longest: u32) -> Vec<Vec<u32>> {
    if days == 0 {
        return vec![Vec::new()];
    }
    let mut out = Vec::new();
    for first in 1..=longest.min(days) {
        for mut rest in partitions(days - first, first) {
            rest.resize(rest.len().max(first as usize), 0);
            rest[first as usize - 1] += 1;
            out.push(rest);
        }
    }
    out
}

/// Every trip lies within a week: each week of a team is parted into trips in some way, and there are no more trips of a length than the
/// parts allow. The bound does without.
fn keep_to_weeks(problem: &mut Problem, s: &Setting<'_>, counts: &Counts, trips: &[Variable]) {
    let mut weeks: BTreeMap<u32, u32> = BTreeMap::new();
    s.weeks.iter().filter(|days| **days > 0).for_each(|days| *weeks.entry(*days).or_insert(0) += 1);
    let longest = s.weeks.iter().copied().max().unwrap_or(0);
    for team in 0..s.teams.len() {
        let mut parts: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); longest as usize];
        for (&days, &count) in &weeks {
            let ways = partitions(days, days);
            let vars: Vec<Variable> = ways.iter().map(|_| problem.add_integer_var(0.0, (0, count.cast_signed()))).collect();
            let all: Vec<(Variable, f64)> = vars.iter().map(|&x| (x, 1.0)).collect();
            problem.add_constraint(all.as_slice(), ComparisonOp::Le, f64::from(count));
            for (way, &x) in ways.iter().zip(&vars) {
                for (part, &n) in parts.iter_mut().zip(way).filter(|(_, n)| **n > 0) {
                    part.push((x, -f64::from(n)));
                }
            }
        }
        for (part, days) in parts.iter_mut().zip(1..) {
            let own = counts.options.iter().zip(trips).filter(|(o, _)| o.team as usize == team && o.days == days);
            part.extend(own.map(|(_, &x)| (x, 1.0)));
            let drawn = counts.drawn[team].iter().filter(|d| **d == days).count();
            problem.add_constraint(part.as_slice(), ComparisonOp::Le, -(drawn as f64));
        }
    }
}

/// Best worth of the LP relaxation, with as many visits a trip as no trip can exceed; `None` when it was not solved in time or nothing
/// satisfies it.
pub(crate) fn bound(s: &Setting<'_>, counts: &Counts, limit: Option<Duration>) -> Option<f64> {
    let model = model(s, counts, |k| counts.options[k].most_visits, false);
    let mut options = SolveOptions::default();
    options.time_limit = limit;
    let solution = model.problem.solve_with(options).ok()?.into_solution().ok()?;
    (solution.termination_reason() == TerminationReason::ProvenOptimal).then(|| solution.objective())
}

/// Trips of the mixed-integer program, with as many visits a trip as were found to fit. The search ends within 0.2 % of its own bound, after
/// 2,000 nodes, or when the time is out.
pub(crate) fn solve(s: &Setting<'_>, counts: &Counts, limit: Option<Duration>) -> Solved {
    let model = model(s, counts, |k| counts.options[k].visits, true);
    let mut options = SolveOptions::default();
    options.time_limit = limit;
    options.mip_gap = GAP;
    options.node_limit = Some(NODES);
    let outcome = model.problem.solve_with(options).ok();
    let timed_out = outcome.as_ref().is_some_and(|o| o.termination_reason() == TerminationReason::TimeLimit);
    let trips = outcome
        .and_then(|o| o.into_solution().ok())
        .map(|solution| model.trips.iter().map(|&x| solution.var_value(x).round().max(0.0) as u32).collect());
    Solved { trips, timed_out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_parted_in_all_ways() {
        let ways = partitions(5, 5);
        assert_eq!(ways.len(), 7, "partitions of five");
        for way in ways {
            assert_eq!(way.iter().zip(1..).map(|(n, days)| n * days).sum::<u32>(), 5);
        }
    }
}
