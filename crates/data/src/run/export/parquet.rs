//! A table of a run as Parquet, a row group at a time.

use std::io::Write;
use std::path::Path;

use polars::prelude::{ParquetCompression, ParquetWriter, PolarsError};

use super::{Cell, CellKind, Rows, RunTable, TableColumn};
use crate::error::Result;
use crate::run::column::{Column, flag, frame, maybe, row, text};
use crate::run::parquet::{ROW_GROUP, failed};

/// Writes a table as Parquet.
///
/// # Errors
/// Not a run folder, or `out` cannot be written.
pub fn write_parquet(run: &Path, table: RunTable, out: impl Write) -> Result<()> {
    let broken = |e: PolarsError| failed(Path::new(table.name()), &e);
    let mut rows = Rows::open(run, table)?;
    let known = rows.columns().to_vec();
    let writer = ParquetWriter::new(out).with_compression(ParquetCompression::Lz4Raw).set_parallel(false);
    let mut writer = writer.batched(frame(&columns(&known, &[]), &(0..0))?.schema()).map_err(broken)?;
    loop {
        let mut group = Vec::new();
        while group.len() < ROW_GROUP {
            let Some(cells) = rows.next_row()? else { break };
            group.push(cells);
        }
        if group.is_empty() {
            break;
        }
        writer.write_batch(&frame(&columns(&known, &group), &(0..group.len()))?).map_err(broken)?;
    }
    writer.finish().map_err(broken)?;
    Ok(())
}

/// Columns over the rows of a group.
fn columns<'a>(known: &'a [TableColumn], group: &'a [Vec<Cell>]) -> Vec<Column<'a>> {
    let column = |(at, known): (usize, &'a TableColumn)| {
        let name = known.name.as_str();
        let cell = move |k: usize| &group[k][at];
        match known.kind {
            CellKind::Text | CellKind::Date => text(name, move |k| match cell(k) {
                Cell::Text(text) => text.as_str(),
                _ => "",
            }),
            CellKind::Number => maybe(name, move |k| match cell(k) {
                Cell::Number(x) => Some(*x),
                _ => None,
            }),
            CellKind::Whole => row(name, move |k| match cell(k) {
                Cell::Whole(n) => Some(*n),
                _ => None,
            }),
            // flags are never blank
            CellKind::Flag => flag(name, move |k| *cell(k) == Cell::Flag(true)),
        }
    };
    known.iter().enumerate().map(column).collect()
}
