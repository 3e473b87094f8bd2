//! What plans of visits need beside scores: hours, roads, and when sites of a sector are shut.

use serde::{Deserialize, Serialize};

use super::coefficients::scalars;
use super::{Provenance, Value};
use crate::error::{Error, Result};

scalars! {
/// Scalar parameters of plans (method section 8); each field is a row of the packs' `parameters.csv`. No score uses them.
PlanningScalars {
    /// Share of the days of teams that goes to sites drawn at random (8.3).
    exploration_share: 0.0 ..= 1.0,
    /// Road over great-circle distance.
    road_factor: 1.0 ..= 5.0,
    /// Mean speed on the road, kilometres an hour.
    road_speed: 1.0 ..= 200.0,
    /// Hours of a working day, driving included.
    working_hours: 1.0 ..= 24.0,
    /// Hours that a visit takes.
    visit_hours: 0.1 ..= 24.0,
    /// Hours at the start of each trip to a district: reporting to its offices, joining who comes along.
    trip_fixed_hours: 0.0 ..= 24.0,
    /// Fewest hours between two sites, however near.
    hop_hours: 0.0 ..= 24.0,
    /// Hours between two sites of a district when one of them has no coordinates.
    hop_hours_unplaced: 0.0 ..= 24.0,
    /// Hours of driving from home, one way, up to which a team comes home each night.
    day_trip_hours: 0.0 ..= 24.0,
    /// Most days of a trip.
    trip_days: 1.0 ..= 31.0,
    /// Sites a day of a team that states none.
    team_daily_sites: 1.0 ..= 100.0,
    /// Share of the sites that take in work from an inspected one that is inspected with it.
    displacement_share: 0.0 ..= 1.0,
}
}

/// What a season does to sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeasonState {
    /// Nobody works: a visit would find a shut gate.
    Closed,
    /// Fewer work than usual.
    Slack,
    /// Schools are shut: children who go to school may work too, and what is found does not speak for the rest of the year.
    SchoolHolidays,
}

impl SeasonState {
    /// The state of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "closed" => Some(SeasonState::Closed),
            "slack" => Some(SeasonState::Slack),
            "school_holidays" => Some(SeasonState::SchoolHolidays),
            _ => None,
        }
    }
}

/// Months in which sites are shut or slack, or schools are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Season {
    /// Row in the sectors; `None` is every sector.
    pub sector: Option<u16>,
    /// Row in the countries.
    pub country: u16,
    /// Province; empty for all.
    pub province: String,
    /// First month, 1 to 12.
    pub from: i8,
    /// Last month, 1 to 12; before the first, it is in the next year.
    pub to: i8,
    /// What happens.
    pub state: SeasonState,
    /// Why, and what to be careful about.
    pub note: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Season {
    /// True in a month, 1 to 12.
    #[must_use]
    pub fn holds(&self, month: i8) -> bool {
        if self.from <= self.to { (self.from..=self.to).contains(&month) } else { month >= self.from || month <= self.to }
    }
}

/// Parameters of plans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planning {
    /// Hours, roads, shares.
    pub scalars: PlanningScalars,
    /// Seasons, in order of the pack.
    pub seasons: Vec<Season>,
}
