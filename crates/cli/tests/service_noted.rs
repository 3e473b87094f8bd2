//! Who saw which site, who came in, who changed what: on record with the organisation whose things they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::collections::BTreeSet;

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
    assert_eq!(noted(&owner, "link.list"), [by_them(&after)]);
    let ends = |link: &Value| ["buyer_id", "supplier_id"].map(|end| link[end].as_str().unwrap().to_owned());
    let linked: BTreeSet<String> = page["items"].as_array().unwrap().iter().flat_map(ends).collect();
    assert_eq!(seen(&owner, "link.list"), linked);
}

/// Sites that the last entry of an action names.
fn seen(owner: &Client, action: &str) -> BTreeSet<String> {
    let found = owner.get(&format!("/api/v1/audit?action={action}&limit=1")).expect(200).json();
    texts(&found["items"][0]["sites"])
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap_or_else(|| panic!("no list: {list}")).iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn ids(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap_or_else(|| panic!("no list: {list}")).iter().map(|item| item["site_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn who_saw_a_site_can_be_asked() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let version = owner.upload_folder("Sialkot", &example("sialkot"), &json!({ "as_of": "2026-11-23" }));
    let [before, after] = [1, 2].map(|seed| id(&owner.score(&id(&version), &json!({ "draws": 0, "seed": seed }))));
    let smaller = root.path().join("smaller");
    std::fs::create_dir(&smaller).unwrap();
    let sites = std::fs::read_to_string(example("sialkot").join("sites.csv")).unwrap();
    let few: Vec<&str> = sites.lines().take(12).collect();
    std::fs::write(smaller.join("sites.csv"), few.join("\n")).unwrap();
    let part = owner.upload_folder("Part", &smaller, &json!({ "as_of": "2026-11-23" }));
    let part = id(&owner.score(&id(&part), &json!({ "draws": 0 })));

    let page = owner.get(&format!("/api/v1/runs/{after}/sites?limit=3")).expect(200).json();
    assert_eq!(seen(&owner, "site.list"), ids(&page["items"]));
    let trace = owner.get(&format!("/api/v1/runs/{after}/sites/BR-01/trace?paths=2&limit=4")).expect(200).json();
    let mut named: BTreeSet<String> = [trace["buyer"].as_str().unwrap().to_owned()].into();
    named.extend(ids(&trace["contributions"]).into_iter().chain(ids(&trace["dark"])));
    named.extend(trace["paths"]["paths"].as_array().unwrap().iter().flat_map(|path| texts(&path["sites"])));
    assert!(named.len() > 4, "{trace}");
    assert_eq!(seen(&owner, "site.trace"), named);
    let paths = owner.get(&format!("/api/v1/runs/{before}/sites/BR-01/paths?paths=3")).expect(200).json();
    let along: BTreeSet<String> = paths["paths"].as_array().unwrap().iter().flat_map(|path| texts(&path["sites"])).collect();
    assert_eq!(seen(&owner, "site.paths"), along);

    // of two runs: what differs, each with the run that it is in
    let compared = owner.get(&format!("/api/v1/runs/{after}/comparison?before={part}&top=5")).expect(200).json();
    let entries = owner.get("/api/v1/audit?action=run.compare").expect(200).json();
    let moved: BTreeSet<String> = ids(&compared["presence"]).into_iter().chain(ids(&compared["linked_share"])).collect();
    let (added, removed) = (texts(&compared["added"]), texts(&compared["removed"]));
    assert!(added.len() == 5 && removed.is_empty(), "{compared}");
    for entry in entries["items"].as_array().unwrap() {
        let alone = if entry["subject"] == *after { &added } else { &removed };
        assert_eq!(texts(&entry["sites"]), alone.union(&moved).cloned().collect(), "{entry}");
    }

    // a page of the ledger
    let network = version["network"].as_str().unwrap();
    let found = |site: &str| json!({ "entry": { "site_id": site, "date": "2026-11-20", "method": "home_visit", "finding": "found" } });
    let ledger = format!("/api/v1/networks/{network}/evidence");
    owner.post(&ledger, &json!({ "entries": [found("HC-11"), found("HC-1"), found("HC-11,HC-2")] })).expect(201);
    owner.get(&format!("{ledger}?limit=2")).expect(200);
    assert_eq!(seen(&owner, "evidence.list"), ["HC-1", "HC-11"].map(str::to_owned).into());
    owner.get(&format!("{ledger}?cursor=2")).expect(200);

    // asked by the site, over all runs and of one; ids that are alike are others
    let of = |query: &str| -> Vec<String> {
        let found = owner.get(&format!("/api/v1/audit?{query}")).expect(200).json();
        found["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap().to_owned()).collect()
    };
    assert!(["site.paths", "site.trace"].iter().all(|action| of("site=BR-01").contains(&(*action).to_owned())));
    assert_eq!(of(&format!("site=BR-01&subject={before}")), ["site.paths"]);
    assert_eq!(of("site=HC-1&action=evidence.list"), ["evidence.list"]);
    assert_eq!(of("site=HC-11%2CHC-2"), ["evidence.list"]);
    assert!(of("site=HC-2&action=evidence.list").is_empty());

    // results are listed without what may name sites; one by one they are noted
    let what = json!({ "scenarios": [{ "name": "one", "actions": [{ "action": "remediate", "site": "VW-27" }] }] });
    let asked = owner.post(&format!("/api/v1/runs/{after}/what-ifs"), &what).expect(202).json();
    owner.finished(asked["job"].as_str().unwrap());
    let listed = owner.get("/api/v1/results?kind=what-if").expect(200);
    assert!(!listed.text().contains("VW-27"), "{}", listed.text());
    let item = listed.json()["items"][0].clone();
    assert!(item["summary"].is_null() && item["options"].is_null() && item["state"] == "ready", "{item}");
    let result = id(&asked);
    let whole = owner.get(&format!("/api/v1/results/{result}")).expect(200);
    assert!(whole.text().contains("VW-27") && whole.json()["summary"].is_object(), "{}", whole.text());
    owner.get(&format!("/api/v1/results/{result}/files")).expect(200);
    for action in ["result.get", "result.files"] {
        assert_eq!(noted(&owner, action)[0].1, result, "{action}");
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
