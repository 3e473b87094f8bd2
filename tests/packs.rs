//! Packs through the binary: what is refused and why, what two versions differ in, and where a score's numbers come from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{file, repository, run_code, run_ok, scratch};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Columns of `sector_base` as the built-in packs have them.
const HEADER: &str = "sector_id,country_iso3,base_reported,reporting,base,low,high,derivation,area,year,grade,source_key,note";
/// A row that is fine.
const GOOD: &str = "brick_kilns,PAK,0.2,1,0.2,0.1,0.35,judged,PAK,2026,E,own_assess,invented for a test";

/// A pack of one table of base prevalences without a schema.
fn base_pack(scratch: &TempDir, rows: &str) -> String {
    pack(scratch, &json!([{ "name": "sector_base", "path": "sector_base.csv" }]), &[("sector_base.csv", &format!("{HEADER}\n{rows}\n"))])
}

/// A pack of any tables.
fn pack(scratch: &TempDir, resources: &Value, files: &[(&str, &str)]) -> String {
    let descriptor = json!({ "name": "mine", "version": "1", "resources": resources });
    file(scratch, "pack/datapackage.json", descriptor.to_string());
    for (name, text) in files {
        file(scratch, &format!("pack/{name}"), text);
    }
    scratch.path().join("pack").to_str().unwrap().to_owned()
}

/// Issues of a pack; the exit code is 1 when there are errors.
fn issues(pack: &str, code: i32) -> Vec<Value> {
    let (out, _) = run_code(&["packs", "check", pack, "--format", "json"], code);
    let document: Value = serde_json::from_str(&out).unwrap();
    document["issues"].as_array().unwrap().clone()
}

/// The only error of a pack: (code, file, row, column), and that it says what to do.
fn only_error(pack: &str) -> (String, String, Option<u64>, String) {
    let all = issues(pack, 1);
    let errors: Vec<&Value> = all.iter().filter(|i| i["severity"] == "error").collect();
    assert_eq!(errors.len(), 1, "{all:#?}");
    let text = |key: &str| errors[0][key].as_str().unwrap().to_owned();
    assert!(!text("expected").is_empty() && !text("hint").is_empty(), "{:#?}", errors[0]);
    (text("code"), text("file"), errors[0]["row"].as_u64(), text("column"))
}

/// Checks that a second row of base prevalences is the only error.
fn second_row_fails(row: &str, code: &str, column: &str) {
    let scratch = scratch();
    let pack = base_pack(&scratch, &format!("{GOOD}\n{row}"));
    let expected = (code.to_owned(), "sector_base.csv".to_owned(), Some(3), column.to_owned());
    assert_eq!(only_error(&pack), expected);
    // what `packs check` finds, `score` refuses, and leaves nothing behind
    let out = scratch.path().join("out");
    let list = file(&scratch, "sites.csv", "site_id,sector,country\nA,brick_kilns,PK\n");
    let (_, err) = run_code(&["score", &list, "-o", out.to_str().unwrap(), "--pack", &pack], 3);
    assert!(err.contains(": 1 error\n") && err.contains(&format!("sector_base.csv, row 3, column {column}")), "{err}");
    assert!(err.contains(&format!("[{code}]")) && err.contains("hint: run `tierlight packs check`"), "{err}");
    assert!(!out.exists());
}

#[test]
fn the_built_in_packs_have_no_errors() {
    for name in ["world", "pakistan"] {
        for pack in [name.to_owned(), repository().join("datasets").join(name).to_str().unwrap().to_owned()] {
            let found = issues(&pack, 0);
            assert!(found.iter().all(|i| i["severity"] == "info"), "{found:#?}");
        }
    }
}

#[test]
fn the_minimal_example_works() {
    let pack = repository().join("examples/packs/minimal");
    let pack = pack.to_str().unwrap();
    assert_eq!(issues(pack, 0), Vec::<Value>::new());
    let text = run_ok(&["packs", "check", pack]);
    assert_eq!(
        text,
        "pack minimal-example, version 1, holds together; it sets\n   1 row of sources\n   2 rows of sector_base, 1 replaces a row of pakistan\n"
    );
    let shown = run_ok(&["packs", "show", "sector_base", "--find", "minimal-example", "--pack", pack, "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), json!([]), "the pack's name is no cell");
    let shown = run_ok(&["packs", "show", "sector_base", "--find", "invented_example", "--pack", pack, "--format", "json"]);
    let rows: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&rows[0]["country_iso3"], &rows[0]["row"]), (&"NPL".into(), &3.into()));
}

