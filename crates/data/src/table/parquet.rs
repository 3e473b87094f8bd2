//! Parquet, read by polars some rows at a time: typed columns, text by reference.

use std::fs::File;
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, ParallelStrategy, ParquetReader, PolarsError, SerReader};

use super::chunk::{Chunk, ROWS, limit};
use super::column::Column;
use super::{checked_header, file_name};
use crate::error::{Error, Result};
use crate::limits;

/// Rows that are decoded at once; a row group with more is read in pieces.
const DECODED: usize = 1 << 20;

/// Reads the header, and refuses files with columns that are not read.
pub(super) fn open(path: &Path) -> Result<Vec<String>> {
    let file = file_name(path);
    let mut reader = reader(path)?;
    let rows = reader.num_rows().map_err(|e| broken(path, &e))?;
    if rows as u64 >= limits::ROWS {
        return Err(limit(&file, "the number of rows", rows, limits::ROWS as usize));
    }
    let none = reader.with_slice(Some((0, 0))).finish().map_err(|e| broken(path, &e))?;
    for column in none.columns() {
        if Column::new(column).is_none() {
            return Err(Error::Malformed {
                code: "parquet_type",
                file,
                row: 1,
                column: column.name().to_string(),
                found: format!("type {}", column.dtype()),
                expected: "text, number, boolean or date".to_owned(),
                hint: "write other types as text".to_owned(),
            });
        }
    }
    checked_header(&file, none.get_column_names().iter().map(std::string::ToString::to_string).collect())
}

fn reader(path: &Path) -> Result<ParquetReader<File>> {
    Ok(ParquetReader::new(File::open(path).map_err(|e| Error::io(path, &e))?))
}

fn broken(path: &Path, error: &PolarsError) -> Error {
    Error::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
        hint: "is it a complete Parquet file? plain text, number, boolean and date columns are read".to_owned(),
    }
}

/// Rows of a file, chunk by chunk.
pub(super) struct Chunks {
    path: PathBuf,
    /// Ends of the pieces that are decoded at once: row groups, cut where they are long.
    pieces: std::vec::IntoIter<std::ops::Range<usize>>,
    decoded: DataFrame,
    /// Rows of `decoded` that were taken.
    taken: usize,
    before: u64,
}

impl Chunks {
    pub(super) fn new(path: &Path) -> Result<Self> {
        let mut reader = reader(path)?;
        let metadata = reader.get_metadata().map_err(|e| broken(path, &e))?;
        let mut pieces: Vec<std::ops::Range<usize>> = Vec::new();
        let mut row = 0;
        for group in &metadata.row_groups {
            let end = row + group.num_rows();
            while row < end {
                let next = (row + DECODED).min(end);
                // small row groups are read together
                match pieces.last_mut() {
                    Some(last) if next - last.start <= DECODED / 8 => last.end = next,
                    _ => pieces.push(row..next),
                }
                row = next;
            }
        }
        Ok(Self { path: path.to_owned(), pieces: pieces.into_iter(), decoded: DataFrame::empty(), taken: 0, before: 0 })
    }

    fn read(&mut self) -> Result<Option<Chunk>> {
        while self.taken >= self.decoded.height() {
            let Some(piece) = self.pieces.next() else { return Ok(None) };
            let reader = reader(&self.path)?.with_slice(Some((piece.start, piece.len()))).read_parallel(ParallelStrategy::RowGroups);
            self.decoded = reader.finish().map_err(|e| broken(&self.path, &e))?;
            self.decoded.rechunk_mut();
            self.taken = 0;
        }
        let rows = ROWS.min(self.decoded.height() - self.taken);
        let frame = self.decoded.slice(self.taken as i64, rows);
        self.taken += rows;
        let columns: Option<Vec<Column>> = frame.columns().iter().map(Column::new).collect();
        let changed =
            || Error::Unreadable { path: self.path.clone(), reason: "the file changed while it was read".to_owned(), hint: String::new() };
        let chunk = Chunk::of_columns(self.before, rows, columns.ok_or_else(changed)?);
        self.before += rows as u64;
        for column in 0..chunk.width() {
            if let Some(long) = (0..rows).find(|&row| chunk.text_bytes(row, column) > limits::FIELD_BYTES) {
                let found = chunk.text_bytes(long, column);
                return Err(limit(&file_name(&self.path), "a field's size in bytes", found, limits::FIELD_BYTES));
            }
        }
        Ok(Some(chunk))
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
