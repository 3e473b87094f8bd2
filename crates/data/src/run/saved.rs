//! What a run keeps so that `explain`, `trace` and later commands work on the folder alone.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tierlight_core::model::Network;
use tierlight_core::parameters::Parameters;
use tierlight_core::{Assessment, METHOD_VERSION};

use super::Folder;
use crate::atomic::MARK;
use crate::error::{Error, Result};
use crate::read::FileRows;

/// File name inside the run folder.
const FILE: &str = "model.bin";
/// Version of the encoding (postcard of these structures).
const VERSION: u32 = 6;

/// A network with the parameters it was assessed with.
#[derive(Debug, Serialize, Deserialize)]
pub struct Saved {
    version: u32,
    method: String,
    /// The network as read.
    pub network: Network,
    /// The parameters of the run.
    pub parameters: Parameters,
}

/// [`Saved`] without copying.
#[derive(Serialize)]
struct SavedRef<'a> {
    version: u32,
    method: &'a str,
    network: &'a Network,
    parameters: &'a Parameters,
}

pub(super) fn write(folder: &Folder<'_>, assessment: &Assessment<'_>) -> Result<()> {
    let path = folder.join(FILE);
    let saved = SavedRef { version: VERSION, method: METHOD_VERSION, network: assessment.network, parameters: assessment.parameters };
    let file = std::fs::File::create(&path).map_err(|e| Error::io(&path, &e))?;
    let mut out = std::io::BufWriter::with_capacity(1 << 20, &file);
    postcard::to_io(&saved, &mut out).map_err(|e| Error::Run { path: path.clone(), reason: e.to_string(), hint: String::new() })?;
    std::io::Write::flush(&mut out).map_err(|e| Error::io(&path, &e))?;
    folder.durable.soon(&path, &file);
    Ok(())
}

/// File name of the rows of the input.
const ROWS: &str = "rows.bin";

/// Kept apart from the model: these rows are about the files, and the order of rows changes nothing else.
pub(super) fn write_rows(folder: &Folder<'_>, rows: &FileRows) -> Result<()> {
    let path = folder.join(ROWS);
    let bytes = postcard::to_stdvec(rows).map_err(|e| Error::Run { path: path.clone(), reason: e.to_string(), hint: String::new() })?;
    std::fs::write(&path, bytes).map_err(|e| Error::io(&path, &e))
}

/// Rows of the input that sites and evidence of a run were read from.
///
/// # Errors
/// A run of another version.
pub fn load_rows(folder: &Path) -> Result<FileRows> {
    let path = folder.join(ROWS);
    let bytes = std::fs::read(&path).map_err(|e| Error::io(&path, &e))?;
    let hint = "run `tierlight score` again with this version".to_owned();
    postcard::from_bytes(&bytes).map_err(|e| Error::Run { path: folder.to_owned(), reason: e.to_string(), hint })
}

/// Loads what a run kept.
///
/// # Errors
/// Not a run folder, or one of another version.
pub fn load(folder: &Path) -> Result<Saved> {
    let bad = |reason: String, hint: &str| Error::Run { path: folder.to_owned(), reason, hint: hint.to_owned() };
    if !folder.join(MARK).is_file() {
        return Err(bad("not a run folder (no run.json)".to_owned(), "run `tierlight score INPUT -o FOLDER` first"));
    }
    let bytes = std::fs::read(folder.join(FILE)).map_err(|e| Error::io(&folder.join(FILE), &e))?;
    let again = "run `tierlight score` again with this version";
    let (version, _) = postcard::take_from_bytes::<u32>(&bytes).map_err(|e| bad(e.to_string(), again))?;
    if version != VERSION {
        return Err(bad(format!("model.bin has version {version}, expected {VERSION}"), again));
    }
    let saved: Saved = postcard::from_bytes(&bytes).map_err(|e| bad(e.to_string(), again))?;
    if saved.method != METHOD_VERSION {
        return Err(bad(format!("method version {}, expected {METHOD_VERSION}", saved.method), again));
    }
    Ok(saved)
}
