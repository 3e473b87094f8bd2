//! `plan`: days that hold, probabilities that are recorded, the same bytes again, and clear words where nothing can be planned.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::{file, repository, run_code, run_ok, scratch, tree};
use serde_json::Value;

/// Scores the kilns of the examples.
fn scored(into: &tempfile::TempDir) -> PathBuf {
    let out = into.path().join("kilns");
    let input = repository().join("examples/kilns");
    run_ok(&["score", input.to_str().unwrap(), "-o", out.to_str().unwrap(), "--as-of", "2026-11-23", "--draws", "64"]);
    out
}

fn teams() -> String {
    repository().join("examples/kilns/inspectors.csv").to_str().unwrap().to_owned()
}

/// Rows of a table by column.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
#[allow(clippy::too_many_lines, reason = "one month from its plan to its report")]
fn a_month_of_the_kilns_is_planned_the_same_each_time() {
    let scratch = scratch();
    let run = scored(&scratch);
    let (run, teams) = (run.to_str().unwrap(), teams());
    let [one, two] = ["1", "2"].map(|threads| {
        let out = scratch.path().join(format!("plan-{threads}"));
        let text = run_ok(&["plan", run, "--teams", &teams, "--month", "2027-02", "-o", out.to_str().unwrap(), "--threads", threads]);
        for said in [
            "Trips",
            "a team day",
            "sites drawn at random",
            "trips drawn at random",
            "gap",
            "random part",
            "Whom to refer a child to",
            "1121",
        ] {
            assert!(text.contains(said), "{said} is missing in\n{text}");
        }
        out
    });
    assert_eq!(tree(&one), tree(&two), "the same bytes on any number of threads");

    let record = json(&one.join("plan.json"));
    assert!(record["quality"]["gap"].as_f64().unwrap() >= 0.0);
    let visits = rows(&one.join("visits.csv"));
    let sites: BTreeSet<&String> = visits.iter().map(|v| &v["site_id"]).collect();
    assert_eq!(sites.len(), visits.len(), "no site twice");
    let known: BTreeMap<String, BTreeMap<String, String>> =
        rows(&Path::new(run).join("sites.csv")).into_iter().map(|r| (r["site_id"].clone(), r)).collect();
    let mut by_day: BTreeMap<(String, String), usize> = BTreeMap::new();
    for visit in &visits {
        assert_eq!(known[&visit["site_id"]]["district_id"], visit["district_id"]);
        assert!(visit["date"].starts_with("2027-02-") && !visit["reasons"].is_empty(), "{visit:?}");
        *by_day.entry((visit["team_id"].clone(), visit["date"].clone())).or_insert(0) += 1;
        let number = |column: &str| visit[column].parse::<f64>().ok();
        if visit["kind"] == "random" {
            let stated = number("inclusion_probability").unwrap();
            let parts =
                number("district_probability").unwrap() * number("district_drawn_sites").unwrap() / number("district_sites").unwrap();
            assert!((stated - parts).abs() < 1e-12 && stated > 0.0 && stated <= 1.0);
        } else {
            assert_eq!(number("inclusion_probability"), None);
        }
    }
    let daily: BTreeMap<String, usize> =
        rows(Path::new(&teams)).into_iter().map(|r| (r["team_id"].clone(), r["daily_sites"].parse().unwrap())).collect();
    assert!(by_day.iter().all(|((team, _), visits)| *visits <= daily[team]), "{by_day:?}");
    // each team on each date once, and hours that fit
    let days = rows(&one.join("days.csv"));
    let dates: BTreeSet<(&String, &String)> = days.iter().map(|d| (&d["team_id"], &d["date"])).collect();
    assert_eq!(dates.len(), days.len());
    for day in &days {
        let hours: f64 = ["driving_hours", "visit_hours"].iter().map(|c| day[*c].parse::<f64>().unwrap()).sum();
        assert!(hours <= 8.0 + 1e-9, "{day:?}");
    }
    // sites with findings that nobody remedied are visited or said to be left out
    let open: BTreeSet<String> = rows(&repository().join("examples/kilns/evidence.csv"))
        .into_iter()
        .filter(|e| e["finding"] == "found" && e["remediated_on"].is_empty())
        .map(|e| e["site_id"].clone())
        .collect();
    let unmet = record["unmet"].as_array().unwrap();
    for site in open {
        assert!(sites.contains(&site) || unmet.iter().any(|u| u.as_str().unwrap().contains(&site)), "{site} is forgotten");
    }
    let map = json(&one.join("map.geojson"));
    let features = map["features"].as_array().unwrap();
    assert_eq!(features.iter().filter(|f| f["geometry"]["type"] == "Point").count(), visits.len());

    // the month as a part of the brief, for those who work on it only
    let brief = scratch.path().join("brief");
    let (plan, brief_text) = (one.to_str().unwrap(), brief.to_str().unwrap());
    let report = ["report", run, "--for", "inspectorate", "--plan", plan, "--format", "html,json", "-o", brief_text];
    run_ok(&report);
    let html = std::fs::read_to_string(brief.join("inspectorate-en.html")).unwrap();
    assert!(html.contains("The plan of") && html.contains("drawn at random") && html.contains("sites drawn at random"));
    let findings = json(&brief.join("inspectorate-en.json"));
    assert_eq!(findings["plan"]["for"], "inspectorate");
    let reported: BTreeSet<&str> =
        findings["plan"]["visits"].as_array().unwrap().iter().map(|v| v["site"]["site"]["id"].as_str().unwrap()).collect();
    assert_eq!(reported, sites.iter().map(|s| s.as_str()).collect());
    let public = run_code(&[&report[..], &["--audience", "public", "--force"]].concat(), 2).1;
    assert!(public.contains("not for publication"), "{public}");
    let other = run_code(&["report", run, "--for", "brand", "--plan", plan, "-o", brief_text], 2).1;
    assert!(other.contains("plan again with --for brand"), "{other}");
    let elsewhere = scratch.path().join("elsewhere");
    let input = repository().join("examples/orders");
    run_ok(&["score", input.to_str().unwrap(), "-o", elsewhere.to_str().unwrap(), "--draws", "0"]);
    let mixed = run_code(&["report", elsewhere.to_str().unwrap(), "--for", "inspectorate", "--plan", plan], 2).1;
    assert!(mixed.contains("made from another run"), "{mixed}");

    // the next month: nobody returns, and the earlier plan is what it is compared with
    let next = scratch.path().join("next");
    run_ok(&[
        "plan",
        run,
        "--teams",
        &teams,
        "--month",
        "2027-03",
        "--previous",
        one.to_str().unwrap(),
        "--seed",
        "2",
        "-o",
        next.to_str().unwrap(),
    ]);
    let was: BTreeSet<(String, String)> = visits.iter().map(|v| (v["team_id"].clone(), v["site_id"].clone())).collect();
    for visit in rows(&next.join("visits.csv")).iter().filter(|v| v["kind"] != "random") {
        assert!(!was.contains(&(visit["team_id"].clone(), visit["site_id"].clone())), "{visit:?}");
    }
    let compared = json(&next.join("plan.json"));
    assert!(compared["comparison"].as_array().unwrap().iter().any(|c| c["of"] == "earlier_list" && c["visits"].as_f64().unwrap() > 0.0));
}

