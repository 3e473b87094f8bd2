//! Blobs: files named by the digest of what is in them. Whole or absent, and on the disk before anything refers to them.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::pins::Pin;
use crate::folders::{Folders, free_bytes, sync_folder};
use crate::{Digest, Error, Result, Store};

/// Bytes that are written at once.
const CHUNK: usize = 1 << 20;

/// A blob that is on the disk; it is not taken away while this lives.
#[derive(Debug, Clone)]
pub struct Blob {
    digest: Digest,
    size: u64,
    _pin: Arc<Pin>,
}

impl Blob {
    /// Digest of what is in it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// A blob that comes in; dropped before [`BlobWriter::finish`], it never was.
#[derive(Debug)]
pub struct BlobWriter {
    store: Store,
    pending: Vec<u8>,
    // away while a thread writes
    part: Option<Part>,
}

/// What is on the disk so far.
#[derive(Debug)]
struct Part {
    file: NamedTempFile,
    hasher: Sha256,
    size: u64,
}

impl Part {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|e| Error::io(self.file.path(), e))
    }
}

impl BlobWriter {
    /// Takes in more bytes.
    ///
    /// # Errors
    /// [`Error::Full`]; what came in is then gone.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= CHUNK { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        let mut part = self.part.take().ok_or_else(broken)?;
        let folders = Arc::clone(&self.store.folders);
        let reserve = self.store.reserve;
        let (part, pending) = blocking(move || {
            enough(&folders, reserve, pending.len() as u64)?;
            part.write(&pending)?;
            Ok((part, pending))
        })
        .await?;
        self.part = Some(part);
        self.pending = pending;
        self.pending.clear();
        Ok(())
    }

    /// Puts the blob on the disk for good, under its digest.
    ///
    /// # Errors
    /// As [`BlobWriter::write`].
    pub async fn finish(mut self) -> Result<Blob> {
        self.flush().await?;
        let part = self.part.take().ok_or_else(broken)?;
        let store = self.store.clone();
        blocking(move || keep(&store, part)).await
    }
}

impl Store {
    /// Begins a blob. `expected` bytes are held against what is free, if they are known.
    ///
    /// # Errors
    /// [`Error::Full`] when less than the reserve would stay free.
    pub async fn write_blob(&self, expected: Option<u64>) -> Result<BlobWriter> {
        let folders = Arc::clone(&self.folders);
        let reserve = self.reserve;
        let part = blocking(move || {
            enough(&folders, reserve, expected.unwrap_or(0))?;
            begin(&folders)
        })
        .await?;
        Ok(BlobWriter { store: self.clone(), pending: Vec::new(), part: Some(part) })
    }

    /// Keeps bytes as a blob.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub async fn keep_bytes(&self, bytes: &[u8]) -> Result<Blob> {
        let mut writer = self.write_blob(Some(bytes.len() as u64)).await?;
        writer.write(bytes).await?;
        writer.finish().await
    }

    /// Keeps a file that a job made as a blob.
    ///
    /// # Errors
    /// [`Error::Full`], or the file cannot be read.
    pub async fn keep_file(&self, path: &Path) -> Result<Blob> {
        let store = self.clone();
        let path = path.to_owned();
        blocking(move || {
            let mut part = begin(&store.folders)?;
            copy(&path, |bytes| part.write(bytes))?;
            keep(&store, part)
        })
        .await
    }

    /// A blob that must be there, e.g. of a version whose files become a new version's.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn pin_blob(&self, digest: &Digest) -> Result<Blob> {
        let pin = self.pins.pin(*digest);
        let path = self.folders.blob(digest);
        let digest = *digest;
        let size = blocking(move || fs::metadata(path).map(|m| m.len()).map_err(|_| Error::missing("blob", &digest))).await?;
        Ok(Blob { digest, size, _pin: pin })
    }

    /// Puts a blob under a name for a program to read: a hard link where the system can, else a copy. Nobody may write to it.
    ///
    /// # Errors
    /// The blob is not there, or the folder cannot be written.
    pub async fn materialise(&self, digest: &Digest, path: PathBuf) -> Result<()> {
        let blob = self.folders.blob(digest);
        blocking(move || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
            }
            let copied = |e: std::io::Error| match e.kind() {
                // it may be a link to the blob: a copy onto itself would empty both
                std::io::ErrorKind::AlreadyExists => Err(e),
                _ => fs::copy(&blob, &path).map(|_| ()),
            };
            fs::hard_link(&blob, &path).or_else(copied).map_err(|e| Error::io(&path, e))
        })
        .await
    }
}

fn begin(folders: &Folders) -> Result<Part> {
    let incoming = folders.incoming();
    let file = tempfile::Builder::new().prefix("blob-").tempfile_in(&incoming).map_err(|e| Error::io(&incoming, e))?;
    Ok(Part { file, hasher: Sha256::new(), size: 0 })
}

fn enough(folders: &Folders, reserve: u64, more: u64) -> Result<()> {
    let free = free_bytes(folders.root())?;
    if free < reserve.saturating_add(more) {
        return Err(Error::Full {
            what: format!("{free} bytes are free, {more} more were to be kept beside the {reserve} of the reserve"),
        });
    }
    Ok(())
}

/// Gives a part its place: its bytes first, then its name, then the folder of the name.
fn keep(store: &Store, part: Part) -> Result<Blob> {
    let digest = Digest::finish(part.hasher);
    // from here on nobody takes an older one away
    let pin = store.pins.pin(digest);
    let path = store.folders.blob(&digest);
    let blob = Blob { digest, size: part.size, _pin: pin };
    let folder = path.parent().unwrap_or(&path).to_owned();
    if fs::metadata(&path).is_ok_and(|found| found.len() == part.size) {
        // whoever put it there may not have come to this yet
        sync_folder(&folder)?;
        return Ok(blob);
    }
    part.file.as_file().sync_all().map_err(|e| Error::io(part.file.path(), e))?;
    if !folder.is_dir() {
        fs::create_dir_all(&folder).map_err(|e| Error::io(&folder, e))?;
        sync_folder(&store.folders.blobs())?;
    }
    part.file.persist(&path).map_err(|e| Error::io(&path, e.error))?;
    sync_folder(&folder)?;
    Ok(blob)
}

/// Reads a file piece by piece.
fn copy(path: &Path, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut file = fs::File::open(path).map_err(|e| Error::io(path, e))?;
    let mut buffer = vec![0; CHUNK];
    loop {
        match file.read(&mut buffer).map_err(|e| Error::io(path, e))? {
            0 => return Ok(()),
            read => take(buffer.get(..read).unwrap_or_default())?,
        }
    }
}

/// Digest and size of a file.
pub(crate) fn digest_of(path: &Path) -> Result<(Digest, u64)> {
    let mut hasher = Sha256::new();
    let mut size = 0;
    copy(path, |bytes| {
        hasher.update(bytes);
        size += bytes.len() as u64;
        Ok(())
    })?;
    Ok((Digest::finish(hasher), size))
}

/// Runs work on files where it does not hold up others.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| broken())?
}

/// A thread that worked on files is gone.
fn broken() -> Error {
    let source = std::io::Error::other("work on this file was broken off");
    Error::Io { path: PathBuf::from("incoming"), source }
}
