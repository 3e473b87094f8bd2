//! Parquet, read by polars some rows at a time: typed columns, text by reference.

use std::fs::File;
use std::path::{Path, PathBuf};

use polars::prelude::{ArrowDataType, DataFrame, ParallelStrategy, ParquetReader, PolarsError, SerReader};

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
    let (rows, schema) = caught(path, || Ok((reader.num_rows()?, reader.schema()?)))?;
    if rows as u64 >= limits::ROWS {
        return Err(limit(&file, "the number of rows", rows, limits::ROWS as usize));
    }
    // asked of the file's own types: polars panics at some that this build of it does not know
    if let Some((name, field)) = schema.iter().find(|(_, field)| !is_read(field.dtype())) {
        let kind = format!("{:?}", field.dtype());
        return Err(Error::Malformed {
            code: "parquet_type",
            file,
            row: 1,
            column: name.to_string(),
            found: format!("type {}", kind.split('(').next().unwrap_or_default()),
            expected: "text, a number of 32 or 64 bits, or boolean".to_owned(),
            hint: "write dates as text, YYYY-MM-DD, and small integers as 32 bits".to_owned(),
        });
    }
    checked_header(&file, schema.iter_names().map(std::string::ToString::to_string).collect())
}

/// How many rows a file has.
pub(super) fn rows(path: &Path) -> Result<u64> {
    let mut reader = reader(path)?;
    caught(path, || reader.num_rows()).map(|rows| rows as u64)
}

fn is_read(kind: &ArrowDataType) -> bool {
    use ArrowDataType as A;
    let text = matches!(kind, A::Utf8View | A::LargeUtf8 | A::Utf8);
    let number = matches!(kind, A::Int32 | A::Int64 | A::UInt32 | A::UInt64 | A::Float32 | A::Float64);
    text || number || matches!(kind, A::Boolean | A::Null)
}

fn reader(path: &Path) -> Result<ParquetReader<File>> {
    Ok(ParquetReader::new(File::open(path).map_err(|e| Error::io(path, &e))?))
}

/// Runs a step of polars, which panics at some files that are broken inside: in a thread of its own, named as polars names its
/// threads, so that the program can tell such a panic from its own.
fn caught<T: Send>(path: &Path, step: impl FnOnce() -> std::result::Result<T, PolarsError> + Send) -> Result<T> {
    let made = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("polars-reader".to_owned()).spawn_scoped(scope, step);
        thread.map(std::thread::ScopedJoinHandle::join)
    });
    let made = made.map_err(|e| Error::io(path, &e))?;
    made.map_err(|_| unreadable(path, "its footer or pages are broken".to_owned()))?.map_err(|e| unreadable(path, e.to_string()))
}

fn unreadable(path: &Path, reason: String) -> Error {
    Error::Unreadable {
        path: path.to_owned(),
        reason,
        hint: "is it a complete Parquet file? plain text, number and boolean columns are read".to_owned(),
    }
}

/// Rows of a file, chunk by chunk.
pub(super) struct Chunks {
    path: PathBuf,
    /// Ends of the pieces that are decoded at once: row groups, cut where they are long.
    pieces: std::vec::IntoIter<std::ops::Range<usize>>,
    /// Rows that were decoded and not yet taken.
    decoded: DataFrame,
    before: u64,
}

impl Chunks {
    pub(super) fn new(path: &Path) -> Result<Self> {
        let mut reader = reader(path)?;
        let metadata = caught(path, || reader.get_metadata().cloned())?;
        let mut pieces: Vec<std::ops::Range<usize>> = Vec::new();
        let mut row = 0usize;
        for group in &metadata.row_groups {
            let end = row.saturating_add(group.num_rows());
            if end > metadata.num_rows {
                return Err(unreadable(path, "its row groups have more rows than the file".to_owned()));
            }
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
        Ok(Self { path: path.to_owned(), pieces: pieces.into_iter(), decoded: DataFrame::empty(), before: 0 })
    }

    fn read(&mut self) -> Result<Option<Chunk>> {
        while self.decoded.height() == 0 {
            let Some(piece) = self.pieces.next() else { return Ok(None) };
            let reader = reader(&self.path)?.with_slice(Some((piece.start, piece.len()))).read_parallel(ParallelStrategy::RowGroups);
            self.decoded = caught(&self.path, || reader.finish())?;
            self.decoded.rechunk_mut();
        }
        let rows = ROWS.min(self.decoded.height());
        let frame = self.decoded.head(Some(rows));
        self.decoded = self.decoded.tail(Some(self.decoded.height() - rows));
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
