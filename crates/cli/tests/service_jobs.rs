//! Jobs are children of the service: they can be stopped, end with it, and are taken up again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use service::{Client, Server};

/// Sites of a network that takes some seconds to score.
const SITES: &str = "2000";
/// Draws that it is scored with.
const DRAWS: usize = 600;

/// Children of a service, by what they are told to do.
fn children(data: &Path) -> Vec<u32> {
    let folder = data.join("work").display().to_string();
    let ours = |pid: &u32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let stopped = std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "));
        String::from_utf8_lossy(&line).contains(&folder) && !stopped
    };
    let pids = std::fs::read_dir("/proc").unwrap().filter_map(|e| e.unwrap().file_name().to_str()?.parse::<u32>().ok());
    pids.filter(ours).collect()
}

fn within(time: Duration, what: &str, done: impl Fn() -> bool) -> Duration {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < time, "{what} takes longer than {} s", time.as_secs_f64());
        std::thread::sleep(Duration::from_millis(10));
    }
    begun.elapsed()
}

fn kill(signal: &str, pid: u32) {
    assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
}

/// A version that takes some seconds to score.
fn slow_version(client: &Client, folder: &Path) -> String {
    let network = folder.join("network");
    let out = Command::new(env!("CARGO_BIN_EXE_tierlight")).args(["generate", "--sites", SITES, "-o"]).arg(&network).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let version = client.upload_folder("slow", &network, &json!({ "as_of": "2026-11-23" }));
    assert_eq!(version["state"], "ready", "{version}");
    version["id"].as_str().unwrap().to_owned()
}

/// Asks for a run, and waits until its program runs.
fn begun(client: &Client, data: &Path, version: &str, seed: u64) -> Value {
    let question = json!({ "version": version, "options": { "draws": DRAWS, "seed": seed } });
    let run = client.post("/api/v1/runs", &question).expect(202).json();
    let job = format!("/api/v1/jobs/{}", run["job"].as_str().unwrap());
    within(Duration::from_secs(20), "the start of a job", || {
        client.get(&job).expect(200).json()["state"] == "running" && !children(data).is_empty()
    });
    // well into it
    within(Duration::from_secs(20), "the first stage", || client.get(&job).expect(200).json()["share"].as_f64() > Some(0.1));
    run
}

#[test]
fn jobs_stop_end_and_begin_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let flags = ["--set", "shutdown_seconds=1", "--workers", "1"];
    let server = Server::start(&data, &flags);
    let key = server.key.clone();
    let client = server.owner();
    let version = slow_version(&client, folder.path());
    let job_of = |run: &Value| format!("/api/v1/jobs/{}", run["job"].as_str().unwrap());
    let run_of = |run: &Value| format!("/api/v1/runs/{}", run["id"].as_str().unwrap());

    // somebody stops it
    let run = begun(&client, &data, &version, 1);
    client.post(&format!("{}/cancel", job_of(&run)), &json!({})).expect(200);
    within(Duration::from_secs(2), "stopping a job", || client.get(&job_of(&run)).expect(200).json()["state"] == "cancelled");
    assert!(children(&data).is_empty());
    assert_eq!(client.get(&run_of(&run)).expect(200).json()["state"], "cancelled");

    // its run is deleted
    let run = begun(&client, &data, &version, 2);
    client.delete(&run_of(&run)).expect(204);
    within(Duration::from_secs(2), "stopping a job of a deleted run", || children(&data).is_empty());
    client.get(&run_of(&run)).problem(404, "not_found");

    // its program is ended from outside: it is tried again
    let run = begun(&client, &data, &version, 3);
    kill("-KILL", children(&data)[0]);
    within(Duration::from_secs(20), "the second attempt", || client.get(&job_of(&run)).expect(200).json()["attempts"] == 2);
    let done = client.finished(run["job"].as_str().unwrap());
    assert_eq!(done["state"], "done", "{done}");
    client.get(&format!("{}/sites?limit=1", run_of(&run))).expect(200);

    // the service ends in good order: what takes too long waits for the next start, and that was no attempt
    let run = begun(&client, &data, &version, 4);
    let took = server.stop();
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(children(&data).is_empty());
    let server = Server::start(&data, &flags);
    let client = server.client(key.as_deref());
    let done = client.finished(run["job"].as_str().unwrap());
    assert_eq!((&done["state"], &done["attempts"]), (&json!("done"), &json!(1)), "{done}");

    // the service is killed: its children go with it, and what they did is begun anew
    let run = begun(&client, &data, &version, 5);
    kill("-KILL", server.child.id());
    within(Duration::from_secs(2), "the end of children", || children(&data).is_empty());
    drop(server);
    let server = Server::start(&data, &flags);
    let client = server.client(key.as_deref());
    let done = client.finished(run["job"].as_str().unwrap());
    assert_eq!((&done["state"], &done["attempts"]), (&json!("done"), &json!(2)), "{done}");
    within(Duration::from_secs(5), "tidying up", || std::fs::read_dir(data.join("work")).unwrap().count() == 0);
}

