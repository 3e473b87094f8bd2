//! Scenario files: what-if actions by the ids of a run's sites and agents, saved and applied again.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::atomic::write_file;
use crate::error::{Error, Result};

/// A scenario: actions that are taken one after another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name, shown where scenarios stand side by side.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Actions, in the order in which they are taken.
    pub actions: Vec<ScenarioAction>,
}

/// An action of a scenario. Sites may be named by id, or by a name that one site has; agents by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum ScenarioAction {
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
    /// A buyer buys nothing from a supplier any more; what it bought there becomes untraced.
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
        #[schemars(range(min = 0.0, max = 1.0))]
        share: f64,
    },
    /// A buyer's untraced purchases become links to typical suppliers of the sectors that its own buys from.
    Disclose {
        /// Buyer.
        buyer: String,
    },
}

/// Reads a scenario.
///
/// # Errors
/// A file that cannot be read, or that is no scenario: with line, column and what was expected.
pub fn read_scenario(path: &Path) -> Result<Scenario> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, &e))?;
    serde_json::from_str(&text).map_err(|e| Error::Malformed {
        code: "scenario",
        file: path.display().to_string(),
        row: e.line() as u64,
        column: e.column().to_string(),
        found: e.to_string(),
        expected: "a scenario: name, and actions as in schemas/scenario.json".to_owned(),
        hint: "`tierlight whatif RUN … --save FILE` writes one to begin with".to_owned(),
    })
}

/// Writes a scenario, as a whole or not at all.
///
/// # Errors
/// The file exists and may not be replaced, or cannot be written.
pub fn write_scenario(path: &Path, replace: bool, scenario: &Scenario) -> Result<()> {
    let failed = |reason: String| Error::Unwritable { path: path.to_owned(), reason, hint: "choose another file".to_owned() };
    let text = serde_json::to_string_pretty(scenario).map_err(|e| failed(e.to_string()))? + "\n";
    write_file(path, replace, |out| std::io::Write::write_all(out, text.as_bytes()).map_err(|e| failed(e.to_string())))
}