#[test]
fn a_source_is_named_and_exists() {
    second_row_fails("carpets,PAK,0.2,1,0.2,0.1,0.3,judged,PAK,2026,E,,", "source_missing", "source_key");
    second_row_fails("carpets,PAK,0.2,1,0.2,0.1,0.3,judged,PAK,2026,B,my_survey,", "source_unknown", "source_key");
    second_row_fails("carpets,PAK,0.2,1,0.2,0.1,0.3,judged,PAK,2026,B,own_assess,", "judgement_grade", "grade");
    second_row_fails("carpets,PAK,0.2,1,0.2,0.1,0.3,judged,PAK,2026,F,own_assess,", "grade_invalid", "grade");
}

#[test]
fn values_lie_in_their_range() {
    second_row_fails("carpets,PAK,0.2,0,0.2,0.1,0.3,judged,PAK,2026,E,own_assess,", "value_out_of_range", "reporting");
    second_row_fails("carpets,PAK,0.2,1,0.2,0.3,0.4,judged,PAK,2026,E,own_assess,", "interval_invalid", "base");
    second_row_fails("carpets,PAK,some,1,0.2,0.1,0.3,judged,PAK,2026,E,own_assess,", "type_invalid", "base_reported");
    second_row_fails("carpets,PAK,0.2,1,0.2,0.1,0.3,guessed,PAK,2026,E,own_assess,", "value_unknown", "derivation");
    let scratch = scratch();
    let pack = pack(
        &scratch,
        &json!([{ "name": "parameters", "path": "p.csv" }]),
        &[("p.csv", "parameter,scale,mean,sd,low,high,grade,source_key,basis\nsigma_site,log_odds,9,,,,E,own_assess,\n")],
    );
    assert_eq!(only_error(&pack), ("value_out_of_range".into(), "p.csv".into(), Some(2), "mean".into()));
}

#[test]
fn keys_are_unique_and_lead_somewhere() {
    second_row_fails(GOOD, "key_duplicate", "sector_id, country_iso3");
    second_row_fails("brick_kils,PAK,0.2,1,0.2,0.1,0.3,judged,PAK,2026,E,own_assess,", "key_dangling", "sector_id");
    second_row_fails("carpets,PKX,0.2,1,0.2,0.1,0.3,judged,PAK,2026,E,own_assess,", "key_dangling", "country_iso3");
    let scratch = scratch();
    let found = issues(&base_pack(&scratch, &GOOD.replace("brick_kilns", "brick_kils")), 1);
    assert!(found[0]["hint"].as_str().unwrap().contains("did you mean brick_kilns"), "{found:#?}");
}

#[test]
fn a_key_into_another_pack_can_be_stated() {
    let scratch = scratch();
    let resources = json!([{ "name": "my_notes", "path": "my_notes.csv", "schema": { "fields": [
        { "name": "district", "tierlight:references": { "resource": "districts", "fields": "district_id" } },
        { "name": "seen", "type": "date", "constraints": { "minimum": "2026-01-01" } },
    ]}}]);
    let fine = pack(&scratch, &resources, &[("my_notes.csv", "district,seen\nPK634,2026-02-03\n,\n")]);
    let found = issues(&fine, 0);
    assert_eq!(found.iter().map(|i| i["code"].as_str().unwrap()).collect::<Vec<_>>(), ["table_unknown"], "a table of one's own is told");
    let bad = pack(&scratch, &resources, &[("my_notes.csv", "district,seen\nPK999,2026-02-03\n")]);
    assert_eq!(only_error(&bad), ("key_dangling".into(), "my_notes.csv".into(), Some(2), "district".into()));
    for (day, code) in [("2025-12-31", "value_out_of_range"), ("2026-02-30", "type_invalid")] {
        let bad = pack(&scratch, &resources, &[("my_notes.csv", &format!("district,seen\n,{day}\n"))]);
        let found = issues(&bad, 1);
        assert!(found.iter().any(|i| i["code"] == code && i["column"] == "seen"), "{found:#?}");
    }
}

