//! Chores of the repository.
//!
//! `cargo xtask test` runs everything CI runs: format, lints, tidy, tests, reports in a browser, documentation, packs, licences.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

mod browser;
mod compare;
mod debian;
mod packs;
mod postgres;
mod schemathesis;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "cargo xtask <task>
  test    everything CI runs: fmt, clippy, tidy, tests, browser, docs, packs, deny
  tidy    crate direction and file sizes
  browser reports in Chromium: accessibility, widths, dark and light; screenshots below the build output
  packs   write descriptors, Croissant files and counts of the packs from their tables
  compare time tierlight against other tools at the same work, into docs/performance.md
          [--sites N] [--shape tiered|hub|giant] [--grow]: Python 3 with venv, pinned tools, some minutes a shape
  schemathesis  hold a started service against its OpenAPI document; Python 3 with venv
  bless   write the golden folders, the model card and schemas anew; look at the difference before committing";

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let result = match task.as_str() {
        "test" => test::run(),
        "tidy" => tidy::run(),
        "browser" => browser::run(),
        "packs" => packs::run(),
        "compare" => compare::run(&std::env::args().skip(2).collect::<Vec<_>>()),
        "schemathesis" => schemathesis::run(),
        "bless" => test::bless(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {task}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
