//! `report`: numbers of the run, frameworks without invention, nothing in public that harms, the same bytes again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use common::{file, repository, run_code, run_ok, scratch, tree};
use serde_json::Value;

const EXAMPLES: [&str; 3] = ["sialkot", "cotton", "kilns"];
const PURPOSES: [&str; 3] = ["brand", "exporter", "inspectorate"];

/// Scores an example into a folder.
fn scored(example: &str, into: &tempfile::TempDir) -> PathBuf {
    let out = into.path().join(example);
    let input = repository().join("examples").join(example);
    run_ok(&["score", input.to_str().unwrap(), "-o", out.to_str().unwrap(), "--as-of", "2026-11-23"]);
    out
}

/// Writes a report beside its run and returns its folder.
fn report(run: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let out = run.with_file_name(format!("{}-{name}", run.file_name().unwrap().to_str().unwrap()));
    let fixed = ["report", run.to_str().unwrap(), "-o", out.to_str().unwrap()];
    run_ok(&fixed.iter().copied().chain(arguments.iter().copied()).collect::<Vec<_>>());
    out
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Rows of a table of a run or an example, by column.
fn column(table: &Path, name: &str) -> Vec<String> {
    let Ok(mut reader) = csv::Reader::from_path(table) else { return Vec::new() };
    let Some(at) = reader.headers().unwrap().iter().position(|h| h == name) else { return Vec::new() };
    reader.records().map(|r| r.unwrap()[at].to_owned()).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn findings_keep_to_the_schema_and_hold_the_run_s_numbers() {
    let schema = json(&repository().join("schemas/findings.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let scratch = scratch();
    for example in EXAMPLES {
        let run = scored(example, &scratch);
        for (purpose, audience) in PURPOSES.iter().flat_map(|p| [(p, "internal"), (p, "public")]) {
            let out =
                report(&run, "findings", &["--for", purpose, "--audience", audience, "--format", "json", "--force", "--framework", "oecd"]);
            let suffix = if audience == "public" { "-public" } else { "" };
            let findings = json(&out.join(format!("{purpose}-en{suffix}.json")));
            let errors: Vec<String> = validator.iter_errors(&findings).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{example}: {errors:?}");
            let record = json(&run.join("run.json"));
            assert_eq!(findings["scope"]["sites"], record["counts"]["sites"]);
            assert_eq!(findings["run"]["draws"], record["draws"]["draws"]);
            if audience == "internal" {
                let [girls, boys] = [0, 1].map(|k| record["expected_children"]["forced"][k].as_f64().unwrap());
                let forced = &findings["coverage"]["children"]["forced"];
                assert!((forced["total"].as_f64().unwrap() - girls - boys).abs() < 1e-9);
                let spread = &record["draws"]["expected_children"]["forced"];
                // f32 in the record
                assert!((forced["interval"][0].as_f64().unwrap() - spread["p05"].as_f64().unwrap()).abs() < 1e-4);
                intervals_of_the_run(&run, &findings);
                buyers_of_the_trace(&run, &findings);
            }
        }
    }
}

/// The report's draws are those of the run.
fn intervals_of_the_run(run: &Path, findings: &Value) {
    let mut reader = csv::Reader::from_path(run.join("scores.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (id, hazard, presence, low) = (at("site_id"), at("hazard"), at("presence"), at("presence_p05"));
    let sites = findings["sites"].as_array().unwrap();
    let mut seen = 0;
    for row in reader.records().map(Result::unwrap).filter(|r| &r[hazard] == "child_labour") {
        let site = sites.iter().find(|s| s["site"]["id"] == row[id]).unwrap();
        let found = &site["presence"]["child_labour"];
        let is = |value: &Value, text: &str| (value.as_f64().unwrap() - text.parse::<f64>().unwrap()).abs() < 1e-6;
        assert!(is(&found["value"], &row[presence]) && is(&found["interval"][0], &row[low]), "{row:?} {found}");
        seen += 1;
    }
    assert_eq!(seen, sites.len());
}

/// Tiers, paths and parts of a chain sum to the linked share.
fn buyers_of_the_trace(run: &Path, findings: &Value) {
    for buyer in findings["buyers"].as_array().unwrap() {
        let id = buyer["site"]["id"].as_str().unwrap();
        let trace: Value = serde_json::from_str(&run_ok(&["trace", run.to_str().unwrap(), "--buyer", id, "--format", "json"])).unwrap();
        let linked = &buyer["linked"]["child_labour"];
        let share = linked["share"]["value"].as_f64().unwrap();
        assert!((share - trace["hazards"]["child_labour"]["linked_share"].as_f64().unwrap()).abs() < 1e-12);
        let Some(chain) = buyer["chain"].as_object() else { continue };
        let sum = |part: &str, key: &[&str]| -> f64 {
            let of = |x: &Value| key.iter().fold(x.clone(), |v, k| v[*k].clone()).as_f64().unwrap();
            chain[part].as_array().unwrap().iter().map(of).sum()
        };
        let traced = linked["traced"].as_f64().unwrap();
        let by_tier = sum("tiers", &["girls", "child_labour"]) + sum("tiers", &["boys", "child_labour"]);
        assert!((by_tier - traced).abs() < 1e-9, "{by_tier} {traced}");
        let paths = sum("paths", &["linked"]) + chain["other_paths"].as_f64().unwrap();
        assert!((paths - traced).abs() < 1e-9);
        let flows = chain["flows"].as_array().unwrap();
        let first: f64 = flows.iter().filter(|f| f["tier"] == 0).map(|f| f["linked"].as_f64().unwrap()).sum();
        assert!((first - share).abs() < 1e-9, "what leaves the buyer's tier is its linked share: {first} {share}");
    }
}

/// Every format of the public version as text.
fn published(run: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (purpose, language) in PURPOSES.iter().flat_map(|p| [(p, "en"), (p, "ur")]) {
        let out = report(
            run,
            "published",
            &["--for", purpose, "--audience", "public", "--lang", language, "--format", "html,json,xlsx", "--force"],
        );
        for (name, bytes) in tree(&out) {
            texts.push((
                name.clone(),
                if name.rsplit_once('.').is_some_and(|(_, end)| end == "xlsx") {
                    shared_strings(&bytes)
                } else {
                    String::from_utf8(bytes).unwrap()
                },
            ));
        }
    }
    texts
}

/// Texts of a workbook.
fn shared_strings(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = String::new();
    for k in 0..archive.len() {
        std::io::Read::read_to_string(&mut archive.by_index(k).unwrap(), &mut out).unwrap();
    }
    out
}

/// True when a text holds a word that is not part of a longer one.
fn holds(text: &str, word: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '-' || c == '_'));
    text.match_indices(word).any(|(k, _)| edge(text[..k].chars().next_back()) && edge(text[k + word.len()..].chars().next()))
}

#[test]
fn nothing_public_names_agents_homes_kilns_or_complaints() {
    let scratch = scratch();
    for example in EXAMPLES {
        let run = scored(example, &scratch);
        let input = repository().join("examples").join(example);
        let internal = json(&report(&run, "internal", &["--for", "brand", "--format", "json"]).join("brand-en.json"));
        let mut secrets: BTreeSet<String> = column(&input.join("agents.csv"), "agent_id").into_iter().collect();
        for table in ["source", "case_id", "evidence_id"] {
            secrets.extend(column(&input.join("evidence.csv"), table));
        }
        let sheltered: Vec<&Value> = internal["sites"].as_array().unwrap().iter().filter(|s| s["site"]["sheltered"] == true).collect();
        assert!(!sheltered.is_empty() && secrets.len() > 3, "{example} has something to keep back");
        for site in &sheltered {
            secrets.insert(site["site"]["id"].as_str().unwrap().to_owned());
            secrets.extend(site["site"]["name"].as_str().map(str::to_owned).filter(|n| !n.is_empty()));
        }
        for name in ["latitude", "longitude"] {
            secrets.extend(column(&input.join("sites.csv"), name).into_iter().filter(|x| x.len() > 6));
        }
        for (name, text) in published(&run) {
            for secret in &secrets {
                assert!(!holds(&text, secret), "{example}: {name} holds {secret}");
            }
        }
    }
}

#[test]
fn no_public_number_of_children_is_below_ten_or_told_by_its_total() {
    let scratch = scratch();
    for example in EXAMPLES {
        let run = scored(example, &scratch);
        let public = json(&report(&run, "p", &["--for", "brand", "--audience", "public", "--format", "json"]).join("brand-en-public.json"));
        let whole = json(&report(&run, "i", &["--for", "brand", "--format", "json"]).join("brand-en.json"));
        cells(&public, &mut |cell| {
            for key in ["total", "girls", "boys"] {
                assert!(cell[key].as_f64().is_none_or(|x| x >= 10.0), "{example}: {cell}");
            }
            assert!(cell["girls"].is_null() == cell["boys"].is_null(), "{cell}");
        });
        for (part, column) in [("districts", "children"), ("districts", "forced_children"), ("sectors", "children")] {
            for hazard in ["child_labour", "hazardous", "forced"] {
                let cell = |row: &Value| if part == "sectors" { row[column][hazard].clone() } else { row[column].clone() };
                let hazard = if column == "forced_children" { "forced" } else { hazard };
                if part == "districts" && column == "children" && hazard != "child_labour" {
                    continue;
                }
                for key in ["total", "girls", "boys"] {
                    if public["coverage"]["children"][hazard][key].is_null() {
                        continue;
                    }
                    let rows = public[part].as_array().unwrap().iter().zip(whole[part].as_array().unwrap());
                    let hidden: Vec<f64> =
                        rows.filter(|(p, _)| cell(p)[key].is_null()).map(|(_, w)| cell(w)[key].as_f64().unwrap()).collect();
                    let sum: f64 = hidden.iter().sum();
                    assert!(hidden.is_empty() || (hidden.len() > 1 && sum >= 10.0), "{example} {part} {hazard} {key}: {hidden:?}");
                }
            }
        }
        for site in public["sites"].as_array().unwrap() {
            for key in ["rank", "recorded", "workers", "agent_ratio", "last_evidence"] {
                assert!(site[key].is_null(), "{key}");
            }
        }
        for key in ["evidence", "follow_ups", "pages"] {
            assert_eq!(public[key].as_array().unwrap().len(), 0, "{key}");
        }
    }
}

/// Every cell of children below a value.
fn cells(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(map) if map.contains_key("withheld") => visit(value),
        Value::Object(map) => map.values().for_each(|v| cells(v, visit)),
        Value::Array(list) => list.iter().for_each(|v| cells(v, visit)),
        _ => {}
    }
}

/// Words that accuse or certify: none may stand in a report, whatever it is about.
const BARRED: [&str; 12] = [
    "guilty",
    "violator",
    "violation",
    "offender",
    "culprit",
    "perpetrator",
    "blacklist",
    "uses child labour",
    "employs children",
    "child labour free",
    "slavery free",
    "zero risk",
];

#[test]
fn every_report_puts_children_first_and_accuses_nobody() {
    let scratch = scratch();
    for example in EXAMPLES {
        let run = scored(example, &scratch);
        for (purpose, audience) in PURPOSES.iter().flat_map(|p| [(p, "internal"), (p, "public")]) {
            let out = report(&run, "html", &["--for", purpose, "--audience", audience, "--force"]);
            let suffix = if audience == "public" { "-public" } else { "" };
            let html = std::fs::read_to_string(out.join(format!("{purpose}-en{suffix}.html"))).unwrap();
            for word in BARRED {
                assert!(!html.to_lowercase().contains(word), "{example} {purpose}: {word}");
            }
            for needed in ["protect them first", "Leaving a supplier does not remove the child", "1121"] {
                assert!(html.contains(needed), "{example} {purpose}: {needed}");
            }
            if *purpose != "inspectorate" {
                let steps =
                    ["Protect and remediate.", "Support.", "Look with a method", "Track and repeat."].map(|s| html.find(s).unwrap());
                assert!(steps.is_sorted(), "remediation and support come first: {steps:?}");
            }
            let digest = json(&run.join("run.json"));
            assert!(html.contains(digest["engine_version"].as_str().unwrap()) && html.contains("2026-11-23"));
        }
    }
}

#[test]
fn a_report_made_again_is_the_same_to_the_byte() {
    let scratch = scratch();
    let run = scored("sialkot", &scratch);
    for language in ["en", "ur"] {
        let make = |name: &str, threads: &str| {
            let all =
                ["--for", "brand", "--lang", language, "--format", "html,pdf,xlsx,json", "--framework", "csddd", "--threads", threads];
            tree(&report(&run, name, &all))
        };
        let (one, two) = (make(&format!("one-{language}"), "1"), make(&format!("two-{language}"), "2"));
        assert_eq!(one.len(), 4);
        for (name, bytes) in &one {
            assert!(*bytes == two[name], "{name} differs");
        }
    }
}

#[test]
fn elements_are_filled_answered_or_missing_and_never_invented() {
    let scratch = scratch();
    let run = scored("sialkot", &scratch);
    let all = "oecd,csddd,lksg,uk_msa54,uflpa,eu_flr,norway,comply_chain";
    let before = json(&report(&run, "a", &["--for", "brand", "--framework", all, "--format", "json"]).join("brand-en.json"));
    assert_eq!(before["frameworks"].as_array().unwrap().len(), 8);
    for f in before["frameworks"].as_array().unwrap() {
        let elements = f["elements"].as_array().unwrap();
        let there = elements.iter().filter(|e| e["state"] != "missing").count();
        assert!((f["readiness"].as_f64().unwrap() - there as f64 / elements.len() as f64).abs() < 1e-12);
        for e in elements {
            match e["state"].as_str().unwrap() {
                "filled" => assert_eq!(e["from_run"]["fills"], true),
                "missing" => assert!(e["from_run"].is_null() || e["from_run"]["fills"] == false),
                other => panic!("nobody has answered: {other}"),
            }
        }
        assert!(!f["status"].as_str().unwrap().is_empty() && !f["verification"].as_str().unwrap().is_empty());
    }
    let state = |findings: &Value, framework: &str, element: &str| -> String {
        let of = findings["frameworks"].as_array().unwrap().iter().find(|f| f["framework"] == framework).unwrap();
        let of = of["elements"].as_array().unwrap().iter().find(|e| e["element"] == element).unwrap();
        of["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&before, "uflpa", "trace"), "missing", "half of the value is untraced");
    assert_eq!(state(&before, "csddd", "policy"), "missing");
    let answers = "[csddd]\npolicy = { answer = \"Our policy\", date = \"2026-03-01\" }\ncomplaints = \"A line at each site\"\n";
    let answers = file(&scratch, "answers.toml", answers);
    let after = report(&run, "b", &["--for", "brand", "--framework", all, "--answers", &answers, "--format", "json,html"]);
    let html = std::fs::read_to_string(after.join("brand-en.html")).unwrap();
    assert!(html.contains("Our policy") && html.contains("A line at each site"));
    let after = json(&after.join("brand-en.json"));
    assert_eq!(state(&after, "csddd", "policy"), "answered");
    assert_eq!(state(&after, "lksg", "policy"), "missing", "an answer to one law is no answer to another");

    let template = scratch.path().join("template.toml");
    run_ok(&["report", run.to_str().unwrap(), "--for", "brand", "--framework", all, "--suggest-answers", template.to_str().unwrap()]);
    let template = std::fs::read_to_string(template).unwrap();
    let filled = template.replace("# policy = { answer = \"\"", "policy = { answer = \"there\"");
    let filled = file(&scratch, "filled.toml", filled);
    let out = report(&run, "c", &["--for", "brand", "--framework", all, "--answers", &filled, "--format", "json"]);
    assert_eq!(state(&json(&out.join("brand-en.json")), "lksg", "policy"), "answered");
}

#[test]
fn a_buyer_narrows_the_scope_to_its_chain() {
    let scratch = scratch();
    let run = scored("sialkot", &scratch);
    let out = report(&run, "ex", &["--for", "exporter", "--buyer", "EX-06", "--format", "json"]);
    let findings = json(&out.join("exporter-en.json"));
    assert_eq!(findings["scope"]["of_buyers"], true);
    let sites = findings["sites"].as_array().unwrap();
    let trace: Value = serde_json::from_str(&run_ok(&["trace", run.to_str().unwrap(), "--buyer", "EX-06", "--format", "json"])).unwrap();
    assert_eq!(sites.len() as u64, trace["upstream_sites"].as_u64().unwrap() + 1, "the chain and the buyer itself");
    let ids: BTreeSet<&str> = sites.iter().map(|s| s["site"]["id"].as_str().unwrap()).collect();
    for item in findings["evidence"].as_array().unwrap() {
        assert!(ids.contains(item["site"]["id"].as_str().unwrap()));
    }
    let pages = findings["pages"].as_array().unwrap();
    assert_eq!(pages.len(), sites.len().min(60));
    for visit in pages.iter().flat_map(|p| p["visits"].as_array().unwrap()) {
        assert!(visit["if_not_found"].as_f64().unwrap() <= visit["if_found"].as_f64().unwrap());
    }
}

#[test]
fn what_is_asked_for_wrongly_is_told_and_nothing_is_written() {
    let scratch = scratch();
    let run = scored("cotton", &scratch);
    let run = run.to_str().unwrap();
    let out = scratch.path().join("out");
    let with = |arguments: &[&str], code: i32, says: &str| {
        let fixed = ["report", run, "-o", out.to_str().unwrap(), "--for", "brand"];
        let (_, err) = run_code(&fixed.iter().copied().chain(arguments.iter().copied()).collect::<Vec<_>>(), code);
        assert!(err.contains(says), "{arguments:?}: {err}");
        assert!(!out.exists(), "{arguments:?}");
    };
    let bad = |name: &str, text: &str| file(&scratch, name, text);
    with(&["--framework", "gdpr"], 2, "no single framework `gdpr`");
    with(&["--buyer", "NOBODY"], 2, "no site `NOBODY`");
    with(&["--format", "docx"], 2, "docx");
    with(&["--format", "text"], 2, "text");
    with(&["--answers", &bad("a.toml", "[csddd]\nnothing = \"x\"\n")], 2, "has no element `nothing`");
    with(&["--answers", &bad("b.toml", "[csddd\n")], 2, "line 1");
    with(&["--answers", &bad("c.toml", "[csddd]\npolicy = \"\"\n")], 2, "empty");
    with(&["--boundaries", &bad("d.geojson", "{}")], 2, "boundaries");
    with(&["--answers", "/nowhere.toml"], 3, "nowhere");
    with(&["--suggest-answers", "x.toml"], 2, "--framework");
    let inside = Path::new(run).join("reports");
    let (_, err) = run_code(&["report", run, "--for", "brand", "-o", run], 2);
    assert!(err.contains("run folder") && !inside.exists(), "{err}");
    run_ok(&["report", run, "--for", "brand", "-o", out.to_str().unwrap()]);
    let first = tree(&out);
    let (_, err) = run_code(&["report", run, "--for", "brand", "-o", out.to_str().unwrap()], 3);
    assert!(err.contains("--force"), "{err}");
    run_ok(&["report", run, "--for", "brand", "-o", out.to_str().unwrap(), "--force"]);
    assert!(first == tree(&out));
    let (_, err) = run_code(&["score", run, "-o", "x", "--format", "html"], 2);
    assert!(err.contains("text or json"), "{err}");
}

#[test]
fn names_stay_text_in_every_format() {
    let scratch = scratch();
    let names = ["=cmd()", "<script>alert(1)</script>", "#panic(\"x\")", "*bold*", "\u{202e}reversed", "@sum", "{{7*7}}", "a\" onload=\"x"];
    let mut list = String::from("site_id,name,sector,country,district\n");
    for (k, name) in names.iter().enumerate() {
        writeln!(list, "S{k},\"{}\",soccer_balls,PK,Sialkot", name.replace('"', "\"\"")).unwrap();
    }
    let list = file(&scratch, "sites.csv", list);
    let run = scratch.path().join("run");
    run_ok(&["score", &list, "-o", run.to_str().unwrap(), "--as-of", "2026-11-23"]);
    for language in ["en", "ur"] {
        let out = report(&run, "names", &["--for", "exporter", "--lang", language, "--format", "html,pdf,xlsx,json", "--force"]);
        let html = std::fs::read_to_string(out.join(format!("exporter-{language}.html"))).unwrap();
        assert!(!html.contains("<script>alert") && html.contains("&lt;script&gt;alert") || html.contains("&#60;script&#62;alert"));
        assert!(html.contains("=cmd()") && html.contains("#panic(") && html.contains("*bold*") && html.contains("{{7*7}}"));
        assert!(!html.contains("a\" onload=\""));
        let bytes = std::fs::read(out.join(format!("exporter-{language}.xlsx"))).unwrap();
        let sheets = shared_strings(&bytes);
        assert!(!sheets.contains("<f>") && sheets.contains("=cmd()"));
        assert!(std::fs::read(out.join(format!("exporter-{language}.pdf"))).unwrap().starts_with(b"%PDF-"));
    }
}
