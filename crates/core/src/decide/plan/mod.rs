//! Section 8: which sites to visit on which days, by which team.
//!
//! [`plan()`] first draws the random part (8.3), so that what is found can be projected to all sites, then chooses trips and sites that
//! reach most children, weighed by severity (8.2), within the days of the teams. Every plan passes [`check()`], which shares no timing with
//! what made it, before it is returned.

pub mod calendar;
pub mod check;
pub mod compare;
pub mod counts;
pub mod frame;
mod greedy;
mod milp;
pub mod place;
mod realise;
pub mod route;
pub mod sampling;
pub mod team;
mod trip;

use std::time::Duration;

use jiff::civil::Date;

pub use check::check;
pub use compare::{Comparison, Yardstick};
pub use frame::{Area, Candidate, Frame, LeftOut};
pub use place::{Place, Stop, TravelTimes};
pub use sampling::{Design, Stratum};
pub use team::{Hours, Team};
pub use trip::{Kind, Trip, Visit};

use crate::assess::Assessment;
use crate::decide::visit::Approach;
use crate::error::{Error, Result};
use crate::observer::Observer;
use crate::parameters::PlanningScalars;
use counts::Counts;
use place::Roads;

/// A site of an earlier list or plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Row of the site.
    pub site: u32,
    /// Team that was there, by its row; it does not return.
    pub team: Option<u32>,
}

/// What to plan.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// Teams.
    pub teams: &'a [Team],
    /// Month of the plan, 1 to 12.
    pub month: i8,
    /// Working days that trips may fall on; empty: days are only numbered.
    pub dates: &'a [Date],
    /// How visits are made.
    pub approach: Approach,
    /// Homes may be entered, by home visits.
    pub enter_homes: bool,
    /// Sites are visited though their season says that they are shut.
    pub visit_closed: bool,
    /// Teams work outside the province of their home.
    pub across_provinces: bool,
    /// Sites that must be visited; `None`: those with a finding on record that is not remediated.
    pub follow_ups: Option<&'a [u32]>,
    /// Earlier list or plan.
    pub earlier: &'a [Earlier],
    /// Travel times that are known.
    pub travel: &'a TravelTimes,
    /// Share of the days that goes to sites drawn at random; `None`: the parameter.
    pub random_share: Option<f64>,
    /// Fewest visits in each district with sites.
    pub district_minimum: u32,
    /// Seed of the random part and of the comparison.
    pub seed: u64,
    /// Most time for the solver; without one the plan depends on nothing but its inputs.
    pub time_limit: Option<Duration>,
}

/// How trips were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolvedBy {
    /// Mixed-integer program over counts.
    Milp,
    /// One trip after another, each the most worth a day.
    Greedy,
}

impl SolvedBy {
    /// Name in files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Milp => "milp",
            Self::Greedy => "greedy",
        }
    }
}

/// A thing that was asked for and does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmet {
    /// A follow-up, by its candidate.
    FollowUp(u32),
    /// A district below the minimum, by area, with visits lacking.
    DistrictMinimum(u32, u32),
    /// Sites that take in work from a visited one, by its candidate, with visits lacking.
    Displacement(u32, u32),
}

/// How good the choice is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// How trips were chosen.
    pub by: SolvedBy,
    /// Worth of the chosen part, (8.1).
    pub worth: f64,
    /// No choice on the same days is worth more: LP relaxation of the counts with every site at the roadside of the next.
    pub bound: f64,
    /// (bound − worth) / worth.
    pub gap: f64,
    /// The solver ran into its time limit: another run may find another plan.
    pub timed_out: bool,
}

/// A plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Everything that could be visited.
    pub frame: Frame,
    /// The random part.
    pub design: Design,
    /// Trips, by team in the order of their days.
    pub trips: Vec<Trip>,
    /// What does not fit.
    pub unmet: Vec<Unmet>,
    /// How good the choice is.
    pub quality: Quality,
    /// Against other choices on the same budget; the plan first.
    pub comparison: Vec<Comparison>,
}

