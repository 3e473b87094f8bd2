//! Files and folders that are complete or absent.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tierlight_core::Observer;

use crate::error::{Error, Result};

/// Writes a file as a whole: into a temporary file of the same folder, which then takes its name. A link is followed.
///
/// # Errors
/// The file exists and `replace` is false, it is no file, the folder cannot be written, or what `write` returns; a file that was
/// there stays as it was.
pub fn write_file(path: &Path, replace: bool, write: impl FnOnce(&mut BufWriter<&mut File>) -> Result<()>) -> Result<()> {
    may_write(path, replace)?;
    let destination = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = destination.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tierlight-").suffix(".tmp");
    // as any new file: what the user's mask leaves of it
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut pending = builder.tempfile_in(folder).map_err(|e| Error::io(path, &e))?;
    let mut out = BufWriter::with_capacity(1 << 20, pending.as_file_mut());
    write(&mut out)?;
    out.flush().map_err(|e| Error::io(path, &e))?;
    drop(out);
    pending.as_file().sync_all().map_err(|e| Error::io(path, &e))?;
    let kept = if replace { pending.persist(&destination) } else { pending.persist_noclobber(&destination) };
    kept.map(|_| ()).map_err(|e| Error::io(path, &e.error))
}

/// Whether a file may be written.
///
/// # Errors
/// It exists and `replace` is false, or it is no file.
pub fn may_write(path: &Path, replace: bool) -> Result<()> {
    let refused =
        |reason: &str, hint: &str| Err(Error::Unwritable { path: path.to_owned(), reason: reason.to_owned(), hint: hint.to_owned() });
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => refused("is not a file", "name a file"),
        Ok(_) if !replace => refused("exists", "choose another name, or pass --force to replace it"),
        _ => Ok(()),
    }
}

/// A folder being written beside its destination; removed again unless it is committed.
#[derive(Debug)]
pub struct PendingFolder {
    path: PathBuf,
    destination: PathBuf,
    committed: bool,
}

/// Folders of this process, while they are written and once they are in place.
#[derive(Debug)]
struct Folders {
    pending: Vec<PathBuf>,
    committed: usize,
}

static FOLDERS: Mutex<Folders> = Mutex::new(Folders { pending: Vec::new(), committed: 0 });

/// Whoever holds this decides whether a folder takes its place.
fn folders() -> MutexGuard<'static, Folders> {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many folders this process has put in their places.
#[must_use]
pub fn committed() -> usize {
    folders().committed
}

/// Takes away what is being written, and calls `end`, which ends the process: until then no folder takes its place. For a process
/// that is told to stop and cannot wait for its threads.
pub fn abandon(end: impl FnOnce(usize)) {
    let folders = folders();
    for path in &folders.pending {
        // threads that still write may make a new file while the others are taken away
        for _ in 0..ATTEMPTS {
            if std::fs::remove_dir_all(path).is_ok() || !path.exists() {
                break;
            }
        }
    }
    end(folders.committed);
}

/// Attempts to take away a folder that is being written.
const ATTEMPTS: usize = 100;

/// The file by which a run folder is known.
pub const MARK: &str = "run.json";

impl PendingFolder {
    /// Starts a folder that will become `destination`.
    ///
    /// # Errors
    /// The destination exists and is neither an empty folder nor an earlier run, or its parent cannot be written.
    pub fn new(destination: &Path) -> Result<Self> {
        Self::marked(destination, MARK, "run")
    }

