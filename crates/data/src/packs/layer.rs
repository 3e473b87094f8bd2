//! Pack tables, layered by primary key.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::PackSource;
use crate::error::{Error, Result};
use tierlight_core::parameters::PackStamp;

/// The parts of a `datapackage.json` that are used here.
#[derive(Debug, Deserialize)]
struct Descriptor {
    name: String,
    #[serde(default)]
    version: String,
    resources: Vec<Resource>,
}

#[derive(Debug, Deserialize)]
struct Resource {
    name: String,
    path: String,
    schema: Option<TableSchema>,
}

#[derive(Debug, Deserialize)]
struct TableSchema {
    fields: Vec<Field>,
    #[serde(rename = "primaryKey", default)]
    primary_key: Key,
}

#[derive(Debug, Deserialize)]
struct Field {
    name: String,
}

/// Frictionless allows one name or a list.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum Key {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Key {
    fn names(&self) -> Vec<&str> {
        match self {
            Key::None => Vec::new(),
            Key::One(name) => vec![name],
            Key::Many(names) => names.iter().map(String::as_str).collect(),
        }
    }
}

/// One row of a pack table.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<Vec<String>>,
    cells: Vec<String>,
    /// Pack that the row came from.
    pub pack: Arc<str>,
    /// Row in its file; the header is row 1.
    pub number: u64,
}

impl Row {
    /// A cell; empty when the column does not exist or is blank.
    #[must_use]
    pub fn get(&self, column: &str) -> &str {
        self.columns.iter().position(|c| c == column).map_or("", |k| self.cells[k].as_str())
    }

    /// Column names.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}

/// Tables of all packs.
#[derive(Debug, Clone, Default)]
pub struct PackTables {
    /// Identity of each pack, in order.
    pub stamps: Vec<PackStamp>,
    tables: BTreeMap<String, Vec<Row>>,
}

impl PackTables {
    /// Reads and layers packs: a row replaces the row of the same table and primary key in earlier packs; tables without a key
    /// are replaced whole.
    pub(super) fn layered(sources: &[PackSource]) -> Result<Self> {
        let mut out = Self::default();
        let mut keyed: BTreeMap<String, BTreeMap<Vec<String>, Row>> = BTreeMap::new();
        for source in sources {
            let bad = |reason: String| Error::Pack { pack: source.name.clone(), reason };
            let text = source.text("datapackage.json")?;
            let descriptor: Descriptor = serde_json::from_str(&text).map_err(|e| bad(format!("datapackage.json: {e}")))?;
            let mut digest = Sha256::new();
            digest.update(text.as_bytes());
            let pack: Arc<str> = Arc::from(descriptor.name.as_str());
            for resource in &descriptor.resources {
                let text = source.text(&resource.path)?;
                digest.update(resource.path.as_bytes());
                digest.update(text.as_bytes());
                let rows = read_rows(source, resource, &text, &pack)?;
                let key = resource.schema.as_ref().map(|s| s.primary_key.names()).unwrap_or_default();
                let table = keyed.entry(resource.name.clone()).or_default();
                if key.is_empty() {
                    table.clear();
                }
                for row in rows {
                    let id: Vec<String> = if key.is_empty() {
                        vec![format!("{:012}", row.number)]
                    } else {
                        key.iter().map(|k| row.get(k).to_owned()).collect()
                    };
                    let same_pack = table.get(&id).is_some_and(|old| old.pack == row.pack);
                    if same_pack {
                        return Err(bad(format!("{}, row {}: {} appears twice", resource.path, row.number, id.join(", "))));
                    }
                    table.insert(id, row);
                }
            }
            out.stamps.push(PackStamp { name: descriptor.name, version: descriptor.version, digest: hex(&digest.finalize()) });
        }
        out.tables = keyed.into_iter().map(|(name, rows)| (name, rows.into_values().collect())).collect();
        Ok(out)
    }

    /// Rows of a table in order of their keys; none when no pack has it.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = &Row> {
        self.tables.get(table).into_iter().flatten()
    }

    /// Names and row counts of all tables.
    pub fn tables(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tables.iter().map(|(name, rows)| (name.as_str(), rows.len()))
    }
}

fn read_rows(source: &PackSource, resource: &Resource, text: &str, pack: &Arc<str>) -> Result<Vec<Row>> {
    let bad = |reason: String| Error::Pack { pack: source.name.clone(), reason: format!("{}: {reason}", resource.path) };
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(|e| bad(e.to_string()))?.iter().map(str::to_owned).collect();
    if let Some(schema) = &resource.schema {
        for field in &schema.fields {
            if !header.contains(&field.name) {
                return Err(bad(format!("column `{}` of the descriptor is missing", field.name)));
            }
        }
    }
    let columns = Arc::new(header);
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|e| bad(e.to_string()))?;
        rows.push(Row {
            columns: Arc::clone(&columns),
            cells: record.iter().map(|c| c.trim().to_owned()).collect(),
            pack: Arc::clone(pack),
            number: index as u64 + 2,
        });
    }
    Ok(rows)
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // writing to a String cannot fail
        let _ = write!(out, "{byte:02x}");
        out
    })
}
