//! Hostile and broken input: a code, a row, a column, a hint; the right exit code; nothing partial left behind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{file, run_code, run_ok, scratch};

/// Scores a file that must fail; nothing may be left behind. Returns stdout and stderr.
fn fails(scratch: &tempfile::TempDir, input: &str, code: i32, more: &[&str]) -> (String, String) {
    let out = scratch.path().join("out");
    let mut arguments = vec!["score", input, "-o", out.to_str().unwrap(), "--as-of", "2026-11-23"];
    arguments.extend(more);
    let result = run_code(&arguments, code);
    assert!(!out.exists(), "nothing is written");
    let hidden = std::fs::read_dir(scratch.path()).unwrap().filter(|e| e.as_ref().unwrap().file_name().to_str().unwrap().starts_with('.'));
    assert_eq!(hidden.count(), 0, "nothing is left beside");
    result
}

/// The issue of a code in `check --format json`.
fn issue(input: &str, code: &str, exit: i32, more: &[&str]) -> serde_json::Value {
    let mut arguments = vec!["check", input, "--as-of", "2026-11-23", "--format", "json"];
    arguments.extend(more);
    let (out, _) = run_code(&arguments, exit);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let issues = document["issues"].as_array().unwrap();
    let found = issues.iter().find(|i| i["code"] == code);
    found.unwrap_or_else(|| panic!("no issue {code} in {issues:?}")).clone()
}

/// One bad row among a hundred good ones.
fn with_row(header: &str, good: &str, bad: &str) -> String {
    let mut text = format!("{header}\n");
    for k in 0..100 {
        text += &good.replace('#', &k.to_string());
        text.push('\n');
    }
    text + bad + "\n"
}

#[test]
fn malformed_csv() {
    let scratch = scratch();
    let unclosed = file(&scratch, "a.csv", "name,sector,country\nMill A,spinning,PK\n\"Mill B,spinning,PK\nMill C,spinning,PK\n");
    let (_, err) = fails(&scratch, &unclosed, 3, &[]);
    assert!(err.contains("row 3, column name") && err.contains("quote_unclosed") && err.contains("hint: close the quote"), "{err}");

    let binary = file(&scratch, "b.csv", b"name,sector\nx,\0\n");
    let (_, err) = fails(&scratch, &binary, 3, &[]);
    assert!(err.contains("row 2") && err.contains("zero_byte"), "{err}");

    let latin = file(&scratch, "c.csv", b"name,sector,country\nTrhov\xe9 Mill,spinning,CZ\n");
    let (_, err) = fails(&scratch, &latin, 3, &[]);
    assert!(err.contains("looks like windows-125") && err.contains("--encoding"), "{err}");
    let out = scratch.path().join("fine");
    run_ok(&["score", &latin, "-o", out.to_str().unwrap(), "--encoding", "windows-1252"]);
    assert!(std::fs::read_to_string(out.join("sites.csv")).unwrap().contains("Trhové Mill"));

    let twice = file(&scratch, "d.csv", "name,sector,Name\nx,spinning,y\n");
    let (_, err) = fails(&scratch, &twice, 3, &[]);
    assert!(err.contains("row 1, column Name") && err.contains("header_duplicate"), "{err}");

    let empty = file(&scratch, "e.csv", "");
    let (_, err) = fails(&scratch, &empty, 3, &[]);
    assert!(err.contains("[empty]"), "{err}");

    let ragged = file(&scratch, "f.csv", with_row("site_id,sector,country", "A#,spinning,PK", "B,spinning,PK,surplus"));
    let found = issue(&ragged, "row_length", 1, &[]);
    assert_eq!((&found["row"], &found["found"]), (&102.into(), &"4 cells".into()));
    assert!(!found["hint"].as_str().unwrap().is_empty());
}

