//! Teams, and what limits where and how they work.

use super::place::Place;

/// A team that makes visits.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// Id in the user's table.
    pub id: String,
    /// Where trips start and end.
    pub home: Place,
    /// Country of its home.
    pub country: Option<u16>,
    /// Province of its home, which is its jurisdiction; `None` where the packs have no districts.
    pub province: Option<String>,
    /// Working days.
    pub days: u32,
    /// Most visits on one day.
    pub daily_sites: u32,
}

/// Hours that every plan keeps to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hours {
    /// Of a working day, driving included.
    pub day: f64,
    /// Of a visit.
    pub visit: f64,
    /// At the start of each trip.
    pub fixed: f64,
    /// One-way driving from home up to which a team comes home each night.
    pub near: f64,
    /// Most days of a trip.
    pub trip_days: u32,
}
