//! Who is let in where: every route of the OpenAPI document × {owner, viewer, other tenant, anonymous, revoked}, against a committed
//! table of statuses. A route without a row fails; `TIERLIGHT_BLESS=1` writes the table anew, to be read before it is committed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};
use service::{Client, Server, example};

const WHO: [&str; 5] = ["owner", "viewer", "other", "anonymous", "revoked"];

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

/// Things of the owner's organisation that requests are about.
struct Things {
    owner: Client,
    network: String,
    version: String,
    run: String,
    result: String,
    job: String,
    mapping: String,
    grantee: String,
    viewer_key: String,
}

impl Things {
    /// A value of a path's parameter. What a request ends or takes away is made for it alone.
    fn value(&self, operation: &str, parameter: &str) -> String {
        let owner = &self.owner;
        let post = |path: &str, body: Value| owner.post(path, &body);
        match (operation, parameter) {
            ("delete_network", _) => id(&post("/api/v1/networks", json!({ "name": "to go" })).expect(201).json()),
            ("delete_mapping", _) => {
                let name = format!("m{}", std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos());
                id(&post("/api/v1/mappings", json!({ "name": name, "mapping": {} })).expect(201).json())
            }
            ("delete_run" | "cancel_job", _) => {
                let run = post("/api/v1/runs", json!({ "version": self.version, "options": { "draws": 0 } })).expect(202).json();
                if operation == "delete_run" { id(&run) } else { run["job"].as_str().unwrap().to_owned() }
            }
            ("delete_result", _) => {
                let path = format!("/api/v1/runs/{}/what-ifs", self.run);
                id(&post(
                    &path,
                    json!({ "scenarios": [{ "name": "n", "actions": [{ "action": "remediate", "site": "VW-27" }] }], "draws": 0 }),
                )
                .expect(202)
                .json())
            }
            ("revoke_key" | "rotate_key", _) => {
                id(&post("/api/v1/keys", json!({ "name": "k", "role": "viewer" })).expect(201).json()["key"])
            }
            ("revoke_grant", _) => {
                let body = json!({ "run": self.run, "grantee": self.grantee, "redaction": "aggregate", "days": 1 });
                id(&post("/api/v1/grants", body).expect(201).json())
            }
            ("end_session", _) => {
                let link = post("/api/v1/links", json!({ "role": "viewer" })).expect(201).json()["url"].as_str().unwrap().to_owned();
                Client::new(&owner.url, None).get(&link).expect(200);
                id(&owner.get("/api/v1/sessions?limit=1").expect(200).json()["items"][0])
            }
            (_, "network") => self.network.clone(),
            (_, "version") => self.version.clone(),
            (_, "run") => self.run.clone(),
            (_, "result") => self.result.clone(),
            (_, "job") => self.job.clone(),
            (_, "mapping") => self.mapping.clone(),
            (_, "organisation") => self.grantee.clone(),
            (_, "key") => self.viewer_key.clone(),
            (_, "site") => "HC-11".to_owned(),
            (_, "role") if operation == "get_result_file" => "output".to_owned(),
            (_, "role") if operation == "get_run_file" => "folder".to_owned(),
            (_, "role") => "input".to_owned(),
            (_, "name") if operation == "get_result_file" => "plan.json".to_owned(),
            (_, "name") => "sites.csv".to_owned(),
            (_, "table") => "parameters".to_owned(),
            (_, "model") => {
                let models = owner.get("/api/v1/models").expect(200).json();
                models["items"][0]["model"].as_str().unwrap().to_owned()
            }
            (_, other) => panic!("{operation}: no value for {{{other}}}"),
        }
    }

    /// What has to stand in the query.
    fn query(&self, operation: &str) -> String {
        match operation {
            "search_sites" => "?text=sialkot".to_owned(),
            "compare_runs" => format!("?before={}", self.run),
            "upload_version" => "?name=sites.csv".to_owned(),
            "get_answers_template" => "?frameworks=csddd".to_owned(),
            _ => String::new(),
        }
    }

