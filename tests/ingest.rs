//! Files of many chunks: the same on any number of threads and in any kind of file, wrong rows told wherever they stand, bounded memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write;
use std::path::Path;

use common::{file, run, run_code, run_ok, scratch, tree};
use polars::prelude::{CsvReadOptions, DataType, ParquetWriter, SerReader};

/// Sites of the tables below: links fill some chunks, sites two.
const SITES: usize = 40_000;
/// No link names a site above.
const UNNAMED: usize = 36_000;

/// Sites and links; link rows in an order that parts the rows of each buyer.
fn network(folder: &tempfile::TempDir, name: &str, bad: bool) -> String {
    let mut sites = String::from("site_id,name,sector,country,workers,certified\n");
    for k in 0..SITES {
        let workers = if bad && k > UNNAMED && k % 997 == 0 { "many".to_owned() } else { (2 + k % 90).to_string() };
        writeln!(sites, "S{k},Example {k},{},PK,{workers},{}", ["weaving", "spinning"][k % 2], ["yes", "no", ""][k % 3]).unwrap();
    }
    let mut links = String::from("supplier_id,buyer_id,share,valid_from\n");
    for pass in 1..4 {
        for buyer in 0..SITES / 2 {
            let share = if bad && buyer == 7 { 0.4 } else { 0.25 };
            writeln!(links, "S{},S{buyer},{share},2020-01-{:02}", buyer + pass * 5_000, 1 + pass).unwrap();
        }
    }
    if bad {
        writeln!(links, "S9,S8").unwrap();
        writeln!(links, "nobody,S8,0.1,").unwrap();
    }
    file(folder, &format!("{name}/links.csv"), links);
    let sites = file(folder, &format!("{name}/sites.csv"), sites);
    Path::new(&sites).parent().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn threads_change_nothing_and_wrong_rows_are_told_wherever_they_stand() {
    let scratch = scratch();
    let input = network(&scratch, "network", true);
    let score = |threads: &str| {
        let out = scratch.path().join(threads);
        run_ok(&["score", &input, "-o", out.to_str().unwrap(), "--as-of", "2026-11-23", "--threads", threads]);
        tree(&out)
    };
    let one = score("1");
    assert!(one == score("3"), "the run differs between 1 and 3 threads");
    let text = |name: &str| String::from_utf8(one[name].clone()).unwrap();
    let last = 3 * SITES / 2;
    let expected = format!(
        "row,codes,supplier_id,buyer_id,share,valid_from\n9,shares_above_one,S5007,S7,0.4,2020-01-02\n\
         {},shares_above_one,S10007,S7,0.4,2020-01-03\n{},shares_above_one,S15007,S7,0.4,2020-01-04\n\
         {},row_length,S9,S8\n{},id_unknown,nobody,S8,0.1,\n",
        9 + SITES / 2,
        9 + SITES,
        last + 2,
        last + 3
    );
    assert_eq!(text("rejected/links.csv"), expected);
    let issues = text("issues.csv");
    let line = |start: &str| issues.lines().find(|l| l.starts_with(start)).unwrap_or_else(|| panic!("no {start} in {issues}")).to_owned();
    assert!(line(&format!("shares_above_one,error,links.csv,{},share,0.4,", 9 + SITES)).contains("they sum to 1.2"));
    assert!(line(&format!("id_unknown,error,links.csv,{},supplier_id,nobody,", last + 3)).contains("add the site"));
    assert_eq!(text("rejected/sites.csv").lines().count(), 1 + (SITES - 1) / 997 - UNNAMED / 997);
}

#[test]
fn parquet_says_what_csv_says() {
    let scratch = scratch();
    let input = network(&scratch, "csv", false);
    let parquet = scratch.path().join("parquet");
    std::fs::create_dir(&parquet).unwrap();
    for table in ["sites", "links"] {
        let path = Path::new(&input).join(format!("{table}.csv"));
        let mut frame = CsvReadOptions::default().try_into_reader_with_file_path(Some(path)).unwrap().finish().unwrap();
        if table == "sites" {
            let yes = frame.column("certified").unwrap().str().unwrap().iter().map(|c| c.map(|c| c == "yes")).collect::<Vec<_>>();
            let yes = polars::prelude::Column::new("certified".into(), yes);
            frame.with_column(yes).unwrap();
            let small = frame.column("workers").unwrap().cast(&DataType::Float32).unwrap();
            frame.with_column(small).unwrap();
        }
        let out = std::fs::File::create(parquet.join(format!("{table}.parquet"))).unwrap();
        ParquetWriter::new(out).with_row_group_size(Some(7_001)).finish(&mut frame).unwrap();
    }
    let score = |input: &str, name: &str| {
        let out = scratch.path().join(name);
        run_ok(&["score", input, "-o", out.to_str().unwrap(), "--as-of", "2026-11-23"]);
        tree(&out)
    };
    let (from_csv, from_parquet) = (score(&input, "a"), score(parquet.to_str().unwrap(), "b"));
    for name in ["scores.csv", "sites.csv", "links.csv", "model.bin"] {
        assert!(from_csv[name] == from_parquet[name], "{name} differs");
    }
}

#[test]
fn personal_data_far_down_stops_the_run_or_drops_the_column_from_its_first_row() {
    let scratch = scratch();
    let mut sites = String::from("site_id,name,sector,country\n");
    for k in 0..SITES {
        let name = if k + 1 == SITES { "Ph: +92 (52) 1234567".to_owned() } else { format!("Example {k}") };
        writeln!(sites, "S{k},{name},{},PK", if k == 5 { "nonsense" } else { "spinning" }).unwrap();
    }
    let input = file(&scratch, "sites.csv", sites);
    let out = scratch.path().join("out");
    let arguments = ["score", &input, "-o", out.to_str().unwrap(), "--as-of", "2026-11-23"];
    let (_, err) = run_code(&arguments, 3);
    assert!(err.contains("sites.name (phone numbers)") && !err.contains("1234567"), "{err}");
    assert!(!out.exists());
    run_ok(&[&arguments[..], &["--drop-personal"]].concat());
    for (name, bytes) in tree(&out) {
        let held = |what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
        assert!(!held(b"Example 1") && !held(b"(52) 1234567"), "{name} holds cells of the dropped column");
    }
    assert_eq!(std::fs::read_to_string(out.join("rejected/sites.csv")).unwrap().lines().count(), 2);
}

#[test]
fn broken_parquet_is_told_and_never_a_panic() {
    let scratch = scratch();
    let whole = scratch.path().join("sites.parquet");
    let column = |name: &str, cell: &str| polars::prelude::Column::new(name.into(), vec![cell; 5_000]);
    let mut frame = polars::prelude::DataFrame::new_infer_height(vec![
        polars::prelude::Column::new("site_id".into(), (0..5_000i64).collect::<Vec<_>>()),
        column("sector", "spinning"),
        column("country", "PK"),
    ])
    .unwrap();
    ParquetWriter::new(std::fs::File::create(&whole).unwrap()).finish(&mut frame).unwrap();
    run_ok(&["check", whole.to_str().unwrap()]);
    let bytes = std::fs::read(&whole).unwrap();
    let length = bytes.len();
    let mut cases: Vec<Vec<u8>> = [0, 4, 11, 12, length / 2, length - 8, length - 1].iter().map(|&cut| bytes[..cut].to_vec()).collect();
    // pages that are missing or overwritten under a footer that is whole
    cases.push([&bytes[..4], &bytes[length / 2..]].concat());
    cases.push([&bytes[..200], &vec![0xff; 4_000][..], &bytes[4_200..]].concat());
    for (k, case) in cases.into_iter().enumerate() {
        let path = file(&scratch, &format!("case{k}/sites.parquet"), case);
        let output = run(&["check", &path]);
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "case {k}: {err}");
        assert!(err.contains("hint: is it a complete Parquet file?") && !err.contains("panicked"), "case {k}: {err}");
    }
}

