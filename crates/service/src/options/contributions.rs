//! What sites contribute to buyers, as a table.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Arguments, HazardWord, Question, texts};
use crate::problem::Problem;
use crate::problem::table::INVALID;

/// What sites contribute to buyers: arguments of `tierlight trace` with a table to write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "buyers": ["BR-01", "BR-02"], "top": 50 }))]
pub struct ContributionsOptions {
    /// Buyers, by id or name; all at the end of the chain if it is empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buyers: Vec<String>,
    /// Hazard by which contributions are put in order.
    pub hazard: HazardWord,
    /// Contributing sites of each buyer, the largest first; 10 if it is left out. What all others add is a row of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
}

/// Most buyers that are named.
const BUYERS: usize = 1_000;
/// Most sites of each buyer.
const TOP: usize = 1_000_000;

impl Question for ContributionsOptions {
    fn check(&self) -> Result<(), Problem> {
        if self.top.is_some_and(|top| top > TOP) {
            return Err(Problem::new(INVALID, format!("top is at most {TOP}")));
        }
        texts("buyers", &self.buyers, BUYERS)
    }

    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        for buyer in &self.buyers {
            out.value("buyer", buyer);
        }
        out.switch("all-buyers", self.buyers.is_empty());
        out.hazard(self.hazard);
        out.maybe("top", self.top);
        out
    }
}
