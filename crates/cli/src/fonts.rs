//! Fonts of the system that reports are set in.

use std::path::{Path, PathBuf};

/// Folders where systems keep fonts.
const FOLDERS: [&str; 5] = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:\\Windows\\Fonts"];
/// Folders of the user, below the home folder.
const OWN: [&str; 3] = [".local/share/fonts", ".fonts", "Library/Fonts"];
/// Beginnings of the names of files that are worth reading, without spaces and hyphens.
const WANTED: [&str; 8] =
    ["notonaskharabic", "notosansarabic", "notosans", "opensans", "liberationsans", "dejavusans", "scheherazadenew", "amiri"];
/// Of the families above, only plain styles: reports use no others.
const STYLES: [&str; 5] = ["regular", "bold", "italic", "bolditalic", ""];
/// Most files, and most bytes of one.
const MOST: (usize, u64) = (64, 32 << 20);
/// Deepest folder.
const DEPTH: usize = 6;

/// Bytes of font files: those of a folder, or the wanted ones of the system, in the order of their paths.
pub fn read(folder: Option<&Path>) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    match folder {
        Some(folder) => gather(folder, DEPTH, &|_| true, &mut paths),
        None => {
            let own = std::env::home_dir().into_iter().flat_map(|home| OWN.map(|f| home.join(f)));
            for folder in FOLDERS.iter().map(PathBuf::from).chain(own) {
                gather(&folder, DEPTH, &wanted, &mut paths);
            }
        }
    }
    paths.sort();
    paths.truncate(MOST.0);
    paths.iter().filter_map(|p| std::fs::read(p).ok()).collect()
}

fn gather(folder: &Path, depth: usize, wanted: &dyn Fn(&str) -> bool, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(found) = std::fs::metadata(&path) else { continue };
        if found.is_dir() && depth > 0 {
            gather(&path, depth - 1, wanted, out);
            continue;
        }
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        let font = matches!(extension.as_str(), "ttf" | "otf" | "ttc") && found.is_file() && found.len() <= MOST.1;
        if font && wanted(stem) {
            out.push(path);
        }
    }
}

/// A family of [`WANTED`] in one of [`STYLES`].
fn wanted(stem: &str) -> bool {
    let name = stem.to_ascii_lowercase().replace([' ', '-', '_'], "");
    WANTED.iter().any(|family| name.strip_prefix(family).is_some_and(|style| STYLES.contains(&style)))
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn plain_styles_of_known_families() {
        assert!(wanted("NotoNaskhArabic-Regular") && wanted("NotoSans-Bold") && wanted("DejaVuSans"));
        assert!(!wanted("NotoSansThai-Regular") && !wanted("NotoSans-CondensedThin") && !wanted("Comic"));
    }
}
