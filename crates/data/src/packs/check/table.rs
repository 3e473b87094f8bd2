//! A table of a pack as text, with the schemas it is held against.

use std::io::Read;

use csv::StringRecord;
use sha2::{Digest, Sha256};

use super::notes::Notes;
use crate::issue::{Issue, Severity};
use crate::limits::{PACK_BYTES, PACK_ROWS};
use crate::packs::descriptor::{Field, Key, Resource, TableSchema};
use crate::packs::source::FileProblem;
use crate::packs::{PackSource, PackTables, hex};

/// A table of the pack.
pub(super) struct Table<'a> {
    pub resource: &'a Resource,
    /// Schema of the table in the packs below.
    pub known: Option<&'a TableSchema>,
    pub header: Vec<String>,
    pub rows: Vec<Line>,
}

/// A row; the header is row 1.
pub(super) struct Line {
    pub number: u64,
    cells: StringRecord,
}

impl Line {
    /// A cell without blanks around it; empty when the row is too short.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }
}

impl<'a> Table<'a> {
    /// Position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h == name)
    }

    /// The pack's own schema and the one of the packs below.
    pub fn schemas(&self) -> impl Iterator<Item = &'a TableSchema> {
        self.resource.schema.iter().chain(self.known)
    }

    /// What the schemas say of a column.
    pub fn fields(&self, column: &'a str) -> impl Iterator<Item = &'a Field> {
        self.schemas().flat_map(|s| &s.fields).filter(move |f| f.name == column)
    }

    /// Columns of the primary key: the pack's own, else those of the packs below.
    pub fn primary_key(&self) -> Vec<&'a str> {
        self.schemas().map(|s| s.primary_key.names()).find(|names| !names.is_empty()).unwrap_or_default()
    }

    /// An issue at a cell.
    pub fn issue(&self, code: &'static str, severity: Severity, row: &Line, column: &str, found: &str) -> Issue {
        Issue::new(code, severity, &self.resource.path, Some(row.number), column, found)
    }

    /// An issue of the header.
    pub fn of_header(&self, code: &'static str, severity: Severity, column: &str, found: &str) -> Issue {
        Issue::new(code, severity, &self.resource.path, Some(1), column, found)
    }
}

/// Text of a file, or an issue.
pub(super) fn text(source: &PackSource, path: &str, notes: &mut Notes) -> Option<String> {
    let bytes = bytes(source, path, notes)?;
    decode(bytes, path, line_after, notes)
}

fn bytes(source: &PackSource, path: &str, notes: &mut Notes) -> Option<Vec<u8>> {
    let (code, found, expected, hint) = match source.bytes(path) {
        Ok(bytes) => return Some(bytes),
        Err(FileProblem::Outside) => {
            ("path_outside", path.to_owned(), "a file inside the pack's folder".to_owned(), "copy the file into the pack")
        }
        Err(FileProblem::Irregular) => {
            ("file_irregular", "a folder, pipe or device".to_owned(), "a regular file".to_owned(), "put a CSV file in its place")
        }
        Err(FileProblem::TooLarge) => {
            let expected = format!("at most {} MiB", PACK_BYTES >> 20);
            ("file_too_large", "more bytes than are read".to_owned(), expected, "keep only the rows that the pack sets")
        }
        Err(FileProblem::Missing(reason)) => {
            ("file_missing", reason, "a file".to_owned(), "add the file, or take its resource out of the descriptor")
        }
    };
    notes.add(Issue::new(code, Severity::Error, path, None, "-", &found).expected(expected).hint(hint));
    None
}

