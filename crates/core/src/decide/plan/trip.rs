//! Trips: building the one that reaches most in given days.

use std::cmp::Ordering;

use super::Setting;
use super::frame::Frame;
use super::place::Place;
use super::route::{Schedule, cheapest_insertion, driving, schedule, shortened};

/// Why a site is visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Drawn at random (8.3).
    Random,
    /// A finding on record that is not remediated, or on the user's list.
    FollowUp,
    /// Chosen for what it is expected to reach (8.2).
    Targeted,
    /// Takes in work from a visited site.
    Displacement,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Random, Self::FollowUp, Self::Targeted, Self::Displacement];

    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::FollowUp => "follow_up",
            Self::Targeted => "targeted",
            Self::Displacement => "displacement",
        }
    }
}

/// A visit of a trip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// Row of the candidate.
    pub candidate: u32,
    /// Why.
    pub kind: Kind,
    /// π_i of the random part; `None` otherwise.
    pub inclusion: Option<f64>,
    /// Day of the trip, from 0.
    pub day: u32,
    /// Hours of the working day gone when it begins.
    pub start: f64,
}

/// A trip of a team to one district and back.
#[derive(Debug, Clone, PartialEq)]
pub struct Trip {
    /// Row of the team.
    pub team: u32,
    /// Row of the area.
    pub area: u32,
    /// First of the team's days, from 0.
    pub first_day: u32,
    /// Days.
    pub days: u32,
    /// Hours of driving by day of the trip.
    pub driving: Vec<f64>,
    /// Visits in order.
    pub visits: Vec<Visit>,
}

impl Trip {
    /// Worth of its visits, (8.1).
    #[must_use]
    pub fn worth(&self, frame: &Frame) -> f64 {
        self.visits.iter().map(|v| frame.candidates[v.candidate as usize].worth).sum()
    }

    /// A trip with its times.
    pub(crate) fn new(team: u32, area: u32, visits: &[(u32, Kind)], times: &Schedule, inclusion: Option<f64>) -> Self {
        let timed = visits.iter().zip(&times.visits);
        let visits = timed.map(|(&(candidate, kind), t)| Visit { candidate, kind, inclusion, day: t.day, start: t.start }).collect();
        Self { team, area, first_day: 0, days: times.days, driving: times.driving.clone(), visits }
    }
}

/// Most sites that a trip is chosen from.
const POOL: usize = 240;
/// Sites around which a trip is tried when more are worth the same.
const SEEDS: usize = 24;
/// Neighbours that a trip around a site would take in.
const NEIGHBOURS: usize = 12;
/// Passes over a trip that look for a better site.
const PASSES: usize = 3;

/// A trip being put together.
struct Builder<'s, 'a> {
    setting: &'s Setting<'a>,
    team: u32,
    most_days: u32,
    visits: Vec<(u32, Kind)>,
}

