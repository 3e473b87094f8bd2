//! Which column of a file is which column of the format.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::schema::{TABLES, TableSchema};
use crate::error::{Error, Result};
use crate::table::Table;
use crate::text::header_key;

/// A user's column mapping: table → format column → header in the file. An empty header means "not in this file".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ColumnMap(pub BTreeMap<String, BTreeMap<String, String>>);

impl ColumnMap {
    /// Reads a mapping file (JSON).
    ///
    /// # Errors
    /// Not JSON of that form, or a table or column that the format does not have.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let malformed = |row: u64, column: String, found: String, hint: &str| Error::Malformed {
            code: "map",
            file: file.to_owned(),
            row,
            column,
            found,
            expected: "{\"sites\": {\"workers\": \"Header in my file\"}}".to_owned(),
            hint: hint.to_owned(),
        };
        let map: Self = serde_json::from_str(text).map_err(|e| {
            malformed(e.line() as u64, e.column().to_string(), e.to_string(), "`tierlight check --suggest-map FILE` writes one")
        })?;
        for (table, columns) in &map.0 {
            let Some(schema) = TABLES.iter().find(|t| t.name == table) else {
                return Err(malformed(
                    1,
                    table.clone(),
                    "a table that the format does not have".to_owned(),
                    "tables are sites, links, agents, agent_links, evidence, orders, inspectors",
                ));
            };
            if let Some(column) = columns.keys().find(|c| !schema.columns.iter().any(|k| k.name == c.as_str())) {
                return Err(malformed(1, column.clone(), format!("a column that {table} does not have"), "see docs/formats.md"));
            }
        }
        Ok(map)
    }
}

/// Columns of the format that nothing reads, or only orders do: known, and reported as not used.
const UNREAD: [&str; 4] = ["capacity", "capacity_unit", "os_id", "measured_by"];

/// A table with its columns found.
#[derive(Debug, Clone)]
pub struct Mapped<'a> {
    /// The file's table.
    pub table: &'a Table,
    /// The format's table.
    pub schema: &'static TableSchema,
    /// Column in the file of each column of the format.
    columns: Vec<Option<usize>>,
    /// Columns of the file that map to nothing, or to what nothing reads yet.
    pub unmapped: Vec<usize>,
}

impl<'a> Mapped<'a> {
    /// Finds the columns of `schema` in a table: by the user's map, then by name, then by synonym.
    ///
    /// # Errors
    /// The map names a header that the file does not have.
    pub fn new(table: &'a Table, schema: &'static TableSchema, map: &ColumnMap) -> Result<Self> {
        let keys: Vec<String> = table.header.iter().map(|h| header_key(h)).collect();
        let mut columns: Vec<Option<usize>> = vec![None; schema.columns.len()];
        let mut taken = vec![false; keys.len()];
        let mut closed = vec![false; columns.len()];
        for (column, header) in map.0.get(schema.name).into_iter().flatten() {
            let Some(k) = schema.columns.iter().position(|c| c.name == column) else { continue };
            closed[k] = true;
            if header.is_empty() {
                continue;
            }
            let Some(at) = table.header.iter().position(|h| h == header).or_else(|| keys.iter().position(|h| *h == header_key(header)))
            else {
                return Err(Error::Malformed {
                    code: "map_header",
                    file: table.file.clone(),
                    row: 1,
                    column: header.clone(),
                    found: "no such header".to_owned(),
                    expected: format!("one of {}", table.header.join(", ")),
                    hint: format!("the column map says that {}.{column} is there", schema.name),
                });
            };
            columns[k] = Some(at);
            taken[at] = true;
        }
        let mut find = |exact: bool| {
            for (k, column) in schema.columns.iter().enumerate() {
                if columns[k].is_some() || closed[k] {
                    continue;
                }
                let names = if exact { std::slice::from_ref(&column.name) } else { column.synonyms };
                let found = names.iter().find_map(|name| keys.iter().enumerate().find(|(at, key)| !taken[*at] && key == name));
                if let Some((at, _)) = found {
                    columns[k] = Some(at);
                    taken[at] = true;
                }
            }
        };
        find(true);
        find(false);
        let unread = |at: usize| schema.columns.iter().enumerate().any(|(k, c)| columns[k] == Some(at) && UNREAD.contains(&c.name));
        let unmapped = (0..keys.len()).filter(|&at| (!taken[at] || unread(at)) && !keys[at].is_empty()).collect();
        Ok(Self { table, schema, columns, unmapped })
    }

