//! What `check` found, as a folder of files.

use std::path::Path;

use tierlight_core::Observer;

use super::tables::{write_issues, write_rejected};
use super::{Durable, Folder};
use crate::atomic::PendingFolder;
use crate::error::{Error, Result};
use crate::read::Reading;

/// The file by which such a folder is known.
pub const CHECK: &str = "check.json";

/// Writes a folder with a record, `issues.csv` and `rejected/TABLE.csv` as a run folder has them.
///
/// # Errors
/// The destination is something else, a file cannot be written, or the observer asked to stop; nothing partial is left behind.
pub fn write_check(destination: &Path, reading: &Reading, record: &serde_json::Value, observer: &dyn Observer) -> Result<()> {
    let pending = PendingFolder::marked(destination, CHECK, "check")?;
    let folder = Folder { path: pending.path(), observer, durable: Durable::new() };
    write_issues(&folder, &reading.issues)?;
    write_rejected(&folder, &reading.rejected)?;
    let path = folder.join(CHECK);
    std::fs::write(&path, format!("{record:#}\n")).map_err(|e| Error::io(&path, &e))?;
    folder.durable.finish(observer)?;
    pending.commit(observer)
}
