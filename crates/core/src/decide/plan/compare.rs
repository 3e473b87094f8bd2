//! A plan against other choices on the same budget: section 8.4.

use rayon::prelude::*;

use super::counts::Counts;
use super::frame::{Frame, works_in};
use super::greedy::Making;
use super::trip::{Kind, Trip, through};
use super::{Ask, Plan, Setting};
use crate::assess::Assessment;
use crate::draws::random::{Random, key, uniform};
use crate::model::{PerHazard, PerSex};
use crate::observer::Silent;

/// What a plan is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yardstick {
    /// The plan itself.
    Plan,
    /// Its chosen part alone.
    Chosen,
    /// Sites drawn one by one, each as likely as any other that its team may visit, and routed as well as they can be.
    RandomSites,
    /// Districts drawn in proportion to their sites, and sites in them; a working week in each, or a day near home: random choice that saves
    /// driving.
    RandomTrips,
    /// The earlier list, routed as well as the plan is.
    EarlierList,
}

impl Yardstick {
    /// Name in files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Chosen => "chosen_part",
            Self::RandomSites => "random_sites",
            Self::RandomTrips => "random_trips",
            Self::EarlierList => "earlier_list",
        }
    }
}

/// What a choice is expected to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Which choice.
    pub of: Yardstick,
    /// Days of teams, travel included.
    pub days: f64,
    /// Visits.
    pub visits: f64,
    /// Children expected to be reached, by hazard, girls and boys: Σ Se·E1.
    pub reached: PerHazard<PerSex<f64>>,
    /// Worth, (8.1).
    pub worth: f64,
}

impl Comparison {
    fn empty(of: Yardstick) -> Self {
        Self { of, days: 0.0, visits: 0.0, reached: PerHazard::default(), worth: 0.0 }
    }

    fn add(&mut self, frame: &Frame, trip: &Trip) {
        self.days += f64::from(trip.days);
        self.visits += trip.visits.len() as f64;
        self.worth += trip.worth(frame);
        for visit in &trip.visits {
            let reached = frame.candidates[visit.candidate as usize].reached;
            self.reached.iter_mut().flatten().zip(reached.iter().flatten()).for_each(|(sum, x)| *sum += x);
        }
    }

    fn of_trips<'t>(of: Yardstick, frame: &Frame, trips: impl Iterator<Item = &'t Trip>) -> Self {
        let mut out = Self::empty(of);
        trips.for_each(|trip| out.add(frame, trip));
        out
    }

    /// Children in child labour expected to be reached.
    #[must_use]
    pub fn children(&self) -> f64 {
        self.reached[0][0] + self.reached[0][1]
    }

    /// A quantity for each day of a team.
    #[must_use]
    pub fn a_day(&self, x: f64) -> f64 {
        if self.days > 0.0 { x / self.days } else { 0.0 }
    }

    /// A quantity for each visit.
    #[must_use]
    pub fn a_visit(&self, x: f64) -> f64 {
        if self.visits > 0.0 { x / self.visits } else { 0.0 }
    }
}

/// Random choices that are averaged.
const REPEATS: u64 = 32;

/// The plan, its chosen part, random choices, and the earlier list if there is one.
pub(crate) fn comparisons(a: &Assessment<'_>, s: &Setting<'_>, plan: &Plan, ask: &Ask<'_>) -> Vec<Comparison> {
    let is_random = |t: &&Trip| t.visits.iter().any(|v| v.kind == Kind::Random);
    let mut out = vec![
        Comparison::of_trips(Yardstick::Plan, s.frame, plan.trips.iter()),
        Comparison::of_trips(Yardstick::Chosen, s.frame, plan.trips.iter().filter(|t| !is_random(t))),
        random_choice(s, ask.seed, Yardstick::RandomSites, random_sites),
        random_choice(s, ask.seed, Yardstick::RandomTrips, random_trips),
    ];
    if !ask.earlier.is_empty() {
        let listed: std::collections::HashSet<u32> = ask.earlier.iter().map(|e| e.site).collect();
        let frame = s.frame.only(a, |c| listed.contains(&c.site));
        let own = Setting { frame: &frame, ..*s };
        let counts = Counts::new(&own, &[], 0);
        let mut making = Making::new(&own, &counts, &Silent);
        // an observer that never stops is the only way this could fail
        let _ = making.fill();
        out.push(Comparison::of_trips(Yardstick::EarlierList, &frame, making.trips.iter()));
    }
    out
}

