//! Packs with districts, indicators and surveys of their own, through the binary.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{file, run_code, run_ok, scratch};
use serde_json::{Value, json};
use tempfile::TempDir;

const SOURCES: &str = "source_key,title,publisher,year,definition,caveats,tier\n\
    one,Invented survey,nobody,2026,invented for a test,invented,D\ntwo,Another invented survey,nobody,2026,invented for a test,invented,D\n";
const DISTRICTS: &str = "district_id,name,country_iso3,province,status,lat,lon,population_2023\n\
    NP0301,Upperhill,NPL,Bagmati,census_2021,27.9,85.4,300000\nNP0302,Lowerhill,NPL,Bagmati,census_2021,27.6,85.3,500000\n\
    NP-plain,Plain,NPL,Province No. 1,census_2021,26.5,87.3,400000\n";
const INDICATORS: &str = "district_id,province,indicator,sex,age_group,value,unit,year,source_key,grade\n";
const SURVEYS: &str = "survey_id,name,country_iso3,kind,indicator,sex,age_group,level,source_key,sample_indicator,grade\n";
const COVARIATES: &str = "covariate_id,name,country_iso3,indicator,sex,age_group,source_key,grade\n";

/// A pack of districts of Nepal; all of it is invented.
fn nepal(scratch: &TempDir, indicators: &str, surveys: &str) -> String {
    let tables = [
        ("sources", SOURCES.to_owned()),
        ("districts", DISTRICTS.to_owned()),
        ("indicators", format!("{INDICATORS}{indicators}")),
        ("surveys", format!("{SURVEYS}{surveys}")),
        ("area_covariates", format!("{COVARIATES}literacy_npl,Invented literacy,NPL,adult_literacy_rate,all,15+,two,D\n")),
    ];
    pack(scratch, &tables)
}

fn pack(scratch: &TempDir, tables: &[(&str, String)]) -> String {
    let resources: Vec<Value> = tables.iter().map(|(name, _)| json!({ "name": name, "path": format!("{name}.csv") })).collect();
    file(scratch, "pack/datapackage.json", json!({ "name": "mine", "version": "1", "resources": resources }).to_string());
    for (name, text) in tables {
        file(scratch, &format!("pack/{name}.csv"), text);
    }
    scratch.path().join("pack").to_str().unwrap().to_owned()
}

/// Issues of a pack that are no mere remarks: [severity, code, file, row, column].
fn issues(pack: &str, code: i32) -> Vec<[String; 5]> {
    let (out, _) = run_code(&["packs", "check", pack, "--format", "json"], code);
    let document: Value = serde_json::from_str(&out).unwrap();
    let found = document["issues"].as_array().unwrap().iter().filter(|i| i["severity"] != "info");
    found
        .map(|i| {
            let hint = i["hint"].as_str().unwrap();
            assert!(!hint.is_empty() && !hint.contains("packs check"), "the hint is the command that was run: {i:#?}");
            ["severity", "code", "file", "row", "column"].map(|key| i[key].as_str().map_or_else(|| i[key].to_string(), str::to_owned))
        })
        .collect()
}

fn shown(pack: &str, find: &str) -> Vec<Value> {
    let out = run_ok(&["packs", "show", "districts", "--find", find, "--pack", pack, "--format", "json"]);
    serde_json::from_str::<Value>(&out).unwrap().as_array().unwrap().clone()
}

/// Two surveys of one indicator, the first with children asked, the second of provinces.
const FINE: [&str; 2] = [
    "NP0301,Bagmati,child_labour_rate,all,5-17,12,percent,2026,one,D\nNP0302,Bagmati,child_labour_rate,all,5-17,25,percent,2026,one,D\n\
     NP0301,Bagmati,children_asked,all,5-17,400,count,2026,one,D\nNP0302,Bagmati,children_asked,all,5-17,900,count,2026,one,D\n\
     ,Province No. 1,child_labour_rate,all,5-17,30,percent,2026,two,D\n\
     NP0301,Bagmati,adult_literacy_rate,all,15+,80,percent,2026,two,D\nNP0302,Bagmati,adult_literacy_rate,all,15+,60,percent,2026,two,D\n\
     NP-plain,Province No. 1,wage,all,15+,900,NPR,2026,two,D\n",
    "first,First,NPL,reference,child_labour_rate,all,5-17,district,one,children_asked,D\n\
     second,Second,NPL,other_definition,child_labour_rate,all,5-17,province,two,,D\n",
];

