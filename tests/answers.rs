//! The answers users come for, through the binary.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{file, repository, run_code, run_ok, scratch};
use serde_json::Value;

fn json(arguments: &[&str]) -> Value {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--format", "json"]);
    serde_json::from_str(&run_ok(&arguments)).unwrap()
}

#[test]
fn a_clean_announced_audit_moves_little_and_a_child_interview_much() {
    let scratch = scratch();
    file(
        &scratch,
        "net/sites.csv",
        "site_id,sector,country,district,workers\nA,surgical_instruments,PK,Sialkot,40\nB,surgical_instruments,PK,Sialkot,40\nC,surgical_instruments,PK,Sialkot,40\n",
    );
    file(
        &scratch,
        "net/evidence.csv",
        "evidence_id,site_id,date,method,finding,announced,paid_by,off_site,children_interviewed\n\
         E1,A,2026-11-01,social_audit,not_found,yes,supplier,,\n\
         E2,B,2026-11-01,child_interview,not_found,,,yes,yes\n\
         E3,C,2026-11-01,child_interview,found,,,yes,yes\n",
    );
    let out = scratch.path().join("out");
    let out = out.to_str().unwrap();
    run_ok(&["score", scratch.path().join("net").to_str().unwrap(), "-o", out, "--as-of", "2026-11-23"]);
    let moves = |site: &str| json(&["explain", out, "--site", site])["evidence"][0]["moves_log_odds"].as_f64().unwrap();
    let (audit, clean, found) = (moves("A"), moves("B"), moves("C"));
    assert!(audit < 0.0 && audit > -0.15, "a clean announced audit paid by the supplier moves {audit}");
    assert!(clean < -1.0, "a clean interview of children away from the site moves {clean}");
    assert!(found > 2.0, "a finding moves {found}");
    let text = run_ok(&["explain", out, "--site", "A"]);
    assert!(text.contains("announced_social_audit") && text.contains("presence without"), "{text}");
}

#[test]
fn contributions_paths_and_untraced_sum_to_the_linked_share() {
    let scratch = scratch();
    let out = scratch.path().join("out");
    let out = out.to_str().unwrap();
    run_ok(&["score", repository().join("examples/cotton").to_str().unwrap(), "-o", out, "--as-of", "2026-11-23"]);
    let trace = json(&["trace", out, "--buyer", "BR-01", "--paths", "25"]);
    let hazard = &trace["hazards"]["child_labour"];
    let number = |v: &Value| v.as_f64().unwrap();
    let both = |v: &Value| number(&v["girls"]) + number(&v["boys"]);
    let contributions: f64 = trace["contributions"].as_array().unwrap().iter().map(|c| both(&c["linked"]["child_labour"])).sum();
    let tiers: f64 = trace["tiers"].as_array().unwrap().iter().map(|c| both(&c["linked"]["child_labour"])).sum();
    let paths: f64 = trace["paths"]["paths"].as_array().unwrap().iter().map(|p| number(&p["linked_share"])).sum();
    let traced = number(&hazard["traced"]);
    assert!((contributions - traced).abs() < 1e-9 && (tiers - traced).abs() < 1e-9);
    assert!((paths + number(&trace["paths"]["remainder"]) - traced).abs() < 1e-9);
    assert!((traced + number(&hazard["untraced"]) - number(&hazard["linked_share"])).abs() < 1e-9);
    assert!((number(&hazard["girls"]) + number(&hazard["boys"]) - number(&hazard["linked_share"])).abs() < 1e-9);
}

