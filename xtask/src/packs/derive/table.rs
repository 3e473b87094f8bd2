//! Tables of the packs as rows of text.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, anyhow};

/// One row of a table; says where it is when something in it is wrong.
#[derive(Debug, Clone)]
pub struct Row {
    cells: BTreeMap<String, String>,
    place: String,
}

impl Row {
    /// A cell.
    pub fn text(&self, column: &str) -> anyhow::Result<&str> {
        self.cells.get(column).map(String::as_str).ok_or_else(|| anyhow!("{}: no column {column}", self.place))
    }

    /// A number; `None` when the cell is blank.
    pub fn maybe(&self, column: &str) -> anyhow::Result<Option<f64>> {
        match self.text(column)? {
            "" => Ok(None),
            text => text.parse().map(Some).with_context(|| format!("{}, column {column}: found `{text}`, expected a number", self.place)),
        }
    }

    /// A number.
    pub fn number(&self, column: &str) -> anyhow::Result<f64> {
        self.maybe(column)?.with_context(|| format!("{}, column {column}: found nothing, expected a number", self.place))
    }

    /// True when every column has the text given.
    pub fn is(&self, wanted: &[(&str, &str)]) -> bool {
        wanted.iter().all(|(column, text)| self.cells.get(*column).is_some_and(|cell| cell == text))
    }
}

/// Rows of a table of a pack.
pub fn read(datasets: &Path, pack: &str, table: &str) -> anyhow::Result<Vec<Row>> {
    let path = datasets.join(pack).join(table).with_extension("csv");
    let mut reader = csv::Reader::from_path(&path).with_context(|| path.display().to_string())?;
    let header = reader.headers()?.clone();
    reader
        .records()
        .enumerate()
        .map(|(k, record)| {
            let cells = header.iter().zip(record?.iter()).map(|(c, v)| (c.to_owned(), v.trim().to_owned())).collect();
            Ok(Row { cells, place: format!("{pack}/{table}.csv, row {}", k + 2) })
        })
        .collect()
}

/// A table as text.
pub fn written(header: &[&str], rows: &[Vec<String>]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// Four decimals, without zeros at the end.
pub fn four(x: f64) -> String {
    let text = format!("{x:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
