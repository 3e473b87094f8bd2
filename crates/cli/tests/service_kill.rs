//! The service is killed at any moment: what was acknowledged is there and whole, nothing half is seen, jobs are taken up again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use service::{Client, Server};

/// Kills, over all services.
const KILLS: u64 = 200;
/// Services that are killed side by side, each with a folder of its own: most of the time of each is waiting.
const SERVICES: u64 = 4;
/// Root of the longest life after the service is ready, in milliseconds: most are short, some see jobs end.
const LIFE: u64 = 50;
/// Most that a start may take.
const READY: Duration = Duration::from_secs(10);

/// Numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }
}

/// A network that is like no other.
fn table(number: u64) -> String {
    let mut text = String::from("site_id,name,sector,country,workers\n");
    for site in 0..3 + number % 40 {
        writeln!(text, "S{site},Example {number}-{site},weaving,PK,{}", 2 + site).unwrap();
    }
    text
}

/// What was acknowledged.
#[derive(Default)]
struct Acknowledged {
    /// Versions, and the numbers of their tables.
    versions: Vec<(String, u64)>,
    runs: Vec<String>,
}

/// Uploads, and scores a version that is ready, until the service is gone.
fn work(client: &Client, next: &AtomicU64, stop: &AtomicBool, ready: &str, known: &mut Acknowledged) {
    while !stop.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number.is_multiple_of(2) {
            let question = json!({ "version": ready, "options": { "draws": 0, "seed": number % 1000 } }).to_string();
            let Ok(run) = client.try_send("POST", "/api/v1/runs", Some("application/json"), question.as_bytes()) else { return };
            if run.status != 429 {
                known.runs.push(run.expect(202).json()["id"].as_str().unwrap().to_owned());
            }
        }
        let name = json!({ "name": format!("n{number}") }).to_string();
        let Ok(network) = client.try_send("POST", "/api/v1/networks", Some("application/json"), name.as_bytes()) else { return };
        let network = network.expect(201).json();
        let path = format!("/api/v1/networks/{}/versions?name=sites.csv", network["id"].as_str().unwrap());
        let Ok(version) = client.try_send("POST", &path, Some("text/csv"), table(number).as_bytes()) else { return };
        if version.status == 429 {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        }
        known.versions.push((version.expect(202).json()["id"].as_str().unwrap().to_owned(), number));
    }
}

/// The upload of a version is there and whole.
fn whole(client: &Client, version: &str, number: u64) -> Value {
    let look = || client.get(&format!("/api/v1/versions/{version}")).expect(200).json();
    let found = look();
    let bytes = client.get(&format!("/api/v1/versions/{version}/files/input/sites.csv")).expect(200).body;
    assert_eq!(String::from_utf8(bytes).unwrap(), table(number), "{found}");
    let files = client.get(&format!("/api/v1/versions/{version}/files")).expect(200).json();
    let outputs = files["items"].as_array().unwrap().iter().filter(|f| f["role"] == "output").count();
    // what a job makes is seen with its end, not before; its end may lie between the questions
    if look()["state"] == found["state"] {
        assert_eq!(found["state"] == "ready", outputs > 0, "{found} {files}");
    }
    found
}

/// A run is complete, or nothing is seen of it.
fn complete_or_absent(client: &Client, run: &str) -> Value {
    let look = || client.get(&format!("/api/v1/runs/{run}")).expect(200).json();
    let found = look();
    let sites = client.get(&format!("/api/v1/runs/{run}/sites?limit=1"));
    let record = client.get(&format!("/api/v1/runs/{run}/record"));
    if found["state"] == "ready" {
        assert_eq!((sites.status, record.status), (200, 200), "{found}");
    } else if look()["state"] == found["state"] {
        assert!(found["summary"].is_null() && sites.status == 409 && record.status == 409, "{found}");
    }
    found
}

/// What is in the work folder of a data folder.
fn under_way(data: &Path) -> usize {
    std::fs::read_dir(data.join("work")).unwrap().count()
}

