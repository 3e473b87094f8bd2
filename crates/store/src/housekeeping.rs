//! Housekeeping: what nobody refers to goes, and what is over is forgotten after a time.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use crate::db::values;
use crate::files::blocking;
use crate::folders::{remove_file, remove_folder};
use crate::{Digest, Error, Result, RunId, State, Store};

/// What was taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// Blobs that nobody refers to.
    pub blobs: u64,
    /// Folders of runs that are no more.
    pub folders: u64,
    /// Bytes of the blobs.
    pub bytes: u64,
}

/// What is kept, for metrics.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Usage {
    /// Networks.
    pub networks: u64,
    /// Runs.
    pub runs: u64,
    /// Bytes of files that rows refer to, each blob once.
    pub bytes: u64,
    /// Bytes that are free.
    pub free: u64,
}

impl Store {
    /// Takes away blobs that no row refers to and folders of runs that are no more. Nothing of what was acknowledged goes: a row refers
    /// to it, and what is about to be referred to is held by this process. Does nothing while a backup runs. Whoever calls it holds
    /// the lock of the data folder.
    pub async fn collect(&self) -> Result<Collected> {
        let Some(_lock) = self.folders.take_files_away()? else { return Ok(Collected::default()) };
        // left where something was added while what it belongs to was deleted
        let sql = "DELETE FROM files WHERE NOT EXISTS (SELECT 1 FROM versions o WHERE o.id = files.owner)
            AND NOT EXISTS (SELECT 1 FROM runs o WHERE o.id = files.owner)
            AND NOT EXISTS (SELECT 1 FROM results o WHERE o.id = files.owner)";
        self.db.run(sql, vec![]).await?;
        let mut collected = Collected::default();
        for digest in self.blobs_there().await? {
            if self.refers_to(&digest).await? {
                continue;
            }
            let (pins, path) = (self.pins.clone(), self.folders.blob(&digest));
            // asked again with the blob held: it may have been taken up in between
            let pin = self.pins.pin(digest);
            if self.refers_to(&digest).await? {
                continue;
            }
            let bytes = blocking(move || {
                let bytes = fs::metadata(&path).map_or(0, |m| m.len());
                pins.take(pin, || remove_file(&path)).transpose().map(|gone| gone.map(|()| bytes))
            })
            .await?;
            if let Some(bytes) = bytes {
                collected.blobs += 1;
                collected.bytes += bytes;
            }
        }
        for run in self.run_folders_there().await? {
            let sql = "SELECT state FROM runs WHERE id = $1";
            let state = self.db.row(sql, values![run.as_str()]).await?.map(|row| row.parsed::<State>("state")).transpose()?;
            // of a run that waits, a worker may be moving the folder to its place
            if !matches!(state, Some(State::Ready | State::Waiting)) {
                let folder = self.folders.run(&run);
                blocking(move || remove_folder(&folder)).await?;
                collected.folders += 1;
            }
        }
        Ok(collected)
    }

    /// Forgets what was over before an instant: jobs with their events, sessions, links; and answers whose time is up.
    pub async fn forget(&self, before: Timestamp, now: Timestamp) -> Result<()> {
        let mut change = self.db.begin().await?;
        for sql in [
            "DELETE FROM jobs WHERE state IN ('done', 'failed', 'cancelled') AND finished < $1",
            "DELETE FROM sessions WHERE expires < $1 OR ended < $1",
            "DELETE FROM one_time_links WHERE expires < $1 OR used < $1",
        ] {
            change.run(sql, values![before]).await?;
        }
        change.run("DELETE FROM requests WHERE expires < $1", values![now]).await?;
        change.commit().await
    }

    /// Takes away what an earlier process left unfinished; to be called once, at the start, with the data folder locked.
    pub async fn sweep(&self) -> Result<()> {
        let folders = [self.folders.work(), self.folders.incoming()];
        blocking(move || folders.iter().try_for_each(|folder| empty(folder))).await
    }

    /// What is kept.
    pub async fn usage(&self) -> Result<Usage> {
        let sql = "SELECT (SELECT count(*) FROM networks) AS networks, (SELECT count(*) FROM runs) AS runs,
            CAST(coalesce((SELECT sum(size) FROM (SELECT DISTINCT digest, size FROM files WHERE role <> 'folder') AS b), 0)
            + coalesce((SELECT sum(size) FROM files WHERE role = 'folder'), 0) AS BIGINT) AS bytes";
        let row = self.db.row(sql, vec![]).await?;
        let free = self.free_bytes()?;
        let Some(row) = row else { return Ok(Usage { free, ..Usage::default() }) };
        Ok(Usage { networks: row.count("networks")?, runs: row.count("runs")?, bytes: row.count("bytes")?, free })
    }

    async fn refers_to(&self, digest: &Digest) -> Result<bool> {
        let sql = "SELECT 1 AS one FROM files WHERE digest = $1 AND role <> 'folder' LIMIT 1";
        Ok(self.db.row(sql, values![*digest]).await?.is_some())
    }

    async fn blobs_there(&self) -> Result<Vec<Digest>> {
        let folder = self.folders.blobs();
        blocking(move || {
            let mut found = Vec::new();
            for group in names(&folder)? {
                found.extend(names(&folder.join(group))?.iter().filter_map(|name| name.parse::<Digest>().ok()));
            }
            Ok(found)
        })
        .await
    }

    async fn run_folders_there(&self) -> Result<Vec<RunId>> {
        let folder = self.folders.runs();
        blocking(move || Ok(names(&folder)?.iter().filter_map(|name| name.parse().ok()).collect())).await
    }
}

/// Names in a folder; none where it is none.
fn names(folder: &Path) -> Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|e| Error::io(folder, e))?;
    entries.map(|entry| entry.map(|e| e.file_name().to_string_lossy().into_owned()).map_err(|e| Error::io(folder, e))).collect()
}

/// Takes away what is in a folder.
fn empty(folder: &Path) -> Result<()> {
    for name in names(folder)? {
        let path = folder.join(name);
        if path.is_dir() { remove_folder(&path)? } else { remove_file(&path)? }
    }
    Ok(())
}
