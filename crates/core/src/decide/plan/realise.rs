//! From counts to trips with sites, and the better of two ways to choose.

use std::time::Duration;

use super::calendar::packs;
use super::counts::{Counts, classes};
use super::greedy::Making;
use super::milp::{Trips, bound, solve};
use super::sampling::Design;
use super::trip::{Kind, Trip, homework_lacking, through};
use super::{Quality, Setting, SolvedBy, Unmet};
use crate::error::{Error, Result};
use crate::observer::Observer;

/// Trips of the random part; its sizes are such that they fit.
pub(crate) fn random_trips(s: &Setting<'_>, design: &Design) -> Result<Vec<Trip>> {
    let mut left: Vec<u32> = s.teams.iter().map(|t| t.days).collect();
    let mut out = Vec::new();
    for stage in design.strata.iter().flat_map(|stratum| &stratum.areas) {
        let Some(team) = stage.team else { continue };
        let visits: Vec<(u32, Kind)> = stage.drawn.iter().map(|&row| (row, Kind::Random)).collect();
        let trip = through(s, team, stage.area, &visits, Some(stage.inclusion()), left[team as usize])
            .ok_or(Error::BrokenPlan { what: "a random draw does not fit".to_owned() })?;
        left[team as usize] -= trip.days;
        out.push(trip);
    }
    Ok(out)
}

/// Chosen trips with what is known of how good they are. First for all teams together, then for each team anew beside the trips of the
/// others, which knows what sites those leave.
pub(crate) fn best(
    s: &Setting<'_>,
    counts: &Counts,
    random: &[Trip],
    limit: Option<Duration>,
    observer: &dyn Observer,
) -> Result<(Vec<Trip>, Quality)> {
    let mut chosen = choose(s, counts, random, limit, observer)?;
    let merit = |trips: &[Trip]| merit(s, counts, random, trips);
    for team in 0..s.teams.len() as u32 {
        let others: Vec<Trip> = chosen.trips.iter().filter(|t| t.team != team).cloned().collect();
        let fixed: Vec<Trip> = random.iter().chain(&others).cloned().collect();
        let own = choose(s, &Counts::new(s, &fixed, counts.minimum), &fixed, limit, observer)?;
        let trips: Vec<Trip> = others.into_iter().chain(own.trips).collect();
        chosen.timed_out |= own.timed_out;
        if merit(&trips).better(&merit(&chosen.trips)) {
            let by = if own.by == SolvedBy::Milp { own.by } else { chosen.by };
            chosen = Chosen { trips, by, ..chosen };
        }
    }
    let worth = worth(s, &chosen.trips);
    let bound = bound(s, &kept(s, counts, &chosen.trips), limit).unwrap_or_else(|| coarse_bound(s, counts)).max(worth);
    let gap = if worth > 0.0 { (bound - worth) / worth } else { 0.0 };
    Ok((chosen.trips, Quality { by: chosen.by, worth, bound, gap, timed_out: chosen.timed_out }))
}

/// Trips, and how they were chosen.
struct Chosen {
    trips: Vec<Trip>,
    by: SolvedBy,
    timed_out: bool,
}

/// Trips of the mixed-integer program or one after another, whichever keep more of what must be and are worth more.
fn choose(s: &Setting<'_>, counts: &Counts, fixed: &[Trip], limit: Option<Duration>, observer: &dyn Observer) -> Result<Chosen> {
    let mut greedy = Making::new(s, counts, observer);
    greedy.duties()?;
    greedy.fill()?;
    let mut out = Chosen { trips: greedy.trips, by: SolvedBy::Greedy, timed_out: false };
    observer.check()?;
    // what cannot be kept one trip after another is not asked of the solver
    let solved = solve(s, &kept(s, counts, &out.trips), limit);
    out.timed_out = solved.timed_out;
    if let Some(trips) = &solved.trips {
        let milp = of_counts(s, counts, trips, observer)?;
        if merit(s, counts, fixed, &milp).better(&merit(s, counts, fixed, &out.trips)) {
            out = Chosen { trips: milp, by: SolvedBy::Milp, ..out };
        }
    }
    Ok(out)
}

/// What trips are judged by, the first that differs.
struct Merit {
    follow_ups_unmet: usize,
    below_minimum: u32,
    worth: f64,
}

impl Merit {
    fn better(&self, other: &Self) -> bool {
        let duties = |m: &Self| (m.follow_ups_unmet, m.below_minimum);
        duties(self).cmp(&duties(other)).then(other.worth.total_cmp(&self.worth)).is_lt()
    }
}

/// Merit of chosen trips beside those that are fixed.
fn merit(s: &Setting<'_>, counts: &Counts, fixed: &[Trip], trips: &[Trip]) -> Merit {
    let all: Vec<Trip> = fixed.iter().chain(trips).cloned().collect();
    let follow_ups_unmet = unmet(s, &all, 0).iter().filter(|u| matches!(u, Unmet::FollowUp(_))).count();
    Merit { follow_ups_unmet, below_minimum: below(s, counts, trips), worth: worth(s, trips) }
}

