//! The service held against its OpenAPI document, by schemathesis from a Python environment of its own.

use std::path::PathBuf;
use std::process::Command;

use crate::root;
use crate::test::{cargo, checked, target, tools};

/// What is installed, to the version.
const REQUIREMENTS: &str = "tests/service/requirements.txt";

pub fn run() -> anyhow::Result<()> {
    let python = python()?;
    cargo(&["build", "--package", "tierlight"], &[])?;
    checked(Command::new(python).arg("tests/service/schemathesis.py").arg(target().join("debug/tierlight")))
}

fn python() -> anyhow::Result<PathBuf> {
    let environment = tools().join("schemathesis");
    let program = environment.join("bin/python");
    let wanted = std::fs::read_to_string(root().join(REQUIREMENTS))?;
    let mark = environment.join("requirements.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == wanted) && program.exists() {
        return Ok(program);
    }
    checked(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    checked(Command::new(&program).args(["-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS]))?;
    std::fs::write(mark, wanted)?;
    Ok(program)
}
