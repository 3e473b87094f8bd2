//! Counted parts of a pack's README, between `<!-- counts: NAME -->` and `<!-- end -->`.

use anyhow::{Context, bail};

use super::counts;
use super::table::Pack;

const START: &str = "<!-- counts: ";
const END: &str = "<!-- end -->";

/// The README with its counted parts written anew.
pub fn filled(pack: &Pack) -> anyhow::Result<String> {
    let path = pack.folder.join("README.md");
    let old = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    fill(&old, pack).with_context(|| path.display().to_string())
}

/// A text with its counted parts written anew.
pub fn fill(old: &str, pack: &Pack) -> anyhow::Result<String> {
    let mut out = String::with_capacity(old.len());
    let mut rest = old;
    while let Some((before, after)) = rest.split_once(START) {
        let (name, after) = after.split_once(" -->").context("a marker is not closed")?;
        let Some((_, after)) = after.split_once(END) else {
            bail!("`{name}` has no {END}");
        };
        let table = counts::block(name, pack).with_context(|| format!("counts of {name}"))?;
        out.extend([before, START, name, " -->\n", &table, END]);
        rest = after;
    }
    Ok(out + rest)
}