#[test]
fn malformed_json_xlsx_parquet() {
    let scratch = scratch();
    let json = file(&scratch, "a.json", "{\"sites\": [\n{\"name\": \"x\",, }]}");
    let (_, err) = fails(&scratch, &json, 3, &[]);
    assert!(err.contains("row 2, column 14") && err.contains("[json]"), "{err}");
    let nested = file(&scratch, "b.json", "{\"sites\": [{\"name\": [1], \"sector\": \"spinning\"}]}");
    let (_, err) = fails(&scratch, &nested, 3, &[]);
    assert!(err.contains("column name") && err.contains("a list"), "{err}");

    let xlsx = file(&scratch, "a.xlsx", b"PK\x03\x04 not really");
    let (_, err) = fails(&scratch, &xlsx, 3, &[]);
    assert!(err.contains("a.xlsx") && err.contains("hint: is it a complete .xlsx"), "{err}");

    let parquet = file(&scratch, "a.parquet", b"PAR1 cut off");
    let (_, err) = fails(&scratch, &parquet, 3, &[]);
    assert!(err.contains("a.parquet") && err.contains("hint: is it a complete Parquet"), "{err}");

    let other = file(&scratch, "a.xls", b"old");
    let (_, err) = fails(&scratch, &other, 3, &[]);
    assert!(err.contains("save .xls and .ods as .xlsx"), "{err}");
    let (_, err) = fails(&scratch, "/nowhere/at/all.csv", 3, &[]);
    assert!(err.contains("hint: check the path"), "{err}");
}

#[test]
fn a_sheet_of_a_million_columns_costs_nothing() {
    let scratch = scratch();
    let path = scratch.path().join("far.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, header) in ["name", "sector", "country"].iter().enumerate() {
        sheet.write(0, column as u16, *header).unwrap();
    }
    sheet.write(1_048_575, 16_383, "far away").unwrap();
    book.save(&path).unwrap();
    let started = std::time::Instant::now();
    let (_, err) = fails(&scratch, path.to_str().unwrap(), 3, &[]);
    assert!(err.contains("rows or columns of a sheet"), "{err}");
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn xlsx_and_json_and_tsv_and_parquet_say_the_same() {
    let scratch = scratch();
    let csv = file(
        &scratch,
        "sites.csv",
        "site_id,name,sector,country,workers,registered\nA,Example Mill,spinning,PK,120,yes\nB,Example Kiln,brick_kilns,Pakistan,,\n",
    );
    let tsv = file(&scratch, "sites.tsv", std::fs::read_to_string(&csv).unwrap().replace(',', "\t"));
    let json = file(
        &scratch,
        "net.json",
        r#"{"sites": [{"site_id": "A", "name": "Example Mill", "sector": "spinning", "country": "PK", "workers": 120, "registered": true},
            {"site_id": "B", "name": "Example Kiln", "sector": "brick_kilns", "country": "Pakistan", "workers": null}]}"#,
    );
    let path = scratch.path().join("book.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("sites").unwrap();
    for (column, header) in ["site_id", "name", "sector", "country", "workers", "registered"].iter().enumerate() {
        sheet.write(0, column as u16, *header).unwrap();
    }
    for (column, cell) in ["A", "Example Mill", "spinning", "PK"].iter().enumerate() {
        sheet.write(1, column as u16, *cell).unwrap();
    }
    sheet.write(1, 4, 120).unwrap();
    sheet.write(1, 5, true).unwrap();
    for (column, cell) in ["B", "Example Kiln", "brick_kilns", "Pakistan"].iter().enumerate() {
        sheet.write(2, column as u16, *cell).unwrap();
    }
    book.save(&path).unwrap();
    let score = |input: &str, name: &str| {
        let out = scratch.path().join(name);
        run_ok(&["score", input, "-o", out.to_str().unwrap(), "--as-of", "2026-11-23"]);
        (std::fs::read_to_string(out.join("scores.csv")).unwrap(), out)
    };
    let (from_csv, run) = score(&csv, "from_csv");
    assert_eq!(from_csv, score(&tsv, "from_tsv").0);
    assert_eq!(from_csv, score(&json, "from_json").0);
    assert_eq!(from_csv, score(path.to_str().unwrap(), "from_xlsx").0);
    // the run's own Parquet table of sites is input again: ids, names, sectors, countries and workers
    let again = scratch.path().join("again");
    std::fs::create_dir(&again).unwrap();
    std::fs::copy(run.join("sites.parquet"), again.join("sites.parquet")).unwrap();
    let (from_parquet, _) = score(again.to_str().unwrap(), "from_parquet");
    assert_eq!(from_parquet.lines().count(), from_csv.lines().count());
}

