//! Parquet, read by polars some rows at a time: typed columns, text by reference. What polars would believe is checked first.

mod footer;
mod kind;
mod pages;

use std::fs::File;
use std::io::BufReader;
use std::ops::Range;
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, ParallelStrategy, ParquetReader, PolarsError, SerReader};

use super::chunk::{Chunk, ROWS, limit};
use super::column::Column;
use super::file_name;
use crate::error::{Error, Result};
use crate::limits;
use footer::Footer;
pub(super) use kind::Kind;

/// Cells that are decoded at once. A row group with more is read in pieces.
const CELLS: usize = 1 << 24;
/// Bytes that are decoded at once, but one row is.
const BYTES: u64 = 16 << 20;

/// Reads the header, and refuses files with columns that are not read.
pub(super) fn open(path: &Path) -> Result<Vec<String>> {
    footer::read(path).map(|footer| footer.header)
}

/// How many rows a file has.
pub(super) fn rows(path: &Path) -> Result<u64> {
    footer::read(path).map(|footer| footer.rows as u64)
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
    footer: Footer,
    /// Pieces that are decoded at once: rows, and row groups that hold them.
    pieces: std::vec::IntoIter<Piece>,
    /// Row groups whose pages are checked.
    checked: usize,
    pages: BufReader<File>,
    /// Rows that were decoded and not yet taken.
    decoded: DataFrame,
    before: u64,
}

/// Some rows, the row group after the last that holds any of them, and about how many bytes they are.
struct Piece {
    rows: Range<usize>,
    groups: usize,
    bytes: u64,
}

/// Parts the rows of row groups into pieces that can be decoded at once; small row groups are read together.
fn pieces(footer: &Footer) -> Vec<Piece> {
    let most = CELLS / footer.header.len().max(1);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut row = 0usize;
    for (at, group) in footer.groups.iter().enumerate() {
        let rows = usize::try_from(group.num_rows).unwrap_or(0);
        let sizes =
            group.columns.iter().filter_map(|c| c.meta_data.as_ref()).map(|m| m.total_uncompressed_size.max(m.total_compressed_size));
        let bytes = sizes.fold(0u64, |all, size| all.saturating_add(u64::try_from(size).unwrap_or(0)));
        let of_row = bytes / (rows as u64).max(1) + 1;
        let most = most.min((BYTES / of_row) as usize).max(1);
        let end = row + rows;
        while row < end {
            let next = row.saturating_add(most).min(end);
            let bytes = of_row.saturating_mul((next - row) as u64);
            match pieces.last_mut() {
                Some(last) if next - last.rows.start <= most / 8 && last.bytes.saturating_add(bytes) <= BYTES / 8 => {
                    (last.rows.end, last.groups, last.bytes) = (next, at + 1, last.bytes + bytes);
                }
                _ => pieces.push(Piece { rows: row..next, groups: at + 1, bytes }),
            }
            row = next;
        }
    }
    pieces
}

impl Chunks {
    pub(super) fn new(path: &Path) -> Result<Self> {
        let footer = footer::read(path)?;
        let pages = BufReader::new(File::open(path).map_err(|e| Error::io(path, &e))?);
        let (pieces, decoded) = (pieces(&footer).into_iter(), DataFrame::empty());
        Ok(Self { path: path.to_owned(), footer, pieces, checked: 0, pages, decoded, before: 0 })
    }

    fn read(&mut self) -> Result<Option<Chunk>> {
        while self.decoded.height() == 0 {
            let Some(piece) = self.pieces.next() else { return Ok(None) };
            self.decoded = self.decode(&piece)?;
        }
        let rows = ROWS.min(self.decoded.height());
        let frame = self.decoded.head(Some(rows));
        self.decoded = self.decoded.tail(Some(self.decoded.height() - rows));
        let columns: Option<Vec<Column>> =
            frame.columns().iter().zip(&self.footer.kinds).map(|(values, &kind)| Column::new(values, kind)).collect();
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

    /// Checks the pages of a piece, then decodes it.
    fn decode(&mut self, piece: &Piece) -> Result<DataFrame> {
        for group in &self.footer.groups[self.checked.min(piece.groups)..piece.groups] {
            pages::check(&mut self.pages, group).map_err(|fault| match fault {
                pages::Fault::Broken(reason) => unreadable(&self.path, reason),
                pages::Fault::Limit(what, found, most) => limit(&file_name(&self.path), what, found, most),
            })?;
        }
        self.checked = self.checked.max(piece.groups);
        let mut reader = reader(&self.path)?;
        reader.set_metadata(self.footer.metadata.clone());
        let reader = reader.with_slice(Some((piece.rows.start, piece.rows.len()))).read_parallel(ParallelStrategy::RowGroups);
        let mut frame = caught(&self.path, || reader.finish())?;
        frame.rechunk_mut();
        Ok(frame)
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
