//! Running the built binary.

#![allow(dead_code, reason = "each test binary uses part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A folder that is removed at the end of the test.
pub fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs the binary.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tierlight")).args(arguments).output().unwrap()
}

/// Runs the binary, which must end with `code`; returns stdout and stderr.
pub fn run_code(arguments: &[&str], code: i32) -> (String, String) {
    let output = run(arguments);
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\nstdout: {out}\nstderr: {err}");
    (out, err)
}

/// Runs the binary, which must succeed; returns stdout.
pub fn run_ok(arguments: &[&str]) -> String {
    run_code(arguments, 0).0
}

/// Writes a file into a folder and returns its path as text.
pub fn file(folder: &tempfile::TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Compares the block of a page that begins with "```text NAME" with what is printed, or replaces it when blessing.
pub fn block(page: &mut String, name: &str, shown: &str) {
    let start = page.find(&format!("```text {name}\n")).unwrap() + name.len() + 9;
    let end = start + page[start..].find("\n```").unwrap();
    if std::env::var_os("TIERLIGHT_BLESS").is_some() {
        page.replace_range(start..end, shown);
    } else {
        assert_eq!(&page[start..end], shown, "run `cargo xtask bless` and look at the difference");
    }
}

/// Every file below a folder with its bytes, by relative path.
pub fn tree(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, out: &mut std::collections::BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, out);
            } else {
                out.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut out = std::collections::BTreeMap::new();
    walk(folder, folder, &mut out);
    out
}
