//! The published model card is what the program prints. `TIERLIGHT_BLESS=1` writes it anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{repository, run_ok};

#[test]
fn the_published_card_is_what_validate_prints() {
    let path = repository().join("docs/model-card.md");
    let printed = run_ok(&["validate"]);
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        std::fs::write(&path, &printed).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap();
    assert!(published == printed, "docs/model-card.md is stale: run `cargo xtask bless` and look at the difference");
}

#[test]
fn the_area_model_is_better_than_a_plain_mean_and_knows_how_sure_it_is() {
    let figures: serde_json::Value = serde_json::from_str(&run_ok(&["validate", "--format", "json"])).unwrap();
    let number = |x: &serde_json::Value, key: &str| x[key].as_f64().unwrap_or_else(|| panic!("{key} in {x}"));
    let held: Vec<&serde_json::Value> =
        figures["areas"][0]["held_out"].as_array().unwrap().iter().filter(|h| h["group"] == "all").collect();
    assert_eq!(held.len(), 2, "districts and provinces left out");
    for h in held {
        assert_eq!(h["count"], 53, "every district with a child-labour rate");
        assert!(number(h, "error") < number(h, "plain_error"), "{h}");
        assert!((0.80..=0.97).contains(&number(h, "coverage_90")), "{h}");
    }
    // both rates of Sindh are carried, and the estimate lies between them
    let sindh = figures["areas"][0]["provinces"].as_array().unwrap().iter().find(|p| p["name"] == "Sindh").unwrap();
    let rates: Vec<f64> = sindh["published"].as_array().unwrap().iter().map(|p| p[1].as_f64().unwrap()).collect();
    assert_eq!(rates, [0.2, 0.103]);
    assert!(number(sindh, "rate") < 0.2 && number(sindh, "rate") > 0.103);
    let grades: f64 = figures["grades"].as_array().unwrap().iter().filter_map(serde_json::Value::as_f64).sum();
    assert!((grades - 1.0).abs() < 1e-9, "shares of grades sum to {grades}");
    assert_eq!(figures["levers"].as_array().unwrap().len(), 10);
}
