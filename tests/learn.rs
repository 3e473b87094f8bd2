//! `learn`: from a plan's visits and what they found to a pack that `score` takes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;

use common::{file, repository, run_code, run_ok, scratch};
use serde_json::Value;
use tempfile::TempDir;

/// Scores the kilns.
fn run(scratch: &TempDir) -> String {
    let out = scratch.path().join("run").to_str().unwrap().to_owned();
    let input = repository().join("examples/kilns");
    run_ok(&["score", input.to_str().unwrap(), "-o", &out, "--as-of", "2026-11-23", "--draws", "0"]);
    out
}

/// Sites of a run by district.
fn by_district(run: &str) -> BTreeMap<String, Vec<String>> {
    let mut reader = csv::Reader::from_path(format!("{run}/sites.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (id, district, sector) = (at("site_id"), at("district_id"), at("sector_id"));
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in reader.records().map(Result::unwrap).filter(|r| &r[sector] == "brick_kilns" && !r[district].is_empty()) {
        out.entry(row[district].to_owned()).or_default().push(row[id].to_owned());
    }
    out.retain(|_, sites| sites.len() >= 4);
    out
}

/// A plan of visits and their findings: the first sites of each district, drawn or chosen; every n-th visit finds children.
fn plan(scratch: &TempDir, run: &str, kind: &str, every: usize) -> (String, String) {
    let (mut visits, mut findings) = (
        "visit_id,date,team_id,order,site_id,district,kind,inclusion_probability,method\n".to_owned(),
        "visit_id,date,method,finding,girls,boys\n".to_owned(),
    );
    let mut number = 0;
    for (district, sites) in by_district(run) {
        for site in sites.iter().take(4) {
            let pi = if kind == "random" { (4.0 / sites.len() as f64).to_string() } else { String::new() };
            writeln!(visits, "V{number},2026-11-25,T1,1,{site},{district},{kind},{pi},labour_inspection").unwrap();
            let found = if number % every == 0 { "found,1,2" } else { "not_found,," };
            writeln!(findings, "V{number},2026-11-25,labour_inspection,{found}").unwrap();
            number += 1;
        }
    }
    file(scratch, &format!("{kind}/visits.csv"), visits);
    (scratch.path().join(kind).to_str().unwrap().to_owned(), file(scratch, &format!("{kind}-findings.csv"), findings))
}

#[test]
fn what_random_visits_find_moves_the_bases() {
    let scratch = scratch();
    let run = run(&scratch);
    let (plan, findings) = plan(&scratch, &run, "random", 5);
    let pack = scratch.path().join("learned").to_str().unwrap().to_owned();
    let arguments = ["learn", &run, "--plan", &plan, "--findings", &findings, "--date", "2026-11-26"];
    let with = |more: &[&str]| arguments.iter().copied().chain(more.iter().copied()).map(str::to_owned).collect::<Vec<_>>();
    let call = |more: &[&str]| run_ok(&with(more).iter().map(String::as_str).collect::<Vec<_>>());
    let text = call(&["-o", &pack]);
    for part in ["stated sensitivity", "90 % interval", "random visits show Se·P only", "Intercept", "rounds like these"] {
        assert!(
            text.contains(part) || (part == "rounds like these" && text.contains("sensitivity has to be known better")),
            "{part}\n{text}"
        );
    }
    let learned: Value = serde_json::from_str(&std::fs::read_to_string(format!("{pack}/learned.json")).unwrap()).unwrap();
    let moved = learned["intercept"]["moved"].as_f64().unwrap();
    let rate = learned["share"]["found_rate"].as_f64().unwrap();
    assert!((0.1..0.3).contains(&rate) && moved != 0.0, "{learned:#}");
    // the pack holds together, and scores move with it
    let check: Value = serde_json::from_str(&run_ok(&["packs", "check", &pack, "--format", "json"])).unwrap();
    assert!(check["issues"].as_array().unwrap().iter().all(|i| i["severity"] != "error"), "{check:#}");
    let again = scratch.path().join("again").to_str().unwrap().to_owned();
    let input = repository().join("examples/kilns");
    run_ok(&["score", input.to_str().unwrap(), "-o", &again, "--as-of", "2026-11-23", "--draws", "0", "--pack", &pack]);
    let children = |run: &str| {
        let record: Value = serde_json::from_str(&std::fs::read_to_string(format!("{run}/run.json")).unwrap()).unwrap();
        record["expected_children"]["child_labour"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).sum::<f64>()
    };
    let risen = children(&again) > children(&run);
    assert_eq!(risen, moved > 0.0, "{moved}: {} {}", children(&again), children(&run));
    // a folder that is there is kept, and the same findings give the same pack
    let (_, err) = run_code(&with(&["-o", &pack]).iter().map(String::as_str).collect::<Vec<_>>(), 3);
    assert!(err.contains("exists"), "{err}");
    let second = scratch.path().join("second").to_str().unwrap().to_owned();
    call(&["-o", &second, "--threads", "1"]);
    for name in ["sector_base.csv", "reliability.csv", "learned.json", "datapackage.json", "sources.csv"] {
        assert_eq!(std::fs::read(format!("{pack}/{name}")).unwrap(), std::fs::read(format!("{second}/{name}")).unwrap(), "{name}");
    }
}

#[test]
fn nothing_is_learned_from_targeted_visits_or_from_results_that_were_left_out() {
    let scratch = scratch();
    let run = run(&scratch);
    let out = scratch.path().join("out").to_str().unwrap().to_owned();
    let (targeted, found) = plan(&scratch, &run, "targeted", 2);
    let (_, err) = run_code(&["learn", &run, "--plan", &targeted, "--findings", &found, "-o", &out, "--date", "2026-11-26"], 3);
    assert!(err.contains("because they were targeted") && err.contains("hint: "), "{err}");
    let (random, all) = plan(&scratch, &run, "random", 2);
    let half = std::fs::read_to_string(&all).unwrap().lines().take(10).collect::<Vec<_>>().join("\n");
    let half = file(&scratch, "half.csv", half);
    let (_, err) = run_code(&["learn", &run, "--plan", &random, "--findings", &half, "-o", &out, "--date", "2026-11-26"], 2);
    assert!(err.contains("have no result") && err.contains("rarely chance"), "{err}");
    // what keeps results out is told with it, by the flags of this command
    let late = ["learn", &run, "--plan", &random, "--findings", &all, "-o", &out, "--date", "2026-11-24"];
    let (_, err) = run_code(&late, 2);
    let error = err.lines().find(|line| line.starts_with("error: ")).unwrap();
    assert!(error.contains("have no result") && error.contains("date_future; set --date to a later day"), "{error}");
    assert!(err.contains("… and ") && !err.contains("--as-of") && !err.contains("--limit"), "{err}");
    let (_, err) = run_code(&["learn", &run, "--plan", &random, "--plan", &random, "--findings", &half, "-o", &out], 2);
    assert!(err.contains("2 plans and 1 tables"), "{err}");
    assert!(!scratch.path().join("out").exists(), "nothing is left behind");
}
