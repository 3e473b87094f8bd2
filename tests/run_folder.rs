//! Run folders: the same bytes for any threads and any order of rows; complete or absent; safe for spreadsheets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{file, repository, run_code, run_ok, scratch, tree};

/// Copies an example with the rows of every table reversed.
fn shuffled(example: &str, into: &tempfile::TempDir) -> String {
    let folder = repository().join("examples").join(example);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "csv") {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            let name = path.file_name().unwrap().to_str().unwrap();
            file(into, &format!("shuffled/{name}"), lines.join("\n") + "\n");
        }
    }
    into.path().join("shuffled").to_str().unwrap().to_owned()
}

#[test]
fn threads_and_row_order_change_no_byte() {
    for example in ["sialkot", "cotton", "kilns"] {
        let scratch = scratch();
        let path = repository().join("examples").join(example);
        let shuffled = shuffled(example, &scratch);
        let score = |input: &str, name: &str, threads: &str| {
            let out = scratch.path().join(name);
            run_ok(&["score", input, "-o", out.to_str().unwrap(), "--as-of", "2026-11-23", "--threads", threads]);
            tree(&out)
        };
        let one = score(path.to_str().unwrap(), "one", "1");
        let two = score(path.to_str().unwrap(), "two", "2");
        assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
        for (name, bytes) in &one {
            assert!(*bytes == two[name], "{example}/{name} differs between 1 and 2 threads");
        }
        let other = score(&shuffled, "other", "2");
        for (name, bytes) in &one {
            // run.json records the digests of the input files, issues and rows.bin their rows: all are about the files
            if !["run.json", "issues.csv", "rows.bin"].contains(&name.as_str()) {
                assert!(*bytes == other[name], "{example}/{name} differs when rows are shuffled");
            }
        }
    }
}

#[test]
fn an_earlier_run_is_replaced_and_anything_else_is_not() {
    let scratch = scratch();
    let list = file(&scratch, "sites.csv", "name,sector,country\nExample Mill,spinning,PK\n");
    let out = scratch.path().join("out");
    let out_arg = out.to_str().unwrap();
    run_ok(&["score", &list, "-o", out_arg, "--as-of", "2026-11-23"]);
    let first = tree(&out);
    run_ok(&["score", &list, "-o", out_arg, "--as-of", "2026-11-23"]);
    assert!(first == tree(&out), "the same input gives the same bytes");

    let mine = scratch.path().join("mine");
    file(&scratch, "mine/thesis.txt", "do not touch");
    let (_, err) = run_code(&["score", &list, "-o", mine.to_str().unwrap()], 3);
    assert!(err.contains("not a run folder"), "{err}");
    assert_eq!(tree(&mine).keys().collect::<Vec<_>>(), ["thesis.txt"]);
    let beside: Vec<_> = std::fs::read_dir(scratch.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(beside.iter().all(|n| !n.to_str().unwrap().starts_with('.')), "nothing is left beside: {beside:?}");
}

#[test]
fn formulas_in_names_are_neutralised_in_csv() {
    let scratch = scratch();
    let list = file(&scratch, "sites.csv", "name,sector,country\n\"=HYPERLINK(\"\"x\"\")\",spinning,PK\n");
    let out = scratch.path().join("out");
    run_ok(&["score", &list, "-o", out.to_str().unwrap()]);
    let sites = std::fs::read_to_string(out.join("sites.csv")).unwrap();
    assert!(sites.contains("'=HYPERLINK"), "{sites}");
}

#[test]
fn rows_in_are_rows_used_and_rejected() {
    let scratch = scratch();
    let rows: Vec<String> = (0..40).map(|k| format!("A{k},Example {k},spinning,PK,{}", if k == 7 { "-5" } else { "30" })).collect();
    let list = file(&scratch, "sites.csv", format!("site_id,name,sector,country,workers\n{}\n", rows.join("\n")));
    let out = scratch.path().join("out");
    run_ok(&["score", &list, "-o", out.to_str().unwrap()]);
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("run.json")).unwrap()).unwrap();
    let table = &record["tables"][0];
    assert_eq!((table["rows_in"].as_u64(), table["used"].as_u64(), table["rejected"].as_u64()), (Some(40), Some(39), Some(1)));
    let rejected = std::fs::read_to_string(out.join("rejected/sites.csv")).unwrap();
    assert_eq!(rejected, "row,codes,site_id,name,sector,country,workers\n9,number_invalid,A7,Example 7,spinning,PK,-5\n");
}

#[test]
fn run_json_meets_its_schema() {
    let scratch = scratch();
    let out = scratch.path().join("out");
    run_ok(&["score", repository().join("examples/kilns").to_str().unwrap(), "-o", out.to_str().unwrap(), "--as-of", "2026-11-23"]);
    let schema: serde_json::Value = serde_json::from_slice(&std::fs::read(repository().join("schemas/run.json")).unwrap()).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("run.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&record).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!validator.is_valid(&serde_json::json!({ "engine_version": 1 })), "the schema refuses what is no record");
}
