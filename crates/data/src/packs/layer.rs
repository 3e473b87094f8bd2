//! Pack tables, layered by primary key.

use std::collections::BTreeMap;
use std::sync::Arc;

use csv::StringRecord;
use sha2::{Digest, Sha256};

use super::PackSource;
use super::descriptor::{Descriptor, Resource, TableSchema};
use crate::error::{Error, Result};
use tierlight_core::parameters::PackStamp;

/// One row of a pack table.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<Vec<String>>,
    cells: StringRecord,
    /// Pack that the row came from.
    pub pack: Arc<str>,
    /// Row in its file; the header is row 1.
    pub number: u64,
}

impl Row {
    /// A cell; empty when the column does not exist or is blank.
    #[must_use]
    pub fn get(&self, column: &str) -> &str {
        self.columns.iter().position(|c| c == column).and_then(|k| self.cells.get(k)).unwrap_or_default()
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
    tables: BTreeMap<String, BTreeMap<Vec<String>, Row>>,
    /// Schema of each table by the first pack that has it.
    schemas: BTreeMap<String, TableSchema>,
}

impl PackTables {
    /// Reads and layers packs, each over the ones before it.
    pub(super) fn layered(sources: &[PackSource]) -> Result<Self> {
        let mut out = Self::default();
        for source in sources {
            out.add(source)?;
        }
        Ok(out)
    }

    /// Lays a pack over the others: a row replaces the row of the same table and primary key; a table without a key is replaced
    /// whole. A known table keeps its key when the pack states no schema.
    pub(super) fn add(&mut self, source: &PackSource) -> Result<()> {
        let bad = |reason: String| Error::Pack { pack: source.name.clone(), reason };
        let text = source.text("datapackage.json")?;
        let descriptor: Descriptor = serde_json::from_str(&text).map_err(|e| bad(format!("datapackage.json: {e}")))?;
        let mut digest = Sha256::new();
        digest.update(text.as_bytes());
        let pack: Arc<str> = Arc::from(descriptor.name.as_str());
        for resource in descriptor.resources {
            let text = source.text(&resource.path)?;
            digest.update(resource.path.as_bytes());
            digest.update(text.as_bytes());
            let rows = read_rows(source, &resource, &text, &pack)?;
            let Resource { name, path, schema, .. } = resource;
            let own: Vec<String> = schema.iter().flat_map(|s| s.primary_key.names()).map(str::to_owned).collect();
            if let Some(schema) = schema {
                self.schemas.entry(name.clone()).or_insert(schema);
            }
            let key = if own.is_empty() { self.primary_key(&name).into_iter().map(str::to_owned).collect() } else { own };
            let table = self.tables.entry(name).or_default();
            if key.is_empty() {
                table.clear();
            }
            for row in rows {
                let id: Vec<String> =
                    if key.is_empty() { vec![format!("{:012}", row.number)] } else { key.iter().map(|k| row.get(k).to_owned()).collect() };
                let same_pack = table.get(&id).is_some_and(|old| old.pack == row.pack);
                if same_pack {
                    return Err(bad(format!("{path}, row {}: {} appears twice", row.number, id.join(", "))));
                }
                table.insert(id, row);
            }
        }
        self.stamps.push(PackStamp { name: descriptor.name, version: descriptor.version, digest: hex(&digest.finalize()) });
        Ok(())
    }

    /// Rows of a table in order of their keys; none when no pack has it.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = &Row> {
        self.tables.get(table).into_iter().flat_map(BTreeMap::values)
    }

    /// Keys and rows of a table in order of the keys.
    pub fn keyed_rows(&self, table: &str) -> impl Iterator<Item = (&[String], &Row)> {
        self.tables.get(table).into_iter().flatten().map(|(key, row)| (key.as_slice(), row))
    }

    /// The row of a key.
    #[must_use]
    pub fn row(&self, table: &str, key: &[String]) -> Option<&Row> {
        self.tables.get(table)?.get(key)
    }

    /// Columns of a table's primary key; none when rows have no key.
    #[must_use]
    pub fn primary_key(&self, table: &str) -> Vec<&str> {
        self.schemas.get(table).map(|s| s.primary_key.names()).unwrap_or_default()
    }

    /// Names and row counts of all tables.
    pub fn tables(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tables.iter().map(|(name, rows)| (name.as_str(), rows.len()))
    }

    /// Schema of a table as the first pack that has it states it.
    pub(super) fn schema(&self, table: &str) -> Option<&TableSchema> {
        self.schemas.get(table)
    }
}

fn read_rows(source: &PackSource, resource: &Resource, text: &str, pack: &Arc<str>) -> Result<Vec<Row>> {
    let bad = |reason: String| Error::Pack { pack: source.name.clone(), reason: format!("{}: {reason}", resource.path) };
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(|e| bad(e.to_string()))?.iter().map(|h| h.trim().to_owned()).collect();
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
        let mut record = record.map_err(|e| bad(e.to_string()))?;
        record.trim();
        rows.push(Row { columns: Arc::clone(&columns), cells: record, pack: Arc::clone(pack), number: index as u64 + 2 });
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
