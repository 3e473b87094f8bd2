//! Run folders: what users get, complete or absent.

mod batch;
mod check;
mod column;
mod columns;
mod contributions;
mod durable;
pub mod export;
mod geojson;
mod graphml;
mod intervals;
mod ordered;
mod orders;
mod parquet;
mod read_back;
mod record;
mod saved;
mod scores;
mod sites;
mod tables;
mod used;
mod writer;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tierlight_core::{Assessment, Observer};

pub use batch::{BATCH, BatchRow, write_batch};
pub use check::{CHECK, write_check};
pub use columns::{Columns, DrawnSite, Upstream, columns};
pub use contributions::write_contributions;
pub use intervals::{Intervals, intervals};
pub use read_back::{IssueRow, issues, read_record};
pub use record::{Counts, PackRecord, RunRecord, record};
pub use saved::{Saved, load, load_rows};

use durable::Durable;

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

/// A run folder being written; the observer may stop it.
struct Folder<'a> {
    path: &'a Path,
    observer: &'a dyn Observer,
    durable: Durable,
}

impl Folder<'_> {
    fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path.join(name)
    }

    /// Stops here when asked to.
    fn check(&self) -> Result<()> {
        Ok(self.observer.check()?)
    }
}

/// Writes a run folder: all files beside the destination, then one rename.
///
/// # Errors
/// The destination is something else, a file cannot be written, or the observer asked to stop; nothing partial is left behind.
pub fn write_run(destination: &Path, assessment: &Assessment<'_>, inputs: &RunInputs<'_>, observer: &dyn Observer) -> Result<RunRecord> {
    let pending = PendingFolder::new(destination)?;
    let written = Folder { path: pending.path(), observer, durable: Durable::new() };
    let folder = &written;
    let graphml = inputs.graphml || assessment.network.links().len() <= GRAPHML_LINKS;
    // files do not depend on each other: they are written side by side, the long ones first
    let files: [&(dyn Fn() -> Result<()> + Sync); 10] = [
        &|| scores::write(folder, assessment),
        &|| sites::write(folder, assessment),
        &|| saved::write(folder, assessment),
        &|| tables::write_links(folder, assessment),
        &|| used::write(folder, assessment),
        &|| orders::write(folder, assessment),
        &|| geojson::write(folder, assessment),
        &|| if graphml { graphml::write(folder, assessment) } else { Ok(()) },
        &|| tables::write_issues(folder, inputs.issues).and_then(|()| tables::write_rejected(folder, inputs.rejected)),
        &|| {
            tables::write_agents(folder, assessment)?;
            tables::write_evidence(folder, assessment)?;
            saved::write_rows(folder, inputs.rows)
        },
    ];
    files.par_iter().with_max_len(1).try_for_each(|write| write())?;
    let record = record(assessment, inputs);
    let text = serde_json::to_string_pretty(&record).map_err(|e| Error::Run {
        path: destination.to_owned(),
        reason: e.to_string(),
        hint: String::new(),
    })?;
    writer::write_text(&folder.join(MARK), &format!("{text}\n"))?;
    written.durable.finish(observer)?;
    pending.commit(observer)?;
    Ok(record)
}