    /// Sends a request that would succeed for who may.
    fn send(&self, who: &Client, operation: &str, method: &str, path: &str) -> u16 {
        let entry = json!({ "site_id": "HC-11", "date": "2026-11-20", "method": "home_visit", "finding": "not_found" });
        let body = match operation {
            "create_network" | "rename_network" | "create_organisation" | "rename_organisation" => json!({ "name": "A name" }),
            "create_mapping" => json!({ "name": format!("m {:?}", std::time::Instant::now()), "mapping": {} }),
            "change_mapping" => json!({ "name": "saved", "mapping": { "sites": { "workers": "Staff" } } }),
            "create_run" => json!({ "version": self.version, "options": { "draws": 0 } }),
            "create_what_if" => {
                json!({ "scenarios": [{ "name": "n", "actions": [{ "action": "remediate", "site": "VW-27" }] }], "draws": 0 })
            }
            "create_plan" => json!({ "for": "brand", "buyer": "BR-01" }),
            "create_export" => json!({ "table": "sites", "form": "xlsx" }),
            "create_report" => json!({ "for": "brand", "formats": ["json"] }),
            "add_evidence" => json!({ "entries": [{ "entry": entry }] }),
            "create_key" | "create_organisation_key" => json!({ "name": "k", "role": "viewer" }),
            "create_grant" => json!({ "run": self.run, "grantee": self.grantee, "redaction": "aggregate", "days": 1 }),
            "create_link" => json!({ "role": "viewer" }),
            "rotate_key" | "create_matches" | "create_model_card" => json!({}),
            "create_contributions" => json!({ "buyers": ["BR-01"] }),
            "create_pack_diff" => json!({ "before": "builtin", "after": "world" }),
            "upload_pack" => {
                let descriptor = br#"{ "name": "mine", "version": "1", "resources": [] }"#;
                return who.form(path, &[("file", Some("datapackage.json"), descriptor)]).status;
            }
            "upload_version" => {
                let bytes = std::fs::read(example("sialkot/sites.csv")).unwrap();
                return who.send(method, path, Some("text/csv"), &bytes).status;
            }
            "create_learned" => {
                let plan = json!({ "plans": [self.result] }).to_string();
                return who.form(path, &[("options", None, plan.as_bytes()), ("findings", Some("f.csv"), b"site_id\nHC-11\n")]).status;
            }
            "create_qualification" => {
                let bytes = std::fs::read(example("law/findings.csv")).unwrap();
                return who.form(path, &[("options", None, br#"{"country":"PK"}"#), ("findings", Some("f.csv"), &bytes)]).status;
            }
            _ => {
                let kind = (method != "GET").then_some("application/json");
                return who.send(method, path, kind, &[]).status;
            }
        };
        who.send(method, path, Some("application/json"), body.to_string().as_bytes()).status
    }
}

fn key(client: &Client, path: &str, role: &str) -> Value {
    client.post(path, &json!({ "name": role, "role": role })).expect(201).json()
}

#[test]
fn every_route_lets_in_whom_the_table_says() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(
        &root.path().join("data"),
        &["--set", "limits.sign_ins_per_minute=100000", "--set", "limits.requests_per_minute=100000"],
    );
    let owner = server.owner();
    let version = owner.upload_folder("Sialkot", &example("sialkot"), &json!({ "as_of": "2026-11-23" }));
    assert_eq!(version["state"], "ready", "{version}");
    let run = owner.score(&id(&version), &json!({ "draws": 0 }));
    assert_eq!(run["state"], "ready", "{run}");
    let plan = owner.post(&format!("/api/v1/runs/{}/plans", id(&run)), &json!({ "for": "brand", "buyer": "BR-01" })).expect(202).json();
    owner.finished(plan["job"].as_str().unwrap());
    let mapping = owner.post("/api/v1/mappings", &json!({ "name": "saved", "mapping": {} })).expect(201).json();
    let grantee = id(&owner.post("/api/v1/organisations", &json!({ "name": "Other" })).expect(201).json());
    let third = id(&owner.post("/api/v1/organisations", &json!({ "name": "Third" })).expect(201).json());
    // the other tenant's admin was granted nothing of the run: grants of this test go to a third
    let other = key(&owner, &format!("/api/v1/organisations/{grantee}/keys"), "admin");
    let viewer = key(&owner, "/api/v1/keys", "viewer");
    let revoked = key(&owner, "/api/v1/keys", "admin");
    owner.send("POST", &format!("/api/v1/keys/{}/revoke", id(&revoked["key"])), None, &[]).expect(200);
    let secret = |made: &Value| server.client(made["secret"].as_str());
    let clients = [owner.clone(), secret(&viewer), secret(&other), server.client(None), secret(&revoked)];
    let things = Things {
        network: version["network"].as_str().unwrap().to_owned(),
        version: id(&version),
        run: id(&run),
        result: id(&plan),
        job: run["job"].as_str().unwrap().to_owned(),
        mapping: id(&mapping),
        grantee: third,
        viewer_key: id(&viewer["key"]),
        owner: owner.clone(),
    };

    let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/openapi.json")).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut found: BTreeMap<String, [u16; 5]> = BTreeMap::new();
    for (pattern, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            let method = method.to_uppercase();
            let mut path = pattern.clone();
            while let Some(from) = path.find('{') {
                let to = path.find('}').unwrap();
                let value = things.value(name, &path[from + 1..to]);
                path.replace_range(from..=to, &value);
            }
            path += &things.query(name);
            let mut row = [0; 5];
            // those who may not come first: what they ask for is still there
            for k in [3, 4, 2, 1, 0] {
                row[k] = things.send(&clients[k], name, &method, &path);
            }
            assert!(row.iter().all(|s| *s < 500), "{name}: {row:?}");
            found.insert(name.to_owned(), row);
        }
    }

    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access.csv");
    let mut now = format!("operation,{}\n", WHO.join(","));
    for (name, row) in &found {
        writeln!(now, "{name},{}", row.map(|s| s.to_string()).join(",")).unwrap();
    }
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        std::fs::write(&table, &now).unwrap();
    }
    let expected = std::fs::read_to_string(&table).unwrap_or_default();
    let mut wrong = Vec::new();
    let rows: BTreeMap<&str, &str> = expected.lines().skip(1).filter_map(|l| l.split_once(',')).collect();
    for line in now.lines().skip(1) {
        let (name, row) = line.split_once(',').unwrap();
        match rows.get(name) {
            None => wrong.push(format!("{name}: no row in access.csv")),
            Some(before) if *before != row => wrong.push(format!("{name}: {row}, expected {before}")),
            _ => {}
        }
    }
    wrong.extend(rows.keys().filter(|name| !found.contains_key(**name)).map(|name| format!("{name}: a row without a route")));
    assert!(wrong.is_empty(), "({})\n{}", WHO.join(","), wrong.join("\n"));

