//! Rows as lines of JSON: an object of the columns that are not null.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde_json::{Map, Number, Value as Json};
use sqlx::AssertSqlSafe;

use super::TABLES;
use crate::db::{Transaction, Value, about};
use crate::{Digest, Error, Result, Store};

/// Rows that are asked for at once.
const CHUNK: i64 = 2000;

/// What rows refer to.
#[derive(Debug, Default)]
pub(super) struct Referred {
    /// Rows of each table.
    pub rows: HashMap<&'static str, u64>,
    /// Blobs and their sizes.
    pub blobs: BTreeMap<Digest, u64>,
    /// Files in folders of runs.
    pub run_files: Vec<RunFile>,
}

/// A file in the folder of a run.
#[derive(Debug)]
pub(super) struct RunFile {
    pub run: String,
    pub name: String,
    pub digest: Digest,
    pub size: u64,
}

impl Referred {
    /// Notes what a row of the table of files refers to.
    pub fn note(&mut self, row: &Map<String, Json>) -> Result<()> {
        let text = |column: &str| row.get(column).and_then(Json::as_str).unwrap_or_default();
        let digest: Digest = text("digest").parse()?;
        let size = row.get("size").and_then(Json::as_u64).unwrap_or(0);
        if text("role") == "folder" {
            self.run_files.push(RunFile { run: text("owner").to_owned(), name: text("name").to_owned(), digest, size });
        } else {
            self.blobs.insert(digest, size);
        }
        Ok(())
    }
}

/// Name of the file of a table.
pub(super) fn file_name(table: &str) -> String {
    format!("{table}.jsonl")
}

/// Writes all tables into a folder, as they were at one point in time.
pub(super) async fn dump(store: &Store, folder: &Path) -> Result<Referred> {
    let mut referred = Referred::default();
    let mut snapshot = store.db.snapshot().await?;
    for (table, keys) in TABLES {
        let path = folder.join(file_name(table));
        let mut out = BufWriter::new(File::create(&path).map_err(|e| Error::io(&path, e))?);
        let (mut after, mut count): (Vec<Value>, u64) = (Vec::new(), 0);
        loop {
            let rows = chunk(&mut snapshot, table, keys, &after).await?;
            for row in &rows {
                let columns = row.columns()?;
                after = keys.iter().filter_map(|key| columns.iter().find(|(name, _)| name == key).map(|(_, v)| v.clone())).collect();
                let object: Map<String, Json> = columns.into_iter().filter_map(|(name, value)| Some((name, json(value)?))).collect();
                if table == "files" {
                    referred.note(&object)?;
                }
                serde_json::to_writer(&mut out, &object).map_err(|e| Error::io(&path, e.into()))?;
                out.write_all(b"\n").map_err(|e| Error::io(&path, e))?;
                count += 1;
            }
            if rows.len() < CHUNK as usize {
                break;
            }
        }
        out.flush().map_err(|e| Error::io(&path, e))?;
        referred.rows.insert(table, count);
    }
    snapshot.commit().await?;
    Ok(referred)
}

/// The next rows in order of the key.
async fn chunk(snapshot: &mut Transaction, table: &'static str, keys: &[&str], after: &[Value]) -> Result<Vec<crate::db::Row>> {
    let list = keys.join(", ");
    let places: Vec<String> = (1..=after.len()).map(|n| format!("${n}")).collect();
    let condition = if after.is_empty() { String::new() } else { format!("WHERE ({list}) > ({})", places.join(", ")) };
    snapshot.rows(about(&format!("SELECT * FROM {{table}} {condition} ORDER BY {list} LIMIT {CHUNK}"), table), after.to_vec()).await
}

fn json(value: Value) -> Option<Json> {
    match value {
        Value::Int(value) => value.map(Json::from),
        // a float stays one when it is whole
        Value::Real(value) => value.and_then(Number::from_f64).map(Json::Number),
        Value::Text(value) => value.map(Json::String),
    }
}

/// Puts the rows of a file into a table; how many.
pub(super) async fn load(change: &mut Transaction, table: &'static str, path: &Path, referred: &mut Referred) -> Result<u64> {
    let damaged = |line: u64| Error::Damaged {
        path: path.to_owned(),
        found: format!("line {line} is no row of {table}"),
        expected: "an object of columns".to_owned(),
    };
    let file = BufReader::new(File::open(path).map_err(|e| Error::io(path, e))?);
    let mut count = 0;
    for line in file.lines() {
        let line = line.map_err(|e| Error::io(path, e))?;
        count += 1;
        let row: Map<String, Json> = serde_json::from_str(&line).map_err(|_| damaged(count))?;
        if row.is_empty() || !row.keys().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')) {
            return Err(damaged(count));
        }
        if table == "files" {
            referred.note(&row)?;
        }
        let names: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
        let places: Vec<String> = (1..=row.len()).map(|n| format!("${n}")).collect();
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
        let values = row.into_iter().map(|(_, value)| value_of(value)).collect::<Option<Vec<Value>>>().ok_or_else(|| damaged(count))?;
        // names of columns were checked, values are values
        change.run(AssertSqlSafe(sql), values).await?;
    }
    Ok(count)
}

fn value_of(json: Json) -> Option<Value> {
    match json {
        Json::String(text) => Some(Value::from(text)),
        Json::Number(number) => number.as_i64().map(Value::from).or_else(|| number.as_f64().map(Value::from)),
        _ => None,
    }
}
