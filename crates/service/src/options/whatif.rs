//! What a change would do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Arguments, Question, draws, text, texts};
use crate::problem::Problem;
use crate::problem::table::INVALID;

/// An action of a scenario. Sites may be named by id, or by a name that one site has; agents by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Verified remediation, on the day of the run, of everything found at a site.
    Remediate {
        /// Site.
        site: String,
    },
    /// A site is registered, and its work is no longer done in homes.
    Formalise {
        /// Site.
        site: String,
    },
    /// An agent gives no more advances that bind workers.
    EndAdvanceDebt {
        /// Agent.
        agent: String,
    },
    /// A buyer buys nothing from a supplier any more.
    Drop {
        /// Supplier.
        supplier: String,
        /// Buyer.
        buyer: String,
    },
    /// A part of what a buyer buys from one supplier is bought from another.
    Move {
        /// Buyer.
        buyer: String,
        /// Supplier it is taken from.
        from: String,
        /// Supplier it goes to.
        to: String,
        /// Part of what the buyer buys from `from`.
        #[schema(minimum = 0.0, maximum = 1.0)]
        share: f64,
    },
    /// A buyer's untraced purchases become links to typical suppliers.
    Disclose {
        /// Buyer.
        buyer: String,
    },
}

/// Actions that are taken one after another: a scenario file of the command line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name, shown where scenarios stand side by side.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Actions.
    pub actions: Vec<Action>,
}

/// What a change would do: arguments of `tierlight whatif`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "scenarios": [{ "name": "remediate", "actions": [{ "action": "remediate", "site": "VW-27" }] }] }))]
pub struct WhatIfOptions {
    /// Scenarios to set side by side, each against the run as it is.
    pub scenarios: Vec<Scenario>,
    /// Buyers to show, by id or name; all at the end of the chain if it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buyers: Vec<String>,
    /// Draws of what is not known, for intervals; 0 is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws: Option<usize>,
}

/// Most scenarios.
const SCENARIOS: usize = 20;
/// Most actions of a scenario.
const ACTIONS: usize = 1_000;
/// Most buyers.
const BUYERS: usize = 1_000;

impl Question for WhatIfOptions {
    fn check(&self) -> Result<(), Problem> {
        if self.scenarios.is_empty() || self.scenarios.len() > SCENARIOS {
            return Err(Problem::new(INVALID, format!("{} scenarios, expected from 1 to {SCENARIOS}", self.scenarios.len())));
        }
        for scenario in &self.scenarios {
            text("name", Some(&scenario.name))?;
            if scenario.actions.is_empty() || scenario.actions.len() > ACTIONS {
                return Err(Problem::new(INVALID, format!("{} actions, expected from 1 to {ACTIONS}", scenario.actions.len())));
            }
        }
        texts("buyers", &self.buyers, BUYERS)?;
        draws(self.draws)
    }

    /// But for the scenarios, which are files: the job writes each as `scenario-N.json`, and names the first with `--scenario` and all
    /// others with `--compare`.
    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        for buyer in &self.buyers {
            out.value("buyer", buyer);
        }
        out.maybe("draws", self.draws);
        out
    }
}