#[test]
fn a_relative_folder_and_rejected_rows() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierlight"));
    command.current_dir(folder.path()).args(["serve", "--listen", "127.0.0.1:0", "--data-dir=-data"]);
    let server = Server::of(command, &folder.path().join("-data"));
    let client = server.owner();
    let network = client.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json();
    let table = "site_id,name,sector,country,workers\nS1,Example 1,weaving,PK,5\nS2,=cmd()|x,weaving,PK,many\nS3,Example 3,weaving,PK,-7\n";
    let path = format!("/api/v1/networks/{}/versions?name=sites.csv", network["id"].as_str().unwrap());
    let version = client.send("POST", &path, Some("text/csv"), table.as_bytes()).expect(202).json();
    client.finished(version["job"].as_str().unwrap());
    let path = format!("/api/v1/versions/{}", version["id"].as_str().unwrap());
    let found = client.get(&path).expect(200).json();
    assert_eq!((&found["state"], &found["summary"]["issues"]["error"]), (&json!("ready"), &json!(2)), "{found}");
    let files = client.get(&format!("{path}/files")).expect(200).text();
    assert!(files.contains("rejected/sites.csv"), "{files}");
    let rejected = client.get(&format!("{path}/files/output/rejected%2Fsites.csv")).expect(200).text();
    assert!(rejected.contains(",'=cmd()|x,") && rejected.contains(",-7"), "no formula of an uploader: {rejected}");
    assert_eq!(client.get(&format!("{path}/files/input/sites.csv")).expect(200).text(), table);

    // all that is listed of a run is there to be fetched, rejected rows without formulas
    let run = client.score(version["id"].as_str().unwrap(), &json!({ "draws": 0, "max_rejected": 1.0 }));
    assert_eq!(run["state"], "ready", "{run}");
    let path = format!("/api/v1/runs/{}/files", run["id"].as_str().unwrap());
    let listed = client.get(&path).expect(200).json();
    for file in listed["items"].as_array().unwrap() {
        let name = file["name"].as_str().unwrap();
        let fetched = client.get(&format!("{path}/{}/{}", file["role"].as_str().unwrap(), name.replace('/', "%2F"))).expect(200);
        assert_eq!(fetched.body.len() as u64, file["size"].as_u64().unwrap(), "{name}");
        if name == "rejected/sites.csv" {
            assert!(fetched.text() == rejected, "{}", fetched.text());
        }
    }
    assert!(listed.to_string().contains("rejected/sites.csv") && listed.to_string().contains("packs_used.csv"), "{listed}");
    client.get(&format!("{path}/folder/..%2F..%2Ftierlight.db")).problem(404, "not_found");
    client.get(&format!("{path}/input/packs_used.csv")).problem(404, "not_found");
}

