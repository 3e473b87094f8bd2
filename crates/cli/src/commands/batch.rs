//! `score` of many networks: a run folder for each, and a table of what became of them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use tierlight_core::Assessment;
use tierlight_core::model::HAZARDS;
use tierlight_data::run::{BATCH, BatchRow, RunRecord, write_batch};
use tierlight_data::{Error, core_hint};

use super::score::{Outcome, Scorer};
use crate::args::{Format, ScoreArgs};
use crate::exit::{ISSUES, Output, usage};
use crate::stop;
use crate::view::{count, short, table};

pub fn run(args: &ScoreArgs, format: Format) -> anyhow::Result<Output> {
    let names = names(args)?;
    may_hold_runs(&args.output)?;
    let scorer = Scorer::new(args)?;
    let mut rows = Vec::with_capacity(names.len());
    for (input, name) in args.inputs.iter().zip(&names) {
        let outcome = scorer.score(input, &args.output.join(name), |_, assessment, record| Ok(scored(assessment, record)));
        if stop::asked() {
            return Err(tierlight_core::Error::Cancelled.into());
        }
        let row = match outcome {
            Ok(Outcome::Written(row)) => {
                // a table that says nothing of the folders beside it must not stay
                let _ = std::fs::remove_file(args.output.join(BATCH));
                BatchRow { run_folder: name.clone(), ..row }
            }
            Ok(Outcome::Rejected(why)) => {
                BatchRow { status: "rejected", rejected_rows: Some(why.rows as u64), error: why.why, ..BatchRow::default() }
            }
            Err(error) => BatchRow { status: "failed", error: words(&error), ..BatchRow::default() },
        };
        rows.push(BatchRow { input: input.display().to_string(), ..row });
    }
    std::fs::create_dir_all(&args.output).map_err(|e| anyhow::anyhow!("cannot write {}: {e}", args.output.display()))?;
    write_batch(&args.output, &rows)?;
    scorer.progress.finish();
    let failed = rows.iter().filter(|row| row.run_folder.is_empty()).count();
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&json!({ "output": args.output, "networks": rows }))? + "\n",
        Format::Text => text(&rows, failed, &args.output),
    };
    Ok(Output { text, exit: if failed > 0 { ExitCode::from(ISSUES) } else { ExitCode::SUCCESS } })
}

/// Name of each input's run folder: that of its folder, or of its file without the ending.
fn names(args: &ScoreArgs) -> anyhow::Result<Vec<String>> {
    if args.matches.is_some() {
        return Err(usage("--matches with several inputs", "matches are of one list: score that list by itself"));
    }
    let mut seen: BTreeMap<String, &Path> = BTreeMap::new();
    let mut names = Vec::new();
    let output = args.output.canonicalize().ok();
    for input in &args.inputs {
        let known = input.canonicalize().unwrap_or_else(|_| input.clone());
        if output.as_ref().is_some_and(|output| known.starts_with(output)) {
            return Err(usage(format!("{} is in {}, where runs are written", input.display(), args.output.display()), "choose another -o"));
        }
        let name = if known.is_dir() { known.file_name() } else { known.file_stem() };
        let Some(name) = name.map(|n| n.to_string_lossy().into_owned()) else {
            return Err(usage(format!("{} has no name that a run folder could take", input.display()), "name a folder or a file"));
        };
        // names that differ in case only are one name on some systems
        if let Some(first) = seen.insert(name.to_lowercase(), input) {
            let message =
                format!("{} and {} would both be written to {}", first.display(), input.display(), args.output.join(name).display());
            return Err(usage(message, "rename one of them, or score it by itself"));
        }
        names.push(name);
    }
    match seen.get(BATCH) {
        Some(input) => Err(usage(format!("{} has the name of the table of all runs", input.display()), "rename it")),
        None => Ok(names),
    }
}

/// A folder of something else is no place for runs.
fn may_hold_runs(output: &Path) -> anyhow::Result<()> {
    let free = !output.exists() || std::fs::read_dir(output).is_ok_and(|mut found| found.next().is_none());
    // a batch that was stopped has run folders and no table yet
    let runs = || std::fs::read_dir(output).is_ok_and(|found| found.flatten().all(|entry| entry.path().join("run.json").is_file()));
    if free || output.join(BATCH).is_file() || runs() {
        return Ok(());
    }
    let reason = "exists and holds something other than runs of several inputs".to_owned();
    let hint = "choose another folder; only earlier runs are replaced".to_owned();
    Err(Error::Run { path: output.to_owned(), reason, hint }.into())
}

fn scored(a: &Assessment<'_>, record: &RunRecord) -> BatchRow {
    let spread = a.uncertainty.as_ref().map(|u| u.total[0]);
    BatchRow {
        status: "scored",
        sites: Some(a.network.sites().len() as u64),
        links: Some(a.network.links().len() as u64),
        rejected_rows: Some(record.tables.iter().map(|t| t.rejected as u64).sum()),
        expected_children: record.expected_children.get(HAZARDS[0].slug()).map(|[girls, boys]| girls + boys),
        expected_children_mean: spread.map(|q| f64::from(q.mean)),
        expected_children_p05: spread.map(|q| f64::from(q.p05)),
        expected_children_p95: spread.map(|q| f64::from(q.p95)),
        ..BatchRow::default()
    }
}

/// An error with its hint.
fn words(error: &anyhow::Error) -> String {
    let hint = error.downcast_ref::<Error>().map_or_else(|| error.downcast_ref().map_or("", core_hint), Error::hint);
    if hint.is_empty() { format!("{error:#}") } else { format!("{error:#}; {hint}") }
}

fn text(rows: &[BatchRow], failed: usize, output: &Path) -> String {
    let number = |n: Option<u64>| n.map_or(String::new(), |n| n.to_string());
    let children = |row: &BatchRow| {
        let interval = row.expected_children_p05.zip(row.expected_children_p95);
        let interval = interval.map_or(String::new(), |(low, high)| format!(" [{}, {}]", count(low), count(high)));
        // an interval stands beside the mean over the same draws
        row.expected_children_mean.or(row.expected_children).map_or(String::new(), |x| format!("{}{interval}", count(x)))
    };
    let lines = rows.iter().map(|row| {
        let numbers = [row.sites, row.links, row.rejected_rows].map(number);
        let mut cells = vec![short(&row.input, ERROR / 2), row.status.to_owned()];
        cells.extend(numbers);
        cells.extend([children(row), short(&row.error, ERROR)]);
        cells
    });
    let mut out = table(&["input", "status", ">sites", ">links", ">rejected", ">expected children", "error"], lines);
    // writing to a String cannot fail
    let _ = writeln!(out, "\n{} of {} networks scored; {}", rows.len() - failed, rows.len(), output.join(BATCH).display());
    out
}

/// Longest error in the table; the file has all of it.
const ERROR: usize = 80;
