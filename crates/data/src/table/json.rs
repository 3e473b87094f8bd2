//! One JSON document: an object of tables, each a list of flat objects; or one such list.

use std::path::Path;

use serde_json::Value;

use super::{Collector, ReadOptions, Table, checked_header, file_name, stem};
use crate::error::{Error, Result};
use crate::text::decode;

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Vec<Table>> {
    let file = file_name(path);
    let malformed = |row: u64, column: String, found: String, expected: &str| Error::Malformed {
        code: "json",
        file: file.clone(),
        row,
        column,
        found,
        expected: expected.to_owned(),
        hint: "e.g. {\"sites\": [{\"name\": \"…\", \"sector\": \"brick_kilns\", \"country\": \"PK\"}]}".to_owned(),
    };
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, &e))?;
    let text = decode(bytes, options.encoding.as_deref()).map_err(|found| malformed(1, "-".to_owned(), found, "UTF-8"))?;
    let document: Value =
        serde_json::from_str(&text).map_err(|e| malformed(e.line() as u64, e.column().to_string(), e.to_string(), "a JSON document"))?;
    let tables: Vec<(String, Vec<Value>)> = match document {
        Value::Array(rows) => vec![(stem(path), rows)],
        Value::Object(members) => {
            members.into_iter().filter_map(|(name, v)| if let Value::Array(rows) = v { Some((name, rows)) } else { None }).collect()
        }
        other => return Err(malformed(1, "-".to_owned(), kind(&other).to_owned(), "an object or a list")),
    };
    tables.into_iter().map(|(name, rows)| table(&name, &format!("{file}#{name}"), rows, &malformed)).collect()
}

fn table(name: &str, file: &str, rows: Vec<Value>, malformed: &dyn Fn(u64, String, String, &str) -> Error) -> Result<Table> {
    let mut header: Vec<String> = Vec::new();
    let mut known = std::collections::HashMap::new();
    let mut objects = Vec::with_capacity(rows.len());
    for (row, value) in rows.into_iter().enumerate() {
        let Value::Object(members) = value else {
            return Err(malformed(row as u64 + 2, name.to_owned(), kind(&value).to_owned(), "an object per row"));
        };
        for column in members.keys() {
            known.entry(column.clone()).or_insert_with(|| {
                header.push(column.clone());
                header.len() - 1
            });
        }
        objects.push(members);
    }
    let mut table = Collector::new(name, file, checked_header(file, header)?);
    let mut cells = vec![String::new(); table.header.len()];
    for (row, members) in objects.into_iter().enumerate() {
        cells.iter_mut().for_each(String::clear);
        for (column, value) in members {
            cells[known[&column]] = match value {
                Value::Null => String::new(),
                Value::String(s) => s,
                Value::Bool(b) => b.to_string(),
                Value::Number(n) => n.to_string(),
                other => return Err(malformed(row as u64 + 2, column, kind(&other).to_owned(), "text, a number, true, false or null")),
            };
        }
        table.push_row(cells.iter().map(String::as_str))?;
    }
    Ok(table.finish())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