#[test]
fn rows_are_rejected_with_code_row_column_and_hint() {
    let header = "site_id,name,sector,country,latitude,longitude,workers,input_share";
    let good = "A#,Mill #,spinning,PK,31.5,74.3,100,0.6";
    for (bad, code, column) in [
        ("A1,Mill,spinning,PK,31.5,74.3,100,0.6", "id_duplicate", "site_id"),
        ("B,Mill,spining mil,PK,31.5,74.3,100,0.6", "sector_unknown", "sector"),
        ("B,Mill,spinning,Ruritania,31.5,74.3,100,0.6", "country_unknown", "country"),
        ("B,Mill,spinning,PK,74.3,31.5,100,0.6", "coordinates_outside_country", "latitude"),
        ("B,Mill,spinning,PK,91,74.3,100,0.6", "coordinates_invalid", "latitude"),
        ("B,Mill,spinning,PK,31.5,74.3,-1,0.6", "number_invalid", "workers"),
        ("B,Mill,spinning,PK,31.5,74.3,NaN,0.6", "number_invalid", "workers"),
        ("B,Mill,spinning,PK,31.5,74.3,100,1.6", "share_invalid", "input_share"),
        ("B,Mill,,PK,31.5,74.3,100,0.6", "required_missing", "sector"),
    ] {
        let scratch = scratch();
        let list = file(&scratch, "sites.csv", with_row(header, good, bad));
        let found = issue(&list, code, 1, &[]);
        assert_eq!((&found["row"], &found["column"], &found["severity"]), (&102.into(), &column.into(), &"error".into()), "{bad}");
        assert!(!found["expected"].as_str().unwrap().is_empty() && !found["hint"].as_str().unwrap().is_empty(), "{found}");
    }
}

