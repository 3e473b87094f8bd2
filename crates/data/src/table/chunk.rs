//! Rows of a table: as many as are held at once.

use super::column::{Column, Number, Texts};
use crate::error::{Error, Result};
use crate::limits;

/// Rows of a chunk.
pub(super) const ROWS: usize = 32_768;
/// Text at which a chunk is full, bytes.
const BYTES: usize = 8 << 20;

/// Some rows of a table, one after another.
#[derive(Debug)]
pub struct Chunk {
    width: usize,
    rows: usize,
    /// Rows of the table before, blank ones with them.
    before: u64,
    cells: Cells,
    ragged: Vec<Ragged>,
    /// Blank rows left out: (row from which on, how many so far in this chunk).
    gaps: Vec<(usize, u64)>,
}

/// Cells row by row as text, or column by column.
#[derive(Debug)]
enum Cells {
    Rows(Texts),
    Columns(Vec<Column>),
}

/// A row with another number of cells than the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ragged {
    /// Row in the chunk.
    pub row: usize,
    /// Its cells, all of them.
    pub cells: Vec<String>,
}

impl Chunk {
    /// A chunk of columns of one length.
    pub(super) fn of_columns(before: u64, rows: usize, columns: Vec<Column>) -> Self {
        Self { width: columns.len(), rows, before, cells: Cells::Columns(columns), ragged: Vec::new(), gaps: Vec::new() }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// True when there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// A cell, without surrounding blanks.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let raw = self.raw(row, column);
        match raw.as_bytes() {
            [] => raw,
            // most cells neither begin nor end with a blank of any kind
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => raw,
            _ => raw.trim(),
        }
    }

    /// A cell as it was.
    #[must_use]
    pub fn raw(&self, row: usize, column: usize) -> &str {
        match &self.cells {
            Cells::Rows(texts) => texts.get(row * self.width + column),
            Cells::Columns(columns) => columns[column].text(row),
        }
    }

    /// Bytes of its texts.
    #[must_use]
    pub(super) fn bytes(&self) -> usize {
        match &self.cells {
            Cells::Rows(texts) => texts.bytes(),
            Cells::Columns(_) => 0,
        }
    }

    /// A cell of a column that the file holds as numbers.
    #[must_use]
    pub fn number(&self, row: usize, column: usize) -> Number {
        match &self.cells {
            Cells::Rows(_) => Number::Text,
            Cells::Columns(columns) => columns[column].number(row),
        }
    }

    /// Bytes of a cell that is held as text.
    pub(super) fn text_bytes(&self, row: usize, column: usize) -> usize {
        match &self.cells {
            Cells::Rows(texts) => texts.get(row * self.width + column).len(),
            Cells::Columns(columns) => columns[column].text_bytes(row),
        }
    }

    /// Row number for messages: the header is row 1. Blank rows of sheets count; empty lines of text files are no records.
    #[must_use]
    pub fn row_number(&self, row: usize) -> u64 {
        let before = self.gaps.partition_point(|&(from, _)| from <= row);
        self.before + row as u64 + 2 + if before == 0 { 0 } else { self.gaps[before - 1].1 }
    }

    /// Row of the chunk that has a number.
    #[must_use]
    pub fn find(&self, number: u64) -> Option<usize> {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.row_number(middle) < number {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.rows && self.row_number(low) == number).then_some(low)
    }

    /// Rows that had another number of cells than the header, as they were.
    #[must_use]
    pub fn ragged(&self) -> &[Ragged] {
        &self.ragged
    }
}

/// Puts rows of text into chunks.
pub(super) struct Builder {
    file: String,
    width: usize,
    before: u64,
    rows: usize,
    texts: Texts,
    ragged: Vec<Ragged>,
    gaps: Vec<(usize, u64)>,
}

impl Builder {
    pub(super) fn new(file: &str, width: usize) -> Self {
        let (texts, ragged, gaps) = (Texts::default(), Vec::new(), Vec::new());
        Self { file: file.to_owned(), width, before: 0, rows: 0, texts, ragged, gaps }
    }

