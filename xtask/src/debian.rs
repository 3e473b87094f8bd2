//! Programs and fonts that tests look at results with, from Debian's packages.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::test::checked;

/// Installs the packages of what is missing: a program by its name, anything else by its path. Fails when it cannot.
pub fn install(packages: &[(&str, &str)]) -> anyhow::Result<()> {
    let missing: BTreeSet<&str> = packages.iter().filter(|(what, _)| !is_there(what)).map(|&(_, package)| package).collect();
    let missing: Vec<&str> = missing.into_iter().collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_there("apt-get") {
        bail!("missing: {}; install them by hand, this system has no apt-get", missing.join(", "));
    }
    apt(&["update", "-q"])?;
    apt(&[&["install", "-q", "-y", "--no-install-recommends"], missing.as_slice()].concat())?;
    let still: Vec<&str> = packages.iter().filter(|(what, _)| !is_there(what)).map(|&(what, _)| what).collect();
    if !still.is_empty() {
        bail!("installed {}, but {} is not there", missing.join(", "), still.join(", "));
    }
    Ok(())
}

fn apt(arguments: &[&str]) -> anyhow::Result<()> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0");
    let mut command = Command::new(if root { "env" } else { "sudo" });
    if !root {
        command.args(["--non-interactive", "env"]);
    }
    // another apt may be at work
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
    checked(&mut command)
}

/// True if a program is on the path, or a file or folder exists.
fn is_there(what: &str) -> bool {
    if what.contains('/') {
        return Path::new(what).exists();
    }
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(what).is_file()))
}