#[test]
fn places_are_found_by_any_name_and_by_coordinates() {
    let scratch = scratch();
    let list = file(
        &scratch,
        "sites.csv",
        "site_id,sector,country,district,latitude,longitude,address\n\
         A,brick_kilns,PK,Sialkot,,,\nB,brick_kilns,Pakistan,سیالکوٹ,,,\nC,brick_kilns,PAK,District Rahim Yar Khan,,,\n\
         D,2392,پاکستان,PK601,,,\nE,Bhatta,pk,,32.4784473,74.4168489,\nF,brick_kilns,PK,,,,\"Lahore Road, Sialkot 51310, Punjab\"\nH,C1410,PK,,,,\"12 Lahore Road, Karachi\"\nG,1430,Viet Nam,,,,\n",
    );
    let out = scratch.path().join("out");
    run_ok(&["score", &list, "-o", out.to_str().unwrap()]);
    let mut reader = csv::Reader::from_path(out.join("sites.csv")).unwrap();
    let found: Vec<(String, String, String, String)> = reader
        .deserialize::<std::collections::HashMap<String, String>>()
        .map(|row| {
            let row = row.unwrap();
            (row["site_id"].clone(), row["district"].clone(), row["district_matched_by"].clone(), row["country"].clone())
        })
        .collect();
    let expected = [
        ("A", "Sialkot", "name", "PAK"),
        ("B", "Sialkot", "variant", "PAK"),
        ("C", "Rahim Yar Khan", "name", "PAK"),
        ("D", "Attock", "code", "PAK"),
        ("E", "Sialkot", "coordinates", "PAK"),
        ("F", "Sialkot", "address", "PAK"),
        ("G", "", "none", "VNM"),
        ("H", "", "none", "PAK"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(a, b, c, d)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned(), (*d).to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_table_of_links_alone_makes_its_sites() {
    let scratch = scratch();
    let list = file(
        &scratch,
        "brands.csv",
        "company_name,supplier_name,supplier_address,supplier_latlon\n\
         Example Brand,Example Stitch,\"12 Mill Road, Faisalabad, Pakistan\",\nExample Brand,Example Sew,Plot 4,\"[31.52, 74.35]\"\nExample Brand,Example Nowhere,Plot 5,\n",
    );
    let out = scratch.path().join("out");
    let text = run_ok(&["score", &list, "-o", out.to_str().unwrap(), "--sector", "garments_cmt"]);
    assert!(text.contains("1 country_unresolved"), "what cannot be resolved is said: {text}");
    let sites = std::fs::read_to_string(out.join("sites.csv")).unwrap();
    let line = |name: &str| sites.lines().find(|l| l.contains(name)).unwrap_or_else(|| panic!("{sites}")).to_owned();
    assert!(line("Example Stitch").contains(",PAK,") && line("Example Stitch").contains("Faisalabad"));
    assert!(line("Example Sew").contains(",PAK,") && line("Example Sew").contains("Lahore"));
    assert!(line("Example Nowhere").contains(",WLD,world,"));
    assert!(line("Example Brand").contains(",brand,"));
    // the order of rows decides nothing, contradictions are said, rejected rows make no site
    let rows = ["A,B,spinning,PK,,", "A,C,weaving,IN,,", "D,B,spinning,PK,,2026-02-30"];
    let header = "supplier_id,buyer_id,supplier_sector,supplier_country,share,valid_to";
    let score = |order: [usize; 3]| {
        let list = file(&scratch, "links.csv", format!("{header}\n{}\n", order.map(|k| rows[k]).join("\n")));
        let out = scratch.path().join("order");
        let text = run_ok(&["score", &list, "-o", out.to_str().unwrap(), "--max-rejected", "0.5"]);
        assert!(text.contains("1 site_disagrees"), "{text}");
        std::fs::read_to_string(out.join("scores.csv")).unwrap()
    };
    let first = score([0, 1, 2]);
    assert_eq!(first, score([2, 1, 0]));
    assert!(!first.contains("\nD,"), "a rejected row makes no site");
}

#[test]
fn a_column_map_names_what_the_program_cannot_guess() {
    let scratch = scratch();
    let list = file(&scratch, "liste.csv", "Betrieb,Branche,Land,Leute\nExample Mill,spinning,PK,250\n");
    let map = scratch.path().join("map.json");
    run_code(&["check", &list, "--suggest-map", map.to_str().unwrap()], 3);
    let map = file(&scratch, "map.json", r#"{"sites": {"name": "Betrieb", "sector": "Branche", "country": "Land", "workers": "Leute"}}"#);
    let out = scratch.path().join("out");
    run_ok(&["score", &list, "-o", out.to_str().unwrap(), "--map", &map]);
    assert!(std::fs::read_to_string(out.join("sites.csv")).unwrap().contains(",250.0,false,"));
    let bad = file(&scratch, "bad.json", r#"{"sites": {"staff": "Leute"}}"#);
    let (_, err) = run_code(&["score", &list, "-o", out.to_str().unwrap(), "--map", &bad], 3);
    assert!(err.contains("staff"), "{err}");
}

#[test]
fn a_user_s_pack_replaces_rows_and_is_recorded() {
    let scratch = scratch();
    file(
        &scratch,
        "pack/datapackage.json",
        r#"{"name": "mine", "version": "1", "resources": [{"name": "parameters", "path": "parameters.csv"}]}"#,
    );
    file(
        &scratch,
        "pack/parameters.csv",
        "parameter,scale,mean,sd,low,high,grade,source_key,basis\nsigma_site,log_odds,0.1,,,,E,own_assess,mine\n",
    );
    let pack = scratch.path().join("pack");
    let pack = pack.to_str().unwrap();
    assert!(run_ok(&["packs", "check", pack]).contains("1 row of parameters, 1 replaces a row of world"));
    let shown = json(&["packs", "show", "parameters", "--find", "sigma_site", "--pack", pack]);
    assert_eq!((&shown[0]["mean"], &shown[0]["pack"]), (&"0.1".into(), &"mine".into()));
    let list = file(&scratch, "sites.csv", "site_id,sector,country\nA,brick_kilns,PK\n");
    let out = scratch.path().join("out");
    run_ok(&["score", &list, "-o", out.to_str().unwrap(), "--pack", pack]);
    let record: Value = serde_json::from_slice(&std::fs::read(out.join("run.json")).unwrap()).unwrap();
    assert_eq!(
        record["packs"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect::<Vec<_>>(),
        ["world", "pakistan", "mine"]
    );
    file(
        &scratch,
        "pack/parameters.csv",
        "parameter,scale,mean,sd,low,high,grade,source_key,basis\nsigma_site,log_odds,much,,,,E,own_assess,mine\n",
    );
    let (_, err) = run_code(&["score", &list, "-o", out.to_str().unwrap(), "--pack", pack], 3);
    assert!(err.contains("parameters.csv, row 2, column mean: found `much`, expected a number"), "{err}");
}

#[test]
fn the_demo_prints_the_answer_and_leaves_a_run() {
    let scratch = scratch();
    let folder = scratch.path().join("demo");
    let text = run_ok(&["demo", "-o", folder.to_str().unwrap()]);
    for part in ["INVENTED", "Look here first", "Buyers at the end of the chain", "What this rests on", "next: tierlight explain"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    assert!(folder.join("run/run.json").is_file() && folder.join("input/sites.csv").is_file());
    run_ok(&["trace", folder.join("run").to_str().unwrap(), "--buyer", "BR-01", "--hazard", "forced"]);
}

#[test]
fn rates_of_any_country_by_hazard_and_sex() {
    let kilns = &json(&["packs", "show", "rates", "--country", "Pakistan", "--find", "kiln"])[0];
    assert_eq!(
        (&kilns["sector_id"], &kilns["level"], &kilns["derivation"]),
        (&"brick_kilns".into(), &"own_base".into(), &"derived".into())
    );
    let number = |value: &Value| value.as_f64().unwrap();
    let mean = |hazard: &str, sex: &str| number(&kilns[hazard][sex]["mean"]);
    assert!(mean("child_labour", "all") > mean("hazardous", "all") && mean("hazardous", "all") > mean("forced", "all"));
    assert!((mean("hazardous", "girls") + mean("hazardous", "boys") - mean("hazardous", "all")).abs() < 1e-12);
    let all = json(&["packs", "show", "rates", "--country", "Bangladesh"]);
    assert_eq!(all.as_array().unwrap().len(), 67);
    let weaving = |country: &str| json(&["packs", "show", "rates", "--country", country, "--find", "weaving"])[0].clone();
    assert_eq!((&weaving("BD")["level"], &weaving("Sri Lanka")["level"]), (&"own_rate".into(), &"poverty".into()));
    assert!(run_ok(&["packs", "show", "rates", "--country", "LK"]).contains("no survey of this country"));
    // reported v. corrected
    let shop = &json(&["packs", "show", "rates", "--country", "PK", "--find", "retail_vending"])[0];
    assert!((number(&shop["reported"]) / number(&shop["reporting"]) - number(&shop["child_labour"]["all"]["mean"])).abs() < 1e-9);
    let (_, err) = run_code(&["packs", "show", "rates", "--country", "Pakistn"], 2);
    assert!(err.contains("Pakistan"), "{err}");
    let (_, err) = run_code(&["packs", "show", "rates"], 2);
    assert!(err.contains("--country PK"), "{err}");
}

#[test]
fn sketches_agree_with_the_search_where_they_are_exact_and_say_where_they_are_not() {
    let scratch = scratch();
    let cotton = repository().join("examples/cotton");
    let score = |reach: &str| -> Vec<Vec<String>> {
        let out = scratch.path().join(reach);
        let arguments = ["score", cotton.to_str().unwrap(), "-o", out.to_str().unwrap(), "--as-of", "2026-11-23", "--reach", reach];
        run_ok(&arguments);
        let mut reader = csv::Reader::from_path(out.join("sites.csv")).unwrap();
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let wanted = ["site_id", "upstream_sites", "expected_sites", "upstream_girls", "reach_exact"];
        let columns = wanted.map(|c| header.iter().position(|h| h == c).unwrap());
        reader.records().map(|r| r.unwrap()).map(|r| columns.iter().map(|&k| r[k].to_owned()).collect()).collect()
    };
    let (search, sketch) = (score("search"), score("sketch"));
    let mut estimated = 0;
    for (exact, found) in search.iter().zip(&sketch) {
        assert_eq!(exact[4], "true");
        for k in 1..4 {
            let (x, y): (f64, f64) = (exact[k].parse().unwrap(), found[k].parse().unwrap());
            let allowed = if found[4] == "true" { 1e-9 } else { 0.6 };
            assert!((x - y).abs() <= allowed * x.max(1e-9), "{exact:?} {found:?}");
        }
        estimated += usize::from(found[4] == "false");
    }
    assert!(estimated > 0, "some buyers have 80 sites or more upstream");
}

#[test]
fn derived_bases_lead_to_the_surveys_behind_them_here_and_abroad() {
    let scratch = scratch();
    file(
        &scratch,
        "sites.csv",
        "site_id,sector,country,district\nhere,weaving,PK,Multan\nabroad,weaving,IN,\ncounted,brick_kilns,PK,\nrich,weaving,DE,\n",
    );
    let (net, out) = (scratch.path().join("sites.csv"), scratch.path().join("out"));
    run_ok(&["score", net.to_str().unwrap(), "-o", out.to_str().unwrap(), "--as-of", "2026-11-23"]);
    let explain = |site: &str| -> Value {
        serde_json::from_str(&run_ok(&["explain", out.to_str().unwrap(), "--site", site, "--sources", "--format", "json"])).unwrap()
    };
    let numbers = |found: &Value| found["numbers"].as_array().unwrap().clone();
    let keys = |found: &Value| -> Vec<String> {
        found["sources"].as_array().unwrap().iter().map(|s| s["source_key"].as_str().unwrap().to_owned()).collect()
    };
    let rows = |found: &Value, table: &str| -> Vec<String> {
        let of = |n: &Value| (n["pack"]["table"] == table).then(|| n["pack"]["key"].as_str().unwrap().to_owned());
        numbers(found).iter().filter_map(of).collect()
    };
    let number = |found: &Value, name: &str| -> Value {
        numbers(found).iter().find(|n| n["number"].as_str().unwrap().starts_with(name)).unwrap_or_else(|| panic!("no {name}")).clone()
    };

    let here = explain("here");
    for source in ["pcls_2019", "sindh_cls_2024", "kp_cls_2022"] {
        assert!(keys(&here).contains(&source.to_owned()) && keys(&explain("abroad")).contains(&source.to_owned()), "{source}");
    }
    let punjab = "Punjab, 2019-20, manufacturing_all, all, 5-17".to_owned();
    assert!(rows(&here, "child_labour_by_industry").contains(&punjab));
    let how = number(&here, "derivation of base");
    assert!(how["derived_from"].as_str().unwrap().contains("docs/method/sector-base.md with the above and employment"), "{how}");
    assert!(number(&here, "base of weaving")["pack"]["note"].as_str().unwrap().starts_with("Split of manufacturing"));
    let factor = number(&here, "reporting factor");
    assert_eq!((&factor["pack"]["key"], &factor["value"]), (&"reporting_proxy_respondent".into(), &0.7.into()));

    let abroad = explain("abroad");
    assert_eq!(rows(&abroad, "sector_base").last().unwrap(), "weaving, PAK", "the reference was moved from it");
    let kiln = explain("counted");
    assert!(number(&kiln, "reporting factor")["derived_from"].as_str().unwrap().contains("nothing is missed by respondents"));
    assert_eq!(rows(&kiln, "sector_direct"), ["brick_kilns, PAK"]);
    assert_eq!(number(&kiln, "input: factor of brick_kilns, PAK, workers")["value"], 60.0, "what a count is multiplied by is a number too");
    assert!(rows(&kiln, "sector_counts").len() >= 3 && rows(&kiln, "child_labour_by_industry").is_empty());
    assert!(number(&explain("rich"), "country level")["derived_from"].as_str().unwrap().contains("judged for high-income"));

    // the district's own figures, each in its own column, with its grade
    for (column, value, grade) in [("oos_girls", 33.32, "A"), ("oos_boys", 29.14, "A"), ("birth_registration_rate", 67.43, "B")] {
        let found = number(&here, column);
        assert_eq!((&found["pack"]["column"], &found["pack"]["grade"]), (&column.into(), &grade.into()));
        assert_eq!(found["value"], value, "{found}");
    }
    let gap = number(&here, "girls' school gap of Multan")["value"].as_f64().unwrap();
    assert!((gap - (33.32 - 29.14)).abs() < 1e-9, "{gap}");
    let rate = number(&here, "rate by MICS6 Punjab")["value"].as_f64().unwrap();
    assert!(rate > 1.0, "{rate} is in percent, as the row is");
}
