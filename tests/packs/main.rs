//! Packs through the binary: what is refused and why, what two versions differ in, and where a score's numbers come from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod check;
mod uses;

use common::{file, repository, run_code, run_ok, scratch};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Columns of `sector_base` as the built-in packs have them.
const HEADER: &str = "sector_id,country_iso3,base_reported,reporting,base,low,high,derivation,area,year,grade,source_key,note";
/// A row that is fine.
const GOOD: &str = "brick_kilns,PAK,0.2,1,0.2,0.1,0.35,judged,PAK,2026,E,own_assess,invented for a test";

/// A pack of one table of base prevalences without a schema.
fn base_pack(scratch: &TempDir, rows: &str) -> String {
    pack(scratch, &json!([{ "name": "sector_base", "path": "sector_base.csv" }]), &[("sector_base.csv", &format!("{HEADER}\n{rows}\n"))])
}

/// A pack of any tables.
fn pack(scratch: &TempDir, resources: &Value, files: &[(&str, &str)]) -> String {
    let descriptor = json!({ "name": "mine", "version": "1", "resources": resources });
    file(scratch, "pack/datapackage.json", descriptor.to_string());
    for (name, text) in files {
        file(scratch, &format!("pack/{name}"), text);
    }
    scratch.path().join("pack").to_str().unwrap().to_owned()
}

/// Issues of a pack; the exit code is 1 when there are errors.
fn issues(pack: &str, code: i32) -> Vec<Value> {
    let (out, _) = run_code(&["packs", "check", pack, "--format", "json"], code);
    let document: Value = serde_json::from_str(&out).unwrap();
    document["issues"].as_array().unwrap().clone()
}

/// The only error of a pack: (code, file, row, column), and that it says what to do.
fn only_error(pack: &str) -> (String, String, Option<u64>, String) {
    let all = issues(pack, 1);
    let errors: Vec<&Value> = all.iter().filter(|i| i["severity"] == "error").collect();
    assert_eq!(errors.len(), 1, "{all:#?}");
    let text = |key: &str| errors[0][key].as_str().unwrap().to_owned();
    assert!(!text("expected").is_empty() && !text("hint").is_empty(), "{:#?}", errors[0]);
    (text("code"), text("file"), errors[0]["row"].as_u64(), text("column"))
}

/// Checks that a second row of base prevalences is the only error.
fn second_row_fails(row: &str, code: &str, column: &str) {
    let scratch = scratch();
    let pack = base_pack(&scratch, &format!("{GOOD}\n{row}"));
    let expected = (code.to_owned(), "sector_base.csv".to_owned(), Some(3), column.to_owned());
    assert_eq!(only_error(&pack), expected);
    // what `packs check` finds, `score` refuses, and leaves nothing behind
    let out = scratch.path().join("out");
    let list = file(&scratch, "sites.csv", "site_id,sector,country\nA,brick_kilns,PK\n");
    let (_, err) = run_code(&["score", &list, "-o", out.to_str().unwrap(), "--pack", &pack], 3);
    assert!(err.contains(": 1 error\n") && err.contains(&format!("sector_base.csv, row 3, column {column}")), "{err}");
    assert!(err.contains(&format!("[{code}]")) && err.contains("hint: run `tierlight packs check`"), "{err}");
    assert!(!out.exists());
}