/// Runs `check` on a table of sites where data in memory may not exceed `most` MiB; true when that was enough.
#[cfg(target_os = "linux")]
fn fits(input: &str, most: usize) -> bool {
    let limited = format!("ulimit -d {} && exec \"$0\" check \"$1\" --threads 2", most * 1024);
    let program = env!("CARGO_BIN_EXE_tierlight");
    let output = std::process::Command::new("sh").args(["-c", &limited, program, input]).output().unwrap();
    output.status.success()
}

#[test]
#[cfg(target_os = "linux")]
fn files_larger_than_memory_are_read() {
    use polars::prelude::{Column, DataFrame, ParquetCompression};
    const MOST: usize = 512;
    let scratch = scratch();
    // 600 MB of cells nobody asks for
    let (rows, wide) = (1_200, 500_000);
    let cell = |k: usize| k.to_string() + &"x".repeat(wide);
    let path = scratch.path().join("csv/sites.csv");
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    let mut put = |text: String| std::io::Write::write_all(&mut out, text.as_bytes()).unwrap();
    put("site_id,sector,country,remarks\n".to_owned());
    (0..rows).for_each(|k| put(format!("S{k},spinning,PK,{}\n", cell(k))));
    drop(out);
    assert!(fits(path.to_str().unwrap(), MOST), "a CSV file of 600 MB takes more than {MOST} MiB");
    std::fs::remove_file(&path).unwrap();

    // one row group after another, and one row group as a whole
    for (name, group) in [("groups", 100), ("whole", rows)] {
        let frame = |rows: std::ops::Range<usize>| {
            let text = |name: &str, cells: Vec<String>| Column::new(name.into(), cells);
            let same = |name: &str, cell: &str| text(name, vec![cell.to_owned(); rows.len()]);
            let ids = text("site_id", rows.clone().map(|k| format!("S{k}")).collect());
            let remarks = text("remarks", rows.clone().map(cell).collect());
            DataFrame::new_infer_height(vec![ids, same("sector", "spinning"), same("country", "PK"), remarks]).unwrap()
        };
        let path = scratch.path().join(format!("{name}.parquet"));
        let out = std::fs::File::create(&path).unwrap();
        let writer = ParquetWriter::new(out).with_compression(ParquetCompression::Uncompressed);
        let mut writer = writer.batched(frame(0..0).schema()).unwrap();
        for start in (0..rows).step_by(group) {
            writer.write_batch(&frame(start..(start + group).min(rows))).unwrap();
        }
        writer.finish().unwrap();
        drop(writer);
        let size = std::fs::metadata(&path).unwrap().len();
        assert!(fits(path.to_str().unwrap(), MOST), "a Parquet file of {size} bytes in row groups of {group} takes more than {MOST} MiB");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_file() {
    let scratch = scratch();
    let peak = |rows: usize| {
        let mut sites = String::from("site_id,sector,country,remarks\n");
        for k in 0..rows {
            writeln!(sites, "S{k},spinning,PK,{}", "x".repeat(500_000)).unwrap();
        }
        let input = file(&scratch, "sites.csv", sites);
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tierlight"))
            .args(["check", &input, "--threads", "2"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find(|l| l.starts_with("VmHWM")).and_then(|l| l.split_whitespace().nth(1)?.parse::<usize>().ok());
            peak = peak.max(line.unwrap_or(0) / 1024);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        peak
    };
    let (small, large) = (peak(1), peak(500));
    assert!(small > 0 && large < small + 120, "a file of 250 MB takes {large} MiB, one of 0.5 MB {small} MiB");
}

#[test]
fn a_ledger_is_evidence_like_the_network_s_own() {
    let scratch = scratch();
    let example = common::repository().join("examples/sialkot");
    let whole = std::fs::read_to_string(example.join("evidence.csv")).unwrap();
    let (header, rows) = whole.split_once('\n').unwrap();
    let (own, ledger): (Vec<_>, Vec<_>) = rows.lines().enumerate().partition(|(n, _)| n % 2 == 0);
    let table = |rows: &[(usize, &str)]| rows.iter().fold(header.to_owned(), |text, (_, row)| text + "\n" + row) + "\n";
    for name in ["sites", "links", "agents", "agent_links"] {
        file(&scratch, &format!("network/{name}.csv"), std::fs::read(example.join(format!("{name}.csv"))).unwrap());
    }
    let input = scratch.path().join("network").to_str().unwrap().to_owned();
    let score = |out: &str, more: &[&str]| {
        let out = scratch.path().join(out);
        let fixed = ["score", &input, "-o", out.to_str().unwrap(), "--country", "PK", "--as-of", "2026-11-23", "--draws", "20"];
        run_ok(&[&fixed, more].concat());
        tree(&out)
    };
    file(&scratch, "network/evidence.csv", &whole);
    let expected = score("expected", &[]);
    file(&scratch, "network/evidence.csv", table(&own));
    let path = file(&scratch, "ledger.csv", table(&ledger));
    let found = score("found", &["--evidence", &path]);
    for name in ["evidence.csv", "scores.csv", "sites.csv"] {
        assert_eq!(String::from_utf8_lossy(&expected[name]), String::from_utf8_lossy(&found[name]), "{name}");
    }
    // an id that the network has, and a site that it does not have: told and kept out, and no reason to fail
    let taken = own[0].1;
    let gone = ledger[0].1.replacen(ledger[0].1.split(',').nth(1).unwrap(), "gone", 1);
    let path = file(&scratch, "ledger.csv", format!("{header}\n{taken}\n{gone}\n"));
    let found = score("less", &["--evidence", &path]);
    let rejected = String::from_utf8(found["rejected/ledger.csv"].clone()).unwrap();
    assert!(rejected.contains("2,id_duplicate,") && rejected.contains("3,id_unknown,"), "{rejected}");
    let record: serde_json::Value = serde_json::from_slice(&found["run.json"]).unwrap();
    let ledger = record["tables"].as_array().unwrap().iter().find(|t| t["table"] == "ledger").unwrap();
    assert_eq!((&ledger["rows_in"], &ledger["rejected"]), (&2.into(), &2.into()));
    // personal data stops it
    let columns = header.split(',').map(|column| if column == "source" { "someone@example.com" } else { "" }).collect::<Vec<_>>();
    let path = file(&scratch, "ledger.csv", format!("{header}\n{}\n", columns.join(",")));
    let (_, told) = run_code(&["score", &input, "-o", scratch.path().join("no").to_str().unwrap(), "--evidence", &path], 3);
    assert!(told.contains("personal data") && !told.contains("someone"), "{told}");
}
