//! A table of a run folder, row by row, with the values that its text stands for.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::{CellKind, RunTable, TableColumn, ready_file};
use crate::error::{Error, Result};
use crate::text::unneutral;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Unknown or not computed.
    Blank,
    /// Text, or a day as YYYY-MM-DD.
    Text(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(u64),
    /// True or false.
    Flag(bool),
}

impl Cell {
    /// The value that the text of a CSV cell stands for; none if the text is no such value.
    fn read(kind: CellKind, text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Blank);
        }
        match kind {
            CellKind::Text | CellKind::Date => Some(Self::Text(unneutral(text).to_owned())),
            CellKind::Number => text.parse().ok().map(Self::Number),
            CellKind::Whole => text.parse().ok().map(Self::Whole),
            CellKind::Flag => text.parse().ok().map(Self::Flag),
        }
    }
}

/// Rows of a table, one after the other.
#[derive(Debug)]
pub struct Rows {
    path: PathBuf,
    reader: csv::Reader<File>,
    columns: Vec<TableColumn>,
    record: StringRecord,
}

impl Rows {
    /// Opens a table of a run.
    ///
    /// # Errors
    /// Not a run folder, or one of another version.
    pub fn open(run: &Path, table: RunTable) -> Result<Self> {
        let name = format!("{}.csv", table.name());
        let again = "run `tierlight score` again with this version";
        let broken = |reason: String| Error::Run { path: run.to_owned(), reason, hint: again.to_owned() };
        let path = ready_file(run, &name)?.ok_or_else(|| broken(format!("it has no {name}")))?;
        let mut reader = csv::Reader::from_path(&path).map_err(|e| broken(format!("{name}: {e}")))?;
        let header = reader.headers().map_err(|e| broken(format!("{name}: {e}")))?;
        let column = |column: &str| table.column(column).ok_or_else(|| broken(format!("{name}: unknown column {column}")));
        let columns = header.iter().map(column).collect::<Result<_>>()?;
        Ok(Self { path, reader, columns, record: StringRecord::new() })
    }

    /// Columns of the table.
    #[must_use]
    pub fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    /// The next row, one cell for each column; none after the last.
    ///
    /// # Errors
    /// The file is broken.
    pub fn next_row(&mut self) -> Result<Option<Vec<Cell>>> {
        let broken = |reason: String| Error::Run { path: self.path.clone(), reason, hint: String::new() };
        if !self.reader.read_record(&mut self.record).map_err(|e| broken(e.to_string()))? {
            return Ok(None);
        }
        let row = self.record.position().map_or(0, csv::Position::record) + 1;
        let cell = |(column, text): (&TableColumn, &str)| {
            Cell::read(column.kind, text).ok_or_else(|| broken(format!("row {row}, column {}: not what the column holds", column.name)))
        };
        self.columns.iter().zip(&self.record).map(cell).collect::<Result<_>>().map(Some)
    }
}

impl RunTable {
    /// How many rows a run has of it, its header apart.
    ///
    /// # Errors
    /// Not a run folder, or a file that is broken.
    pub fn rows(self, run: &Path) -> Result<u64> {
        let mut rows = Rows::open(run, self)?;
        let mut record = csv::ByteRecord::new();
        let mut count = 0;
        let broken = |e: csv::Error| Error::Run { path: run.to_owned(), reason: e.to_string(), hint: String::new() };
        while rows.reader.read_byte_record(&mut record).map_err(broken)? {
            count += 1;
        }
        Ok(count)
    }
}
