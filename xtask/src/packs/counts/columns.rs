//! The data dictionary: every column of every table, from the descriptor.

use serde_json::Value;

use super::markdown;
use crate::packs::table::{Pack, names, text};

pub fn dictionary(pack: &Pack) -> anyhow::Result<String> {
    let mut out = String::new();
    for resource in pack.resources() {
        let mut rows = Vec::new();
        for field in resource["schema"]["fields"].as_array().into_iter().flatten() {
            let meaning = field["description"].as_str().unwrap_or_default();
            rows.push(vec![
                text(&field["name"])?.to_owned(),
                text(&field["type"])?.to_owned(),
                meaning.to_owned(),
                allowed(resource, field),
            ]);
        }
        out.extend(["### ", text(&resource["name"])?, "\n\n", &markdown(&["column", "type", "meaning and unit", "allowed"], rows), "\n"]);
    }
    Ok(out)
}

/// Constraints and references of a column, in words.
fn allowed(resource: &Value, field: &Value) -> String {
    let constraints = &field["constraints"];
    let mut parts = Vec::new();
    for word in ["required", "unique"] {
        if constraints[word] == true {
            parts.push(word.to_owned());
        }
    }
    match (constraints["minimum"].as_f64(), constraints["maximum"].as_f64()) {
        (Some(low), Some(high)) => parts.push(format!("{low} to {high}")),
        (Some(low), None) => parts.push(format!("from {low}")),
        (None, Some(high)) => parts.push(format!("up to {high}")),
        (None, None) => {}
    }
    if let Some(values) = constraints["enum"].as_array() {
        let shown: Vec<String> = values.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect();
        parts.push(shown.join(", "));
    }
    if let Some(pattern) = constraints["pattern"].as_str() {
        parts.push(format!("`{}`", pattern.replace('|', "\\|")));
    }
    for foreign in resource["schema"]["foreignKeys"].as_array().into_iter().flatten() {
        if names(&foreign["fields"]).contains(&field["name"].as_str().unwrap_or_default()) {
            parts.push(pointer(resource, &foreign["reference"]));
        }
    }
    if !field["tierlight:references"].is_null() {
        parts.push(pointer(resource, &field["tierlight:references"]));
    }
    parts.join("; ")
}

/// The column that a reference points to; an empty resource is the table itself.
fn pointer(resource: &Value, reference: &Value) -> String {
    let table = reference["resource"].as_str().filter(|name| !name.is_empty()).or(resource["name"].as_str()).unwrap_or_default();
    format!("in {table}.{}", names(&reference["fields"]).join(", "))
}
