//! Who may come in: keys, sessions, one-time links. Only digests of secrets are kept.

mod keys;
mod links;
mod sessions;

pub use keys::{Key, NewKey};
pub use links::OneTimeLink;
pub use sessions::{NewSession, Session};

use crate::word::words;

words! {
    /// What a principal may do; each may what those before it may.
    Role("role") {
        /// Reads.
        Viewer "viewer",
        /// Uploads, scores, asks.
        Analyst "analyst",
        /// Adds evidence, plans visits.
        Inspector "inspector",
        /// Keys, grants, deletion, the audit log.
        Admin "admin",
    }
}
