//! `cargo xtask compare`: tierlight and other tools at the same work, side by side, into `docs/performance.md`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::root;
use crate::test::{cargo, checked};

const SHAPES: [&str; 3] = ["tiered", "hub", "giant"];
const SITES: u32 = 1_000_000;
/// Tools that are slow get a network smaller by this.
const SMALLER: u32 = 20;
const PAGE: &str = "docs/performance.md";

struct Asked {
    sites: u32,
    shapes: Vec<String>,
    grow: bool,
}

pub fn run(arguments: &[String]) -> anyhow::Result<()> {
    let asked = parse(arguments)?;
    let folder = target().join("compare");
    let python = python(&folder)?;
    cargo(&["build", "--release", "--package", "tierlight"], &[])?;
    let program = target().join("release/tierlight");
    for shape in &asked.shapes {
        let scratch = folder.join(shape);
        std::fs::create_dir_all(&scratch)?;
        let mut command = Command::new(&python);
        command.arg(root().join("benches/compare/compare.py")).args(["--shape", shape]).arg("--scratch").arg(&scratch);
        command.arg("--tierlight").arg(&program);
        let name = if asked.grow {
            command.arg("--grow");
            format!("grow-{shape}")
        } else {
            prepare(&program, &scratch, shape, asked.sites)?;
            shape.clone()
        };
        let output = command.current_dir(root()).stderr(Stdio::inherit()).output().with_context(|| format!("cannot start {command:?}"))?;
        if !output.status.success() {
            bail!("{command:?}: {}", output.status);
        }
        let text = format!("{}\n\n{}", machine(), String::from_utf8(output.stdout)?.trim());
        println!("{text}");
        write(&name, &text)?;
    }
    Ok(())
}

fn parse(arguments: &[String]) -> anyhow::Result<Asked> {
    let mut asked = Asked { sites: SITES, shapes: SHAPES.map(str::to_owned).to_vec(), grow: false };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--sites" => asked.sites = value()?.parse().context("--sites needs a number")?,
            "--shape" => asked.shapes = vec![value()?.clone()],
            "--grow" => asked.grow = true,
            other => bail!("{other}: expected --sites N, --shape tiered|hub|giant or --grow"),
        }
    }
    if let Some(unknown) = asked.shapes.iter().find(|s| !SHAPES.contains(&s.as_str())) {
        bail!("--shape {unknown}: expected tiered, hub or giant");
    }
    if asked.sites / SMALLER < 1_000 {
        bail!("--sites {}: expected {} or more", asked.sites, 1_000 * SMALLER);
    }
    Ok(asked)
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Python with the pinned tools, in an environment of its own below the target folder.
fn python(folder: &Path) -> anyhow::Result<PathBuf> {
    let environment = folder.join("venv");
    let program = environment.join("bin/python");
    let wanted = std::fs::read_to_string(root().join("benches/compare/requirements.txt"))?;
    let mark = environment.join("requirements.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == wanted) && program.exists() {
        return Ok(program);
    }
    checked(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    checked(Command::new(&program).args(["-m", "pip", "install", "--quiet", "--requirement", "benches/compare/requirements.txt"]))?;
    std::fs::write(mark, wanted)?;
    Ok(program)
}

/// The network as files, and tierlight's own answers and times at both sizes.
fn prepare(program: &Path, scratch: &Path, shape: &str, sites: u32) -> anyhow::Result<()> {
    for files in ["csv", "parquet"] {
        let network = scratch.join(files);
        if network.exists() {
            std::fs::remove_dir_all(&network)?;
        }
        let size = sites.to_string();
        let mut command = Command::new(program);
        command.args(["generate", "--sites", &size, "--shape", shape, "--files", files, "--output"]).arg(&network);
        checked(command.stdout(Stdio::null()))?;
    }
    for (name, sites) in [("small", sites / SMALLER), ("large", sites)] {
        let out = std::path::absolute(scratch.join(name))?.display().to_string();
        let size = sites.to_string();
        let bench = ["bench", "--quiet", "--package", "tierlight", "--bench", "compare", "--"];
        cargo(&[&bench[..], &["--out", &out, "--sites", &size, "--shape", shape]].concat(), &[])?;
    }
    Ok(())
}

/// What it was measured on.
fn machine() -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|l| l.strip_prefix("model name").and_then(|l| l.split_once(": "))).map_or("unknown", |l| l.1);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let commit = Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(root()).output();
    let commit = commit.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default();
    format!("Measured at commit {commit} on {cores} cores of: {model}.")
}

/// Puts text between its marks of the page.
fn write(name: &str, text: &str) -> anyhow::Result<()> {
    let path = root().join(PAGE);
    let page = std::fs::read_to_string(&path)?;
    let (open, close) = (format!("<!-- compare:{name} -->\n"), format!("<!-- /compare:{name} -->"));
    let start = page.find(&open).with_context(|| format!("{PAGE} has no `{}`", open.trim()))? + open.len();
    let end = start + page[start..].find(&close).with_context(|| format!("{PAGE} has no `{close}`"))?;
    Ok(std::fs::write(path, format!("{}\n{text}\n\n{}", &page[..start], &page[end..]))?)
}