/// Text of bytes, or an issue at the first that are no text; `row_at` says in which row what follows a good part stands.
fn decode(bytes: Vec<u8>, path: &str, row_at: fn(&[u8]) -> u64, notes: &mut Notes) -> Option<String> {
    let mut note = |code, good: &[u8], found: &str, expected: &str| {
        let found = format!("{found}, after {} good ones", good.len());
        let issue = Issue::new(code, Severity::Error, path, Some(row_at(good)), "-", &found);
        notes.add(issue.expected(expected).hint("save the file as UTF-8"));
        None
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            return note("not_utf8", good, "a byte that is not UTF-8", "UTF-8");
        }
    };
    if let Some(at) = text.find('\0') {
        return note("nul_byte", &text.as_bytes()[..at], "a NUL byte", "text");
    }
    Some(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

/// Row of a table in which what follows a part of it stands; the header is row 1.
fn row_after(good: &[u8]) -> u64 {
    // a letter stands for what follows, so that a row that only begins is one
    let reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(good.chain(b"x".as_slice()));
    reader.into_byte_records().count() as u64
}

/// Line in which what follows a part of a text stands.
fn line_after(good: &[u8]) -> u64 {
    good.split(|b| *b == b'\n').count() as u64
}

/// What tables may still have.
pub(super) struct Left {
    pub bytes: u64,
    pub rows: usize,
}

/// Reads a table of no more than may be left, and takes its own from that; what is wrong with the file as a whole is noted.
pub(super) fn read<'a>(
    source: &PackSource,
    resource: &'a Resource,
    below: &'a PackTables,
    left: &mut Left,
    notes: &mut Notes,
) -> Option<Table<'a>> {
    let path = &resource.path;
    let bytes = bytes(source, path, notes)?;
    let Some(bytes_left) = left.bytes.checked_sub(bytes.len() as u64) else {
        return too_large(path, format!("at most {} MiB in all tables of a pack", PACK_BYTES >> 20), notes);
    };
    left.bytes = bytes_left;
    stale(resource, &bytes, notes);
    let text = decode(bytes, path, row_after, notes)?;
    let known = below.schema(&resource.name);
    if text.matches('"').count() % 2 == 1 {
        let issue = Issue::new("quote_unclosed", Severity::Error, path, None, "-", "a quote that is opened and never closed");
        notes.add(issue.expected("quotes in pairs").hint("close the quote, or double it if it belongs to the text"));
        return None;
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    // text in memory that is UTF-8 is always read
    let header: Vec<String> = reader.headers().ok()?.iter().map(|h| h.trim().to_owned()).collect();
    let width = header.len();
    let mut table = Table { resource, known, header, rows: Vec::new() };
    for (index, mut record) in reader.records().flatten().enumerate() {
        let Some(rows_left) = left.rows.checked_sub(1) else {
            return too_large(path, format!("at most {PACK_ROWS} rows in all tables of all packs"), notes);
        };
        left.rows = rows_left;
        record.trim();
        let line = Line { number: index as u64 + 2, cells: record };
        if line.cells.len() != width {
            let issue = table.issue("row_length", Severity::Error, &line, "-", &format!("{} cells", line.cells.len()));
            notes.add(issue.expected(format!("{width} cells, as in the header")).hint("quote cells that contain a comma"));
        }
        table.rows.push(line);
    }
    Some(table)
}

fn too_large<T>(path: &str, expected: String, notes: &mut Notes) -> Option<T> {
    let issue = Issue::new("pack_too_large", Severity::Error, path, None, "-", "more than the tables before leave");
    notes.add(issue.expected(expected).hint("keep only the rows that the pack sets"));
    None
}

/// Sizes and digests that are stated and wrong.
fn stale(resource: &Resource, bytes: &[u8], notes: &mut Notes) {
    let mut note = |column: &str, found: &str, expected: String| {
        let issue = Issue::new("stale", Severity::Warning, "datapackage.json", None, &format!("{}.{column}", resource.name), found);
        notes.add(issue.expected(expected).hint("bytes/hash are stale: correct them, or leave them out"));
    };
    if let Some(stated) = resource.bytes.filter(|&stated| stated != bytes.len() as u64) {
        note("bytes", &stated.to_string(), format!("{}, the size of {}", bytes.len(), resource.path));
    }
    if let Some(stated) = resource.hash.as_deref().and_then(|h| h.strip_prefix("sha256:")) {
        let digest = hex(&Sha256::digest(bytes));
        if !stated.eq_ignore_ascii_case(&digest) {
            note("hash", stated, format!("sha256:{digest}"));
        }
    }
}

/// Names of a key in one text.
pub(super) fn joined(key: &Key) -> String {
    key.names().join(", ")
}
