//! Plans.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tierlight_store::ResultId;
use utoipa::ToSchema;

use super::{Arguments, HazardWord, PackNames, Question, date, few_packs, share, text, texts};
use crate::problem::Problem;
use crate::problem::table::INVALID;

/// For whom a plan is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanPurpose {
    /// Teams, days, districts.
    #[default]
    Inspectorate,
    /// Ways of looking, sites, money.
    Exporter,
    /// Which part of a chain to open next.
    Brand,
}

/// A plan: arguments of `tierlight plan`. Files that may come with it: `teams` (an inspectorate's must), `travel`, `previous`, `follow_ups`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "for": "brand", "buyer": "BR-01" }))]
#[allow(clippy::struct_excessive_bools, reason = "switches of the command")]
pub struct PlanOptions {
    /// For whom.
    #[serde(rename = "for")]
    pub purpose: PlanPurpose,
    /// Days of every team, instead of those in the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Month, YYYY-MM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
    /// Days on which nobody works.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<String>,
    /// Teams work on Saturdays.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub saturdays: bool,
    /// Share of the days that goes to sites drawn at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random_share: Option<f64>,
    /// Fewest visits in each district that has sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district_minimum: Option<u32>,
    /// Seed of the random part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Seconds that the solver may take for each of its problems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<u32>,
    /// How sites are visited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Children are asked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub children_interviewed: bool,
    /// Questions are asked away from the site.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub off_site: bool,
    /// Homes may be entered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enter_homes: bool,
    /// Visits sites that are shut in the month.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub visit_closed: bool,
    /// Teams work outside the province of their home.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub across_provinces: bool,
    /// Buyer whose chain it is: a brand must say, an exporter may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<String>,
    /// Hazard of a brand's plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazard: Option<HazardWord>,
    /// Money for an exporter's visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// What a visit costs by way of looking.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cost: BTreeMap<String, f64>,
    /// Country of districts in the tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Packs to look names of districts up in, beside the built-in ones: ids of results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub packs: Vec<ResultId>,
}

/// Longest that a solver may take, seconds.
const SOLVER: u32 = 3_600;

impl Question for PlanOptions {
    fn check(&self) -> Result<(), Problem> {
        share("random_share", self.random_share)?;
        text("month", self.month.as_ref())?;
        text("method", self.method.as_ref())?;
        text("buyer", self.buyer.as_ref())?;
        text("country", self.country.as_ref())?;
        texts("holidays", &self.holidays, 366)?;
        few_packs(&self.packs)?;
        self.holidays.iter().try_for_each(|day| date("holidays", Some(day)))?;
        if self.time_limit.is_some_and(|s| s == 0 || s > SOLVER) {
            return Err(Problem::new(INVALID, format!("time_limit is outside 1 to {SOLVER} seconds")));
        }
        let money = self.budget.iter().chain(self.cost.values());
        if money.into_iter().any(|x| !x.is_finite() || *x < 0.0) {
            return Err(Problem::new(INVALID, "budget or a cost is no amount of money"));
        }
        self.cost.keys().try_for_each(|way| text("cost", Some(way)))
    }

    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.word("for", &self.purpose);
        out.maybe("days", self.days);
        out.maybe("month", self.month.as_ref());
        if !self.holidays.is_empty() {
            out.value("holidays", self.holidays.join(","));
        }
        out.switch("saturdays", self.saturdays);
        out.maybe("random-share", self.random_share);
        out.maybe("district-minimum", self.district_minimum);
        out.maybe("seed", self.seed);
        out.maybe("time-limit", self.time_limit);
        out.maybe("method", self.method.as_ref().map(|m| m.replace('_', "-")));
        out.switch("children-interviewed", self.children_interviewed);
        out.switch("off-site", self.off_site);
        out.switch("enter-homes", self.enter_homes);
        out.switch("visit-closed", self.visit_closed);
        out.switch("across-provinces", self.across_provinces);
        out.maybe("buyer", self.buyer.as_ref());
        if let Some(hazard) = self.hazard {
            out.hazard(hazard);
        }
        out.maybe("budget", self.budget);
        for (way, amount) in &self.cost {
            out.value("cost", format!("{way}={amount}"));
        }
        out.maybe("country", self.country.as_ref());
        out
    }

    fn files() -> &'static [&'static str] {
        &["teams", "travel", "previous", "follow_ups"]
    }

    fn packs(&self) -> Vec<ResultId> {
        self.packs.clone()
    }

    fn pack_names(&self) -> PackNames {
        PackNames { country: self.country.clone(), ..PackNames::default() }.of(&self.packs)
    }
}
