//! Workbooks, as LibreOffice reads them. `cargo xtask test` installs it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::HOSTILE;
use jiff::civil::date;
use tierlight_report::language::Language;
use tierlight_report::workbook::{ColumnKind, MOST_ROWS, Sheet, SheetColumn, Value, Workbook};
use tierlight_report::xlsx;

fn column(title: &str, kind: ColumnKind) -> SheetColumn {
    SheetColumn { title: title.to_owned(), note: Some(format!("What {title} is")), width: 18.0, kind }
}

fn sheet(name: &str, columns: Vec<SheetColumn>, rows: Vec<Vec<Value>>) -> Sheet {
    Sheet { name: name.to_owned(), intro: Vec::new(), columns, rows, left_out: 0 }
}

fn sample(language: Language) -> Workbook {
    let sites = HOSTILE.iter().enumerate().map(|(at, name)| {
        let at = at as f64;
        vec![
            Value::Text((*name).to_owned()),
            Value::Number(1_000.0 + at),
            Value::Number(at / 10.0),
            Value::Date(date(2026, 3, 14)),
            if (at as usize).is_multiple_of(3) { Value::Withheld("fewer than 10".to_owned()) } else { Value::Number(at * 1.25) },
            Value::Blank,
        ]
    });
    let columns = vec![
        column("Name", ColumnKind::Text),
        column("Workers", ColumnKind::Whole),
        column("Presence", ColumnKind::ShareBar),
        column("Visited", ColumnKind::Date),
        column("Children", ColumnKind::NumberBar),
        column("Why", ColumnKind::LongText),
    ];
    let mut summary = sheet("Summary", vec![column("What", ColumnKind::Text), column("Value", ColumnKind::Number)], Vec::new());
    summary.intro = vec!["=1+1 is text in an intro too".to_owned()];
    summary.rows = vec![
        vec![Value::from("linked share"), Value::As(ColumnKind::Share, 0.079)],
        vec![Value::from("sites"), Value::As(ColumnKind::Whole, 1446.0)],
        vec![Value::from("not a number"), Value::from(f64::NAN)],
    ];
    Workbook {
        language,
        title: "Due-diligence report".to_owned(),
        subject: "Example Thornwick & Sons (invented)".to_owned(),
        date: date(2026, 11, 26),
        footer: "tierlight 0.1.0 · method 1 · input 9b1e… & more".to_owned(),
        sheets: vec![summary, sheet("Sites", columns, sites.collect())],
    }
}

/// LibreOffice, with a profile of its own.
fn convert(file: &Path, to: &str, folder: &Path) {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let output = Command::new("soffice")
        .args([profile.as_str(), "--headless", "--convert-to", to, "--outdir"])
        .arg(folder)
        .arg(file)
        .output()
        .expect("LibreOffice is needed: `cargo xtask test` installs libreoffice-calc-nogui");
    let words = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    for bad in ["Error", "error", "warn", "corrupt", "repair"] {
        assert!(!words.contains(bad), "{words}");
    }
}

/// All sheets as records, by the name of their sheet.
fn read_back(workbook: &Workbook, folder: &Path) -> Vec<Vec<Vec<String>>> {
    let file = folder.join("book.xlsx");
    std::fs::write(&file, xlsx::write(workbook).unwrap()).unwrap();
    // separated by commas, quoted, UTF-8, as shown, each sheet a file
    convert(&file, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", folder);
    let path = |sheet: &Sheet| -> PathBuf { folder.join(format!("book-{}.csv", sheet.name)) };
    let records = |sheet| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path(sheet)).unwrap();
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    workbook.sheets.iter().map(records).collect()
}

/// A number, whether LibreOffice writes it as shown or as it is.
fn number(words: &str) -> f64 {
    let plain = words.replace(',', "");
    let (digits, per) = plain.strip_suffix('%').map_or((plain.as_str(), 1.0), |digits| (digits, 100.0));
    digits.parse::<f64>().unwrap() / per
}

/// A part of the file.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
    text
}

