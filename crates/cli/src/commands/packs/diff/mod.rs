//! `packs diff`: rows that differ between two versions, and which results would move.

mod coefficients;
mod districts;
mod priors;
mod run;

use serde_json::json;
use tierlight_core::Error as CoreError;
use tierlight_core::risk::logit::logit;
use tierlight_data::packs::{Change, Packs, RowChange, read_packs_with, row_changes};

use crate::args::Format;
use crate::packs_args::DiffArgs;
use crate::view::{heading, more, short, table};

/// Longest cell shown.
const CELL: usize = 40;

pub fn run(args: &DiffArgs, format: Format) -> anyhow::Result<String> {
    let (before, after) = (read_packs_with(&args.before)?, read_packs_with(&args.after)?);
    let country = args.country.as_ref().map(|wanted| country(&after, wanted)).transpose()?;
    let rows = row_changes(&before.tables, &after.tables);
    let priors = priors::moves(&before.parameters, &after.parameters, country.as_deref()).map_err(data_error)?;
    let districts = districts::moves(&before.parameters, &after.parameters)?;
    let coefficients = coefficients::moves(&before.parameters, &after.parameters);
    let run = args.run.as_ref().map(|folder| run::moves(folder, &before.parameters, &after.parameters)).transpose()?;
    if format == Format::Json {
        let out = json!({
            "before": before.parameters.packs, "after": after.parameters.packs, "rows": rows,
            "base_prevalences": priors.iter().map(priors::Move::json).collect::<Vec<_>>(),
            "districts": districts.iter().map(districts::Move::json).collect::<Vec<_>>(),
            "parameters": coefficients.iter().map(coefficients::Move::json).collect::<Vec<_>>(),
            "run": run.as_ref().map(run::Moves::json),
        });
        return Ok(serde_json::to_string_pretty(&out)? + "\n");
    }
    let mut out = format!("before: {}\nafter:  {}\n", names(&before), names(&after));
    out += &rows_text(&rows, args.limit);
    out += &heading("Which results would move");
    out += &priors::text(&priors, country.as_deref(), args.limit);
    out += &districts::text(&districts, args.limit);
    out += &coefficients::text(&coefficients, args.limit);
    match &run {
        Some(run) => out += &run.text(args.limit),
        None => out += "\n--run DIR assesses the network of a run with both\n",
    }
    Ok(out)
}

fn names(packs: &Packs) -> String {
    let named = packs.parameters.packs.iter().map(|p| format!("{} {} ({})", p.name, p.version, &p.digest[..12.min(p.digest.len())]));
    named.collect::<Vec<_>>().join(", ")
}

fn country(packs: &Packs, wanted: &str) -> anyhow::Result<String> {
    let row = crate::input::country(packs, wanted)?;
    Ok(packs.parameters.countries[usize::from(row)].iso3.clone())
}

fn data_error(error: CoreError) -> tierlight_data::Error {
    tierlight_data::Error::Core(error)
}

fn rows_text(rows: &[RowChange], limit: usize) -> String {
    let mut out = heading("Rows that differ");
    if rows.is_empty() {
        return out + "   none\n";
    }
    let mut tables: Vec<&str> = rows.iter().map(|r| r.table.as_str()).collect();
    tables.dedup();
    let count = |name: &str, change: Change| rows.iter().filter(|r| r.table == name && r.change == change).count().to_string();
    out += &table(
        &["   table", ">added", ">removed", ">changed"],
        tables.iter().map(|t| vec![format!("   {t}"), count(t, Change::Added), count(t, Change::Removed), count(t, Change::Changed)]),
    );
    out.push('\n');
    let lines: Vec<Vec<String>> = rows.iter().flat_map(lines).collect();
    let total = lines.len();
    out += &table(&["   table", "key", "column", "before", "after", "source", "pack", ">row"], lines.into_iter().take(limit));
    out += &more(total, limit);
    out
}

/// A line for each cell that differs, or one for the whole row.
fn lines(row: &RowChange) -> Vec<Vec<String>> {
    let line = |column: &str, before: &str, after: &str, source: &str| {
        vec![
            format!("   {}", row.table),
            short(&row.key, CELL),
            column.to_owned(),
            short(before, CELL),
            short(after, CELL),
            source.to_owned(),
            row.pack.clone(),
            row.row.to_string(),
        ]
    };
    match row.change {
        Change::Added => vec![line("(row)", "", "added", &row.source_key)],
        Change::Removed => vec![line("(row)", "removed", "", &row.source_key)],
        Change::Changed => row.cells.iter().map(|c| line(&c.column, &c.before, &c.after, &c.source_key)).collect(),
    }
}

/// Change between two values; infinite when only one of them is known.
fn change(before: Option<f64>, after: Option<f64>) -> f64 {
    match (before, after) {
        (Some(before), Some(after)) => after - before,
        (None, None) => 0.0,
        _ => f64::INFINITY,
    }
}

/// Change of a probability in log-odds.
fn log_odds_change(before: f64, after: f64) -> f64 {
    logit(after) - logit(before)
}
