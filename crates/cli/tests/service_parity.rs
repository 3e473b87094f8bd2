//! What the command line writes and prints comes over HTTP as the same bytes and numbers: packs of users, matches, tables, model cards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use service::{Client, Reply, Server, example, tierlight};

const AS_OF: &str = "2026-11-23";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}"))
}

/// Waits for a result that was asked for.
fn result(client: &Client, asked: Reply) -> Value {
    let asked = asked.expect(202).json();
    client.finished(asked["job"].as_str().unwrap());
    client.get(&format!("/api/v1/results/{}", id(&asked))).expect(200).json()
}

/// A result that is ready.
fn ready(client: &Client, asked: Reply) -> Value {
    let found = result(client, asked);
    assert_eq!(found["state"], "ready", "{found}");
    found
}

/// A file that a job wrote.
fn output(client: &Client, result: &Value, name: &str) -> Vec<u8> {
    client.get(&format!("/api/v1/results/{}/files/output/{}", id(result), name.replace('/', "%2F"))).expect(200).body
}

/// What the program prints as JSON.
fn printed(args: &[&str]) -> Value {
    serde_json::from_str(&tierlight(&[args, &["--format", "json"]].concat())).unwrap()
}

/// What the program prints as JSON, without a key that names a place on disk.
fn printed_without(args: &[&str], key: &str) -> Value {
    let mut found = printed(args);
    assert!(found.as_object_mut().unwrap().remove(key).is_some(), "{found}");
    found
}

/// Refuses a difference between two values, and tells the first.
fn same(found: &Value, said: &Value, at: &str) {
    match (found, said) {
        (Value::Object(x), Value::Object(y)) if x.keys().eq(y.keys()) => {
            x.iter().for_each(|(key, v)| same(v, &y[key], &format!("{at}.{key}")));
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            x.iter().zip(y).enumerate().for_each(|(k, (v, w))| same(v, w, &format!("{at}[{k}]")));
        }
        _ => assert!(found == said, "{at}: over HTTP {found:.300}, on the command line {said:.300}"),
    }
}

fn written(path: &Path, text: &str) -> String {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Files below a folder, by their paths in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(at) = todo.pop() {
        for path in std::fs::read_dir(&at).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                todo.push(path);
            } else {
                out.push((path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()));
            }
        }
    }
    out.sort();
    out
}

/// Sends all files of a folder in a form.
fn send(client: &Client, path: &str, folder: &Path, options: &Value) -> Reply {
    let (files, options) = (files(folder), options.to_string());
    let mut parts: Vec<(&str, Option<&str>, &[u8])> = vec![("options", None, options.as_bytes())];
    parts.extend(files.iter().map(|(name, bytes)| ("file", Some(name.as_str()), bytes.as_slice())));
    client.form(path, &parts)
}

const BASES: &str = "sector_id,country_iso3,base_reported,reporting,base,low,high,derivation,area,year,grade,source_key,note
brick_kilns,PAK,0.2,1,0.2,0.1,0.35,judged,PAK,2026,E,own_assess,invented for a test
";

/// A pack with a base prevalence, and a word for a sector that no other pack has; its tables lie in a folder of their own.
fn pack(root: &Path) -> PathBuf {
    let folder = root.join("mine");
    let resources = json!([
        { "name": "sector_base", "path": "data/sector_base.csv" },
        { "name": "sector_names", "path": "data/sector_names.csv" },
    ]);
    written(&folder.join("datapackage.json"), &json!({ "name": "mine", "version": "1", "resources": resources }).to_string());
    written(&folder.join("data/sector_base.csv"), BASES);
    written(&folder.join("data/sector_names.csv"), "name,sector_id,language\nZzqvillo,brick_kilns,en\n");
    written(&folder.join("README.md"), "# Mine\n");
    folder
}

