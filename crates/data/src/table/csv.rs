//! Delimited text, block by block with `csv-core`: a file may be larger than memory.

use std::path::{Path, PathBuf};

use super::chunk::{Builder, Chunk, limit};
use super::{ReadOptions, checked_header, file_name};
use crate::error::{Error, Result};
use crate::limits;
use crate::text::{TextBlocks, TextError};

/// Fields that a row may have before it is refused.
const FIELDS: usize = 64 * limits::COLUMNS;

/// A text file, its encoding and delimiter known.
#[derive(Debug, Clone)]
pub(super) struct Format {
    path: PathBuf,
    encoding: Option<String>,
    delimiter: u8,
}

/// Opens a file and reads its header.
pub(super) fn open(path: &Path, options: &ReadOptions) -> Result<(Format, Vec<String>)> {
    let mut format = Format { path: path.to_owned(), encoding: options.encoding.clone(), delimiter: b',' };
    let mut records = Records::open(&format)?;
    records.next_block()?;
    format.delimiter = delimiter(path, &records.block);
    let mut records = Records::open(&format)?;
    if !records.next()? {
        return Err(records.malformed("empty", 1, "-", "nothing", "a header row", "the first row names the columns"));
    }
    let header = checked_header(&records.file, records.fields().map(str::to_owned).collect())?;
    Ok((format, header))
}

/// About how many rows a file has: its size over the mean length of the rows in its first block.
pub(super) fn about(format: &Format) -> Result<u64> {
    let mut records = Records::open(format)?;
    records.next_block()?;
    let bytes = std::fs::metadata(&format.path).map_err(|e| Error::io(&format.path, &e))?.len();
    // of a block of another encoding the lengths are those of its UTF-8: near enough
    let lines = line_breaks(&records.block);
    let whole = records.block.rfind('\n').map_or(0, |end| end as u64 + 1);
    Ok(if lines == 0 { 0 } else { (bytes as f64 / whole as f64 * lines as f64) as u64 })
}

/// Tab for .tsv; else the one of comma, semicolon and tab that the header has most of.
fn delimiter(path: &Path, text: &str) -> u8 {
    if super::extension(path).as_deref() == Some("tsv") {
        return b'\t';
    }
    let header = text.lines().next().unwrap_or("");
    let count = |d: u8| header.bytes().filter(|b| *b == d).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|d| count(*d)).unwrap_or(b',')
}

/// Rows of a file below its header, chunk by chunk.
pub(super) struct Chunks {
    records: Records,
    header: Vec<String>,
    builder: Builder,
    /// Quotes since the last row began, and its number and last column with text.
    quotes: usize,
    last: Option<(u64, usize)>,
    /// Where each cell of a line ends.
    line_ends: Vec<u32>,
    ended: bool,
}

impl Chunks {
    pub(super) fn new(format: &Format, header: &[String]) -> Result<Self> {
        let mut records = Records::open(format)?;
        records.next()?;
        let builder = Builder::new(&records.file, header.len());
        Ok(Self { records, header: header.to_vec(), builder, quotes: 0, last: None, line_ends: Vec::new(), ended: false })
    }

    fn read(&mut self) -> Result<Option<Chunk>> {
        while !self.ended && !self.builder.is_full() {
            if self.read_lines()? {
                continue;
            }
            if !self.records.next().map_err(|e| self.placed(e))? {
                self.ended = true;
                self.check_quotes()?;
                break;
            }
            let width = self.header.len();
            let found = self.records.found;
            if found == 1 && width > 1 && self.records.fields().all(|f| f.trim().is_empty()) {
                self.quotes += self.records.quotes;
                self.builder.skip_row();
                continue;
            }
            self.quotes = self.records.quotes;
            self.last = Some((self.builder.next_number(), self.records.last_with_text(width)));
            self.builder.push_row(found, self.records.fields())?;
        }
        Ok(self.builder.take())
    }

    /// Takes rows that are whole lines of the block, as long as none has a quote; false when the next record is no such row. They are
    /// what [`Records::next`] would make of them, and are never copied cell by cell.
    fn read_lines(&mut self) -> Result<bool> {
        let width = self.header.len();
        let lines = self.records.lines();
        let (mut start, mut done) = (0, 0);
        self.line_ends.clear();
        for at in memchr::memchr2_iter(self.records.delimiter, b'\n', lines.as_bytes()) {
            self.line_ends.push((at - start) as u32);
            if lines.as_bytes()[at] != b'\n' {
                continue;
            }
            let line = &lines[start..at];
            let line = line.strip_suffix('\r').unwrap_or(line);
            start = at + 1;
            if let Some(last) = self.line_ends.last_mut() {
                *last = line.len() as u32;
            }
            let cells = self.line_ends.len();
            if cells == width && !line.is_empty() {
                self.builder.push_line(line, &self.line_ends)?;
            } else if !line.is_empty() && width > 1 && cells == 1 && line.trim().is_empty() {
                self.builder.skip_row();
            } else if !line.is_empty() {
                let ends = &self.line_ends;
                let cell = |k: usize| &line[if k == 0 { 0 } else { ends[k - 1] as usize + 1 }..ends[k] as usize];
                self.builder.push_row(cells, (0..cells).map(cell))?;
            }
            self.line_ends.clear();
            done = start;
            if self.builder.is_full() {
                break;
            }
        }
        if done > 0 {
            self.quotes = 0;
            self.records.at += done;
        }
        Ok(done > 0)
    }

