//! Reports in a browser: installs Chromium, fonts and the checks' packages where they are missing, and fails when it cannot.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::root;
use crate::test::{cargo, checked, target, tools};

const CHROMIUM: &str = "/usr/bin/chromium";
/// Letters of Urdu reports.
const NASKH: &str = "/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf";
/// The checks and what they are installed from.
const FOLDER: &str = "tests/browser";
const FILES: [&str; 3] = ["package.json", "package-lock.json", "check.mjs"];

/// Renders the sample and looks at it. Screenshots stay below the build output.
pub fn run() -> anyhow::Result<()> {
    debian(CHROMIUM, "chromium")?;
    debian(NASKH, "fonts-noto-core")?;
    let checks = tools().join("browser");
    install(&checks)?;
    let (pages, screenshots) = (target().join("reports/pages"), target().join("reports/screenshots"));
    for folder in [&pages, &screenshots] {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
    }
    let shown = pages.display().to_string();
    cargo(&["test", "--package", "tierlight-report", "--test", "html", "pages_for_browsers"], &[("TIERLIGHT_REPORTS", shown.as_str())])?;
    checked(Command::new("node").arg(checks.join("check.mjs")).arg(&pages).arg(&screenshots).env("CHROMIUM", CHROMIUM))
        .with_context(|| format!("look at {}", screenshots.display()))
}

/// Installs a package of Debian when a file of it is missing.
fn debian(file: &str, package: &str) -> anyhow::Result<()> {
    if Path::new(file).exists() {
        return Ok(());
    }
    checked(Command::new("apt-get").args(["update", "-qq"]))?;
    let install = ["install", "-y", "-qq", "--no-install-recommends", package];
    checked(Command::new("apt-get").args(install).env("DEBIAN_FRONTEND", "noninteractive"))
        .with_context(|| format!("{file} is missing, and package {package} cannot be installed"))?;
    if !Path::new(file).exists() {
        bail!("package {package} is installed and {file} is still missing");
    }
    Ok(())
}

/// Copies the checks and installs their packages as locked; again when the lock has changed.
fn install(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let lock = root().join(FOLDER).join("package-lock.json");
    let installed = folder.join("node_modules/.tierlight-lock");
    let wanted = std::fs::read(&lock)?;
    for file in FILES {
        std::fs::copy(root().join(FOLDER).join(file), folder.join(file))?;
    }
    if std::fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    checked(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(folder))
        .context("Node.js with npm is needed for the browser checks")?;
    std::fs::write(installed, wanted)?;
    Ok(())
}
