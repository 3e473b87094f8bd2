//! Every number behind a site's score, and the sources they come from.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tierlight_core::Assessment;
use tierlight_core::cite::{Basis, Citation, citations};
use tierlight_core::parameters::{Grade, Source};
use tierlight_data::read::FileRows;

/// The numbers of one site.
#[derive(Debug)]
pub struct Sources<'a> {
    a: &'a Assessment<'a>,
    row: usize,
    /// Numbers in the order in which they enter.
    pub numbers: Vec<Citation>,
    rows: &'a FileRows,
}

impl<'a> Sources<'a> {
    /// Numbers of a site; `rows` are those of the user's files.
    #[must_use]
    pub fn new(a: &'a Assessment<'a>, row: usize, rows: &'a FileRows) -> Self {
        Self { a, row, numbers: citations(a, row), rows }
    }

    /// Puts the numbers and their sources into an explanation.
    pub fn add_to(&self, explanation: &mut Value) {
        explanation["numbers"] = self.numbers_json();
        explanation["sources"] = self.sources_json();
    }

    /// Sources that the numbers cite, in order of their keys.
    #[must_use]
    pub fn cited(&self) -> Vec<&'a Source> {
        let keys: BTreeSet<&str> = self
            .numbers
            .iter()
            .filter_map(|n| match &n.basis {
                Basis::Pack(row) if !row.source.is_empty() => Some(row.source.as_str()),
                _ => None,
            })
            .collect();
        keys.into_iter().filter_map(|key| self.a.parameters.source(key)).collect()
    }

    /// File and row of a row of the user's; links make sites that have none.
    #[must_use]
    pub fn place(&self, table: &str, id: &str) -> (String, Option<u32>) {
        if table == "evidence" {
            let at = self.a.network.evidence().iter().position(|e| e.id == id && e.site as usize == self.row);
            return (self.rows.evidence_file.clone(), at.and_then(|at| self.rows.evidence.get(at).copied()));
        }
        (self.rows.sites_file.clone(), self.rows.sites.get(self.row).copied())
    }

    fn numbers_json(&self) -> Value {
        let numbers = self.numbers.iter().map(|n| {
            let mut out = json!({ "part": n.part.slug(), "term": n.term, "number": n.name, "value": n.value });
            match &n.basis {
                Basis::Pack(r) => {
                    out["pack"] = json!({
                        "table": r.table, "key": r.key, "column": r.column, "pack": r.pack, "row": r.row,
                        "grade": r.grade.map(Grade::letter), "source_key": r.source, "note": r.note,
                    });
                }
                Basis::Stated { table, id, report } => {
                    let (file, row) = self.place(table, id);
                    out["stated"] = json!({ "table": table, "id": id, "file": file, "row": row, "source": report });
                }
                Basis::Derived(from) => out["derived_from"] = json!(from),
                Basis::Unknown => out["unknown"] = json!(true),
            }
            out
        });
        Value::Array(numbers.collect())
    }

    fn sources_json(&self) -> Value {
        let sources = self.cited().into_iter().map(|s| {
            json!({
                "source_key": s.key, "title": s.title, "publisher": s.publisher, "year": s.year, "definition": s.definition,
                "caveats": s.caveats, "pack": s.origin.pack, "row": s.origin.row,
            })
        });
        Value::Array(sources.collect())
    }
}
