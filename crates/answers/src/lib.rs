//! Answers to questions about a saved run, as JSON: what the command line prints with `--format json` and the service serves.
//!
//! [`opened::Opened`] is a run that stays in memory between questions; [`cache::Cache`] keeps a few of them.

mod by_hazard;
pub mod cache;
pub mod compare;
mod error;
pub mod explain;
mod find;
pub mod opened;
pub mod packs;
mod referral;
mod run;
pub mod sites;
mod sources;
pub mod trace;

pub use by_hazard::{by_hazard, intervals_json};
pub use error::{Error, Result};
pub use find::find;
pub use referral::referral_json;
pub use run::run_of;
pub use sources::Sources;