#[test]
fn libreoffice_reads_text_as_text_numbers_as_numbers_and_dates_as_dates() {
    let folder = tempfile::tempdir().unwrap();
    let sheets = read_back(&sample(Language::English), folder.path());
    let summary = &sheets[0];
    assert_eq!(summary[0][0], "Due-diligence report");
    assert_eq!(summary[1][0], "Example Thornwick & Sons (invented)");
    assert_eq!(summary[2][0], "=1+1 is text in an intro too");
    assert_eq!(summary[4], ["What", "Value"]);
    assert_eq!(summary[5][0], "linked share");
    assert_eq!((summary[5][1].as_str(), summary[6][1].as_str()), ("7.9%", "1446"), "as shown");
    assert_eq!(summary[7][1], "", "what is no number is blank");
    let sites = &sheets[1];
    assert_eq!(sites[0], ["Name", "Workers", "Presence", "Visited", "Children", "Why"]);
    for (at, name) in HOSTILE.iter().enumerate() {
        let row = &sites[at + 1];
        // control characters have no place in a cell: the others stay, one by one
        let shown = |s: &str| s.chars().filter(|c| !c.is_control() && *c != '\u{fffe}').collect::<String>();
        assert_eq!(shown(&row[0]), shown(name));
        assert!((number(&row[1]) - (1_000.0 + at as f64)).abs() < 1e-9, "{}", row[1]);
        assert!((number(&row[2]) - at as f64 / 10.0).abs() < 1e-9, "{}", row[2]);
        assert_eq!(row[3], "2026-03-14");
        if at % 3 == 0 {
            assert_eq!(row[4], "fewer than 10");
        } else {
            assert!((number(&row[4]) - at as f64 * 1.25).abs() < 0.01, "{}", row[4]);
        }
        assert_eq!(row[5], "");
    }
}

#[test]
fn libreoffice_prints_both_languages() {
    for language in [Language::English, Language::Urdu] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("book.xlsx");
        std::fs::write(&file, xlsx::write(&sample(language)).unwrap()).unwrap();
        convert(&file, "pdf", folder.path());
        let pdf = std::fs::read(folder.path().join("book.pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF-"));
    }
}

#[test]
fn sheets_have_filters_frozen_headings_bars_and_no_formulas() {
    let bytes = xlsx::write(&sample(Language::Urdu)).unwrap();
    let sites = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(sites.contains("<autoFilter ref=\"A1:F12\""), "{sites}");
    assert!(sites.contains("state=\"frozen\"") && sites.contains("ySplit=\"1\""));
    assert!(sites.contains("rightToLeft=\"1\""));
    assert_eq!(sites.matches("<cfRule type=\"dataBar\"").count(), 2);
    assert!(!sites.contains("<f>") && !sites.contains("<f "), "user text became a formula");
    assert!(!part(&xlsx::write(&sample(Language::English)).unwrap(), "xl/worksheets/sheet2.xml").contains("rightToLeft"));
    let styles = part(&bytes, "xl/styles.xml");
    for format in ["yyyy-mm-dd", "0.0%"] {
        assert!(styles.contains(format), "{format} is not in {styles}");
    }
    let properties = part(&bytes, "docProps/core.xml");
    assert!(properties.contains("Due-diligence report") && properties.contains("2026-11-26T00:00:00Z"), "{properties}");
}

#[test]
fn the_same_workbook_gives_the_same_bytes() {
    let first = xlsx::write(&sample(Language::English)).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert!(first == xlsx::write(&sample(Language::English)).unwrap(), "bytes depend on the clock or on chance");
}

#[test]
fn a_hundred_thousand_sites_fit_and_too_many_rows_are_refused() {
    let columns = || vec![column("Site", ColumnKind::Text), column("Presence", ColumnKind::ShareBar)];
    let row = |at: usize| vec![Value::Text(format!("S-{at}")), Value::Number(0.5)];
    let mut book = sample(Language::English);
    book.sheets = vec![sheet("Sites", columns(), (0..110_000).map(row).collect())];
    let bytes = xlsx::write(&book).unwrap();
    assert!(part(&bytes, "xl/worksheets/sheet1.xml").contains("r=\"B110001\""), "a row is lost");
    book.sheets[0].rows = vec![Vec::new(); MOST_ROWS + 1];
    let error = xlsx::write(&book).unwrap_err();
    assert!(error.to_string().contains("1000001 rows"), "{error}");
    assert!(!error.hint().is_empty());
    book.sheets[0].rows.clear();
    book.sheets[0].name = "a/b".to_owned();
    assert!(xlsx::write(&book).unwrap_err().to_string().contains("a/b"));
}
