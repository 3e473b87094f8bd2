//! Tables as Parquet, a row group at a time, by polars.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use polars::prelude::{ParquetCompression, ParquetWriter, PolarsError};

use super::Folder;
use super::column::{Column, frame};
use crate::error::{Error, Result};

/// Rows of a row group; fixed, so that files do not depend on threads.
pub(super) const ROW_GROUP: usize = 131_072;

/// Writes `rows` rows of the columns.
pub(super) fn write(folder: &Folder<'_>, name: &str, rows: usize, columns: &[Column<'_>], pages: ParquetCompression) -> Result<()> {
    let path = &folder.join(name);
    let file = File::create(path).map_err(|e| Error::io(path, &e))?;
    let out = BufWriter::with_capacity(1 << 20, &file);
    let broken = |e: PolarsError| failed(path, &e);
    let writer = ParquetWriter::new(out).with_compression(pages).set_parallel(false);
    let mut writer = writer.batched(frame(columns, &(0..0))?.schema()).map_err(broken)?;
    let next = |start: usize| frame(columns, &(start..(start + ROW_GROUP).min(rows)));
    let mut ready = next(0)?;
    let mut start = 0;
    while start < rows {
        folder.check()?;
        start += ROW_GROUP;
        let (written, following) = rayon::join(|| writer.write_batch(&ready), || next(start.min(rows)));
        written.map_err(broken)?;
        ready = following?;
        folder.durable.soon(path, &file);
    }
    writer.finish().map_err(broken)?;
    folder.durable.soon(path, &file);
    Ok(())
}

/// A writer's error.
pub(super) fn failed(path: &Path, error: &PolarsError) -> Error {
    Error::Run { path: path.to_owned(), reason: error.to_string(), hint: "is the disk full?".to_owned() }
}
