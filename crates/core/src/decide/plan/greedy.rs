//! One trip after another: what must be done first, then what is worth most a day.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Setting;
use super::calendar::packs;
use super::counts::{Counts, follow_ups};
use super::trip::{Trip, build};
use crate::error::Result;
use crate::observer::Observer;

/// A plan in the making.
pub(crate) struct Making<'s, 'a> {
    setting: &'s Setting<'a>,
    counts: &'s Counts,
    observer: &'s dyn Observer,
    /// Days left to each team.
    pub left: Vec<u32>,
    /// Candidates that are not visited yet.
    pub free: Vec<bool>,
    /// Trips made.
    pub trips: Vec<Trip>,
    /// Visits of each area lacking to its minimum.
    lacking: Vec<u32>,
    /// Days of the trips of each team, the random ones among them.
    days: Vec<Vec<u32>>,
}

impl<'s, 'a> Making<'s, 'a> {
    /// Starts with all that is left beside the random part.
    pub fn new(setting: &'s Setting<'a>, counts: &'s Counts, observer: &'s dyn Observer) -> Self {
        let (left, free, lacking) = (counts.days.clone(), counts.free.clone(), counts.least.clone());
        Self { setting, counts, observer, left, free, trips: Vec::new(), lacking, days: counts.drawn.clone() }
    }

    /// Follow-ups of an area that are to be visited, the gravest first.
    pub fn follow_ups(&self, area: u32) -> Vec<u32> {
        follow_ups(self.setting, area, &self.free)
    }

    /// Takes a trip.
    pub fn take(&mut self, trip: Trip) {
        self.left[trip.team as usize] -= trip.days;
        self.days[trip.team as usize].push(trip.days);
        trip.visits.iter().for_each(|v| self.free[v.candidate as usize] = false);
        let lacking = &mut self.lacking[trip.area as usize];
        *lacking = lacking.saturating_sub(trip.visits.len() as u32);
        self.trips.push(trip);
    }

    /// True when a team's days and weeks still hold a trip; weeks only as long as they hold the trips it has.
    pub fn holds(&self, team: u32, days: u32) -> bool {
        let (own, weeks) = (&self.days[team as usize], self.setting.weeks);
        let with = || own.iter().copied().chain([days]).collect::<Vec<u32>>();
        days <= self.left[team as usize] && (packs(&with(), weeks) || !packs(own, weeks))
    }

    /// Trips to an area that the teams' days still hold; for what must be, whatever the weeks.
    fn tries(&self, area: u32, duty: bool) -> Vec<Trip> {
        let must = self.follow_ups(area);
        let options: Vec<_> = self
            .counts
            .options
            .iter()
            .filter(|o| o.area == area && (self.holds(o.team, o.days) || duty && o.days <= self.left[o.team as usize]))
            .collect();
        let built = options.par_iter().map(|o| build(self.setting, o.team, area, o.days, &must, &self.free));
        built.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// Trips for what must be visited, then for districts below the minimum, each the one that does most of it a day.
    pub fn duties(&mut self) -> Result<()> {
        let frame = self.setting.frame;
        let gravest = |area: &u32| {
            let of = self.follow_ups(*area);
            std::cmp::Reverse(of.first().map(|&r| frame.candidates[r as usize].class))
        };
        let mut areas: Vec<u32> = (0..frame.areas.len() as u32).collect();
        areas.sort_by_key(|area| (gravest(area), *area));
        for follow_up in [true, false] {
            for &area in &areas {
                while if follow_up { !self.follow_ups(area).is_empty() } else { self.lacking[area as usize] > 0 } {
                    self.observer.check()?;
                    let done = |trip: &Trip| {
                        let visits = trip.visits.iter().filter(|v| !follow_up || frame.candidates[v.candidate as usize].follow_up);
                        let done = visits.count() as u32;
                        if follow_up { done } else { done.min(self.lacking[area as usize]) }
                    };
                    let best = self.tries(area, true).into_iter().filter(|t| done(t) > 0).max_by(|x, y| {
                        // the first of equals, which has the earlier team and fewer days
                        let rate = |t: &Trip| f64::from(done(t)) / f64::from(t.days);
                        let worth = |t: &Trip| t.worth(frame) / f64::from(t.days);
                        rate(x).total_cmp(&rate(y)).then(worth(x).total_cmp(&worth(y))).then((y.team, y.days).cmp(&(x.team, x.days)))
                    });
                    let Some(trip) = best else { break };
                    self.take(trip);
                }
            }
        }
        Ok(())
    }

    /// Fills the days that are left, each time with the trip that is worth most a day.
    pub fn fill(&mut self) -> Result<()> {
        let frame = self.setting.frame;
        let mut known: BTreeMap<u32, Vec<Trip>> = BTreeMap::new();
        let areas: Vec<u32> = (0..frame.areas.len() as u32).collect();
        loop {
            self.observer.check()?;
            let missing: Vec<u32> = areas.iter().copied().filter(|a| !known.contains_key(a)).collect();
            let built: Vec<(u32, Vec<Trip>)> = missing.par_iter().map(|&a| (a, self.tries(a, false))).collect();
            known.extend(built);
            let rate = |t: &Trip| t.worth(frame) / f64::from(t.days);
            let fits = |t: &&Trip| self.holds(t.team, t.days);
            let best = known
                .values()
                .flatten()
                .filter(fits)
                .max_by(|x, y| rate(x).total_cmp(&rate(y)).then((y.area, y.team, y.days).cmp(&(x.area, x.team, x.days))));
            let Some(trip) = best.cloned() else { return Ok(()) };
            known.remove(&trip.area);
            self.take(trip);
        }
    }
}
