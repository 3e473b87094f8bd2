//! The committed schema of findings is the one the code has.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

#[test]
fn findings_json() {
    let generated = serde_json::to_string_pretty(&schemars::schema_for!(tierlight_report::findings::Findings)).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/findings.json");
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), generated, "run `cargo xtask bless` and look at the difference");
}
