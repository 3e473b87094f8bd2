//! Where a backup is read from: a folder or a tar file, its files in the order in which they were written.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Component, Path};

use sha2::{Digest as _, Sha256};

use crate::folders::files_below;
use crate::{Digest, Error, Result};

/// Hands over each file: its path in the backup, and what is in it.
pub(super) fn each(source: &Path, mut take: impl FnMut(&Path, &mut dyn Read) -> Result<()>) -> Result<()> {
    if source.is_dir() {
        let mut files = files_below(source)?;
        files.sort_by_key(|path| (rank(path), path.clone()));
        for name in files {
            let path = source.join(&name);
            let mut file = File::open(&path).map_err(|e| Error::io(&path, e))?;
            take(&name, &mut file)?;
        }
        return Ok(());
    }
    let file = File::open(source).map_err(|e| Error::io(source, e))?;
    let mut archive = tar::Archive::new(BufReader::with_capacity(1 << 20, file));
    for entry in archive.entries().map_err(|e| Error::io(source, e))? {
        let mut entry = entry.map_err(|e| Error::io(source, e))?;
        let name = entry.path().map_err(|e| Error::io(source, e))?.into_owned();
        if entry.header().entry_type().is_dir() {
            continue;
        }
        let plain = name.components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || !entry.header().entry_type().is_file() {
            let expected = "files only, below the backup's own folder".to_owned();
            return Err(Error::Damaged { path: source.to_owned(), found: "an entry of another kind".to_owned(), expected });
        }
        take(&name, &mut entry)?;
    }
    Ok(())
}

/// The file of contents, then rows, then the rest.
fn rank(path: &Path) -> u8 {
    match path.components().next().and_then(|part| part.as_os_str().to_str()) {
        Some(super::MANIFEST) => 0,
        Some("rows") => 1,
        _ => 2,
    }
}

/// Writes what is read into a file, durably; its digest.
pub(super) fn save(reader: &mut dyn Read, path: Option<&Path>) -> Result<Digest> {
    let shown = path.unwrap_or(Path::new("backup"));
    let fail = |e| Error::io(shown, e);
    let mut file = match path {
        Some(path) => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
            }
            Some(File::create(path).map_err(fail)?)
        }
        None => None,
    };
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = reader.read(&mut buffer).map_err(fail)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        hasher.update(bytes);
        if let Some(file) = &mut file {
            file.write_all(bytes).map_err(fail)?;
        }
    }
    if let Some(file) = file {
        file.sync_all().map_err(fail)?;
    }
    Ok(Digest::finish(hasher))
}
