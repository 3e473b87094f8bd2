//! How long questions about a run of 1,000,000 sites take over HTTP, 16 clients at once, each asking again as soon as it is answered,
//! while another run is scored. On its own, with a program that is built for release:
//! `TIERLIGHT_PROGRAM=$PWD/target/release/tierlight cargo test --package tierlight --test service_speed -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "times are what it is for")]

mod service;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use service::{Client, Server, tierlight};

/// Clients that ask at the same time.
const CLIENTS: usize = 16;
/// How long they ask.
const TIME: Duration = Duration::from_mins(1);
/// What the slowest of a hundred may take, of all but names: those are looked for in the texts of all sites.
const MOST: Duration = Duration::from_millis(50);
/// Orders whose first sites are asked for: likely ones, unlikely ones, large buyers, any.
const SORTS: [&str; 4] = ["priority_rank", "-priority_rank", "-throughput", "-site_id"];
/// What is asked, in turn.
const ASKED: [&str; 4] = ["explain", "page of sites", "filtered list", "search"];

/// Waits for a job, however long it takes.
fn finished(client: &Client, job: &Value) -> Value {
    loop {
        let found = client.get(&format!("/api/v1/jobs/{}", job.as_str().unwrap())).expect(200).json();
        match found["state"].as_str() {
            Some("queued" | "running") => std::thread::sleep(Duration::from_millis(200)),
            Some("done") => return found,
            _ => panic!("{found}"),
        }
    }
}

/// A connection that is kept: what is measured is the service, not a client that is built for tests.
struct Wire(BufReader<TcpStream>, String);

impl Wire {
    fn new(server: &Server) -> Self {
        let address = server.url.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let rest = format!(" HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\r\n", server.key.as_ref().unwrap());
        Self(BufReader::with_capacity(1 << 18, stream), rest)
    }

    fn get(&mut self, path: &str) -> String {
        let request = format!("GET {path}{}", self.1);
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let begin = head.len();
            self.0.read_line(&mut head).unwrap();
            let line = head[begin..].trim_end();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(": ")
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}{body}");
        body
    }
}

/// Asks for the time, the first three kinds in turn, and each so-manieth time for a name; times by kind.
fn ask(mut wire: Wire, first: usize, run: &str, sites: &[(String, String)], names_each: usize) -> [Vec<Duration>; 4] {
    let mut times: [Vec<Duration>; 4] = Default::default();
    let mut next: Option<String> = None;
    let until = Instant::now() + TIME;
    for k in first * 1_000_003.. {
        if Instant::now() >= until {
            break;
        }
        let (site, sector) = &sites[k.wrapping_mul(7_919) % sites.len()];
        let page = next.take().map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let kind = if (k + 1).is_multiple_of(names_each) { 3 } else { k % 3 };
        let path = match kind {
            0 => format!("sites/{site}/explanation"),
            1 => format!("sites?sort=-presence&limit=50{page}"),
            // each filter is new: its rows are not kept from an earlier question
            2 => format!("sites?sector={sector}&presence_at_least=0.{:02}{k:07}&sort=-expected_children&limit=50", k % 97),
            _ => format!("search?text={site}&limit=20"),
        };
        let begun = Instant::now();
        let text = wire.get(&format!("/api/v1/runs/{run}/{path}"));
        times[kind].push(begun.elapsed());
        if kind == 1 {
            next = text.rsplit_once("\"next\":\"").and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned()));
        }
    }
    times
}

#[test]
#[ignore = "minutes, and some gigabytes of memory and disk"]
fn questions_about_a_million_sites_while_a_score_runs() {
    let folder = tempfile::tempdir().unwrap();
    let network = folder.path().join("network");
    tierlight(&["generate", "--sites", "1000000", "--files", "parquet", "-o", network.to_str().unwrap()]);
    let server = Server::start(&folder.path().join("data"), &["--set", "limits.requests_per_minute=10000000", "--set", "log_level=warn"]);
    let owner = server.owner();
    let version = owner.upload_folder("million", &network, &json!({ "as_of": "2026-11-23" }));
    assert_eq!(version["state"], "ready", "{version}");
    let score = |draws: usize| {
        let question = json!({ "version": version["id"], "options": { "draws": draws } });
        owner.post("/api/v1/runs", &question).expect(202).json()
    };
    let run = score(0);
    finished(&owner, &run["job"]);
    let run = run["id"].as_str().unwrap();
    // who asks first waits until the run is open
    let begun = Instant::now();
    owner.get(&format!("/api/v1/runs/{run}/sites?limit=1")).expect(200);
    println!("the first page, with the run opened for it: {:?}", begun.elapsed());
    let page = |sort: &str| owner.get(&format!("/api/v1/runs/{run}/sites?limit=1000&sort={sort}")).expect(200).json();
    let text = |site: &Value, name: &str| site[name].as_str().unwrap().to_owned();
    let named = |site: &Value| (text(site, "site_id"), text(site, "sector"));
    let sites: Vec<(String, String)> =
        SORTS.iter().flat_map(|sort| page(sort)["items"].as_array().unwrap().iter().map(named).collect::<Vec<_>>()).collect();

    let other = score(400);
    while owner.get(&format!("/api/v1/jobs/{}", other["job"].as_str().unwrap())).json()["state"] == "queued" {
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut slow = Vec::new();
    // 0: no names
    for names_each in [0, 10] {
        let all = Mutex::new([const { Vec::new() }; 4]);
        std::thread::scope(|scope| {
            for first in 0..CLIENTS {
                let (server, all, sites) = (&server, &all, &sites);
                scope.spawn(move || {
                    let times = ask(Wire::new(server), first, run, sites, names_each);
                    all.lock().unwrap().iter_mut().zip(times).for_each(|(all, times): (&mut Vec<Duration>, _)| all.extend(times));
                });
            }
        });
        let still = owner.get(&format!("/api/v1/jobs/{}", other["job"].as_str().unwrap())).expect(200).json();
        assert_eq!(still["state"], "running", "the score was over before the questions: {still}");
        let memory = server.memory() >> 20;
        println!(
            "{CLIENTS} clients for {} s while a score runs, {names_each}: each such asks for a name; memory {memory} MiB",
            TIME.as_secs()
        );
        for (name, mut times) in ASKED.into_iter().zip(all.into_inner().unwrap()).filter(|(_, times)| !times.is_empty()) {
            times.sort_unstable();
            let at = |share: usize| times[(times.len() * share / 1000).min(times.len() - 1)];
            println!("{name}: {} times, p50 {:?}, p99 {:?}, most {:?}", times.len(), at(500), at(990), at(1000));
            if names_each == 0 && at(990) >= MOST {
                slow.push(name);
            }
        }
    }
    assert!(slow.is_empty(), "slower than {MOST:?}: {slow:?}");
}
