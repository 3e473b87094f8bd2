//! Tables of text cells, whatever the file was.

mod csv;
mod json;
mod parquet;
mod xlsx;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::limits;

/// A table: header and rows of text, as the file had them.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name: the file's stem or the sheet.
    pub name: String,
    /// File, and sheet where there is one, for messages.
    pub file: String,
    /// Column names.
    pub header: Vec<String>,
    /// Cell texts, row by row.
    cells: String,
    /// End of each cell in `cells`.
    ends: Vec<u32>,
    /// Rows that had another number of cells than the header, as they were.
    pub ragged: Vec<Ragged>,
    /// Blank rows left out: (row from which on, how many so far).
    gaps: Vec<(usize, u64)>,
}

/// A row with another number of cells than the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ragged {
    /// Row in the table.
    pub row: usize,
    /// Its cells, all of them.
    pub cells: Vec<String>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(name: &str, file: &str, header: Vec<String>) -> Self {
        Self {
            name: name.to_owned(),
            file: file.to_owned(),
            header,
            cells: String::new(),
            ends: Vec::new(),
            ragged: Vec::new(),
            gaps: Vec::new(),
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.header.is_empty() { 0 } else { self.ends.len() / self.header.len() }
    }

    /// True when there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A cell, without surrounding blanks.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.raw(row, column).trim()
    }

    /// A cell as it was.
    #[must_use]
    pub fn raw(&self, row: usize, column: usize) -> &str {
        let at = row * self.header.len() + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.cells[start as usize..self.ends[at] as usize]
    }

    /// Row number for messages: the header is row 1. Blank rows of sheets count; empty lines of text files are no records.
    #[must_use]
    pub fn row_number(&self, row: usize) -> u64 {
        let before = self.gaps.partition_point(|&(from, _)| from <= row);
        row as u64 + 2 + if before == 0 { 0 } else { self.gaps[before - 1].1 }
    }

    /// Notes that a blank row was left out before the next row.
    fn skip_row(&mut self) {
        let so_far = self.gaps.last().map_or(0, |g| g.1);
        let next = self.len();
        match self.gaps.last_mut() {
            Some(gap) if gap.0 == next => gap.1 += 1,
            _ => self.gaps.push((next, so_far + 1)),
        }
    }

    /// Appends a row. Missing cells are blank, surplus cells are kept in `ragged` only.
    fn push_row<'a>(&mut self, found: usize, cells: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
        let width = self.header.len();
        if found != width {
            self.ragged.push(Ragged { row: self.len(), cells: cells.clone().map(str::to_owned).collect() });
        }
        let mut count = 0;
        for cell in cells.take(width) {
            if cell.len() > limits::FIELD_BYTES {
                return Err(self.limit("a field's size in bytes", cell.len(), limits::FIELD_BYTES));
            }
            self.cells.push_str(cell);
            self.push_end()?;
            count += 1;
        }
        for _ in count..width {
            self.push_end()?;
        }
        Ok(())
    }

    fn push_end(&mut self) -> Result<()> {
        if self.cells.len() > limits::TABLE_BYTES {
            return Err(self.limit("a table's text in bytes", self.cells.len(), limits::TABLE_BYTES));
        }
        self.ends.push(self.cells.len() as u32);
        Ok(())
    }

    fn limit(&self, limit: &'static str, found: usize, most: usize) -> Error {
        Error::Limit { file: self.file.clone(), limit, found: found as u64, most: most as u64 }
    }
}

/// Kinds of files that hold tables.
const EXTENSIONS: [&str; 6] = ["csv", "tsv", "txt", "xlsx", "parquet", "json"];

/// How to read files.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Encoding of text files that are not UTF-8 or UTF-16.
    pub encoding: Option<String>,
}

/// Reads all tables of a file, or of the files in a folder (not its sub-folders), in order of their names.
///
/// # Errors
/// An unreadable or malformed file, with file, row, column and hint.
pub fn read_tables(path: &Path, options: &ReadOptions) -> Result<Vec<Table>> {
    let metadata = std::fs::metadata(path).map_err(|e| Error::io(path, &e))?;
    if !metadata.is_dir() {
        return read_file(path, options);
    }
    let read: Result<Vec<Vec<Table>>> = files_in(path)?.par_iter().map(|file| read_file(file, options)).collect();
    let tables: Vec<Table> = read?.into_iter().flatten().collect();
    if tables.is_empty() {
        return Err(Error::Unreadable {
            path: path.to_owned(),
            reason: "no .csv, .tsv, .xlsx, .parquet or .json file in the folder".to_owned(),
            hint: "only `sites` or `links` is required, e.g. sites.csv".to_owned(),
        });
    }
    Ok(tables)
}

/// Files of a folder that can hold tables, by name; a `datapackage.json` describes, it is no table.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| Error::io(folder, &e))? {
        let path = entry.map_err(|e| Error::io(folder, &e))?.path();
        // a .txt in a folder is more likely somebody's notes; named alone it is read as a table
        let known = extension(&path).is_some_and(|e| EXTENSIONS.contains(&e.as_str()) && e != "txt");
        if known && path.is_file() && path.file_name().is_some_and(|n| n != "datapackage.json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn read_file(path: &Path, options: &ReadOptions) -> Result<Vec<Table>> {
    let size = std::fs::metadata(path).map_err(|e| Error::io(path, &e))?.len();
    let limit = if extension(path).as_deref() == Some("json") { limits::JSON_BYTES } else { limits::FILE_BYTES };
    if size > limit {
        return Err(Error::Limit { file: path.display().to_string(), limit: "the file's size in bytes", found: size, most: limit });
    }
    match extension(path).as_deref() {
        Some("csv" | "tsv" | "txt") => Ok(vec![csv::read(path, options)?]),
        Some("xlsx") => xlsx::read(path),
        Some("parquet") => Ok(vec![parquet::read(path)?]),
        Some("json") => json::read(path, options),
        _ => Err(Error::Unreadable {
            path: path.to_owned(),
            reason: "not a kind of file that is read".to_owned(),
            hint: "use .csv, .tsv, .xlsx, .parquet or .json (save .xls and .ods as .xlsx)".to_owned(),
        }),
    }
}

/// File name for messages.
fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// Table name: the file's stem in lower case.
fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Refuses headers that cannot be told apart, and takes blanks off them.
fn checked_header(file: &str, header: Vec<String>) -> Result<Vec<String>> {
    if header.len() > limits::COLUMNS {
        return Err(Error::Limit {
            file: file.to_owned(),
            limit: "the number of columns",
            found: header.len() as u64,
            most: limits::COLUMNS as u64,
        });
    }
    let header: Vec<String> = header.into_iter().map(|h| h.trim().to_owned()).collect();
    let mut seen = std::collections::HashMap::new();
    for (column, name) in header.iter().enumerate() {
        if name.is_empty() {
            continue;
        }
        if let Some(first) = seen.insert(name.to_lowercase(), column) {
            return Err(Error::Malformed {
                code: "header_duplicate",
                file: file.to_owned(),
                row: 1,
                column: name.clone(),
                found: format!("the same header in columns {} and {}", first + 1, column + 1),
                expected: "each header once".to_owned(),
                hint: "rename or delete one of the two columns".to_owned(),
            });
        }
    }
    Ok(header)
}
