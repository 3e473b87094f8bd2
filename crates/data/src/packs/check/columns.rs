//! Columns of a file against columns of the schemas.

use super::notes::Notes;
use super::table::{Table, joined};
use crate::issue::Severity;
use crate::packs::PackTables;
use crate::text::{did_you_mean, nearest};

pub(super) fn check(table: &Table<'_>, below: &PackTables, notes: &mut Notes) {
    header(table, notes);
    let (own, known) = (table.resource.schema.as_ref(), table.known);
    let has = |schema: Option<&crate::packs::descriptor::TableSchema>, column: &str| {
        schema.is_some_and(|s| s.fields.iter().any(|f| f.name == column))
    };
    for column in table.header.iter().filter(|c| !c.is_empty()) {
        let (in_own, in_known) = (has(own, column), has(known, column));
        if (own.is_some() || known.is_some()) && !in_own && !in_known {
            let names = table.schemas().flat_map(|s| &s.fields).map(|f| f.name.as_str());
            let issue = table.of_header("column_unknown", Severity::Error, column, column);
            let near = nearest(column, names);
            let hint = if near.is_empty() { "delete the column, or describe it in the descriptor".to_owned() } else { did_you_mean(&near) };
            notes.add(issue.expected("a column of the schema").hint(hint));
        } else if in_own && known.is_some() && !in_known {
            let issue = table.of_header("column_unused", Severity::Warning, column, column);
            notes.add(issue.expected("a column that the packs below have").hint("it will not be used"));
        } else if own.is_some() && !in_own {
            let issue = table.of_header("column_undescribed", Severity::Info, column, column);
            notes.add(issue.expected("a field of the descriptor").hint("it is checked by the schema of the packs below"));
        }
    }
    let missing = |column: &str| table.column(column).is_none();
    if let Some(own) = own {
        for field in own.fields.iter().filter(|f| missing(&f.name)) {
            let issue = table.of_header("column_missing", Severity::Error, &field.name, "no such column");
            notes.add(issue.expected("every field of the descriptor").hint("add the column, or take the field out of the descriptor"));
        }
        if own.missing_values.iter().any(|v| v.as_str() != Some("")) {
            let issue = table.of_header("missing_values", Severity::Warning, "-", "missingValues other than a blank");
            notes.add(issue.expected("blanks only").hint("only a blank cell is unknown"));
        }
    }
    for field in known.iter().flat_map(|s| &s.fields).filter(|f| missing(&f.name) && !has(own, &f.name)) {
        let (severity, hint) = if field.constraints.required {
            (Severity::Error, "add the column")
        } else {
            (Severity::Info, "taken as blank: a row that replaces another loses what it had there")
        };
        let issue = table.of_header("column_missing", severity, &field.name, "no such column");
        notes.add(issue.expected("every column of the packs below").hint(hint));
    }
    if let (Some(own), Some(known)) = (own, known) {
        let (found, expected) = (own.primary_key.names(), below.primary_key(&table.resource.name));
        if !found.is_empty() && found != expected {
            let issue = table.of_header("primary_key_differs", Severity::Error, "primaryKey", &found.join(", "));
            notes.add(issue.expected(joined(&known.primary_key)).hint("rows replace each other by this key"));
        }
    }
}

fn header(table: &Table<'_>, notes: &mut Notes) {
    for (k, column) in table.header.iter().enumerate() {
        if column.is_empty() {
            let issue = table.of_header("column_unnamed", Severity::Error, &(k + 1).to_string(), "a blank header");
            notes.add(issue.expected("a name").hint("name the column or delete it"));
        } else if table.header[..k].contains(column) {
            let issue = table.of_header("column_twice", Severity::Error, column, column);
            notes.add(issue.expected("each column once").hint("rename or delete one of the two"));
        }
    }
    if let [one] = table.header.as_slice()
        && (one.contains(';') || one.contains('\t'))
    {
        let issue = table.of_header("delimiter", Severity::Error, "-", one);
        notes.add(issue.expected("columns parted by commas").hint("save the file with commas"));
    }
}
