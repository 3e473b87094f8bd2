//! `trace -o`: contributions to many buyers as one table.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::{repository, run_code, run_ok, scratch};
use serde_json::Value;

const LINKED: [&str; 3] = ["child_labour", "hazardous", "forced"];

/// Rows as column -> cell.
fn rows(path: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(|row| row.unwrap()).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn rows_of_every_buyer_sum_to_its_linked_share_whatever_is_listed() {
    let scratch = scratch();
    let path = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let run = path("run");
    run_ok(&["score", repository().join("examples/cotton").to_str().unwrap(), "-o", &run, "--as-of", "2026-11-23"]);
    let all = path("all.csv");
    run_ok(&["trace", &run, "--all-buyers", "--top", "100000", "-o", &all]);
    let mut buyers: Vec<String> = rows(&all).iter().map(|r| r["buyer_id"].clone()).collect();
    buyers.dedup();
    assert!(buyers.len() > 1 && buyers.contains(&"BR-01".to_owned()), "{buyers:?}");
    for (top, threads) in [("0", "1"), ("3", "1"), ("3", "2"), ("100000", "2")] {
        let table = path(&format!("top{top}.{threads}.csv"));
        let said: Value = serde_json::from_str(&run_ok(&[
            "trace",
            &run,
            "--all-buyers",
            "--top",
            top,
            "-o",
            &table,
            "--threads",
            threads,
            "--format",
            "json",
        ]))
        .unwrap();
        let found = rows(&table);
        assert_eq!((said["buyers"].as_u64().unwrap(), said["rows"].as_u64().unwrap()), (buyers.len() as u64, found.len() as u64));
        for buyer in &buyers {
            let own: Vec<_> = found.iter().filter(|r| r["buyer_id"] == *buyer).collect();
            let sites: Vec<_> = own.iter().filter(|r| r["part"] == "site").collect();
            assert!(sites.len() <= top.parse().unwrap());
            let size = |r: &BTreeMap<String, String>| number(r, "child_labour_girls") + number(r, "child_labour_boys");
            assert!(sites.is_sorted_by(|a, b| size(a) >= size(b)));
            let value: f64 = own.iter().map(|r| number(r, "value")).sum();
            assert!((value - 1.0).abs() < 1e-9, "{buyer}: value sums to {value}");
            let trace: Value = serde_json::from_str(&run_ok(&["trace", &run, "--buyer", buyer, "--format", "json"])).unwrap();
            for hazard in LINKED {
                for sex in ["girls", "boys"] {
                    let sum: f64 = own.iter().map(|r| number(r, &format!("{hazard}_{sex}"))).sum();
                    let linked = trace["hazards"][hazard][sex].as_f64().unwrap();
                    assert!((sum - linked).abs() < 1e-9, "{buyer} {hazard} {sex}: rows sum to {sum}, linked share {linked}");
                }
            }
        }
    }
    assert_eq!(std::fs::read(path("top3.1.csv")).unwrap(), std::fs::read(path("top3.2.csv")).unwrap(), "any number of threads");
    assert_eq!(std::fs::read(&all).unwrap(), std::fs::read(path("top100000.2.csv")).unwrap());
}

#[test]
fn buyers_are_named_in_order_and_mistakes_are_refused() {
    let scratch = scratch();
    let path = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let run = path("run");
    run_ok(&["score", repository().join("examples/cotton").to_str().unwrap(), "-o", &run, "--as-of", "2026-11-23"]);
    let table = path("two.csv");
    let all = path("all.csv");
    run_ok(&["trace", &run, "--all-buyers", "-o", &all]);
    let mut ids: Vec<String> = rows(&all).iter().map(|r| r["buyer_id"].clone()).collect();
    ids.dedup();
    let (first, second) = (&ids[0], &ids[1]);
    let text = run_ok(&["trace", &run, "--buyer", second, "--buyer", first, "--top", "2", "-o", &table]);
    assert!(text.starts_with("contributions to 2 buyers"), "{text}");
    let mut found: Vec<String> = rows(&table).iter().map(|r| r["buyer_id"].clone()).collect();
    found.dedup();
    assert_eq!(found, [second.clone(), first.clone()]);

    let (_, refused) = run_code(&["trace", &run, "--buyer", first, "-o", &table], 2);
    assert!(refused.contains("exists") && refused.contains("--force"), "{refused}");
    run_ok(&["trace", &run, "--buyer", first, "-o", &table, "--force"]);
    let (_, refused) = run_code(&["trace", &run, "--buyer", first, "--buyer", second], 2);
    assert!(refused.contains("-o contributions.csv"), "{refused}");
    let inside = format!("{run}/contributions.csv");
    let (_, refused) = run_code(&["trace", &run, "--buyer", first, "-o", &inside], 2);
    assert!(refused.contains("outside the folder"), "{refused}");
    run_code(&["trace", &run], 2);
    run_code(&["trace", &run, "--all-buyers"], 2);
    run_code(&["trace", &run, "--buyer", "nobody", "-o", &path("none.csv")], 2);
    assert!(!scratch.path().join("none.csv").exists());
}
