//! Answers about what is large: pages and limits keep them, and what they cost, small.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::fmt::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use service::Server;
use tierlight_answers::opened::Opened;

/// Rows with an issue each.
const ISSUES: usize = 60_000;
/// Memory that an upload with so many issues, and reading them, may add to the service itself.
const MEMORY: u64 = 64 << 20;

#[test]
fn issues_come_page_by_page() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &["--set", "limits.page_items=5000"]);
    let owner = server.owner();
    let before = server.peak();
    let mut text = String::from("site_id,name,sector,country,workers\nS0,Example,weaving,PK,5\n");
    for n in 1..=ISSUES {
        writeln!(text, "S{n},Example {n},weaving,PK,many").unwrap();
    }
    let network = owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json();
    let path = format!("/api/v1/networks/{}/versions?name=sites.csv", network["id"].as_str().unwrap());
    let version = owner.send("POST", &path, Some("text/csv"), text.as_bytes()).expect(202).json();
    owner.finished(version["job"].as_str().unwrap());
    let version = format!("/api/v1/versions/{}", version["id"].as_str().unwrap());
    let found = owner.get(&version).expect(200).json();
    let counted = found["summary"]["issues"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>();
    assert!(counted >= ISSUES as u64, "{found}");

    let page = |rest: &str| owner.get(&format!("{version}/issues?limit=5000{rest}")).expect(200).json();
    let (mut rows, mut cursor, mut code) = (Vec::new(), String::new(), String::new());
    loop {
        let page = page(&cursor);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 5000 && !items.is_empty());
        rows.extend(items.iter().filter(|i| i["column"] == "workers").map(|i| i["row"].as_u64().unwrap()));
        code = items.iter().find_map(|i| i["code"].as_str()).map_or(code, str::to_owned);
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert!(rows.len() >= ISSUES && rows.windows(2).all(|w| w[0] < w[1]), "{} rows, in order and each once", rows.len());
    assert_eq!(page("&code=nothing_of_the_kind"), json!({ "items": [], "next": null }));
    let some = page(&format!("&code={code}"));
    assert!(some["items"].as_array().unwrap().iter().all(|i| i["code"] == code.as_str()), "{code}");

    // the last page, which all others come before, for several at once
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(page(&cursor)["next"], Value::Null));
        }
    });
    let more = server.peak() - before;
    assert!(more < MEMORY, "{} MiB more than at the start", more >> 20);
}

/// The longest that anybody waits while something is asked, as a part of the time that it takes.
fn held_up(server: &Server, ask: impl Fn() + Sync) -> f64 {
    let stranger = server.client(None);
    std::thread::scope(|scope| {
        let begun = Instant::now();
        let asked = scope.spawn(&ask);
        let mut longest = Duration::ZERO;
        while !asked.is_finished() {
            let begun = Instant::now();
            stranger.get("/livez").expect(200);
            longest = longest.max(begun.elapsed());
        }
        longest.as_secs_f64() / begun.elapsed().as_secs_f64()
    })
}

#[test]
fn a_trace_is_limited_and_unknown_sites_cost_no_scan() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    // all requests wait for one thread
    let server = Server::start(&data, &["--set", "threads=1"]);
    let owner = server.owner();
    let network = root.path().join("network");
    service::tierlight(&["generate", "--sites", "6000", "-o", network.to_str().unwrap()]);
    let version = owner.upload_folder("large", &network, &json!({ "as_of": "2026-11-23" }));
    let run = owner.score(version["id"].as_str().unwrap(), &json!({ "draws": 0 }));
    assert_eq!(run["state"], "ready", "{run}");
    let base = format!("/api/v1/runs/{}", run["id"].as_str().unwrap());
    let buyers = owner.get(&format!("{base}/buyers?limit=1000")).expect(200).json();
    let upstream = |b: &Value| b["upstream_sites"].as_f64().unwrap_or(0.0) as u64;
    let buyer = buyers["items"].as_array().unwrap().iter().max_by_key(|b| upstream(b)).unwrap();
    let trace = |rest: &str| owner.get(&format!("{base}/sites/{}/trace{rest}", buyer["site_id"].as_str().unwrap())).expect(200).json();

    // all of it, but for what is beyond the usual limit
    let all = trace("?limit=10000");
    assert!(all.get("more").is_none(), "nothing is left out");
    let list = |trace: &Value, name: &str| trace[name].as_array().unwrap().clone();
    let (parts, dark) = (list(&all, "contributions"), list(&all, "dark"));
    assert!(parts.len() > 1_000, "{} contributions", parts.len());
    assert_eq!(list(&trace(""), "contributions"), parts[..1_000]);
    let short = trace("?limit=7");
    assert_eq!((list(&short, "contributions"), list(&short, "dark")), (parts[..7].to_vec(), dark[..dark.len().min(7)].to_vec()));
    let more = &short["more"];
    assert_eq!((&more["contributions"], &more["dark"]), (&json!(parts.len() - 7), &json!(dark.len().saturating_sub(7))));
    let close = |x: &Value, y: f64| (x.as_f64().unwrap() - y).abs() <= 1e-9 * y.abs().max(1e-9);
    for hazard in ["child_labour", "hazardous", "forced"] {
        for sex in ["girls", "boys"] {
            let rest = parts[7..].iter().map(|c| c["linked"][hazard][sex].as_f64().unwrap()).sum();
            assert!(close(&more["linked"][hazard][sex], rest), "{hazard} {sex}: {more} {rest}");
        }
    }
    assert!(close(&more["untraced"], parts[7..].iter().map(|c| c["untraced"].as_f64().unwrap()).sum()));
    // while it is made and written out, others are answered: it holds up the thread of requests for a small part of its time
    let held = (0..5).map(|_| held_up(&server, || drop(trace("?limit=10000")))).fold(f64::MAX, f64::min);
    assert!(held < 0.05, "a trace holds up all others for {} % of its time", (100.0 * held).round());
    let path = format!("{base}/sites/{}/trace?limit=10001", buyer["site_id"].as_str().unwrap());
    owner.get(&path).problem(422, "invalid");

    // the hint comes from what is prepared for searches
    let known = all["contributions"][0]["site_id"].as_str().unwrap();
    let part = &known[..known.len() - 1];
    let near = owner.get(&format!("{base}/search?text={part}&limit=3")).expect(200).json();
    let hint = owner.get(&format!("{base}/sites/{part}")).problem(404, "no_site")["hint"].as_str().unwrap().to_owned();
    for hit in near["items"].as_array().unwrap() {
        assert!(hint.contains(hit["site_id"].as_str().unwrap()), "{hint}: {near}");
    }
    // and costs a small part of looking at every name, as the command line does
    let opened = Opened::open(&data.join("runs").join(run["id"].as_str().unwrap())).unwrap();
    let time = |ask: &dyn Fn(&str) -> bool| {
        (0..3)
            .map(|n| {
                let (begun, wanted) = (Instant::now(), format!("nobody is called so {n}"));
                assert!(ask(&wanted));
                begun.elapsed()
            })
            .min()
            .unwrap_or(Duration::MAX)
    };
    let prepared = time(&|wanted| opened.find(wanted).is_err());
    let scanned = time(&|wanted| tierlight_answers::find(opened.assessment(), wanted).is_err());
    assert!(prepared * 10 < scanned, "prepared {prepared:?}, by a scan {scanned:?}");
}
