//! How a version is scored.

use serde::{Deserialize, Serialize};
use tierlight_store::ResultId;
use utoipa::ToSchema;

use super::{Arguments, Question, date, draws, few_packs, share};
use crate::problem::Problem;

/// Whether orders add modelled sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hidden {
    /// A modelled site for each site with recent orders.
    On,
    /// Orders explain, and change no score.
    Off,
}

/// How what lies upstream is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// By search up to 200,000,000 sites times links, else from sketches.
    Size,
    /// By search: exact.
    Search,
    /// From sketches.
    Sketch,
    /// Not at all.
    Nothing,
}

/// How a version is scored: arguments of `tierlight score`. The file `matches` may come with it: a table of matches that people reviewed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "draws": 400, "seed": 1 }))]
pub struct ScoreOptions {
    /// Day on which the network is looked at; that of the version if it is left out. Evidence of later days is not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub as_of: Option<String>,
    /// Draws of what is not known, for intervals; 0 is none. 400 up to 200,000 sites, fewer above, if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws: Option<usize>,
    /// Seed of the draws; 1 if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Share of a table's rows that may be rejected before the run fails; entries of the ledger do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_rejected: Option<f64>,
    /// Whether orders add modelled sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
    /// How what lies upstream is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// Writes network.graphml even above 200,000 links.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub graphml: bool,
    /// Packs to lay over the built-in ones and those that the version is read with, later ones winning: ids of results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub packs: Vec<ResultId>,
}

impl Question for ScoreOptions {
    fn check(&self) -> Result<(), Problem> {
        date("as_of", self.as_of.as_ref())?;
        draws(self.draws)?;
        share("max_rejected", self.max_rejected)?;
        few_packs(&self.packs)
    }

    /// But for packs, which are folders: the job names each with `--pack`; and the day, which stands in place of the version's.
    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.maybe("draws", self.draws);
        out.maybe("seed", self.seed);
        out.maybe("max-rejected", self.max_rejected);
        if let Some(hidden) = &self.hidden {
            out.word("hidden", hidden);
        }
        if let Some(reach) = &self.reach {
            out.word("reach", reach);
        }
        out.switch("graphml", self.graphml);
        out
    }

    fn packs(&self) -> Vec<ResultId> {
        self.packs.clone()
    }

    fn files() -> &'static [&'static str] {
        &["matches"]
    }
}
