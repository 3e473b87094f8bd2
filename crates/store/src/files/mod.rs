//! Files of versions, runs and results. Those that were uploaded or made are blobs, found by what is in them; a run's folder is apart.

mod blob;
mod pins;

use std::path::PathBuf;

use serde::Serialize;

pub use blob::{Blob, BlobWriter};
pub(crate) use blob::{blocking, digest_of};
pub(crate) use pins::Pins;

use crate::db::{Row, Transaction, values};
use crate::word::words;
use crate::{Digest, Error, Result, RunId, Store};

words! {
    /// What a file is to its owner.
    FileRole("role of a file") {
        /// Was uploaded.
        Input "input",
        /// Was made by a job.
        Output "output",
        /// Lies in the folder of a run.
        Folder "folder",
    }
}

/// A file of a version, run or result.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    /// What it is to its owner.
    pub role: FileRole,
    /// Its name; with slashes where it is in a folder.
    pub name: String,
    /// Digest of what is in it.
    pub digest: Digest,
    /// Bytes.
    pub size: u64,
    /// Its media type.
    pub media_type: String,
}

/// A file to be kept.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its name. It is used as a name on disk for the programs that read it: see [`NewFile::named`].
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What is in it.
    pub blob: Blob,
}

impl NewFile {
    /// A file under a name: parts of letters, digits, spaces and `.-_()`, at most three of them with a slash between, none beginning
    /// with a dot.
    ///
    /// # Errors
    /// Another name.
    pub fn named(name: &str, media_type: &str, blob: Blob) -> Result<Self> {
        let part = |part: &str| {
            !part.is_empty() && !part.starts_with(['.', ' ']) && part.chars().all(|c| c.is_alphanumeric() || " .-_()".contains(c))
        };
        if name.len() > 200 || name.split('/').count() > 3 || !name.split('/').all(part) {
            return Err(Error::Malformed {
                what: "file name",
                expected: "at most 200 bytes of letters, digits, spaces, dots, dashes, brackets",
            });
        }
        Ok(Self { name: name.to_owned(), media_type: media_type.to_owned(), blob })
    }
}

impl File {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            role: row.parsed("role")?,
            name: row.text("name")?,
            digest: row.parsed("digest")?,
            size: row.count("size")?,
            media_type: row.text("media_type")?,
        })
    }
}

/// Notes whose files these are.
pub(crate) async fn insert(change: &mut Transaction, owner: &str, role: FileRole, files: &[NewFile]) -> Result<()> {
    for file in files {
        let entry =
            File { role, name: file.name.clone(), digest: file.blob.digest(), size: file.blob.size(), media_type: file.media_type.clone() };
        insert_entry(change, owner, &entry).await?;
    }
    Ok(())
}

pub(crate) async fn insert_entry(change: &mut Transaction, owner: &str, file: &File) -> Result<()> {
    let sql = "INSERT INTO files (owner, role, name, digest, size, media_type) VALUES ($1, $2, $3, $4, $5, $6)";
    let size = i64::try_from(file.size).unwrap_or(i64::MAX);
    let values = values![owner, file.role.as_str(), file.name.as_str(), file.digest, size, file.media_type.as_str()];
    change.run(sql, values).await.map(|_| ())
}

impl Store {
    /// Files of a version, run or result that was looked up before: the owner's id says which.
    pub(crate) async fn files_of(&self, owner: &str) -> Result<Vec<File>> {
        let rows = self.db.rows("SELECT * FROM files WHERE owner = $1 ORDER BY role, name", values![owner]).await?;
        rows.iter().map(File::of).collect()
    }

    /// Where a blob is, to open it. Files in it never change.
    #[must_use]
    pub fn blob_path(&self, digest: &Digest) -> PathBuf {
        self.folders.blob(digest)
    }

    /// The folder of a run; there, and complete, if the run is ready.
    #[must_use]
    pub fn run_folder(&self, run: &RunId) -> PathBuf {
        self.folders.run(run)
    }
}
