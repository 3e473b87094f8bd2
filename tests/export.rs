//! Exports: every form of a table holds the same values, and what there is no such form of is refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::io::Read;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use common::{file, repository, run_code, run_ok, scratch};
use jiff::civil::{Date, date};
use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader};
use tierlight_data::run::export::{CellKind, RunTable};
use tierlight_data::run::read_record;
use tierlight_data::text::unneutral;

/// A run of an example with links, agents, evidence and issues, one site of which is called like a formula.
fn scored(scratch: &tempfile::TempDir) -> PathBuf {
    let folder = repository().join("examples/sialkot");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "csv") {
            let mut text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name == "sites.csv" {
                // one is called like a formula, with everything that must be quoted; one cannot be used
                let header = text.lines().next().unwrap().to_owned();
                for (id, workers) in [("X-1", "5"), ("X-2", "many")] {
                    let cell = |column| match column {
                        "site_id" => id,
                        "name" => "\"=1+1, a \"\"site\"\"\"",
                        "sector" => "sporting_goods",
                        "country" => "PK",
                        "workers" => workers,
                        _ => "",
                    };
                    text += &header.split(',').map(cell).collect::<Vec<_>>().join(",");
                    text.push('\n');
                }
            }
            file(scratch, &format!("in/{name}"), text);
        }
    }
    let (input, out) = (scratch.path().join("in"), scratch.path().join("run"));
    let arguments = ["--as-of", "2026-11-23", "--draws", "20", "--max-rejected", "0.5"];
    run_ok(&[["score", input.to_str().unwrap(), "-o", out.to_str().unwrap()].as_slice(), &arguments].concat());
    out
}

fn export(run: &Path, table: &str, form: &str, out: &Path) -> String {
    run_ok(&["export", run.to_str().unwrap(), "--table", table, "--form", form, "-o", out.to_str().unwrap()])
}

/// Header and rows of a table of a run, as its CSV has them.
fn csv_of(run: &Path, table: RunTable) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(run.join(format!("{}.csv", table.name()))).unwrap();
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    (header, rows)
}

