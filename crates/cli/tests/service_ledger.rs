//! The evidence ledger of a network: what it takes, and what runs make of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::fmt::Write;

use serde_json::{Value, json};
use service::{Server, example, tierlight};

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}"))
}

fn entry(fields: &Value) -> Value {
    let mut entry = json!({ "site_id": "HC-11", "date": "2026-10-01", "method": "home_visit", "finding": "found" });
    entry.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({ "entry": entry })
}

#[test]
fn what_stays_for_good_holds_no_person_and_nothing_that_runs_reject() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let version = owner.upload_folder("Sialkot", &example("sialkot"), &json!({ "as_of": "2026-11-23" }));
    let ledger = format!("/api/v1/networks/{}/evidence", version["network"].as_str().unwrap());
    let add = |fields: Value| owner.post(&ledger, &json!({ "entries": [entry(&json!({})), entry(&fields)] }));
    for fields in [
        json!({ "source": "Ayesha Bibi 35202-1234567-1, 0301-1234567, ayesha@example.com" }),
        json!({ "form": "called from +92 301 1234567" }),
        json!({ "site_id": "ayesha@example.com" }),
        json!({ "case_id": "35202-1234567-1" }),
    ] {
        let problem = add(fields).problem(422, "personal_data");
        assert!(!problem.to_string().contains("1234567") && !problem.to_string().contains("ayesha"), "{problem}");
    }
    add(json!({ "finding": "not_found", "girls": 3 })).problem(422, "invalid");
    add(json!({ "paid_by": "somebody" })).problem(422, "invalid");
    assert!(owner.get(&ledger).expect(200).json()["items"].as_array().unwrap().is_empty());
    let run = owner.score(id(&version), &json!({ "draws": 0 }));
    assert_eq!((&run["state"], &run["ledger"]), (&json!("ready"), &Value::Null), "{run}");
}

#[test]
fn a_run_says_what_it_does_not_use() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let version = owner.upload_folder("Sialkot", &example("sialkot"), &json!({ "as_of": "2026-11-10" }));
    let ledger = format!("/api/v1/networks/{}/evidence", version["network"].as_str().unwrap());
    let audit = json!({ "site_id": "HC-12", "method": "announced_social_audit", "finding": "not_found", "paid_by": "supplier",
        "returning_team": true, "all_male_team": true, "case_id": "C-1" });
    let entries = [
        entry(&json!({ "girls": 2, "case_id": "C-1", "remediated_on": "2026-10-20" })),
        entry(&audit),
        entry(&json!({ "site_id": "HC-999" })),
        entry(&json!({ "date": "2026-11-20" })),
        entry(&json!({ "site_id": "HC-998", "date": "2026-11-21" })),
    ];
    let added = owner.post(&ledger, &json!({ "entries": entries })).expect(201).json();
    let run = owner.score(id(&version), &json!({ "draws": 0 }));
    let not_used = json!({ "id_unknown": 2, "date_future": 2 });
    assert_eq!(run["ledger"], json!({ "entries": 5, "used": 2, "not_used": not_used }), "{run}");

    // a later day takes what was found since; the same as the command line with the same table
    let later = owner.score(id(&version), &json!({ "draws": 0, "as_of": "2026-11-23" }));
    assert_eq!(later["ledger"], json!({ "entries": 5, "used": 3, "not_used": { "id_unknown": 2 } }), "{later}");
    let record = owner.get(&format!("/api/v1/runs/{}/record", id(&later))).expect(200).json();
    assert_eq!(record["options"]["as_of"], "2026-11-23");
    owner.post("/api/v1/runs", &json!({ "version": id(&version), "options": { "as_of": "soon" } })).problem(422, "invalid");
    let mut table = "evidence_id,site_id,date,method,finding,girls,paid_by,returning_team,all_male_team,case_id,remediated_on\n".to_owned();
    for item in added["items"].as_array().unwrap() {
        let cells =
            ["site_id", "date", "method", "finding", "girls", "paid_by", "returning_team", "all_male_team", "case_id", "remediated_on"];
        let cells = cells.map(|name| match &item["entry"][name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        writeln!(table, "{},{}", id(item), cells.join(",")).unwrap();
    }
    let (path, out) = (root.path().join("ledger.csv"), root.path().join("run"));
    std::fs::write(&path, table).unwrap();
    let [path, out, input] = [&path, &out, &example("sialkot")].map(|path| path.to_str().unwrap().to_owned());
    tierlight(&["score", &input, "-o", &out, "--as-of", "2026-11-23", "--draws", "0", "--evidence", &path]);
    for (table, file) in [("scores", "scores.csv"), ("evidence", "evidence.csv")] {
        let found = owner.get(&format!("/api/v1/runs/{}/export?table={table}", id(&later))).expect(200).body;
        let said = std::fs::read(format!("{out}/{file}")).unwrap();
        assert!(found == said, "{table}: {}", String::from_utf8_lossy(&found));
    }
}
