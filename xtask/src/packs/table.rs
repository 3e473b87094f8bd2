//! Packs and their tables, as text.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::root;

/// A pack below `datasets/`.
pub struct Pack {
    pub folder: PathBuf,
    pub descriptor: Value,
    pub tables: BTreeMap<String, Table>,
}

/// One table, all cells as text.
pub struct Table {
    header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Pack {
    /// All packs, by name of their folders.
    pub fn all() -> anyhow::Result<Vec<Self>> {
        let mut folders: Vec<PathBuf> =
            std::fs::read_dir(root().join("datasets"))?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        folders.retain(|f| f.join("datapackage.json").is_file());
        folders.sort();
        if folders.is_empty() {
            bail!("no pack below datasets/");
        }
        folders.into_iter().map(Self::read).collect()
    }

    fn read(folder: PathBuf) -> anyhow::Result<Self> {
        let path = folder.join("datapackage.json");
        let shown = path.display().to_string();
        let descriptor: Value = serde_json::from_str(&std::fs::read_to_string(&path)?).context(shown.clone())?;
        let mut tables = BTreeMap::new();
        for resource in descriptor["resources"].as_array().context(shown)? {
            let file = folder.join(text(&resource["path"])?);
            let table = std::fs::read_to_string(&file).map_err(anyhow::Error::from).and_then(|text| Table::parse(&text));
            let table = table.with_context(|| file.display().to_string())?;
            tables.insert(text(&resource["name"])?.to_owned(), table);
        }
        Ok(Self { folder, descriptor, tables })
    }

    /// The resources of the descriptor.
    pub fn resources(&self) -> &[Value] {
        self.descriptor["resources"].as_array().map_or(&[], Vec::as_slice)
    }

    /// A table by its name.
    pub fn table(&self, name: &str) -> anyhow::Result<&Table> {
        self.tables.get(name).with_context(|| format!("{} has no table {name}", self.folder.display()))
    }
}

impl Table {
    /// Reads a table from comma-separated text with a header.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers()?.iter().map(str::to_owned).collect();
        let rows = reader.records().map(|r| r.map(|r| r.iter().map(str::to_owned).collect())).collect::<Result<_, _>>()?;
        Ok(Self { header, rows })
    }

    /// Place of a column, when the table has it.
    pub fn find(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|c| c == column)
    }

    /// Place of a column that the table must have.
    pub fn column(&self, column: &str) -> anyhow::Result<usize> {
        self.find(column).with_context(|| format!("no column {column}"))
    }

    /// Cells of some columns, row by row.
    pub fn select<const N: usize>(&self, columns: [&str; N]) -> anyhow::Result<Vec<[&str; N]>> {
        let mut places = [0; N];
        for (place, column) in places.iter_mut().zip(columns) {
            *place = self.column(column)?;
        }
        Ok(self.rows.iter().map(|row| places.map(|p| row[p].as_str())).collect())
    }
}

/// Text of a JSON value that must be a string.
pub fn text(value: &Value) -> anyhow::Result<&str> {
    value.as_str().with_context(|| format!("a text was expected, found {value}"))
}

/// One name or a list of names, as Frictionless allows.
pub fn names(value: &Value) -> Vec<&str> {
    match value {
        Value::String(name) => vec![name],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
