//! `explain --sources`: every number behind a site's score, and the sources they come from.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tierlight_core::Assessment;
use tierlight_core::cite::{Basis, Citation, citations};
use tierlight_core::parameters::{Grade, Source};
use tierlight_data::read::FileRows;

use crate::view::{clean, heading, short, table};

/// Longest caveat shown in text.
const CAVEAT: usize = 90;
/// Longest title shown in text.
const TITLE: usize = 70;

/// The numbers of one site.
pub struct Sources<'a> {
    a: &'a Assessment<'a>,
    row: usize,
    numbers: Vec<Citation>,
    rows: FileRows,
}

impl<'a> Sources<'a> {
    pub fn new(a: &'a Assessment<'a>, row: usize, rows: FileRows) -> Self {
        Self { a, row, numbers: citations(a, row), rows }
    }

    /// Sources that the numbers cite, in order of their keys.
    fn cited(&self) -> Vec<&'a Source> {
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
    fn place(&self, table: &str, id: &str) -> (String, Option<u32>) {
        if table == "evidence" {
            let at = self.a.network.evidence().iter().position(|e| e.id == id && e.site as usize == self.row);
            return (self.rows.evidence_file.clone(), at.and_then(|at| self.rows.evidence.get(at).copied()));
        }
        (self.rows.sites_file.clone(), self.rows.sites.get(self.row).copied())
    }

    pub fn text(&self) -> String {
        let mut out = heading("7. Where every number comes from");
        out += &table(
            &["   enters", "number", ">value", "grade", "source", "pack or file", ">row", "table and key, or how it was made"],
            self.numbers.iter().map(|n| {
                let enters = n.term.map_or_else(|| n.part.slug().to_owned(), |term| format!("{}: {term}", n.part.slug()));
                let head = vec![format!("   {enters}"), n.name.clone(), n.value.map(number).unwrap_or_default()];
                head.into_iter().chain(self.basis(&n.basis)).collect()
            }),
        );
        out += &self.notes();
        out += &heading("Sources");
        out += &table(
            &["   source", "title", "publisher", "year", "caveats"],
            self.cited().iter().map(|s| {
                let caveats = short(&s.caveats, CAVEAT);
                vec![format!("   {}", s.key), short(&s.title, TITLE), short(&s.publisher, TITLE), s.year.clone(), caveats]
            }),
        );
        out + "\npacks_used.csv in the run folder lists every pack row of the whole run; --format json gives whole texts\n"
    }

    /// What the packs say of the rows, each once.
    fn notes(&self) -> String {
        let noted = self.numbers.iter().filter_map(|n| match &n.basis {
            Basis::Pack(row) if !row.note.is_empty() => Some(format!("   {} ({}): {}\n", row.table, row.key, clean(&row.note))),
            _ => None,
        });
        let mut lines: Vec<String> = noted.collect();
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert(line.clone()));
        if lines.is_empty() { String::new() } else { heading("Notes of these rows") + &lines.concat() }
    }

    /// Grade, source, pack or file, row, table and key.
    fn basis(&self, basis: &Basis) -> [String; 5] {
        let words = |how: String| [String::new(), String::new(), String::new(), String::new(), how];
        match basis {
            Basis::Pack(r) => {
                let grade = r.grade.map_or("", Grade::letter).to_owned();
                [grade, r.source.clone(), r.pack.clone(), r.row.to_string(), format!("{} ({})", r.table, r.key)]
            }
            Basis::Stated { table, id, report } => {
                let (file, row) = self.place(table, id);
                let source = report.clone().unwrap_or_else(|| "stated by you".to_owned());
                [String::new(), source, file, row.map(|r| r.to_string()).unwrap_or_default(), format!("{table} ({id})")]
            }
            Basis::Derived(from) => words(format!("from {from}")),
            Basis::Unknown => words("unknown: adds nothing".to_owned()),
        }
    }

    pub fn numbers_json(&self) -> Value {
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

    pub fn sources_json(&self) -> Value {
        let sources = self.cited().into_iter().map(|s| {
            json!({
                "source_key": s.key, "title": s.title, "publisher": s.publisher, "year": s.year, "definition": s.definition,
                "caveats": s.caveats, "pack": s.origin.pack, "row": s.origin.row,
            })
        });
        Value::Array(sources.collect())
    }
}

/// A number as the pack has it, or with four digits.
fn number(x: f64) -> String {
    let rounded = format!("{x:.4}");
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}
