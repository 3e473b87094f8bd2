//! Parts of `datapackage.json` that follow from the tables: sizes, digests and the list of sources.

use anyhow::Context;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::table::{Pack, text};

/// Brings a pack's descriptor up to date with its files.
pub fn renew(pack: &mut Pack) -> anyhow::Result<()> {
    let folder = pack.folder.clone();
    pack.descriptor["sources"] = sources(pack)?;
    let resources = pack.descriptor["resources"].as_array_mut().context("resources")?;
    for resource in resources {
        let file = folder.join(text(&resource["path"])?);
        let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
        resource["hash"] = format!("sha256:{}", digest(&bytes)).into();
        resource["bytes"] = bytes.len().into();
    }
    Ok(())
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"))
}

/// Title, publisher and year of every source, for programs that show only the descriptor.
fn sources(pack: &Pack) -> anyhow::Result<Value> {
    let mut titles: Vec<String> = Vec::new();
    for [title, publisher, year] in pack.table("sources")?.select(["title", "publisher", "year"])? {
        let by: Vec<&str> = [publisher, year].into_iter().filter(|part| !part.is_empty()).collect();
        let shown = if by.is_empty() { title.to_owned() } else { format!("{title} ({})", by.join(", ")) };
        if !titles.contains(&shown) {
            titles.push(shown);
        }
    }
    Ok(titles.into_iter().map(|title| json!({ "title": title })).collect())
}