impl<'s> Builder<'s, '_> {
    fn place(&self, row: u32) -> &'s Place {
        &self.setting.frame.candidates[row as usize].place
    }

    fn worth(&self, row: u32) -> f64 {
        self.setting.frame.candidates[row as usize].worth
    }

    fn total(&self) -> f64 {
        self.visits.iter().map(|v| self.worth(v.0)).sum()
    }

    fn stops(&self) -> Vec<&'s Place> {
        self.visits.iter().map(|v| self.place(v.0)).collect()
    }

    fn times(&self) -> Option<Schedule> {
        let s = self.setting;
        schedule(&s.teams[self.team as usize], &self.stops(), &s.hours, &s.roads, self.most_days)
    }

    fn has(&self, row: u32) -> bool {
        self.visits.iter().any(|v| v.0 == row)
    }

    /// Adds sites where they cost least; false, and nothing changes, when the days do not hold them.
    fn add(&mut self, rows: &[(u32, Kind)]) -> bool {
        if self.visits.len() + rows.len() > (self.most_days * self.setting.teams[self.team as usize].daily_sites) as usize {
            return false;
        }
        let before = self.visits.clone();
        let home = &self.setting.teams[self.team as usize].home;
        for &(row, kind) in rows {
            let (at, _) = cheapest_insertion(home, &self.stops(), self.place(row), &self.setting.roads);
            self.visits.insert(at, (row, kind));
        }
        let fits = self.times().is_some() || {
            self.shorten();
            self.times().is_some()
        };
        if !fits {
            self.visits = before;
        }
        fits
    }

    fn shorten(&mut self) {
        let (home, roads, stops) = (&self.setting.teams[self.team as usize].home, &self.setting.roads, self.stops());
        let order = shortened(home, &stops, roads);
        let reordered: Vec<&Place> = order.iter().map(|&k| stops[k]).collect();
        // stated travel times may differ by direction
        if driving(home, &reordered, roads) < driving(home, &stops, roads) {
            self.visits = order.iter().map(|&k| self.visits[k]).collect();
        }
    }

    /// A site with the sites that take in its work and that must be visited with it.
    fn with_homework(&self, row: u32, free: &[bool]) -> Vec<(u32, Kind)> {
        let mut out = vec![(row, Kind::Targeted)];
        let lacking = homework_lacking(self.setting, row, self.team, |r| self.has(r) || !free[r as usize]);
        let open = self.setting.frame.candidates[row as usize].homework.iter();
        let open = open.filter(|&&r| free[r as usize] && !self.has(r) && may(self.setting, self.team, r));
        out.extend(open.take(lacking as usize).map(|&r| (r, Kind::Displacement)));
        out
    }

    /// Takes sites of the pool in, each time the one that `rank` puts first among those that fit.
    fn fill(&mut self, pool: &[u32], free: &[bool], rank: impl Fn(f64, f64) -> f64) {
        let home = &self.setting.teams[self.team as usize].home;
        let visit = self.setting.hours.visit;
        let mut refused = vec![false; pool.len()];
        let most = (self.most_days * self.setting.teams[self.team as usize].daily_sites) as usize;
        while self.visits.len() < most {
            let stops = self.stops();
            let mut ranked: Vec<(f64, usize)> = pool
                .iter()
                .enumerate()
                .filter(|(k, row)| !refused[*k] && !self.has(**row))
                .map(|(k, &row)| {
                    let (_, more) = cheapest_insertion(home, &stops, self.place(row), &self.setting.roads);
                    (rank(self.worth(row), visit + more), k)
                })
                .collect();
            ranked.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
            let mut added = false;
            for (_, k) in ranked {
                let rows = self.with_homework(pool[k], free);
                if self.add(&rows) {
                    added = true;
                    break;
                }
                // the days only get fuller
                refused[k] = true;
            }
            if !added {
                return;
            }
        }
    }

    /// Puts worthier sites in the place of others. Sites with homework, and what must be visited, stay.
    fn improve(&mut self, pool: &[u32]) {
        let frame = self.setting.frame;
        for _ in 0..PASSES {
            let mut changed = false;
            for k in 0..self.visits.len() {
                let (old, kind) = self.visits[k];
                let takes_in = |v: &(u32, Kind)| frame.candidates[v.0 as usize].homework.contains(&old);
                if kind != Kind::Targeted || !frame.candidates[old as usize].homework.is_empty() || self.visits.iter().any(takes_in) {
                    continue;
                }
                let worth = self.worth(old);
                for &new in pool.iter().take_while(|&&new| frame.candidates[new as usize].worth > worth) {
                    if self.has(new) || !frame.candidates[new as usize].homework.is_empty() {
                        continue;
                    }
                    let before = self.visits.clone();
                    self.visits.remove(k);
                    if self.add(&[(new, Kind::Targeted)]) {
                        changed = true;
                        break;
                    }
                    self.visits = before;
                }
            }
            if !changed {
                return;
            }
        }
    }
}

/// True when a team may visit a candidate: it was not the last there.
pub(crate) fn may(s: &Setting<'_>, team: u32, row: u32) -> bool {
    s.frame.candidates[row as usize].barred != Some(team)
}

/// Visits that the displacement guard still asks for once a site is visited: a share of the sites that take in its work and that the
/// team may visit, at most what one day holds, less those that `visited` says are done.
pub(crate) fn homework_lacking(s: &Setting<'_>, row: u32, team: u32, visited: impl Fn(u32) -> bool) -> u32 {
    let homework = &s.frame.candidates[row as usize].homework;
    let allowed = homework.iter().filter(|&&r| may(s, team, r)).count();
    let asked = ((s.displacement * allowed as f64).ceil() as u32).min(s.teams[team as usize].daily_sites);
    let done = homework.iter().filter(|&&r| visited(r)).count() as u32;
    asked.saturating_sub(done)
}

