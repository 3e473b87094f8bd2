//! Reference packs: folders of sourced tables, layered row by row.

mod layer;
mod parameters;
mod source;
mod surveys;

use std::path::PathBuf;

pub(crate) use layer::hex;
pub use layer::{PackTables, Row};
pub use source::{EMBEDDED, PackSource};

use crate::error::Result;
use crate::matching::Gazetteer;
use tierlight_core::parameters::Parameters;

/// Everything read from the packs of a run.
#[derive(Debug, Clone)]
pub struct Packs {
    /// Tables as layered, for browsing.
    pub tables: PackTables,
    /// What the core needs.
    pub parameters: Parameters,
    /// What readers need.
    pub gazetteer: Gazetteer,
}

/// Reads the built-in packs (`world`, `pakistan`) and then the user's, later rows replacing earlier ones by primary key.
///
/// # Errors
/// A pack that cannot be read, a broken table, a value without source or grade.
pub fn read_packs(user: &[PathBuf]) -> Result<Packs> {
    let mut sources: Vec<PackSource> = EMBEDDED.iter().map(|name| PackSource::embedded(name)).collect::<Result<_>>()?;
    for folder in user {
        sources.push(PackSource::folder(folder)?);
    }
    let tables = PackTables::layered(&sources)?;
    let parameters = parameters::parameters(&tables)?;
    let gazetteer = Gazetteer::new(&tables, &parameters)?;
    Ok(Packs { tables, parameters, gazetteer })
}
