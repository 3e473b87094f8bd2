//! The first rows of an input as they are, for people to look at before it is used.

use std::path::Path;

use serde::Serialize;

use super::Reading;
use super::mapping::recognise;
use crate::error::Result;
use crate::issue::cut;
use crate::table::{ReadOptions, open_tables};

/// The first rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Table of the format; none where it could not be told.
    pub table: Option<&'static str>,
    /// File it is in.
    pub file: String,
    /// Headers. Columns that were dropped as personal data are left out.
    pub columns: Vec<String>,
    /// Cells by row, long ones cut.
    pub rows: Vec<Vec<String>>,
}

/// The first `rows` rows of each table of an input that was read without personal data being found.
///
/// # Errors
/// A file that cannot be read any more.
pub fn preview(path: &Path, encoding: Option<&str>, reading: &Reading, rows: usize) -> Result<Vec<Preview>> {
    let mut out = Vec::new();
    for table in open_tables(path, &ReadOptions { encoding: encoding.map(str::to_owned) })? {
        let known = recognise(&table, &reading.mapping).map(|schema| schema.name);
        let dropped = reading.reports.iter().filter(|r| Some(r.table.as_str()) == known).flat_map(|r| &r.dropped_columns);
        let dropped: Vec<&str> = dropped.map(String::as_str).collect();
        // of a table that nothing was read from nobody knows what it holds
        let shown: Vec<usize> = match known {
            Some(_) => (0..table.header.len()).filter(|&k| !dropped.contains(&table.header[k].as_str())).collect(),
            None => Vec::new(),
        };
        let mut cells = Vec::new();
        if !shown.is_empty() {
            for chunk in table.chunks()? {
                let chunk = chunk?;
                for row in 0..chunk.len().min(rows - cells.len()) {
                    cells.push(shown.iter().map(|&k| cut(chunk.raw(row, k))).collect());
                }
                if cells.len() == rows {
                    break;
                }
            }
        }
        let columns = shown.iter().map(|&k| table.header[k].clone()).collect();
        out.push(Preview { table: known, file: table.file.clone(), columns, rows: cells });
    }
    Ok(out)
}
