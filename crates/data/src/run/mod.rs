//! Run folders: what users get, complete or absent.

mod contributions;
mod geojson;
mod graphml;
mod record;
mod saved;
mod scores;
mod sites;
mod tables;
mod used;
mod writer;

use std::path::Path;

use tierlight_core::Assessment;

pub use contributions::write_contributions;
pub use record::{Counts, RunRecord, record};
pub use saved::{Saved, load, load_rows};

use crate::atomic::{MARK, PendingFolder};
use crate::error::{Error, Result};
use crate::issue::Issue;
use crate::read::{FileRows, InputFile, Rejected, TableReport};

/// Links above which the GraphML file is left out unless asked for.
pub const GRAPHML_LINKS: usize = 200_000;

/// What a run folder records beside the assessment.
#[derive(Debug)]
pub struct RunInputs<'a> {
    /// Issues of the reading.
    pub issues: &'a [Issue],
    /// What became of each table.
    pub reports: &'a [TableReport],
    /// Rejected rows.
    pub rejected: &'a [Rejected],
    /// Input files.
    pub inputs: &'a [InputFile],
    /// Rows of the input that sites and evidence were read from.
    pub rows: &'a FileRows,
    /// Options as the user gave them.
    pub options: serde_json::Value,
    /// Seed.
    pub seed: u64,
    /// Write GraphML whatever the size.
    pub graphml: bool,
}

/// Writes a run folder: all files beside the destination, then one rename.
///
/// # Errors
/// The destination is something else, or a file cannot be written; nothing partial is left behind.
pub fn write_run(destination: &Path, assessment: &Assessment<'_>, inputs: &RunInputs<'_>) -> Result<RunRecord> {
    let pending = PendingFolder::new(destination)?;
    let folder = pending.path();
    let graphml = inputs.graphml || assessment.network.links().len() <= GRAPHML_LINKS;
    let small = || -> Result<()> {
        tables::write_agents(folder, assessment)?;
        tables::write_evidence(folder, assessment)?;
        tables::write_issues(folder, inputs.issues)?;
        tables::write_rejected(folder, inputs.rejected)?;
        geojson::write(folder, assessment)?;
        saved::write(folder, assessment)?;
        saved::write_rows(folder, inputs.rows)?;
        used::write(folder, assessment)?;
        if graphml { graphml::write(folder, assessment) } else { Ok(()) }
    };
    // files do not depend on each other: the large ones are written side by side
    let (scores, (sites_and_links, small)) = rayon::join(
        || scores::write(folder, assessment),
        || rayon::join(|| sites::write(folder, assessment).and_then(|()| tables::write_links(folder, assessment)), small),
    );
    scores?;
    sites_and_links?;
    small?;
    let record = record(assessment, inputs);
    let text = serde_json::to_string_pretty(&record).map_err(|e| Error::Run {
        path: destination.to_owned(),
        reason: e.to_string(),
        hint: String::new(),
    })?;
    writer::write_text(&folder.join(MARK), &format!("{text}\n"))?;
    pending.commit()?;
    Ok(record)
}
