//! What the README shows is what the program prints. `TIERLIGHT_BLESS=1` writes the blocks anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{block, repository, run_ok, scratch};

/// The part of a text from a line that starts with `from` up to a line that starts with `to`.
fn part<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let at = |wanted: &str| text.find(&format!("\n{wanted}")).unwrap_or_else(|| panic!("`{wanted}` is missing in\n{text}")) + 1;
    text[at(from)..at(to)].trim_end()
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let path = repository().join("README.md");
    let mut readme = std::fs::read_to_string(&path).unwrap();
    let scratch = scratch();
    let folder = scratch.path().join("demo");
    let demo = run_ok(&["demo", "-o", folder.to_str().unwrap()]);
    let explain = run_ok(&["explain", folder.join("run").to_str().unwrap(), "--site", "VW-36"]);
    block(&mut readme, "demo", part(&demo, "Look here first", "run folder:"));
    let why = part(&explain, "1. Prevalence", "2. Of these");
    let evidence = part(&explain, "5. Evidence", "6. Result");
    block(&mut readme, "explain", &format!("{why}\n\n{evidence}"));
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        std::fs::write(&path, readme).unwrap();
    }
}
