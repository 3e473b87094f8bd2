//! `packs`: browse the reference data.

mod check;
mod diff;
mod districts;
mod rates;

use std::fmt::Write;

use tierlight_answers::packs::{DISTRICTS, RATES, found};
use tierlight_data::packs::{Packs, read_packs};

use crate::args::Format;
use crate::exit::{Output, usage};
use crate::packs_args::{PacksArgs, PacksCommand};
use crate::view::{short, table};

/// Longest cell shown.
const CELL: usize = 36;
/// Rows shown of a table when nothing is said.
const LIMIT: usize = 30;

pub fn run(args: &PacksArgs, format: Format) -> anyhow::Result<Output> {
    match &args.command {
        PacksCommand::List { packs } => Ok(Output::done(list(&read_packs(packs)?, format)?)),
        PacksCommand::Show { table, country, find, limit, packs } => {
            let packs = read_packs(packs)?;
            let (country, find) = (country.as_deref().map(|name| crate::input::country(&packs, name)).transpose()?, find.as_deref());
            let all = limit.unwrap_or(usize::MAX);
            Ok(Output::done(match (table.as_str(), country) {
                (RATES, None) => return Err(usage("rates are of a country", "say which: `packs show rates --country PK`")),
                (RATES, Some(country)) => rates::show(&packs, country, find, all, format)?,
                (DISTRICTS, country) => districts::show(&packs, country, find, all, format)?,
                (_, Some(_)) => {
                    let hint = format!("`--find` chooses among the rows of {table}");
                    return Err(usage(format!("--country is for {RATES} and {DISTRICTS}"), hint));
                }
                (_, None) => show(&packs, table, find, *limit, format)?,
            }))
        }
        PacksCommand::Check { pack, packs, limit } => check::run(pack, packs, *limit, format),
        PacksCommand::Diff(args) => Ok(Output::done(diff::run(args, format)?)),
    }
}

fn list(packs: &Packs, format: Format) -> anyhow::Result<String> {
    if format == Format::Json {
        return Ok(serde_json::to_string_pretty(&tierlight_answers::packs::list(packs))? + "\n");
    }
    let tables: Vec<(&str, usize)> = packs.tables.tables().collect();
    let mut out = table(
        &["pack", "version", "sha256"],
        packs.tables.stamps.iter().map(|s| vec![s.name.clone(), s.version.clone(), s.digest.clone()]),
    );
    out.push('\n');
    let origin = |name: &str| -> String {
        let mut found: Vec<String> = Vec::new();
        for stamp in &packs.tables.stamps {
            let rows = packs.tables.rows(name).filter(|r| *r.pack == *stamp.name).count();
            if rows > 0 {
                found.push(format!("{} {rows}", stamp.name));
            }
        }
        found.join(", ")
    };
    out += &table(&["table", ">rows", "from"], tables.iter().map(|(name, rows)| vec![(*name).to_owned(), rows.to_string(), origin(name)]));
    writeln!(out, "\n`tierlight packs show TABLE --find TEXT` shows rows with their sources")?;
    Ok(out)
}

fn show(packs: &Packs, name: &str, find: Option<&str>, limit: Option<usize>, format: Format) -> anyhow::Result<String> {
    if packs.tables.rows(name).next().is_none() {
        let names: Vec<&str> = packs.tables.tables().map(|t| t.0).collect();
        return Err(usage(format!("no table `{name}` in the packs"), format!("tables are {}", names.join(", "))));
    }
    if format == Format::Json {
        let rows = tierlight_answers::packs::show(packs, name, None, find, 0, limit.unwrap_or(usize::MAX))?;
        return Ok(serde_json::to_string_pretty(&rows)? + "\n");
    }
    let all = found(packs, name, find);
    // columns that are blank in every row shown say nothing
    let shown = &all[..all.len().min(limit.unwrap_or(LIMIT))];
    let columns: Vec<&String> =
        shown.first().map_or(Vec::new(), |r| r.columns().iter().filter(|c| shown.iter().any(|r| !r.get(c).is_empty())).collect());
    let header: Vec<&str> = columns.iter().map(|c| c.as_str()).chain(["pack", ">row"]).collect();
    let rows = shown
        .iter()
        .map(|row| columns.iter().map(|c| short(row.get(c), CELL)).chain([row.pack.to_string(), row.number.to_string()]).collect());
    let mut out = table(&header, rows);
    writeln!(out, "\n{} of {} rows; --limit and --find choose, --format json gives whole cells", shown.len(), all.len())?;
    Ok(out)
}
