//! `plan.json`: what was planned, from what, and how good it is. No clock: the same inputs give the same bytes, unless the solver ran out of
//! time, which it says.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tierlight_core::METHOD_VERSION;
use tierlight_core::decide::plan::{Comparison, Kind, LeftOut, Unmet};
use tierlight_core::model::HAZARDS;

use super::PlanOutput;
use crate::run::{PackRecord, RunRecord};

/// A plan as `plan.json` has it, by whom it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum PlanRecord {
    /// Visits of teams on days.
    Inspectorate(InspectionRecord),
    /// Visits on a budget.
    Exporter(AuditRecord),
    /// What to find out in a chain.
    Brand(ChainRecord),
}

impl PlanRecord {
    /// The run it was made from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Inspectorate(p) => &p.origin,
            Self::Exporter(p) => &p.origin,
            Self::Brand(p) => &p.origin,
        }
    }
}

/// The run that a plan was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Version of the program.
    pub engine_version: String,
    /// Version of the method.
    pub method_version: String,
    /// Reference packs of the run.
    pub packs: Vec<PackRecord>,
    /// SHA-256 over the input of the run.
    pub input_digest: String,
    /// Day on which the run looked at the network.
    pub as_of: String,
}

impl Origin {
    /// Of a run and the day it looked at.
    #[must_use]
    pub fn new(run: &RunRecord, as_of: jiff::civil::Date) -> Self {
        Self {
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
            method_version: METHOD_VERSION.to_owned(),
            packs: run.packs.clone(),
            input_digest: run.input_digest(),
            as_of: as_of.to_string(),
        }
    }
}

/// Visits on a budget of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRecord {
    /// The run.
    #[serde(flatten)]
    pub origin: Origin,
    /// Buyer whose chain it is; absent is the whole run.
    pub buyer: Option<String>,
    /// Money there is, in the user's currency.
    pub budget: f64,
    /// Prices as given: `WAY=AMOUNT`.
    pub cost: Vec<String>,
    /// Money spent.
    pub spent: f64,
    /// Visits.
    pub visits: usize,
    /// Visits that had to be.
    pub follow_ups: usize,
    /// Sites that had to be visited and do not fit into the budget.
    pub unmet_follow_ups: Vec<String>,
    /// What the visits tell (8.6).
    pub tells: f64,
    /// No choice on the budget tells more.
    pub bound: f64,
    /// (bound − tells) / tells.
    pub gap: f64,
}

/// What to find out next in a buyer's chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainRecord {
    /// The run.
    #[serde(flatten)]
    pub origin: Origin,
    /// Buyer.
    pub buyer: String,
    /// Hazard.
    pub hazard: String,
    /// Method of a visit.
    pub method: String,
    /// Draws.
    pub draws: usize,
    /// Seed.
    pub seed: u64,
    /// Linked share over the draws.
    pub linked_share: ShareRecord,
    /// Tiers, from the first.
    pub tiers: Vec<TierRecord>,
}

/// A share with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShareRecord {
    /// Mean.
    pub mean: f64,
    /// 5th percentile.
    pub p05: f64,
    /// 95th percentile.
    pub p95: f64,
}

/// What opening a tier would tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TierRecord {
    /// Tier.
    pub tier: u32,
    /// Sites that do not say all their suppliers.
    pub sites: usize,
    /// Untraced value, share of what the buyer buys.
    pub untraced_value: f64,
    /// Linked share that it carries.
    pub linked_share: f64,
    /// The interval of the linked share becomes narrower by at most this.
    pub narrowing_at_most: f64,
}

/// Visits of teams on days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InspectionRecord {
    /// The run.
    #[serde(flatten)]
    pub origin: Origin,
    /// Options as given.
    pub options: serde_json::Value,
    /// Seed of the random part and of the comparison.
    pub seed: u64,
    /// Month, 1 to 12.
    pub month: i8,
    /// Teams with their days and the days the plan uses.
    pub teams: Vec<TeamRecord>,
    /// Sites that could be visited.
    pub eligible_sites: usize,
    /// Sites left out, by reason.
    pub left_out: BTreeMap<String, usize>,
    /// Sites that could be visited, by what the month does to them.
    pub seasons: BTreeMap<String, usize>,
    /// Visits by kind.
    pub visits: BTreeMap<String, usize>,
    /// Days of trips of the random part.
    pub random_days: u32,
    /// Sites in districts that the random part could draw.
    pub random_frame_sites: u32,
    /// How good the chosen part is.
    pub quality: QualityRecord,
    /// The plan and other choices on the same budget.
    pub comparison: Vec<ComparisonRecord>,
    /// What was asked for and does not fit, in words.
    pub unmet: Vec<String>,
    /// Parameters of planning with their grades: name, value, grade, source.
    pub parameters: Vec<(String, f64, String, String)>,
}

/// A team of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TeamRecord {
    /// Id.
    pub team_id: String,
    /// Days it has.
    pub days: u32,
    /// Days of its trips.
    pub days_used: u32,
    /// Visits.
    pub visits: usize,
    /// Hours of driving.
    pub driving_hours: f64,
}

