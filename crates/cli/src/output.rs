//! Files that a command writes: none that it reads, and none that is there unless the user says so.

use std::io::Write;
use std::path::Path;

use tierlight_data::Error;
use tierlight_data::atomic::{may_write, write_file};

use crate::exit::usage;

/// Refuses a file to write that is among the files or in the folders that are read, or that exists without `--force`.
pub fn check(path: &Path, force: bool, read: &[&Path]) -> anyhow::Result<()> {
    let shown = path.display();
    if path.is_dir() {
        return Err(usage(format!("{shown} is a folder"), "name a file in it"));
    }
    let file = path.canonicalize().ok();
    let folder = path.parent().map(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p }).and_then(|p| p.canonicalize().ok());
    for input in read {
        let Ok(known) = input.canonicalize() else { continue };
        if file.as_ref() == Some(&known) {
            return Err(usage(format!("{shown} is {}, which is read: nothing is written", input.display()), "choose another name"));
        }
        let inside = folder.as_ref() == Some(&known) || file.as_ref().is_some_and(|f| f.parent() == Some(known.as_path()));
        if inside {
            let message = format!("{shown} would be a table of {}, which is read: nothing is written", input.display());
            return Err(usage(message, "choose a place outside the folder"));
        }
    }
    may_write(path, force).map_err(|e| usage(e.to_string(), e.hint()))
}

/// Writes a text as a whole, or not at all.
pub fn write(path: &Path, force: bool, text: &str) -> anyhow::Result<()> {
    let failed =
        |e: std::io::Error| Error::Unreadable { path: path.to_owned(), reason: e.to_string(), hint: "choose another file".to_owned() };
    Ok(write_file(path, force, |out| out.write_all(text.as_bytes()).map_err(failed))?)
}
