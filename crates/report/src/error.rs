//! What can go wrong.

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error with a hint apart.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A format cannot be written.
    #[error("cannot write {format}: {reason}")]
    Render {
        /// `HTML`, `PDF`, `XLSX` or `JSON`.
        format: &'static str,
        /// Why.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// Boundaries that a user brought.
    #[error("boundaries: {reason}")]
    Boundaries {
        /// What was found, where, and what was expected.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// Answers that a user brought.
    #[error("answers: {reason}")]
    Answers {
        /// What was found, where, and what was expected.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// Something that was asked for by name is not there.
    #[error("{reason}")]
    NotFound {
        /// What was asked for.
        reason: String,
        /// What there is.
        hint: String,
    },
    /// The method.
    #[error(transparent)]
    Core(#[from] tierlight_core::Error),
}

impl Error {
    /// What to do about it; empty where nothing is known to help.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Self::Render { hint, .. } | Self::Boundaries { hint, .. } | Self::Answers { hint, .. } | Self::NotFound { hint, .. } => hint,
            Self::Core(_) => "",
        }
    }
}
