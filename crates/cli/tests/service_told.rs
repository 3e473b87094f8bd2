//! What the API says when something is wrong is in its own words: fields and requests, never flags of the command line or folders of jobs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use serde_json::{Value, json};
use service::{Client, Server, example};

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

/// Uploads a table and says what became of the version.
fn uploaded(owner: &Client, network: &str, name: &str, table: &str) -> Value {
    let path = format!("/api/v1/networks/{network}/versions?name={name}");
    let version = owner.send("POST", &path, Some("text/csv"), table.as_bytes()).expect(202).json();
    owner.finished(version["job"].as_str().unwrap());
    owner.get(&format!("/api/v1/versions/{}", id(&version))).expect(200).json()
}

/// Refuses words of the command line, and places on disk.
fn ours(text: &str) {
    for theirs in ["--", "`tierlight ", "input/", "files/", "work/"] {
        assert!(!text.contains(theirs), "{theirs}: {text}");
    }
}

#[test]
fn of_uploads() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let network = id(&owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json());

    // names that no pack knows are refused at once
    let upload = |query: &str| {
        let path = format!("/api/v1/networks/{network}/versions?name=sites.csv&{query}");
        owner.send("POST", &path, Some("text/csv"), b"site_id,name\nA,Example\n").problem(422, "invalid")
    };
    let refused = upload("country=Pakistn");
    assert_eq!((&refused["detail"], &refused["hint"]), (&json!("country `Pakistn` is unknown"), &json!("did you mean Pakistan (PAK)?")));
    let refused = upload("country=PK&sector=qqqq");
    assert_eq!(refused["detail"], "sector `qqqq` is unknown");
    ours(&refused.to_string());
    let findings = std::fs::read(example("law/findings.csv")).unwrap();
    let form = [("options", None, br#"{"country":"Narnia"}"#.as_slice()), ("findings", Some("f.csv"), &findings)];
    owner.form("/api/v1/qualifications", &form).problem(422, "invalid");

    // a rejected version says what was found and what to do, there and where its preview is asked for
    let people = uploaded(&owner, &network, "people.csv", "site_id,name,mother_phone\nA,Home A,0300-1234567\nB,Home B,0301-7654321\n");
    let other = uploaded(&owner, &network, "other.csv", "colour,shape\nred,round\n");
    for (version, code, part) in [(&people, "personal_data", "`drop_personal`"), (&other, "no_table", "`options.map`")] {
        let message = version["message"].as_str().unwrap();
        assert!(version["state"] == "rejected" && version["code"] == code && message.contains(part), "{version}");
        ours(message);
        for part in ["preview", "issues"] {
            let refused = owner.get(&format!("/api/v1/versions/{}/{part}", id(version))).problem(409, "not_ready");
            let hint = refused["hint"].as_str().unwrap();
            assert!(hint.contains("upload them again") && !hint.contains("/jobs/"), "{refused}");
        }
    }
    assert!(other["message"].as_str().unwrap().contains("colour, shape"), "the headers are told: {other}");

    // hints of issues, and words that are none
    let table = "site_id,name,sector,country,workers\nS1,Example 1,,PK,5\nS2,Example 2,weaving,PK,7\n";
    let version = uploaded(&owner, &network, "sites.csv", table);
    assert_eq!(version["state"], "ready", "{version}");
    let path = format!("/api/v1/versions/{}/issues", id(&version));
    let issues = owner.get(&format!("{path}?severity=error")).expect(200).json();
    assert_eq!(issues["items"][0]["hint"], "add it, or pass `sector` for rows without one", "{issues}");
    assert_eq!(owner.get(&format!("{path}?severity=info&code=nothing")).expect(200).json()["items"], json!([]));
    owner.get(&format!("{path}?severity=fatal")).problem(400, "bad_query");
}

#[test]
fn of_jobs_and_lists() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let version = owner.upload_folder("Sialkot", &example("sialkot"), &json!({ "as_of": "2026-11-23" }));
    let run = owner.score(&id(&version), &json!({ "draws": 0 }));
    let base = format!("/api/v1/runs/{}", id(&run));
    let failed = |asked: Value| {
        let job = owner.finished(asked["job"].as_str().unwrap());
        assert_eq!(job["state"], "failed", "{job}");
        ours(job["message"].as_str().unwrap());
        job["message"].as_str().unwrap().to_owned()
    };
    let broken: [(&str, Option<&str>, &[u8]); 2] = [("options", None, br#"{"month":"2027-02"}"#), ("teams", Some("t.csv"), b"a,b\n1,2\n")];
    let message = failed(owner.form(&format!("{base}/plans"), &broken).expect(202).json());
    assert!(message.contains("teams.csv"), "{message}");
    let message = failed(owner.post(&format!("{base}/plans"), &json!({ "for": "brand" })).expect(202).json());
    assert!(message.contains("`buyer`"), "{message}");
    let refused = owner.post(&format!("{base}/reports"), &json!({ "for": "brand", "frameworks": ["nope"] })).problem(422, "invalid");
    assert!(refused["detail"].as_str().unwrap().contains("nope"), "{refused}");

    // countries as uploads state them, and hints where a name is not known
    let total = |path: &str| owner.get(&format!("{base}/{path}")).expect(200).json()["total"].as_u64().unwrap();
    for list in ["sites", "agents"] {
        let all = total(&format!("{list}?country=PAK"));
        assert!(all > 0, "{list}");
        for called in ["PK", "pak", "Pakistan", "Islamic%20Republic%20of%20Pakistan"] {
            assert_eq!(total(&format!("{list}?country={called}")), all, "{list} of {called}");
        }
        let refused = owner.get(&format!("{base}/{list}?country=Pakistn")).problem(422, "invalid");
        assert_eq!(refused["hint"], "did you mean Pakistan (PAK)?");
        owner.get(&format!("{base}/{list}?country=XX")).problem(422, "invalid");
        owner.get(&format!("{base}/{list}?district=Nowhereabad")).problem(422, "invalid");
    }
    let hit = owner.get(&format!("{base}/search?text=cluster")).expect(200).json()["items"][0].clone();
    let refused = owner.get(&format!("{base}/sites/cluster")).problem(404, "no_site");
    let near = format!("{} ({})", hit["name"].as_str().unwrap(), hit["site_id"].as_str().unwrap());
    assert!(refused["hint"].as_str().unwrap().contains(&near), "{near}: {refused}");

    // a word that is never noted is no filter of the log
    assert!(!owner.get("/api/v1/audit?action=site.search").expect(200).json()["items"].as_array().unwrap().is_empty());
    owner.get("/api/v1/audit?action=what-if.create").expect(200);
    let refused = owner.get("/api/v1/audit?action=foo").problem(400, "bad_query");
    assert!(refused["hint"].as_str().unwrap().contains("site.explain"), "{refused}");
}

#[test]
fn what_the_document_says_holds() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let (owner, stranger) = (server.owner(), server.client(None));
    // HEAD wherever there is GET, without a body
    let network = owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201);
    let network = network.header("location").unwrap().to_owned();
    for path in ["/livez", "/readyz", "/metrics", "/docs/", "/api/v1/openapi.json", "/api/v1/networks", &network] {
        let (head, get) = (owner.send("HEAD", path, None, &[]), owner.get(path).expect(200));
        assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, get.header("etag")), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
    assert_eq!(stranger.send("HEAD", "/api/v1/networks", None, &[]).status, 401);
    assert_eq!(owner.send("HEAD", "/api/v1/nothing", None, &[]).status, 404);
    assert_eq!(owner.send("PUT", &network, None, &[]).expect(405).header("allow"), Some("GET, PATCH, DELETE, HEAD"));
    // what is made is where its answer says
    let made = owner.post("/api/v1/organisations", &json!({ "name": "Other" })).expect(201);
    assert_eq!(owner.get(made.header("location").unwrap()).expect(200).json(), made.json());
    // every way in which ending one's session is refused
    let document = stranger.get("/api/v1/openapi.json").expect(200).json();
    assert!(document["paths"]["/api/v1/session"]["delete"]["responses"]["403"].is_object());
    // lists come in orders of their own
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let said = schemas.iter().filter(|(name, _)| name.starts_with("Listed")).filter_map(|(_, s)| s["description"].as_str());
    assert!(said.clone().count() > 5 && said.clone().all(|text| !text.contains("newest")), "{:?}", said.collect::<Vec<_>>());
}
