//! Primary keys, and foreign keys inside the pack and into the packs below.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::notes::Notes;
use super::table::Table;
use crate::issue::Severity;
use crate::packs::PackTables;
use crate::text::{did_you_mean, nearest};

/// No two rows share a primary key.
pub(super) fn primary(table: &Table<'_>, notes: &mut Notes) {
    let names = table.primary_key();
    let Some(columns) = names.iter().map(|c| table.column(c)).collect::<Option<Vec<usize>>>().filter(|c| !c.is_empty()) else { return };
    let mut seen: HashMap<Vec<&str>, u64> = HashMap::new();
    for row in &table.rows {
        let key: Vec<&str> = columns.iter().map(|&k| row.cell(k)).collect();
        let shown = key.join(", ");
        if let Some(first) = seen.insert(key, row.number) {
            let issue = table.issue("key_duplicate", Severity::Error, row, &names.join(", "), &shown);
            notes.add(issue.expected("a key that no other row has").hint(format!("row {first} has it too: delete one of the two")));
        }
    }
}

/// Resource and columns that a foreign key points to.
type Target = (String, Vec<String>);

/// Every foreign key names a row of this pack or of a pack below. A key with a blank part names nothing.
pub(super) fn foreign(tables: &[Table<'_>], below: &PackTables, notes: &mut Notes) {
    let mut values: BTreeMap<Target, HashSet<Vec<String>>> = BTreeMap::new();
    for table in tables {
        for (fields, target) in references(table) {
            let Some(columns) = fields.iter().map(|c| table.column(c)).collect::<Option<Vec<usize>>>() else { continue };
            let known = values.entry(target.clone()).or_insert_with(|| collect(&target, tables, below));
            for row in &table.rows {
                let key: Vec<String> = columns.iter().map(|&k| row.cell(k).to_owned()).collect();
                if key.iter().any(String::is_empty) || known.contains(&key) {
                    continue;
                }
                let shown = key.join(", ");
                let near = nearest(&shown, known.iter().filter_map(|k| k.first()).map(String::as_str));
                let issue = table.issue("key_dangling", Severity::Error, row, &fields.join(", "), &shown);
                notes.add(
                    issue
                        .expected(format!("{} of a row of {}, in this pack or one below", target.1.join(", "), target.0))
                        .hint(if near.is_empty() { format!("add the row to {}", target.0) } else { did_you_mean(&near) }),
                );
            }
        }
    }
}

/// Foreign keys of the pack's own schema and the one below, each once.
fn references(table: &Table<'_>) -> Vec<(Vec<String>, Target)> {
    let own = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<String>>();
    let resource = |name: &str| if name.is_empty() { table.resource.name.clone() } else { name.to_owned() };
    let mut out = Vec::new();
    for schema in table.schemas() {
        for key in &schema.foreign_keys {
            out.push((own(key.fields.names()), (resource(&key.reference.resource), own(key.reference.fields.names()))));
        }
        for field in &schema.fields {
            if let Some(reference) = &field.references {
                out.push((vec![field.name.clone()], (resource(&reference.resource), own(reference.fields.names()))));
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// All keys of the target, in the pack and below.
fn collect(target: &Target, tables: &[Table<'_>], below: &PackTables) -> HashSet<Vec<String>> {
    let (name, columns) = target;
    let mut out: HashSet<Vec<String>> = below.rows(name).map(|row| columns.iter().map(|c| row.get(c).to_owned()).collect()).collect();
    for table in tables.iter().filter(|t| t.resource.name == *name) {
        if let Some(at) = columns.iter().map(|c| table.column(c)).collect::<Option<Vec<usize>>>() {
            out.extend(table.rows.iter().map(|row| at.iter().map(|&k| row.cell(k).to_owned()).collect::<Vec<String>>()));
        }
    }
    out
}