#[test]
fn groups_of_links_are_rejected_together() {
    let sites = "site_id,sector,country\nA,spinning,PK\nB,weaving,PK\nC,garments_cmt,PK\nD,weaving,PK\n";
    for (links, code, rows, exit) in [
        ("supplier_id,buyer_id,share\nA,C,0.7\nB,C,0.7\n", "shares_above_one", 2, 1),
        ("supplier_id,buyer_id,share\nA,C,0.2\nA,C,0.3\n", "repeat_disagrees", 2, 1),
        ("supplier_id,buyer_id,value,currency\nA,C,10,PKR\nB,C,10,USD\n", "currency_mixed", 2, 1),
        ("supplier_id,buyer_id,share\nA,C,0.2\nX,C,0.3\n", "id_unknown", 1, 1),
        ("supplier_id,buyer_id,valid_to\nA,C,2026-02-30\nB,C,\n", "date_invalid", 1, 1),
    ] {
        let scratch = scratch();
        file(&scratch, "net/sites.csv", sites);
        file(&scratch, "net/links.csv", links);
        let net = scratch.path().join("net");
        let (out, _) = run_code(&["check", net.to_str().unwrap(), "--as-of", "2026-11-23", "--format", "json"], exit);
        let document: serde_json::Value = serde_json::from_str(&out).unwrap();
        let found = document["issues"].as_array().unwrap().iter().filter(|i| i["code"] == code).count();
        assert_eq!(found, rows, "{code}: {out}");
        let table = document["tables"].as_array().unwrap().iter().find(|t| t["table"] == "links").unwrap().clone();
        assert_eq!(table["rejected"].as_u64().unwrap() as usize, rows, "{code}");
        assert_eq!(table["used"].as_u64().unwrap() + table["rejected"].as_u64().unwrap(), 2, "{code}");
    }
    // links of the same buyer that do not disagree are kept
    let scratch = common::scratch();
    file(&scratch, "net/sites.csv", sites);
    file(&scratch, "net/links.csv", "supplier_id,buyer_id,share\nA,C,0.2\nA,C,0.3\nB,C,0.4\n");
    let out = scratch.path().join("out");
    run_ok(&["score", scratch.path().join("net").to_str().unwrap(), "-o", out.to_str().unwrap(), "--max-rejected", "0.7"]);
    let links = std::fs::read_to_string(out.join("links.csv")).unwrap();
    assert!(links.contains("B,C,purchase,,declared,0.4,false") && links.lines().count() == 2, "{links}");
    // and shares can be rescaled when asked
    let scratch = common::scratch();
    file(&scratch, "net/sites.csv", sites);
    file(&scratch, "net/links.csv", "supplier_id,buyer_id,share\nA,C,0.9\nB,C,0.6\n");
    let out = scratch.path().join("out");
    run_ok(&["score", scratch.path().join("net").to_str().unwrap(), "-o", out.to_str().unwrap(), "--rescale-shares"]);
    let links = std::fs::read_to_string(out.join("links.csv")).unwrap();
    let share = |supplier: &str| -> f64 {
        let line = links.lines().find(|l| l.starts_with(supplier)).unwrap();
        line.split(',').nth(5).unwrap().parse().unwrap()
    };
    assert!((share("A,C") - 0.6).abs() < 1e-12 && (share("B,C") - 0.4).abs() < 1e-12, "{links}");
}

#[test]
fn evidence_must_make_sense() {
    let scratch = scratch();
    file(&scratch, "net/sites.csv", "site_id,sector,country\nA,spinning,PK\n");
    file(
        &scratch,
        "net/evidence.csv",
        "evidence_id,site_id,date,method,finding,girls,boys\n\
         E1,A,2027-01-01,child_interview,found,,\n\
         E2,A,2026-01-01,crystal_ball,found,,\n\
         E3,A,2026-01-01,audit,not_found,2,1\n\
         E4,Z,2026-01-01,audit,not_found,,\n\
         E5,A,2026-01-01,grievance,not_found,,\n\
         E6,A,2026-01-01,audit,,,\n",
    );
    let net = scratch.path().join("net");
    for (code, row) in [
        ("date_future", 2),
        ("value_unknown", 3),
        ("count_contradicts", 4),
        ("id_unknown", 5),
        ("silence_is_no_evidence", 6),
        ("required_missing", 7),
    ] {
        assert_eq!(issue(net.to_str().unwrap(), code, 1, &[])["row"], row, "{code}");
    }
}

#[test]
fn too_many_rejected_rows_fail_the_run() {
    let scratch = scratch();
    let list = file(&scratch, "sites.csv", "site_id,sector,country\nA,spinning,PK\nB,magic,PK\n");
    let (out, _) = fails(&scratch, &list, 1, &[]);
    assert!(out.contains("sector_unknown") && out.contains("nothing was written"), "{out}");
    let (out, _) = fails(&scratch, &file(&scratch, "none.csv", "site_id,sector,country\nB,magic,PK\n"), 1, &["--max-rejected", "1"]);
    assert!(out.contains("no site could be used"), "{out}");
}

