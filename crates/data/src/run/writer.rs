//! Output tables as files.

use std::path::Path;

use polars::prelude::ParquetCompression;

use super::column::Column;
use super::{Folder, ordered, parquet};
use crate::error::{Error, Result};

/// Writes `<name>.csv`.
pub(super) fn write_csv(folder: &Folder<'_>, name: &str, rows: usize, columns: &[Column<'_>]) -> Result<()> {
    let header: Vec<&str> = columns.iter().map(Column::name).collect();
    let lines = |range: std::ops::Range<usize>, out: &mut Vec<u8>| {
        for row in range {
            for (k, column) in columns.iter().enumerate() {
                if k > 0 {
                    out.push(b',');
                }
                column.write_csv(row, out);
            }
            out.push(b'\n');
        }
    };
    ordered::write_file(folder, &format!("{name}.csv"), format!("{}\n", header.join(",")).as_bytes(), rows, lines, b"")
}

/// Writes `<name>.csv` and `<name>.parquet`, side by side.
pub(super) fn write_both(folder: &Folder<'_>, name: &str, rows: usize, columns: &[Column<'_>], pages: ParquetCompression) -> Result<()> {
    let file = format!("{name}.parquet");
    let (csv, parquet) = rayon::join(|| write_csv(folder, name, rows, columns), || parquet::write(folder, &file, rows, columns, pages));
    csv.and(parquet)
}

/// Writes a text file.
pub(super) fn write_text(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|e| Error::io(path, &e))
}
