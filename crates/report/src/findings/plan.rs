//! The plan that goes with a report: visits on days, visits on a budget, or what to find out in a chain.
//!
//! Never in public: who is visited when is told to nobody outside.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;

use super::Purpose;
use super::site::{SiteFinding, SiteRef, sites};

/// A plan, by whom it is for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Plan {
    /// Visits of teams on days.
    Inspectorate(Inspections),
    /// Visits on a budget.
    Exporter(Audits),
    /// What to find out in a chain.
    Brand(Chain),
}

impl Plan {
    /// For whom it is.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        match self {
            Self::Inspectorate(_) => Purpose::Inspectorate,
            Self::Exporter(_) => Purpose::Exporter,
            Self::Brand(_) => Purpose::Brand,
        }
    }
}

/// Visits of teams on days.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Inspections {
    /// Year and month.
    pub month: String,
    /// Teams.
    pub teams: Vec<Team>,
    /// Visits in the order in which they are made.
    pub visits: Vec<Visit>,
    /// The plan and other choices on the same days.
    pub compared: Vec<Compared>,
    /// Sites for which the visits drawn at random speak.
    pub random_sites: u32,
    /// How far the chosen part may be from the best, as a part of it.
    pub gap: f64,
    /// Sites in slack season.
    pub slack: usize,
    /// Sites where schools are on holiday.
    pub school_holidays: usize,
    /// What was asked for and does not fit, in English.
    pub unmet: Vec<String>,
}

/// A team of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Team {
    /// Id.
    pub team: String,
    /// Days it has.
    pub days: u32,
    /// Days of its trips.
    pub days_used: u32,
    /// Visits.
    pub visits: usize,
    /// Hours of driving.
    pub driving_hours: f64,
}

/// A visit of a team.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Visit {
    /// Date; empty where the plan has only numbers of days.
    pub date: String,
    /// Day of the plan, from 1.
    pub day: u32,
    /// Team.
    pub team: String,
    /// Time of arrival.
    pub starts: String,
    /// Site.
    pub site: SiteFinding,
    /// `random`, `follow_up`, `targeted`, `displacement`.
    pub kind: String,
    /// Method.
    pub method: String,
    /// Probability that a random visit is drawn.
    pub inclusion: Option<f64>,
    /// Girls that it is expected to reach.
    pub girls: f64,
    /// Boys that it is expected to reach.
    pub boys: f64,
}

/// What a choice on the same days is expected to reach.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Compared {
    /// `plan`, `chosen_part`, `random_sites`, `random_trips`, `earlier_list`.
    pub of: String,
    /// Days of teams.
    pub days: f64,
    /// Visits.
    pub visits: f64,
    /// Girls in child labour expected to be reached.
    pub girls: f64,
    /// Boys in child labour expected to be reached.
    pub boys: f64,
    /// Children for each day of a team.
    pub a_day: f64,
    /// Children for each visit.
    pub a_visit: f64,
}

/// Visits on a budget.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Audits {
    /// Money there is, in the user's currency.
    pub budget: f64,
    /// Money spent.
    pub spent: f64,
    /// How far it may be from the best, as a part of it.
    pub gap: f64,
    /// Visits, those that had to be first.
    pub visits: Vec<Audit>,
    /// Ids of sites that had to be visited and do not fit into the budget.
    pub unmet: Vec<String>,
}

/// A visit on a budget.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Audit {
    /// Site.
    pub site: SiteFinding,
    /// Way of looking.
    pub way: String,
    /// Cost.
    pub cost: f64,
    /// `follow_up` or `chosen`.
    pub kind: String,
    /// Chance that children are found.
    pub finds: f64,
    /// Presence if they are.
    pub if_found: f64,
    /// Presence if they are not.
    pub if_not_found: f64,
}

/// What to find out in a chain.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Chain {
    /// The buyer.
    pub buyer: SiteRef,
    /// Hazard.
    pub hazard: String,
    /// Linked share over the draws.
    pub linked: f64,
    /// Its 5 % and 95 % points.
    pub interval: [f64; 2],
    /// Tiers, from the first.
    pub tiers: Vec<Tier>,
    /// What to do, the most telling first.
    pub actions: Vec<ToDo>,
}

/// What opening a tier would tell.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Tier {
    /// Tier.
    pub tier: u32,
    /// Sites that do not say all their suppliers.
    pub sites: usize,
    /// Untraced value.
    pub untraced: f64,
    /// Linked share that it carries.
    pub linked: f64,
    /// The interval becomes narrower by at most this.
    pub narrower: f64,
}

/// Something to find out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ToDo {
    /// `open_suppliers` or `visit`.
    pub action: String,
    /// Site.
    pub site: SiteFinding,
    /// Tier.
    pub tier: u32,
    /// Value that it is about.
    pub value: f64,
    /// The interval becomes narrower by this.
    pub narrower: f64,
}

/// Sites of a plan as findings, by row.
#[must_use]
pub fn sites_by_row(a: &Assessment<'_>, rows: &[usize]) -> HashMap<usize, SiteFinding> {
    let mut order = rows.to_vec();
    order.sort_unstable_by_key(|&r| (a.priority[r].rank, r));
    order.dedup();
    let found = sites(a, &order);
    order.into_iter().zip(found).collect()
}
