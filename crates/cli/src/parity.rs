//! Every command and flag has its way over HTTP, or a reason why it has none: held against `tests/parity.csv`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::CommandFactory;
use serde::Deserialize;
use serde_json::Value;

use crate::args::Cli;

/// A row of the table.
#[derive(Debug, Deserialize)]
struct Row {
    /// Words of the command; blank for flags of all.
    command: String,
    /// `--flag`, `<argument>`, or `*` for all of a command that has no way.
    flag: String,
    /// The operation of the API.
    operation: String,
    /// Where in it: path, query, body, form or answer, and the name; those of fields inside others with dots.
    part: String,
    /// Why there is none, or what else there is to know.
    why: String,
}

/// Flags and arguments of a command and those below it.
fn walk(command: &clap::Command, words: &str, out: &mut BTreeMap<String, BTreeSet<String>>) {
    let own = out.entry(words.to_owned()).or_default();
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        own.insert(argument.get_long().map_or_else(|| format!("<{id}>"), |long| format!("--{long}")));
    }
    for below in command.get_subcommands() {
        walk(below, format!("{words} {}", below.get_name()).trim_start(), out);
    }
}

/// Operations of the document by their ids.
fn operations(document: &Value) -> BTreeMap<&str, &Value> {
    let items = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    items.map(|operation| (operation["operationId"].as_str().unwrap(), operation)).collect()
}

/// True if a schema has a field, told by names with dots; through references, lists, and what may be or be null.
fn has(document: &Value, schema: &Value, field: &str) -> bool {
    if let Some(named) = schema["$ref"].as_str() {
        return has(document, document.pointer(named.trim_start_matches('#')).unwrap(), field);
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["allOf"].as_array()) {
        return choices.iter().any(|choice| has(document, choice, field));
    }
    if let Some(items) = schema.get("items") {
        return has(document, items, field);
    }
    let (first, rest) = field.split_once('.').map_or((field, None), |(first, rest)| (first, Some(rest)));
    schema["properties"].get(first).is_some_and(|found| rest.is_none_or(|rest| has(document, found, rest)))
}

/// True if an operation has what a row says.
fn takes(document: &Value, operation: &Value, part: &str) -> bool {
    let Some((place, name)) = part.split_once(' ') else { return false };
    let content = |kind: &str| &operation["requestBody"]["content"][kind]["schema"];
    match place {
        "path" | "query" => operation["parameters"].as_array().is_some_and(|all| all.iter().any(|p| p["in"] == place && p["name"] == name)),
        "body" => has(document, content("application/json"), name),
        "form" => has(document, content("multipart/form-data"), name),
        "answer" => has(document, &operation["responses"]["200"]["content"]["application/json"]["schema"], name),
        _ => false,
    }
}

#[test]
fn every_flag_has_its_way_over_http() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity.csv");
    let rows: Vec<Row> = csv::Reader::from_path(table).unwrap().deserialize().map(Result::unwrap).collect();
    let mut left = BTreeMap::new();
    walk(&Cli::command(), "", &mut left);
    let document = tierlight_service::openapi::document();
    let known = operations(&document);
    let mut wrong = Vec::new();
    for row in &rows {
        let name = format!("{} {}", row.command, row.flag);
        let Some(flags) = left.get_mut(&row.command) else {
            wrong.push(format!("{name}: no such command"));
            continue;
        };
        let there = if row.flag == "*" { !std::mem::take(flags).is_empty() } else { flags.remove(&row.flag) };
        if !there {
            wrong.push(format!("{name}: no such flag, or a second row"));
        }
        match known.get(row.operation.as_str()) {
            Some(_) if row.flag == "*" => wrong.push(format!("{name}: one operation for all flags")),
            Some(operation) if !takes(&document, operation, &row.part) && (row.why.is_empty() || !row.part.is_empty()) => {
                wrong.push(format!("{name}: {} has no {}", row.operation, row.part));
            }
            None if !row.operation.is_empty() => wrong.push(format!("{name}: no operation {}", row.operation)),
            None if row.why.is_empty() => wrong.push(format!("{name}: neither a way nor a reason")),
            _ => {}
        }
    }
    for (command, flags) in &left {
        wrong.extend(
            flags.iter().map(|flag| format!("{command} {flag}: no row in tests/parity.csv: how is it asked over HTTP, or why not?")),
        );
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let sorted = rows.is_sorted_by_key(|row| (row.command.as_str(), !row.flag.starts_with('<'), row.flag.as_str()));
    assert!(sorted, "rows stand in the order of commands, arguments, flags");
}
