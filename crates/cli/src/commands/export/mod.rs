//! `export`: a table of a run in another form.

mod workbook;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;
use tierlight_data::atomic::{MARK, write_file};
use tierlight_data::run::export::{RunTable, copy, ready_file, write_graphml, write_parquet};
use tierlight_data::run::read_record;

use crate::args::Format;
use crate::exit::{Output, usage};
use crate::export_args::{ExportArgs, FormArg, TableArg};
use crate::progress::Progress;
use crate::{output, stop};

/// What is to be written.
enum Work {
    /// A file that the run wrote.
    Copy(PathBuf),
    /// Tables as a workbook.
    Workbook(Vec<RunTable>),
    /// A table as Parquet.
    Parquet(RunTable),
    /// The network, which the run left out for its size.
    Graph,
}

pub fn run(args: &ExportArgs, format: Format) -> anyhow::Result<Output> {
    stop::listen();
    output::check(&args.output, args.force, &[&args.run])?;
    let work = work(args)?;
    ready_file(&args.run, MARK)?;
    let record = read_record(&args.run)?;
    let tables = tables(args.table);
    let progress = Progress::of(2 + tables.len() as u64);
    progress.next("rows");
    let mut rows: BTreeMap<&str, u64> = BTreeMap::new();
    for table in &tables {
        rows.insert(table.name(), table.rows(&args.run)?);
    }
    if matches!(work, Work::Workbook(_)) {
        workbook::fits(&rows)?;
    }
    // what a workbook or a graph cannot say through the writer of a file
    let mut failed: Option<anyhow::Error> = None;
    write_file(&args.output, args.force, |out| match &work {
        Work::Copy(file) => {
            progress.next("copy");
            copy(file, out)
        }
        Work::Parquet(table) => {
            progress.next(table.name());
            write_parquet(&args.run, *table, out)
        }
        Work::Graph => {
            progress.next("network");
            write_graphml(&args.run, out, &progress)
        }
        Work::Workbook(tables) => workbook::write(&args.run, &record, tables, &rows, &progress, out).map_err(|error| {
            let told = tierlight_data::Error::Run { path: args.output.clone(), reason: error.to_string(), hint: String::new() };
            failed = Some(error);
            told
        }),
    })
    .map_err(|told| failed.take().unwrap_or_else(|| told.into()))?;
    progress.finish();
    let (table, form) = (word(&args.table), word(&args.form));
    Ok(Output::done(match format {
        Format::Json => serde_json::to_string_pretty(&json!({ "table": table, "form": form, "rows": rows }))? + "\n",
        Format::Text => {
            let rows: Vec<String> = rows.iter().map(|(table, rows)| format!("{table} {rows} rows")).collect();
            let rows = if rows.is_empty() { String::new() } else { format!("  ({})", rows.join(", ")) };
            format!("{}{rows}\n", args.output.display())
        }
    }))
}

/// Tables of which rows are counted.
fn tables(table: TableArg) -> Vec<RunTable> {
    match table {
        TableArg::All => RunTable::ALL.to_vec(),
        TableArg::Sites => vec![RunTable::Sites],
        TableArg::Scores => vec![RunTable::Scores],
        TableArg::Links => vec![RunTable::Links],
        TableArg::Agents => vec![RunTable::Agents],
        TableArg::Evidence => vec![RunTable::Evidence],
        TableArg::Issues => vec![RunTable::Issues],
        TableArg::Network | TableArg::Map => Vec::new(),
    }
}

/// How a table comes to a form; what has no such form is refused.
fn work(args: &ExportArgs) -> anyhow::Result<Work> {
    let ready = |name: &str| ready_file(&args.run, name);
    let of_table = tables(args.table);
    Ok(match (args.table, args.form, of_table.as_slice()) {
        (TableArg::Network, FormArg::Graphml, _) => ready("network.graphml")?.map_or(Work::Graph, Work::Copy),
        (TableArg::Map, FormArg::Geojson, _) => Work::Copy(present(args, "map.geojson")?),
        (_, FormArg::Xlsx, [_, ..]) => Work::Workbook(of_table),
        (_, FormArg::Csv, [one]) => Work::Copy(present(args, &format!("{}.csv", one.name()))?),
        (_, FormArg::Parquet, [one]) => ready(&format!("{}.parquet", one.name()))?.map_or(Work::Parquet(*one), Work::Copy),
        _ => {
            let message = format!("{} has no form {}", word(&args.table), word(&args.form));
            return Err(usage(message, format!("{} comes as {}", word(&args.table), forms(args.table))));
        }
    })
}

/// Forms of a table, in words.
fn forms(table: TableArg) -> &'static str {
    match table {
        TableArg::Network => "graphml",
        TableArg::Map => "geojson",
        TableArg::All => "xlsx",
        _ => "csv, xlsx or parquet",
    }
}

/// A file that every run writes.
fn present(args: &ExportArgs, name: &str) -> anyhow::Result<PathBuf> {
    let hint = "run `tierlight score` again with this version".to_owned();
    let missing = || tierlight_data::Error::Run { path: args.run.clone(), reason: format!("it has no {name}"), hint };
    Ok(ready_file(&args.run, name)?.ok_or_else(missing)?)
}

/// The word of a value on the command line.
fn word(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}
