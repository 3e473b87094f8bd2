//! Reference packs: folders of sourced tables, layered row by row.

mod check;
mod descriptor;
mod diff;
mod inputs;
mod law;
mod layer;
mod naming;
mod parameters;
mod reporting;
mod seasons;
mod source;
mod surveys;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub use check::{Checked, Sets};
pub use diff::{CellChange, Change, RowChange, row_changes};
pub use law::read_law;
pub(crate) use layer::hex;
pub use layer::{PackTables, Row};
pub use source::{EMBEDDED, PackSource};

use crate::error::{Error, Result};
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

impl Packs {
    fn new(tables: PackTables) -> Result<Self> {
        let parameters = parameters::parameters(&tables)?;
        let gazetteer = Gazetteer::new(&tables, &parameters)?;
        Ok(Self { tables, parameters, gazetteer })
    }

    /// Index of a country, by code or a known name, never by likeness.
    ///
    /// # Errors
    /// A hint, where there is no such country.
    pub fn country(&self, text: &str) -> std::result::Result<u16, String> {
        let names = &self.gazetteer.countries;
        names.lookup(text).ok_or_else(|| match names.find(text) {
            Ok((like, _)) => {
                let like = &self.parameters.countries[usize::from(like)];
                format!("did you mean {} ({})?", like.name, like.iso3)
            }
            Err(hint) => hint,
        })
    }
}

/// Reads the built-in packs (`world`, `pakistan`) and then the user's, later rows replacing earlier ones by primary key.
///
/// The built-in packs are checked by a test; a user's is checked here, which costs a pass over its cells.
///
/// # Errors
/// A pack that cannot be read, or one with errors.
pub fn read_packs(user: &[PathBuf]) -> Result<Packs> {
    let mut tables = built_in()?;
    for folder in user {
        lay(&mut tables, &PackSource::folder(folder)?)?;
    }
    Packs::new(tables)
}

/// The built-in packs, read once in a process.
///
/// # Errors
/// None that a test of them does not find.
pub fn built_in_packs() -> Result<Arc<Packs>> {
    static PACKS: OnceLock<Arc<Packs>> = OnceLock::new();
    if let Some(packs) = PACKS.get() {
        return Ok(packs.clone());
    }
    let packs = Arc::new(read_packs(&[])?);
    Ok(PACKS.get_or_init(|| packs).clone())
}

/// Packs as they would be used with `pack`, which is a folder, the name of a built-in pack, or `builtin`.
///
/// A pack that is called as a built-in one stands in its place; any other lies on top of the built-in packs. A built-in pack comes
/// with those below it.
///
/// # Errors
/// As [`read_packs`].
pub fn read_packs_with(pack: &str) -> Result<Packs> {
    if pack == "builtin" {
        return read_packs(&[]);
    }
    if built_in_name(Path::new(pack)).is_some() {
        let up_to = EMBEDDED.iter().take_while(|name| **name != pack).chain([&pack]);
        let sources: Vec<PackSource> = up_to.map(|name| PackSource::embedded(name)).collect::<Result<_>>()?;
        return Packs::new(PackTables::layered(&sources)?);
    }
    let source = PackSource::folder(Path::new(pack))?;
    let name = source.declared_name();
    let mut tables = PackTables::default();
    for built_in in EMBEDDED {
        if name.as_deref() == Some(built_in) {
            lay(&mut tables, &source)?;
        } else {
            tables.add(&PackSource::embedded(built_in)?)?;
        }
    }
    if name.is_none_or(|name| !EMBEDDED.contains(&name.as_str())) {
        lay(&mut tables, &source)?;
    }
    Packs::new(tables)
}

/// Checks a pack, which is a folder or the name of a built-in pack: its tables, its keys and sources over the packs below, and
/// whether the method can work with it. One that is called as a built-in pack is checked in its place; below any other lie the
/// built-in packs and then those of `user`.
///
/// # Errors
/// The folder is no pack, or one of `user` is broken. What is wrong with the pack itself are issues.
pub fn check_pack(pack: &Path, user: &[PathBuf]) -> Result<Checked> {
    let source = built_in_name(pack).map_or_else(|| PackSource::folder(pack), PackSource::embedded)?;
    let name = source.declared_name();
    let mut below = PackTables::default();
    for built_in in EMBEDDED {
        if name.as_deref() == Some(built_in) {
            return Ok(check::check_whole(&source, &below));
        }
        below.add(&PackSource::embedded(built_in)?)?;
    }
    for folder in user {
        lay(&mut below, &PackSource::folder(folder)?)?;
    }
    Ok(check::check_whole(&source, &below))
}

/// The built-in pack that is meant; a pack's folder of that name goes before it.
fn built_in_name(pack: &Path) -> Option<&str> {
    pack.to_str().filter(|name| EMBEDDED.contains(name) && !pack.join("datapackage.json").is_file())
}

fn built_in() -> Result<PackTables> {
    let sources: Vec<PackSource> = EMBEDDED.iter().map(|name| PackSource::embedded(name)).collect::<Result<_>>()?;
    PackTables::layered(&sources)
}

/// Lays a user's pack over others, unless it has errors.
fn lay(tables: &mut PackTables, source: &PackSource) -> Result<()> {
    let checked = check::check(source, tables);
    let errors: Vec<_> = checked.errors().cloned().collect();
    if !errors.is_empty() {
        return Err(Error::BrokenPack { pack: source.name.clone(), issues: errors });
    }
    tables.add(source)
}