#[test]
fn a_workbook_holds_what_the_tables_hold() {
    let scratch = scratch();
    let run = scored(&scratch);
    let out = scratch.path().join("run.xlsx");
    let told: serde_json::Value = serde_json::from_str(&run_ok(&[
        "export",
        run.to_str().unwrap(),
        "--table",
        "all",
        "--form",
        "xlsx",
        "-o",
        out.to_str().unwrap(),
        "--format",
        "json",
    ]))
    .unwrap();
    let mut book: Xlsx<_> = open_workbook(&out).unwrap();
    let names: Vec<&str> = RunTable::ALL.iter().map(|t| t.name()).collect();
    assert_eq!(book.sheet_names(), [&["readme"], names.as_slice()].concat());
    let mut formula = false;
    for table in RunTable::ALL {
        let (header, rows) = csv_of(&run, table);
        assert!(!rows.is_empty() && told["rows"][table.name()] == rows.len(), "{}: {told}", table.name());
        let sheet = book.worksheet_range(table.name()).unwrap();
        let mut found = sheet.rows();
        let shown: Vec<String> = found.next().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(shown, header);
        for (cells, expected) in found.by_ref().zip(&rows) {
            for ((cell, text), name) in cells.iter().zip(expected).zip(&header) {
                let kind = table.column(name).unwrap().kind;
                let same = match (cell, kind) {
                    (Data::Empty, _) => text.is_empty(),
                    (Data::Float(x), CellKind::Number | CellKind::Whole) => text.parse() == Ok(*x),
                    (Data::Bool(yes), CellKind::Flag) => text.parse() == Ok(*yes),
                    (Data::DateTime(day), CellKind::Date) => {
                        let days = jiff::Span::new().days(day.as_f64() as i64);
                        text.parse::<Date>().unwrap() == date(1899, 12, 30).checked_add(days).unwrap()
                    }
                    (Data::String(words), CellKind::Text) => {
                        formula |= words.starts_with('=');
                        words == unneutral(text) && !text.starts_with(['=', '+', '-', '@'])
                    }
                    _ => false,
                };
                assert!(same, "{}, {name}: {cell:?} is not {text:?}", table.name());
            }
        }
        assert_eq!(sheet.height(), rows.len() + 1, "{}", table.name());
    }
    assert!(formula, "no text begins like a formula");

    // what it is, and what its columns mean
    let record = read_record(&run).unwrap();
    let readme = book.worksheet_range("readme").unwrap();
    let text: Vec<String> = readme.rows().map(|r| r.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")).collect();
    let text = text.join("\n");
    for words in ["accuse nobody", "no report is not no risk", "docs/formats.md", &record.input_digest()] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.contains(&format!("method version {}", record.method_version)), "{text}");
    for table in RunTable::ALL {
        for name in csv_of(&run, table).0 {
            assert!(text.contains(&format!("{} | {name} | {}", table.name(), table.column(&name).unwrap().meaning)), "{name}: {text}");
        }
    }

    // header that stays and filters; nothing is a formula
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&out).unwrap()).unwrap();
    for number in 1..=7 {
        let mut xml = String::new();
        zip.by_name(&format!("xl/worksheets/sheet{number}.xml")).unwrap().read_to_string(&mut xml).unwrap();
        assert!(!xml.contains("<f>") && xml.contains("<autoFilter ") && xml.contains("state=\"frozen\""), "sheet {number}");
    }

    // the same run gives the same bytes
    let again = scratch.path().join("again.xlsx");
    export(&run, "all", "xlsx", &again);
    assert!(std::fs::read(&out).unwrap() == std::fs::read(&again).unwrap());
    // a table alone
    let links = scratch.path().join("links.xlsx");
    export(&run, "links", "xlsx", &links);
    let mut alone: Xlsx<_> = open_workbook(&links).unwrap();
    assert_eq!(alone.sheet_names(), ["readme", "links"]);
    assert_eq!(alone.worksheet_range("links").unwrap(), book.worksheet_range("links").unwrap());
}

#[test]
fn parquet_holds_what_the_tables_hold() {
    let scratch = scratch();
    let run = scored(&scratch);
    for table in RunTable::ALL {
        let out = scratch.path().join(format!("{}.parquet", table.name()));
        export(&run, table.name(), "parquet", &out);
        let frame: DataFrame = ParquetReader::new(std::fs::File::open(&out).unwrap()).finish().unwrap();
        let (header, rows) = csv_of(&run, table);
        assert_eq!(frame.get_column_names().iter().map(|n| n.as_str()).collect::<Vec<_>>(), header);
        assert_eq!(frame.height(), rows.len());
        for (at, name) in header.iter().enumerate() {
            let (column, kind) = (frame.column(name).unwrap(), table.column(name).unwrap().kind);
            for (k, row) in rows.iter().enumerate() {
                let text = row[at].as_str();
                let same = match (column.get(k).unwrap(), kind) {
                    (AnyValue::Null, _) => text.is_empty(),
                    (AnyValue::String(words), CellKind::Text | CellKind::Date) => words == unneutral(text),
                    (AnyValue::Float64(x), CellKind::Number) => text.parse() == Ok(x),
                    (AnyValue::Float32(x), CellKind::Number) => text.parse() == Ok(x),
                    (AnyValue::UInt32(n), CellKind::Whole) => text.parse() == Ok(n),
                    (AnyValue::UInt64(n), CellKind::Whole) => text.parse() == Ok(n),
                    (AnyValue::Boolean(yes), CellKind::Flag) => text.parse() == Ok(yes),
                    _ => false,
                };
                assert!(same, "{}, {name}, row {k}: {:?} is not {text:?}", table.name(), column.get(k));
            }
        }
    }
}