    /// Handle of a format column; look it up once per table, not per row.
    #[must_use]
    pub fn handle(&self, column: &'static str) -> Handle {
        let at = self.schema.columns.iter().position(|c| c.name == column).and_then(|k| self.columns[k]);
        Handle { at, name: column }
    }

    /// Header of a column as the user wrote it, else the format's name.
    #[must_use]
    pub fn header(&self, handle: Handle) -> &str {
        handle.at.map_or(handle.name, |at| &self.table.header[at])
    }

    /// Puts columns of the format to use that nothing read.
    pub fn use_columns(&mut self, used: &[&'static str]) {
        let columns: Vec<Option<usize>> = used.iter().map(|column| self.handle(column).at()).collect();
        self.unmapped.retain(|&at| !columns.contains(&Some(at)));
    }

    /// Takes columns of the file out of use.
    pub fn drop_columns(&mut self, dropped: &[usize]) {
        for column in &mut self.columns {
            if column.is_some_and(|at| dropped.contains(&at)) {
                *column = None;
            }
        }
        self.unmapped.retain(|at| !dropped.contains(at));
    }

    /// Column of the format that a column of the file is mapped to.
    #[must_use]
    pub fn format_column(&self, at: usize) -> Option<&'static str> {
        let k = self.columns.iter().position(|c| *c == Some(at))?;
        Some(self.schema.columns[k].name)
    }

    /// The mapping as found, for `check --suggest-map`.
    #[must_use]
    pub fn suggestion(&self) -> BTreeMap<String, String> {
        let header = |k: usize| self.columns[k].map(|at| self.table.header[at].clone()).unwrap_or_default();
        self.schema.columns.iter().enumerate().map(|(k, c)| (c.name.to_owned(), header(k))).collect()
    }

    fn fits(&self) -> Option<usize> {
        let has = |name: &&str| self.schema.columns.iter().position(|c| c.name == *name).is_some_and(|k| self.columns[k].is_some());
        let telling = self.schema.telling.iter().any(|group| group.iter().all(has));
        telling.then(|| self.columns.iter().flatten().count())
    }
}

/// A column, looked up once.
#[derive(Debug, Clone, Copy)]
pub struct Handle {
    at: Option<usize>,
    name: &'static str,
}

impl Handle {
    /// True when the file has the column.
    #[must_use]
    pub fn present(self) -> bool {
        self.at.is_some()
    }

    /// Column of the file.
    pub(super) fn at(self) -> Option<usize> {
        self.at
    }
}

/// Which table of the format a file's table is: by its name, else by the columns it has.
#[must_use]
pub fn recognise(table: &Table, map: &ColumnMap) -> Option<&'static TableSchema> {
    let name = header_key(&table.name);
    if let Some(schema) = TABLES.iter().find(|t| t.name == name) {
        return Some(schema);
    }
    let fit = |schema: &&'static TableSchema| Mapped::new(table, schema, map).ok().and_then(|m| m.fits());
    if let Some(schema) = TABLES.iter().find(|t| t.synonyms.contains(&name.as_str()) && fit(t).is_some()) {
        return Some(schema);
    }
    // links tell themselves by two ends; a list of sites has none
    let order = ["links", "agent_links", "evidence", "orders", "inspectors", "sites", "agents"];
    let tables = order.iter().filter_map(|n| TABLES.iter().find(|t| t.name == *n));
    tables.copied().find(|t| fit(t).is_some())
}
