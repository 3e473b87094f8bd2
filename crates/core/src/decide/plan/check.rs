//! Whether a plan holds, worked out anew from its visits alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::frame::works_in;
use super::place::{Place, Roads};
use super::trip::{Kind, Trip};
use super::{Ask, Plan, Unmet, hours};
use crate::assess::Assessment;
use crate::parameters::Parameters;

/// What rounding may add to hours or probabilities.
const ROUNDING: f64 = 1e-6;

/// Everything that does not hold in a plan, in words; empty when it does: days and hours of teams, time to drive, one visit a site, who may
/// go where, what must be visited, the displacement guard, the random part. Cost: linear in visits, sites and areas.
#[must_use]
pub fn check(a: &Assessment<'_>, ask: &Ask<'_>, plan: &Plan) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen: HashMap<u32, (&Trip, Kind)> = HashMap::new();
    for trip in &plan.trips {
        let team = &ask.teams[trip.team as usize];
        let area = &plan.frame.areas[trip.area as usize];
        if !works_in(team, area.country, &area.province, ask.across_provinces) {
            wrong.push(format!("team {} is sent to {}", team.id, area.name));
        }
        if trip.visits.is_empty() {
            wrong.push(format!("team {} goes to {} for nothing", team.id, area.name));
        }
        for visit in &trip.visits {
            let candidate = &plan.frame.candidates[visit.candidate as usize];
            let id = a.network.site_id(candidate.site as usize);
            if candidate.area != trip.area {
                wrong.push(format!("site {id} is not in {}", area.name));
            }
            if seen.insert(candidate.site, (trip, visit.kind)).is_some() {
                wrong.push(format!("site {id} is visited twice"));
            }
            if candidate.barred == Some(trip.team) && visit.kind != Kind::Random {
                wrong.push(format!("team {} returns to site {id}", team.id));
            }
            if (visit.kind == Kind::Random) != visit.inclusion.is_some() {
                wrong.push(format!("site {id}: only a random visit has a probability"));
            }
        }
        wrong.extend(hours_of(a.parameters, ask, plan, trip));
    }
    wrong.extend(days(ask, plan));
    wrong.extend(duties(a, ask, plan, &seen));
    wrong.extend(random(a, plan));
    wrong
}

/// The clock of a trip from the times it states: between two visits there must be working hours enough to drive.
fn hours_of(p: &Parameters, ask: &Ask<'_>, plan: &Plan, trip: &Trip) -> Vec<String> {
    let roads = Roads::new(&p.planning.scalars, ask.travel);
    let h = hours(&p.planning.scalars);
    let team = &ask.teams[trip.team as usize];
    let at = |visit: &super::Visit| f64::from(visit.day) * h.day + visit.start;
    let mut wrong = Vec::new();
    let (mut from, mut free): (&Place, f64) = (&team.home, h.fixed);
    let mut by_day: BTreeMap<u32, u32> = BTreeMap::new();
    let mut driven = 0.0;
    for visit in &trip.visits {
        let place = &plan.frame.candidates[visit.candidate as usize].place;
        let drive = roads.hours(from, place);
        driven += drive;
        if at(visit) + ROUNDING < free + drive {
            wrong.push(format!("team {}: no time to drive {drive:.2} h", team.id));
        }
        if visit.start + h.visit > h.day + ROUNDING {
            wrong.push(format!("team {}: a visit ends after the working day", team.id));
        }
        *by_day.entry(visit.day).or_insert(0) += 1;
        (from, free) = (place, at(visit) + h.visit);
    }
    let home = roads.hours(from, &team.home);
    driven += home;
    if free + home > f64::from(trip.days) * h.day + ROUNDING {
        wrong.push(format!("team {} is not home by the end of its trip", team.id));
    }
    if by_day.values().any(|visits| *visits > team.daily_sites) {
        wrong.push(format!("team {} has more visits on a day than it makes", team.id));
    }
    if trip.driving.len() != trip.days as usize || (trip.driving.iter().sum::<f64>() - driven).abs() > ROUNDING {
        wrong.push(format!("team {}: hours of driving are not those of its tour", team.id));
    }
    wrong
}

