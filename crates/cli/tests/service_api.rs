//! A whole path through the API of the built program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use service::{Server, example, tierlight};

const AS_OF: &str = "2026-11-23";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[test]
#[allow(clippy::too_many_lines, reason = "one path from start to end")]
fn from_the_first_start_to_a_report() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let server = Server::start(&data, &[]);
    let owner = server.owner();

    // a key is shown once; what is kept of it is a digest
    let key = server.key.clone().unwrap();
    let kept = std::fs::read(data.join("tierlight.db")).unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains(&key[3..]), "the key is in the database");

    // the link opens the app once
    let stranger = server.client(None);
    let page = stranger.get(&server.link).expect(200);
    let cookie = page.header("set-cookie").unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    stranger.get(&server.link).problem(401, "not_signed_in");
    let browser = stranger.with("Cookie", cookie.split(';').next().unwrap());
    assert!(browser.get("/").expect(200).text().contains("admin of My organisation"));
    let myself = browser.get("/api/v1/session").expect(200).json();
    browser.post("/api/v1/networks", &json!({ "name": "Forged" })).problem(403, "forged");
    browser.with("X-CSRF-Token", myself["csrf"].as_str().unwrap()).post("/api/v1/networks", &json!({ "name": "Browser" })).expect(201);
    browser.delete("/api/v1/session").problem(403, "forged");

    // upload of an example
    let folder = example("sialkot");
    let version = owner.upload_folder("Sialkot", &folder, &json!({ "as_of": AS_OF }));
    assert_eq!(version["state"], "ready", "{version}");
    let preview = owner.get(&format!("/api/v1/versions/{}/preview", id(&version))).expect(200).json();
    assert_eq!(preview["mapping"]["sites"]["site_id"], "site_id");
    let sites = preview["preview"].as_array().unwrap().iter().find(|t| t["table"] == "sites").unwrap();
    assert!(!sites["rows"].as_array().unwrap().is_empty() && sites["rows"].as_array().unwrap().len() <= 50);

    // the same files are the same version
    let network = version["network"].as_str().unwrap();
    let again = owner.form(
        &format!("/api/v1/networks/{network}/versions"),
        &[("options", None, br#"{"as_of":"2026-11-23"}"#), ("file", Some("sites.csv"), &std::fs::read(folder.join("sites.csv")).unwrap())],
    );
    assert_eq!(again.status, 202, "fewer files are another version: {}", again.text());

    // scored twice under one key: one run
    let ask = json!({ "version": id(&version), "options": { "draws": 40, "seed": 1 } });
    let once = owner.with("Idempotency-Key", "first-score");
    let run = once.post("/api/v1/runs", &ask).expect(202).json();
    assert_eq!(id(&once.post("/api/v1/runs", &ask).expect(202).json()), id(&run));
    once.post("/api/v1/runs", &json!({ "version": id(&version) })).problem(409, "idempotency_key_reused");

    // followed to its end; who comes back gets the rest
    let job = run["job"].as_str().unwrap();
    let events = owner.events(job, None);
    assert_eq!(events.last().unwrap().1, "done", "{events:?}");
    assert!(events.iter().zip(1..).all(|(e, n)| e.0 == n), "numbered without gaps: {events:?}");
    assert!(events.iter().any(|e| e.1 == "running"));
    let rest = owner.events(job, Some(events[0].0));
    assert_eq!(rest, events[1..]);
    assert!(owner.events(job, Some(events.last().unwrap().0)).is_empty());

    let run = owner.get(&format!("/api/v1/runs/{}", id(&run))).expect(200);
    let tag = run.header("etag").unwrap().to_owned();
    let run = run.json();
    assert_eq!(run["state"], "ready", "{run}");
    let base = format!("/api/v1/runs/{}", id(&run));
    owner.with("If-None-Match", &tag).get(&base).expect(304);

    // the same numbers as the command line
    let cli = root.path().join("cli");
    let shown = cli.display().to_string();
    tierlight(&["score", folder.to_str().unwrap(), "-o", &shown, "--as-of", AS_OF, "--draws", "40", "--seed", "1"]);
    let printed = |args: &[&str]| -> Value { serde_json::from_str(&tierlight(&[args, &["--format", "json"]].concat())).unwrap() };
    let explained = owner.get(&format!("{base}/sites/HC-11/explanation?sources=true")).expect(200).json();
    assert_eq!(explained, printed(&["explain", &shown, "--site", "HC-11", "--sources"]));
    let traced = owner.get(&format!("{base}/sites/BR-01/trace")).expect(200).json();
    assert_eq!(traced, printed(&["trace", &shown, "--buyer", "BR-01"]));
    assert_eq!(owner.get(&format!("{base}/sites/BR-01/paths")).expect(200).json(), traced["paths"]);
    assert_eq!(owner.get(&format!("{base}/sites/BR-01/reach")).expect(200).json()["upstream_sites"], traced["upstream_sites"]);
    for (table, form, file) in [
        ("sites", "csv", "sites.csv"),
        ("scores", "parquet", "scores.parquet"),
        ("map", "geojson", "map.geojson"),
        ("network", "graphml", "network.graphml"),
    ] {
        let export = owner.get(&format!("{base}/export?table={table}&form={form}")).expect(200);
        assert!(export.body == std::fs::read(cli.join(file)).unwrap(), "{file} differs");
        assert!(export.header("content-disposition").unwrap().contains(file));
    }
    owner.get(&format!("{base}/export?table=map&form=parquet")).problem(422, "invalid");

    // lists: filtered, in an order, a page at a time
    let first = owner.get(&format!("{base}/sites?limit=7")).expect(200).json();
    let total = first["total"].as_u64().unwrap() as usize;
    let mut ids: Vec<String> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = owner.get(&format!("{base}/sites?sort=-presence&limit=7{cursor}")).expect(200).json();
        let items = page["items"].as_array().unwrap();
        ids.extend(items.iter().map(|s| s["site_id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(ids.len(), total);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), total, "a site is on two pages");
    owner.get(&format!("{base}/sites?sort=presence&limit=7{cursor}")).problem(422, "invalid");
    let homes = owner.get(&format!("{base}/sites?role=home_cluster&presence_at_least=0.5&sort=-expected_children")).expect(200).json();
    assert!(homes["total"].as_u64().unwrap() > 0);
    for site in homes["items"].as_array().unwrap() {
        assert!(site["role"] == "home_cluster" && site["presence"]["child_labour"].as_f64().unwrap() >= 0.5, "{site}");
        assert!(site["presence_interval"]["child_labour"]["p95"].is_number());
    }
    owner.get(&format!("{base}/sites?district=Nowhereabad")).problem(422, "invalid");
    owner.get(&format!("{base}/sites?colour=red")).problem(400, "bad_query");
    owner.get(&format!("{base}/sites/nobody")).problem(404, "no_site");
    let buyers = owner.get(&format!("{base}/buyers")).expect(200).json();
    assert!(buyers["items"].as_array().unwrap().iter().any(|b| b["site_id"] == "BR-01"));
    let links = owner.get(&format!("{base}/links?buyer=BR-01")).expect(200).json();
    assert!(links["items"].as_array().unwrap().iter().all(|l| l["buyer_id"] == "BR-01") && !links["items"].as_array().unwrap().is_empty());
    let agents = owner.get(&format!("{base}/agents")).expect(200).json();
    let linked = std::fs::read_to_string(folder.join("agent_links.csv")).unwrap();
    for agent in agents["items"].as_array().unwrap() {
        let agent = agent["agent_id"].as_str().unwrap();
        let found = owner.get(&format!("{base}/sites?agent={agent}&limit=1000")).expect(200).json();
        let found: BTreeSet<&str> = found["items"].as_array().unwrap().iter().map(|s| s["site_id"].as_str().unwrap()).collect();
        let theirs: BTreeSet<&str> = linked.lines().filter_map(|l| l.strip_prefix(agent)?.strip_prefix(',')?.split(',').next()).collect();
        assert!(!theirs.is_empty() && found == theirs, "{agent}: {found:?}, not {theirs:?}");
    }
    owner.get(&format!("{base}/sites?agent=nobody")).problem(422, "invalid");

    // search in both scripts
    let name = owner.get(&format!("{base}/sites/HC-11")).expect(200).json()["name"].as_str().unwrap().to_owned();
    let word = name.split_whitespace().next().unwrap();
    let found = owner.get(&format!("{base}/search?text={word}")).expect(200).json();
    assert!(found["items"].as_array().unwrap().iter().any(|h| h["site_id"] == "HC-11"), "{word}: {found}");

    // what a change would do, as the command line says
    let what_if = json!({ "scenarios": [{ "name": "close", "actions": [{ "action": "remediate", "site": "VW-27" }] }], "draws": 0 });
    let asked = owner.post(&format!("{base}/what-ifs"), &what_if).expect(202).json();
    owner.finished(asked["job"].as_str().unwrap());
    let result = owner.get(&format!("/api/v1/results/{}", id(&asked))).expect(200).json();
    assert_eq!(result["state"], "ready", "{result}");
    let cli_says = printed(&["whatif", &shown, "--remediate", "VW-27", "--draws", "0"]);
    assert_eq!(result["summary"]["scenarios"][0]["buyers"], cli_says["scenarios"][0]["buyers"]);

    // plan: of a brand, and of an inspectorate with its teams
    let asked = owner.post(&format!("{base}/plans"), &json!({ "for": "brand", "buyer": "BR-01" })).expect(202).json();
    owner.finished(asked["job"].as_str().unwrap());
    let of_brand = owner.get(&format!("/api/v1/results/{}", id(&asked))).expect(200).json();
    assert_eq!(of_brand["state"], "ready", "{of_brand}");
    assert!(of_brand["summary"]["plan"]["buyer"] == "BR-01" && of_brand["summary"].get("folder").is_none(), "{of_brand}");
    owner.post(&format!("{base}/plans"), &json!({ "for": "inspectorate" })).problem(422, "invalid");
    let teams = std::fs::read(folder.join("inspectors.csv")).unwrap();
    let asked = owner
        .form(&format!("{base}/plans"), &[("options", None, br#"{"month":"2027-02"}"#), ("teams", Some("inspectors.csv"), &teams)])
        .expect(202)
        .json();
    owner.finished(asked["job"].as_str().unwrap());
    let plan = owner.get(&format!("/api/v1/results/{}", id(&asked))).expect(200).json();
    assert_eq!(plan["state"], "ready", "{plan}");
    let visits = owner.get(&format!("/api/v1/results/{}/files/output/visits.csv", id(&asked))).expect(200);
    assert!(visits.text().contains("site_id"));

    // report
    let asked = owner
        .post(&format!("{base}/reports"), &json!({ "for": "brand", "frameworks": ["csddd"], "formats": ["html", "xlsx", "json"] }))
        .expect(202)
        .json();
    owner.finished(asked["job"].as_str().unwrap());
    let report = owner.get(&format!("/api/v1/results/{}", id(&asked))).expect(200).json();
    assert_eq!(report["state"], "ready", "{report}");
    let files = owner.get(&format!("/api/v1/results/{}/files", id(&asked))).expect(200).json();
    let names: Vec<&str> = files["items"].as_array().unwrap().iter().filter_map(|f| f["name"].as_str()).collect();
    for ending in [".html", ".xlsx", ".json"] {
        assert!(names.iter().any(|n| n.ends_with(ending)), "{ending}: {names:?}");
    }

    // the brand's plan in its report
    let asked = owner.post(&format!("{base}/reports"), &json!({ "for": "brand", "plan": id(&of_brand), "formats": ["json"] }));
    let asked = asked.expect(202).json();
    owner.finished(asked["job"].as_str().unwrap());
    let findings = owner.get(&format!("/api/v1/results/{}/files/output/brand-en.json", id(&asked))).expect(200).json();
    assert_eq!((&findings["plan"]["for"], &findings["plan"]["buyer"]["id"]), (&json!("brand"), &json!("BR-01")));

    // findings held against rules of law
    let findings = std::fs::read(example("law/findings.csv")).unwrap();
    let asked = owner
        .form(
            "/api/v1/qualifications",
            &[("options", None, br#"{"country":"PK","date":"2026-11-23"}"#), ("findings", Some("f.csv"), &findings)],
        )
        .expect(202)
        .json();
    owner.finished(asked["job"].as_str().unwrap());
    let ruled = owner.get(&format!("/api/v1/results/{}", id(&asked))).expect(200).json();
    assert_eq!(ruled["state"], "ready", "{ruled}");

    // another run, held against the first
    let second = owner.score(id(&version), &json!({ "draws": 0, "seed": 2 }));
    let held = owner.get(&format!("/api/v1/runs/{}/comparison?before={}", id(&second), id(&run))).expect(200).json();
    assert_eq!((&held["presence_count"], &held["basis"]["seed"]["after"]), (&json!(0), &json!(2)), "{held}");

    // the ledger
    let ledger = format!("/api/v1/networks/{network}/evidence");
    let entry = json!({ "site_id": "HC-11", "date": "2026-11-20", "method": "home_visit", "finding": "found", "girls": 2, "boys": 1 });
    let added = owner.post(&ledger, &json!({ "entries": [{ "entry": entry }] })).expect(201).json();
    let first_entry = id(&added["items"][0]).to_owned();
    owner.post(&ledger, &json!({ "entries": [{ "corrects": first_entry }] })).expect(201);
    owner.post(&ledger, &json!({ "entries": [{ "corrects": first_entry }] })).problem(409, "conflict");
    let all = owner.get(&ledger).expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    assert!(all["items"][0]["corrected_by"].is_string());
    assert!(owner.get(&format!("{ledger}?standing=true")).expect(200).json()["items"].as_array().unwrap().is_empty());
    let named = json!({ "entries": [{ "entry": { "site_id": "HC-11", "date": "2026-11-20", "method": "home_visit", "finding": "found", "child_name": "x" } }] });
    owner.post(&ledger, &named).problem(400, "bad_json");

    // who saw which site is on record
    let seen = owner.get("/api/v1/audit?action=site.explain").expect(200).json();
    assert_eq!((&seen["items"][0]["subject"], &seen["items"][0]["sites"]), (&json!(id(&run)), &json!(["HC-11"])));

    // reference and documentation
    let card = owner.get("/api/v1/models").expect(200).json()["items"][0]["card"].as_str().unwrap().to_owned();
    assert!(owner.get(&card).expect(200).text().contains("odel"));
    assert!(owner.get("/api/v1/packs/tables/parameters?find=audit").expect(200).json()["items"].as_array().unwrap().len() > 1);
    assert_eq!(stranger.get("/api/v1/openapi.json").expect(200).json()["openapi"], "3.1.0");
    let docs = stranger.get("/docs/").expect(200);
    assert!(docs.text().contains("swagger-ui") && !docs.text().contains("https://"), "{}", docs.text());
    assert!(docs.header("content-security-policy").unwrap().contains("script-src 'self'"));
    assert!(stranger.get("/metrics").expect(200).text().contains("tierlight_requests_total"));

    // a restart keeps everything
    let log = server.log();
    assert!(!log.contains("HC-11") && !log.contains(&key), "the log holds values or secrets");
    drop(browser);
    let key = server.key.clone();
    assert!(server.stop().as_secs() < 10);
    let server = Server::start(&data, &[]);
    assert!(server.key.is_none(), "the owner's key is made once");
    let owner = server.client(key.as_deref());
    assert_eq!(owner.get(&format!("{base}/sites/HC-11/explanation?sources=true")).expect(200).json(), explained);
}

#[test]
fn settings_are_shown_with_their_origins() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("service.toml");
    std::fs::write(&file, "workers = 2\n[limits]\nuploads = 3\n").unwrap();
    let shown = tierlight(&["config", "show", "--config", file.to_str().unwrap(), "--log", "json", "--format", "json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["workers"]["origin"], file.to_str().unwrap());
    assert_eq!((&shown["log"]["value"], &shown["log"]["origin"]), (&json!("json"), &json!("flag --log")));
    assert_eq!(shown["limits.uploads"]["value"], "3");
    // whatever the environment holds; what looks like a setting and is none is told
    let program = || std::process::Command::new(env!("CARGO_BIN_EXE_tierlight"));
    let broken = <std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(vec![0xff]);
    let output = program().args(["config", "show"]).envs([("X", broken), ("TIERLIGHT_LISTN", "x".into())]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && told.contains("no setting is called TIERLIGHT_LISTN"), "{told}");
    let output = program().args(["serve", "--listen", "0.0.0.0:0", "--data-dir"]).arg(root.path().join("d")).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && error.contains("unencrypted") && error.contains("--behind-proxy"), "{error}");
}