    /// Starts a folder of a kind that is known by a file of its own.
    ///
    /// # Errors
    /// As [`PendingFolder::new`]; only earlier folders of that kind are replaced.
    pub fn marked(destination: &Path, mark: &str, kind: &str) -> Result<Self> {
        if destination.exists() {
            let empty = destination.is_dir() && std::fs::read_dir(destination).is_ok_and(|mut d| d.next().is_none());
            if !empty && !destination.join(mark).is_file() {
                return Err(Error::Unwritable {
                    path: destination.to_owned(),
                    reason: format!("exists and is not a {kind} folder"),
                    hint: format!("choose another folder; only earlier {kind}s are replaced"),
                });
            }
        }
        let path = sibling(destination, "tmp");
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|e| Error::io(parent, &e))?;
        }
        remove_stale(destination);
        if path.exists() {
            std::fs::remove_dir_all(&path).map_err(|e| Error::io(&path, &e))?;
        }
        let mut folders = folders();
        std::fs::create_dir(&path).map_err(|e| Error::io(&path, &e))?;
        folders.pending.push(path.clone());
        drop(folders);
        Ok(Self { path, destination: destination.to_owned(), committed: false })
    }

    /// Where to write.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the folder durable and puts it in place of an earlier run.
    ///
    /// # Errors
    /// A rename or sync that the system refuses, or the observer asked to stop; an earlier run is then put back.
    pub fn commit(mut self, observer: &dyn Observer) -> Result<()> {
        sync_tree(&self.path, observer)?;
        let mut folders = folders();
        observer.check()?;
        let old = sibling(&self.destination, "old");
        let replaces = self.destination.exists();
        if replaces {
            std::fs::rename(&self.destination, &old).map_err(|e| Error::io(&self.destination, &e))?;
        }
        if let Err(error) = std::fs::rename(&self.path, &self.destination) {
            if replaces {
                // nothing better can be done if this fails as well: the old run is beside its place
                let _ = std::fs::rename(&old, &self.destination);
            }
            return Err(Error::io(&self.destination, &error));
        }
        self.committed = true;
        folders.committed += 1;
        folders.pending.retain(|path| *path != self.path);
        let removed = if replaces { std::fs::remove_dir_all(&old) } else { Ok(()) };
        drop(folders);
        removed.map_err(|e| Error::io(&old, &e))
    }
}

impl Drop for PendingFolder {
    fn drop(&mut self) {
        if !self.committed {
            // a leftover beside the destination is harmless and is taken away by the next run
            let _ = std::fs::remove_dir_all(&self.path);
            folders().pending.retain(|path| *path != self.path);
        }
    }
}

/// `.name.kind-pid` beside a path.
fn sibling(path: &Path, kind: &str) -> PathBuf {
    let name = path.file_name().map_or_else(|| "run".to_owned(), |n| n.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}.{kind}-{}", std::process::id()))
}

/// Takes away what killed runs left beside the destination: their process is gone. Where that cannot be told, nothing is touched.
fn remove_stale(destination: &Path) {
    let own = sibling(destination, "tmp");
    let Some(parent) = own.parent() else { return };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    let prefix = own.file_name().map(|n| n.to_string_lossy().trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()).unwrap_or_default();
    if !Path::new("/proc/self").exists() {
        return;
    }
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(process) = name.strip_prefix(&prefix) else { continue };
        let is_process = !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit());
        if is_process && !Path::new("/proc").join(process).exists() {
            // another run may be doing the same
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn sync_tree(folder: &Path, observer: &dyn Observer) -> Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|e| Error::io(folder, &e))? {
        observer.check()?;
        let path = entry.map_err(|e| Error::io(folder, &e))?.path();
        if path.is_dir() {
            sync_tree(&path, observer)?;
        } else {
            std::fs::File::open(&path).and_then(|f| f.sync_all()).map_err(|e| Error::io(&path, &e))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_whole_or_as_they_were() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("table.csv");
        let text = |text: &'static str| move |out: &mut BufWriter<&mut File>| out.write_all(text.as_bytes()).map_err(|_| unreachable!());
        write_file(&path, false, text("first")).unwrap();
        let refused = write_file(&path, false, text("second")).unwrap_err();
        assert!(refused.to_string().contains("exists") && refused.hint().contains("--force"), "{refused}");
        let broken = write_file(&path, true, |out| {
            text("half")(out)?;
            Err(Error::io(Path::new("x"), &std::io::Error::other("disk full")))
        });
        assert!(broken.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
        write_file(&path, true, text("second")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "second");
        assert!(write_file(root.path(), true, text("x")).unwrap_err().to_string().contains("is not a file"));
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn complete_or_absent() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("run");
        drop(PendingFolder::new(&out).unwrap());
        assert!(std::fs::read_dir(root.path()).unwrap().next().is_none(), "nothing is left behind");

        for text in ["first", "second"] {
            let pending = PendingFolder::new(&out).unwrap();
            std::fs::write(pending.path().join(MARK), text).unwrap();
            pending.commit(&tierlight_core::Silent).unwrap();
            assert_eq!(std::fs::read_to_string(out.join(MARK)).unwrap(), text);
        }
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1);

        std::fs::remove_file(out.join(MARK)).unwrap();
        std::fs::write(out.join("thesis.txt"), "mine").unwrap();
        assert!(PendingFolder::new(&out).is_err(), "a folder that is no run is never replaced");
    }
}