    // the table itself: nobody gets in without a key, and nothing of another tenant is found
    for (name, row) in &found {
        let open = matches!(name.as_str(), "end_self");
        assert!(open || (row[3] == 401 && row[4] == 401), "{name}: {row:?}");
        let own = document["paths"].as_object().unwrap().iter().any(|(path, item)| {
            let here = item.as_object().unwrap().values().any(|o| o["operationId"] == name.as_str());
            here && ["{network}", "{version}", "{run}", "{result}", "{job}", "{mapping}", "{key}", "{grant}", "{session}"]
                .iter()
                .any(|p| path.contains(p))
        });
        assert!(!own || row[2] == 404, "{name}: another tenant gets {}", row[2]);
    }
}

#[test]
fn keys_are_held_to_roles_and_scopes_and_can_be_replaced() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let made = |body: Value| owner.post("/api/v1/keys", &body).expect(201).json();
    let uploads = made(json!({ "name": "uploads", "role": "analyst", "scopes": ["networks"], "days": 1 }));
    let client = server.client(uploads["secret"].as_str());
    client.get("/api/v1/networks").expect(200);
    client.get("/api/v1/runs").problem(403, "not_allowed");
    client.get("/api/v1/keys").problem(403, "not_allowed");
    // no key makes one that may more than itself
    let admin = made(json!({ "name": "admin", "role": "admin" }));
    let admin = server.client(admin["secret"].as_str());
    admin.post("/api/v1/keys", &json!({ "name": "more", "role": "admin", "scopes": ["operation"] })).problem(422, "invalid");
    admin.post("/api/v1/organisations", &json!({ "name": "x" })).problem(403, "not_allowed");
    // replaced: both work for the overlap, a third at once does not
    let path = format!("/api/v1/keys/{}/rotate", id(&uploads["key"]));
    let newer = owner.post(&path, &json!({ "overlap_hours": 1 })).expect(201).json();
    client.get("/api/v1/networks").expect(200);
    server.client(newer["secret"].as_str()).get("/api/v1/networks").expect(200);
    owner.post(&path, &json!({})).problem(409, "conflict");
    let none = made(json!({ "name": "none", "role": "viewer" }));
    let gone = owner.post(&format!("/api/v1/keys/{}/rotate", id(&none["key"])), &json!({ "overlap_hours": 0 })).expect(201).json();
    server.client(none["secret"].as_str()).get("/api/v1/networks").problem(401, "not_signed_in");
    server.client(gone["secret"].as_str()).get("/api/v1/networks").expect(200);
    // secrets are in no list
    let listed = owner.get("/api/v1/keys").expect(200).text();
    assert!(!listed.contains(uploads["secret"].as_str().unwrap()));
}

