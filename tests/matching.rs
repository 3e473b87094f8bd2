//! `match`, review by hand, and `score --matches`: several entries become one site, and nothing is merged that nobody accepted.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{file, run_code, run_ok, scratch};

const LIST: &str = "site_id,name,address,country,district,sector,workers,age_check,certified
B2,Zarmin Textile Mills (Pvt) Ltd,\"Plot 14-B, Korva Road\",PK,Faisalabad,spinning,100,yes,
A1,ZARMIN TEX MILL PRIVATE LIMITED,\"Plot No. 14-B Korva Rd, Faisalabad\",Pakistan,Faisalabd,spinning,,no,yes
A3,Zarmin Textile Mills Unit-II,\"Plot 90, Samundri Bypass\",PK,Faisalabad,spinning,,,
A4,Behtal Sports,Daska Rd,PK,Siyalkot,spinning,,,
";
const LINKS: &str = "supplier_id,buyer_id,share\nB2,A4,0.3\nA1,A4,0.3\nA4,A3,0.2\n";

/// Rows of a CSV file by header.
fn rows(path: &str) -> Vec<std::collections::HashMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(|r| r.unwrap()).collect()
}

/// The table of matches with another `accept` where both ids fit.
fn reviewed(path: &str, answers: &[(&str, &str, &str)]) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (accept, left, right) = (at("accept"), at("left_id"), at("right_id"));
    let mut records: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    for (a, b, answer) in answers {
        let row = records.iter_mut().find(|r| r[left] == *a && r[right] == *b);
        let row = row.unwrap_or_else(|| panic!("no pair {a}, {b}"));
        (*answer).clone_into(&mut row[accept]);
    }
    let mut writer = csv::Writer::from_path(path).unwrap();
    writer.write_record(&header).unwrap();
    for record in &records {
        writer.write_record(record).unwrap();
    }
    writer.flush().unwrap();
}

#[test]
fn entries_become_one_site_after_review() {
    let scratch = scratch();
    let sites = file(&scratch, "net/sites.csv", LIST);
    file(&scratch, "net/links.csv", LINKS);
    let network = scratch.path().join("net");
    let table = scratch.path().join("matches.csv");
    let (network, table) = (network.to_str().unwrap(), table.to_str().unwrap());
    let out = run_ok(&["match", network, "-o", table]);
    assert!(out.contains("1 matches, 2 potential matches, 1 sites in no pair"), "{out}");
    assert!(out.contains("name exact +") && out.contains("unit one -"), "each field says what it adds: {out}");

    let pairs = rows(table);
    let found = pairs.iter().find(|p| p["left_id"] == "A1" && p["right_id"] == "B2").unwrap();
    assert_eq!((found["decision"].as_str(), found["accept"].as_str()), ("match", "yes"));
    let parts =
        ["name", "unit", "address", "country", "district", "distance", "id"].map(|f| found[&format!("{f}_weight")].parse().unwrap_or(0.0));
    let sum: f64 = parts.iter().sum::<f64>() + found["prior"].parse::<f64>().unwrap();
    assert!((sum - found["score"].parse::<f64>().unwrap()).abs() < 0.05, "contributions sum to the score");
    assert_eq!(pairs.last().unwrap()["decision"], "new");

    let run = scratch.path().join("run");
    let run = run.to_str().unwrap();
    run_ok(&["score", network, "-o", run, "--matches", table, "--as-of", "2026-11-23"]);
    let scored = rows(&format!("{run}/sites.csv"));
    let ids: Vec<&str> = scored.iter().map(|s| s["site_id"].as_str()).collect();
    assert_eq!(ids, ["A1", "A3", "A4"], "one site under the first id");
    assert_eq!(scored[0]["workers"], "100.0", "what one entry leaves blank the other says");
    assert_eq!(scored[2]["district_matched_by"], "spelling");
    assert!(scored[2]["district_confidence"].parse::<f64>().unwrap() > 0.85);
    let links = rows(&format!("{run}/links.csv"));
    let into: Vec<(&str, &str)> = links.iter().map(|l| (l["supplier_id"].as_str(), l["buyer_id"].as_str())).collect();
    assert_eq!(into, [("A4", "A3"), ("A1", "A4")], "links point to the one site, once");
    let record: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(format!("{run}/run.json")).unwrap()).unwrap();
    let sites_table = record["tables"].as_array().unwrap().iter().find(|t| t["table"] == "sites").unwrap();
    let count = |k: &str| sites_table[k].as_u64().unwrap();
    assert_eq!((count("rows_in"), count("used"), count("merged"), count("rejected")), (4, 3, 1, 0));
    let codes: Vec<String> = rows(&format!("{run}/issues.csv")).into_iter().map(|i| i["code"].clone()).collect();
    for code in ["site_merged", "merged_disagree", "match_undecided", "district_spelling"] {
        assert!(codes.iter().any(|c| c == code), "{code} in {codes:?}");
    }
    // the condition on which the two disagree is unknown: as if neither had said it
    let neutral = LIST.replace(",100,yes,", ",100,,").replace(",,no,yes", ",,,yes");
    std::fs::write(&sites, neutral).unwrap();
    let again = scratch.path().join("again");
    run_ok(&["score", network, "-o", again.to_str().unwrap(), "--matches", table, "--as-of", "2026-11-23"]);
    let scores = |run: &str| rows(&format!("{run}/scores.csv")).into_iter().map(|r| r["presence"].clone()).collect::<Vec<_>>();
    assert_eq!(scores(run), scores(again.to_str().unwrap()));

    // a chain of yes makes one group, a no against it is a contradiction
    reviewed(table, &[("A1", "A3", "yes")]);
    run_ok(&["score", network, "-o", run, "--matches", table]);
    assert_eq!(rows(&format!("{run}/sites.csv")).len(), 2, "A1, B2 and A3 are one");
    reviewed(table, &[("A3", "B2", "no")]);
    let (_, err) = run_code(&["score", network, "-o", run, "--matches", table], 3);
    assert!(err.contains("[matches]") && err.contains("A3 and B2 are not one site"), "{err}");
    reviewed(table, &[("A3", "B2", "perhaps")]);
    let (_, err) = run_code(&["score", network, "-o", run, "--matches", table], 3);
    assert!(err.contains("perhaps") && err.contains("accept"), "{err}");
    // answers as people write them
    reviewed(table, &[("A3", "B2", ""), ("A1", "A3", " NO ")]);
    run_ok(&["score", network, "-o", run, "--matches", table]);
    assert_eq!(rows(&format!("{run}/sites.csv")).len(), 3, "no");
    reviewed(table, &[("A1", "A3", " Yes")]);
    run_ok(&["score", network, "-o", run, "--matches", table]);
    assert_eq!(rows(&format!("{run}/sites.csv")).len(), 2, "yes");
    // an id that the list does not have
    std::fs::write(&sites, LIST.replace("B2", "B9")).unwrap();
    reviewed(table, &[("A3", "B2", ""), ("A1", "A3", "")]);
    let (_, err) = run_code(&["score", network, "-o", run, "--matches", table, "--max-rejected", "1"], 3);
    assert!(err.contains("B2") && err.contains("run `match` again"), "{err}");
}

