//! Tables as CSV and Parquet, in batches, by polars.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use polars::prelude::{Column, CsvWriter, DataFrame, DataType, IntoColumn, ParquetWriter, PolarsError, SerWriter, StringChunked};

use crate::error::{Error, Result};
use crate::text::neutral;

/// Rows of one batch; fixed, so that files do not depend on threads.
const BATCH: usize = 65_536;

/// A table written as CSV, and as Parquet when asked.
struct TableWriter {
    csv: polars::io::csv::write::BatchedWriter<BufWriter<File>>,
    parquet: Option<polars::io::parquet::write::BatchedWriter<BufWriter<File>>>,
    path: std::path::PathBuf,
}

impl TableWriter {
    /// Starts `<name>.csv` and, when `parquet`, `<name>.parquet`; `first` gives the columns and is not written.
    fn new(folder: &Path, name: &str, first: &DataFrame, parquet: bool) -> Result<Self> {
        let path = folder.join(name);
        let create = |extension: &str| -> Result<BufWriter<File>> {
            let path = path.with_extension(extension);
            Ok(BufWriter::with_capacity(1 << 20, File::create(&path).map_err(|e| Error::io(&path, &e))?))
        };
        let failed = |e: PolarsError| failed(&path, &e);
        let schema = first.schema();
        let csv = CsvWriter::new(create("csv")?).include_header(true).batched(schema).map_err(failed)?;
        let parquet =
            if parquet { Some(ParquetWriter::new(create("parquet")?).set_parallel(true).batched(schema).map_err(failed)?) } else { None };
        Ok(Self { csv, parquet, path })
    }

    /// Writes rows.
    fn batch(&mut self, frame: &DataFrame) -> Result<()> {
        if let Some(parquet) = &mut self.parquet {
            parquet.write_batch(frame).map_err(|e| failed(&self.path, &e))?;
        }
        self.csv.write_batch(&spreadsheet_safe(frame)).map_err(|e| failed(&self.path, &e))
    }

    /// Ends both files.
    fn finish(mut self) -> Result<()> {
        if let Some(parquet) = &self.parquet {
            parquet.finish().map_err(|e| failed(&self.path, &e))?;
        }
        self.csv.finish().map_err(|e| failed(&self.path, &e))
    }
}

/// Writes a table of `n` rows in batches; `rows` makes the frame of a range.
pub(super) fn write_batches(
    folder: &Path,
    name: &str,
    n: usize,
    parquet: bool,
    rows: impl Fn(std::ops::Range<usize>) -> Result<DataFrame>,
) -> Result<()> {
    let mut writer = TableWriter::new(folder, name, &rows(0..0)?, parquet)?;
    for start in (0..n).step_by(BATCH) {
        writer.batch(&rows(start..(start + BATCH).min(n))?)?;
    }
    writer.finish()
}

/// Writes a whole table at once.
pub(super) fn write_table(folder: &Path, name: &str, frame: &DataFrame, parquet: bool) -> Result<()> {
    let mut writer = TableWriter::new(folder, name, frame, parquet)?;
    writer.batch(frame)?;
    writer.finish()
}

/// A column of text. Blank is null, so that CSV has nothing between the commas.
pub(super) fn text<'t>(name: &str, cells: impl Iterator<Item = &'t str>) -> Column {
    Column::new(name.into(), cells.map(|c| (!c.is_empty()).then_some(c)).collect::<Vec<Option<&str>>>())
}

/// A frame of columns of one length.
pub(super) fn frame(columns: Vec<Column>) -> Result<DataFrame> {
    DataFrame::new_infer_height(columns).map_err(|e| failed(Path::new("table"), &e))
}

/// Writes a text file.
pub(super) fn write_text(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|e| Error::io(path, &e))
}

/// Neutralises text cells that a spreadsheet would run. Parquet keeps them as they are.
fn spreadsheet_safe(frame: &DataFrame) -> DataFrame {
    let mut safe = frame.clone();
    for column in frame.columns() {
        if column.dtype() != &DataType::String {
            continue;
        }
        let Ok(text) = column.str() else { continue };
        if text.iter().flatten().any(|cell| cell != neutral(cell)) {
            let cells: StringChunked = text.iter().map(|cell| cell.map(|c| neutral(c).into_owned())).collect();
            let name = column.name().clone();
            // the column exists and keeps its length, so this cannot fail
            let _ = safe.with_column(cells.into_column().with_name(name));
        }
    }
    safe
}

fn failed(path: &Path, error: &PolarsError) -> Error {
    Error::Run { path: path.to_owned(), reason: error.to_string(), hint: "is the disk full?".to_owned() }
}