#[test]
fn grants_show_what_they_say_until_they_end() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let version = owner.upload_folder("Sialkot", &example("sialkot"), &json!({ "as_of": "2026-11-23" }));
    let run = id(&owner.score(&id(&version), &json!({ "draws": 0 })));
    let other = id(&owner.post("/api/v1/organisations", &json!({ "name": "Department" })).expect(201).json());
    let key = key(&owner, &format!("/api/v1/organisations/{other}/keys"), "viewer");
    let theirs = server.client(key["secret"].as_str());
    let base = format!("/api/v1/runs/{run}");
    theirs.get(&base).problem(404, "not_found");
    let grant = |level: &str| {
        let body = json!({ "run": run, "grantee": other, "redaction": level, "days": 1 });
        id(&owner.post("/api/v1/grants", &body).expect(201).json())
    };
    let reads = |paths: &[&str]| paths.iter().map(|p| theirs.get(&format!("{base}{p}")).status).collect::<Vec<_>>();
    let paths = ["", "/summary", "/sites", "/sites/HC-11/explanation", "/record", "/export", "/files", "/files/folder/packs_used.csv"];

    let aggregate = grant("aggregate");
    assert_eq!(reads(&paths), [200, 200, 403, 403, 403, 403, 403, 403]);
    let shown = theirs.get(&format!("{base}/summary")).expect(200);
    let text = shown.text();
    assert_eq!(shown.json()["audience"], "public");
    assert!(!text.contains("HC-11") && !text.contains("BR-01"), "sites are named");
    assert_eq!(theirs.get(&base).expect(200).json()["summary"], Value::Null);
    // of what is left out not even the name is told, and of few sites no number
    let ids = |rows: &Value, key: &str| -> Vec<String> {
        rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
    };
    for (kind, key) in [("districts", "district"), ("sectors", "sector")] {
        let named: Vec<String> = shown.json()["names"][kind].as_object().unwrap().keys().cloned().collect();
        let mut listed = ids(&shown.json()[kind], key);
        listed.sort();
        assert!(!listed.is_empty() && named == listed, "{kind}: {named:?} {listed:?}");
    }
    assert_eq!(shown.json()["names"]["countries"], json!({}));
    assert_eq!(shown.json()["coverage"]["in_cycles"], Value::Null);
    // rows of few sites or children are kept back, which the owner sees
    let whole = owner.get(&format!("{base}/summary")).expect(200).json();
    assert!(whole["coverage"]["in_cycles"].as_u64().is_some_and(|n| (1..10).contains(&n)), "{}", whole["coverage"]);
    assert!(whole["names"]["districts"].as_object().unwrap().len() > shown.json()["names"]["districts"].as_object().unwrap().len());
    for rows in ["districts", "sectors"] {
        let (shown, whole) = (shown.json()[rows].as_array().unwrap().clone(), whole[rows].as_array().unwrap().clone());
        let small = |r: &&Value| r["sites"].as_u64().unwrap() < 10;
        assert!(whole.iter().any(|r| small(&r)) && !shown.iter().any(|r| small(&r)), "{rows}: {shown:?}");
        let left_out: usize = whole
            .iter()
            .filter(|w| !shown.iter().any(|s| s["district"] == w["district"] && s["sector"] == w["sector"]))
            .map(|w| w["sites"].as_u64().unwrap() as usize)
            .sum();
        assert!(left_out >= 10, "{rows}: {left_out} sites can be reckoned");
    }
    theirs.post("/api/v1/runs", &json!({ "version": id(&version) })).problem(403, "not_allowed");

    let none = grant("no_sites");
    assert_eq!(reads(&paths), [200, 200, 403, 403, 403, 403, 403, 403]);
    let sums = theirs.get(&format!("{base}/summary")).expect(200).text();
    assert!(!sums.contains("HC-11") && !sums.contains("BR-01"), "sites are named");

    let full = grant("full");
    assert_eq!(reads(&paths), [200; 8]);
    assert_eq!(theirs.get("/api/v1/granted").expect(200).json()["items"].as_array().unwrap().len(), 3);
    // who read is told to the owner as an organisation
    let seen = owner.get("/api/v1/audit?action=site.explain").expect(200).json();
    assert_eq!(seen["items"][0]["principal"], other);
    assert!(theirs.get("/api/v1/audit").status == 403);

    for grant in [full, none, aggregate] {
        owner.send("POST", &format!("/api/v1/grants/{grant}/revoke"), None, &[]).expect(200);
    }
    assert_eq!(reads(&paths), [404; 8]);
}

