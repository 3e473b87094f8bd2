//! Golden folders: whole runs of the examples against `expected/`, numbers to a relative 1e-9.
//!
//! `TIERLIGHT_BLESS=1 cargo test --test golden` writes the expected folders anew; look at the difference before committing it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{repository, run_ok, scratch};

/// Tables that are compared.
const TABLES: [&str; 6] = ["scores.csv", "sites.csv", "links.csv", "agents.csv", "evidence.csv", "issues.csv"];
/// Relative difference that numbers may have.
const DELTA: f64 = 1e-9;

#[test]
fn sialkot() {
    compare("sialkot", "VW-27", "BR-01");
}

#[test]
fn cotton() {
    compare("cotton", "FC-018", "BR-01");
}

#[test]
fn kilns() {
    compare("kilns", "KN-010", "BU-02");
}

#[test]
fn orders() {
    compare("orders", "GF-01", "BR-01");
}

fn compare(example: &str, site: &str, buyer: &str) {
    let folder = repository().join("examples").join(example);
    let scratch = scratch();
    let run = scratch.path().join("run");
    let run_arg = run.to_str().unwrap();
    run_ok(&["score", folder.to_str().unwrap(), "-o", run_arg, "--as-of", "2026-11-23"]);
    std::fs::write(run.join("explain.txt"), run_ok(&["explain", run_arg, "--site", site])).unwrap();
    std::fs::write(run.join("trace.txt"), run_ok(&["trace", run_arg, "--buyer", buyer])).unwrap();
    let expected = folder.join("expected");
    let files: Vec<&str> = TABLES.into_iter().chain(["explain.txt", "trace.txt"]).collect();
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        std::fs::create_dir_all(&expected).unwrap();
        for file in &files {
            std::fs::copy(run.join(file), expected.join(file)).unwrap();
        }
    }
    for file in TABLES {
        compare_tables(&expected.join(file), &run.join(file));
    }
    for file in ["explain.txt", "trace.txt"] {
        let read = |folder: &Path| std::fs::read_to_string(folder.join(file)).unwrap();
        assert_eq!(read(&expected), read(&run), "{example}/{file}");
    }
}

fn compare_tables(expected: &Path, found: &Path) {
    let rows = |path: &Path| -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let (expected_rows, found_rows) = (rows(expected), rows(found));
    assert_eq!(expected_rows.len(), found_rows.len(), "rows of {}", found.display());
    for (line, (expected, found_row)) in expected_rows.iter().zip(&found_rows).enumerate() {
        assert_eq!(expected.len(), found_row.len(), "{} line {}", found.display(), line + 1);
        for (column, (expected, found_cell)) in expected.iter().zip(found_row).enumerate() {
            let same = match (expected.parse::<f64>(), found_cell.parse::<f64>()) {
                (Ok(x), Ok(y)) => (x - y).abs() <= DELTA * x.abs().max(y.abs()),
                _ => expected == found_cell,
            };
            let name = &expected_rows[0][column];
            assert!(same, "{} line {} column {name}: expected {expected}, found {found_cell}", found.display(), line + 1);
        }
    }
}
