//! Networks and reference packs in, run folders out.
//!
//! Files become [`table::Table`]s; [`read`] streams their rows into a network and a list of [`Issue`]s, so that one bad row
//! never hides another; [`packs`] turns reference packs into parameters; [`run`] writes what came out, whole or not at all.

pub mod atomic;
pub mod cells;
pub mod error;
pub mod fonts;
pub mod generate;
pub mod issue;
pub mod learn;
pub mod limits;
pub mod matching;
pub mod memory;
pub mod packs;
pub mod plan;
pub mod read;
pub mod run;
pub mod scenario;
pub mod table;
pub mod text;
pub mod validation;

pub use error::{Error, Result, core_hint};
pub use issue::{Issue, Severity};
