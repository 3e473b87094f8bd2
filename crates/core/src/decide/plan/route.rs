//! One trip: which sites in which order, and on which day each is visited.

use super::place::{Place, Roads};
use super::team::{Hours, Team};

/// A visit within a trip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timed {
    /// Day of the trip, from 0.
    pub day: u32,
    /// Hours of the working day gone when the visit begins.
    pub start: f64,
}

/// The times of a trip.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schedule {
    /// By visit, in order.
    pub visits: Vec<Timed>,
    /// Days of the trip.
    pub days: u32,
    /// Hours of driving by day of the trip.
    pub driving: Vec<f64>,
}

/// The clock of a trip: driving may be broken off at the end of a day, a visit may not.
struct Clock<'a> {
    team: &'a Team,
    hours: &'a Hours,
    day: u32,
    hour: f64,
    visits: u32,
    driving: Vec<f64>,
}

/// What rounding may leave of an hour.
const ROUNDING: f64 = 1e-9;

impl<'a> Clock<'a> {
    /// The first morning; `None` when no visit fits into a day.
    fn new(team: &'a Team, hours: &'a Hours) -> Option<Self> {
        let fits = hours.visit <= hours.day + ROUNDING && hours.fixed <= hours.day + ROUNDING && team.daily_sites > 0;
        fits.then(|| Self { team, hours, day: 0, hour: hours.fixed, visits: 0, driving: vec![0.0] })
    }

    fn next_day(&mut self) {
        self.day += 1;
        self.hour = 0.0;
        self.visits = 0;
        self.driving.push(0.0);
    }

    fn drive(&mut self, mut hours: f64) {
        while hours > ROUNDING {
            if self.hours.day - self.hour <= ROUNDING {
                self.next_day();
            }
            let driven = hours.min(self.hours.day - self.hour);
            self.hour += driven;
            self.driving[self.day as usize] += driven;
            hours -= driven;
        }
    }

    /// Makes a visit as soon as a day holds it.
    fn visit(&mut self) -> Timed {
        if self.hour + self.hours.visit > self.hours.day + ROUNDING || self.visits == self.team.daily_sites {
            self.next_day();
        }
        let timed = Timed { day: self.day, start: self.hour };
        self.hour += self.hours.visit;
        self.visits += 1;
        timed
    }
}

/// Times of a trip that visits `stops` in their order, from home and back; `None` when it takes more than `most` days. A visit takes
/// [`Hours::visit`] within one day, and a day has at most `daily_sites` visits. Cost: linear in the stops.
#[must_use]
pub fn schedule(team: &Team, stops: &[&Place], hours: &Hours, roads: &Roads<'_>, most: u32) -> Option<Schedule> {
    let mut clock = Clock::new(team, hours)?;
    let mut visits = Vec::with_capacity(stops.len());
    let mut from = &team.home;
    for stop in stops {
        clock.drive(roads.hours(from, stop));
        visits.push(clock.visit());
        if clock.day >= most {
            return None;
        }
        from = stop;
    }
    if !stops.is_empty() {
        clock.drive(roads.hours(from, &team.home));
    }
    (clock.day < most).then(|| Schedule { visits, days: clock.day + 1, driving: clock.driving })
}

/// Most visits that a trip of `days` days holds when the drive out takes `out` hours, the drive home `home`, and each site is `hop` from the
/// one before. No trip whose drives are all at least as long holds more: nothing is gained by coming later.
#[must_use]
pub fn most_visits(team: &Team, hours: &Hours, days: u32, [out, hop, home]: [f64; 3]) -> u32 {
    let Some(mut clock) = Clock::new(team, hours) else { return 0 };
    let (mut made, mut held) = (0, 0);
    clock.drive(out);
    loop {
        clock.visit();
        let left = f64::from(days) * hours.day - (f64::from(clock.day) * hours.day + clock.hour);
        if clock.day >= days || left < -ROUNDING {
            return held;
        }
        made += 1;
        if left + ROUNDING >= home {
            held = made;
        }
        clock.drive(hop);
    }
}

/// Hours of driving of a tour from `home` through places and back.
#[must_use]
pub fn driving(home: &Place, stops: &[&Place], roads: &Roads<'_>) -> f64 {
    let Some((first, last)) = stops.first().zip(stops.last()) else { return 0.0 };
    let between: f64 = stops.windows(2).map(|w| roads.hours(w[0], w[1])).sum();
    roads.hours(home, first) + between + roads.hours(last, home)
}

/// Where an added stop costs least, and how many hours of driving more that is.
#[must_use]
pub fn cheapest_insertion(home: &Place, stops: &[&Place], added: &Place, roads: &Roads<'_>) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for at in 0..=stops.len() {
        let before = if at == 0 { home } else { stops[at - 1] };
        let after = stops.get(at).copied().unwrap_or(home);
        let direct = if stops.is_empty() { 0.0 } else { roads.hours(before, after) };
        let more = roads.hours(before, added) + roads.hours(added, after) - direct;
        if more < best.1 {
            best = (at, more);
        }
    }
    best
}

/// Shortens a tour by reversing parts of it (2-opt) until nothing helps; returns the order of the stops. Cost: quadratic in the stops
/// for each improvement.
#[must_use]
pub fn shortened(home: &Place, stops: &[&Place], roads: &Roads<'_>) -> Vec<usize> {
    let n = stops.len();
    let mut order: Vec<usize> = (0..n).collect();
    let mut improved = true;
    // each round shortens the tour; the bound only guards against rounding
    for _ in 0..n {
        if !improved {
            break;
        }
        improved = false;
        for i in 0..n {
            for j in i + 1..n {
                let at = |k: usize| stops[order[k]];
                let before = if i == 0 { home } else { at(i - 1) };
                let after = if j + 1 == n { home } else { at(j + 1) };
                let now = roads.hours(before, at(i)) + roads.hours(at(j), after);
                let then = roads.hours(before, at(j)) + roads.hours(at(i), after);
                if then + 1e-9 < now {
                    order[i..=j].reverse();
                    improved = true;
                }
            }
        }
    }
    order
}
