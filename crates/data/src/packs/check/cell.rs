//! Cells against the types and constraints of Table Schema.

use std::collections::HashSet;

use jiff::civil::Date;
use regex::Regex;
use serde_json::Value;

use super::notes::Notes;
use super::table::Table;
use crate::issue::Severity;
use crate::packs::descriptor::Field;
use crate::text::{did_you_mean, nearest};

/// What is wrong with a cell: code, what was expected, hint.
type Wrong = (&'static str, String, String);

pub(super) fn check(table: &Table<'_>, notes: &mut Notes) {
    for (k, column) in table.header.iter().enumerate() {
        let rules: Vec<Rule<'_>> = table.fields(column).filter_map(|field| Rule::new(table, field, notes)).collect();
        if rules.is_empty() {
            continue;
        }
        let mut seen = HashSet::new();
        let unique = rules.iter().any(|r| r.field.constraints.unique);
        for row in &table.rows {
            let cell = row.cell(k);
            // the pack's own schema and the one below often say the same: the first that objects is enough
            if let Some((code, expected, hint)) = rules.iter().find_map(|r| r.wrong(cell)) {
                notes.add(table.issue(code, Severity::Error, row, column, cell).expected(expected).hint(hint));
            }
            if unique && !cell.is_empty() && !seen.insert(cell) {
                let issue = table.issue("value_repeated", Severity::Error, row, column, cell);
                notes.add(issue.expected("a value that no other row has").hint("delete one of the rows"));
            }
        }
    }
}

/// A field with its pattern ready.
struct Rule<'a> {
    field: &'a Field,
    pattern: Option<Regex>,
}

impl<'a> Rule<'a> {
    fn new(table: &Table<'_>, field: &'a Field, notes: &mut Notes) -> Option<Self> {
        if !TYPES.contains(&field.kind.as_str()) {
            let issue = table.of_header("type_unchecked", Severity::Warning, &field.name, &field.kind);
            notes.add(issue.expected(TYPES.join(", ")).hint("cells of this column are not checked"));
            return None;
        }
        let pattern = match field.constraints.pattern.as_ref().map(|p| (p, Regex::new(&format!("^(?:{p})$")))) {
            None => None,
            Some((_, Ok(pattern))) => Some(pattern),
            Some((stated, Err(_))) => {
                let issue = table.of_header("pattern_invalid", Severity::Error, &field.name, stated);
                notes.add(issue.expected("a regular expression").hint("correct the pattern in the descriptor"));
                None
            }
        };
        Some(Self { field, pattern })
    }

    fn wrong(&self, cell: &str) -> Option<Wrong> {
        let c = &self.field.constraints;
        let plain = |code, expected: &str, hint: &str| Some((code, expected.to_owned(), hint.to_owned()));
        if cell.is_empty() {
            return if c.required { plain("required_missing", "a value", "fill the cell, or leave the row out") } else { None };
        }
        if let Some(expected) = wrong_type(&self.field.kind, cell) {
            return plain("type_invalid", expected, "leave the cell blank if it is unknown");
        }
        let bounds = [
            (&c.minimum, "at least", [std::cmp::Ordering::Less].as_slice()),
            (&c.maximum, "at most", &[std::cmp::Ordering::Greater]),
            (&c.exclusive_minimum, "more than", &[std::cmp::Ordering::Less, std::cmp::Ordering::Equal]),
            (&c.exclusive_maximum, "less than", &[std::cmp::Ordering::Greater, std::cmp::Ordering::Equal]),
        ];
        for (bound, words, refused) in bounds {
            if let Some(bound) = bound.as_ref()
                && compare(cell, bound).is_some_and(|order| refused.contains(&order))
            {
                let share = c.maximum.as_ref().is_some_and(|m| m.as_f64() == Some(1.0)) && self.field.kind == "number";
                let hint = if share { "a share is from 0 to 1, not a percentage" } else { CORRECT };
                return plain("value_out_of_range", &format!("{words} {}", plain_text(bound)), hint);
            }
        }
        if let Some(words) = &c.words
            && !words.iter().any(|w| plain_text(w) == cell || (w.is_number() && compare(cell, w) == Some(std::cmp::Ordering::Equal)))
        {
            let words: Vec<String> = words.iter().map(plain_text).collect();
            let near = nearest(cell, words.iter().map(String::as_str));
            let hint = if near.is_empty() { "use one of the words listed".to_owned() } else { did_you_mean(&near) };
            return Some(("value_unknown", format!("one of {}", words.join(", ")), hint));
        }
        if self.pattern.as_ref().is_some_and(|p| !p.is_match(cell)) {
            return plain("pattern_mismatch", &format!("text like {}", c.pattern.as_deref().unwrap_or("")), CORRECT);
        }
        let length = cell.chars().count();
        if c.min_length.is_some_and(|least| length < least) || c.max_length.is_some_and(|most| length > most) {
            let end = c.max_length.map_or_else(|| "any number of".to_owned(), |most| most.to_string());
            return plain("length_invalid", &format!("{} to {end} characters", c.min_length.unwrap_or(0)), CORRECT);
        }
        None
    }
}

/// Hint where nothing better can be said.
const CORRECT: &str = "correct the cell, or leave it blank if the value is unknown";

/// Types that are checked; other types of Table Schema have no use in a pack.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "date", "year", "any"];

fn wrong_type(kind: &str, cell: &str) -> Option<&'static str> {
    let (fine, expected) = match kind {
        "number" => (cell.parse::<f64>().is_ok_and(f64::is_finite), "a number"),
        "integer" => (cell.parse::<i64>().is_ok(), "a whole number"),
        "boolean" => (["true", "True", "TRUE", "1", "false", "False", "FALSE", "0"].contains(&cell), "true or false"),
        "date" => (cell.parse::<Date>().is_ok() && cell.len() == 10, "a day as YYYY-MM-DD"),
        "year" => (cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit()), "a year of four digits"),
        _ => (true, ""),
    };
    (!fine).then_some(expected)
}

/// Numbers by size; days, which are written so that text order is time order, as text.
fn compare(cell: &str, bound: &Value) -> Option<std::cmp::Ordering> {
    match bound {
        Value::Number(n) => cell.parse::<f64>().ok()?.partial_cmp(&n.as_f64()?),
        Value::String(text) => Some(match (cell.parse::<f64>(), text.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.total_cmp(&b),
            _ => cell.cmp(text),
        }),
        _ => None,
    }
}

fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
