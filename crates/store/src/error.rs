//! What can go wrong in the store.

use std::io;
use std::path::{Path, PathBuf};

/// Result of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the store: what was found, where, what was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such thing, or it belongs to another organisation: the two are not told apart.
    #[error("no {what} {id}")]
    Missing {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A text that is no id, digest, cursor or word of a list.
    #[error("malformed {what}, expected {expected}")]
    Malformed {
        /// What it should be.
        what: &'static str,
        /// How that looks.
        expected: &'static str,
    },
    /// The thing is in a state in which this cannot be done.
    #[error("{what} {id} {found}, expected {expected}")]
    Conflict {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
        /// What is in the way.
        found: String,
        /// What would be possible.
        expected: &'static str,
    },
    /// The thing is no more what was read of it, and is to be changed only if it is.
    #[error("{what} {id} has changed since it was read")]
    Changed {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// As many jobs wait as may wait.
    #[error("{waiting} jobs wait, at most {limit} may{}", if *.organisation { " of one organisation" } else { "" })]
    QueueFull {
        /// Jobs that wait.
        waiting: u64,
        /// Most that may.
        limit: u64,
        /// True if the limit is that of one organisation.
        organisation: bool,
    },
    /// The disk is full, or so full that nothing more is taken in.
    #[error("storage is full: {what}")]
    Full {
        /// What could not be kept.
        what: String,
    },
    /// A worker no longer holds its job.
    #[error("the lease of {job} is lost")]
    LeaseLost {
        /// The job.
        job: String,
    },
    /// Another process uses the data folder.
    #[error("{} is in use by another tierlight", .path.display())]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// A file is not what was put there.
    #[error("{} is damaged: {found}, expected {expected}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: String,
        /// What was put there.
        expected: String,
    },
    /// The folder or file is not what the call needs.
    #[error("{}: {found}", .path.display())]
    Unusable {
        /// The folder or file.
        path: PathBuf,
        /// What it is.
        found: String,
        /// What to do.
        hint: &'static str,
    },
    /// The database was written by a newer program, or its schema was changed by hand.
    #[error("cannot bring the database up to date: {0}")]
    Migration(#[source] Box<sqlx::migrate::MigrateError>),
    /// No connection came free in time.
    #[error("the database is overloaded: no connection came free in time")]
    Overloaded,
    /// A file cannot be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database fails.
    #[error("database: {0}")]
    Database(#[source] Box<sqlx::Error>),
}

impl Error {
    /// An error at a path; a full disk is told apart.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full { what: format!("cannot write {}", path.display()) }
            }
            _ => Self::Io { path: path.to_owned(), source },
        }
    }

    pub(crate) fn missing(what: &'static str, id: &impl ToString) -> Self {
        Self::Missing { what, id: id.to_string() }
    }

    /// Refuses a thing that is no more what was read of it, where that is stated.
    pub(crate) fn unless_read<T: PartialEq>(what: &'static str, id: &impl ToString, found: &T, read: Option<&T>) -> Result<()> {
        if read.is_some_and(|read| read != found) {
            return Err(Self::Changed { what, id: id.to_string() });
        }
        Ok(())
    }

    /// True if a row breaks a uniqueness rule.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(error) if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation))
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Self::Full { .. } => "free space on the disk of the data folder, or delete runs and networks; reads go on meanwhile",
            Self::Changed { .. } => "read it again, and decide anew",
            Self::QueueFull { .. } => "try again when jobs have ended",
            Self::InUse { .. } => "stop the other one, or choose another folder with --data-dir",
            Self::Migration(_) => "use the version of tierlight that wrote it, or a newer one; a backup can be restored elsewhere",
            Self::Damaged { .. } => "restore the file from a backup",
            Self::Unusable { hint, .. } => hint,
            Self::Overloaded => "try again in some seconds",
            _ => "",
        }
    }
}

/// Codes of SQLite that say that the disk is full: SQLITE_FULL, SQLITE_IOERR_WRITE (a file at its size limit) and SQLITE_IOERR_SHMSIZE.
const FULL: [&str; 3] = ["13", "778", "4874"];
/// PostgreSQL: disk full; it ends a statement that meets it and goes on.
const DISK_FULL: &str = "53100";

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Overloaded;
        }
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        if code.is_some_and(|code| FULL.contains(&code.as_ref()) || code == DISK_FULL) {
            return Self::Full { what: "the database cannot grow".to_owned() };
        }
        Self::Database(Box::new(error))
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            error => Self::Migration(Box::new(error)),
        }
    }
}
