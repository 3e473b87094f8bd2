//! `qualify`: every rule and every provision against a case in words that a lawyer can read (`tests/law/cases.csv`), and the binary.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{file, repository, run_code, run_ok, scratch};
use jiff::civil::date;
use serde_json::Value;
use tierlight_core::law::{Basis, ConflictKind, Law, Qualification, Verdict, qualify};
use tierlight_data::packs::{Packs, read_law, read_packs};
use tierlight_data::read::NetworkOptions;
use tierlight_data::read::findings::{LegalFinding, read_findings};

/// Case by id: what the lawyer expects, as (rule, verdict), and the sentence.
fn expected() -> BTreeMap<String, (Vec<(String, String)>, String)> {
    let mut reader = csv::Reader::from_path(repository().join("tests/law/cases.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (id, sentence, expect) = (at("finding_id"), at("sentence"), at("expect"));
    let pairs = |cell: &str| cell.split("; ").map(|e| e.split_once(' ').map(|(r, v)| (r.to_owned(), v.to_owned())).unwrap()).collect();
    reader.records().map(Result::unwrap).map(|r| (r[id].to_owned(), (pairs(&r[expect]), r[sentence].to_owned()))).collect()
}

fn cases() -> (Packs, Law, Vec<LegalFinding>) {
    let packs = read_packs(&[]).unwrap();
    let law = read_law(&packs.tables).unwrap();
    let options = NetworkOptions::new(date(2026, 11, 26));
    let read = read_findings(&repository().join("tests/law/cases.csv"), &packs, &law, &options).unwrap();
    assert_eq!(read.report.rejected, 0, "{:#?}", read.issues);
    (packs, law, read.rows)
}

fn verdicts<'a>(q: &'a Qualification<'a>, rule: &str) -> Vec<Verdict> {
    q.rulings.iter().chain(&q.not_in_force).filter(|r| r.rule.id == rule).map(|r| r.verdict).collect()
}

#[test]
fn each_case_comes_out_as_its_sentence_says() {
    let (_, law, cases) = cases();
    let expected = expected();
    let mut wrong = Vec::new();
    for case in &cases {
        let q = qualify(&law, &case.case);
        let (pairs, sentence) = &expected[&case.id];
        for (rule, verdict) in pairs {
            let found = verdicts(&q, rule);
            if !found.iter().any(|v| v.slug() == verdict) {
                wrong.push(format!("{}: {rule} is {found:?}, expected {verdict}: {sentence}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} cases, {} expectations", cases.len(), expected.values().map(|e| e.0.len()).sum::<usize>());
}

#[test]
fn every_rule_has_a_case_and_every_statute_is_reached() {
    let (packs, law, cases) = cases();
    let expected = expected();
    let mut reached = BTreeSet::new();
    for case in &cases {
        let q = qualify(&law, &case.case);
        let of_case: BTreeSet<&str> = expected[&case.id].0.iter().map(|(rule, _)| rule.as_str()).collect();
        for r in q.rulings.iter().chain(&q.not_in_force).filter(|r| of_case.contains(r.rule.id.as_str())) {
            reached.extend(r.provision.map(|p| p.id.clone()));
        }
    }
    let named: BTreeSet<&str> = expected.values().flat_map(|(pairs, _)| pairs.iter().map(|(rule, _)| rule.as_str())).collect();
    let without_case: Vec<&String> = law.rules.iter().map(|r| &r.id).filter(|id| !named.contains(id.as_str())).collect();
    assert!(without_case.is_empty(), "rules without a case: {without_case:?}");
    let statutes: Vec<&str> = packs.tables.rows("statutes").map(|row| row.get("provision_id")).collect();
    let missed: Vec<&&str> = statutes.iter().filter(|id| !reached.contains(**id)).collect();
    assert!(missed.is_empty(), "provisions that no case reaches: {missed:?}");
    let of_pakistan = packs.tables.rows("statutes").filter(|row| row.get("country_iso3") == "PAK").count();
    println!("{} rules; {} provisions reached, {of_pakistan} of them of Pakistan", law.rules.len(), reached.len());
    // a rule can be met or raise a question, unless the law itself is not known
    let unknown: Vec<&str> = law
        .rules
        .iter()
        .filter(|rule| !expected.values().flat_map(|e| &e.0).any(|(r, v)| *r == rule.id && (v == "met" || v == "arguable")))
        .map(|rule| rule.id.as_str())
        .collect();
    let without_age = |id: &&str| {
        let rule = law.rules.iter().find(|r| r.id == **id).unwrap();
        matches!(&rule.basis, Basis::Provision(p) if law.provision(p).unwrap().min_age.is_none())
    };
    assert!(unknown.iter().all(without_age), "rules that no case meets: {unknown:?}");
}

#[test]
fn a_child_needs_no_means_under_palermo_and_the_act_leaves_it_open() {
    let (_, law, cases) = cases();
    let case = |id: &str| cases.iter().find(|c| c.id == id).unwrap();
    let child = qualify(&law, &case("child_without_force").case);
    assert_eq!(verdicts(&child, "palermo_3c"), [Verdict::Met]);
    let act = child.rulings.iter().find(|r| r.rule.id == "ptpa_3_2").unwrap();
    assert_eq!(act.verdict, Verdict::Arguable);
    assert!(act.question().unwrap().contains("section 7"), "{:?}", act.question());
    let adult = qualify(&law, &case("adult_without_force").case);
    for rule in ["palermo_3a", "palermo_3c", "ptpa_3_1", "ptpa_3_2"] {
        assert_eq!(verdicts(&adult, rule), [Verdict::NotMet], "{rule}");
    }
    // what decides is asked for
    let asked = |id: &str| qualify(&law, &case(id).case).questions.iter().map(|q| q.fact.clone()).collect::<Vec<_>>();
    assert_eq!(asked("adult_means_not_asked")[0], "means");
    assert_eq!(asked("child_purpose_not_asked")[0], "purpose");
    assert!(asked("debt_and_no_more_known").iter().take(5).any(|f| f == "can_leave"), "{:?}", asked("debt_and_no_more_known"));
}

#[test]
fn disagreements_are_shown() {
    let (_, law, cases) = cases();
    let conflicts = |id: &str| {
        qualify(&law, &cases.iter().find(|c| c.id == id).unwrap().case)
            .conflicts
            .into_iter()
            .map(|c| (c.kind, c.holds.join(" "), c.fails.join(" "), c.note.to_owned()))
            .collect::<Vec<_>>()
    };
    let kiln = conflicts("punjab_kiln_at_14");
    assert!(kiln.iter().any(|c| c.0 == ConflictKind::National && c.1 == "pb_reca_11" && c.2.contains("pb_kiln")), "{kiln:?}");
    let islamabad = conflicts("islamabad_young_worker");
    assert!(
        islamabad.iter().any(|c| c.0 == ConflictKind::International && c.1.contains("c182_3d") && c.2 == "age_hazardous"),
        "{islamabad:?}"
    );
    let ordinance = conflicts("punjab_married");
    assert!(ordinance.iter().any(|c| c.0 == ConflictKind::Sources && c.3.contains("lapses unless")), "{ordinance:?}");
}

#[test]
fn more_facts_only_narrow_what_is_open() {
    // with every fact taken away one by one, a rule that was met or not is never the opposite
    let (_, law, cases) = cases();
    for case in &cases {
        let whole = qualify(&law, &case.case);
        for fact in case.case.facts.keys() {
            let mut less = case.case.clone();
            less.facts.remove(fact);
            let q = qualify(&law, &less);
            for r in &q.rulings {
                let same = |x: &&tierlight_core::law::Ruling<'_>| x.rule.id == r.rule.id && x.age.map(|a| &a.id) == r.age.map(|a| &a.id);
                let Some(before) = whole.rulings.iter().find(same) else { continue };
                let opposite = matches!((before.verdict, r.verdict), (Verdict::Met, Verdict::NotMet) | (Verdict::NotMet, Verdict::Met));
                assert!(!opposite, "{} without {fact}: {} {:?} {:?}", case.id, r.rule.id, before.verdict, r.verdict);
            }
        }
    }
}

#[test]
fn the_binary_prints_json_and_a_table_and_never_a_label() {
    let scratch = scratch();
    let example = repository().join("examples/law/findings.csv");
    let (example, out) = (example.to_str().unwrap(), scratch.path().join("rulings.csv"));
    let text = run_ok(&["qualify", example, "--country", "PK", "--date", "2026-11-23", "-o", out.to_str().unwrap()]);
    for part in
        ["for a person", "elements met", "arguable", "Open in law", "Facts that are missing", "Whom to refer to", "Palermo Protocol"]
    {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let rulings = std::fs::read_to_string(&out).unwrap();
    assert!(rulings.lines().any(|l| l.contains("palermo_3c") && l.contains(",met,")), "{rulings}");
    let json: Value =
        serde_json::from_str(&run_ok(&["qualify", example, "--country", "PK", "--date", "2026-11-23", "--format", "json"])).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert!(!findings.is_empty() && findings.iter().all(|f| !f["rulings"].as_array().unwrap().is_empty()));
    for ruling in findings.iter().flat_map(|f| f["rulings"].as_array().unwrap()) {
        assert!(["met", "arguable", "not_met", "unknown"].contains(&ruling["verdict"].as_str().unwrap()));
    }
    for label in ["is trafficking", "trafficker", "guilty", "victim of"] {
        assert!(!text.to_lowercase().contains(label), "{label}");
    }
    // the same bytes again
    assert_eq!(
        text,
        run_ok(&["qualify", example, "--country", "PK", "--date", "2026-11-23", "-o", out.to_str().unwrap(), "--force", "--threads", "1"])
    );
}

#[test]
fn bad_findings_are_told_with_row_column_and_hint() {
    let scratch = scratch();
    let rows = "finding_id,date,country,province,age,act,debt\n\
        A,2026-01-05,PK,Punjab,13,recrute,yes\nB,2026-01-05,PK,Punjab,14-12,,\nC,2026-01-05,PK,Atlantis,13,,\nD,2026-01-05,PK,Punjab,12-14,recruit,maybe\nE,,PK,KP,12,,no\n";
    let path = file(&scratch, "findings.csv", rows);
    let (out, err) = run_code(&["qualify", &path, "--date", "2026-11-23", "--format", "json"], 1);
    let json: Value = serde_json::from_str(&out).unwrap();
    let found: Vec<(&str, u64, &str)> = json["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["code"].as_str().unwrap(), i["row"].as_u64().unwrap_or(0), i["column"].as_str().unwrap()))
        .collect();
    let wanted =
        [("value_unknown", 2, "act"), ("band_invalid", 3, "age"), ("province_unknown", 4, "province"), ("answer_invalid", 5, "debt")];
    assert_eq!(found, wanted, "{found:?}");
    assert!(json["issues"][0]["hint"].as_str().unwrap().contains("recruit"));
    assert_eq!(json["findings"].as_array().unwrap().len(), 1);
    assert_eq!(json["findings"][0]["province"], "Khyber Pakhtunkhwa");
    assert!(err.contains("1 of 5 findings used"), "{err}");
    // names of persons stop it, and are not repeated
    let named = file(&scratch, "named.csv", "finding_id,country,age,Name of child\nA,PK,13,Somebody Invented\n");
    let (_, err) = run_code(&["qualify", &named], 3);
    assert!(err.contains("personal data") && !err.contains("Somebody"), "{err}");
    let (_, err) = run_code(&["qualify", &file(&scratch, "x.csv", "a,b\n1,2\n")], 3);
    assert!(err.contains("no table of findings") && err.contains("finding_id"), "{err}");
}

#[test]
fn a_rule_that_cannot_be_read_is_refused_with_its_place() {
    let scratch = scratch();
    let header = "rule_id,basis,provision_id,outcome,person,act,means,purpose,circumstance,doubt_element,doubt_when,question,conclusion,note,source_key,grade";
    let pack = |row: &str| {
        file(
            &scratch,
            "pack/datapackage.json",
            r#"{"name":"mine","version":"1","resources":[{"name":"law_rules","path":"law_rules.csv"}]}"#,
        );
        file(&scratch, "pack/law_rules.csv", format!("{header}\n{row}\n"));
        scratch.path().join("pack").to_str().unwrap().to_owned()
    };
    for (row, column, expected) in [
        ("mine,provision,ptpa_4,trafficking,age <,,,,,,,,x,,own_assess,E", "person", "a number"),
        ("mine,provision,ptpa_4,trafficking,,act in fly,,,,,,,x,,own_assess,E", "act", "recruit"),
        ("mine,provision,ptpa_4,trafficking,,,,,,,,,x,,own_assess,E", "circumstance", "one element"),
        ("mine,provision,nowhere,trafficking,age < 18,,,,,,,,x,,own_assess,E", "provision_id", "statutes"),
    ] {
        let (out, _) = run_code(&["packs", "check", &pack(row), "--format", "json"], 1);
        let json: Value = serde_json::from_str(&out).unwrap();
        let error = json["issues"].as_array().unwrap().iter().find(|i| i["severity"] == "error").unwrap().clone();
        assert_eq!(error["column"], column, "{error}");
        assert!(error["expected"].as_str().unwrap().contains(expected), "{error}");
        assert_eq!(error["row"], 2);
    }
}
