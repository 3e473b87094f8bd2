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
    let mut out = String::with_capacity(old.len());
    let mut rest = old.as_str();
    while let Some((before, after)) = rest.split_once(START) {
        let (name, after) = after.split_once(" -->").with_context(|| format!("{}: a marker is not closed", path.display()))?;
        let Some((_, after)) = after.split_once(END) else {
            bail!("{}: `{name}` has no {END}", path.display());
        };
        let table = counts::block(name, pack).with_context(|| format!("{}: {name}", path.display()))?;
        out += &format!("{before}{START}{name} -->\n{table}{END}");
        rest = after;
    }
    Ok(out + rest)
}
