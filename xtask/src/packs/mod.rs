//! `cargo xtask packs`: what is generated from the packs' tables, and the checks that no validator makes.

mod counts;
mod croissant;
mod descriptor;
mod readme;
mod references;
mod table;

use std::path::PathBuf;

use anyhow::bail;
use table::Pack;

/// Generated files of all packs, as they should be.
fn outputs() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for mut pack in Pack::all()? {
        descriptor::renew(&mut pack)?;
        files.push((pack.folder.join("datapackage.json"), serde_json::to_string_pretty(&pack.descriptor)? + "\n"));
        files.push((pack.folder.join("croissant.json"), serde_json::to_string_pretty(&croissant::of(&pack)?)? + "\n"));
        files.push((pack.folder.join("README.md"), readme::filled(&pack)?));
    }
    Ok(files)
}

/// Writes descriptors, Croissant files and the counted parts of the README files.
pub fn run() -> anyhow::Result<()> {
    for (path, text) in outputs()? {
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            std::fs::write(&path, text)?;
            println!("{}", path.display());
        }
    }
    Ok(())
}

/// Nothing generated is stale, and every reference between packs is met.
pub fn check() -> anyhow::Result<()> {
    references::check(&Pack::all()?)?;
    for (path, text) in outputs()? {
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            bail!("{} is stale: run `cargo xtask packs`", path.display());
        }
    }
    Ok(())
}
