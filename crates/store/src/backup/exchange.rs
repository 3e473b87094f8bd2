//! What is in a data folder, exchanged for what was restored: all of it, or nothing.
//!
//! It happens inside the folder, which may be a place where a disk is mounted, or one that others refer to by a link.

use std::fs;
use std::path::{Path, PathBuf};

use crate::db::Db;
use crate::folders::{DataLock, Folders, make_folder, remove_file, remove_folder, sync_folder};
use crate::{Database, Error, Result};

/// Folder of a restore under way.
const FOLDER: &str = ".restore";
/// Of the service or the disk, whatever the store holds.
const STAYS: [&str; 4] = [FOLDER, "lock", "keep", "lost+found"];

/// A restore into a data folder that is this process's; undone when it is dropped before it is kept or left.
#[derive(Debug)]
pub(super) struct Exchange {
    place: PathBuf,
    /// The folder was not there.
    made: bool,
    /// Not to be undone when this is dropped.
    kept: bool,
    _lock: DataLock,
}

impl Exchange {
    /// Begins: the folder is found through links, or made. No other restore may be open, see [`end_open`].
    pub fn begin(data_dir: &Path) -> Result<Self> {
        let made = !data_dir.is_dir();
        if made {
            make_folder(data_dir)?;
        }
        let place = fs::canonicalize(data_dir).map_err(|e| Error::io(data_dir, e))?;
        let lock = Folders::of(&place).lock()?;
        let exchange = Self { place, made, kept: false, _lock: lock };
        for folder in [exchange.rows(), old(&exchange.place), exchange.restored()] {
            make_folder(&folder)?;
        }
        Ok(exchange)
    }

    /// For rows on their way into the database.
    pub fn rows(&self) -> PathBuf {
        self.place.join(FOLDER).join("rows")
    }

    /// For what is restored.
    pub fn restored(&self) -> PathBuf {
        self.place.join(FOLDER).join("new")
    }

    /// Puts what is restored in the place of what is there, which is kept aside.
    pub fn run(&self) -> Result<()> {
        let old = old(&self.place);
        move_all(&self.place, &old)?;
        sync_folder(&old)?;
        // from here on what is in the folder is of the backup
        let mark = mark(&self.place);
        fs::File::create(&mark).and_then(|f| f.sync_all()).map_err(|e| Error::io(&mark, e))?;
        sync_folder(&self.place.join(FOLDER))?;
        move_all(&self.restored(), &self.place)?;
        sync_folder(&self.place)
    }

    /// Ends: what was there is taken away.
    pub fn keep(mut self) -> Result<()> {
        // if that fails it is not undone here: rows may be in a server's database by now
        self.kept = true;
        finish(&self.place)
    }

    /// Leaves it open, to be ended by [`end_open`].
    pub fn leave(mut self) {
        self.kept = true;
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        // what cannot be undone now is when the folder is opened next
        if settle(&self.place).is_ok() && self.made {
            let _ = remove_folder(&self.place);
        }
    }
}

/// Ends a restore that was ended from outside: it is undone, or, if its rows are in a server's database, it is kept.
pub(crate) async fn end_open(database: &Database, data_dir: &Path) -> Result<()> {
    if !data_dir.join(FOLDER).exists() {
        return Ok(());
    }
    let _lock = Folders::of(data_dir).lock()?;
    if let Database::Postgres(url) = database
        && mark(data_dir).exists()
    {
        let db = Db::postgres(url).await?;
        db.migrate().await?;
        let has_rows = db.row("SELECT 1 AS one FROM organisations LIMIT 1", vec![]).await?.is_some();
        db.close().await;
        if has_rows {
            return finish(data_dir);
        }
    }
    settle(data_dir)
}

/// True when a data folder is there and holds something.
pub(super) fn is_occupied(data_dir: &Path) -> Result<bool> {
    Ok(data_dir.is_dir() && !entries(data_dir)?.is_empty())
}

/// Takes what was there away.
fn finish(place: &Path) -> Result<()> {
    let (folder, old) = (place.join(FOLDER), old(place));
    if old.exists() {
        // without it the folder of the restore says nothing about what is beside it
        fs::rename(&old, folder.join("gone")).map_err(|e| Error::io(&old, e))?;
        sync_folder(&folder)?;
    }
    remove_folder(&folder)
}

