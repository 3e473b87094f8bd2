//! The invented example networks, built into the program.

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::exit::usage;

/// Example networks by name.
static EXAMPLES: [(&str, Dir<'_>); 3] = [
    ("sialkot", include_dir!("$CARGO_MANIFEST_DIR/../../examples/sialkot")),
    ("cotton", include_dir!("$CARGO_MANIFEST_DIR/../../examples/cotton")),
    ("kilns", include_dir!("$CARGO_MANIFEST_DIR/../../examples/kilns")),
];

/// The day on which the examples are set, so that they score the same on any day.
pub const AS_OF: jiff::civil::Date = jiff::civil::date(2026, 11, 23);

/// Names of the examples.
pub fn names() -> impl Iterator<Item = &'static str> {
    EXAMPLES.iter().map(|e| e.0)
}

/// Writes an example's tables into a folder, which is made.
pub fn write(name: &str, folder: &Path) -> anyhow::Result<()> {
    let failed = |path: &Path, error: std::io::Error| usage(format!("cannot write {}: {error}", path.display()), "choose another folder");
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    let files = EXAMPLES.iter().filter(|e| e.0 == name).flat_map(|e| e.1.files());
    for file in files.filter(|f| f.path().extension().is_some_and(|e| e == "csv")) {
        let path = folder.join(file.path());
        std::fs::write(&path, file.contents()).map_err(|e| failed(&path, e))?;
    }
    Ok(())
}
