//! Columns of an output table: a name, and the cell of a row.

use polars::prelude::{Column as Series, DataFrame, Float64Chunked, IntoColumn};
use rayon::prelude::*;

use super::parquet::failed;
use crate::error::Result;
use crate::text::neutral;

/// The cell of a row.
type Cell<'a, T> = Box<dyn Fn(usize) -> T + Sync + 'a>;

/// Cells of one kind, asked for by row.
enum Cells<'a> {
    Text(Cell<'a, &'a str>),
    Number(Cell<'a, f64>),
    Maybe(Cell<'a, Option<f64>>),
    Single(Cell<'a, Option<f32>>),
    Count(Cell<'a, Option<u32>>),
    Row(Cell<'a, Option<u64>>),
    Flag(Cell<'a, bool>),
}

/// A column of an output table. Nothing is computed before a row is written.
pub(super) struct Column<'a> {
    name: &'a str,
    cells: Cells<'a>,
}

/// Text; empty is blank.
pub(super) fn text<'a>(name: &'a str, cell: impl Fn(usize) -> &'a str + Sync + 'a) -> Column<'a> {
    Column { name, cells: Cells::Text(Box::new(cell)) }
}

/// Numbers.
pub(super) fn number<'a>(name: &'a str, cell: impl Fn(usize) -> f64 + Sync + 'a) -> Column<'a> {
    Column { name, cells: Cells::Number(Box::new(cell)) }
}

/// Numbers that may be unknown.
pub(super) fn maybe<'a>(name: &'a str, cell: impl Fn(usize) -> Option<f64> + Sync + 'a) -> Column<'a> {
    Column { name, cells: Cells::Maybe(Box::new(cell)) }
}

/// Numbers of few digits that may be unknown.
pub(super) fn single<'a>(name: &'a str, cell: impl Fn(usize) -> Option<f32> + Sync + 'a) -> Column<'a> {
    Column { name, cells: Cells::Single(Box::new(cell)) }
}

/// Whole numbers that may be unknown.
pub(super) fn count<'a>(name: &'a str, cell: impl Fn(usize) -> Option<u32> + Sync + 'a) -> Column<'a> {
    Column { name, cells: Cells::Count(Box::new(cell)) }
}

/// Rows of files.
pub(super) fn row<'a>(name: &'a str, cell: impl Fn(usize) -> Option<u64> + Sync + 'a) -> Column<'a> {
    Column { name, cells: Cells::Row(Box::new(cell)) }
}

/// True or false.
pub(super) fn flag<'a>(name: &'a str, cell: impl Fn(usize) -> bool + Sync + 'a) -> Column<'a> {
    Column { name, cells: Cells::Flag(Box::new(cell)) }
}

impl<'a> Column<'a> {
    /// Header.
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// Appends a cell as CSV: numbers as the shortest text that reads back as the same number.
    pub(super) fn write_csv(&self, row: usize, out: &mut Vec<u8>) {
        match &self.cells {
            Cells::Text(cell) => write_text(cell(row), out),
            Cells::Number(cell) => out.extend_from_slice(zmij::Buffer::new().format(cell(row)).as_bytes()),
            Cells::Maybe(cell) => {
                if let Some(x) = cell(row) {
                    out.extend_from_slice(zmij::Buffer::new().format(x).as_bytes());
                }
            }
            Cells::Single(cell) => {
                if let Some(x) = cell(row) {
                    out.extend_from_slice(zmij::Buffer::new().format(x).as_bytes());
                }
            }
            Cells::Count(cell) => {
                if let Some(n) = cell(row) {
                    out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
                }
            }
            Cells::Row(cell) => {
                if let Some(n) = cell(row) {
                    out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
                }
            }
            Cells::Flag(cell) => out.extend_from_slice(if cell(row) { b"true" } else { b"false" }),
        }
    }

    /// The cells of a range of rows as polars holds them.
    fn series(&self, rows: std::ops::Range<usize>) -> Series {
        let name = self.name.into();
        match &self.cells {
            Cells::Text(cell) => Series::new(name, rows.map(|r| Some(cell(r)).filter(|c| !c.is_empty())).collect::<Vec<Option<&str>>>()),
            Cells::Number(cell) => Float64Chunked::from_vec(name, rows.map(cell).collect()).into_column(),
            Cells::Maybe(cell) => Series::new(name, rows.map(cell).collect::<Vec<Option<f64>>>()),
            Cells::Single(cell) => Series::new(name, rows.map(cell).collect::<Vec<Option<f32>>>()),
            Cells::Count(cell) => Series::new(name, rows.map(cell).collect::<Vec<Option<u32>>>()),
            Cells::Row(cell) => Series::new(name, rows.map(cell).collect::<Vec<Option<u64>>>()),
            Cells::Flag(cell) => Series::new(name, rows.map(cell).collect::<Vec<bool>>()),
        }
    }
}

/// The frame of a range of rows.
pub(super) fn frame(columns: &[Column<'_>], rows: &std::ops::Range<usize>) -> Result<DataFrame> {
    let series = columns.par_iter().map(|column| column.series(rows.clone())).collect();
    DataFrame::new_infer_height(series).map_err(|e| failed(std::path::Path::new("table"), &e))
}

/// A text cell, quoted where it must be, and never a formula.
fn write_text(cell: &str, out: &mut Vec<u8>) {
    let safe = neutral(cell);
    if !safe.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(safe.as_bytes());
        return;
    }
    out.push(b'"');
    for (k, piece) in safe.split('"').enumerate() {
        if k > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(piece.as_bytes());
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_neutral_and_numbers_shortest() {
        let cell = |text: &str| {
            let mut out = Vec::new();
            write_text(text, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("5\" nails"), "\"5\"\" nails\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell(""), "");
        let mut out = Vec::new();
        for x in [0.1 + 0.2, 5.0, 1e-7] {
            number("x", move |_| x).write_csv(0, &mut out);
            out.push(b' ');
        }
        assert_eq!(String::from_utf8(out).unwrap(), "0.30000000000000004 5.0 1e-7 ");
    }
}
