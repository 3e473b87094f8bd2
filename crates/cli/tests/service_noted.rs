//! Who saw which site, who came in, who changed what: on record with the organisation whose things they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use serde_json::{Value, json};
use service::{Client, Server, example};

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

/// Who did something, and with what, the last first.
fn noted(owner: &Client, action: &str) -> Vec<(String, String)> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let found = owner.get(&format!("/api/v1/audit?action={action}&limit=1000")).expect(200).json();
    found["items"].as_array().unwrap().iter().map(|e| (text(e, "principal"), text(e, "subject"))).collect()
}

#[test]
fn what_was_seen_of_a_run_is_on_record_with_its_owner() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let version = owner.upload_folder("Sialkot", &example("sialkot"), &json!({ "as_of": "2026-11-23" }));
    let [before, after] = [1, 2].map(|seed| id(&owner.score(&id(&version), &json!({ "draws": 0, "seed": seed }))));
    let other = id(&owner.post("/api/v1/organisations", &json!({ "name": "Department" })).expect(201).json());
    let key = owner.post(&format!("/api/v1/organisations/{other}/keys"), &json!({ "name": "k", "role": "viewer" })).expect(201).json();
    let theirs = server.client(key["secret"].as_str());
    for run in [&before, &after] {
        let grant = json!({ "run": run, "grantee": other, "redaction": "full", "days": 1 });
        owner.post("/api/v1/grants", &grant).expect(201);
    }
    let own_key = noted(&owner, "grant.create")[0].0.clone();

    // of an upload: first rows, and issues with what was found
    let version = id(&version);
    owner.get(&format!("/api/v1/versions/{version}/preview")).expect(200);
    assert_eq!(noted(&owner, "version.preview"), [(own_key.clone(), version.clone())]);
    owner.get(&format!("/api/v1/versions/{version}/issues")).expect(200);
    assert_eq!(noted(&owner, "version.issues"), [(own_key, version)]);

    // another organisation is named, not who in it
    let by_them = |run: &str| (other.clone(), run.to_owned());
    theirs.get(&format!("/api/v1/runs/{after}/comparison?before={before}")).expect(200);
    assert_eq!(noted(&owner, "run.compare"), [by_them(&before), by_them(&after)]);
    assert!(noted(&theirs_admin(&owner, &server, &other), "run.compare").is_empty(), "it is in the asker's log only");
    for (path, action) in [("", "run.get"), ("/record", "run.record"), ("/files", "run.files"), ("/summary", "run.summary")] {
        theirs.get(&format!("/api/v1/runs/{after}{path}")).expect(200);
        assert_eq!(noted(&owner, action)[0], by_them(&after), "{action}");
    }

    // a page of links names its sites, whatever it was asked for
    let page = theirs.get(&format!("/api/v1/runs/{after}/links?limit=5")).expect(200).json();
    let (who, subject) = noted(&owner, "link.list").remove(0);
    assert_eq!(who, other);
    for link in page["items"].as_array().unwrap() {
        for end in ["buyer_id", "supplier_id"] {
            let site = link[end].as_str().unwrap();
            let listed = subject.strip_prefix(&format!("{after}/")).unwrap();
            assert!(listed.split(',').any(|s| s == site), "{site} is not in {subject}");
        }
    }
}

/// An admin of the other organisation.
fn theirs_admin(owner: &Client, server: &Server, organisation: &str) -> Client {
    let path = format!("/api/v1/organisations/{organisation}/keys");
    let key = owner.post(&path, &json!({ "name": "a", "role": "admin" })).expect(201).json();
    server.client(key["secret"].as_str())
}

#[test]
fn coming_in_and_changing_mappings_is_on_record() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();

    let link = owner.post("/api/v1/links", &json!({ "role": "viewer" })).expect(201).json();
    let page = server.client(None).get(link["url"].as_str().unwrap()).expect(200);
    assert_eq!(noted(&owner, "session.begin").len(), 1);
    let browser = server.client(None).with("Cookie", page.header("set-cookie").unwrap().split(';').next().unwrap());
    let myself = browser.get("/api/v1/session").expect(200).json();
    let browser = browser.with("X-CSRF-Token", myself["csrf"].as_str().unwrap());
    assert!(noted(&owner, "session.end").is_empty());
    browser.delete("/api/v1/session").expect(204);
    let ended = noted(&owner, "session.end");
    assert!(ended.len() == 1 && ended[0].0 == myself["principal"].as_str().unwrap(), "{ended:?} {myself}");

    let mapping = id(&owner.post("/api/v1/mappings", &json!({ "name": "m", "mapping": {} })).expect(201).json());
    let path = format!("/api/v1/mappings/{mapping}");
    owner.send("PUT", &path, Some("application/json"), br#"{"name":"n","mapping":{}}"#).expect(200);
    owner.delete(&path).expect(204);
    for action in ["mapping.create", "mapping.change", "mapping.delete"] {
        let found = noted(&owner, action);
        assert!(found.len() == 1 && found[0].1 == mapping, "{action}: {found:?}");
    }
}
