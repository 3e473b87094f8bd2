//! What a run wrote, read back for those who report on it.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::RunRecord;
use crate::atomic::MARK;
use crate::error::{Error, Result};
use crate::packs::hex;

/// The record of a run.
///
/// # Errors
/// Not a run folder, or one of another version.
pub fn read_record(folder: &Path) -> Result<RunRecord> {
    let path = folder.join(MARK);
    let text = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, &e))?;
    let hint = "run `tierlight score` again with this version".to_owned();
    serde_json::from_str(&text).map_err(|e| Error::Run { path: folder.to_owned(), reason: e.to_string(), hint })
}

impl RunRecord {
    /// SHA-256 over names and digests of the input files, in their order.
    #[must_use]
    pub fn input_digest(&self) -> String {
        let mut hash = Sha256::new();
        for input in &self.inputs {
            hash.update(input.file.as_bytes());
            hash.update([0]);
            hash.update(input.sha256.as_bytes());
            hash.update([0]);
        }
        hex(&hash.finalize())
    }
}

/// A row of `issues.csv`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
pub struct IssueRow {
    /// Code.
    pub code: String,
    /// error, warning, info.
    pub severity: String,
    /// File.
    pub file: String,
    /// Row in the file.
    pub row: Option<u64>,
    /// Column.
    pub column: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What to do.
    pub hint: String,
}

/// Issues of a run, at most so many.
///
/// # Errors
/// A table that cannot be read.
pub fn issues(folder: &Path, most: usize) -> Result<Vec<IssueRow>> {
    let path = folder.join("issues.csv");
    let failed = |e: csv::Error| Error::Unreadable { path: path.clone(), reason: e.to_string(), hint: String::new() };
    let mut reader = csv::Reader::from_path(&path).map_err(failed)?;
    reader.deserialize().take(most).collect::<std::result::Result<_, _>>().map_err(failed)
}
