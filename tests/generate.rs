//! `tierlight generate`: a folder that the other commands take, or a clear refusal.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{run_code, run_ok, scratch, tree};

#[test]
fn a_generated_network_is_checked_without_a_fault_and_scored() {
    let root = scratch();
    let path = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    for (shape, files) in [("tiered", "csv"), ("hub", "parquet"), ("giant", "csv")] {
        let (network, run) = (path(shape), path(&format!("{shape}-run")));
        let told = run_ok(&["generate", "--sites", "3000", "--shape", shape, "--files", files, "-o", &network]);
        assert!(told.contains("INVENTED") && told.contains("3000"), "{told}");
        // exit code 0: no errors, no warnings
        run_ok(&["check", &network, "--as-of", "2026-11-23"]);
        run_ok(&["score", &network, "-o", &run, "--as-of", "2026-11-23", "--max-rejected", "0"]);
        let written = tree(root.path().join(shape).as_path());
        let described: serde_json::Value = serde_json::from_slice(&written["datapackage.json"]).unwrap();
        assert!(described["description"].as_str().unwrap().starts_with("INVENTED"));
        assert_eq!(described["tierlight:generated"]["shape"], shape);
        assert_eq!(described["resources"].as_array().unwrap().len(), written.len() - 1);
    }
}

#[test]
fn a_seed_repeats_and_threads_change_nothing() {
    let root = scratch();
    let written = |name: &str, more: &[&str]| {
        let folder = root.path().join(name);
        run_ok(&[&["generate", "--sites", "2000", "-o", folder.to_str().unwrap()], more].concat());
        tree(&folder)
    };
    let first = written("first", &["--seed", "7", "--threads", "1"]);
    assert!(first == written("second", &["--seed", "7", "--threads", "2"]));
    assert!(first["links.csv"] != written("third", &["--seed", "8"])["links.csv"]);
}

#[test]
fn what_cannot_be_generated_is_refused() {
    let root = scratch();
    let out = root.path().join("out");
    let out = out.to_str().unwrap();
    for (arguments, said) in [
        (vec!["--sites", "5"], "100 to 50000000"),
        (vec!["--sites", "500", "--links-per-site", "nan"], "links per site"),
        (vec!["--sites", "500", "--back", "0.9"], "0 to 0.2"),
        (vec!["--sites", "500", "--shape", "giant", "--back", "0.02"], "giant"),
    ] {
        let (_, err) = run_code(&[&["generate", "-o", out], arguments.as_slice()].concat(), 2);
        assert!(err.contains(said), "{arguments:?}: {err}");
        assert!(!root.path().join("out").exists());
    }
    std::fs::create_dir(root.path().join("out")).unwrap();
    std::fs::write(root.path().join("out/thesis.txt"), "mine").unwrap();
    let (_, err) = run_code(&["generate", "--sites", "500", "-o", out], 3);
    assert!(err.contains("not an empty folder") && err.contains("hint"), "{err}");
}