#[test]
fn what_cannot_be_planned_is_said_with_a_hint() {
    let scratch = scratch();
    let run = scored(&scratch);
    let run = run.to_str().unwrap();
    let out = scratch.path().join("plan");
    let out = out.to_str().unwrap();
    let told = |table: &str, more: &[&str], code: i32| {
        let path = file(&scratch, "teams.csv", table);
        let fixed = ["plan", run, "--teams", &path, "--month", "2027-02", "-o", out];
        let err = run_code(&fixed.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>(), code).1;
        assert!(!Path::new(out).exists(), "nothing is written");
        err
    };
    let header = "team_id,home_district,days,daily_sites\n";
    assert!(told(&format!("{header}T1,Lahor,x,3\n"), &[], 3).contains("row 2, column days"));
    let unknown = told(&format!("{header}T1,Atlantis,5,3\nT1,Lahore,5,3\n"), &[], 3);
    assert!(unknown.contains("district_unknown") && unknown.contains("id_duplicate"), "{unknown}");
    assert!(told(header, &[], 3).contains("no team"));
    assert!(told(&format!("{header}T1,Lahore,0,3\n"), &[], 3).contains("no team has a day"));
    let long = told(&format!("{header}T1,Lahore,30,3\n"), &[], 2);
    assert!(long.contains("20 working days") && long.contains("--saturdays"), "{long}");
    let shut = told(&format!("{header}T1,Gilgit,5,3\n"), &[], 3);
    assert!(shut.contains("no site may be visited") && shut.contains("--across-provinces"), "{shut}");
    assert!(told("name,phone\nx,0300\n", &[], 3).contains("expected columns team_id and days"));
    let travel = file(&scratch, "hours.csv", "from,to,hours\nT1,Nowhere,3\n");
    assert!(told(&format!("{header}T1,Lahore,5,3\n"), &["--travel", &travel], 3).contains("place_unknown"));
    assert!(run_code(&["plan", run, "--teams", &teams(), "--month", "2027-13"], 2).1.contains("expected a month"));
    assert!(run_code(&["plan", run], 2).1.contains("--teams"));
    assert!(run_code(&["plan", run, "--teams", &teams(), "-o", run], 2).1.contains("the plan would lie in the run folder"));
    let mine = file(&scratch, "mine/thesis.txt", "mine");
    let folder = Path::new(&mine).parent().unwrap().to_str().unwrap().to_owned();
    assert!(run_code(&["plan", run, "--teams", &teams(), "--month", "2027-02", "-o", &folder], 3).1.contains("not a plan folder"));
}