fn one_service(seed: u64) -> (Acknowledged, u64) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut random = Random(seed);
    let next = AtomicU64::new(seed << 32);
    let mut all = Acknowledged::default();
    let mut key = None;
    let mut kills = 0;
    // what waits at the end is done within the test
    let queue = "limits.queued_jobs_of_organisation=12";
    let flags = ["--workers", "2", "--set", queue, "--set", "limits.requests_per_minute=1000000", "--set", "log_level=warn"];
    loop {
        let begun = Instant::now();
        let mut server = Server::start(&data, &flags);
        key = key.or(server.key.take());
        let client = server.client(key.as_deref());
        while client.try_send("GET", "/readyz", None, &[]).is_ok_and(|reply| reply.status != 200) {
            assert!(begun.elapsed() < READY);
        }
        assert!(begun.elapsed() < READY, "ready after {} ms", begun.elapsed().as_millis());
        if all.versions.is_empty() {
            let network = client.post("/api/v1/networks", &json!({ "name": "first" })).expect(201).json();
            let path = format!("/api/v1/networks/{}/versions?name=sites.csv", network["id"].as_str().unwrap());
            let version = client.send("POST", &path, Some("text/csv"), table(0).as_bytes()).expect(202).json();
            client.finished(version["job"].as_str().unwrap());
            all.versions.push((version["id"].as_str().unwrap().to_owned(), 0));
        }
        let ready = all.versions[0].0.clone();
        // the last ones, and some of those before
        let (versions, runs) = (all.versions.len(), all.runs.len());
        for back in (1..=8).chain((0..4).map(|_| 1 + random.below(1 + versions as u64) as usize)) {
            if let Some((version, number)) = versions.checked_sub(back).and_then(|at| all.versions.get(at)) {
                whole(&client, version, *number);
            }
            if let Some(run) = runs.checked_sub(back).and_then(|at| all.runs.get(at)) {
                complete_or_absent(&client, run);
            }
        }
        if kills == KILLS / SERVICES {
            settle(&client, &data, &all);
            return (all, kills);
        }
        let stop = AtomicBool::new(false);
        let life = Duration::from_millis(random.below(LIFE).pow(2));
        let found = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut known = Acknowledged::default();
                        work(&client, &next, &stop, &ready, &mut known);
                        known
                    })
                })
                .collect();
            std::thread::sleep(life);
            server.child.kill().unwrap();
            server.child.wait().unwrap();
            stop.store(true, Ordering::Relaxed);
            clients.into_iter().map(|client| client.join().unwrap()).collect::<Vec<_>>()
        });
        for known in found {
            all.versions.extend(known.versions);
            all.runs.extend(known.runs);
        }
        kills += 1;
    }
}

/// Left alone, all jobs come to an end, and all is whole.
fn settle(client: &Client, data: &Path, all: &Acknowledged) {
    let begun = Instant::now();
    loop {
        let waiting = |state: &str| {
            let found = client.get(&format!("/api/v1/jobs?state={state}&limit=1")).expect(200).json();
            !found["items"].as_array().unwrap().is_empty()
        };
        if !waiting("queued") && !waiting("running") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_mins(5), "jobs do not end");
        std::thread::sleep(Duration::from_millis(200));
    }
    for (version, number) in &all.versions {
        let found = whole(client, version, *number);
        let reason = found["state"] == "failed" && found["code"].is_string() && found["message"].is_string();
        assert!(found["state"] == "ready" || reason, "{found}");
    }
    for run in &all.runs {
        let found = complete_or_absent(client, run);
        let reason = found["state"] == "failed" && found["code"].is_string() && found["message"].is_string();
        assert!(found["state"] == "ready" || reason, "{found}");
    }
    // a worker may still be taking its last folder away
    while under_way(data) > 0 {
        assert!(begun.elapsed() < Duration::from_secs(310), "work is left behind");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn killed_at_any_moment() {
    let services: Vec<_> = (0..SERVICES).map(|seed| std::thread::spawn(move || one_service(seed + 1))).collect();
    let (mut versions, mut runs, mut kills) = (0, 0, 0);
    for service in services {
        let (known, killed) = service.join().unwrap();
        versions += known.versions.len();
        runs += known.runs.len();
        kills += killed;
    }
    assert_eq!(kills, KILLS);
    assert!(versions > 30 && runs > 30, "{versions} versions and {runs} runs were acknowledged: too few to tell");
}
