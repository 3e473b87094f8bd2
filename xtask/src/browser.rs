//! Reports in a browser: installs Chromium and the checks' packages where they are missing, and fails when it cannot.

use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::test::{cargo, checked, target, tools};
use crate::{debian, root};

/// What pages are looked at with, and the package it comes from.
const PROGRAMS: [(&str, &str); 2] =
    [(CHROMIUM, "chromium"), ("/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf", "fonts-noto-core")];
const CHROMIUM: &str = "/usr/bin/chromium";
/// The checks and what they are installed from.
const FOLDER: &str = "tests/browser";
const FILES: [&str; 3] = ["package.json", "package-lock.json", "check.mjs"];
/// Reports of examples: example, language, options.
const REPORTS: [(&str, &str, &[&str]); 6] = [
    ("sialkot", "en", &["--for", "brand", "--framework", "oecd,csddd"]),
    ("sialkot", "ur", &["--for", "brand", "--framework", "oecd,csddd"]),
    ("sialkot", "en", &["--for", "exporter", "--buyer", "EX-06"]),
    ("sialkot", "ur", &["--for", "inspectorate"]),
    ("kilns", "en", &["--for", "inspectorate"]),
    ("cotton", "ur", &["--for", "brand"]),
];
/// Day as of which examples are scored.
const AS_OF: &str = "2026-11-23";

/// Renders the sample and reports of the examples, and looks at them. Screenshots stay below the build output.
pub fn run() -> anyhow::Result<()> {
    debian::install(&PROGRAMS)?;
    let checks = tools().join("browser");
    install(&checks)?;
    let folder = target().join("browser");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let (pages, screenshots) = (folder.join("pages"), folder.join("screenshots"));
    std::fs::create_dir_all(&pages)?;
    let shown = pages.display().to_string();
    cargo(&["test", "--quiet", "--package", "tierlight-report", "--test", "html", "pages_for_browsers"], &[("TIERLIGHT_REPORTS", &shown)])?;
    for (example, language, options) in REPORTS {
        report(&folder, example, language, options)?;
    }
    checked(Command::new("node").arg(checks.join("check.mjs")).arg(&pages).arg(&screenshots).env("CHROMIUM", CHROMIUM))
        .with_context(|| format!("look at {}", screenshots.display()))
}

/// Puts a report of an example among the pages; scores the example the first time.
fn report(folder: &Path, example: &str, language: &str, options: &[&str]) -> anyhow::Result<()> {
    let run = folder.join("runs").join(example);
    let [run_shown, input] = [run.clone(), root().join("examples").join(example)].map(|p| p.display().to_string());
    let program = ["run", "--quiet", "--package", "tierlight", "--"];
    if !run.exists() {
        std::fs::create_dir_all(folder.join("runs"))?;
        cargo(&[&program[..], &["score", &input, "-o", &run_shown, "--as-of", AS_OF]].concat(), &[])?;
    }
    let purpose = options.get(1).context("a report is for somebody")?;
    let out = folder.join("reports").join(format!("{example}-{purpose}-{language}"));
    let shown = out.display().to_string();
    cargo(&[&program[..], &["report", &run_shown, "--lang", language, "-o", &shown], options].concat(), &[])?;
    let page = out.join(format!("{purpose}-{language}.html"));
    let to = folder.join("pages").join(format!("{example}-{purpose}.{language}.html"));
    std::fs::copy(&page, to).with_context(|| format!("{} was not written", page.display()))?;
    Ok(())
}

/// Copies the checks and installs their packages as locked; again when the lock has changed.
fn install(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    for file in FILES {
        std::fs::copy(root().join(FOLDER).join(file), folder.join(file))?;
    }
    let (wanted, installed) = (std::fs::read(folder.join("package-lock.json"))?, folder.join("node_modules/.installed"));
    if std::fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    checked(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(folder))
        .context("Node.js 20 or later with npm is needed for the browser checks")?;
    std::fs::write(installed, wanted)?;
    Ok(())
}