/// Days of teams: none twice, none too many.
fn days(ask: &Ask<'_>, plan: &Plan) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut taken: HashSet<(u32, u32)> = HashSet::new();
    let mut used = vec![0u32; ask.teams.len()];
    for trip in &plan.trips {
        used[trip.team as usize] += trip.days;
        for day in trip.first_day..trip.first_day + trip.days {
            if !taken.insert((trip.team, day)) {
                wrong.push(format!("team {} is in two places on day {}", ask.teams[trip.team as usize].id, day + 1));
            }
            if !ask.dates.is_empty() && day as usize >= ask.dates.len() {
                wrong.push(format!("team {} works beyond the last working day", ask.teams[trip.team as usize].id));
            }
        }
    }
    for (team, used) in ask.teams.iter().zip(used).filter(|(team, used)| *used > team.days) {
        wrong.push(format!("team {} works {used} days of {}", team.id, team.days));
    }
    wrong
}

/// What must be visited is, or is listed as unmet.
fn duties(a: &Assessment<'_>, ask: &Ask<'_>, plan: &Plan, seen: &HashMap<u32, (&Trip, Kind)>) -> Vec<String> {
    let mut wrong = Vec::new();
    let share = a.parameters.planning.scalars.displacement_share.mean;
    let mut visits = vec![0u32; plan.frame.areas.len()];
    plan.trips.iter().for_each(|t| visits[t.area as usize] += t.visits.len() as u32);
    for (row, candidate) in plan.frame.candidates.iter().enumerate() {
        let row = row as u32;
        let id = a.network.site_id(candidate.site as usize);
        let visit = seen.get(&candidate.site);
        if candidate.follow_up && visit.is_none() && !plan.unmet.contains(&Unmet::FollowUp(row)) {
            wrong.push(format!("the follow-up of site {id} is forgotten"));
        }
        let Some((trip, Kind::FollowUp | Kind::Targeted)) = visit else { continue };
        let takes = |r: &&u32| plan.frame.candidates[**r as usize].barred != Some(trip.team);
        let allowed = candidate.homework.iter().filter(takes).count() as f64;
        let asked = (share * allowed).ceil().min(f64::from(ask.teams[trip.team as usize].daily_sites));
        let done = candidate.homework.iter().filter(|r| seen.contains_key(&plan.frame.candidates[**r as usize].site)).count() as f64;
        let listed = plan.unmet.iter().any(|u| matches!(u, Unmet::Displacement(r, _) if *r == row));
        if done < asked && !listed {
            wrong.push(format!("too few of the sites that take in work from site {id} are visited"));
        }
    }
    for (row, area) in plan.frame.areas.iter().enumerate() {
        let asked = ask.district_minimum.min(area.candidates.len() as u32);
        let listed = plan.unmet.iter().any(|u| matches!(u, Unmet::DistrictMinimum(r, _) if *r as usize == row));
        if visits[row] < asked && !listed {
            wrong.push(format!("{} is below its minimum", area.name));
        }
    }
    wrong
}

/// The random part is the one that was drawn, and its probabilities are those of the design.
fn random(a: &Assessment<'_>, plan: &Plan) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut drawn: HashMap<u32, f64> = HashMap::new();
    for stratum in &plan.design.strata {
        let expected: f64 = stratum.areas.iter().map(|s| s.probability).sum();
        if (expected - f64::from(stratum.draws)).abs() > ROUNDING {
            wrong.push(format!("probabilities of districts sum to {expected}, not to {} draws", stratum.draws));
        }
        for stage in &stratum.areas {
            let sites = plan.frame.areas[stage.area as usize].candidates.len() as f64;
            let inclusion = stage.probability * f64::from(stage.n) / sites;
            if !(0.0..=1.0 + ROUNDING).contains(&inclusion) {
                wrong.push(format!("an inclusion probability is {inclusion}"));
            }
            drawn.extend(stage.drawn.iter().map(|&row| (row, inclusion)));
        }
    }
    for visit in plan.trips.iter().flat_map(|t| &t.visits) {
        if let Some(stated) = visit.inclusion {
            let id = a.network.site_id(plan.frame.candidates[visit.candidate as usize].site as usize);
            match drawn.remove(&visit.candidate) {
                Some(inclusion) if (inclusion - stated).abs() < ROUNDING => {}
                _ => wrong.push(format!("site {id} is no draw of the design")),
            }
        }
    }
    if !drawn.is_empty() {
        wrong.push(format!("{} random draws are not visited", drawn.len()));
    }
    wrong
}