/// Hours of the parameters.
#[must_use]
pub fn hours(p: &PlanningScalars) -> Hours {
    Hours {
        day: p.working_hours.mean,
        visit: p.visit_hours.mean,
        fixed: p.trip_fixed_hours.mean,
        near: p.day_trip_hours.mean,
        trip_days: p.trip_days.mean.round() as u32,
    }
}

/// What every step needs.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub frame: &'a Frame,
    pub teams: &'a [Team],
    pub roads: Roads<'a>,
    pub hours: Hours,
    pub displacement: f64,
    /// Lengths of the weeks of working days.
    pub weeks: &'a [u32],
    pub across_provinces: bool,
}

impl<'a> Setting<'a> {
    fn new(p: &PlanningScalars, frame: &'a Frame, ask: &Ask<'a>, weeks: &'a [u32]) -> Self {
        let (roads, displacement) = (Roads::new(p, ask.travel), p.displacement_share.mean);
        Self { frame, teams: ask.teams, roads, hours: hours(p), displacement, weeks, across_provinces: ask.across_provinces }
    }

    fn random_part(&self, p: &PlanningScalars, ask: &Ask<'_>) -> Design {
        sampling::draw(self, ask.random_share.unwrap_or(p.exploration_share.mean), ask.seed)
    }
}

/// The random part of a plan alone, (8.3): it depends on nothing that is chosen after it.
#[must_use]
pub fn random_part(a: &Assessment<'_>, ask: &Ask<'_>) -> Design {
    let p = &a.parameters.planning.scalars;
    let frame = Frame::new(a, ask);
    Setting::new(p, &frame, ask, &[]).random_part(p, ask)
}

/// Makes a plan.
///
/// Cost: `O(n log n)` in sites; trips of each team to each district it may go to are tried with at most some hundred sites each.
///
/// # Errors
/// [`Error::NoPlan`] when there is nothing to plan with or nothing to visit; [`Error::Cancelled`]; [`Error::BrokenPlan`] when the plan
/// does not hold, which is a defect of the program.
pub fn plan(a: &Assessment<'_>, ask: &Ask<'_>, observer: &dyn Observer) -> Result<Plan> {
    let p = &a.parameters.planning.scalars;
    let none = |what: &'static str| Err(Error::NoPlan { what });
    if ask.teams.is_empty() {
        return none("there is no team");
    }
    if ask.teams.iter().all(|t| t.days == 0 || t.daily_sites == 0) {
        return none("no team has a day");
    }
    let hours = hours(p);
    if !ask.dates.is_empty() && ask.teams.iter().any(|t| t.days as usize > ask.dates.len()) {
        return none("a team has more days than there are working days");
    }
    if hours.visit + hours.fixed > hours.day {
        return none("a visit does not fit into a working day");
    }
    let frame = Frame::new(a, ask);
    if frame.candidates.is_empty() {
        return none("no site may be visited");
    }
    let weeks = calendar::weeks(ask.dates, ask.teams.iter().map(|t| t.days).max().unwrap_or(0));
    let setting = Setting::new(p, &frame, ask, &weeks);
    observer.check()?;
    let design = setting.random_part(p, ask);
    let random = realise::random_trips(&setting, &design)?;
    observer.check()?;
    let counts = Counts::new(&setting, &random, ask.district_minimum);
    observer.check()?;
    let (chosen, quality) = realise::best(&setting, &counts, &random, ask.time_limit, observer)?;
    let mut trips = random;
    trips.extend(chosen);
    calendar::lay(&mut trips, ask.teams, &weeks);
    let unmet = realise::unmet(&setting, &trips, ask.district_minimum);
    let mut out = Plan { design, trips, unmet, quality, comparison: Vec::new(), frame: frame.clone() };
    if let Some(broken) = check(a, ask, &out).into_iter().next() {
        return Err(Error::BrokenPlan { what: broken });
    }
    observer.check()?;
    out.comparison = compare::comparisons(a, &setting, &out, ask);
    Ok(out)
}
