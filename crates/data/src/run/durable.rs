//! Files made durable while others are still written: the disk works beside the processors, not after them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tierlight_core::Observer;

use crate::error::{Error, Result};

/// Bytes after which what has been written of a file goes to the disk.
pub(super) const PART: usize = 64 << 20;
/// How often somebody who waits for the disk looks whether to stop.
const LOOK: Duration = Duration::from_millis(5);

/// Brings files to the disk, one after another, on a thread of its own that waits and does not compute.
pub(super) struct Durable {
    thread: Option<(Sender<(PathBuf, File)>, JoinHandle<Result<()>>)>,
    stopped: Arc<AtomicBool>,
}

impl Durable {
    /// Starts the thread. Without one nothing is lost: a folder is made durable as a whole before it takes its place.
    pub(super) fn new() -> Self {
        let (files, wanted) = channel::<(PathBuf, File)>();
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = stopped.clone();
        let bring = move || {
            let mut wanted = wanted.into_iter().take_while(|_| !stop.load(Ordering::Relaxed));
            wanted.try_for_each(|(path, file)| file.sync_data().map_err(|e| Error::io(&path, &e)))
        };
        let thread = Builder::new().name("durable".to_owned()).spawn(bring).ok();
        Self { thread: thread.map(|thread| (files, thread)), stopped }
    }

    /// Brings what has been written of a file to the disk before [`Durable::finish`] returns.
    pub(super) fn soon(&self, path: &Path, file: &File) {
        if let Some((files, _)) = &self.thread
            && let Ok(file) = file.try_clone()
        {
            // a thread that has failed tells so at the end
            let _ = files.send((path.to_owned(), file));
        }
    }

    /// Waits for all files.
    ///
    /// # Errors
    /// The disk refused one, or the observer asked to stop.
    pub(super) fn finish(mut self, observer: &dyn Observer) -> Result<()> {
        let Some((files, thread)) = self.thread.take() else { return Ok(()) };
        drop(files);
        while !thread.is_finished() && !observer.cancelled() {
            std::thread::sleep(LOOK);
        }
        self.stopped.store(true, Ordering::Relaxed);
        thread.join().unwrap_or(Ok(()))
    }
}

impl Drop for Durable {
    /// Who gives up waits for one part at most.
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Some((files, thread)) = self.thread.take() {
            drop(files);
            // who gives up has an error to tell already
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use tierlight_core::Silent;

    #[test]
    fn files_are_brought_and_one_that_is_refused_is_told() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("rows.csv");
        let mut file = File::create(&path).unwrap();
        file.write_all(b"rows").unwrap();
        let durable = Durable::new();
        durable.soon(&path, &file);
        durable.finish(&Silent).unwrap();
        // a pipe's end is no file that a disk keeps
        #[cfg(unix)]
        {
            let (reader, _writer) = std::io::pipe().unwrap();
            let durable = Durable::new();
            durable.soon(Path::new("pipe"), &File::from(std::os::fd::OwnedFd::from(reader)));
            assert!(durable.finish(&Silent).unwrap_err().to_string().contains("pipe"));
        }
    }
}
