//! Errors of the crates below as problems. What is not the caller's is logged, and not repeated to the caller.

use actix_web::error::BlockingError;
use tierlight_data::Error as DataError;
use tierlight_store::JobKind;

use super::table::{
    BAD_INPUT, BUSY, CHANGED, CONFLICT, INTERNAL, INVALID, MANY_SITES, NO_SITE, NOT_FOUND, PERSONAL_DATA, QUEUE_FULL, STORAGE_FULL,
    TOO_MANY_FILES,
};
use super::{At, Problem};
use crate::wording::over_http;

/// Seconds after which a job may have ended.
const SOON: u64 = 5;

impl Problem {
    /// A failure that the caller can do nothing about: told to the log only.
    pub fn internal(what: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %what, "internal");
        Self::new(INTERNAL, "the service failed while it answered; nothing was changed by halves").hint("tell the operator the request id")
    }
}

impl From<tierlight_store::Error> for Problem {
    fn from(error: tierlight_store::Error) -> Self {
        use tierlight_store::Error;
        let hint = error.hint().to_owned();
        let kind = match &error {
            Error::Missing { .. } => NOT_FOUND,
            Error::Malformed { .. } => INVALID,
            Error::Conflict { .. } => CONFLICT,
            Error::Changed { .. } => CHANGED,
            Error::QueueFull { .. } => return Self::new(QUEUE_FULL, error.to_string()).hint(hint).retry_after(SOON),
            Error::Full { .. } => {
                tracing::error!(%error, "storage is full");
                return Self::new(STORAGE_FULL, "nothing more can be kept").hint(hint);
            }
            Error::Overloaded => return Self::new(BUSY, error.to_string()).hint(hint).retry_after(1),
            _ => return Self::internal(&error),
        };
        Self::new(kind, error.to_string()).hint(hint)
    }
}

impl From<tierlight_answers::Error> for Problem {
    fn from(error: tierlight_answers::Error) -> Self {
        use tierlight_answers::Error;
        let hint = error.hint().to_owned();
        let kind = match &error {
            Error::NoSite { .. } => NO_SITE,
            Error::ManySites { .. } => MANY_SITES,
            Error::Asked { .. } => INVALID,
            Error::Data(_) | Error::Core(_) => return Self::internal(&error),
        };
        Self::new(kind, error.to_string()).hint(hint)
    }
}

/// Errors of the reader, where what is read is the caller's.
impl From<DataError> for Problem {
    fn from(error: DataError) -> Self {
        let hint = over_http(JobKind::Ingest, error.hint());
        let problem = match &error {
            DataError::Personal { .. } => Self::new(PERSONAL_DATA, error.to_string()),
            DataError::Limit { .. } => Self::new(TOO_MANY_FILES, error.to_string()),
            DataError::Malformed { file, row, column, .. } => {
                Self::new(BAD_INPUT, error.to_string()).at(At { file: file.clone(), row: Some(*row), column: column.clone() })
            }
            // paths of the service are nobody's business
            DataError::Unreadable { .. } | DataError::Unwritable { .. } | DataError::Run { .. } => return Self::internal(&error),
            _ => Self::new(BAD_INPUT, error.to_string()),
        };
        problem.hint(hint).cause(error.code())
    }
}

impl From<BlockingError> for Problem {
    fn from(error: BlockingError) -> Self {
        Self::internal(&error)
    }
}
