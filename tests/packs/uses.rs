//! What two versions differ in, and where a score's numbers come from.

use super::*;

#[test]
fn diff_says_what_changed_and_what_would_move() {
    let pack = repository().join("examples/packs/minimal");
    let pack = pack.to_str().unwrap();
    let diff = |arguments: &[&str]| -> Value {
        let mut all = vec!["packs", "diff"];
        all.extend(arguments);
        all.extend(["--format", "json"]);
        serde_json::from_str(&run_ok(&all)).unwrap()
    };
    let same = diff(&["builtin", "pakistan"]);
    for part in ["rows", "base_prevalences", "districts", "parameters"] {
        assert_eq!(same[part], json!([]), "{part}");
    }
    let found = diff(&["builtin", pack]);
    let kinds: Vec<(&str, &str)> =
        found["rows"].as_array().unwrap().iter().map(|r| (r["key"].as_str().unwrap(), r["change"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("brick_kilns, NPL", "added"), ("brick_kilns, PAK", "changed"), ("invented_example", "added")]);
    let base = found["rows"][1]["cells"].as_array().unwrap().iter().find(|c| c["column"] == "base").unwrap();
    assert_eq!((&base["after"], &base["source_key"]), (&"0.20".into(), &"invented_example".into()));
    let moved: Vec<&str> = found["base_prevalences"].as_array().unwrap().iter().map(|m| m["country"].as_str().unwrap()).collect();
    assert_eq!(moved, ["NPL", "PAK"], "only kilns of the two countries, the larger move first");
    let step = &found["base_prevalences"][1]["hazards"]["child_labour"];
    let (before, after) = (step["before"].as_f64().unwrap(), step["after"].as_f64().unwrap());
    let odds = |p: f64| (p / (1.0 - p)).log10() * std::f64::consts::LN_10;
    assert!((after - 0.2).abs() < 1e-12 && (step["log_odds"].as_f64().unwrap() - (odds(after) - odds(before))).abs() < 1e-9);
    let back = diff(&[pack, "builtin"]);
    assert_eq!(back["rows"][0]["change"], "removed");
    let one = diff(&["builtin", pack, "--country", "PK"]);
    assert_eq!(one["base_prevalences"].as_array().unwrap().len(), 1);

    let text = run_ok(&["packs", "diff", "builtin", pack, "--limit", "2"]);
    assert!(text.contains("Which results would move") && text.contains("… and 10 more"), "{text}");
}

#[test]
fn diff_assesses_a_run_with_both() {
    let scratch = scratch();
    let (out, kilns) = (scratch.path().join("out"), repository().join("examples/kilns"));
    run_ok(&["score", kilns.to_str().unwrap(), "-o", out.to_str().unwrap(), "--as-of", "2026-11-23"]);
    let row = "sigma_site,log_odds,0.8,0.15,,,E,own_assess,as it was";
    let beta = "beta_advance_debt,log_odds,1.5,0.2,,,E,own_assess,invented for a test";
    let header = "parameter,scale,mean,sd,low,high,grade,source_key,basis";
    let pack = pack(&scratch, &json!([{ "name": "parameters", "path": "p.csv" }]), &[("p.csv", &format!("{header}\n{row}\n{beta}\n"))]);
    let arguments = ["packs", "diff", "builtin", &pack, "--run", out.to_str().unwrap()];
    let found: Value = serde_json::from_str(&run_ok(&[&arguments[..], &["--format", "json"]].concat())).unwrap();
    let moved: Vec<&str> = found["parameters"].as_array().unwrap().iter().map(|p| p["parameter"].as_str().unwrap()).collect();
    assert_eq!(moved, ["beta_advance_debt"], "a row that says the same is no change");
    assert!(found["parameters"][0]["touches"].as_str().unwrap().contains("prevalence"));
    // what diff calls `before` is what the run has, and `after` what a run with the pack gives
    let again = scratch.path().join("again");
    run_ok(&["score", kilns.to_str().unwrap(), "-o", again.to_str().unwrap(), "--as-of", "2026-11-23", "--pack", &pack]);
    let presence = |folder: &std::path::Path, site: &str| -> f64 {
        let mut reader = csv::Reader::from_path(folder.join("scores.csv")).unwrap();
        let rows = reader.deserialize::<std::collections::HashMap<String, String>>().map(Result::unwrap);
        let row = rows.into_iter().find(|r| r["site_id"] == site && r["hazard"] == "child_labour").unwrap();
        row["presence"].parse().unwrap()
    };
    let sites = found["run"]["moved"].as_array().unwrap();
    assert!(sites.len() > 10, "{}", sites.len());
    for site in sites.iter().take(10) {
        let (id, moved) = (site["site_id"].as_str().unwrap(), &site["hazards"][0]["presence"]);
        for (folder, value) in [(&out, &moved["before"]), (&again, &moved["after"])] {
            assert!((presence(folder, id) - value.as_f64().unwrap()).abs() < 1e-9, "{id}");
        }
    }
    let text = run_ok(&arguments);
    assert!(text.contains("Final buyers whose linked share moves") && text.contains("Sites whose priority moves"), "{text}");
}

#[test]
fn every_number_of_a_score_leads_to_a_source() {
    let scratch = scratch();
    let out = scratch.path().join("out");
    let out_arg = out.to_str().unwrap();
    run_ok(&["score", repository().join("examples/sialkot").to_str().unwrap(), "-o", out_arg, "--as-of", "2026-11-23"]);
    let mut used = std::collections::BTreeSet::new();
    let mut reader = csv::Reader::from_path(out.join("packs_used.csv")).unwrap();
    for row in reader.deserialize::<std::collections::HashMap<String, String>>().map(Result::unwrap) {
        assert!(row["source_key"].is_empty() || !row["title"].is_empty(), "{row:?}");
        used.insert((row["table"].clone(), row["key"].clone(), row["pack"].clone(), row["row"].parse::<u64>().unwrap()));
    }
    // a workshop with evidence, homes, a brand
    for site in ["VW-27", "HC-11", "BR-01"] {
        let found: Value = serde_json::from_str(&run_ok(&["explain", out_arg, "--site", site, "--sources", "--format", "json"])).unwrap();
        let numbers = found["numbers"].as_array().unwrap();
        let keys: Vec<&str> = found["sources"].as_array().unwrap().iter().map(|s| s["source_key"].as_str().unwrap()).collect();
        for number in numbers {
            let pack = &number["pack"];
            if pack.is_object() {
                let text = |key: &str| pack[key].as_str().unwrap().to_owned();
                assert!(keys.contains(&text("source_key").as_str()), "{number}");
                assert!(pack["grade"].is_string(), "{number} has no grade");
                assert!(used.contains(&(text("table"), text("key"), text("pack"), pack["row"].as_u64().unwrap())), "{number}");
            } else {
                let said = number["stated"].is_object() || number["derived_from"].is_string() || number["unknown"] == true;
                assert!(said, "{number}");
            }
        }
        for term in found["terms"].as_array().unwrap() {
            let cited = numbers.iter().any(|n| n["part"] == term["part"] && n["term"] == term["term"]);
            assert!(cited, "{site}: {term} has no source");
        }
    }
}

#[test]
fn sources_name_the_row_of_the_pack_and_the_row_of_the_user() {
    let scratch = scratch();
    file(&scratch, "net/sites.csv", "site_id,sector,country,workers\nB,brick_kilns,PK,40\nA,brick_kilns,PK,60\n");
    file(
        &scratch,
        "net/visits.csv",
        "evidence_id,site_id,date,method,finding,source\nE1,B,2026-10-01,home_visit,not_found,report 1\nE2,A,2026-10-01,home_visit,found,report 2\n",
    );
    let out = scratch.path().join("out");
    let pack = repository().join("examples/packs/minimal");
    let net = scratch.path().join("net");
    run_ok(&["score", net.to_str().unwrap(), "-o", out.to_str().unwrap(), "--as-of", "2026-11-23", "--pack", pack.to_str().unwrap()]);
    let explained = run_ok(&["explain", out.to_str().unwrap(), "--site", "A", "--sources", "--format", "json"]);
    let found: Value = serde_json::from_str(&explained).unwrap();
    let number =
        |name: &str| found["numbers"].as_array().unwrap().iter().find(|n| n["number"].as_str().unwrap().starts_with(name)).unwrap();
    let base = &number("base of brick_kilns")["pack"];
    assert_eq!((&base["pack"], &base["row"], &base["grade"]), (&"minimal-example".into(), &2.into(), &"E".into()));
    let workers = &number("workers")["stated"];
    assert_eq!((&workers["file"], &workers["row"]), (&"sites.csv".into(), &3.into()), "not the row in the network, where A comes first");
    let visit = &number("home_visit")["stated"];
    assert_eq!((&visit["file"], &visit["row"], &visit["source"]), (&"visits.csv".into(), &3.into(), &"report 2".into()));
    let text = run_ok(&["explain", out.to_str().unwrap(), "--site", "A", "--sources"]);
    let line = text.lines().find(|l| l.contains("base of brick_kilns")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(
        words[..],
        [
            "child_labour:",
            "sector_base",
            "base",
            "of",
            "brick_kilns",
            "0.2",
            "E",
            "invented_example",
            "minimal-example",
            "2",
            "sector_base",
            "(brick_kilns,",
            "PAK)"
        ]
    );
    assert!(text.contains("Invented for this example: no survey lies behind it"), "{text}");
    assert!(text.contains("sector_base (brick_kilns, PAK): Invented; takes the place of the row of pakistan"), "{text}");
    let derived = found["numbers"].as_array().unwrap().iter().any(|n| n["number"].as_str().unwrap().starts_with("derivation of base"));
    assert!(!derived, "a pack's own base is not ours to derive");
}

/// The districts carry what the indicators say, with its grade, one lower where the value is the parent's.
#[test]
fn figures_of_districts_agree_with_the_indicators() {
    type Row = std::collections::HashMap<String, String>;
    let read = |table: &str| -> Vec<Row> {
        let mut reader = csv::Reader::from_path(repository().join("datasets/pakistan").join(table)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    };
    let indicators: std::collections::HashMap<[String; 4], Row> =
        read("indicators.csv").into_iter().map(|r| (["district_id", "indicator", "sex", "source_key"].map(|c| r[c].clone()), r)).collect();
    let mut compared = 0;
    for d in read("districts.csv") {
        for (column, of, names, sex) in [
            ("birth_registration_rate", "birth", &["birth_registration_rate"][..], "all"),
            ("oos_girls", "oos", &["out_of_school_rate"], "girls"),
            ("oos_boys", "oos", &["out_of_school_rate"], "boys"),
            ("calamity", "calamity", &["flood_2022_calamity_hit", "flood_2024_calamity_hit"], "all"),
        ] {
            if d[column].is_empty() {
                continue;
            }
            let source = &d[&format!("{of}_source_key")];
            let look = |id: &String| {
                let key = |name: &str| [id.clone(), name.to_owned(), sex.to_owned(), source.clone()];
                names.iter().find_map(|name| indicators.get(&key(name)))
            };
            let own = look(&d["district_id"]);
            let row = own.or_else(|| look(&d["parent_id"])).unwrap_or_else(|| panic!("{column} of {} is in no row", d["name"]));
            let number = |row: &Row, column: &str| row[column].parse::<f64>().unwrap();
            assert!((number(row, "value") - number(&d, column)).abs() < 1e-9, "{column} of {}", d["name"]);
            let grade = row["grade"].chars().next().map(|g| if own.is_some() { g } else { (g as u8 + 1) as char }).unwrap();
            assert_eq!(d[&format!("{of}_grade")], grade.to_string(), "{column} of {}", d["name"]);
            compared += 1;
        }
    }
    assert!(compared > 450, "{compared}");
}
