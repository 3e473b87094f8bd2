//! Parquet, read by polars.

use std::path::Path;

use polars::prelude::{AnyValue, DataType, ParquetReader, SerReader};

use super::{Table, checked_header, file_name, stem};
use crate::error::{Error, Result};

pub(super) fn read(path: &Path) -> Result<Table> {
    let broken = |reason: String| Error::Unreadable {
        path: path.to_owned(),
        reason,
        hint: "is it a complete Parquet file? plain text, number and boolean columns are read".to_owned(),
    };
    let input = std::fs::File::open(path).map_err(|e| Error::io(path, &e))?;
    let frame = ParquetReader::new(input).finish().map_err(|e| broken(e.to_string()))?;
    let file = file_name(path);
    let header = frame.get_column_names().iter().map(std::string::ToString::to_string).collect();
    let mut table = Table::new(&stem(path), &file, checked_header(&file, header)?);
    for column in frame.columns() {
        let readable =
            matches!(column.dtype(), DataType::String | DataType::Boolean | DataType::Null) || column.dtype().is_primitive_numeric();
        if !readable {
            return Err(Error::Malformed {
                code: "parquet_type",
                file,
                row: 1,
                column: column.name().to_string(),
                found: format!("type {}", column.dtype()),
                expected: "text, number or boolean".to_owned(),
                hint: "write dates as text, YYYY-MM-DD".to_owned(),
            });
        }
    }
    let mut cells = vec![String::new(); frame.width()];
    for row in 0..frame.height() {
        for (cell, column) in cells.iter_mut().zip(frame.columns()) {
            cell.clear();
            write_value(cell, &column.get(row).map_err(|e| broken(e.to_string()))?);
        }
        table.push_row(cells.len(), cells.iter().map(String::as_str))?;
    }
    Ok(table)
}

fn write_value(cell: &mut String, value: &AnyValue<'_>) {
    use std::fmt::Write;
    // writing to a String cannot fail
    let _ = match value {
        AnyValue::Null => Ok(()),
        AnyValue::String(s) => cell.write_str(s),
        AnyValue::Float32(x) => write!(cell, "{x}"),
        AnyValue::Float64(x) => write!(cell, "{x}"),
        AnyValue::Boolean(b) => write!(cell, "{b}"),
        other => write!(cell, "{other}"),
    };
}
