//! Tables of a run as a workbook: a sheet for each, and a first one that says what they are.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::path::Path;

use jiff::civil::{Date, date};
use tierlight_data::run::RunRecord;
use tierlight_data::run::export::{Cell, CellKind, Rows, RunTable, TableColumn};
use tierlight_report::language::Language;
use tierlight_report::workbook::{ALL_ROWS, ColumnKind, Sheet, SheetColumn, Value, Workbook};
use tierlight_report::xlsx::stream;

use crate::exit::usage;
use crate::progress::Progress;

/// First letters of a digest: enough to tell inputs apart.
const DIGEST: usize = 16;

/// Refuses tables that are longer than a sheet.
pub fn fits(rows: &BTreeMap<&str, u64>) -> anyhow::Result<()> {
    match rows.iter().find(|(_, rows)| **rows > ALL_ROWS) {
        None => Ok(()),
        Some((table, rows)) => {
            let message = format!("{table} has {rows} rows, a sheet of Excel holds {ALL_ROWS} below its header");
            Err(usage(message, format!("export {table} as csv or parquet, and the other tables by themselves")))
        }
    }
}

/// Writes the workbook.
pub fn write(
    run: &Path,
    record: &RunRecord,
    tables: &[RunTable],
    rows: &BTreeMap<&str, u64>,
    progress: &Progress,
    out: impl Write + Seek + Send,
) -> anyhow::Result<()> {
    let mut sources = tables.iter().map(|table| Rows::open(run, *table)).collect::<Result<Vec<_>, _>>()?;
    let day = record.options.get("as_of").and_then(serde_json::Value::as_str).and_then(|day| day.parse().ok());
    let digest = record.input_digest();
    let short = digest.get(..DIGEST).unwrap_or(&digest);
    let known: Vec<(RunTable, Vec<TableColumn>)> =
        tables.iter().zip(&sources).map(|(table, source)| (*table, source.columns().to_vec())).collect();
    let mut sheets = vec![readme(record, &digest, &known, rows)];
    sheets.extend(known.iter().map(|(table, columns)| Sheet {
        name: table.name().to_owned(),
        intro: Vec::new(),
        columns: columns.iter().map(sheet_column).collect(),
        rows: Vec::new(),
        left_out: 0,
    }));
    let workbook = Workbook {
        language: Language::English,
        title: "Tables of a run".to_owned(),
        subject: format!("input {short}"),
        // files are the same for the same run: there is no clock in them
        date: day.unwrap_or(date(2000, 1, 1)),
        footer: format!(
            "tierlight {}, method {}, input {short}. Estimates: they accuse nobody.",
            record.engine_version, record.method_version
        ),
        sheets,
    };
    let mut begun = 0;
    stream::<anyhow::Error>(
        &workbook,
        |sheet| {
            // the first sheet has all its rows
            let Some(at) = sheet.checked_sub(1) else { return Ok(None) };
            if begun < sheet {
                begun = sheet;
                progress.next(tables[at].name());
            }
            let Some(cells) = sources[at].next_row()? else { return Ok(None) };
            Ok(Some(cells.into_iter().zip(&known[at].1).map(|(cell, column)| value(cell, column)).collect()))
        },
        out,
    )
}

/// A cell as a sheet holds it.
fn value(cell: Cell, column: &TableColumn) -> Value {
    match cell {
        Cell::Blank => Value::Blank,
        // spreadsheets know days from 1900 on
        Cell::Text(text) => match (column.kind, text.parse::<Date>()) {
            (CellKind::Date, Ok(day)) if day.year() >= 1900 => Value::Date(day),
            _ => Value::Text(text),
        },
        Cell::Number(x) => Value::from(x),
        Cell::Whole(n) => Value::Number(n as f64),
        Cell::Flag(yes) => Value::Flag(yes),
    }
}

fn sheet_column(column: &TableColumn) -> SheetColumn {
    let (kind, width) = match column.kind {
        CellKind::Text => (ColumnKind::Text, 22.0),
        CellKind::Date => (ColumnKind::Date, 12.0),
        CellKind::Number | CellKind::Whole => (ColumnKind::General, 14.0),
        CellKind::Flag => (ColumnKind::Text, 10.0),
    };
    SheetColumn { title: column.name.clone(), note: Some(column.meaning.clone()), width, kind }
}

/// What the workbook is, and what its columns mean.
fn readme(record: &RunRecord, digest: &str, known: &[(RunTable, Vec<TableColumn>)], rows: &BTreeMap<&str, u64>) -> Sheet {
    let packs: Vec<String> = record.packs.iter().map(|p| format!("{} {} ({})", p.name, p.version, p.sha256)).collect();
    let draws = record.draws.as_ref().map_or_else(|| "none".to_owned(), |d| d.draws.to_string());
    let as_of = record.options.get("as_of").and_then(serde_json::Value::as_str).unwrap_or("not stated");
    let mut intro = vec![
        "These are estimates for deciding where to look first. They accuse nobody: a score is no finding, and no report is not no risk."
            .to_owned(),
        "What is on record is stated in the table evidence, with its method and date.".to_owned(),
        "Blank is unknown or not computed: never zero, never no.".to_owned(),
        "docs/formats.md describes the tables, docs/method the equations, docs/model-card.md how well the model does.".to_owned(),
        format!("Input (SHA-256): {digest}"),
        format!(
            "Program {}, method version {}, as of {as_of}, seed {}, draws {draws}",
            record.engine_version, record.method_version, record.seed
        ),
        format!("Packs: {}", packs.join("; ")),
    ];
    intro.extend(known.iter().map(|(table, _)| {
        format!("{}: {}, {} in all", table.name(), table.meaning().to_lowercase(), rows.get(table.name()).copied().unwrap_or_default())
    }));
    let column = |title: &str, width: f64, kind| SheetColumn { title: title.to_owned(), note: None, width, kind };
    let meanings = known.iter().flat_map(|(table, columns)| {
        columns.iter().map(|c| vec![Value::from(table.name()), Value::from(c.name.as_str()), Value::from(c.meaning.as_str())])
    });
    Sheet {
        name: "readme".to_owned(),
        intro,
        columns: vec![
            column("sheet", 14.0, ColumnKind::Text),
            column("column", 32.0, ColumnKind::Text),
            column("meaning", 100.0, ColumnKind::LongText),
        ],
        rows: meanings.collect(),
        left_out: 0,
    }
}