/// Sites of an area that a team may visit and that are free, the worthiest; of many that are worth the same, those that lie together.
fn pool(s: &Setting<'_>, team: u32, area: u32, free: &[bool]) -> Vec<u32> {
    let rows = s.frame.areas[area as usize].candidates.clone();
    let all: Vec<u32> = rows.map(|r| r as u32).filter(|&r| free[r as usize] && may(s, team, r)).collect();
    if all.len() <= POOL {
        return all;
    }
    let candidate = |r: u32| &s.frame.candidates[r as usize];
    let cut = candidate(all[POOL - 1]).worth;
    let above = all.partition_point(|&r| candidate(r).worth > cut);
    let tied = &all[above..all.partition_point(|&r| candidate(r).worth >= cut)];
    let home = &s.teams[team as usize].home;
    let mut best: Option<(f64, Vec<(f64, u32)>)> = None;
    for k in 0..SEEDS {
        let seed = &candidate(tied[k * tied.len() / SEEDS]).place;
        let mut near: Vec<(f64, u32)> = tied.iter().map(|&r| (candidate(r).place.kilometres(seed), r)).collect();
        near.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        let around = NEIGHBOURS.min(near.len() - 1);
        let length = 2.0 * home.kilometres(seed) + near[..=around].iter().map(|x| x.0).sum::<f64>();
        if best.as_ref().is_none_or(|b| length < b.0) {
            best = Some((length, near));
        }
    }
    let mut out = all[..above].to_vec();
    out.extend(best.into_iter().flat_map(|b| b.1).take(POOL - above).map(|x| x.1));
    out.sort_unstable();
    out
}

/// The trip of at most `days` days to an area that reaches most; of `must`, as many as the days hold, in their order. `None` when the days
/// hold nothing. `free` says which candidates are to be had.
pub(crate) fn build(s: &Setting<'_>, team: u32, area: u32, days: u32, must: &[u32], free: &[bool]) -> Option<Trip> {
    let mut start = Builder { setting: s, team, most_days: days, visits: Vec::new() };
    for &row in must.iter().filter(|&&row| may(s, team, row)) {
        start.add(&[(row, Kind::FollowUp)]);
    }
    for (row, _) in start.visits.clone() {
        let homework = start.with_homework(row, free).split_off(1);
        start.add(&homework);
    }
    let pool = pool(s, team, area, free);
    let ranks: [fn(f64, f64) -> f64; 2] = [|worth, hours| worth / hours, |worth, _| worth];
    let mut best: Option<Builder<'_, '_>> = None;
    for rank in ranks {
        let mut one = Builder { visits: start.visits.clone(), ..start };
        one.fill(&pool, free, rank);
        one.improve(&pool);
        one.fill(&pool, free, rank);
        one.shorten();
        let better = |b: &Builder<'_, '_>| one.total().total_cmp(&b.total()) == Ordering::Greater;
        if one.times().is_some() && best.as_ref().is_none_or(better) {
            best = Some(one);
        }
    }
    let best = best.filter(|b| !b.visits.is_empty())?;
    let times = best.times()?;
    Some(Trip::new(team, area, &best.visits, &times, None))
}

/// A trip to given sites of an area in the order that is shortest; `None` when it takes more than `most` days.
pub(crate) fn through(s: &Setting<'_>, team: u32, area: u32, visits: &[(u32, Kind)], inclusion: Option<f64>, most: u32) -> Option<Trip> {
    let mut all = Builder { setting: s, team, most_days: most, visits: Vec::new() };
    let home = &s.teams[team as usize].home;
    for &(row, kind) in visits {
        let (at, _) = cheapest_insertion(home, &all.stops(), all.place(row), &s.roads);
        all.visits.insert(at, (row, kind));
    }
    all.shorten();
    let times = all.times()?;
    Some(Trip::new(team, area, &all.visits, &times, inclusion))
}
