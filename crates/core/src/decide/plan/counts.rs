//! The choice as counts: equation (8.2). In a district sites of a class cost alike, so what is chosen is how many trips of how many days
//! each team makes to each district; which sites they take in follows.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Setting;
use super::calendar::packs;
use super::frame::works_in;
use super::route;
use super::trip::{Trip, build, may};

/// Trips of one length of a team to an area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TripOption {
    /// Row of the team.
    pub team: u32,
    /// Row of the area.
    pub area: u32,
    /// Days.
    pub days: u32,
    /// Visits that a trip was found to hold.
    pub visits: u32,
    /// Visits that no trip can exceed: sites at the roadside, each next to the other.
    pub most_visits: u32,
    /// Most such trips.
    pub most: u32,
}

/// Sites of an area that are alike in who may visit them and whether they must be visited.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Row of the area.
    pub area: u32,
    /// Team that may not.
    pub barred: Option<u32>,
    /// All of them must be visited.
    pub must: bool,
    /// Worth of a visit and number of sites of (about) that worth, the worthiest first.
    pub steps: Vec<(f64, u32)>,
}

/// The choice as counts.
#[derive(Debug, Clone)]
pub struct Counts {
    /// Days left to each team.
    pub days: Vec<u32>,
    /// Candidates that may be chosen: not in a fixed trip.
    pub free: Vec<bool>,
    /// Trips.
    pub options: Vec<TripOption>,
    /// Classes of sites.
    pub classes: Vec<Class>,
    /// Fewest visits to each area.
    pub least: Vec<u32>,
    /// Fewest visits to each area that were asked for.
    pub minimum: u32,
    /// Most visits to each area in all days.
    pub most: Vec<u32>,
    /// Days of each fixed trip, by team.
    pub drawn: Vec<Vec<u32>>,
    /// Trips are to lie within weeks.
    pub weekly: bool,
}

/// Sites whose worth differs by less are counted as one step, at the worth of the best: the bound stays a bound.
const ALIKE: f64 = 1e-3;

impl Counts {
    /// Counts what can be chosen beside trips that are fixed: the random part, and those of other teams. Cost: a few tries for each team, area within its province and length.
    #[must_use]
    pub(crate) fn new(s: &Setting<'_>, fixed: &[Trip], district_minimum: u32) -> Self {
        let mut free = vec![true; s.frame.candidates.len()];
        let mut days: Vec<u32> = s.teams.iter().map(|t| t.days).collect();
        let mut visited = vec![0u32; s.frame.areas.len()];
        for trip in fixed {
            days[trip.team as usize] = days[trip.team as usize].saturating_sub(trip.days);
            visited[trip.area as usize] += trip.visits.len() as u32;
            trip.visits.iter().for_each(|v| free[v.candidate as usize] = false);
        }
        let of = |team: usize| fixed.iter().filter(|t| t.team as usize == team).map(|t| t.days).collect();
        let drawn: Vec<Vec<u32>> = (0..s.teams.len()).map(of).collect();
        let weekly = drawn.iter().all(|days| packs(days, s.weeks));
        let options = options(s, &days, &free);
        let most = most_visits(s, &options);
        let classes = classes(s, &free, &most, |row| s.frame.candidates[row].follow_up);
        let mut least = vec![0; s.frame.areas.len()];
        for (row, area) in s.frame.areas.iter().enumerate() {
            let sites = area.candidates.clone().filter(|&r| free[r]).count() as u32;
            least[row] = district_minimum.saturating_sub(visited[row]).min(sites).min(most[row]);
        }
        Self { days, free, options, classes, least, minimum: district_minimum, most, drawn, weekly }
    }
}

/// Free follow-ups of an area, the gravest first.
pub(crate) fn follow_ups(s: &Setting<'_>, area: u32, free: &[bool]) -> Vec<u32> {
    let rows = s.frame.areas[area as usize].candidates.clone();
    let mut out: Vec<u32> = rows.filter(|&r| free[r] && s.frame.candidates[r].follow_up).map(|r| r as u32).collect();
    out.sort_by_key(|&r| (std::cmp::Reverse(s.frame.candidates[r as usize].class), r));
    out
}

