//! Where teams and sites are, and how long it takes from one to another.

use std::collections::HashMap;

use crate::model::Coordinates;
use crate::parameters::PlanningScalars;

/// Mean radius of the earth, kilometres.
const EARTH: f64 = 6371.0;

/// Something a table of travel times may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stop {
    /// Home of a team, by its row.
    Team(u32),
    /// A site, by its row.
    Site(u32),
    /// A district, by its row in the parameters.
    District(u16),
}

/// A point that teams drive to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Who or what is there.
    pub stop: Stop,
    /// District, where known.
    pub district: Option<u16>,
    /// Where.
    pub at: Coordinates,
    /// False when `at` is only the centre of its district.
    pub exact: bool,
    /// Unit vector from the centre of the earth.
    vector: [f64; 3],
}

impl Place {
    /// A point.
    #[must_use]
    pub fn new(stop: Stop, district: Option<u16>, at: Coordinates, exact: bool) -> Self {
        let (latitude, longitude) = (at.latitude.to_radians(), at.longitude.to_radians());
        let flat = libm::cos(latitude);
        let vector = [flat * libm::cos(longitude), flat * libm::sin(longitude), libm::sin(latitude)];
        Self { stop, district, at, exact, vector }
    }

    /// Great-circle distance, kilometres.
    #[must_use]
    pub fn kilometres(&self, other: &Self) -> f64 {
        let square: f64 = self.vector.iter().zip(&other.vector).map(|(a, b)| (a - b) * (a - b)).sum();
        2.0 * EARTH * libm::asin((square.sqrt() / 2.0).min(1.0))
    }
}

/// Travel times that a user knows, hours; they hold in both directions unless both are given.
#[derive(Debug, Clone, Default)]
pub struct TravelTimes(HashMap<(Stop, Stop), f64>);

impl TravelTimes {
    /// States the hours from one stop to another.
    pub fn set(&mut self, from: Stop, to: Stop, hours: f64) {
        self.0.insert((from, to), hours);
    }

    /// Number of pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True without any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn between(&self, a: Stop, b: Stop) -> Option<f64> {
        self.0.get(&(a, b)).or_else(|| self.0.get(&(b, a))).copied()
    }

    /// Longest stated time between two sites.
    fn longest_between_sites(&self) -> f64 {
        let sites = self.0.iter().filter(|((a, b), _)| matches!((a, b), (Stop::Site(_), Stop::Site(_))));
        sites.map(|(_, hours)| *hours).fold(0.0, f64::max)
    }
}

/// Hours between places: stated ones first, else great circle times road factor over speed.
#[derive(Debug, Clone, Copy)]
pub struct Roads<'a> {
    stated: &'a TravelTimes,
    hours_per_kilometre: f64,
    hop: f64,
    hop_unplaced: f64,
    longest_stated: f64,
}

impl<'a> Roads<'a> {
    /// Roads of the parameters.
    #[must_use]
    pub fn new(p: &PlanningScalars, stated: &'a TravelTimes) -> Self {
        Self {
            stated,
            hours_per_kilometre: p.road_factor.mean / p.road_speed.mean,
            hop: p.hop_hours.mean,
            hop_unplaced: p.hop_hours_unplaced.mean.max(p.hop_hours.mean),
            longest_stated: stated.longest_between_sites(),
        }
    }

    /// Fewest hours between two sites.
    #[must_use]
    pub fn least(&self) -> f64 {
        if self.stated.is_empty() { self.hop } else { 0.0 }
    }

    /// Hours of a distance of `kilometres`, great circle.
    #[must_use]
    pub fn hours_of(&self, kilometres: f64) -> f64 {
        kilometres * self.hours_per_kilometre
    }

    /// No two sites of a district whose sites spread over `kilometres` are farther apart, hours.
    #[must_use]
    pub fn most(&self, kilometres: f64) -> f64 {
        self.hours_of(kilometres).max(self.hop_unplaced).max(self.longest_stated)
    }

    /// Hours from one place to another.
    #[must_use]
    pub fn hours(&self, a: &Place, b: &Place) -> f64 {
        if let Some(hours) = self.known(a, b) {
            return hours;
        }
        let driven = self.hours_of(a.kilometres(b));
        if !matches!((a.stop, b.stop), (Stop::Site(_), Stop::Site(_))) {
            driven
        } else if a.district == b.district && !(a.exact && b.exact) {
            driven.max(self.hop_unplaced)
        } else {
            driven.max(self.hop)
        }
    }

    fn known(&self, a: &Place, b: &Place) -> Option<f64> {
        if self.stated.is_empty() {
            return None;
        }
        let (of_a, of_b) = (a.district.map(Stop::District), b.district.map(Stop::District));
        // within a district only what is said of the very two places counts
        let apart = a.district != b.district;
        let between = |x: Option<Stop>, y: Option<Stop>| self.stated.between(x?, y?);
        between(Some(a.stop), Some(b.stop))
            .or_else(|| between(Some(a.stop), of_b))
            .or_else(|| between(of_a, Some(b.stop)))
            .or_else(|| if apart { between(of_a, of_b) } else { None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_sphere() {
        let at = |latitude, longitude| Place::new(Stop::Site(0), None, Coordinates { latitude, longitude }, true);
        // a degree of a great circle
        let degree = EARTH * std::f64::consts::PI / 180.0;
        assert!((at(0.0, 10.0).kilometres(&at(0.0, 11.0)) - degree).abs() < 1e-9);
        assert!((at(30.0, 70.0).kilometres(&at(31.0, 70.0)) - degree).abs() < 1e-9);
        assert!((at(90.0, 0.0).kilometres(&at(-90.0, 50.0)) - 180.0 * degree).abs() < 1e-6);
        assert!(at(31.5, 74.3).kilometres(&at(31.5, 74.3)) < 1e-12);
    }
}