#[test]
fn columns_are_those_of_the_table() {
    let scratch = scratch();
    let resources = json!([{ "name": "sector_base", "path": "sector_base.csv" }]);
    let more = pack(&scratch, &resources, &[("sector_base.csv", &format!("{HEADER},lowest\n{GOOD},1\n"))]);
    assert_eq!(only_error(&more), ("column_unknown".into(), "sector_base.csv".into(), Some(1), "lowest".into()));
    let fewer: Vec<String> = [HEADER, GOOD].map(|line| line.split(',').skip(1).collect::<Vec<_>>().join(",")).to_vec();
    let fewer = pack(&scratch, &resources, &[("sector_base.csv", &fewer.join("\n"))]);
    let found = issues(&fewer, 1);
    assert!(found.iter().any(|i| i["code"] == "column_missing" && i["column"] == "sector_id" && i["severity"] == "error"), "{found:#?}");
    // a column that may be blank may also be left out, and that is said
    let short: Vec<String> = [HEADER, GOOD].map(|line| line.rsplit_once(',').unwrap().0.to_owned()).to_vec();
    let short = pack(&scratch, &resources, &[("sector_base.csv", &short.join("\n"))]);
    let found = issues(&short, 0);
    assert!(found.iter().any(|i| i["code"] == "column_missing" && i["column"] == "note" && i["severity"] == "info"), "{found:#?}");
    let semicolons = pack(&scratch, &resources, &[("sector_base.csv", &format!("{HEADER}\n{GOOD}\n").replace(',', ";"))]);
    assert!(issues(&semicolons, 1).iter().any(|i| i["code"] == "delimiter"));
}

#[test]
fn a_schema_of_one_s_own_is_held_to() {
    let scratch = scratch();
    let schema = |key: &str, column: &str| {
        json!([{ "name": "sector_base", "path": "sector_base.csv", "schema": {
            "fields": [{ "name": column, "constraints": { "pattern": "[a-z_]+", "maxLength": 11, "unique": true } }], "primaryKey": key,
        }}])
    };
    let files = |rows: &str| format!("{HEADER}\n{rows}\n");
    let other_key = pack(&scratch, &schema("sector_id", "sector_id"), &[("sector_base.csv", &files(GOOD))]);
    assert_eq!(only_error(&other_key).0, "primary_key_differs");
    let own = |rows: &str| {
        let mut resources = schema("", "sector_id");
        resources[0]["schema"]["primaryKey"] = json!(["sector_id", "country_iso3"]);
        pack(&scratch, &resources, &[("sector_base.csv", &files(rows))])
    };
    assert_eq!(only_error(&own(&GOOD.replace("brick_kilns", "soccer_balls"))).0, "length_invalid");
    assert_eq!(only_error(&own(&format!("{GOOD}\n{}", GOOD.replace("PAK,0", "IND,0")))).0, "value_repeated");
    let missing = pack(&scratch, &schema("", "sector"), &[("sector_base.csv", &files(GOOD))]);
    let found = issues(&missing, 1);
    assert!(found.iter().any(|i| i["code"] == "column_missing" && i["column"] == "sector"), "{found:#?}");
}

