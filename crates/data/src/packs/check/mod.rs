//! Whether a pack holds together, on its own and over the packs below it: all problems are collected, none stops at the first.

mod cell;
mod columns;
mod keys;
mod method;
mod notes;
mod provinces;
mod source;
mod table;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Serialize;
use tierlight_core::parameters::{Coefficients, PlanningScalars};

use super::descriptor::Descriptor;
use super::{EMBEDDED, PackSource, PackTables};
use crate::issue::{Issue, Severity};
use crate::limits::{PACK_BYTES, PACK_ROWS};
use crate::text::{did_you_mean, nearest};
use notes::Notes;
use table::{Left, Table};

/// What a pack sets, and what is wrong with it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Checked {
    /// Name in its descriptor.
    pub name: String,
    /// Version in its descriptor.
    pub version: String,
    /// Problems, by file in the order of the descriptor.
    pub issues: Vec<Issue>,
    /// Rows of each table.
    pub sets: Vec<Sets>,
}

/// Rows that a pack sets in one table.
#[derive(Debug, Clone, Serialize)]
pub struct Sets {
    /// Table.
    pub table: String,
    /// Rows of this pack.
    pub rows: usize,
    /// Rows of packs below that they replace, by pack.
    pub replaces: BTreeMap<String, usize>,
    /// False when no pack below knows the table, so that nothing reads it.
    pub known: bool,
}

impl Checked {
    /// Issues that make the pack unusable.
    pub fn errors(&self) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(|i| i.severity == Severity::Error)
    }
}

/// Checks a pack as it would lie over the packs below.
pub(super) fn check(source: &PackSource, below: &PackTables) -> Checked {
    let mut notes = Notes::default();
    let Some(descriptor) = descriptor(source, &mut notes) else {
        return Checked { name: source.name.clone(), issues: notes.finish(), ..Checked::default() };
    };
    if below.stamps.iter().any(|s| s.name == descriptor.name) {
        let issue = Issue::new("name_taken", Severity::Error, DESCRIPTOR, None, "name", &descriptor.name);
        notes.add(issue.expected("a name that no pack below has").hint("the name tells in every result which pack a row came from"));
    }
    // tables and parameters that only a built-in pack has are there for people to read
    let built_in = EMBEDDED.contains(&descriptor.name.as_str());
    let mut tables: Vec<Table<'_>> = Vec::new();
    let below_rows = below.tables().map(|(_, rows)| rows).sum();
    let (mut paths, mut left) = (HashSet::new(), Left { bytes: PACK_BYTES, rows: PACK_ROWS.saturating_sub(below_rows) });
    for resource in &descriptor.resources {
        if tables.iter().any(|t| t.resource.name == resource.name) {
            let issue = Issue::new("table_twice", Severity::Error, DESCRIPTOR, None, "resources", &resource.name);
            notes.add(issue.expected("each table once").hint("join the two files"));
            continue;
        }
        // a small file that many tables name would be a large pack
        if !paths.insert(Path::new(&resource.path)) {
            let issue = Issue::new("path_twice", Severity::Error, DESCRIPTOR, None, "resources", &resource.path);
            notes.add(issue.expected("each file once").hint("give each table a file of its own"));
            continue;
        }
        if let Some(table) = table::read(source, resource, below, &mut left, &mut notes) {
            if table.known.is_none() && !built_in {
                unknown(&table, below, &mut notes);
            }
            tables.push(table);
        }
    }
    // the more telling issue of a cell comes first
    source::check(&tables, below, &mut notes);
    for table in &tables {
        columns::check(table, below, &mut notes);
        cell::check(table, &mut notes);
        keys::primary(table, &mut notes);
        parameter_ranges(table, built_in, &mut notes);
        source::intervals(table, &mut notes);
    }
    keys::foreign(&tables, below, &mut notes);
    provinces::check(&tables, below, &mut notes);
    let sets = tables.iter().map(|t| Sets { known: built_in || t.known.is_some(), ..sets(t, below) }).collect();
    Checked { name: descriptor.name.clone(), version: descriptor.version.clone(), issues: notes.finish(), sets }
}

/// As [`check`], and when nothing is wrong also whether the method can work with the packs together.
pub(super) fn check_whole(source: &PackSource, below: &PackTables) -> Checked {
    let mut checked = check(source, below);
    if checked.errors().next().is_some() {
        return checked;
    }
    checked.issues.extend(method::check(source, below));
    checked
}

/// Name of the descriptor's file.
const DESCRIPTOR: &str = "datapackage.json";

fn descriptor(source: &PackSource, notes: &mut Notes) -> Option<Descriptor> {
    let text = table::text(source, DESCRIPTOR, notes)?;
    match serde_json::from_str(&text) {
        Ok(descriptor) => Some(descriptor),
        Err(error) => {
            let issue = Issue::new("descriptor_invalid", Severity::Error, DESCRIPTOR, Some(error.line() as u64), "-", &error.to_string());
            notes
                .add(issue.expected("a Data Package with name and resources, each with name and path").hint("docs/data.md has an example"));
            None
        }
    }
}

fn unknown(table: &Table<'_>, below: &PackTables, notes: &mut Notes) {
    let near = nearest(&table.resource.name, below.tables().map(|t| t.0));
    let issue = Issue::new("table_unknown", Severity::Warning, &table.resource.path, None, "-", &table.resource.name);
    notes.add(issue.expected("a table of a pack below").hint(not_used(&near)));
}

/// Hint of a name that nothing reads.
fn not_used(near: &[&str]) -> String {
    let unused = "it will not be used";
    if near.is_empty() { unused.to_owned() } else { format!("{unused}; {}", did_you_mean(near)) }
}

/// Coefficients have ranges that the method needs, whatever a pack's own schema allows.
fn parameter_ranges(table: &Table<'_>, built_in: bool, notes: &mut Notes) {
    if table.resource.name != "parameters" {
        return;
    }
    let (Some(name), Some(mean)) = (table.column("parameter"), table.column("mean")) else { return };
    for row in &table.rows {
        let (name, found) = (row.cell(name), row.cell(mean));
        let range = Coefficients::range(name).or_else(|| PlanningScalars::range(name));
        match (range, found.parse::<f64>()) {
            (None, _) if !name.is_empty() && !built_in => {
                let near = nearest(name, Coefficients::NAMES.iter().chain(PlanningScalars::NAMES).copied());
                let issue = table.issue("parameter_unknown", Severity::Warning, row, "parameter", name);
                notes.add(issue.expected("a parameter of the method").hint(not_used(&near)));
            }
            (Some((low, high)), Ok(x)) if !(low..=high).contains(&x) => {
                let issue = table.issue("value_out_of_range", Severity::Error, row, "mean", found);
                notes.add(issue.expected(format!("a number from {low} to {high}")).hint(format!("the range of {name} in the method")));
            }
            _ => {}
        }
    }
}

fn sets(table: &Table<'_>, below: &PackTables) -> Sets {
    let name = &table.resource.name;
    let mut replaces = BTreeMap::new();
    let key: Option<Vec<usize>> = table.primary_key().iter().map(|c| table.column(c)).collect();
    if let Some(key) = key.filter(|k| !k.is_empty()) {
        for row in &table.rows {
            let id: Vec<String> = key.iter().map(|&k| row.cell(k).to_owned()).collect();
            if let Some(old) = below.row(name, &id) {
                *replaces.entry(old.pack.to_string()).or_insert(0) += 1;
            }
        }
    }
    Sets { table: name.clone(), rows: table.rows.len(), replaces, known: table.known.is_some() }
}