#[test]
fn a_pack_of_another_country_has_its_own_small_area_estimates() {
    let scratch = scratch();
    let pack = nepal(&scratch, FINE[0], FINE[1]);
    assert_eq!(issues(&pack, 0), Vec::<[String; 5]>::new());
    let found = shown(&pack, "upperhill");
    assert_eq!(found.len(), 1);
    let estimate = &found[0]["child_labour_5_17"];
    let combined = estimate["combined"].as_f64().unwrap();
    assert!(combined > 0.1 && combined < 0.25, "drawn from 12 % towards its neighbour: {estimate}");
    assert_eq!((&estimate["direct"][0]["survey"], &estimate["direct"][0]["sample"]), (&"first".into(), &400.0.into()));
    let plain = &shown(&pack, "np-plain")[0]["child_labour_5_17"];
    assert!(plain["combined"].as_f64().unwrap() > combined && plain["direct"] == json!([]), "{plain}");
    let text = run_ok(&["packs", "show", "districts", "--find", "lowerhill", "--pack", &pack]);
    assert!(text.contains("25.0 % (First, 900)") && text.contains("1 of 1 districts"), "{text}");
    // a site in one of its districts is found by name and scored with it
    let list = file(&scratch, "sites.csv", "site_id,sector,country,district\nA,brick_kilns,Nepal,Lowerhill\n");
    let out = scratch.path().join("out");
    run_ok(&["score", &list, "-o", out.to_str().unwrap(), "--pack", &pack]);
    let told = run_ok(&["explain", out.to_str().unwrap(), "--site", "A"]);
    assert!(told.contains("Lowerhill"), "{told}");
}

