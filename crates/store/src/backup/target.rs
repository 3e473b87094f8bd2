//! Where a backup is written: a folder or a tar file, complete or absent.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::folders::{remove_file, remove_folder, sync_folder};
use crate::{Digest, Error, Result};

/// A backup that is being written beside its place; dropped before [`Target::finish`], it never was.
pub(super) struct Target {
    place: PathBuf,
    pending: PathBuf,
    beside: PathBuf,
    form: Form,
}

enum Form {
    Folder,
    Archive(Box<tar::Builder<BufWriter<File>>>),
    Finished,
}

/// True if a path names a tar file.
pub(super) fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("tar"))
}

impl Target {
    pub fn new(place: &Path, replace: bool) -> Result<Self> {
        let unusable = |found: &str, hint| Error::Unusable { path: place.to_owned(), found: found.to_owned(), hint };
        if place.exists() && !replace {
            return Err(unusable("exists", "choose another name, or pass --force to replace it"));
        }
        if place.is_dir() && !place.join(super::MANIFEST).is_file() && fs::read_dir(place).is_ok_and(|mut d| d.next().is_some()) {
            return Err(unusable("is a folder that holds something else than a backup", "choose another name"));
        }
        let name =
            place.file_name().ok_or_else(|| unusable("is no name of a file or folder", "name a folder, or a file that ends in .tar"))?;
        let beside = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        fs::create_dir_all(&beside).map_err(|e| Error::io(&beside, e))?;
        let pending = beside.join(format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id()));
        let form = if is_archive(place) {
            let mut options = File::options();
            options.create_new(true).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&pending).map_err(|e| Error::io(&pending, e))?;
            Form::Archive(Box::new(tar::Builder::new(BufWriter::with_capacity(1 << 20, file))))
        } else {
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&pending).map_err(|e| Error::io(&pending, e))?;
            Form::Folder
        };
        Ok(Self { place: place.to_owned(), pending, beside, form })
    }

    /// The folder in which it is written.
    pub fn beside(&self) -> &Path {
        &self.beside
    }

    pub fn put_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.put(name, bytes.len() as u64, &mut &*bytes)
    }

    /// Adds a file that must have a digest.
    pub fn put_file(&mut self, name: &str, path: &Path, digest: Digest) -> Result<()> {
        let file = File::open(path).map_err(|e| Error::io(path, e))?;
        let size = file.metadata().map_err(|e| Error::io(path, e))?.len();
        let mut reader = Hashing { inner: file, hasher: Sha256::new() };
        self.put(name, size, &mut reader)?;
        let found = Digest::finish(reader.hasher);
        if found != digest {
            return Err(Error::Damaged { path: path.to_owned(), found: found.to_string(), expected: digest.to_string() });
        }
        Ok(())
    }

    fn put(&mut self, name: &str, size: u64, reader: &mut dyn Read) -> Result<()> {
        match &mut self.form {
            Form::Folder => {
                let path = self.pending.join(name);
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
                }
                let mut file = File::create(&path).map_err(|e| Error::io(&path, e))?;
                std::io::copy(reader, &mut file).and_then(|_| file.sync_all()).map_err(|e| Error::io(&path, e))
            }
            Form::Archive(archive) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(size);
                header.set_mode(0o600);
                archive.append_data(&mut header, name, reader).map_err(|e| Error::io(&self.pending, e))
            }
            Form::Finished => Ok(()),
        }
    }

    /// Makes it durable and gives it its name.
    pub fn finish(mut self) -> Result<()> {
        match std::mem::replace(&mut self.form, Form::Finished) {
            Form::Folder => {
                let mut folders = vec![self.pending.clone()];
                while let Some(folder) = folders.pop() {
                    for entry in fs::read_dir(&folder).map_err(|e| Error::io(&folder, e))? {
                        let path = entry.map_err(|e| Error::io(&folder, e))?.path();
                        if path.is_dir() {
                            folders.push(path);
                        }
                    }
                    sync_folder(&folder)?;
                }
                if self.place.exists() {
                    remove_folder(&self.place)?;
                }
            }
            Form::Archive(archive) => {
                let written = archive.into_inner().and_then(|mut out| {
                    out.flush()?;
                    out.get_ref().sync_all()
                });
                written.map_err(|e| Error::io(&self.pending, e))?;
            }
            Form::Finished => {}
        }
        fs::rename(&self.pending, &self.place).map_err(|e| Error::io(&self.place, e))?;
        sync_folder(&self.beside)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // what cannot be taken away has a name that says what it is
        let _ = if self.pending.is_dir() { remove_folder(&self.pending) } else { remove_file(&self.pending) };
    }
}

/// Digests what is read.
struct Hashing<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}