#[test]
fn answers_that_say_nothing_are_told_with_their_row() {
    let scratch = scratch();
    let list = file(&scratch, "sites.csv", LIST);
    let run = scratch.path().join("run");
    let header = "decision,accept,left_id,right_list,right_id,right_name,right_latitude,right_longitude
";
    let refused = |table: &str, wanted: &[&str]| {
        let table = file(&scratch, "matches.csv", format!("{header}{table}"));
        let (_, err) = run_code(&["score", &list, "-o", run.to_str().unwrap(), "--matches", &table], 3);
        for what in wanted {
            assert!(err.contains(what), "{what} in {err}");
        }
    };
    let fine = "match,no,A1,same,A3,,,\n";
    refused(&format!("{fine}new,yes,A4,,,,,\n"), &["row 3", "right_id", "blank", "hint"]);
    refused(&format!("{fine}match,yes,,same,A3,,,\n"), &["row 3", "left_id", "blank"]);
    refused(&format!("{fine}match,yes,A1,same,A1,,,\n"), &["row 3", "A1", "another entry", "itself"]);
    // an entry of another list that has the id of a third site of this one, named at the first row that says so
    refused(
        &format!("{fine}match,yes,A1,other,Z9,,,\npotential,yes,A3,other,A4,,,\nmatch,yes,B2,other,A4,,,\n"),
        &["row 4", "A4", "no other site of the list has"],
    );
}

