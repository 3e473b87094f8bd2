//! Rows that differ between two sets of layered packs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::naming::source_column;
use super::{PackTables, Row};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only the later packs have it.
    Added,
    /// Only the earlier packs have it.
    Removed,
    /// Some of its cells differ.
    Changed,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowChange {
    /// Table.
    pub table: String,
    /// Primary key, joined by ", ".
    pub key: String,
    /// What became of it.
    pub change: Change,
    /// Pack of the row: the later one, else the earlier.
    pub pack: String,
    /// Row in its file.
    pub row: u64,
    /// Source of the whole row; empty where its columns have sources of their own.
    pub source_key: String,
    /// Cells that differ; empty for rows added or removed.
    pub cells: Vec<CellChange>,
}

/// A cell that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellChange {
    /// Column.
    pub column: String,
    /// Cell of the earlier packs.
    pub before: String,
    /// Cell of the later packs.
    pub after: String,
    /// Source that the later packs name for it; empty when they name none.
    pub source_key: String,
}

/// Rows that differ, by table and key. Only cells count: the same row from another pack is no change.
///
/// Cost: linear in rows.
#[must_use]
pub fn row_changes(before: &PackTables, after: &PackTables) -> Vec<RowChange> {
    let names: BTreeSet<&str> = before.tables().chain(after.tables()).map(|t| t.0).collect();
    let mut out = Vec::new();
    for table in names {
        let change = |key: &[String], change: Change, row: &Row, cells| RowChange {
            table: table.to_owned(),
            key: key.join(", "),
            change,
            pack: row.pack.to_string(),
            row: row.number,
            source_key: row.get("source_key").to_owned(),
            cells,
        };
        let mut found = Vec::new();
        for (key, row) in after.keyed_rows(table) {
            match before.row(table, key) {
                None => found.push((key, change(key, Change::Added, row, Vec::new()))),
                Some(old) => {
                    let cells = cells(old, row);
                    if !cells.is_empty() {
                        found.push((key, change(key, Change::Changed, row, cells)));
                    }
                }
            }
        }
        let gone = before.keyed_rows(table).filter(|(key, _)| after.row(table, key).is_none());
        found.extend(gone.map(|(key, row)| (key, change(key, Change::Removed, row, Vec::new()))));
        found.sort_by(|a, b| a.0.cmp(b.0));
        out.extend(found.into_iter().map(|f| f.1));
    }
    out
}

fn cells(old: &Row, new: &Row) -> Vec<CellChange> {
    let added = new.columns().iter().filter(|c| !old.columns().contains(c));
    let columns = old.columns().iter().chain(added).filter(|c| old.get(c) != new.get(c));
    columns
        .map(|c| CellChange {
            column: c.clone(),
            before: old.get(c).to_owned(),
            after: new.get(c).to_owned(),
            source_key: source_column(c, new.columns()).map_or("", |source| new.get(source)).to_owned(),
        })
        .collect()
}
