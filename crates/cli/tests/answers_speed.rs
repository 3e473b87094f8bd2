//! How long questions about an opened run of 1,000,000 sites take. In release, on its own:
//! `cargo test --release --package tierlight --test answers_speed -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "times are what it is for")]

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tierlight_answers::opened::{Opened, SiteFilter, SortBy, Wanted};
use tierlight_core::model::HAZARDS;

/// Clients that ask at the same time.
const CLIENTS: usize = 16;
/// Questions of each kind.
const QUESTIONS: usize = 2_000;
/// What the slowest of a hundred may take.
const MOST: Duration = Duration::from_millis(50);

fn tierlight(args: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_tierlight")).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Asks from all clients at once, as many questions at a time as the service answers; prints and returns the 99 % point.
fn measured(name: &str, ask: impl Fn(usize) + Sync) -> Duration {
    let next = AtomicUsize::new(0);
    let places = 2 * std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let gate = (std::sync::Mutex::new(places), std::sync::Condvar::new());
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let client = || {
            let mut times = Vec::new();
            loop {
                let k = next.fetch_add(1, Ordering::Relaxed);
                if k >= QUESTIONS {
                    return times;
                }
                let begun = Instant::now();
                let mut free = gate.1.wait_while(gate.0.lock().unwrap(), |free| *free == 0).unwrap();
                *free -= 1;
                drop(free);
                ask(k);
                *gate.0.lock().unwrap() += 1;
                gate.1.notify_one();
                times.push(begun.elapsed());
            }
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().flat_map(|c| c.join().unwrap()).collect()
    });
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    println!("{name}: p50 {:?}, p99 {p99:?}, most {:?}", times[times.len() / 2], times[times.len() - 1]);
    p99
}

#[test]
#[ignore = "minutes, and some gigabytes of memory and disk"]
fn questions_about_a_million_sites() {
    let root = tempfile::tempdir().unwrap();
    let (network, run) = (root.path().join("network"), root.path().join("run"));
    tierlight(&["generate", "--sites", "1000000", "--files", "parquet", "-o", network.to_str().unwrap()]);
    tierlight(&["score", network.to_str().unwrap(), "-o", run.to_str().unwrap(), "--draws", "0", "--as-of", "2026-11-23"]);
    let begun = Instant::now();
    let opened = Opened::open(&run).unwrap();
    println!("opened in {:?}, about {} MiB", begun.elapsed(), opened.bytes() >> 20);
    let sites = opened.assessment().network.sites().len();
    let row = |k: usize| k.wrapping_mul(7_919) % sites;

    let explain = measured("explain", |k| {
        let id = opened.site_id(row(k)).to_owned();
        serde_json::to_vec(&opened.explain(opened.find(&id).unwrap(), false).unwrap()).unwrap();
    });
    let all = Wanted::new(&opened, SiteFilter::default(), HAZARDS[0]).unwrap();
    let sort = SortBy::parse("-presence", HAZARDS[0]).unwrap();
    let pages = measured("page of sites", |k| {
        // every other one is a page in the middle
        let first = opened.sites(&all, sort, None, 50).unwrap();
        let cursor = first.next.filter(|_| k % 2 == 1);
        serde_json::to_vec(&opened.sites(&all, sort, cursor.as_deref(), 50).unwrap()).unwrap();
    });
    let sectors: Vec<&str> = opened.assessment().parameters.sectors.iter().map(|s| s.id.as_str()).collect();
    let filtered = measured("filtered list", |k| {
        let filter = SiteFilter {
            sector: Some(sectors[k % sectors.len()].to_owned()),
            presence_at_least: Some((k % 97) as f64 / 100.0),
            ..SiteFilter::default()
        };
        let wanted = Wanted::new(&opened, filter, HAZARDS[0]).unwrap();
        serde_json::to_vec(&opened.sites(&wanted, sort, None, 50).unwrap()).unwrap();
    });
    let searched = measured("search", |k| {
        let id = opened.site_id(row(k));
        assert!(!opened.search(id, 20).is_empty());
    });
    for (name, p99) in [("explain", explain), ("page of sites", pages), ("filtered list", filtered), ("search", searched)] {
        assert!(p99 < MOST, "{name}: {p99:?}");
    }
}