/// A zip of a folder, under its name.
fn zipped(folder: &Path) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files(folder) {
        let name = format!("{}/{name}", folder.file_name().unwrap().to_str().unwrap());
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
#[allow(clippy::too_many_lines, reason = "one pack from its upload to its card")]
fn packs_of_users() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let folder = pack(root.path());
    let shown = folder.to_str().unwrap();

    // files of a folder, and a zip of it, are the same pack; what is said of it is what the command line says
    let mine = ready(&owner, send(&owner, "/api/v1/packs", &folder, &json!({})));
    assert_eq!((&mine["kind"], &mine["run"]), (&json!("pack"), &Value::Null));
    same(&mine["summary"], &printed(&["packs", "check", shown]), "checked");
    assert_eq!(output(&owner, &mine, "data/sector_base.csv"), BASES.as_bytes());
    let once = owner.with("Idempotency-Key", "pack");
    let zip = || once.send("POST", "/api/v1/packs?name=mine.zip", Some("application/zip"), &zipped(&folder));
    let again = ready(&owner, zip());
    assert_eq!(again["summary"], mine["summary"]);
    assert_eq!(id(&zip().expect(202).json()), id(&again), "done once");

    // one with errors is rejected, with every issue; one without a descriptor is none
    let broken = root.path().join("broken");
    let descriptor = json!({ "name": "broken", "resources": [{ "name": "sector_base", "path": "sector_base.csv" }] });
    written(&broken.join("datapackage.json"), &descriptor.to_string());
    written(&broken.join("sector_base.csv"), &BASES.replace(",0.2,1,0.2", ",0.2,1,7"));
    let rejected = result(&owner, send(&owner, "/api/v1/packs", &broken, &json!({})));
    assert_eq!((&rejected["state"], &rejected["code"]), (&json!("rejected"), &json!("pack")), "{rejected}");
    let check = std::process::Command::new(env!("CARGO_BIN_EXE_tierlight"))
        .args(["packs", "check", broken.to_str().unwrap(), "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(check.status.code(), Some(1));
    same(&rejected["summary"], &serde_json::from_slice(&check.stdout).unwrap(), "refused");
    let question = json!({ "packs": [id(&rejected)] });
    owner.post("/api/v1/model-cards", &question).problem(409, "not_ready");
    owner.form("/api/v1/packs", &[("file", Some("sector_base.csv"), BASES.as_bytes())]).problem(422, "invalid");
    let unreadable = result(&owner, owner.form("/api/v1/packs", &[("file", Some("datapackage.json"), b"[")]));
    assert!(unreadable["state"] == "rejected" && !unreadable.to_string().contains("/work/"), "{unreadable}");

    // packs belong to runs: a key that is held to something else sees none
    for (scope, status) in [("runs", 200), ("results", 403)] {
        let key = owner.post("/api/v1/keys", &json!({ "name": scope, "role": "viewer", "scopes": [scope] })).expect(201).json();
        server.client(key["secret"].as_str()).get(&format!("/api/v1/results/{}", id(&mine))).expect(status);
    }

    // over another pack: the same name twice is an error there as well
    let over = result(&owner, send(&owner, "/api/v1/packs", &folder, &json!({ "packs": [id(&mine)] })));
    assert!(over["state"] == "rejected" && over["summary"].to_string().contains("name_taken"), "{over}");

    // laid over the built-in ones
    let listed = owner.get(&format!("/api/v1/packs?packs={}", id(&mine))).expect(200).json();
    same(&listed, &printed(&["packs", "list", "--pack", shown]), "listed");
    assert_eq!(owner.get("/api/v1/packs").expect(200).json(), printed(&["packs", "list"]));
    for (query, args) in [
        ("sector_names?find=zzq", ["show", "sector_names", "--find", "zzq"].as_slice()),
        ("rates?country=PK&find=kiln", &["show", "rates", "--country", "PK", "--find", "kiln"]),
        ("districts?find=sialkot", &["show", "districts", "--find", "sialkot"]),
    ] {
        let rows = owner.get(&format!("/api/v1/packs/tables/{query}&packs={}", id(&mine))).expect(200).json();
        let said = printed(&[&["packs"], args, &["--pack", shown]].concat());
        same(&rows["items"], &said, query);
        assert!(!said.as_array().unwrap().is_empty(), "{query}");
    }
    owner.get("/api/v1/packs/tables/rates").problem(422, "invalid");
    owner.get("/api/v1/packs/tables/nonsense").problem(404, "not_found");
    owner.get("/api/v1/packs?packs=mine").problem(400, "bad_query");

    // a version that only the pack can read
    let kilns = root.path().join("kilns");
    written(&kilns.join("sites.csv"), "site_id,name,sector,country,workers\nK1,Kiln 1,Zzqvillo,PK,30\nK2,Kiln 2,brick_kilns,PK,40\n");
    let without = owner.upload_folder("without", &kilns, &json!({ "as_of": AS_OF }));
    assert_eq!(without["summary"]["issues"]["error"], 1, "{without}");
    let version = owner.upload_folder("with", &kilns, &json!({ "as_of": AS_OF, "packs": [id(&mine)] }));
    assert!(version["state"] == "ready" && version["summary"]["issues"]["error"].is_null(), "{version}");
    // its runs take the pack by themselves, and named once more it is taken once
    let cli = root.path().join("cli");
    let run_folder = cli.to_str().unwrap();
    let input = kilns.to_str().unwrap();
    tierlight(&["score", input, "-o", run_folder, "--as-of", AS_OF, "--draws", "0", "--pack", shown]);
    for options in [json!({ "draws": 0 }), json!({ "draws": 0, "packs": [id(&mine)] })] {
        let run = owner.score(id(&version), &options);
        same_run(&owner, &run, &cli);
    }

    // a run of one's own packs over those of the version; kinds that are no packs are refused
    let example_version = owner.upload_folder("kilns", &example("kilns"), &json!({ "as_of": AS_OF }));
    let run = owner.score(id(&example_version), &json!({ "draws": 0, "packs": [id(&mine)] }));
    let second = root.path().join("second");
    let kilns_example = example("kilns");
    let kilns_example = kilns_example.to_str().unwrap();
    tierlight(&["score", kilns_example, "-o", second.to_str().unwrap(), "--as-of", AS_OF, "--draws", "0", "--pack", shown]);
    same_run(&owner, &run, &second);

    // two packs held against each other, with a run
    let diff = json!({ "before": "builtin", "after": id(&mine), "country": "PK", "run": id(&run) });
    let diff = ready(&owner, owner.post("/api/v1/packs/diffs", &diff));
    let said = printed(&["packs", "diff", "builtin", shown, "--country", "PK", "--run", second.to_str().unwrap()]);
    same(&diff["summary"], &said, "diff");
    assert_eq!((&diff["kind"], &diff["run"]), (&json!("pack-diff"), &run["id"]));
    owner.post("/api/v1/packs/diffs", &json!({ "before": "builtin", "after": id(&diff) })).problem(422, "invalid");
    owner.post("/api/v1/packs/diffs", &json!({ "before": "nothing", "after": "world" })).problem(400, "bad_json");

    // the card of the method with it
    let card = ready(&owner, owner.post("/api/v1/model-cards", &json!({ "packs": [id(&mine)] })));
    let path = root.path().join("card.md");
    let figures = printed(&["validate", "--pack", shown, "-o", path.to_str().unwrap()]);
    same(&card["summary"], &figures, "figures");
    assert!(output(&owner, &card, "card.md") == std::fs::read(&path).unwrap());

    // qualifications take packs and a map
    let findings = std::fs::read_to_string(example("law/findings.csv")).unwrap();
    let (header, rest) = findings.split_once('\n').unwrap();
    let first = header.split(',').next().unwrap();
    let renamed = format!("{}\n{rest}", header.replacen(first, "Kennung", 1));
    let map = json!({ "findings": { first: "Kennung" } });
    let options = json!({ "country": "PK", "date": AS_OF, "map": map, "packs": [id(&mine)] }).to_string();
    let parts: [(&str, Option<&str>, &[u8]); 2] =
        [("options", None, options.as_bytes()), ("findings", Some("findings.csv"), renamed.as_bytes())];
    let ruled = ready(&owner, owner.form("/api/v1/qualifications", &parts));
    let table = written(&root.path().join("findings.csv"), &renamed);
    let map = written(&root.path().join("map.json"), &map.to_string());
    let rulings = root.path().join("rulings.csv");
    let args = ["--country", "PK", "--date", AS_OF, "--map", &map, "--pack", shown, "-o", rulings.to_str().unwrap()];
    same(&ruled["summary"], &printed(&[&["qualify", table.as_str()], args.as_slice()].concat()), "ruled");
    assert!(output(&owner, &ruled, "rulings.csv") == std::fs::read(&rulings).unwrap());
}

/// A run is byte for byte what the command line wrote.
fn same_run(client: &Client, run: &Value, folder: &Path) {
    assert_eq!(run["state"], "ready", "{run}");
    for (query, file) in [("table=sites", "sites.csv"), ("table=scores", "scores.csv"), ("table=links", "links.csv")] {
        let export = client.get(&format!("/api/v1/runs/{}/export?{query}", id(run))).expect(200);
        assert!(export.body == std::fs::read(folder.join(file)).unwrap(), "{file} differs");
    }
    let record = client.get(&format!("/api/v1/runs/{}/record", id(run))).expect(200).json();
    let said: Value = serde_json::from_slice(&std::fs::read(folder.join("run.json")).unwrap()).unwrap();
    same(&record, &said, "record");
}

const LIST: &str = "site_id,name,address,country,district,sector,workers
B2,Zarmin Textile Mills (Pvt) Ltd,\"Plot 14-B, Korva Road\",PK,Faisalabad,spinning,100
A1,ZARMIN TEX MILL PRIVATE LIMITED,\"Plot No. 14-B Korva Rd, Faisalabad\",Pakistan,Faisalabd,spinning,
A3,Zarmin Textile Mills Unit-II,\"Plot 90, Samundri Bypass\",PK,Faisalabad,spinning,
A4,Behtal Sports,Daska Rd,PK,Siyalkot,spinning,
";
const REGISTER: &str = "site_id,name,address,country,district,sector
R7,Zarmin Textile Mills,\"Plot 14-B, Korva Road\",PK,Faisalabad,spinning
R9,Somebody Else,Elsewhere,PK,Lahore,spinning
";

#[test]
fn matches_are_found_reviewed_and_scored_with() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let (list, register) = (root.path().join("list"), root.path().join("register"));
    written(&list.join("sites.csv"), LIST);
    let other = written(&register.join("sites.csv"), REGISTER);
    written(&list.join("links.csv"), "supplier_id,buyer_id,share\nB2,A4,0.3\nA1,A4,0.3\nA4,A3,0.2\n");
    let version = owner.upload_folder("list", &list, &json!({ "as_of": AS_OF, "sector": "spinning" }));
    let against = owner.upload_folder("register", &register, &json!({ "as_of": AS_OF }));
    let path = format!("/api/v1/versions/{}/matches", id(&version));
    let table = |name: &str| root.path().join(name).join("matches.csv").to_str().unwrap().to_owned();
    for name in ["inside", "beside"] {
        std::fs::create_dir(root.path().join(name)).unwrap();
    }

    let inside = ready(&owner, owner.post(&path, &json!({})));
    let said = printed_without(&["match", list.to_str().unwrap(), "-o", &table("inside")], "table");
    same(&inside["summary"], &said, "inside");
    assert_eq!(inside["version"], version["id"]);
    assert!(output(&owner, &inside, "matches.csv") == std::fs::read(table("inside")).unwrap());
    let beside = ready(&owner, owner.post(&path, &json!({ "against": id(&against) })));
    let args = ["match", list.to_str().unwrap(), "--against", &other, "-o", &table("beside")];
    same(&beside["summary"], &printed_without(&args, "table"), "beside");
    assert!(output(&owner, &beside, "matches.csv") == std::fs::read(table("beside")).unwrap());
    let found = owner.get(&format!("/api/v1/results?kind=matches&version={}", id(&version))).expect(200).json();
    assert_eq!(found["items"].as_array().unwrap().len(), 2);

    // a person accepts a pair; the run takes the table
    let reviewed = String::from_utf8(output(&owner, &inside, "matches.csv")).unwrap().replace("potential", "match");
    let reviewed = answered(&reviewed);
    written(Path::new(&table("inside")), &reviewed);
    let cli = root.path().join("cli");
    let shown = cli.to_str().unwrap();
    let score = ["--as-of", AS_OF, "--draws", "0", "--sector", "spinning", "--matches", &table("inside")];
    tierlight(&[&["score", list.to_str().unwrap(), "-o", shown], score.as_slice()].concat());
    let question = json!({ "version": id(&version), "options": { "draws": 0 } }).to_string();
    let form = |client: &Client, table: &str| {
        client.form("/api/v1/runs", &[("options", None, question.as_bytes()), ("matches", Some("reviewed.csv"), table.as_bytes())])
    };
    let once = owner.with("Idempotency-Key", "with-matches");
    let run = form(&once, &reviewed).expect(202).json();
    assert_eq!(id(&form(&once, &reviewed).expect(202).json()), id(&run));
    form(&once, &reviewed.replace("yes", "no")).problem(409, "idempotency_key_reused");
    owner.finished(run["job"].as_str().unwrap());
    let run = owner.get(&format!("/api/v1/runs/{}", id(&run))).expect(200).json();
    same_run(&owner, &run, &cli);
    let sites_of = |run: &Value| owner.get(&format!("/api/v1/runs/{}/sites", id(run))).expect(200).json()["total"].as_u64().unwrap();
    assert!(sites_of(&run) < sites_of(&owner.score(id(&version), &json!({ "draws": 0 }))), "entries became one site");
    let kept = owner.get(&format!("/api/v1/runs/{}/files", id(&run))).expect(200).json();
    assert!(kept["items"].as_array().unwrap().iter().any(|f| f["role"] == "input" && f["name"] == "matches.csv"), "{kept}");
    owner.form("/api/v1/runs", &[("options", None, question.as_bytes()), ("teams", Some("t.csv"), b"x\n")]).problem(422, "invalid");

    // a network takes what was made of it along, also where it was only held against
    owner.delete(&format!("/api/v1/networks/{}", against["network"].as_str().unwrap())).expect(204);
    owner.get(&format!("/api/v1/results/{}", id(&beside))).problem(404, "not_found");
    owner.get(&format!("/api/v1/results/{}", id(&inside))).expect(200);
}

/// The table with yes under accept in the row of A1 and B2, and no in all others.
fn answered(table: &str) -> String {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (accept, left, right) = (at("accept"), at("left_id"), at("right_id"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    let mut yes = 0;
    for row in reader.records().map(Result::unwrap) {
        let mut cells: Vec<&str> = row.iter().collect();
        let meant = (cells[left], cells[right]) == ("A1", "B2");
        yes += usize::from(meant);
        if !cells[right].is_empty() {
            cells[accept] = if meant { "yes" } else { "no" };
        }
        writer.write_record(&cells).unwrap();
    }
    assert_eq!(yes, 1, "{table}");
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn tables_of_many_buyers_and_rounds_of_visits() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let folder = example("sialkot");
    let version = owner.upload_folder("Sialkot", &folder, &json!({ "as_of": AS_OF }));
    let run = owner.score(id(&version), &json!({ "draws": 0 }));
    let base = format!("/api/v1/runs/{}", id(&run));
    let cli = root.path().join("cli");
    let shown = cli.to_str().unwrap();
    tierlight(&["score", folder.to_str().unwrap(), "-o", shown, "--as-of", AS_OF, "--draws", "0"]);

    // contributions
    for (question, args) in [
        (json!({ "top": 5, "hazard": "forced" }), ["--all-buyers", "--top", "5", "--hazard", "forced"].as_slice()),
        (json!({ "buyers": ["BR-01", "EX-01"] }), &["--buyer", "BR-01", "--buyer", "EX-01"]),
    ] {
        let asked = ready(&owner, owner.post(&format!("{base}/contributions"), &question));
        let table = root.path().join("contributions.csv");
        let all = [&["trace", shown, "-o", table.to_str().unwrap(), "--force"], args].concat();
        same(&asked["summary"], &printed_without(&all, "table"), "contributions");
        assert!(output(&owner, &asked, "contributions.csv") == std::fs::read(&table).unwrap());
    }
    let nobody = result(&owner, owner.post(&format!("{base}/contributions"), &json!({ "buyers": ["nobody"] })));
    assert!(nobody["state"] == "failed" && !nobody["message"].as_str().unwrap().contains("/data/"), "{nobody}");

    // answers that only who files a report has
    let template = owner.get(&format!("{base}/answers?frameworks=csddd,lksg")).expect(200).body;
    let path = root.path().join("answers.toml");
    let args = ["--for", "brand", "--framework", "csddd,lksg", "--suggest-answers", path.to_str().unwrap()];
    tierlight(&[&["report", shown], args.as_slice()].concat());
    assert!(template == std::fs::read(&path).unwrap());
    owner.get(&format!("{base}/answers?frameworks=nonsense")).problem(422, "invalid");

    // two rounds of visits, learned from together; plans take packs
    let mine = pack(root.path());
    let taken = ready(&owner, send(&owner, "/api/v1/packs", &mine, &json!({})));
    let teams = std::fs::read(folder.join("inspectors.csv")).unwrap();
    let mut rounds = Vec::new();
    for month in ["2026-12", "2027-01"] {
        let options = json!({ "month": month, "random_share": 1.0, "packs": [id(&taken)] }).to_string();
        let parts: [(&str, Option<&str>, &[u8]); 2] = [("options", None, options.as_bytes()), ("teams", Some("t.csv"), &teams)];
        let plan = ready(&owner, owner.form(&format!("{base}/plans"), &parts));
        let (folder, table) = (root.path().join(month), folder.join("inspectors.csv"));
        let (to, table, mine) = (folder.to_str().unwrap(), table.to_str().unwrap(), mine.to_str().unwrap());
        tierlight(&["plan", shown, "--teams", table, "--month", month, "--random-share", "1", "--pack", mine, "-o", to]);
        let visits = output(&owner, &plan, "visits.csv");
        assert!(visits == std::fs::read(folder.join("visits.csv")).unwrap(), "visits of {month} differ");
        let (findings, count) = found(&visits);
        assert!(count > 3, "{count} visits");
        let path = written(&root.path().join(format!("{month}.csv")), &findings);
        rounds.push((plan, folder, findings, path));
    }
    let question = json!({ "plans": [id(&rounds[0].0), id(&rounds[1].0)], "date": "2027-02-01" }).to_string();
    let parts: Vec<(&str, Option<&str>, &[u8])> = vec![
        ("options", None, question.as_bytes()),
        ("findings", Some("f.csv"), rounds[0].2.as_bytes()),
        ("findings", Some("f.csv"), rounds[1].2.as_bytes()),
    ];
    owner.form(&format!("{base}/learned"), &parts[..2]).problem(422, "invalid");
    let learned = ready(&owner, owner.form(&format!("{base}/learned"), &parts));
    let pack = root.path().join("learned");
    let mut args = vec!["learn", shown, "--date", "2027-02-01", "-o", pack.to_str().unwrap()];
    for (_, table, _, path) in &rounds {
        args.extend(["--plan", table.to_str().unwrap(), "--findings", path]);
    }
    tierlight(&args);
    for (name, bytes) in files(&pack) {
        assert!(output(&owner, &learned, &name) == bytes, "{name} differs");
    }
    // what was learned is a pack like any other
    let listed = owner.get(&format!("/api/v1/packs?packs={}", id(&learned))).expect(200).json();
    same(&listed, &printed(&["packs", "list", "--pack", pack.to_str().unwrap()]), "listed");
}

/// Findings of all visits of a plan: every fifth found children.
fn found(visits: &[u8]) -> (String, usize) {
    let mut reader = csv::Reader::from_reader(visits);
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (visit, date) = (at("visit_id"), at("date"));
    let mut out = "visit_id,date,method,finding,girls,boys\n".to_owned();
    let mut count = 0;
    for row in reader.records().map(Result::unwrap) {
        let what = if count % 5 == 0 { "found,1,2" } else { "not_found,," };
        writeln!(out, "{},{},labour_inspection,{what}", &row[visit], &row[date]).unwrap();
        count += 1;
    }
    (out, count)
}

/// Invented names, in Urdu, in Latin letters, and in both.
const NAMED: &str = "site_id,name,sector,country,district
U1,سیالکوٹ سلائی مرکز,soccer_balls,PK,Sialkot
L1,Sialkot Stitching Centre,soccer_balls,PK,Sialkot
U2,بھٹہ حسین,brick_kilns,PK,Lahore
L2,Bhatta Hussain,brick_kilns,PK,Lahore
B1,Zarmin Textile / زرمین ٹیکسٹائل,spinning,PK,Faisalabad
X1,Korva Tannery,leather_tanning,PK,Kasur
";

#[test]
fn sites_are_found_in_both_scripts() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let folder = root.path().join("named");
    written(&folder.join("sites.csv"), NAMED);
    let version = owner.upload_folder("named", &folder, &json!({ "as_of": AS_OF }));
    assert!(version["summary"]["issues"]["error"].is_null(), "{version}");
    let run = owner.score(id(&version), &json!({ "draws": 0 }));
    let by = |text: &str| -> Vec<(String, String)> {
        let encoded: String = text.bytes().fold(String::new(), |mut out, b| {
            write!(out, "%{b:02X}").unwrap();
            out
        });
        let found = owner.get(&format!("/api/v1/runs/{}/search?text={encoded}", id(&run))).expect(200).json();
        let text_of = |hit: &Value, key: &str| hit[key].as_str().unwrap().to_owned();
        found["items"].as_array().unwrap().iter().map(|hit| (text_of(hit, "site_id"), text_of(hit, "by"))).collect()
    };
    let ids = |text: &str| -> Vec<String> {
        let mut ids: Vec<String> = by(text).into_iter().map(|hit| hit.0).collect();
        ids.sort();
        ids
    };
    // by the script it is written in, and by the other
    assert_eq!(by("سلائی مرکز"), [("U1".to_owned(), "name".to_owned())]);
    assert_eq!(ids("سیالکوٹ"), ["L1", "U1"]);
    assert_eq!(ids("sialkot"), ["L1", "U1"]);
    assert_eq!(by("سیالکوٹ")[0], ("U1".to_owned(), "name".to_owned()), "the script that was asked in comes first");
    assert_eq!(by("Sialkot")[1], ("U1".to_owned(), "spelling".to_owned()));
    // a word inside a name, which begins with a letter that counts at the beginning only
    assert_eq!(ids("حسین"), ["L2", "U2"]);
    assert_eq!(ids("hussain"), ["L2", "U2"]);
    assert_eq!(ids("bhatta hussain"), ["L2", "U2"]);
    // one site with both
    assert_eq!(ids("زرمین"), ["B1"]);
    assert_eq!(ids("zarmin textile"), ["B1"]);
    // lists take the same text
    let listed = owner.get(&format!("/api/v1/runs/{}/sites?text=%D8%AD%D8%B3%DB%8C%D9%86&sort=site_id", id(&run))).expect(200).json();
    let listed: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|s| s["site_id"].as_str().unwrap()).collect();
    assert_eq!(listed, ["L2", "U2"]);
    assert!(ids("ماہی گیر").is_empty());
}
