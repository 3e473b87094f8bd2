//! Committed documents are what the code says: the OpenAPI document, and the tables of docs/api.md. `TIERLIGHT_BLESS=1` writes them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tierlight_service::config::SETTINGS;
use tierlight_service::limits::LIMITS;
use tierlight_service::openapi;
use tierlight_service::problem::table::KINDS;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn held(path: &Path, now: &str) {
    let before = std::fs::read_to_string(path).unwrap_or_default();
    if before == now {
        return;
    }
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        std::fs::write(path, now).unwrap();
        return;
    }
    let line = before.lines().zip(now.lines()).position(|(x, y)| x != y).unwrap_or_else(|| before.lines().count().min(now.lines().count()));
    panic!(
        "{} is not what the code says, from line {}:\n- {}\n+ {}\nTIERLIGHT_BLESS=1 writes it anew",
        path.display(),
        line + 1,
        before.lines().nth(line).unwrap_or_default(),
        now.lines().nth(line).unwrap_or_default()
    );
}

#[test]
fn the_committed_document_is_that_of_the_code() {
    held(&root().join("schemas/openapi.json"), &openapi::text());
}

/// Operations with their paths and methods.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut out = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            out.push((path.clone(), method.clone(), operation.clone()));
        }
    }
    out
}

/// The schema that a reference names, and all schemas that have an example count.
fn has_example(document: &Value, media: &Value) -> bool {
    fn schema_has(document: &Value, schema: &Value, depth: usize) -> bool {
        if schema.get("example").is_some() || schema.get("examples").is_some() {
            return true;
        }
        let named = schema["$ref"].as_str().and_then(|r| document.pointer(r.trim_start_matches('#')));
        if let Some(named) = named.filter(|_| depth < 4) {
            return schema_has(document, named, depth + 1);
        }
        // a page is shown by the example of its items
        ["items"].iter().any(|part| {
            let properties = &schema["properties"][part];
            let items = if properties.is_null() { &schema[part] } else { &properties["items"] };
            !items.is_null() && depth < 4 && schema_has(document, items, depth + 1)
        })
    }
    if media.get("example").is_some() || media.get("examples").is_some() {
        return true;
    }
    schema_has(document, &media["schema"], 0)
}

#[test]
fn every_operation_says_who_what_and_shows_an_example() {
    let document = openapi::document();
    let all = operations(&document);
    assert!(all.len() > 60, "{} operations", all.len());
    let mut ids = std::collections::BTreeSet::new();
    let mut lacking = Vec::new();
    for (path, method, operation) in &all {
        let name = format!("{method} {path}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name}: its operationId is another's");
        assert!(operation["x-role"].is_string(), "{name}: no role");
        assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{name}: no summary");
        assert!(operation["security"].is_array(), "{name}: no security");
        let known: Vec<&str> = document["tags"].as_array().unwrap().iter().filter_map(|t| t["name"].as_str()).collect();
        assert!(operation["tags"].as_array().unwrap().iter().all(|t| known.contains(&t.as_str().unwrap())), "{name}: an unknown tag");
        let problems = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with(['4', '5']));
        for (status, response) in problems {
            let shared = response["$ref"].as_str().and_then(|r| document.pointer(r.trim_start_matches('#')));
            let content = &shared.unwrap_or(response)["content"];
            assert!(content.get("application/problem+json").is_some(), "{name}: {status} is no problem");
        }
        let answers = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
        for (status, response) in answers {
            for (kind, media) in response["content"].as_object().into_iter().flatten() {
                if kind != "*/*" && !has_example(&document, media) {
                    lacking.push(format!("{name}: {status} {kind}"));
                }
            }
        }
        for (kind, media) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            if kind == "application/json" && !has_example(&document, media) {
                lacking.push(format!("{name}: body"));
            }
        }
    }
    assert!(lacking.is_empty(), "without an example:\n{}", lacking.join("\n"));
}

#[test]
fn references_lead_somewhere() {
    fn walk(document: &Value, value: &Value, wrong: &mut Vec<String>) {
        match value {
            Value::Object(all) => {
                if let Some(reference) = all.get("$ref").and_then(Value::as_str)
                    && document.pointer(reference.trim_start_matches('#')).is_none()
                {
                    wrong.push(reference.to_owned());
                }
                all.values().for_each(|v| walk(document, v, wrong));
            }
            Value::Array(all) => all.iter().for_each(|v| walk(document, v, wrong)),
            _ => {}
        }
    }
    let document = openapi::document();
    let mut wrong = Vec::new();
    walk(&document, &document, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Text between `<!-- name -->` and `<!-- /name -->` replaced.
fn filled(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let from = page.find(&begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
    let to = page.find(&end).unwrap_or_else(|| panic!("no {end}"));
    format!("{}{text}{}", &page[..from], &page[to..])
}

#[test]
fn the_page_lists_all_problems_limits_and_settings() {
    let path = root().join("docs/api.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut problems = "| code | status | what it is |\n|---|---|---|\n".to_owned();
    for kind in KINDS {
        writeln!(problems, "| `{}` | {} | {} |", kind.code, kind.status, kind.title).unwrap();
    }
    let mut limits = "| limit | default | unit | answer | what is limited |\n|---|---|---|---|---|\n".to_owned();
    for limit in LIMITS {
        let problem =
            limit.problem.map_or_else(|| "the connection is closed, or less is kept".to_owned(), |k| format!("{} `{}`", k.status, k.code));
        writeln!(limits, "| `limits.{}` | {} | {} | {problem} | {} |", limit.name, limit.default, limit.unit, limit.what).unwrap();
    }
    let mut settings = "| setting | default | what it is |\n|---|---|---|\n".to_owned();
    for setting in SETTINGS.iter().filter(|s| !s.name.starts_with("limits.")) {
        let default = setting.default.as_ref().map_or_else(String::new, |d| format!("`{d}`"));
        writeln!(settings, "| `{}` | {default} | {} |", setting.name, setting.what).unwrap();
    }
    let now = filled(&filled(&filled(&page, "problems", &problems), "limits", &limits), "settings", &settings);
    held(&path, &now);
}