/// Trips of each team to each area of its province, of each length that takes in more than a shorter one.
fn options(s: &Setting<'_>, days: &[u32], free: &[bool]) -> Vec<TripOption> {
    let mut pairs = Vec::new();
    for (team, left) in days.iter().enumerate().filter(|(_, left)| **left > 0) {
        for (row, area) in s.frame.areas.iter().enumerate() {
            if works_in(&s.teams[team], area.country, &area.province, s.across_provinces) {
                pairs.push((team as u32, row as u32, *left));
            }
        }
    }
    let of_pair = |&(team, area, left): &(u32, u32, u32)| {
        let far = s.roads.hours(&s.teams[team as usize].home, &s.frame.areas[area as usize].middle) > s.hours.near;
        let longest = if far { s.hours.trip_days.min(left) } else { 1 };
        let mut found: Vec<TripOption> = Vec::new();
        for days in 1..=longest {
            let most_visits = most_visits_in(s, team, area, days, free);
            if most_visits == 0 {
                continue;
            }
            let visits = build(s, team, area, days, &[], free).map_or(0, |trip| trip.visits.len() as u32);
            if visits > found.last().map_or(0, |o| o.visits) || most_visits > found.last().map_or(0, |o| o.most_visits) {
                found.push(TripOption { team, area, days, visits, most_visits, most: left / days });
            }
        }
        found
    };
    pairs.par_iter().map(of_pair).collect::<Vec<_>>().into_iter().flatten().collect()
}

/// Visits that no trip of so many days exceeds: nearest site out, nearest site home, all others at the roadside.
fn most_visits_in(s: &Setting<'_>, team: u32, area: u32, days: u32, free: &[bool]) -> u32 {
    let own = &s.teams[team as usize];
    let rows = s.frame.areas[area as usize].candidates.clone().filter(|&r| free[r] && may(s, team, r as u32));
    let (mut sites, mut out, mut home) = (0u32, f64::INFINITY, f64::INFINITY);
    for row in rows {
        let place = &s.frame.candidates[row].place;
        sites += 1;
        out = out.min(s.roads.hours(&own.home, place));
        home = home.min(s.roads.hours(place, &own.home));
    }
    if sites == 0 { 0 } else { route::most_visits(own, &s.hours, days, [out, s.roads.least(), home]).min(sites) }
}

/// Most visits to each area in all days of all teams.
fn most_visits(s: &Setting<'_>, options: &[TripOption]) -> Vec<u32> {
    let mut by: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let mut days: BTreeMap<u32, u32> = BTreeMap::new();
    for o in options {
        let daily = by.entry((o.area, o.team)).or_insert(0.0);
        *daily = daily.max(f64::from(o.most_visits) / f64::from(o.days));
        let left = days.entry(o.team).or_insert(0);
        *left = (*left).max(o.most * o.days);
    }
    let mut out = vec![0u32; s.frame.areas.len()];
    for ((area, team), daily) in by {
        let days = s.teams[team as usize].days.min(days.get(&team).copied().unwrap_or(0) + s.hours.trip_days);
        out[area as usize] += (daily * f64::from(days)).ceil() as u32;
    }
    out
}

/// Classes of all areas; `must` says which sites must be visited.
pub(crate) fn classes(s: &Setting<'_>, free: &[bool], most: &[u32], must: impl Fn(usize) -> bool) -> Vec<Class> {
    let each = |(area, most): (usize, &u32)| classes_of(s, area as u32, free, *most, &must);
    most.iter().enumerate().flat_map(each).collect()
}

fn classes_of(s: &Setting<'_>, area: u32, free: &[bool], most: u32, must: &impl Fn(usize) -> bool) -> Vec<Class> {
    let mut by: BTreeMap<(bool, Option<u32>), Vec<f64>> = BTreeMap::new();
    for row in s.frame.areas[area as usize].candidates.clone().filter(|&r| free[r]) {
        let c = &s.frame.candidates[row];
        let worths = by.entry((!must(row), c.barred)).or_default();
        // beyond that no trip comes; rows are in order of worth
        if must(row) || worths.len() < most as usize {
            worths.push(c.worth);
        }
    }
    let class = |((chosen, barred), worths): ((bool, Option<u32>), Vec<f64>)| {
        let mut steps: Vec<(f64, u32)> = Vec::new();
        for worth in worths {
            match steps.last_mut() {
                Some((top, count)) if worth >= *top * (1.0 - ALIKE) => *count += 1,
                _ => steps.push((worth, 1)),
            }
        }
        Class { area, barred, must: !chosen, steps }
    };
    by.into_iter().map(class).collect()
}
