//! Tables, whatever the file was: a header, and rows read chunk by chunk, as often as somebody asks.

mod chunk;
mod column;
mod csv;
mod json;
mod parquet;
mod xlsx;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

pub use chunk::{Chunk, Ragged};
pub use column::Number;

use crate::error::{Error, Result};
use crate::limits;
use crate::memory::Sizes;

/// A table: its header, and where its rows are.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name: the file's stem or the sheet.
    pub name: String,
    /// File, and sheet where there is one, for messages.
    pub file: String,
    /// Column names.
    pub header: Vec<String>,
    source: Source,
}

/// Where the rows of a table are.
#[derive(Debug, Clone)]
enum Source {
    Text(csv::Format),
    Parquet(PathBuf),
    Memory(Vec<Arc<Chunk>>),
}

impl Table {
    /// Rows from the first on, a chunk at a time. Text and Parquet files are read anew each time, and never held as a whole.
    ///
    /// # Errors
    /// The file is gone; each chunk may tell of what is broken in it.
    pub fn chunks(&self) -> Result<Box<dyn Iterator<Item = Result<Arc<Chunk>>> + Send + '_>> {
        Ok(match &self.source {
            Source::Text(format) => Box::new(csv::Chunks::new(format, &self.header)?.map(|chunk| chunk.map(Arc::new))),
            Source::Parquet(path) => Box::new(parquet::Chunks::new(path)?.map(|chunk| chunk.map(Arc::new))),
            Source::Memory(chunks) => Box::new(chunks.iter().cloned().map(Ok)),
        })
    }
}

/// How many rows a table has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows: counted where the file says how many, else estimated from its first.
    pub rows: u64,
    /// Bytes of its text, where it is held in memory.
    pub held: u64,
}

impl Table {
    /// About how many rows it has, without reading them.
    ///
    /// # Errors
    /// The file is gone.
    pub fn about(&self) -> Result<Rows> {
        Ok(match &self.source {
            Source::Text(format) => Rows { rows: csv::about(format)?, held: 0 },
            Source::Parquet(path) => Rows { rows: parquet::rows(path)?, held: 0 },
            Source::Memory(chunks) => {
                let rows = chunks.iter().map(|chunk| chunk.len() as u64).sum();
                // texts and their ends
                Rows { rows, held: chunks.iter().map(|chunk| chunk.bytes() as u64).sum() }
            }
        })
    }
}

/// Collects a table that stays in memory.
struct Collector {
    name: String,
    file: String,
    header: Vec<String>,
    builder: chunk::Builder,
    chunks: Vec<Arc<Chunk>>,
    bytes: usize,
}

impl Collector {
    fn new(name: &str, file: &str, header: Vec<String>) -> Self {
        let builder = chunk::Builder::new(file, header.len());
        Self { name: name.to_owned(), file: file.to_owned(), header, builder, chunks: Vec::new(), bytes: 0 }
    }

    fn push_row<'a>(&mut self, cells: impl ExactSizeIterator<Item = &'a str> + Clone) -> Result<()> {
        self.bytes += cells.clone().map(str::len).sum::<usize>();
        if self.bytes > limits::TABLE_BYTES {
            return Err(chunk::limit(&self.file, "a table's text in bytes", self.bytes, limits::TABLE_BYTES));
        }
        self.builder.push_row(cells.len(), cells)?;
        if self.builder.is_full() {
            self.chunks.extend(self.builder.take().map(Arc::new));
        }
        Ok(())
    }

    fn finish(mut self) -> Table {
        self.chunks.extend(self.builder.take().map(Arc::new));
        Table { name: self.name, file: self.file, header: self.header, source: Source::Memory(self.chunks) }
    }
}

/// Bytes in memory per byte of a JSON file: its text, its tree and its cells.
const JSON_TIMES: u64 = 10;
/// Bytes in memory per byte of an XLSX file, which is compressed.
const XLSX_TIMES: u64 = 10;

/// Kinds of files that hold tables.
const EXTENSIONS: [&str; 6] = ["csv", "tsv", "txt", "xlsx", "parquet", "json"];

/// How to read files.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Encoding of text files that are not UTF-8 or UTF-16.
    pub encoding: Option<String>,
}

/// Opens all tables of a file, or of the files in a folder (not its sub-folders), in order of their names.
///
/// # Errors
/// An unreadable file, or one with a malformed header, with file, row, column and hint. Rows are read by [`Table::chunks`], those of
/// XLSX and JSON here.
pub fn open_tables(path: &Path, options: &ReadOptions) -> Result<Vec<Table>> {
    let metadata = std::fs::metadata(path).map_err(|e| Error::io(path, &e))?;
    if !metadata.is_dir() {
        return open_file(path, options);
    }
    let opened: Result<Vec<Vec<Table>>> = files_in(path)?.par_iter().map(|file| open_file(file, options)).collect();
    let tables: Vec<Table> = opened?.into_iter().flatten().collect();
    if tables.is_empty() {
        return Err(Error::Unreadable {
            path: path.to_owned(),
            reason: "no .csv, .tsv, .xlsx, .parquet or .json file in the folder".to_owned(),
            hint: "only `sites` or `links` is required, e.g. sites.csv".to_owned(),
        });
    }
    Ok(tables)
}

/// What of the files that are held in memory as a whole is known before they are read: their bytes, and no rows.
///
/// # Errors
/// The path cannot be read.
pub fn held_whole(path: &Path) -> Result<Sizes> {
    let files = if path.is_dir() { files_in(path)? } else { vec![path.to_owned()] };
    let mut held = 0u64;
    for file in files {
        let times = match extension(&file).as_deref() {
            Some("json") => JSON_TIMES,
            Some("xlsx") => XLSX_TIMES,
            _ => continue,
        };
        let size = std::fs::metadata(&file).map_err(|e| Error::io(&file, &e))?.len();
        held = held.saturating_add(size.saturating_mul(times));
    }
    Ok(Sizes { held, ..Sizes::default() })
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

fn open_file(path: &Path, options: &ReadOptions) -> Result<Vec<Table>> {
    let size = std::fs::metadata(path).map_err(|e| Error::io(path, &e))?.len();
    let limit = if extension(path).as_deref() == Some("json") { limits::JSON_BYTES } else { limits::FILE_BYTES };
    if size > limit {
        return Err(Error::Limit { file: path.display().to_string(), limit: "the file's size in bytes", found: size, most: limit });
    }
    match extension(path).as_deref() {
        Some("csv" | "tsv" | "txt") => {
            let (format, header) = csv::open(path, options)?;
            Ok(vec![Table { name: stem(path), file: file_name(path), header, source: Source::Text(format) }])
        }
        Some("xlsx") => xlsx::read(path),
        Some("parquet") => {
            let header = parquet::open(path)?;
            Ok(vec![Table { name: stem(path), file: file_name(path), header, source: Source::Parquet(path.to_owned()) }])
        }
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