fn worth(s: &Setting<'_>, trips: &[Trip]) -> f64 {
    trips.iter().map(|t| t.worth(s.frame)).sum()
}

/// Visits lacking to the minimum of all areas.
fn below(s: &Setting<'_>, counts: &Counts, trips: &[Trip]) -> u32 {
    let mut visits = vec![0u32; s.frame.areas.len()];
    for trip in trips {
        visits[trip.area as usize] += trip.visits.len() as u32;
    }
    counts.least.iter().zip(visits).map(|(least, v)| least.saturating_sub(v)).sum()
}

/// The counts with only those duties that some trips keep, and within weeks only if those are.
fn kept(s: &Setting<'_>, counts: &Counts, trips: &[Trip]) -> Counts {
    let mut out = counts.clone();
    let mut visits = vec![0u32; s.frame.areas.len()];
    let mut visited = vec![false; s.frame.candidates.len()];
    for trip in trips {
        visits[trip.area as usize] += trip.visits.len() as u32;
        trip.visits.iter().for_each(|v| visited[v.candidate as usize] = true);
    }
    for (least, v) in out.least.iter_mut().zip(visits) {
        *least = (*least).min(v);
    }
    // what must be goes before weekends
    out.weekly &= counts.drawn.iter().enumerate().all(|(team, drawn)| {
        let own = trips.iter().filter(|t| t.team as usize == team).map(|t| t.days);
        packs(&drawn.iter().copied().chain(own).collect::<Vec<u32>>(), s.weeks)
    });
    out.classes = classes(s, &counts.free, &counts.most, |row| visited[row] && s.frame.candidates[row].follow_up);
    out
}

/// Trips with sites, area by area, the longest first; days that are left are filled.
fn of_counts(s: &Setting<'_>, counts: &Counts, trips: &Trips, observer: &dyn Observer) -> Result<Vec<Trip>> {
    let mut making = Making::new(s, counts, observer);
    let mut options: Vec<(usize, u32)> = trips.iter().enumerate().filter(|(_, n)| **n > 0).map(|(k, n)| (k, *n)).collect();
    options.sort_by_key(|&(k, _)| (counts.options[k].area, std::cmp::Reverse(counts.options[k].days), counts.options[k].team));
    for (k, times) in options {
        let o = &counts.options[k];
        for _ in 0..times {
            observer.check()?;
            let must = making.follow_ups(o.area);
            if making.holds(o.team, o.days)
                && let Some(trip) = super::trip::build(s, o.team, o.area, o.days, &must, &making.free)
            {
                making.take(trip);
            }
        }
    }
    making.duties()?;
    making.fill()?;
    Ok(making.trips)
}

/// A bound without a solver: the worthiest sites, as many as all days hold.
fn coarse_bound(s: &Setting<'_>, counts: &Counts) -> f64 {
    let visits: u32 = counts.days.iter().zip(s.teams).map(|(days, team)| days * team.daily_sites).sum();
    let free = s.frame.candidates.iter().zip(&counts.free).filter(|(_, free)| **free);
    let mut worths: Vec<f64> = free.map(|(c, _)| c.worth).collect();
    worths.sort_by(|x, y| y.total_cmp(x));
    worths.iter().take(visits as usize).sum()
}

/// What was asked for and is not in the trips.
pub(crate) fn unmet(s: &Setting<'_>, trips: &[Trip], district_minimum: u32) -> Vec<Unmet> {
    let mut by: Vec<Option<(u32, Kind)>> = vec![None; s.frame.candidates.len()];
    let mut visits = vec![0u32; s.frame.areas.len()];
    for trip in trips {
        visits[trip.area as usize] += trip.visits.len() as u32;
        trip.visits.iter().for_each(|v| by[v.candidate as usize] = Some((trip.team, v.kind)));
    }
    let mut out = Vec::new();
    for (row, candidate) in s.frame.candidates.iter().enumerate() {
        let row = row as u32;
        match by[row as usize] {
            None if candidate.follow_up => out.push(Unmet::FollowUp(row)),
            Some((team, Kind::FollowUp | Kind::Targeted)) => {
                let lacking = homework_lacking(s, row, team, |r| by[r as usize].is_some());
                if lacking > 0 {
                    out.push(Unmet::Displacement(row, lacking));
                }
            }
            _ => {}
        }
    }
    for (row, area) in s.frame.areas.iter().enumerate() {
        let asked = district_minimum.min(area.candidates.len() as u32);
        if visits[row] < asked {
            out.push(Unmet::DistrictMinimum(row as u32, asked - visits[row]));
        }
    }
    out
}
