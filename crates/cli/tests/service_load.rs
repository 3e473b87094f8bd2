//! Many clients at once: nothing acknowledged is lost, nothing fails on the service's side.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "what was asked, and how often, is worth a look")]

mod service;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::json;
use service::{Client, Reply, Server};

/// Clients at once.
const CLIENTS: u64 = 64;

fn table(number: u64) -> String {
    let mut text = String::from("site_id,name,sector,country,workers\n");
    for site in 0..20 + number % 30 {
        writeln!(text, "S{site},Example {number}-{site},weaving,PK,{}", 2 + site).unwrap();
    }
    text
}

/// What one client did.
#[derive(Default)]
struct Done {
    /// Times by what was asked and the status of the answer.
    answers: BTreeMap<(&'static str, u16), u64>,
    /// Versions that were acknowledged and not deleted, and the numbers of their tables.
    kept: Vec<(String, u64)>,
    /// Networks that were deleted.
    gone: Vec<String>,
    runs: Vec<String>,
}

impl Done {
    fn note(&mut self, what: &'static str, reply: &Reply) -> Option<serde_json::Value> {
        *self.answers.entry((what, reply.status)).or_default() += 1;
        assert!(reply.status < 500, "{what}: {} {}", reply.status, reply.text());
        // told to come again
        if reply.status == 429 {
            assert!(reply.header("retry-after").is_some(), "{what}: {}", reply.text());
            std::thread::sleep(Duration::from_millis(50));
            return None;
        }
        assert!(reply.status < 300, "{what}: {} {}", reply.status, reply.text());
        Some(if reply.body.is_empty() { serde_json::Value::Null } else { reply.json() })
    }
}

/// Uploads, scores, reads and deletes until the time is over; `version` and `run` are ready.
fn work(client: &Client, first: u64, version: &str, run: &str, until: Instant) -> Done {
    let mut done = Done::default();
    let mut number = first << 32;
    while Instant::now() < until {
        number += 1;
        let network = done.note("make", &client.post("/api/v1/networks", &json!({ "name": format!("n{number}") })));
        let Some(network) = network.map(|n| n["id"].as_str().unwrap().to_owned()) else { continue };
        let path = format!("/api/v1/networks/{network}/versions?name=sites.csv");
        let text = table(number);
        let upload = done.note("upload", &client.send("POST", &path, Some("text/csv"), text.as_bytes()));
        done.note("list", &client.get("/api/v1/networks?limit=20"));
        done.note("sites", &client.get(&format!("/api/v1/runs/{run}/sites?limit=10&sort=-presence")));
        done.note("site", &client.get(&format!("/api/v1/runs/{run}/sites/S1")));
        if number.is_multiple_of(3) {
            let question = json!({ "version": version, "options": { "draws": 0, "seed": number % 1000 } });
            let asked = done.note("score", &client.post("/api/v1/runs", &question));
            done.runs.extend(asked.map(|r| r["id"].as_str().unwrap().to_owned()));
        }
        if number.is_multiple_of(7)
            && let Some(run) = done.runs.pop()
        {
            done.note("run", &client.get(&format!("/api/v1/runs/{run}")));
            done.note("drop", &client.delete(&format!("/api/v1/runs/{run}")));
        }
        if number.is_multiple_of(5) {
            done.note("delete", &client.delete(&format!("/api/v1/networks/{network}")));
            done.gone.push(network);
        } else if let Some(version) = upload.map(|v| v["id"].as_str().unwrap().to_owned()) {
            let bytes = client.get(&format!("/api/v1/versions/{version}/files/input/sites.csv"));
            done.note("file", &Reply { body: Vec::new(), ..bytes.clone() });
            assert_eq!(String::from_utf8(bytes.body).unwrap(), text);
            done.kept.push((version, number));
        }
    }
    done
}

fn load(time: Duration) {
    let folder = tempfile::tempdir().unwrap();
    let more = ["requests_per_minute=10000000", "uploads=256", "queued_jobs=1000000", "queued_jobs_of_organisation=1000000"];
    let more: Vec<String> = more.iter().map(|limit| format!("limits.{limit}")).collect();
    let mut flags = vec!["--workers", "2", "--set", "log_level=warn"];
    flags.extend(more.iter().flat_map(|limit| ["--set", limit]));
    let server = Server::start(&folder.path().join("data"), &flags);
    let owner = server.owner();
    let network = owner.post("/api/v1/networks", &json!({ "name": "first" })).expect(201).json();
    let path = format!("/api/v1/networks/{}/versions?name=sites.csv", network["id"].as_str().unwrap());
    let version = owner.send("POST", &path, Some("text/csv"), table(0).as_bytes()).expect(202).json();
    owner.finished(version["job"].as_str().unwrap());
    let version = version["id"].as_str().unwrap();
    let run = owner.score(version, &json!({ "draws": 0 }));
    let run = run["id"].as_str().unwrap();
    let until = Instant::now() + time;
    let all = Mutex::new(Done::default());
    std::thread::scope(|scope| {
        for first in 1..=CLIENTS {
            let (server, all) = (&server, &all);
            scope.spawn(move || {
                let done = work(&server.owner(), first, version, run, until);
                let mut all = all.lock().unwrap();
                for (what, times) in done.answers {
                    *all.answers.entry(what).or_default() += times;
                }
                all.kept.extend(done.kept);
                all.gone.extend(done.gone);
                all.runs.extend(done.runs);
            });
        }
    });
    let all = all.into_inner().unwrap();
    for (version, number) in &all.kept {
        let bytes = owner.get(&format!("/api/v1/versions/{version}/files/input/sites.csv")).expect(200).body;
        assert_eq!(String::from_utf8(bytes).unwrap(), table(*number), "{version}");
    }
    for network in &all.gone {
        owner.get(&format!("/api/v1/networks/{network}")).problem(404, "not_found");
    }
    let log = server.log();
    for bad in ["locked", "BUSY", "panicked", "Overloaded", "overloaded"] {
        assert!(!log.contains(bad), "{bad}: {log}");
    }
    let told: Vec<String> = all.answers.iter().map(|((what, status), times)| format!("{what} {status}: {times}")).collect();
    println!("{} s: {}", time.as_secs(), told.join(", "));
    let times = |what: &str| all.answers.iter().filter(|((w, status), _)| *w == what && *status < 300).map(|(_, n)| n).sum::<u64>();
    for what in ["upload", "delete", "score", "site", "drop"] {
        assert!(times(what) > 0, "nothing was asked of `{what}`: {}", told.join(", "));
    }
}

#[test]
fn sixty_four_clients() {
    load(Duration::from_secs(20));
}

#[test]
#[ignore = "takes 5 minutes"]
fn sixty_four_clients_for_five_minutes() {
    load(Duration::from_mins(5));
}