#[test]
fn the_numbers_are_those_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    let client = server.owner();
    let kilns = service::example("kilns");
    let version = client.upload_folder("kilns", &kilns, &json!({ "country": "PK", "as_of": "2026-11-23" }));
    let run = client.score(version["id"].as_str().unwrap(), &json!({ "draws": 20, "seed": 7 }));
    assert_eq!(run["state"], "ready", "{run}");
    let out = folder.path().join("out");
    let arguments = ["--country", "PK", "--as-of", "2026-11-23", "--draws", "20", "--seed", "7", "-o"];
    let printed = Command::new(env!("CARGO_BIN_EXE_tierlight")).arg("score").arg(&kilns).args(arguments).arg(&out).output().unwrap();
    assert!(printed.status.success());
    for (table, name) in [("scores", "scores.csv"), ("sites", "sites.csv"), ("links", "links.csv")] {
        let path = format!("/api/v1/runs/{}/export?table={table}&form=csv", run["id"].as_str().unwrap());
        assert!(client.get(&path).expect(200).body == std::fs::read(out.join(name)).unwrap(), "{name}");
    }
    // forms that a job makes
    let base = format!("/api/v1/runs/{}/exports", run["id"].as_str().unwrap());
    for (table, form, name) in
        [("all", "xlsx", "run.xlsx"), ("links", "parquet", "links.parquet"), ("network", "graphml", "network.graphml")]
    {
        let asked = client.post(&base, &json!({ "table": table, "form": form })).expect(202).json();
        client.finished(asked["job"].as_str().unwrap());
        let result = format!("/api/v1/results/{}", asked["id"].as_str().unwrap());
        let found = client.get(&result).expect(200).json();
        assert_eq!((&found["state"], &found["kind"]), (&json!("ready"), &json!("export")), "{found}");
        let files = client.get(&format!("{result}/files")).expect(200).json();
        assert!(files["items"].as_array().unwrap().len() == 1 && files["items"][0]["name"] == name, "{files}");
        let made = out.with_extension(format!("{table}.{form}"));
        let arguments = ["--table", table, "--form", form, "-o", made.to_str().unwrap(), "--format", "json"];
        let printed = service::tierlight(&[["export", out.to_str().unwrap()].as_slice(), &arguments].concat());
        assert_eq!(found["summary"], serde_json::from_str::<serde_json::Value>(&printed).unwrap(), "{table} as {form}");
        let file = client.get(&format!("{result}/files/output/{name}")).expect(200);
        assert!(file.body == std::fs::read(made).unwrap(), "{name}");
        assert!(file.header("content-disposition").unwrap().contains(name));
    }
    let refused = client.post(&base, &json!({ "table": "map", "form": "xlsx" })).problem(422, "invalid");
    assert!(refused["hint"].as_str().unwrap().contains("geojson"), "{refused}");
}

#[test]
fn a_backup_of_a_running_service_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file, place) = (folder.path().join("data"), folder.path().join("now.tar"), folder.path().join("place"));
    let server = Server::start(&data, &[]);
    let key = server.key.clone();
    let client = server.owner();
    let version = client.upload_folder("kilns", &service::example("kilns"), &json!({ "country": "PK" }));
    let run = client.score(version["id"].as_str().unwrap(), &json!({ "draws": 0 }));
    let sites = format!("/api/v1/runs/{}/sites?limit=100", run["id"].as_str().unwrap());
    let before = client.get(&sites).expect(200).json();
    let tierlight = |arguments: &[&std::ffi::OsStr], code: i32| {
        let out = Command::new(env!("CARGO_BIN_EXE_tierlight")).args(arguments).output().unwrap();
        assert_eq!(out.status.code(), Some(code), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap()
    };
    tierlight(&["backup".as_ref(), file.as_ref(), "--data-dir".as_ref(), data.as_ref()], 0);
    let told = tierlight(&["backup".as_ref(), file.as_ref(), "--data-dir".as_ref(), data.as_ref()], 3);
    assert!(told.contains("--force"), "{told}");
    tierlight(&["restore".as_ref(), file.as_ref(), "--check".as_ref()], 0);
    let told = tierlight(&["restore".as_ref(), file.as_ref(), "--data-dir".as_ref(), data.as_ref(), "--force".as_ref()], 3);
    assert!(told.contains("in use"), "{told}");
    server.stop();
    tierlight(&["restore".as_ref(), file.as_ref(), "--data-dir".as_ref(), place.as_ref()], 0);
    let server = Server::start(&place, &[]);
    assert!(server.key.is_none(), "it is no first start");
    let client = server.client(key.as_deref());
    assert_eq!(client.get(&sites).expect(200).json(), before);
    // a byte that changed is found
    let mut bytes = std::fs::read(&file).unwrap();
    let uploaded = b"site_id,";
    let at = bytes.windows(uploaded.len()).position(|part| part == uploaded).unwrap();
    bytes[at] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let told = tierlight(&["restore".as_ref(), file.as_ref(), "--check".as_ref()], 3);
    assert!(told.contains("damaged"), "{told}");
}
