//! Delimited text, row by row with the `csv` crate.

use std::path::Path;

use super::{ReadOptions, Table, checked_header, file_name, stem};
use crate::error::{Error, Result};
use crate::text::decode;

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Table> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, &e))?;
    let text = decode(bytes, options.encoding.as_deref()).map_err(|reason| Error::Unreadable {
        path: path.to_owned(),
        reason,
        hint: "name the encoding, e.g. --encoding windows-1252 or --encoding windows-1256, or save the file as UTF-8".to_owned(),
    })?;
    let file = file_name(path);
    let mut table = parse(&text, &stem(path), &file, delimiter(path, &text))?;
    table.cells.shrink_to_fit();
    Ok(table)
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

fn parse(text: &str, name: &str, file: &str, delimiter: u8) -> Result<Table> {
    let malformed = |code, row, column: &str, found: String, expected: &str, hint: &str| Error::Malformed {
        code,
        file: file.to_owned(),
        row,
        column: column.to_owned(),
        found,
        expected: expected.to_owned(),
        hint: hint.to_owned(),
    };
    if let Some(at) = text.find('\0') {
        let row = text[..at].matches('\n').count() as u64 + 1;
        return Err(malformed("zero_byte", row, "-", "a zero byte".to_owned(), "text", "is this really a text file?"));
    }
    let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = ::csv::StringRecord::new();
    let read = |reader: &mut ::csv::Reader<&[u8]>, record: &mut ::csv::StringRecord, row: u64| {
        reader.read_record(record).map_err(|e| malformed("csv", row, "-", e.to_string(), "delimited text", ""))
    };
    if !read(&mut reader, &mut record, 1)? {
        return Err(malformed("empty", 1, "-", "nothing".to_owned(), "a header row", "the first row names the columns"));
    }
    let header = checked_header(file, record.iter().map(str::to_owned).collect())?;
    let mut table = Table::new(name, file, header);
    let mut last_start = 0;
    while read(&mut reader, &mut record, table.row_number(table.len()))? {
        if record.len() == 1 && record[0].trim().is_empty() && table.header.len() > 1 {
            table.skip_row();
            continue;
        }
        last_start = record.position().map_or(0, |p| p.byte() as usize);
        table.push_row(record.len(), record.iter())?;
    }
    // an unclosed quote swallows the rest of the file into the last record
    let tail = &text[last_start.min(text.len())..];
    if tail.matches('"').count() % 2 == 1 && !table.is_empty() {
        let row = table.len() - 1;
        let column = (0..table.header.len()).rev().find(|&c| !table.raw(row, c).is_empty()).unwrap_or(0);
        return Err(malformed(
            "quote_unclosed",
            table.row_number(row),
            &table.header[column].clone(),
            "a quote that is opened and never closed".to_owned(),
            "quotes in pairs",
            "close the quote, or double it if it belongs to the text",
        ));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_ragged_rows() {
        let table = parse("a,b\r\n1,2\r\n\r\n3\r\n4,5,6\r\n", "t", "t.csv", b',').unwrap();
        assert_eq!(table.len(), 3);
        assert_eq!((table.cell(1, 0), table.cell(1, 1)), ("3", ""));
        let ragged: Vec<(u64, usize)> = table.ragged.iter().map(|r| (table.row_number(r.row), r.cells.len())).collect();
        assert_eq!(ragged, [(3, 1), (4, 3)], "rows are numbered by record");
    }

    #[test]
    fn an_unclosed_quote_is_found_where_it_opens() {
        let error = parse("a,b\n1,2\n3,\"oops\n5,6\n7,8\n", "t", "t.csv", b',').unwrap_err();
        let Error::Malformed { code, row, column, .. } = error else { panic!("{error}") };
        assert_eq!((code, row, column.as_str()), ("quote_unclosed", 3, "b"));
    }

    #[test]
    fn semicolons_are_seen() {
        assert_eq!(delimiter(Path::new("x.csv"), "a;b;c\n1,5;2;3"), b';');
        assert_eq!(delimiter(Path::new("x.csv"), "a\n1"), b',');
    }
}
