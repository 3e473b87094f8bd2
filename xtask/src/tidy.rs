//! `cargo xtask tidy`: crates depend in one direction only, and files stay short.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::root;

/// Which crates of ours a crate may depend on (ARCHITECTURE.md).
const ALLOWED: [(&str, &[&str]); 8] = [
    ("tierlight-core", &[]),
    ("tierlight-data", &["tierlight-core"]),
    ("tierlight-report", &["tierlight-core"]),
    ("tierlight-store", &[]),
    ("tierlight-answers", &["tierlight-core", "tierlight-data", "tierlight-report"]),
    ("tierlight-service", &["tierlight-core", "tierlight-data", "tierlight-report", "tierlight-store", "tierlight-answers"]),
    ("tierlight", &["tierlight-core", "tierlight-data", "tierlight-report", "tierlight-store", "tierlight-answers", "tierlight-service"]),
    ("xtask", &[]),
];
/// Libraries that only some crates may use, outside tests.
const RESERVED: [(&str, &[&str]); 5] = [
    ("polars", &["tierlight-data"]),
    ("calamine", &["tierlight-data"]),
    ("clap", &["tierlight"]),
    ("sqlx", &["tierlight-store"]),
    ("actix-web", &["tierlight-service"]),
];
/// Lines from which a file is warned about, and above which it fails.
const LINES: (usize, usize) = (500, 800);

pub fn run() -> anyhow::Result<()> {
    let mut wrong = direction()?;
    wrong.extend(sizes()?);
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("{}", wrong.join("\n"))
}

fn direction() -> anyhow::Result<Vec<String>> {
    let output = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root()).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().context("packages")? {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ALLOWED.iter().find(|(n, _)| *n == name) else {
            wrong.push(format!("{name}: not in the table of crates; add it to ARCHITECTURE.md and xtask/src/tidy.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().context("dependencies")? {
            let other = dependency["name"].as_str().unwrap_or_default();
            // tests and benches may look at anything
            if dependency["kind"] == "dev" {
                continue;
            }
            let ours = ALLOWED.iter().any(|(n, _)| *n == other);
            if ours && !allowed.contains(&other) {
                wrong.push(format!("{name} depends on {other}, which ARCHITECTURE.md does not allow"));
            }
            if RESERVED.iter().any(|(lib, users)| *lib == other && !users.contains(&name)) {
                wrong.push(format!("{name} depends on {other}, which only other crates may use"));
            }
        }
    }
    Ok(wrong)
}

fn sizes() -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    for folder in ["crates", "xtask", "tests", "benches", "examples"] {
        rust_files(&root().join(folder), &mut files)?;
    }
    for file in files {
        let lines = std::fs::read_to_string(&file)?.lines().count();
        let shown = file.strip_prefix(root()).unwrap_or(&file).display();
        if lines > LINES.1 {
            wrong.push(format!("{shown} has {lines} lines, at most {} are allowed: one concept a file", LINES.1));
        } else if lines > LINES.0 {
            eprintln!("warning: {shown} has {lines} lines");
        }
    }
    Ok(wrong)
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