    /// Number that the next row will have.
    pub(super) fn next_number(&self) -> u64 {
        self.before + self.rows as u64 + 2 + self.skipped()
    }

    fn skipped(&self) -> u64 {
        self.gaps.last().map_or(0, |g| g.1)
    }

    /// Notes that a blank row was left out before the next row.
    pub(super) fn skip_row(&mut self) {
        let (next, so_far) = (self.rows, self.skipped());
        match self.gaps.last_mut() {
            Some(gap) if gap.0 == next => gap.1 += 1,
            _ => self.gaps.push((next, so_far + 1)),
        }
    }

    /// Appends a row. Missing cells are blank, surplus cells are kept in `ragged` only.
    pub(super) fn push_row<'a>(&mut self, found: usize, cells: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
        if found != self.width {
            self.ragged.push(Ragged { row: self.rows, cells: cells.clone().map(str::to_owned).collect() });
        }
        for cell in cells.chain(std::iter::repeat_n("", self.width.saturating_sub(found))).take(self.width) {
            if cell.len() > limits::FIELD_BYTES {
                return Err(limit(&self.file, "a field's size in bytes", cell.len(), limits::FIELD_BYTES));
            }
            self.texts.push(cell);
        }
        self.end_row()
    }

    /// Appends a row that is a line as it stands: `ends` of its cells, as many as the header has.
    pub(super) fn push_line(&mut self, line: &str, ends: &[u32]) -> Result<()> {
        self.texts.push_line(line, ends);
        self.end_row()
    }

    fn end_row(&mut self) -> Result<()> {
        self.rows += 1;
        if self.next_number() > limits::ROWS {
            return Err(limit(&self.file, "the number of rows", self.next_number() as usize, limits::ROWS as usize));
        }
        Ok(())
    }

    /// True when the rows so far should be taken.
    pub(super) fn is_full(&self) -> bool {
        self.rows >= ROWS || self.texts.bytes() >= BYTES
    }

    /// The rows so far, if there are any.
    pub(super) fn take(&mut self) -> Option<Chunk> {
        if self.rows == 0 {
            return None;
        }
        let (cells, ragged) = (std::mem::take(&mut self.texts), std::mem::take(&mut self.ragged));
        let chunk = Chunk {
            width: self.width,
            rows: self.rows,
            before: self.before,
            cells: Cells::Rows(cells),
            ragged,
            gaps: std::mem::take(&mut self.gaps),
        };
        self.before = chunk.row_number(self.rows) - 2;
        self.rows = 0;
        self.texts = Texts::with_capacity_of(match &chunk.cells {
            Cells::Rows(texts) => texts,
            Cells::Columns(_) => return Some(chunk),
        });
        Some(chunk)
    }
}

/// A limit that a table exceeds.
pub(super) fn limit(file: &str, limit: &'static str, found: usize, most: usize) -> Error {
    Error::Limit { file: file.to_owned(), limit, found: found as u64, most: most as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_numbers_from_chunk_to_chunk() {
        let mut builder = Builder::new("t", 2);
        builder.push_row(2, ["a", "b"].into_iter()).unwrap();
        builder.skip_row();
        builder.push_row(1, ["c"].into_iter()).unwrap();
        let first = builder.take().unwrap();
        assert_eq!((first.row_number(0), first.row_number(1)), (2, 4));
        assert_eq!((first.cell(1, 0), first.cell(1, 1)), ("c", ""));
        builder.skip_row();
        builder.push_row(3, ["d", "e", "f"].into_iter()).unwrap();
        let second = builder.take().unwrap();
        assert_eq!((second.row_number(0), second.cell(0, 1)), (6, "e"));
        assert_eq!(second.ragged(), [Ragged { row: 0, cells: vec!["d".into(), "e".into(), "f".into()] }]);
        assert!(builder.take().is_none());
    }
}