#[test]
fn personal_data_is_refused_without_repeating_it() {
    for (column, cell) in [
        ("father_name", "Somebody"),
        ("remarks", "34603-1234567-1"),
        ("contact", "a.b@example.org"),
        ("office", "+92 300 1234567"),
        ("no", "3460312345671"),
    ] {
        let scratch = scratch();
        let list = file(&scratch, "sites.csv", format!("site_id,sector,country,{column}\nA,spinning,PK,{cell}\n"));
        let (_, err) = fails(&scratch, &list, 3, &[]);
        assert!(err.contains(&format!("sites.{column}")) && !err.contains(cell) && err.contains("--drop-personal"), "{err}");
        let out = scratch.path().join("out2");
        run_ok(&["score", &list, "-o", out.to_str().unwrap(), "--drop-personal"]);
        for (name, bytes) in common::tree(&out) {
            assert!(!String::from_utf8_lossy(&bytes).contains(cell), "{name} repeats it");
        }
    }
    // GLN and EAN-13 are no identity numbers
    let scratch = scratch();
    let list = file(&scratch, "sites.csv", "site_id,sector,country,gln\nA,spinning,PK,4006381333931\n");
    run_ok(&["score", &list, "-o", scratch.path().join("out").to_str().unwrap()]);
}

#[test]
fn closed_loops_are_named() {
    let scratch = scratch();
    file(&scratch, "net/sites.csv", "site_id,sector,country,input_share\nA,spinning,PK,1\nB,weaving,PK,1\n");
    file(&scratch, "net/links.csv", "supplier_id,buyer_id,share\nA,B,1\nB,A,1\n");
    let (_, err) = fails(&scratch, scratch.path().join("net").to_str().unwrap(), 3, &[]);
    assert!(err.contains("A, B") && err.contains("hint: lower input_share"), "{err}");
}

#[test]
fn usage_is_two() {
    run_code(&["score"], 2);
    run_code(&["frobnicate"], 2);
    let scratch = scratch();
    let list = file(&scratch, "sites.csv", "name,country\nExample,PK\n");
    let out = scratch.path().join("out");
    let (_, err) = run_code(&["score", &list, "-o", out.to_str().unwrap(), "--sector", "brick_kils"], 2);
    assert!(err.contains("brick_kils") && err.contains("Brick kilns"), "{err}");
    run_ok(&["score", &list, "-o", out.to_str().unwrap(), "--sector", "Brick kilns"]);
    let (_, err) = run_code(&["explain", out.to_str().unwrap(), "--site", "Exampel"], 2);
    assert!(err.contains("did you mean Example?"), "{err}");
    run_code(&["explain", scratch.path().to_str().unwrap(), "--site", "x"], 3);
}

#[test]
fn unsure_places_are_asked_about_and_likely_ones_told() {
    let scratch = scratch();
    let header = "site_id,sector,country,district";
    let of = |name: &str, bad: &str| file(&scratch, name, with_row(header, "A#,spinning,PK,Lahore", bad));
    let found = issue(&of("a.csv", "B,spinning,PK,Karachi"), "district_unsure", 1, &[]);
    assert_eq!((&found["row"], &found["severity"]), (&102.into(), &"warning".into()));
    assert!(found["hint"].as_str().unwrap().contains("it names 7 districts"), "{found}");
    let found = issue(&of("b.csv", "B,spinning,PK,Shakargarh"), "district_unsure", 1, &[]);
    assert!(found["hint"].as_str().unwrap().contains("did you mean Shikarpur (0."), "{found}");
    let found = issue(&of("c.csv", "B,spinning,PK,Fasilabad"), "district_spelling", 0, &[]);
    assert!(found["hint"].as_str().unwrap().contains("taken for Faisalabad (0."), "{found}");
    let found = issue(&of("d.csv", "B,spinning,Pakistann,Lahore"), "country_spelling", 1, &[]);
    assert!(found["hint"].as_str().unwrap().contains("taken for Pakistan (0."), "{found}");
    let found = issue(&of("e.csv", "B,spinning,Slovekija,"), "country_unknown", 1, &[]);
    assert!(found["hint"].as_str().unwrap().contains("did you mean Slov"), "{found}");
    let found = issue(&of("f.csv", "B,spinning,PX,"), "country_unknown", 1, &[]);
    assert!(found["hint"].as_str().unwrap().contains("ISO 3166"), "codes are never guessed: {found}");
}
