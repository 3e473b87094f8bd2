//! The store: a database, and the folder beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

use crate::backup::end_open;
use crate::db::Db;
use crate::files::Pins;
use crate::folders::{self, Folders};
use crate::{DataLock, Database, Error, Result};

/// Free space that uploads leave to the database and to what runs.
const RESERVE: u64 = 64 << 20;

/// Rows in a database, bulk data in a folder. Cheap to clone; all clones are the same store.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) folders: Arc<Folders>,
    pub(crate) pins: Pins,
    pub(crate) changes: watch::Sender<u64>,
    pub(crate) removals: watch::Sender<u64>,
    pub(crate) reserve: u64,
    database: Database,
}

impl Store {
    /// Opens a store; makes the folder and the tables where there are none, and brings older ones up to date.
    ///
    /// # Errors
    /// The folder cannot be made or written, the database cannot be reached, or was written by a newer program.
    pub async fn open(database: Database, data_dir: &Path) -> Result<Self> {
        let data_dir = folders::absolute(data_dir)?;
        end_open(&database, &data_dir).await?;
        let folders = Folders::make(&data_dir)?;
        let db = match &database {
            Database::Sqlite => Db::sqlite(&folders.database(), true).await?,
            Database::Postgres(url) => Db::postgres(url).await?,
        };
        db.migrate().await?;
        Ok(Self::of(db, folders, database))
    }

    /// Opens a store that must be there, and changes nothing about it; for work beside a service that runs.
    ///
    /// # Errors
    /// There is no store, or it is of another version of the program.
    pub async fn open_beside(database: Database, data_dir: &Path) -> Result<Self> {
        let folders = Folders::of(&folders::absolute(data_dir)?);
        let db = match &database {
            Database::Sqlite if !folders.database().is_file() => {
                return Err(Error::Unusable {
                    path: folders.database(),
                    found: "no such file".to_owned(),
                    hint: "name the data folder of a service that was started before, with --data-dir",
                });
            }
            Database::Sqlite => Db::sqlite(&folders.database(), false).await?,
            Database::Postgres(url) => Db::postgres(url).await?,
        };
        let (found, known) = (db.schema().await?, Db::newest());
        if found != known {
            return Err(Error::Unusable {
                path: data_dir.to_owned(),
                found: format!("its tables have version {found}, this program's have {known}"),
                hint: "use the program that the service runs",
            });
        }
        Ok(Self::of(db, folders, database))
    }

    fn of(db: Db, folders: Folders, database: Database) -> Self {
        Self {
            db,
            folders: Arc::new(folders),
            pins: Pins::default(),
            changes: watch::Sender::new(0),
            removals: watch::Sender::new(0),
            reserve: RESERVE,
            database,
        }
    }

    /// The same store, leaving another free space (bytes) than 64 MiB to the database and to what runs.
    #[must_use]
    pub fn with_reserve(self, reserve: u64) -> Self {
        Self { reserve, ..self }
    }

    /// Takes the data folder, and of a server the database, for this process alone. Whoever changes files or does jobs holds this.
    ///
    /// # Errors
    /// [`Error::InUse`].
    pub async fn lock(&self) -> Result<DataLock> {
        let lock = self.folders.lock()?;
        match self.db.hold().await? {
            Some(held) => Ok(lock.with(held)),
            None => Err(Error::InUse { path: self.folders.root().to_owned() }),
        }
    }

    /// Which database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The data folder.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.folders.root()
    }

    /// Where jobs put what is not complete yet; on the same file system as what is.
    #[must_use]
    pub fn work_dir(&self) -> PathBuf {
        self.folders.work()
    }

    /// True if the database answers; for `/readyz`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ping(&self) -> Result<()> {
        self.db.row("SELECT 1 AS one", vec![]).await.map(|_| ())
    }

    /// Bytes that are free in the data folder.
    ///
    /// # Errors
    /// The folder cannot be looked at.
    pub fn free_bytes(&self) -> Result<u64> {
        folders::free_bytes(self.folders.root())
    }

    /// A number that grows with every change of a job made by this process: wakes whoever waits for events and for work.
    #[must_use]
    pub fn job_changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A number that grows when files become nobody's: time for [`Store::collect`].
    #[must_use]
    pub fn removals(&self) -> watch::Receiver<u64> {
        self.removals.subscribe()
    }

    pub(crate) fn removed(&self) {
        self.removals.send_modify(|n| *n = n.wrapping_add(1));
        self.changed();
    }

    pub(crate) fn changed(&self) {
        self.changes.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// Ends all connections, after what is under way.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