#[test]
fn files_are_there_inside_and_utf_8() {
    let scratch = scratch();
    let of = |path: &str| json!([{ "name": "sector_base", "path": path }]);
    let missing = pack(&scratch, &of("nowhere.csv"), &[]);
    assert_eq!(only_error(&missing), ("file_missing".into(), "nowhere.csv".into(), None, "-".into()));
    file(&scratch, "secret.csv", HEADER);
    for path in ["../secret.csv", "/etc/hostname"] {
        assert_eq!(only_error(&pack(&scratch, &of(path), &[])).0, "path_outside");
    }
    let latin = pack(&scratch, &of("latin.csv"), &[]);
    file(&scratch, "pack/latin.csv", [HEADER.as_bytes(), b"\nTrhov\xe9"].concat());
    assert_eq!(only_error(&latin).0, "not_utf8");
    let quote = pack(&scratch, &of("quote.csv"), &[("quote.csv", &format!("{HEADER}\n\"{GOOD}\n"))]);
    assert_eq!(only_error(&quote).0, "quote_unclosed");
    let ragged = pack(&scratch, &of("ragged.csv"), &[("ragged.csv", &format!("{HEADER}\n{GOOD},surplus\n"))]);
    assert_eq!(only_error(&ragged).0, "row_length");
    // a byte-order mark, as spreadsheets write it, is no part of the first header
    let marked = pack(&scratch, &of("marked.csv"), &[("marked.csv", &format!("\u{feff}{HEADER}\n{GOOD}\n"))]);
    assert_eq!(issues(&marked, 0), Vec::<Value>::new());
    let list = file(&scratch, "sites.csv", "site_id,sector,country\nA,brick_kilns,PK\n");
    run_ok(&["score", &list, "-o", scratch.path().join("out").to_str().unwrap(), "--pack", &marked]);

    file(&scratch, "pack/datapackage.json", "{\"name\": \"mine\",\n \"resources\": 3}");
    let (_, file, row, _) = only_error(&marked);
    assert_eq!((file.as_str(), row), ("datapackage.json", Some(2)));
    let (_, err) = run_code(&["packs", "check", scratch.path().to_str().unwrap()], 3);
    assert!(err.contains("no datapackage.json"), "{err}");
}

#[test]
fn bad_bytes_are_told_by_their_row() {
    let scratch = scratch();
    let pack = pack(&scratch, &json!([{ "name": "sector_base", "path": "b.csv" }]), &[]);
    // a quoted cell with a line break is one row
    let start = format!("{HEADER}\n{}\n", GOOD.replace("invented", "\"invented\nhere\"").replace(" for a test", ""));
    for (bad, code) in [(b"br\xe9ck".as_slice(), "not_utf8"), (b"br\0ck", "nul_byte"), (b"\xe9", "not_utf8")] {
        file(&scratch, "pack/b.csv", [start.as_bytes(), bad].concat());
        assert_eq!(only_error(&pack), (code.into(), "b.csv".into(), Some(3), "-".into()));
    }
    file(&scratch, "pack/datapackage.json", b"{\"name\": \"mine\",\n \"resources\": \"\xe9".as_slice());
    assert_eq!(only_error(&pack), ("not_utf8".into(), "datapackage.json".into(), Some(2), "-".into()));
}

#[test]
fn tables_are_regular_files_of_a_sensible_size() {
    let scratch = scratch();
    let pack = pack(&scratch, &json!([{ "name": "sector_base", "path": "b.csv" }]), &[]);
    let table = scratch.path().join("pack/b.csv");
    std::fs::create_dir(&table).unwrap();
    assert_eq!(only_error(&pack).0, "file_irregular");
    std::fs::remove_dir(&table).unwrap();
    // a sparse file: nothing of it is read
    std::fs::File::create(&table).unwrap().set_len((64 << 20) + 1).unwrap();
    assert_eq!(only_error(&pack).0, "file_too_large");
    std::fs::remove_file(&table).unwrap();
    // a long cell is compared with no names
    file(&scratch, "pack/b.csv", format!("{HEADER}\n{}\n", GOOD.replace("brick_kilns", &"brick_kiln".repeat(11))));
    let found = issues(&pack, 1);
    assert_eq!((&found[0]["code"], &found[0]["hint"]), (&"key_dangling".into(), &"add the row to sectors".into()));
}

#[cfg(unix)]
#[test]
fn links_and_pipes_lead_nowhere() {
    let scratch = scratch();
    let pack = pack(&scratch, &json!([{ "name": "sector_base", "path": "b.csv" }]), &[]);
    let table = scratch.path().join("pack/b.csv");
    let outside = file(&scratch, "outside.csv", format!("{HEADER}\n{GOOD}\n"));
    for (target, code) in [(outside.as_str(), "path_outside"), ("/dev/zero", "path_outside"), ("b.csv", "file_missing")] {
        std::os::unix::fs::symlink(target, &table).unwrap();
        assert_eq!(only_error(&pack).0, code, "{target}");
        std::fs::remove_file(&table).unwrap();
    }
    // a link that stays inside is followed
    file(&scratch, "pack/real.csv", format!("{HEADER}\n{GOOD}\n"));
    std::os::unix::fs::symlink("real.csv", &table).unwrap();
    assert_eq!(issues(&pack, 0), Vec::<Value>::new());
    std::fs::remove_file(&table).unwrap();
    // a pipe that nobody writes to would be waited for
    assert!(std::process::Command::new("mkfifo").arg(&table).status().unwrap().success());
    assert_eq!(only_error(&pack).0, "file_irregular");
}