#[test]
fn a_budget_and_a_chain_are_planned_too() {
    let scratch = scratch();
    let run = scored(&scratch);
    let (run, out) = (run.to_str().unwrap(), scratch.path().join("plan"));
    let out_text = out.to_str().unwrap();
    let cost = "announced_paid_audit=60000,child_interview_off_site=45000,questionnaire=2000";
    let text = run_ok(&["plan", run, "--for", "exporter", "--budget", "900000", "--cost", cost, "-o", out_text]);
    assert!(text.contains("Visits on a budget") && text.contains("child interview off site"), "{text}");
    let audits = rows(&out.join("audits.csv"));
    let spent: f64 = audits.iter().map(|a| a["cost"].parse::<f64>().unwrap()).sum();
    let record = json(&out.join("plan.json"));
    assert!(spent <= 900_000.0 && (record["spent"].as_f64().unwrap() - spent).abs() < 1e-6);
    assert!(record["bound"].as_f64().unwrap() >= record["tells"].as_f64().unwrap() * (1.0 - 1e-12));
    assert!(audits.iter().any(|a| a["kind"] == "follow_up"));
    assert!(
        run_code(&["plan", run, "--for", "exporter", "--budget", "1", "--cost", "magic=3", "-o", out_text], 2)
            .1
            .contains("no way of looking")
    );

    let pack = scratch.path().join("pack");
    let report = ["report", run, "--for", "exporter", "--plan", out_text, "--format", "html", "-o", pack.to_str().unwrap()];
    run_ok(&report);
    assert!(std::fs::read_to_string(pack.join("exporter-en.html")).unwrap().contains("Visits on the budget"));
    let inspection = run_code(&["plan", run, "--for", "exporter", "--budget", "1", "--cost", "labour_inspection=3", "-o", out_text], 2).1;
    assert!(inspection.contains("nobody can buy one") && inspection.contains("unannounced_audit"), "{inspection}");

    let text = run_ok(&["plan", run, "--for", "brand", "--buyer", "BU-02", "-o", out_text]);
    assert!(text.contains("Which tier to open") && text.contains("ask for its suppliers"), "{text}");
    let actions = rows(&out.join("actions.csv"));
    let narrowing: Vec<f64> = actions.iter().map(|a| a["narrowing"].parse().unwrap()).collect();
    assert!(narrowing.windows(2).all(|w| w[0] >= w[1]) && narrowing[0] > 0.0, "{narrowing:?}");
    run_ok(&["report", run, "--for", "brand", "--plan", out_text, "--format", "html", "-o", pack.to_str().unwrap()]);
    assert!(std::fs::read_to_string(pack.join("brand-en.html")).unwrap().contains("What to find out next"));
    assert!(run_code(&["plan", run, "--for", "brand", "-o", out_text], 2).1.contains("--buyer"));
}
