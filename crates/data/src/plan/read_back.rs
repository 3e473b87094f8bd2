//! A plan folder, read again.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{ACTIONS, AUDITS, MARK, PlanRecord, VISITS};
use crate::error::{Error, Result};

/// A plan with the rows of its table.
#[derive(Debug, Clone)]
pub struct SavedPlan {
    /// Its record.
    pub record: PlanRecord,
    /// Visits of an inspectorate's plan, in their order.
    pub visits: Vec<VisitRow>,
    /// Visits of an exporter's plan.
    pub audits: Vec<AuditRow>,
    /// What to find out, of a brand's plan.
    pub actions: Vec<ActionRow>,
}

/// A row of `visits.csv`, as far as it is read.
#[derive(Debug, Clone, Deserialize)]
pub struct VisitRow {
    /// Date; empty where the plan has none.
    pub date: String,
    /// Day of the plan, from 1.
    pub day: u32,
    /// Team.
    pub team_id: String,
    /// Order on the day.
    pub order: u32,
    /// Time of arrival.
    pub starts: String,
    /// Site.
    pub site_id: String,
    /// Why it is visited: `random`, `follow_up`, `targeted`, `displacement`.
    pub kind: String,
    /// Method.
    pub method: String,
    /// π of a random visit.
    pub inclusion_probability: Option<f64>,
    /// Girls that the visit is expected to reach.
    pub child_labour_girls: f64,
    /// Boys that the visit is expected to reach.
    pub child_labour_boys: f64,
    /// Reasons in words.
    pub reasons: String,
}

/// A row of `audits.csv`, as far as it is read.
#[derive(Debug, Clone, Deserialize)]
pub struct AuditRow {
    /// Site.
    pub site_id: String,
    /// Way of looking.
    pub way: String,
    /// Cost.
    pub cost: f64,
    /// `follow_up` or `chosen`.
    pub kind: String,
    /// Chance that children are found.
    pub chance_to_find: f64,
    /// Presence if they are.
    pub presence_if_found: f64,
    /// Presence if they are not.
    pub presence_if_not_found: f64,
}

/// A row of `actions.csv`, as far as it is read.
#[derive(Debug, Clone, Deserialize)]
pub struct ActionRow {
    /// `open_suppliers` or `visit`.
    pub action: String,
    /// Site.
    pub site_id: String,
    /// Tier.
    pub tier: u32,
    /// Share of what the buyer buys.
    pub value: f64,
    /// Linked share.
    pub linked_share: f64,
    /// The interval of the linked share becomes narrower by this.
    pub narrowing: f64,
}

/// Reads a plan folder.
///
/// # Errors
/// The folder is no plan, or a file of it is damaged or from another version of the program.
pub fn read_plan(folder: &Path) -> Result<SavedPlan> {
    let path = folder.join(MARK);
    if !path.is_file() {
        return Err(Error::Unreadable {
            path: folder.to_owned(),
            reason: format!("not a plan folder (no {MARK})"),
            hint: "make one with `tierlight plan RUN`".to_owned(),
        });
    }
    let text = std::fs::read(&path).map_err(|e| Error::io(&path, &e))?;
    let record: PlanRecord = serde_json::from_slice(&text).map_err(|e| other(&path, e.to_string()))?;
    let mut out = SavedPlan { record, visits: Vec::new(), audits: Vec::new(), actions: Vec::new() };
    match &out.record {
        PlanRecord::Inspectorate(_) => out.visits = rows(&folder.join(VISITS))?,
        PlanRecord::Exporter(_) => out.audits = rows(&folder.join(AUDITS))?,
        PlanRecord::Brand(_) => out.actions = rows(&folder.join(ACTIONS))?,
    }
    Ok(out)
}

fn rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_path(path).map_err(|e| other(path, e.to_string()))?;
    reader.deserialize().collect::<std::result::Result<_, _>>().map_err(|e: csv::Error| other(path, e.to_string()))
}

fn other(path: &Path, reason: String) -> Error {
    Error::Unreadable { path: path.to_owned(), reason, hint: "plan again: it is damaged, or another version wrote it".to_owned() }
}
