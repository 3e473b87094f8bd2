//! `cargo xtask test`: what CI runs. Installs what it needs, and fails when it cannot.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::{browser, debian, packs, postgres, root, schemathesis, tidy};

/// Version of cargo-deny that is installed when none is there.
const CARGO_DENY: &str = "0.20.2";
/// Validator of the packs' descriptors.
const FRICTIONLESS: &str = "frictionless==5.18.1";
/// What tests look at reports with, and the package it comes from.
const PROGRAMS: [(&str, &str); 4] = [
    ("pdftotext", "poppler-utils"),
    ("pdftoppm", "poppler-utils"),
    ("soffice", "libreoffice-calc-nogui"),
    ("/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf", "fonts-noto-core"),
];

pub fn run() -> anyhow::Result<()> {
    step("format", || cargo(&["fmt", "--all", "--check"], &[]))?;
    step("lints", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]))?;
    step("tidy", tidy::run)?;
    step("derived tables", packs::derive::check)?;
    step("programs that tests need", || debian::install(&PROGRAMS))?;
    let mut server = None;
    step("PostgreSQL server", || {
        server = Some(postgres::Server::start()?);
        Ok(())
    })?;
    let url = server.as_ref().map(postgres::Server::url).unwrap_or_default();
    step("tests", || cargo(&["test", "--workspace"], &[("TIERLIGHT_TEST_POSTGRES", &url)]))?;
    drop(server);
    step("schemathesis", schemathesis::run)?;
    step("browser", browser::run)?;
    step("documentation", || cargo(&["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")]))?;
    step("packs", || packs::check().and_then(|()| validate_packs()))?;
    step("licences", deny)?;
    println!("all passed");
    Ok(())
}

/// Writes expected results and schemas anew.
pub fn bless() -> anyhow::Result<()> {
    cargo(
        &["test", "--package", "tierlight", "--test", "golden", "--test", "readme", "--test", "model_card", "--test", "whatif"],
        &[("TIERLIGHT_BLESS", "1")],
    )?;
    cargo(&["test", "--package", "tierlight-data", "--test", "schema"], &[("TIERLIGHT_BLESS", "1")])?;
    cargo(&["test", "--package", "tierlight-report", "--test", "schema"], &[("TIERLIGHT_BLESS", "1")])?;
    cargo(&["test", "--package", "tierlight-service", "--test", "documents"], &[("TIERLIGHT_BLESS", "1")])?;
    cargo(&["test", "--package", "tierlight", "--test", "service_access"], &[("TIERLIGHT_BLESS", "1")])
}

fn step(name: &str, run: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    println!("== {name}");
    let started = Instant::now();
    run().with_context(|| format!("{name} failed"))?;
    println!("== {name}: passed in {} s", started.elapsed().as_secs());
    Ok(())
}

pub(crate) fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).envs(environment.iter().copied());
    checked(&mut command)
}

pub(crate) fn checked(command: &mut Command) -> anyhow::Result<()> {
    let status = command.current_dir(root()).status().with_context(|| format!("cannot start {command:?}"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}

/// The build output.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where installed tools are kept between runs: beside the build output.
pub(crate) fn tools() -> PathBuf {
    target().join("xtask-tools")
}

/// `frictionless validate` on every pack, from a virtual environment of its own.
fn validate_packs() -> anyhow::Result<()> {
    let environment = tools().join("frictionless");
    let program = environment.join("bin/frictionless");
    if !program.exists() {
        checked(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        checked(Command::new(environment.join("bin/pip")).args(["install", "--quiet", FRICTIONLESS]))?;
    }
    let mut packs: Vec<PathBuf> =
        std::fs::read_dir(root().join("datasets"))?.map(|e| e.map(|e| e.path().join("datapackage.json"))).collect::<Result<_, _>>()?;
    packs.retain(|p| p.is_file());
    packs.sort();
    if packs.is_empty() {
        bail!("no pack below datasets/");
    }
    for pack in packs {
        let output = Command::new(&program).arg("validate").arg(&pack).output()?;
        if !output.status.success() {
            bail!("{}\n{}", pack.display(), String::from_utf8_lossy(&output.stdout));
        }
    }
    Ok(())
}

/// `cargo deny` without the advisory database, which needs a network.
fn deny() -> anyhow::Result<()> {
    let folder = tools().join("deny");
    let own = folder.join("bin/cargo-deny");
    let program = if own.exists() { own } else { PathBuf::from("cargo-deny") };
    let program = if works(&program) {
        program
    } else {
        cargo(&["install", "cargo-deny", "--locked", "--version", CARGO_DENY, "--root", &folder.display().to_string()], &[])?;
        folder.join("bin/cargo-deny")
    };
    checked(Command::new(program).args(["check", "licenses", "bans", "sources"]))
}

fn works(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success())
}
