//! The data folder: what is where, durable writes, and who may use it.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::db::Held;
use crate::{Digest, Error, Result, RunId};

/// Places in the data folder.
#[derive(Debug)]
pub(crate) struct Folders {
    root: PathBuf,
}

/// The data folder belongs to this process while this lives.
#[derive(Debug)]
#[allow(dead_code, reason = "locks are held by the open file and connection")]
pub struct DataLock {
    file: File,
    database: Option<Held>,
}

impl DataLock {
    /// Of a database as well.
    pub(crate) fn with(self, held: Held) -> Self {
        Self { database: Some(held), ..self }
    }
}

impl Folders {
    pub fn of(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Makes what is missing; others than the owner cannot read it.
    pub fn make(root: &Path) -> Result<Self> {
        let folders = Self::of(root);
        for folder in [root.to_owned(), folders.blobs(), folders.runs(), folders.work(), folders.incoming()] {
            make_folder(&folder)?;
        }
        Ok(folders)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The database, if it is a file.
    pub fn database(&self) -> PathBuf {
        self.root.join("tierlight.db")
    }

    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// The file of a digest: 256 folders keep each of them small.
    pub fn blob(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.blobs().join(name.get(..2).unwrap_or_default()).join(&name)
    }

    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    pub fn run(&self, run: &RunId) -> PathBuf {
        self.runs().join(run.as_str())
    }

    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Uploads that are not whole yet.
    pub fn incoming(&self) -> PathBuf {
        self.root.join("incoming")
    }

    pub fn lock(&self) -> Result<DataLock> {
        let path = self.root.join("lock");
        locked(&path, File::try_lock)?.map(only).ok_or_else(|| Error::InUse { path: self.root.clone() })
    }

    /// Keeps files from being taken away while a backup copies them; none while they are being taken away.
    pub fn keep_files(&self) -> Result<Option<DataLock>> {
        Ok(locked(&self.root.join("keep"), File::try_lock_shared)?.map(only))
    }

    /// The right to take files away; none while a backup runs.
    pub fn take_files_away(&self) -> Result<Option<DataLock>> {
        Ok(locked(&self.root.join("keep"), File::try_lock)?.map(only))
    }
}

fn only(file: File) -> DataLock {
    DataLock { file, database: None }
}

/// A folder as the programs of jobs name it, which run in folders of their own. Links are not followed.
pub(crate) fn absolute(folder: &Path) -> Result<PathBuf> {
    std::path::absolute(folder).map_err(|e| Error::io(folder, e))
}

/// A lock file, if nobody else has it.
fn locked(path: &Path, lock: impl Fn(&File) -> Result<(), TryLockError>) -> Result<Option<File>> {
    let file = File::options().create(true).truncate(false).write(true).read(true).open(path).map_err(|e| Error::io(path, e))?;
    match lock(&file) {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(Error::io(path, error)),
    }
}

/// Makes a folder that others than the owner cannot read; one that is there stays as it is.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|e| Error::io(folder, e))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::io(folder, e))
}

/// Bytes that an unprivileged process may still write.
pub(crate) fn free_bytes(folder: &Path) -> Result<u64> {
    let found = rustix::fs::statvfs(folder).map_err(|e| Error::io(folder, e.into()))?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Takes a folder away with what is in it; one that is not there is away.
pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(folder, error)),
        _ => Ok(()),
    }
}

/// Takes a file away; one that is not there is away.
pub(crate) fn remove_file(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(file, error)),
        _ => Ok(()),
    }
}

/// All files below a folder, by their path in it, in order. Links are not followed.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(&next).map_err(|e| Error::io(&next, e))? {
            let entry = entry.map_err(|e| Error::io(&next, e))?;
            let kind = entry.file_type().map_err(|e| Error::io(&entry.path(), e))?;
            if kind.is_dir() {
                todo.push(entry.path());
            } else if kind.is_file() {
                found.extend(entry.path().strip_prefix(folder).map(Path::to_owned));
            }
        }
    }
    found.sort();
    Ok(found)
}
