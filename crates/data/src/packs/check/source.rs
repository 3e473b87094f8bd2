//! Every value has a source and a grade, by the names of columns: `source_key` and `grade` are of the whole row, `x_source_key`
//! and `x_grade` of the columns that begin or end with `x`. Intervals hold their value.

use std::collections::HashSet;

use super::notes::Notes;
use super::table::{Line, Table};
use crate::issue::Severity;
use crate::packs::PackTables;
use crate::packs::naming::source_column;
use crate::text::{did_you_mean, nearest};

/// Source of our own judgements: always graded E.
const JUDGEMENT: &str = "own_assess";
const GRADES: [&str; 5] = ["A", "B", "C", "D", "E"];

/// A source column with the grade and the values it stands for.
struct Group {
    source: usize,
    grade: Option<usize>,
    values: Vec<usize>,
}

pub(super) fn check(tables: &[Table<'_>], below: &PackTables, notes: &mut Notes) {
    let mut sources: HashSet<&str> = below.rows("sources").map(|row| row.get("source_key")).collect();
    for table in tables.iter().filter(|t| t.resource.name == "sources") {
        if let Some(k) = table.column("source_key") {
            sources.extend(table.rows.iter().map(|row| row.cell(k)));
        }
    }
    for table in tables {
        let groups = if table.resource.name == "sources" { Vec::new() } else { groups(table) };
        for row in &table.rows {
            for group in &groups {
                check_row(table, row, group, &sources, notes);
            }
        }
    }
}

fn groups(table: &Table<'_>) -> Vec<Group> {
    let numeric = |k: usize| table.fields(&table.header[k]).any(|f| f.kind == "number" || f.kind == "integer");
    let sources = table.header.iter().enumerate().filter_map(|(k, c)| Some((k, c, c.strip_suffix("source_key")?)));
    sources
        .map(|(source, name, prefix)| {
            let values = (0..table.header.len()).filter(|&k| numeric(k) && !key_column(table, k));
            Group {
                source,
                grade: table.column(&format!("{prefix}grade")),
                values: values.filter(|&k| source_column(&table.header[k], &table.header) == Some(name)).collect(),
            }
        })
        .collect()
}

fn key_column(table: &Table<'_>, column: usize) -> bool {
    table.primary_key().contains(&table.header[column].as_str())
}

fn check_row(table: &Table<'_>, row: &Line, group: &Group, sources: &HashSet<&str>, notes: &mut Notes) {
    let (column, source) = (table.header[group.source].as_str(), row.cell(group.source));
    let grade = group.grade.map(|k| (table.header[k].as_str(), row.cell(k)));
    let value = group.values.iter().find(|&&k| !row.cell(k).is_empty());
    if source.is_empty() {
        let what = value.map(|&k| table.header[k].as_str()).or(grade.filter(|g| !g.1.is_empty()).map(|g| g.0));
        if let Some(what) = what {
            let issue = table.issue("source_missing", Severity::Error, row, column, "");
            let hint = "name the source, or own_assess with grade E for a judgement; leave the value blank if it is unknown";
            notes.add(issue.expected(format!("the source of {what}")).hint(hint));
        }
        return;
    }
    if !sources.contains(source) {
        let near = nearest(source, sources.iter().copied());
        let hint = if near.is_empty() { "add a row to sources.csv".to_owned() } else { did_you_mean(&near) };
        let issue = table.issue("source_unknown", Severity::Error, row, column, source);
        notes.add(issue.expected("a source_key of sources, in this pack or one below").hint(hint));
    }
    let Some((column, grade)) = grade else { return };
    if grade.is_empty() {
        let issue = table.issue("grade_missing", Severity::Error, row, column, "");
        notes.add(issue.expected("a grade A to E").hint("A survey, B study, C derived, D anecdote, E judgement"));
    } else if !GRADES.contains(&grade) {
        let issue = table.issue("grade_invalid", Severity::Error, row, column, grade);
        notes.add(issue.expected("a grade A to E").hint("A survey, B study, C derived, D anecdote, E judgement"));
    } else if source == JUDGEMENT && grade != "E" {
        let issue = table.issue("judgement_grade", Severity::Error, row, column, grade);
        notes.add(issue.expected("E").hint("a judgement is graded E; a better grade needs a source"));
    }
}

/// low ≤ value ≤ high, where a row has them.
pub(super) fn intervals(table: &Table<'_>, notes: &mut Notes) {
    for row in &table.rows {
        interval(table, row, notes);
    }
}

fn interval(table: &Table<'_>, row: &Line, notes: &mut Notes) {
    let number = |name: &str| table.column(name).and_then(|k| row.cell(k).parse::<f64>().ok());
    let (Some(low), Some(high)) = (number("low"), number("high")) else { return };
    let value = ["base", "mean"].into_iter().find_map(|name| Some((name, number(name)?)));
    let outside = value.is_some_and(|(_, x)| x < low || x > high);
    if low > high || outside {
        let column = value.map_or("low", |v| v.0);
        let found = value.map_or_else(|| low.to_string(), |v| v.1.to_string());
        let issue = table.issue("interval_invalid", Severity::Error, row, column, &found);
        notes.add(issue.expected(format!("a value inside its interval, {low} to {high}")).hint("correct the value, low or high"));
    }
}
