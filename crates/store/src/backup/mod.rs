//! Backup and restore: all rows and all files, of either database, into either database, while a service runs.
//!
//! A backup is a folder, or the same as one tar file: `manifest.json`, `rows/<table>.jsonl`, `blobs/<digest>`, `runs/<run>/…`. Rows are
//! of one point in time; files that they refer to never change, and none is taken away while a backup runs.

mod exchange;
mod restore;
mod rows;
mod source;
mod target;

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use exchange::end_open;
pub use restore::{check_backup, restore};

use crate::db::Db;
use crate::files::{blocking, digest_of};
use crate::{Digest, Error, Result, Store, now};

/// What the files of a backup look like.
const FORMAT: u32 = 1;
/// Its file of contents.
const MANIFEST: &str = "manifest.json";

/// Tables of a backup, each after those that it refers to, and their keys. Sessions, one-time links and answers to requests are of the
/// moment and not in it.
const TABLES: [(&str, &[&str]); 13] = [
    ("organisations", &["id"]),
    ("keys", &["id"]),
    ("networks", &["id"]),
    ("versions", &["id"]),
    ("mappings", &["id"]),
    ("runs", &["id"]),
    ("results", &["id"]),
    ("files", &["owner", "role", "name"]),
    ("jobs", &["id"]),
    ("job_events", &["job", "sequence"]),
    ("evidence", &["id"]),
    ("grants", &["id"]),
    ("audit", &["id"]),
];

/// What is in a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// What its files look like.
    pub format: u32,
    /// The program that wrote it.
    pub program: String,
    /// Version of the tables.
    pub schema: i64,
    /// The kind of database it was taken of.
    pub database: String,
    /// The instant of its rows.
    pub created: Timestamp,
    /// Tables.
    pub tables: Vec<TableEntry>,
    /// Blobs.
    pub blobs: u64,
    /// Files in folders of runs.
    pub run_files: u64,
    /// Bytes of blobs and folders.
    pub bytes: u64,
}

/// A table of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// Digest of its file.
    pub digest: Digest,
}

/// Writes a backup of a store into a folder, or into one file where the name ends in `.tar`; complete or absent. The service may run.
///
/// # Errors
/// The target exists and `replace` is false, cannot be written, or a file of the store is damaged or missing.
pub async fn backup(store: &Store, target: &Path, replace: bool) -> Result<Manifest> {
    let mut target = target::Target::new(target, replace)?;
    let _kept = loop {
        match store.folders.keep_files()? {
            Some(lock) => break lock,
            // the service takes files away just now: that does not last
            None => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    };
    let created = now();
    let dump = tempfile::tempdir_in(target.beside()).map_err(|e| Error::io(target.beside(), e))?;
    let files = rows::dump(store, dump.path()).await?;
    let tables = TABLES.iter().map(|(name, _)| {
        let path = dump.path().join(rows::file_name(name));
        let rows = files.rows.get(name).copied().unwrap_or(0);
        digest_of(&path).map(|(digest, _)| TableEntry { name: (*name).to_owned(), rows, digest })
    });
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: Db::newest(),
        database: store.database().kind().to_owned(),
        created,
        tables: tables.collect::<Result<_>>()?,
        blobs: files.blobs.len() as u64,
        run_files: files.run_files.len() as u64,
        bytes: files.blobs.values().sum::<u64>() + files.run_files.iter().map(|f| f.size).sum::<u64>(),
    };
    let folders = std::sync::Arc::clone(&store.folders);
    blocking(move || {
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| Error::io(target.beside(), e.into()))?;
        target.put_bytes(MANIFEST, &text)?;
        for table in &manifest.tables {
            let name = rows::file_name(&table.name);
            target.put_file(&format!("rows/{name}"), &dump.path().join(&name), table.digest)?;
        }
        for digest in files.blobs.keys() {
            target.put_file(&format!("blobs/{digest}"), &folders.blob(digest), *digest)?;
        }
        for file in &files.run_files {
            let path = folders.runs().join(&file.run).join(&file.name);
            target.put_file(&format!("runs/{}/{}", file.run, file.name), &path, file.digest)?;
        }
        target.finish()?;
        Ok(manifest)
    })
    .await
}
