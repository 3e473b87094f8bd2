//! Why there is no answer.

use tierlight_data::{core_hint, text};

/// Everything that keeps a question from being answered. `hint` says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The run has no such site.
    #[error("no site `{wanted}` in the run")]
    NoSite {
        /// Id or name asked for.
        wanted: String,
        /// Sites called nearly so.
        hint: String,
    },
    /// A name that several sites have.
    #[error("{count} sites are called `{wanted}`")]
    ManySites {
        /// Name asked for.
        wanted: String,
        /// How many.
        count: usize,
        /// Their ids.
        hint: String,
    },
    /// A question that cannot be understood.
    #[error("{what} is `{found}`, expected {expected}")]
    Asked {
        /// Part of the question.
        what: &'static str,
        /// As it was asked.
        found: String,
        /// What is understood.
        expected: String,
        /// What is called nearly so; may be empty.
        hint: String,
    },
    /// The run cannot be read.
    #[error(transparent)]
    Data(#[from] tierlight_data::Error),
    /// The core refused.
    #[error(transparent)]
    Core(#[from] tierlight_core::Error),
}

/// Ids that an error names.
const NAMED: usize = 5;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Error::NoSite { hint, .. } | Error::ManySites { hint, .. } | Error::Asked { hint, .. } => hint,
            Error::Data(error) => error.hint(),
            Error::Core(error) => core_hint(error),
        }
    }

    /// A part of a question that cannot be understood.
    pub(crate) fn asked(what: &'static str, found: &str, expected: impl Into<String>) -> Self {
        Error::Asked { what, found: found.to_owned(), expected: expected.into(), hint: String::new() }
    }

    /// Several sites of that name.
    pub(crate) fn many_sites<'a>(wanted: &str, count: usize, ids: impl Iterator<Item = &'a str>) -> Self {
        let ids: Vec<&str> = ids.take(NAMED).collect();
        Error::ManySites { wanted: wanted.to_owned(), count, hint: format!("use an id: {}", ids.join(", ")) }
    }

    /// No site of that id or name; `names` are all there are.
    pub(crate) fn no_site<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Self {
        Error::NoSite { wanted: wanted.to_owned(), hint: text::did_you_mean(&text::nearest(wanted, names)) }
    }
}