#[test]
fn warnings_do_not_refuse_a_pack() {
    let scratch = scratch();
    let resources =
        json!([{ "name": "sector_base", "path": "b.csv", "bytes": 3, "hash": "sha256:00" }, { "name": "sector_bases", "path": "c.csv" }]);
    let text = format!("{HEADER}\n{GOOD}\n");
    let pack = pack(&scratch, &resources, &[("b.csv", &text), ("c.csv", &text)]);
    let found = issues(&pack, 0);
    let codes: Vec<&str> = found.iter().map(|i| i["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["stale", "stale", "table_unknown"]);
    assert!(found[2]["hint"].as_str().unwrap().contains("did you mean sector_base"), "{found:#?}");
    // where no name is near, the hint ends there
    let scratch = self::scratch();
    let parameters = "parameter,scale,mean,sd,low,high,grade,source_key,basis\nxyz,share,0.5,,,,E,own_assess,\n";
    let resources = json!([{ "name": "qqq", "path": "q.csv" }, { "name": "parameters", "path": "p.csv" }]);
    let found = issues(&self::pack(&scratch, &resources, &[("q.csv", "a\n1\n"), ("p.csv", parameters)]), 0);
    let told: Vec<[&str; 2]> = found.iter().map(|i| ["code", "hint"].map(|k| i[k].as_str().unwrap())).collect();
    assert_eq!(told, [["table_unknown", "it will not be used"], ["parameter_unknown", "it will not be used"]]);
}

#[test]
fn parameters_that_would_be_infinite_are_out_of_range() {
    for (parameter, mean) in
        [("survey_definition_error", "0"), ("child_labour_rate_high_income", "0"), ("child_labour_rate_high_income", "100")]
    {
        let scratch = scratch();
        let text = format!("parameter,scale,mean,sd,low,high,grade,source_key,basis\n{parameter},share,{mean},,,,E,own_assess,\n");
        let pack = pack(&scratch, &json!([{ "name": "parameters", "path": "p.csv" }]), &[("p.csv", &text)]);
        assert_eq!(only_error(&pack), ("value_out_of_range".into(), "p.csv".into(), Some(2), "mean".into()), "{parameter}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let scratch = scratch();
    let rows = "brick_kils,PAK,0.2,1,0.2,0.1,0.3,judged,PAK,2026,E,own_assess,\ncarpets,PAK,x,1,0.2,0.1,0.3,judged,PAK,2026,E,nobody,";
    let found = issues(&base_pack(&scratch, rows), 1);
    let codes: Vec<&str> = found.iter().map(|i| i["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["key_dangling", "source_unknown", "type_invalid"]);
}

#[test]
fn a_pack_may_rest_on_another_one_of_the_user() {
    let scratch = scratch();
    let minimal = repository().join("examples/packs/minimal");
    let pack = base_pack(&scratch, &GOOD.replace("own_assess", "invented_example"));
    assert_eq!(only_error(&pack).0, "source_unknown");
    let text = run_ok(&["packs", "check", &pack, "--pack", minimal.to_str().unwrap()]);
    assert!(text.contains("1 row of sector_base, 1 replaces a row of minimal-example"), "{text}");
    let list = file(&scratch, "sites.csv", "site_id,sector,country\nA,brick_kilns,PK\n");
    let out = scratch.path().join("out");
    run_ok(&["score", &list, "-o", out.to_str().unwrap(), "--pack", minimal.to_str().unwrap(), "--pack", &pack]);
}

#[test]
fn a_pack_takes_no_built_in_name() {
    let scratch = scratch();
    let pack = base_pack(&scratch, GOOD);
    let list = file(&scratch, "sites.csv", "site_id,sector,country\nA,brick_kilns,PK\n");
    let out = scratch.path().join("out");
    let (_, err) = run_code(&["score", &list, "-o", out.to_str().unwrap(), "--pack", &pack, "--pack", &pack], 3);
    assert!(err.contains("name_taken"), "{err}");
}

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
