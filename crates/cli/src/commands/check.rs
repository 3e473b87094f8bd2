//! `check`: what would be read, and what is wrong.

use std::fmt::Write;
use std::process::ExitCode;

use serde_json::json;
use tierlight_core::Silent;
use tierlight_data::read::{Reading, preview};
use tierlight_data::run::write_check;
use tierlight_data::{Issue, Severity};

use crate::args::{CheckArgs, Format};
use crate::exit::{ISSUES, Output};
use crate::input;
use crate::output;
use crate::progress::Progress;
use crate::view::{more, short, table};

/// Longest cell in the list of issues.
const CELL: usize = 44;

pub fn run(args: &CheckArgs, format: Format) -> anyhow::Result<Output> {
    if let Some(path) = &args.suggest_map {
        // a map that is read may be written anew: it is complete by then
        output::check(path, args.force, &[&args.path])?;
    }
    let progress = Progress::new();
    let reading = input::read(&args.path, &args.input, &progress)?;
    progress.finish();
    if let Some(path) = &args.suggest_map {
        let text = serde_json::to_string_pretty(&reading.mapping)?;
        output::write(path, args.force, &(text + "\n"))?;
    }
    let bad = reading.issues.iter().filter(|i| i.severity >= Severity::Warning).count();
    let record = || -> anyhow::Result<serde_json::Value> {
        let mut record = json!({ "tables": reading.reports, "issues": reading.issues, "mapping": reading.mapping });
        if args.preview > 0 {
            record["preview"] = json!(preview(&args.path, args.input.list.encoding.as_deref(), &reading, args.preview)?);
        }
        Ok(record)
    };
    if let Some(folder) = &args.output {
        write_check(folder, &reading, &record()?, &Silent)?;
    }
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&record()?)? + "\n",
        Format::Text => text(&reading, args)?,
    };
    Ok(Output { text, exit: if bad > 0 { ExitCode::from(ISSUES) } else { ExitCode::SUCCESS } })
}

fn text(reading: &Reading, args: &CheckArgs) -> anyhow::Result<String> {
    let mut out = tables(reading);
    let count = |severity| reading.issues.iter().filter(|i| i.severity == severity).count();
    let (errors, warnings, infos) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    writeln!(out, "\n{errors} errors, {warnings} warnings, {infos} remarks")?;
    if !reading.issues.is_empty() {
        out.push('\n');
        out += &issue_table(&reading.issues, args.limit);
    }
    if let Some(path) = &args.suggest_map {
        writeln!(out, "\ncolumn mapping written to {}; edit it and pass it with --map", path.display())?;
    }
    Ok(out)
}

/// Issues, worst first, with how to see the rest.
pub fn issue_table(issues: &[Issue], limit: usize) -> String {
    first_issues(issues, limit) + &more(issues.len(), limit)
}

/// Issues, worst first.
pub fn first_issues(issues: &[Issue], limit: usize) -> String {
    let mut sorted: Vec<&Issue> = issues.iter().collect();
    sorted.sort_by_key(|i| std::cmp::Reverse(i.severity));
    let rows = sorted.iter().take(limit).map(|i| {
        vec![
            i.severity.slug().to_owned(),
            i.code.to_owned(),
            i.file.clone(),
            i.row.map(|r| r.to_string()).unwrap_or_default(),
            short(&i.column, CELL / 2),
            short(&i.found, CELL),
            i.expected.clone(),
            i.hint.clone(),
        ]
    });
    table(&["severity", "code", "file", ">row", "column", "found", "expected", "hint"], rows)
}

/// What became of each table.
pub fn tables(reading: &Reading) -> String {
    let merges = reading.reports.iter().any(|r| r.merged > 0);
    let rows = reading.reports.iter().map(|r| {
        let kept_out: Vec<&str> = r.unmapped_columns.iter().map(String::as_str).collect();
        let mut cells = vec![r.table.clone(), r.file.clone(), r.rows_in.to_string(), r.used.to_string()];
        cells.extend(merges.then(|| r.merged.to_string()));
        cells.extend([r.rejected.to_string(), short(&kept_out.join(", "), 60)]);
        cells
    });
    if merges {
        table(&["table", "file", ">rows", ">used", ">merged", ">rejected", "columns not used"], rows)
    } else {
        table(&["table", "file", ">rows", ">used", ">rejected", "columns not used"], rows)
    }
}