    /// An unclosed quote swallows the rest of the file into the last record.
    fn check_quotes(&self) -> Result<()> {
        match self.last {
            Some((row, column)) if self.quotes % 2 == 1 => Err(self.unclosed(row, column, "a quote that is opened and never closed")),
            _ => Ok(()),
        }
    }

    fn unclosed(&self, row: u64, column: usize, found: &str) -> Error {
        let column = self.header.get(column).map_or("-", String::as_str);
        let hint = "close the quote, or double it if it belongs to the text";
        self.records.malformed("quote_unclosed", row, column, found, "quotes in pairs", hint)
    }

    /// A field that is too long because its quote is not closed is told as such.
    fn placed(&self, error: Error) -> Error {
        if matches!(error, Error::Limit { .. }) && self.records.quotes % 2 == 1 {
            let found = format!("a quote that is not closed within {} KiB", limits::FIELD_BYTES >> 10);
            return self.unclosed(self.builder.next_number(), self.records.found, &found);
        }
        error
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// What a block holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Lines that end with a line feed, and no quote.
    Lines,
    /// No quote, and lines that end otherwise.
    Text,
    /// Quotes.
    Quotes,
}

/// Records of a file, one at a time.
struct Records {
    path: PathBuf,
    file: String,
    blocks: TextBlocks,
    core: csv_core::Reader,
    block: String,
    at: usize,
    /// Line breaks in the blocks before.
    lines: u64,
    holds: Holds,
    /// The record before has ended in the block.
    between: bool,
    delimiter: u8,
    ended: bool,
    /// Fields of the record, one after another, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
    found: usize,
    /// Quotes in the record.
    quotes: usize,
    record: String,
}

impl Records {
    fn open(format: &Format) -> Result<Self> {
        let input = std::fs::File::open(&format.path).map_err(|e| Error::io(&format.path, &e))?;
        let path = format.path.clone();
        let blocks = TextBlocks::new(input, format.encoding.as_deref()).map_err(|e| unreadable(&path, e))?;
        Ok(Self {
            file: file_name(&path),
            path,
            blocks,
            core: csv_core::ReaderBuilder::new().delimiter(format.delimiter).build(),
            block: String::new(),
            at: 0,
            lines: 0,
            holds: Holds::Text,
            between: true,
            delimiter: format.delimiter,
            ended: false,
            text: vec![0; 4096],
            ends: vec![0; 64],
            found: 0,
            quotes: 0,
            record: String::new(),
        })
    }

    /// Reads the next block of text.
    fn next_block(&mut self) -> Result<()> {
        self.lines += line_breaks(&self.block);
        self.at = 0;
        self.ended = !self.blocks.next(&mut self.block).map_err(|e| unreadable(&self.path, e))?;
        if let Some(at) = self.block.find('\0') {
            let row = self.lines + line_breaks(&self.block[..at]) + 1;
            return Err(self.malformed("zero_byte", row, "-", "a zero byte", "text", "is this really a text file?"));
        }
        let bytes = self.block.as_bytes();
        let returns = |at: usize| bytes.get(at + 1) == Some(&b'\n');
        self.holds = if self.block.contains('"') {
            Holds::Quotes
        } else if memchr::memchr_iter(b'\r', bytes).all(returns) {
            Holds::Lines
        } else {
            Holds::Text
        };
        Ok(())
    }

    /// Reads the next record; false at the end.
    fn next(&mut self) -> Result<bool> {
        let mut written = 0;
        (self.found, self.quotes) = (0, 0);
        self.between = false;
        loop {
            if self.at == self.block.len() && !self.ended {
                self.next_block()?;
            }
            let input = &self.block.as_bytes()[self.at..];
            let (result, read, wrote, fields) = self.core.read_record(input, &mut self.text[written..], &mut self.ends[self.found..]);
            if self.holds == Holds::Quotes {
                self.quotes += input[..read].split(|b| *b == b'"').count() - 1;
            }
            self.at += read;
            written += wrote;
            self.found += fields;
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => {
                    let field = written - if self.found == 0 { 0 } else { self.ends[self.found - 1] };
                    if field > limits::FIELD_BYTES {
                        return Err(limit(&self.file, "a field's size in bytes", field, limits::FIELD_BYTES));
                    }
                    if written >= limits::ROW_BYTES {
                        return Err(limit(&self.file, "a row's size in bytes", written, limits::ROW_BYTES));
                    }
                    self.text.resize(self.text.len() * 2, 0);
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    if self.found >= FIELDS {
                        return Err(limit(&self.file, "the number of cells of a row", self.found, FIELDS));
                    }
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                csv_core::ReadRecordResult::Record => {
                    self.between = true;
                    break;
                }
                csv_core::ReadRecordResult::End => return Ok(false),
            }
        }
        self.record.clear();
        // blocks are text, and records are parted at ASCII characters only
        self.record.push_str(std::str::from_utf8(&self.text[..written]).map_err(|e| Error::Unreadable {
            path: self.path.clone(),
            reason: e.to_string(),
            hint: String::new(),
        })?);
        Ok(true)
    }

