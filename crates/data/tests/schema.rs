//! Committed schemas are the ones the code has.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

fn committed(file: &str, schema: &schemars::Schema) {
    let generated = serde_json::to_string_pretty(schema).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(file);
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), generated, "run `cargo xtask bless` and look at the difference");
}

#[test]
fn run_json() {
    committed("run.json", &schemars::schema_for!(tierlight_data::run::RunRecord));
}

#[test]
fn plan_json() {
    committed("plan.json", &schemars::schema_for!(tierlight_data::plan::PlanRecord));
}

#[test]
fn scenario_json() {
    committed("scenario.json", &schemars::schema_for!(tierlight_data::scenario::Scenario));
}
