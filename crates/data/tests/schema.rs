//! Committed schemas are the ones the code has.

use std::path::Path;

#[test]
fn run_json() {
    let generated = serde_json::to_string_pretty(&schemars::schema_for!(tierlight_data::run::RunRecord)).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/run.json");
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), generated, "run `cargo xtask bless` and look at the difference");
}