    /// What is left of the block, where it is whole lines of plain cells and begins with one.
    fn lines(&self) -> &str {
        let left = if self.between && self.holds == Holds::Lines { &self.block[self.at..] } else { "" };
        &left[..left.rfind('\n').map_or(0, |end| end + 1)]
    }

    /// Fields of the record.
    fn fields(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.found).map(|k| &self.record[if k == 0 { 0 } else { self.ends[k - 1] }..self.ends[k]])
    }

    /// The last of the first `width` fields that is not empty.
    fn last_with_text(&self, width: usize) -> usize {
        (0..width.min(self.found)).rev().find(|&k| self.ends[k] > if k == 0 { 0 } else { self.ends[k - 1] }).unwrap_or(0)
    }

    fn malformed(&self, code: &'static str, row: u64, column: &str, found: &str, expected: &str, hint: &str) -> Error {
        Error::Malformed {
            code,
            file: self.file.clone(),
            row,
            column: column.to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
            hint: hint.to_owned(),
        }
    }
}

fn line_breaks(text: &str) -> u64 {
    text.bytes().filter(|b| *b == b'\n').count() as u64
}

fn unreadable(path: &Path, error: TextError) -> Error {
    match error {
        TextError::Io(error) => Error::io(path, &error),
        TextError::Encoding(reason) => Error::Unreadable {
            path: path.to_owned(),
            reason,
            hint: "name the encoding, e.g. --encoding windows-1252 or --encoding windows-1256, or save the file as UTF-8".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn parse(text: &[u8]) -> Result<Vec<Chunk>> {
        let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        file.write_all(text).unwrap();
        let (format, header) = open(file.path(), &ReadOptions::default())?;
        Chunks::new(&format, &header)?.collect()
    }

    #[test]
    fn rows_and_ragged_rows() {
        let chunks = parse(b"a,b\r\n1,2\r\n\r\n3\r\n4,5,6\r\n").unwrap();
        let [chunk] = chunks.as_slice() else { panic!("{} chunks", chunks.len()) };
        assert_eq!(chunk.len(), 3);
        assert_eq!((chunk.cell(1, 0), chunk.cell(1, 1)), ("3", ""));
        let ragged: Vec<(u64, usize)> = chunk.ragged().iter().map(|r| (chunk.row_number(r.row), r.cells.len())).collect();
        assert_eq!(ragged, [(3, 1), (4, 3)], "rows are numbered by record");
    }

    #[test]
    fn a_file_of_many_blocks_and_chunks_is_read_as_one() {
        use std::fmt::Write;
        let mut text = String::from("id,name\n");
        let rows = 2 * super::super::chunk::ROWS + 5;
        for row in 0..rows {
            writeln!(text, "{row},\"Sialkot, سیالکوٹ \"\"{row}\"\"\"").unwrap();
        }
        let chunks = parse(text.as_bytes()).unwrap();
        assert_eq!(chunks.len(), 3);
        let mut number = 2;
        for chunk in &chunks {
            for row in 0..chunk.len() {
                assert_eq!(chunk.row_number(row), number);
                assert_eq!(chunk.cell(row, 1), format!("Sialkot, سیالکوٹ \"{}\"", number - 2));
                number += 1;
            }
        }
        assert_eq!(number, rows as u64 + 2);
    }

    #[test]
    fn an_unclosed_quote_is_found_where_it_opens() {
        let place = |text: &[u8]| {
            let error = parse(text).unwrap_err();
            let Error::Malformed { code, row, column, .. } = error else { panic!("{error}") };
            (code, row, column)
        };
        assert_eq!(place(b"a,b\n1,2\n3,\"oops\n5,6\n7,8\n"), ("quote_unclosed", 3, "b".to_owned()));
        let mut long = b"a,b\n1,2\n3,\"oops\n".to_vec();
        long.resize(5 << 20, b'\n');
        assert_eq!(place(&long), ("quote_unclosed", 3, "b".to_owned()));
    }

    #[test]
    fn endless_lines_are_refused() {
        for (byte, expected) in [(b'x', "a field's size"), (b',', "cells of a row")] {
            let mut text = b"a,b\n".to_vec();
            text.resize(5 << 20, byte);
            let error = parse(&text).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn semicolons_are_seen() {
        assert_eq!(delimiter(Path::new("x.csv"), "a;b;c\n1,5;2;3"), b';');
        assert_eq!(delimiter(Path::new("x.csv"), "a\n1"), b',');
    }
}
