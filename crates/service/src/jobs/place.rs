//! The folder of a job under way: what it reads, what it writes. Goes when the job is over.

use std::path::{Path, PathBuf};

use tierlight_store::{Error, File, FileRole, Job, Result, Store};

/// Name of the folder that the program writes.
pub(super) const OUTPUT: &str = "output";
/// Names of folders with what came in: uploads, what they are held against, files of a question.
pub(super) const UPLOAD: &str = "input";
pub(super) const AGAINST: &str = "against";
pub(super) const FILES: &str = "files";
const INPUTS: [&str; 3] = [UPLOAD, AGAINST, FILES];

/// The folder of a job, below the work folder of the store.
#[derive(Debug)]
pub(super) struct Place {
    root: PathBuf,
    names: Vec<String>,
}

impl Place {
    pub fn new(store: &Store, job: &Job) -> Result<Self> {
        // an attempt whose lease was lost may still be at work in its own
        let root = store.work_dir().join(format!("{}-{}", job.id, job.attempts));
        // of a process that handed it back
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(&root).map_err(|e| failed(&root, e))?;
        // the folder of a job lies in the one of all jobs, and that in the one of everything
        let outer = root.ancestors().take(3).map(std::path::Path::to_owned);
        let names = INPUTS.iter().map(|name| root.join(name)).chain(outer).map(|folder| format!("{}/", folder.display())).collect();
        Ok(Self { root, names })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of what the program writes.
    pub fn output(&self) -> PathBuf {
        self.root.join(OUTPUT)
    }

    /// Where the program writes a file of a name.
    pub fn output_file(&self, name: &str) -> Result<PathBuf> {
        let folder = self.output();
        std::fs::create_dir_all(&folder).map_err(|e| failed(&folder, e))?;
        Ok(folder.join(name))
    }

    /// What the program prints.
    pub fn printed(&self) -> PathBuf {
        self.root.join("printed")
    }

    /// What paths begin with that are the service's own: folders of this one, this one, and those that hold it.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Puts files into a folder under their names, and tells where they are.
    pub async fn put(&self, store: &Store, folder: &str, files: &[File], role: FileRole) -> Result<Vec<PathBuf>> {
        let folder = self.root.join(folder);
        std::fs::create_dir_all(&folder).map_err(|e| failed(&folder, e))?;
        let mut paths = Vec::new();
        for file in files.iter().filter(|file| file.role == role) {
            let path = folder.join(&file.name);
            store.materialise(&file.digest, path.clone()).await?;
            paths.push(path);
        }
        Ok(paths)
    }

    /// Writes a file, and tells where it is.
    pub fn write(&self, name: &str, text: &[u8]) -> Result<PathBuf> {
        let path = self.root.join(name);
        std::fs::write(&path, text).map_err(|e| failed(&path, e))?;
        Ok(path)
    }
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    match source.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge => {
            Error::Full { what: format!("cannot write {}", path.display()) }
        }
        _ => Error::Io { path: path.to_owned(), source },
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // what is left is swept at the next start
        let _ = std::fs::remove_dir_all(&self.root);
    }
}
