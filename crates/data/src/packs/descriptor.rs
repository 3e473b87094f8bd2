//! `datapackage.json`: the parts of a Frictionless Data Package and its Table Schemas that are used here.

use serde::Deserialize;
use serde_json::Value;

/// A pack's descriptor.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Descriptor {
    pub name: String,
    #[serde(default)]
    pub version: String,
    pub resources: Vec<Resource>,
}

/// A table of the pack.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Resource {
    pub name: String,
    pub path: String,
    pub bytes: Option<u64>,
    pub hash: Option<String>,
    pub schema: Option<TableSchema>,
}

/// Columns and keys of a table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TableSchema {
    pub fields: Vec<Field>,
    #[serde(default)]
    pub primary_key: Key,
    #[serde(default)]
    pub foreign_keys: Vec<ForeignKey>,
    #[serde(default)]
    pub missing_values: Vec<Value>,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Field {
    pub name: String,
    #[serde(rename = "type", default = "text")]
    pub kind: String,
    #[serde(default)]
    pub constraints: Constraints,
    /// A foreign key that may point into a pack below, which Table Schema cannot say.
    #[serde(rename = "tierlight:references")]
    pub references: Option<Reference>,
}

fn text() -> String {
    "string".to_owned()
}

/// What a cell must be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Constraints {
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub unique: bool,
    pub minimum: Option<Value>,
    pub maximum: Option<Value>,
    pub exclusive_minimum: Option<Value>,
    pub exclusive_maximum: Option<Value>,
    #[serde(rename = "enum")]
    pub words: Option<Vec<Value>>,
    pub pattern: Option<String>,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
}

/// Columns whose cells are those of another table.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ForeignKey {
    pub fields: Key,
    pub reference: Reference,
}

/// Columns of a table; an empty resource is the table itself.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Reference {
    #[serde(default)]
    pub resource: String,
    pub fields: Key,
}

/// Frictionless allows one name or a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(untagged)]
pub(crate) enum Key {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Key {
    /// Column names.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Key::None => Vec::new(),
            Key::One(name) => vec![name],
            Key::Many(names) => names.iter().map(String::as_str).collect(),
        }
    }
}