#[test]
fn what_a_run_wrote_is_given_as_it_is_and_a_large_network_is_made() {
    let scratch = scratch();
    let run = scored(&scratch);
    let same = |table: &str, form: &str, of: &[u8]| {
        let out = scratch.path().join(format!("same.{table}.{form}"));
        export(&run, table, form, &out);
        assert!(std::fs::read(&out).unwrap() == of, "{table} as {form}");
    };
    let bytes = |name: &str| std::fs::read(run.join(name)).unwrap();
    for table in RunTable::ALL {
        same(table.name(), "csv", &bytes(&format!("{}.csv", table.name())));
    }
    same("map", "geojson", &bytes("map.geojson"));
    let graph = bytes("network.graphml");
    same("network", "graphml", &graph);
    // as in a run of more links than are written unasked
    std::fs::remove_file(run.join("network.graphml")).unwrap();
    std::fs::remove_file(scratch.path().join("same.network.graphml")).unwrap();
    same("network", "graphml", &graph);
}

#[test]
fn what_cannot_be_is_refused_and_writes_nothing() {
    let scratch = scratch();
    let run = scored(&scratch);
    let shown = run.to_str().unwrap();
    let out = scratch.path().join("out");
    let out = out.to_str().unwrap();
    let refused = |arguments: &[&str], code: i32, words: &[&str]| {
        let (_, told) = run_code(&[&["export"], arguments].concat(), code);
        assert!(words.iter().all(|w| told.contains(w)), "{arguments:?}: {told}");
        assert!(!Path::new(out).exists());
    };
    for (table, form, forms) in [
        ("network", "csv", "graphml"),
        ("map", "parquet", "geojson"),
        ("all", "csv", "xlsx"),
        ("sites", "graphml", "csv, xlsx or parquet"),
        ("issues", "geojson", "csv, xlsx or parquet"),
    ] {
        let message = format!("{table} has no form {form}");
        refused(&[shown, "--table", table, "--form", form, "-o", out], 2, &[&message, &format!("{table} comes as {forms}")]);
    }
    refused(&[shown, "--table", "nothing", "--form", "csv", "-o", out], 2, &["nothing"]);
    refused(&[scratch.path().join("in").to_str().unwrap(), "--table", "sites", "--form", "xlsx", "-o", out], 3, &["not a run folder"]);
    let inside = run.join("new.csv");
    refused(&[shown, "--table", "sites", "--form", "csv", "-o", inside.to_str().unwrap()], 2, &["nothing is written"]);
    // one that is there stays, unless it is to be replaced
    let there = file(&scratch, "there.csv", "mine");
    refused(&[shown, "--table", "sites", "--form", "csv", "-o", &there], 2, &["exists", "--force"]);
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "mine");
    run_ok(&["export", shown, "--table", "sites", "--form", "csv", "-o", &there, "--force"]);
    assert!(std::fs::read(&there).unwrap() == std::fs::read(run.join("sites.csv")).unwrap());

    // a table that is longer than a sheet: by one row
    let row = "code,error,f.csv,1,c,x,y,z\n";
    let long = format!("code,severity,file,row,column,found,expected,hint\n{}", row.repeat(1 << 20));
    std::fs::write(run.join("issues.csv"), long).unwrap();
    for table in ["issues", "all"] {
        refused(&[shown, "--table", table, "--form", "xlsx", "-o", out], 2, &["issues has 1048576 rows", "1048575", "csv or parquet"]);
    }
    export(&run, "issues", "parquet", &scratch.path().join("issues.parquet"));
    // a file that somebody has changed
    std::fs::write(
        run.join("links.csv"),
        "supplier_id,buyer_id,kind,product,disclosure,share,share_assumed,sales_share\na,b,c,d,e,half,true,\n",
    )
    .unwrap();
    refused(&[shown, "--table", "links", "--form", "parquet", "-o", out], 3, &["row 2", "share"]);
    std::fs::write(run.join("links.csv"), "supplier_id,wages\na,b\n").unwrap();
    refused(&[shown, "--table", "links", "--form", "xlsx", "-o", out], 3, &["unknown column wages"]);
}