/// How good a choice is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QualityRecord {
    /// `milp` or `greedy`.
    pub chosen_by: String,
    /// Worth of the chosen part (8.1).
    pub worth: f64,
    /// No choice on the same days is worth more.
    pub bound: f64,
    /// (bound − worth) / worth.
    pub gap: f64,
    /// The solver ran out of time.
    pub timed_out: bool,
}

/// What a choice is expected to reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparisonRecord {
    /// `plan`, `chosen_part`, `random_sites`, `random_trips`, `earlier_list`.
    pub of: String,
    /// Days of teams, travel included.
    pub days: f64,
    /// Visits.
    pub visits: f64,
    /// Children expected to be reached by hazard, girls and boys.
    pub expected_children: BTreeMap<String, [f64; 2]>,
    /// Children in child labour for each day of a team.
    pub children_a_day: f64,
    /// Children in child labour for each visit.
    pub children_a_visit: f64,
    /// Worth (8.1).
    pub worth: f64,
    /// Worth for each day of a team.
    pub worth_a_day: f64,
    /// Worth for each visit.
    pub worth_a_visit: f64,
}

fn comparison(c: &Comparison) -> ComparisonRecord {
    ComparisonRecord {
        of: c.of.slug().to_owned(),
        days: c.days,
        visits: c.visits,
        expected_children: HAZARDS.iter().map(|h| (h.slug().to_owned(), c.reached[h.index()])).collect(),
        children_a_day: c.a_day(c.children()),
        children_a_visit: c.a_visit(c.children()),
        worth: c.worth,
        worth_a_day: c.a_day(c.worth),
        worth_a_visit: c.a_visit(c.worth),
    }
}

/// Builds the record.
#[must_use]
pub fn record(o: &PlanOutput<'_>) -> InspectionRecord {
    let (a, plan) = (o.assessment, o.plan);
    let team = |(row, team): (usize, &tierlight_core::decide::plan::Team)| {
        let own = || plan.trips.iter().filter(|t| t.team as usize == row);
        TeamRecord {
            team_id: team.id.clone(),
            days: team.days,
            days_used: own().map(|t| t.days).sum(),
            visits: own().map(|t| t.visits.len()).sum(),
            driving_hours: own().flat_map(|t| &t.driving).sum(),
        }
    };
    let visits = plan.trips.iter().flat_map(|t| &t.visits);
    let is_random = |t: &&tierlight_core::decide::plan::Trip| t.visits.iter().any(|v| v.kind == Kind::Random);
    let stages = plan.design.strata.iter().flat_map(|s| &s.areas);
    let q = &plan.quality;
    InspectionRecord {
        origin: Origin::new(o.run, a.network.as_of()),
        options: o.options.clone(),
        seed: o.ask.seed,
        month: o.ask.month,
        teams: o.ask.teams.iter().enumerate().map(team).collect(),
        eligible_sites: plan.frame.candidates.len(),
        left_out: LeftOut::ALL.iter().map(|r| (r.slug().to_owned(), plan.frame.left_out.get(r).copied().unwrap_or(0))).collect(),
        seasons: [
            ("slack", plan.frame.candidates.iter().filter(|c| c.slack).count()),
            ("school_holidays", plan.frame.candidates.iter().filter(|c| c.school_holidays).count()),
        ]
        .map(|(name, sites)| (name.to_owned(), sites))
        .into(),
        visits: Kind::ALL.iter().map(|k| (k.slug().to_owned(), visits.clone().filter(|v| v.kind == *k).count())).collect(),
        random_days: plan.trips.iter().filter(is_random).map(|t| t.days).sum(),
        random_frame_sites: stages.filter(|s| s.probability > 0.0).map(|s| s.sites).sum(),
        quality: QualityRecord { chosen_by: q.by.slug().to_owned(), worth: q.worth, bound: q.bound, gap: q.gap, timed_out: q.timed_out },
        comparison: plan.comparison.iter().map(comparison).collect(),
        unmet: unmet(o),
        parameters: a
            .parameters
            .planning
            .scalars
            .iter()
            .map(|(name, v)| (name.to_owned(), v.mean, v.provenance.grade.letter().to_owned(), v.provenance.source.clone()))
            .collect(),
    }
}

/// What was asked for and does not fit, in words.
fn unmet(o: &PlanOutput<'_>) -> Vec<String> {
    let frame = &o.plan.frame;
    let id = |site: u32| o.assessment.network.site_id(site as usize);
    let lost = frame.lost_follow_ups.iter().map(|(site, why)| format!("follow-up of {}: {}", id(*site), why.label()));
    let other = o.plan.unmet.iter().map(|u| match u {
        Unmet::FollowUp(row) => {
            let c = &frame.candidates[*row as usize];
            format!("follow-up of {} in {}: no team has days enough to go there", id(c.site), frame.areas[c.area as usize].name)
        }
        Unmet::DistrictMinimum(area, lacking) => format!("{}: {lacking} visits below the minimum", frame.areas[*area as usize].name),
        Unmet::Displacement(row, lacking) => {
            format!("{lacking} more sites that take in work from {} should be visited with it", id(frame.candidates[*row as usize].site))
        }
    });
    lost.chain(other).collect()
}
