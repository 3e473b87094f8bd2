//! What is refused, and why.

use super::*;

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

#[test]
fn tables_are_no_larger_together_and_each_has_its_file() {
    let scratch = scratch();
    let tables = json!([{ "name": "sector_base", "path": "b.csv" }, { "name": "more", "path": "more.csv" }]);
    let pack = pack(&scratch, &tables, &[("b.csv", &format!("{HEADER}\n{GOOD}\n"))]);
    // with the other table it is a byte too large
    let header = b"note\n".as_slice();
    let size = (64 << 20) - std::fs::metadata(scratch.path().join("pack/b.csv")).unwrap().len();
    let rows = |size: u64| [header, &vec![b'\n'; usize::try_from(size).unwrap() - header.len()]].concat();
    file(&scratch, "pack/more.csv", rows(size + 1));
    assert_eq!(only_error(&pack), ("pack_too_large".into(), "more.csv".into(), None, "-".into()));
    file(&scratch, "pack/more.csv", rows(size));
    issues(&pack, 0);
    // short rows are many
    file(&scratch, "pack/more.csv", [header, &b"x\n".repeat(300_000)].concat());
    assert_eq!(only_error(&pack), ("pack_too_large".into(), "more.csv".into(), None, "-".into()));
    file(&scratch, "pack/more.csv", [header, &b"x\n".repeat(200_000)].concat());
    issues(&pack, 0);

    // the same file by another way of writing its path
    for path in ["b.csv", "b.csv/."] {
        let tables = json!([{ "name": "sector_base", "path": "b.csv" }, { "name": "more", "path": path }]);
        file(&scratch, "pack/datapackage.json", json!({ "name": "mine", "version": "1", "resources": tables }).to_string());
        assert_eq!(only_error(&pack), ("path_twice".into(), "datapackage.json".into(), None, "resources".into()));
    }
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