/// What one team chooses at random in its days.
type Choice = fn(&Setting<'_>, u32, &mut [bool], &mut Stream) -> Vec<Spent>;

/// Days that a random choice spends, and the trip it makes in them, if a site was within reach.
struct Spent {
    days: u32,
    trip: Option<Trip>,
}

/// Mean over repeats of what random choice reaches on the days of the same teams.
fn random_choice(s: &Setting<'_>, seed: u64, of: Yardstick, choice: Choice) -> Comparison {
    let random = Random::new(seed);
    let one = |repeat: u64| {
        let mut out = Comparison::empty(of);
        let mut free = vec![true; s.frame.candidates.len()];
        for (row, team) in s.teams.iter().enumerate() {
            let mut stream = Stream { random, key: key("plan-random-choice", &format!("{repeat}/{}", team.id)), next: 0 };
            for Spent { days, trip } in choice(s, row as u32, &mut free, &mut stream) {
                let before = out.days;
                if let Some(trip) = &trip {
                    out.add(s.frame, trip);
                }
                out.days = before + f64::from(days);
            }
        }
        out
    };
    let each = (0..REPEATS).into_par_iter().map(one).collect::<Vec<_>>();
    let mut out = Comparison::empty(of);
    let share = 1.0 / REPEATS as f64;
    for one in each {
        out.days += one.days * share;
        out.visits += one.visits * share;
        out.worth += one.worth * share;
        out.reached.iter_mut().flatten().zip(one.reached.iter().flatten()).for_each(|(sum, x)| *sum += x * share);
    }
    out
}

/// Numbers of one repeat of one team.
struct Stream {
    random: Random,
    key: u64,
    next: u32,
}

impl Stream {
    fn uniform(&mut self) -> f64 {
        let word = self.random.numbers(self.key, 0).quad(self.next)[0][0];
        self.next += 1;
        uniform(word)
    }

    /// A number below `n`, which is not 0.
    fn below(&mut self, n: usize) -> usize {
        ((self.uniform() * n as f64) as usize).min(n - 1)
    }
}

/// Areas that a team may work in.
fn areas_of(s: &Setting<'_>, team: u32) -> Vec<usize> {
    let team = &s.teams[team as usize];
    let works = |&k: &usize| works_in(team, s.frame.areas[k].country, &s.frame.areas[k].province, s.across_provinces);
    (0..s.frame.areas.len()).filter(works).collect()
}

/// Sites drawn one by one until the days are spent; those of an area are visited on one trip while it holds them.
fn random_sites(s: &Setting<'_>, team: u32, free: &mut [bool], stream: &mut Stream) -> Vec<Spent> {
    let days = s.teams[team as usize].days;
    let mut open: Vec<u32> = areas_of(s, team).iter().flat_map(|&k| s.frame.areas[k].candidates.clone()).map(|r| r as u32).collect();
    open.retain(|&r| free[r as usize]);
    let mut trips: Vec<Trip> = Vec::new();
    let mut spent = 0;
    while spent < days && !open.is_empty() {
        let drawn = open.swap_remove(stream.below(open.len()));
        let area = s.frame.candidates[drawn as usize].area;
        let last = trips.iter().rposition(|t| t.area == area);
        let joined = last.and_then(|at| {
            let visits: Vec<(u32, Kind)> = trips[at].visits.iter().map(|v| v.candidate).chain([drawn]).map(|r| (r, Kind::Random)).collect();
            Some((at, through(s, team, area, &visits, None, s.hours.trip_days)?))
        });
        let (trip, before) = match joined {
            Some((at, trip)) => (trip, Some(at)),
            // a site that no trip reaches is drawn in vain
            None => match through(s, team, area, &[(drawn, Kind::Random)], None, s.hours.trip_days) {
                Some(trip) => (trip, None),
                None => continue,
            },
        };
        let then = spent + trip.days - before.map_or(0, |at| trips[at].days);
        if then > days {
            break;
        }
        spent = then;
        free[drawn as usize] = false;
        match before {
            Some(at) => trips[at] = trip,
            None => trips.push(trip),
        }
    }
    trips.into_iter().map(|trip| Spent { days: trip.days, trip: Some(trip) }).collect()
}

/// Trips to districts drawn in proportion to their sites.
fn random_trips(s: &Setting<'_>, team: u32, free: &mut [bool], stream: &mut Stream) -> Vec<Spent> {
    let areas = areas_of(s, team);
    let total: usize = areas.iter().map(|&k| s.frame.areas[k].candidates.len()).sum();
    let mut left = s.teams[team as usize].days;
    let mut out = Vec::new();
    while left > 0 && total > 0 {
        let mut at = stream.below(total);
        let area = areas.iter().copied().find(|&k| {
            let sites = s.frame.areas[k].candidates.len();
            let here = at < sites;
            at = at.saturating_sub(sites);
            here
        });
        let Some(area) = area else { break };
        let (trip, days) = random_trip(s, team, area as u32, left, free, stream);
        left -= days;
        out.push(Spent { days, trip });
    }
    out
}

/// A trip to random sites of an area, as many as a working week holds, or a day near home; and the days it takes.
fn random_trip(s: &Setting<'_>, team: u32, area: u32, left: u32, free: &mut [bool], stream: &mut Stream) -> (Option<Trip>, u32) {
    let home = &s.teams[team as usize].home;
    let near = s.roads.hours(home, &s.frame.areas[area as usize].middle) <= s.hours.near;
    let days = if near { 1 } else { s.hours.trip_days.min(left) };
    let mut open: Vec<u32> = s.frame.areas[area as usize].candidates.clone().map(|r| r as u32).filter(|&r| free[r as usize]).collect();
    let mut drawn: Vec<(u32, Kind)> = Vec::new();
    let mut best = None;
    let most = (days * s.teams[team as usize].daily_sites) as usize;
    while !open.is_empty() && drawn.len() < most {
        drawn.push((open.swap_remove(stream.below(open.len())), Kind::Random));
        match through(s, team, area, &drawn, None, days) {
            Some(trip) => best = Some(trip),
            None => break,
        }
    }
    if let Some(trip) = &best {
        trip.visits.iter().for_each(|v| free[v.candidate as usize] = false);
    }
    let spent = best.as_ref().map_or(days, |t: &Trip| t.days);
    (best, spent)
}
