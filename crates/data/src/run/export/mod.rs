//! Tables of a run in another form, read from its folder row by row: memory does not grow with them.

mod columns;
mod parquet;
mod rows;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tierlight_core::{Observer, Options, ReachBy, assess};

pub use columns::{CellKind, TableColumn};
pub use parquet::write_parquet;
pub use rows::{Cell, Rows};

use super::{graphml, load};
use crate::atomic::MARK;
use crate::error::{Error, Result};

/// A table of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunTable {
    /// One row per site.
    Sites,
    /// One row per site and hazard.
    Scores,
    /// One row per link that is used.
    Links,
    /// One row per agent.
    Agents,
    /// One row per item of evidence.
    Evidence,
    /// One row per issue of the input.
    Issues,
}

impl RunTable {
    /// All of them, in the order of a workbook.
    pub const ALL: [Self; 6] = [Self::Sites, Self::Scores, Self::Links, Self::Agents, Self::Evidence, Self::Issues];

    /// Stem of its files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sites => "sites",
            Self::Scores => "scores",
            Self::Links => "links",
            Self::Agents => "agents",
            Self::Evidence => "evidence",
            Self::Issues => "issues",
        }
    }

    /// What a row of it is.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Sites => "One row per site",
            Self::Scores => "One row per site and hazard",
            Self::Links => "One row per supply link that is used",
            Self::Agents => "One row per labour agent",
            Self::Evidence => "One row per item of evidence, with its weights",
            Self::Issues => "One row per issue of the input",
        }
    }
}

/// A file of a run folder, if the run wrote it.
///
/// # Errors
/// Not a run folder.
pub fn ready_file(run: &Path, name: &str) -> Result<Option<PathBuf>> {
    if !run.join(MARK).is_file() {
        let hint = "run `tierlight score INPUT -o FOLDER` first".to_owned();
        return Err(Error::Run { path: run.to_owned(), reason: "not a run folder (no run.json)".to_owned(), hint });
    }
    Ok(Some(run.join(name)).filter(|path| path.is_file()))
}

/// Copies a file as it is.
///
/// # Errors
/// It cannot be read, or `out` not be written.
pub fn copy(file: &Path, out: &mut impl Write) -> Result<()> {
    let copied = File::open(file).and_then(|mut from| std::io::copy(&mut from, out));
    copied.map(|_| ()).map_err(|e| Error::io(file, &e))
}

/// Writes the network of a run for graph tools, whatever its size: the same bytes as the run's own `network.graphml`.
///
/// # Errors
/// A run of another version, `out` cannot be written, or the observer asked to stop.
pub fn write_graphml(run: &Path, out: &mut impl Write, observer: &dyn Observer) -> Result<()> {
    let saved = load(run)?;
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let a = assess(&saved.network, &saved.parameters, &options, observer)?;
    graphml::write_to(out, &a, observer).map_err(|e| Error::io(Path::new("network.graphml"), &e))?;
    Ok(observer.check()?)
}
