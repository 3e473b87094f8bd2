//! `packs`: browse the reference data.

mod check;
mod diff;
mod districts;
mod rates;

use std::fmt::Write;

use serde_json::{Value, json};
use tierlight_data::packs::{Packs, Row, read_packs};

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
        PacksCommand::Show { table, country, find, limit, packs } if table == rates::TABLE => {
            let packs = read_packs(packs)?;
            Ok(Output::done(rates::show(&packs, country.as_deref(), find.as_deref(), limit.unwrap_or(usize::MAX), format)?))
        }
        PacksCommand::Show { table, country, find, limit, packs } if table == districts::TABLE => {
            let packs = read_packs(packs)?;
            Ok(Output::done(districts::show(&packs, country.as_deref(), find.as_deref(), limit.unwrap_or(usize::MAX), format)?))
        }
        PacksCommand::Show { table, country: Some(_), .. } => {
            let hint = format!("`--find` chooses among the rows of {table}");
            Err(usage(format!("--country is for {} and {}", rates::TABLE, districts::TABLE), hint))
        }
        PacksCommand::Show { table, find, limit, packs, .. } => {
            Ok(Output::done(show(&read_packs(packs)?, table, find.as_deref(), *limit, format)?))
        }
        PacksCommand::Check { pack, packs, limit } => check::run(pack, packs, *limit, format),
        PacksCommand::Diff(args) => Ok(Output::done(diff::run(args, format)?)),
    }
}

fn list(packs: &Packs, format: Format) -> anyhow::Result<String> {
    let tables: Vec<(&str, usize)> = packs.tables.tables().collect();
    if format == Format::Json {
        return Ok(serde_json::to_string_pretty(&json!({
            "packs": packs.tables.stamps,
            "tables": tables.iter().map(|(name, rows)| json!({ "table": name, "rows": rows })).collect::<Vec<_>>(),
        }))? + "\n");
    }
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

/// Rows of a table with a cell that contains a text, in any case of letters.
fn found<'a>(packs: &'a Packs, name: &str, find: Option<&str>) -> Vec<&'a Row> {
    let wanted = find.map(str::to_lowercase);
    let matches =
        |row: &&Row| wanted.as_ref().is_none_or(|text| row.columns().iter().any(|c| row.get(c).to_lowercase().contains(text.as_str())));
    packs.tables.rows(name).filter(matches).collect()
}

fn show(packs: &Packs, name: &str, find: Option<&str>, limit: Option<usize>, format: Format) -> anyhow::Result<String> {
    if packs.tables.rows(name).next().is_none() {
        let names: Vec<&str> = packs.tables.tables().map(|t| t.0).collect();
        return Err(usage(format!("no table `{name}` in the packs"), format!("tables are {}", names.join(", "))));
    }
    let all = found(packs, name, find);
    if format == Format::Json {
        let rows: Vec<Value> = all
            .iter()
            .take(limit.unwrap_or(usize::MAX))
            .map(|row| {
                let mut object: serde_json::Map<String, Value> =
                    row.columns().iter().map(|c| (c.clone(), Value::String(row.get(c).to_owned()))).collect();
                object.insert("pack".to_owned(), Value::String(row.pack.to_string()));
                object.insert("row".to_owned(), row.number.into());
                Value::Object(object)
            })
            .collect();
        return Ok(serde_json::to_string_pretty(&rows)? + "\n");
    }
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
