//! Where a pack's files come from: built into the program, or a folder.

use std::io::Read;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::error::{Error, Result};
use crate::limits::PACK_BYTES;

static DATASETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../datasets");

/// Packs built into the program, in the order they are layered.
pub const EMBEDDED: [&str; 2] = ["world", "pakistan"];

/// A pack's files.
#[derive(Debug, Clone)]
pub struct PackSource {
    /// Name for messages until the descriptor has been read.
    pub name: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Embedded(&'static Dir<'static>),
    Folder(PathBuf),
}

impl PackSource {
    /// A pack built into the program.
    ///
    /// # Errors
    /// No such pack.
    pub fn embedded(name: &str) -> Result<Self> {
        let dir = DATASETS.get_dir(name).ok_or_else(|| Error::Pack { pack: name.to_owned(), reason: "not built in".to_owned() })?;
        Ok(Self { name: name.to_owned(), place: Place::Embedded(dir) })
    }

    /// A pack in a folder.
    ///
    /// # Errors
    /// The folder has no `datapackage.json`.
    pub fn folder(path: &Path) -> Result<Self> {
        if !path.join("datapackage.json").is_file() {
            return Err(Error::Pack { pack: path.display().to_string(), reason: "no datapackage.json in the folder".to_owned() });
        }
        Ok(Self { name: path.display().to_string(), place: Place::Folder(path.to_owned()) })
    }

    /// Name in the descriptor; `None` when it has none that can be read.
    pub(super) fn declared_name(&self) -> Option<String> {
        let descriptor: serde_json::Value = serde_json::from_str(&self.text("datapackage.json").ok()?).ok()?;
        descriptor["name"].as_str().map(str::to_owned)
    }

    /// Text of a file, without a byte-order mark.
    ///
    /// # Errors
    /// A missing or unreadable file, one outside the pack, one that is no regular file or too large, or one that is not UTF-8.
    pub fn text(&self, file: &str) -> Result<String> {
        let bad = |reason: String| Error::Pack { pack: self.name.clone(), reason };
        let bytes = self.bytes(file).map_err(|problem| match problem {
            FileProblem::Outside => bad(format!("path `{file}` leaves the pack")),
            FileProblem::Irregular => bad(format!("{file} is no regular file")),
            FileProblem::TooLarge => bad(format!("{file} has more than {PACK_BYTES} bytes")),
            FileProblem::Missing(reason) => bad(format!("{file}: {reason}")),
        })?;
        let text = String::from_utf8(bytes).map_err(|_| bad(format!("{file} is not UTF-8")))?;
        match text.strip_prefix('\u{feff}') {
            Some(rest) => Ok(rest.to_owned()),
            None => Ok(text),
        }
    }

    /// Bytes of a file.
    pub(super) fn bytes(&self, file: &str) -> std::result::Result<Vec<u8>, FileProblem> {
        let inside = Path::new(file).components().all(|c| matches!(c, std::path::Component::Normal(_)));
        if !inside {
            return Err(FileProblem::Outside);
        }
        match &self.place {
            Place::Embedded(dir) => {
                let found = dir.get_file(dir.path().join(file));
                found.map(|f| f.contents().to_vec()).ok_or_else(|| FileProblem::Missing("not there".to_owned()))
            }
            Place::Folder(folder) => read(folder, file),
        }
    }
}

/// Reads a regular file inside a folder, wherever links lead.
fn read(folder: &Path, file: &str) -> std::result::Result<Vec<u8>, FileProblem> {
    let missing = |e: std::io::Error| FileProblem::Missing(e.to_string());
    let path = folder.join(file).canonicalize().map_err(missing)?;
    if !path.starts_with(folder.canonicalize().map_err(missing)?) {
        return Err(FileProblem::Outside);
    }
    // before it is opened: opening a pipe waits for who writes to it
    let kind = std::fs::metadata(&path).map_err(missing)?;
    if !kind.is_file() {
        return Err(FileProblem::Irregular);
    }
    if kind.len() > PACK_BYTES {
        return Err(FileProblem::TooLarge);
    }
    let mut bytes = Vec::new();
    std::fs::File::open(&path).map_err(missing)?.take(PACK_BYTES + 1).read_to_end(&mut bytes).map_err(missing)?;
    // it may have grown since
    if bytes.len() as u64 > PACK_BYTES { Err(FileProblem::TooLarge) } else { Ok(bytes) }
}

/// Why a file of a pack cannot be read.
#[derive(Debug)]
pub(super) enum FileProblem {
    /// Its path, or the link that stands there, leaves the pack.
    Outside,
    /// A folder, pipe or device.
    Irregular,
    /// It has more bytes than are read.
    TooLarge,
    /// What the system said.
    Missing(String),
}