#[test]
fn nothing_that_is_there_is_lost() {
    let scratch = scratch();
    let sites = file(&scratch, "net/sites.csv", LIST);
    let other = file(&scratch, "register.csv", LIST);
    let network = scratch.path().join("net");
    let network = network.to_str().unwrap();
    let table = scratch.path().join("matches.csv");
    let table = table.to_str().unwrap();
    run_ok(&["match", &sites, "-o", table]);
    reviewed(table, &[("A1", "A3", "no")]);
    let answers = std::fs::read(table).unwrap();
    let (_, err) = run_code(&["match", &sites, "-o", table], 2);
    assert!(err.contains("matches.csv exists: nothing is written") && err.contains("--force"), "{err}");
    assert_eq!(std::fs::read(table).unwrap(), answers, "a reviewed table is kept");
    // neither list, nor a table beside those of a folder, however it is spelt; --force changes nothing
    let roundabout = format!("{network}/../net/sites.csv");
    let beside = format!("{network}/new.csv");
    for (arguments, what) in [
        (vec!["match", sites.as_str(), "-o", roundabout.as_str()], "is read"),
        (vec!["match", sites.as_str(), "--against", other.as_str(), "-o", other.as_str()], "is read"),
        (vec!["match", network, "-o", beside.as_str()], "outside the folder"),
        (vec!["match", network, "-o", sites.as_str()], "outside the folder"),
        (vec!["match", sites.as_str(), "-o", network], "is a folder"),
        (vec!["check", sites.as_str(), "--suggest-map", sites.as_str()], "is read"),
    ] {
        let (_, err) = run_code(&[arguments.as_slice(), &["--force"]].concat(), 2);
        assert!(err.contains(what) && err.contains("hint"), "{arguments:?}: {err}");
    }
    assert_eq!(std::fs::read_to_string(&sites).unwrap(), LIST);
    assert_eq!(std::fs::read_to_string(&other).unwrap(), LIST);
    assert!(!std::path::Path::new(&beside).exists());
    run_ok(&["match", &sites, "-o", table, "--force"]);
    assert_ne!(std::fs::read(table).unwrap(), answers);
    let left: Vec<_> = std::fs::read_dir(scratch.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "no temporary file stays: {left:?}");
    // a mapping that was edited, and a card
    let map = file(&scratch, "map.json", "{}");
    let (_, err) = run_code(&["check", &sites, "--suggest-map", &map], 2);
    assert!(err.contains("map.json exists"), "{err}");
    let (_, err) = run_code(&["validate", "-o", &map], 2);
    assert!(err.contains("map.json exists"), "{err}");
    assert_eq!(std::fs::read_to_string(&map).unwrap(), "{}");
}

#[test]
fn help_names_only_what_matters() {
    let help = run_ok(&["match", "--help"]);
    for absent in ["--trust-inferred", "--rescale-shares", "--as-of", "--sector"] {
        assert!(!help.contains(absent), "{absent} in {help}");
        assert!(run_ok(&["score", "--help"]).contains(absent), "{absent}");
    }
    assert!(run_ok(&["packs", "diff", "--help"]).contains("BEFORE and AFTER are taken"));
}

#[test]
fn two_lists_come_to_share_ids() {
    let scratch = scratch();
    let list = file(&scratch, "sites.csv", LIST.replace("A4,Behtal Sports", "A4,"));
    let other = file(
        &scratch,
        "register.csv",
        "id,name,address,country,district,lat,lng\nZ9,Zarmin Textile Mills,14-B Korva Road,PK,Faisalabad,,\nZ8,Behtal Sport Co,Daska Road,PK,Sialkot,32.49,74.53\n",
    );
    let table = scratch.path().join("matches.csv");
    let table = table.to_str().unwrap();
    let json: serde_json::Value =
        serde_json::from_str(&run_ok(&["match", &list, "--against", &other, "-o", table, "--format", "json"])).unwrap();
    assert_eq!(json["match"], 2, "both entries of Zarmin: {json}");
    let run = scratch.path().join("run");
    let run = run.to_str().unwrap();
    run_ok(&["score", &list, "-o", run, "--matches", table]);
    let ids: Vec<String> = rows(&format!("{run}/sites.csv")).into_iter().map(|s| s["site_id"].clone()).collect();
    assert_eq!(ids, ["A3", "A4", "Z9"]);
    // one entry cannot be two sites of the other list
    let text = std::fs::read_to_string(table).unwrap();
    let accepted = text.lines().find(|l| l.starts_with("match,yes") && l.contains(",A1,")).unwrap().replace(",Z9,", ",Z8,");
    std::fs::write(table, format!("{text}{accepted}\n")).unwrap();
    let (_, err) = run_code(&["score", &list, "-o", run, "--matches", table], 3);
    assert!(err.contains("Z8") && err.contains("Z9") && err.contains("one site of the other list"), "{err}");
}

#[test]
fn a_table_of_links_alone_is_matched_and_merged() {
    let scratch = scratch();
    let list = file(
        &scratch,
        "links.csv",
        "supplier_name,supplier_address,buyer_name,sector\n\
         Zarmin Textile Mills Ltd,\"14-B Korva Road, Faisalabad, Pakistan\",Brand One,spinning\n\
         Zarmin Textile Mill Pvt Ltd,\"Plot 14-B Korva Rd, Faisalabad, Pakistan\",Brand Two,spinning\n\
         Behtal Sports,\"Daska Road, Sialkot, Pakistan\",Brand One,spinning\n",
    );
    let table = scratch.path().join("matches.csv");
    let table = table.to_str().unwrap();
    assert!(run_ok(&["match", &list, "-o", table]).contains("1 matches, 0 potential"));
    let run = scratch.path().join("run");
    let run = run.to_str().unwrap();
    run_ok(&["score", &list, "-o", run, "--matches", table]);
    assert_eq!(rows(&format!("{run}/sites.csv")).len(), 4, "two suppliers, two brands");
    let links = rows(&format!("{run}/links.csv"));
    assert_eq!(links.len(), 3);
    let suppliers: std::collections::HashSet<&str> = links.iter().map(|l| l["supplier_id"].as_str()).collect();
    assert_eq!(suppliers.len(), 2);
}
