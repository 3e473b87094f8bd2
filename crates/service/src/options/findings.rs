//! Findings: held against rules of law, and learned from.

use serde::{Deserialize, Serialize};
use tierlight_store::ResultId;
use utoipa::ToSchema;

use super::read::{Mapping, mapping};
use super::{Arguments, PackNames, Question, date, few_packs, text};
use crate::problem::Problem;
use crate::problem::table::INVALID;

/// Findings held against rules of law: arguments of `tierlight qualify`. The file `findings` comes with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "country": "PK", "date": "2026-11-23" }))]
pub struct QualifyOptions {
    /// Country of rows that state none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Day for findings without a date, and the latest a date may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Column mapping: table, column of the format, header of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map: Option<Mapping>,
    /// Encoding of text files that are not UTF-8 or UTF-16.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Leaves columns with personal data out instead of stopping.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub drop_personal: bool,
    /// Packs to lay over the built-in ones, which may hold rules: ids of results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub packs: Vec<ResultId>,
}

impl Question for QualifyOptions {
    fn check(&self) -> Result<(), Problem> {
        text("country", self.country.as_ref())?;
        text("encoding", self.encoding.as_ref())?;
        few_packs(&self.packs)?;
        mapping(self.map.as_ref())?;
        date("date", self.date.as_ref())
    }

    /// But for the map, which is a file: the job names it with `--map`.
    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.maybe("country", self.country.as_ref());
        out.maybe("date", self.date.as_ref());
        out.maybe("encoding", self.encoding.as_ref());
        out.switch("drop-personal", self.drop_personal);
        out
    }

    fn files() -> &'static [&'static str] {
        &["findings"]
    }

    fn packs(&self) -> Vec<ResultId> {
        self.packs.clone()
    }

    fn pack_names(&self) -> PackNames {
        PackNames { country: self.country.clone(), ..PackNames::default() }.of(&self.packs)
    }
}

/// What visits of plans found, learned from: arguments of `tierlight learn`. A file `findings` comes with it for each plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "plans": ["res_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b"], "date": "2026-11-23" }))]
pub struct LearnOptions {
    /// Plans that were made from the run, one for each round of visits: ids of results. As many files `findings` come with them, in their
    /// order.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 24)]
    pub plans: Vec<ResultId>,
    /// Standard deviation of the share that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_sd: Option<f64>,
    /// Latest day that a finding may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Encoding of text files that are not UTF-8 or UTF-16.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Leaves columns with personal data out instead of stopping.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drop_personal: bool,
    /// Seed of the draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// Most plans: two years of months.
const PLANS: usize = 24;

impl Question for LearnOptions {
    fn check(&self) -> Result<(), Problem> {
        text("encoding", self.encoding.as_ref())?;
        date("date", self.date.as_ref())?;
        if self.target_sd.is_some_and(|x| !(x > 0.0 && x < 1.0)) {
            return Err(Problem::new(INVALID, "target_sd is outside 0 to 1"));
        }
        if self.plans.is_empty() || self.plans.len() > PLANS {
            return Err(Problem::new(INVALID, format!("{} plans, expected from 1 to {PLANS}", self.plans.len())));
        }
        Ok(())
    }

    /// But for plans and findings, which are folders and files: the job names them with `--plan` and `--findings`.
    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.maybe("target-sd", self.target_sd);
        out.maybe("date", self.date.as_ref());
        out.maybe("encoding", self.encoding.as_ref());
        out.switch("drop-personal", self.drop_personal);
        out.maybe("seed", self.seed);
        out
    }

    fn files() -> &'static [&'static str] {
        &["findings"]
    }

    fn many(stem: &str) -> bool {
        stem == "findings"
    }

    fn plans(&self) -> Vec<ResultId> {
        self.plans.clone()
    }
}
