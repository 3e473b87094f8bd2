//! `packs check`: what is wrong with a pack, and what it sets.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tierlight_data::packs::{Checked, Sets, check_pack};

use crate::args::Format;
use crate::commands::check::issue_table;
use crate::exit::{ISSUES, Output};

pub fn run(pack: &Path, below: &[PathBuf], limit: usize, format: Format) -> anyhow::Result<Output> {
    let checked = check_pack(pack, below)?;
    let errors = checked.errors().count();
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&checked)? + "\n",
        Format::Text => text(&checked, errors, limit)?,
    };
    Ok(Output { text, exit: if errors > 0 { ExitCode::from(ISSUES) } else { ExitCode::SUCCESS } })
}

fn text(checked: &Checked, errors: usize, limit: usize) -> anyhow::Result<String> {
    let mut out = String::new();
    if errors > 0 {
        writeln!(
            out,
            "pack {} is refused: {errors} {}, {} other remarks",
            checked.name,
            if errors == 1 { "error" } else { "errors" },
            checked.issues.len() - errors
        )?;
    } else {
        let version = if checked.version.is_empty() { "without a version".to_owned() } else { format!("version {}", checked.version) };
        writeln!(out, "pack {}, {version}, holds together; it sets", checked.name)?;
        for set in &checked.sets {
            writeln!(out, "   {}", sets(set))?;
        }
    }
    if !checked.issues.is_empty() {
        out.push('\n');
        out += &issue_table(&checked.issues, limit);
    }
    Ok(out)
}

/// "12 rows of sector_base, 3 replace rows of pakistan".
fn sets(set: &Sets) -> String {
    let mut out = format!("{} {} of {}", set.rows, if set.rows == 1 { "row" } else { "rows" }, set.table);
    for (pack, count) in &set.replaces {
        let replace = if *count == 1 { "replaces a row" } else { "replace rows" };
        // writing to a String cannot fail
        let _ = write!(out, ", {count} {replace} of {pack}");
    }
    if !set.known {
        out += " (not used: no pack below has such a table)";
    }
    out
}
