//! Rejected rows: kept as numbers, read again from the file when they are written.

use super::super::table::Table;
use crate::error::{Error, Result};

/// Rejected rows of one table, untouched.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Table of the format.
    pub table: String,
    source: Table,
    /// Columns that are kept: those without personal data.
    kept: Vec<usize>,
    /// Row numbers with the codes of their errors, by row.
    codes: Vec<(u32, &'static str)>,
    rows: usize,
}

impl Rejected {
    /// `codes` are sorted by row.
    pub(super) fn new(table: &str, source: &Table, codes: Vec<(u32, &'static str)>, dropped: &[usize]) -> Self {
        let kept = (0..source.header.len()).filter(|at| !dropped.contains(at)).collect();
        let rows = codes.chunk_by(|a, b| a.0 == b.0).count();
        Self { table: table.to_owned(), source: source.clone(), kept, codes, rows }
    }

    /// How many rows were rejected.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows
    }

    /// Header of the file, without columns that hold personal data.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.kept.iter().map(|&at| self.source.header[at].as_str())
    }

    /// Reads the rows again and gives each to `take`: its number, the codes of its errors, its cells.
    ///
    /// # Errors
    /// The file cannot be read again or has changed, or what `take` returns.
    pub fn for_each(&self, mut take: impl FnMut(u32, &str, &[&str]) -> Result<()>) -> Result<()> {
        let mut left = self.codes.chunk_by(|a, b| a.0 == b.0).peekable();
        for chunk in self.source.chunks()? {
            if left.peek().is_none() {
                return Ok(());
            }
            let chunk = chunk?;
            let last = chunk.row_number(chunk.len() - 1);
            while let Some(codes) = left.next_if(|codes| u64::from(codes[0].0) <= last) {
                let number = codes[0].0;
                let row = chunk.find(number.into()).ok_or_else(|| self.changed())?;
                let whole = self.kept.len() == self.source.header.len();
                let ragged = chunk.ragged().iter().find(|r| r.row == row).filter(|_| whole);
                let cells: Vec<&str> = match ragged {
                    Some(ragged) => ragged.cells.iter().map(String::as_str).collect(),
                    None => self.kept.iter().map(|&at| chunk.raw(row, at)).collect(),
                };
                let names: Vec<&str> = codes.iter().map(|c| c.1).collect();
                take(number, &names.join(" "), &cells)?;
            }
        }
        if left.peek().is_none() { Ok(()) } else { Err(self.changed()) }
    }

    fn changed(&self) -> Error {
        Error::Unreadable {
            path: self.source.file.clone().into(),
            reason: "the file changed while it was read".to_owned(),
            hint: "run again".to_owned(),
        }
    }
}