#[test]
fn a_country_chooses_among_the_districts() {
    let scratch = scratch();
    let pack = nepal(&scratch, FINE[0], FINE[1]);
    let of = |country: &str, limit: &[&str]| -> Vec<Value> {
        let arguments = ["packs", "show", "districts", "--country", country, "--pack", &pack, "--format", "json"];
        serde_json::from_str(&run_ok(&[&arguments[..], limit].concat())).unwrap()
    };
    let ids = |rows: &[Value]| rows.iter().map(|r| r["district_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&of("Nepal", &[])), ["NP-plain", "NP0301", "NP0302"]);
    assert_eq!(ids(&of("NP", &["--limit", "2"])), ["NP-plain", "NP0301"]);
    assert!(of("PK", &[]).len() > 150 && of("PK", &[]).iter().all(|r| r["country_iso3"] == "PAK"));
    let rows = |arguments: &[&str]| -> usize {
        let out = run_ok(&[&["packs", "show"], arguments, &["--format", "json"]].concat());
        serde_json::from_str::<Vec<Value>>(&out).unwrap().len()
    };
    assert_eq!(rows(&["parameters", "--limit", "3"]), 3);
    assert!(rows(&["parameters"]) > 30, "JSON has all rows unless told otherwise");
    assert_eq!(rows(&["rates", "--country", "NP", "--limit", "4"]), 4);
    let (_, err) = run_code(&["packs", "show", "parameters", "--country", "PK"], 2);
    assert!(err.contains("--country is for rates and districts"), "{err}");
}

#[test]
fn a_survey_changes_no_sample_of_another() {
    let before = shown_builtin("PK634");
    let scratch = scratch();
    let pack = pack(
        &scratch,
        &[
            ("sources", SOURCES.to_owned()),
            (
                "indicators",
                format!(
                    "{INDICATORS}PK634,Punjab,child_labour_rate,all,5-17,20,percent,2026,one,D\n\
                     PK634,Punjab,child_labour_sample_n,all,5-17,5,count,2026,one,D\n"
                ),
            ),
            (
                "surveys",
                format!("{SURVEYS}mine,Mine,PAK,other_definition,child_labour_rate,all,5-17,district,one,child_labour_sample_n,D\n"),
            ),
        ],
    );
    assert_eq!(issues(&pack, 0), Vec::<[String; 5]>::new());
    let after = &shown(&pack, "PK634")[0]["child_labour_5_17"]["direct"];
    let sample = |direct: &Value, survey: &str| -> Value {
        direct.as_array().unwrap().iter().find(|d| d["survey"] == survey).unwrap_or(&Value::Null)["sample"].clone()
    };
    assert!(sample(&before, "punjab_mics6").as_f64().unwrap() > 100.0, "{before}");
    assert_eq!(sample(after, "punjab_mics6"), sample(&before, "punjab_mics6"));
    assert_eq!(sample(after, "mine"), json!(5.0));
}

/// What the surveys of the built-in packs say of a district.
fn shown_builtin(id: &str) -> Value {
    let out = run_ok(&["packs", "show", "districts", "--find", id, "--format", "json"]);
    serde_json::from_str::<Value>(&out).unwrap()[0]["child_labour_5_17"]["direct"].clone()
}

#[test]
fn surveys_and_covariates_without_rows_are_told() {
    let scratch = scratch();
    let wrong_level = FINE[1].replace("province,two", "district,two");
    let found = issues(&nepal(&scratch, FINE[0], &wrong_level), 0);
    assert_eq!(found, [["warning", "survey_empty", "surveys.csv", "3", "indicator"]]);
    let no_literacy = FINE[0].replace("adult_literacy_rate", "literacy");
    let found = issues(&nepal(&scratch, &no_literacy, FINE[1]), 0);
    assert_eq!(found, [["warning", "survey_empty", "area_covariates.csv", "2", "indicator"]]);
}

#[test]
fn indicators_stand_in_the_province_of_their_district() {
    let scratch = scratch();
    let differs = FINE[0].replacen("NP0302,Bagmati", "NP0302,Province No. 1", 1);
    assert_eq!(issues(&nepal(&scratch, &differs, FINE[1]), 1), [["error", "province_differs", "indicators.csv", "3", "province"]]);
    let misspelt = FINE[0].replace(",Province No. 1,child", ",Province 1,child");
    assert_eq!(issues(&nepal(&scratch, &misspelt, FINE[1]), 1), [["error", "key_dangling", "indicators.csv", "6", "province"]]);
}

#[test]
fn surveys_and_covariates_name_a_country() {
    let scratch = scratch();
    let found = issues(&nepal(&scratch, FINE[0], &FINE[1].replacen("NPL", "NPX", 1)), 1);
    assert_eq!(found, [["error", "key_dangling", "surveys.csv", "2", "country_iso3"]]);
    let tables = [("sources", SOURCES.to_owned()), ("area_covariates", format!("{COVARIATES}x,X,NPX,adult_literacy_rate,all,15+,two,D\n"))];
    let found = issues(&pack(&self::scratch(), &tables), 1);
    assert_eq!(found, [["error", "key_dangling", "area_covariates.csv", "2", "country_iso3"]]);
}

#[test]
fn what_the_method_cannot_work_with_is_told_with_the_pack() {
    let scratch = scratch();
    let rate = FINE[0].replace(",12,", ",150,");
    let pack = nepal(&scratch, &rate, FINE[1]);
    assert_eq!(issues(&pack, 1), [["error", "pack_unusable", "pack mine: indicators.csv", "2", "value"]]);
    // a province that is known too well to be other than its districts, and is
    let huge = format!("1{}", "0".repeat(300));
    let more =
        format!(",Bagmati,child_labour_rate,all,5-17,90,percent,2026,two,D\n,Bagmati,children_asked,all,5-17,{huge},count,2026,two,D\n");
    let indicators = FINE[0].replace(",400,", &format!(",{huge},")).replace(",900,", &format!(",{huge},")) + &more;
    let surveys = FINE[1].replace("other_definition", "reference").replace("two,,D", "two,children_asked,D");
    let pack = nepal(&scratch, &indicators, &surveys);
    assert_eq!(issues(&pack, 1), [["error", "pack_unusable", "surveys.csv", "null", "-"]]);
    let (out, _) = run_code(&["packs", "check", &pack, "--format", "json"], 1);
    assert!(out.contains("pack mine sets surveys, indicators, area_covariates, districts"), "{out}");
    let (_, err) = run_code(&["packs", "show", "districts", "--pack", &pack], 3);
    assert!(err.contains("small-area model cannot be fitted") && err.contains("hint: run `tierlight packs check`"), "{err}");
}