#[test]
fn a_key_held_to_access_takes_over_no_other() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let held = owner.post("/api/v1/keys", &json!({ "name": "held", "role": "admin", "scopes": ["access"] })).expect(201).json();
    let held = server.client(held["secret"].as_str());
    let whole = owner.post("/api/v1/keys", &json!({ "name": "whole", "role": "admin" })).expect(201).json();
    held.post(&format!("/api/v1/keys/{}/rotate", id(&whole["key"])), &json!({})).problem(422, "invalid");
    held.post("/api/v1/keys", &json!({ "name": "more", "role": "admin" })).problem(422, "invalid");
    held.post("/api/v1/links", &json!({ "role": "viewer" })).problem(422, "invalid");
    server.client(whole["secret"].as_str()).get("/api/v1/networks").expect(200);
    // sessions of a link go with the key that made it
    let link = server.client(whole["secret"].as_str()).post("/api/v1/links", &json!({ "role": "viewer" })).expect(201).json();
    let page = server.client(None).get(link["url"].as_str().unwrap()).expect(200);
    let browser = server.client(None).with("Cookie", page.header("set-cookie").unwrap().split(';').next().unwrap());
    browser.get("/api/v1/networks").expect(200);
    owner.send("POST", &format!("/api/v1/keys/{}/revoke", id(&whole["key"])), None, &[]).expect(200);
    browser.get("/api/v1/networks").problem(401, "not_signed_in");
}

#[test]
fn jobs_are_seen_and_stopped_by_who_may_ask_for_them() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let version = owner.upload_folder("Sialkot", &example("sialkot"), &json!({ "as_of": "2026-11-23" }));
    let run = owner.score(&id(&version), &json!({ "draws": 0 }));
    let plan = owner.post(&format!("/api/v1/runs/{}/plans", id(&run)), &json!({ "for": "brand", "buyer": "BR-01" })).expect(202).json();
    let made = |role: &str, scopes: Value| {
        let key = owner.post("/api/v1/keys", &json!({ "name": "k", "role": role, "scopes": scopes })).expect(201).json();
        server.client(key["secret"].as_str())
    };
    let job = |of: &Value| format!("/api/v1/jobs/{}", of["job"].as_str().unwrap());

    let uploads = made("analyst", json!(["networks"]));
    uploads.get(&job(&version)).expect(200);
    for path in [job(&run), format!("{}/events", job(&run)), "/api/v1/jobs?kind=score".to_owned()] {
        uploads.get(&path).problem(403, "not_allowed");
    }
    uploads.post(&format!("{}/cancel", job(&run)), &json!({})).problem(403, "not_allowed");
    let kinds = |client: &Client| {
        let listed = client.get("/api/v1/jobs").expect(200).json();
        let mut kinds: Vec<String> = listed["items"].as_array().unwrap().iter().map(|j| j["kind"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds.join(" ")
    };
    assert_eq!((kinds(&uploads).as_str(), kinds(&owner).as_str()), ("ingest", "ingest plan score"));

    // an analyst sees the inspectors' plan and stops none, as one deletes none; what one may ask for is over already
    let analyst = made("analyst", json!([]));
    analyst.get(&job(&plan)).expect(200);
    analyst.post(&format!("{}/cancel", job(&plan)), &json!({})).problem(403, "not_allowed");
    analyst.delete(&format!("/api/v1/results/{}", id(&plan))).problem(403, "not_allowed");
    analyst.post(&format!("{}/cancel", job(&run)), &json!({})).problem(409, "conflict");

    // what a key without scopes is told
    let refused = analyst.get("/api/v1/organisations").problem(403, "not_allowed");
    assert!(refused["detail"].as_str().unwrap().contains("the role is analyst"), "{refused}");
    let refused = made("admin", json!([])).get("/api/v1/organisations").problem(403, "not_allowed");
    assert!(refused["detail"].as_str().unwrap().contains("none, which is all but operation"), "{refused}");
}