/// Undoes a restore that did not end: the folder is as it was. Asks for its lock. One that is ended itself is undone by the next.
fn settle(place: &Path) -> Result<()> {
    let (old, mark) = (old(place), mark(place));
    if old.exists() {
        if mark.exists() {
            for entry in entries(place)? {
                if entry.is_dir() { remove_folder(&entry) } else { remove_file(&entry) }?;
            }
            sync_folder(place)?;
            remove_file(&mark)?;
            sync_folder(&place.join(FOLDER))?;
        }
        move_all(&old, place)?;
        sync_folder(place)?;
    }
    remove_folder(&place.join(FOLDER))
}

/// Where what was there is kept.
fn old(place: &Path) -> PathBuf {
    place.join(FOLDER).join("old")
}

/// Says that all that was there is kept.
fn mark(place: &Path) -> PathBuf {
    place.join(FOLDER).join("moved")
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| Error::io(folder, e))? {
        let entry = entry.map_err(|e| Error::io(folder, e))?;
        if !STAYS.iter().any(|name| entry.file_name() == *name) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn move_all(from: &Path, to: &Path) -> Result<()> {
    for entry in entries(from)? {
        if let Some(name) = entry.file_name() {
            fs::rename(&entry, to.join(name)).map_err(|e| Error::io(&entry, e))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Files of a data folder and what is in them.
    fn seen(place: &Path) -> BTreeMap<String, String> {
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        entries(place).unwrap().iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
    }

    /// A folder with two files, and two to take their place.
    fn begun(place: &Path) {
        for folder in ["old", "new", "rows"] {
            fs::create_dir_all(place.join(FOLDER).join(folder)).unwrap();
        }
        for (name, text) in [("a", "1"), ("b", "1"), (".restore/new/b", "2"), (".restore/new/c", "2"), ("lock", "")] {
            fs::write(place.join(name), text).unwrap();
        }
    }

    #[tokio::test]
    async fn a_restore_that_is_ended_anywhere_is_undone() {
        let aside = |place: &Path, name: &str| fs::rename(place.join(name), place.join(".restore/old").join(name)).unwrap();
        let inside = |place: &Path, name: &str| fs::rename(place.join(".restore/new").join(name), place.join(name)).unwrap();
        let marked = |place: &Path| fs::write(mark(place), "").unwrap();
        // the steps of an exchange, and of its being undone
        let steps: [&dyn Fn(&Path); 8] = [
            &|_| {},
            &|p| aside(p, "a"),
            &|p| aside(p, "b"),
            &|p| marked(p),
            &|p| inside(p, "b"),
            &|p| inside(p, "c"),
            &|p| fs::remove_file(p.join("b")).unwrap(),
            &|p| {
                fs::remove_file(p.join("c")).unwrap();
                fs::remove_file(mark(p)).unwrap();
                fs::rename(p.join(".restore/old/b"), p.join("b")).unwrap();
            },
        ];
        for ended in 0..steps.len() {
            let folder = tempfile::tempdir().unwrap();
            begun(folder.path());
            steps[..=ended].iter().for_each(|step| step(folder.path()));
            end_open(&Database::Sqlite, folder.path()).await.unwrap();
            let before = BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), "1".to_owned())]);
            assert_eq!(seen(folder.path()), before, "ended after step {ended}");
            assert!(!folder.path().join(FOLDER).exists());
        }
    }

    #[test]
    fn it_is_all_or_nothing() {
        for keep in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let exchange = Exchange::begin(folder.path()).unwrap();
            begun(folder.path());
            exchange.run().unwrap();
            if keep {
                exchange.keep().unwrap();
            } else {
                drop(exchange);
            }
            let names = seen(folder.path()).into_keys().collect::<String>();
            assert_eq!(names, if keep { "bc" } else { "ab" });
            assert!(!folder.path().join(FOLDER).exists());
        }
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("deep/place");
        drop(Exchange::begin(&place).unwrap());
        assert!(!place.exists(), "a folder is left where there was none");
    }
}
