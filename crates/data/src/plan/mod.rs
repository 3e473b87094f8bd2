//! Plan folders: what a team, an office and a later program need of a plan, complete or absent.

mod geojson;
mod read_back;
mod record;
mod tables;

use std::path::Path;

use tierlight_core::decide::plan::{Ask, Plan};
use tierlight_core::{Assessment, Observer};

pub use read_back::{ActionRow, AuditRow, SavedPlan, VisitRow, read_plan};
pub use record::{
    AuditRecord, ChainRecord, ComparisonRecord, InspectionRecord, Origin, PlanRecord, QualityRecord, ShareRecord, TeamRecord, TierRecord,
    record,
};

use crate::atomic::PendingFolder;
use crate::error::{Error, Result};
use crate::run::RunRecord;

/// The file by which a plan folder is known.
pub const MARK: &str = "plan.json";
/// Table of visits.
pub const VISITS: &str = "visits.csv";
/// Table of team days.
pub const DAYS: &str = "days.csv";
/// Table of the random design.
pub const SAMPLING: &str = "sampling.csv";
/// Tours and visits for map tools.
pub const MAP: &str = "map.geojson";
/// Table of visits on a budget.
pub const AUDITS: &str = "audits.csv";
/// Table of what to find out in a chain.
pub const ACTIONS: &str = "actions.csv";

/// A plan with all that is written beside it.
pub struct PlanOutput<'a> {
    /// Assessment.
    pub assessment: &'a Assessment<'a>,
    /// What was asked for.
    pub ask: &'a Ask<'a>,
    /// Plan.
    pub plan: &'a Plan,
    /// Record of the run.
    pub run: &'a RunRecord,
    /// Options as the user gave them.
    pub options: serde_json::Value,
    /// Why a site scores as it does, in words.
    pub why: &'a (dyn Fn(usize) -> String + Sync),
}

impl PlanOutput<'_> {
    /// Date of a day of a team, or its number where there are no dates.
    fn date(&self, day: u32) -> String {
        self.ask.dates.get(day as usize).map_or_else(String::new, ToString::to_string)
    }
}

/// Writes a plan folder: all files beside the destination, then one rename.
///
/// # Errors
/// The destination is something else, a file cannot be written, or the observer asked to stop; nothing partial is left behind.
pub fn write_plan(destination: &Path, output: &PlanOutput<'_>, observer: &dyn Observer) -> Result<InspectionRecord> {
    let pending = PendingFolder::marked(destination, MARK, "plan")?;
    let folder = pending.path();
    tables::write_visits(&folder.join(VISITS), output)?;
    tables::write_days(&folder.join(DAYS), output)?;
    tables::write_sampling(&folder.join(SAMPLING), output)?;
    geojson::write(&folder.join(MAP), output)?;
    let record = record(output);
    write_mark(folder, &PlanRecord::Inspectorate(record.clone()))?;
    pending.commit(observer)?;
    Ok(record)
}

/// Writes a plan folder of one table and its record.
///
/// # Errors
/// As [`write_plan`].
pub fn write_table_plan(
    destination: &Path,
    record: &PlanRecord,
    name: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    observer: &dyn Observer,
) -> Result<()> {
    let pending = PendingFolder::marked(destination, MARK, "plan")?;
    tables::write(&pending.path().join(name), header, rows)?;
    write_mark(pending.path(), record)?;
    pending.commit(observer)
}

fn write_mark(folder: &Path, record: &PlanRecord) -> Result<()> {
    let path = folder.join(MARK);
    let text = serde_json::to_string_pretty(record).map_err(|e| Error::Unwritable {
        path: path.clone(),
        reason: e.to_string(),
        hint: String::new(),
    })?;
    std::fs::write(&path, format!("{text}\n")).map_err(|e| Error::io(&path, &e))
}
