//! Font files of the system, for reports as PDF.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Families that reports are set in: Latin letters, and Naskh for Urdu.
const FAMILIES: [&str; 7] =
    ["NotoSans", "NotoNaskhArabic", "NotoNaskhArabicUI", "OpenSans", "LiberationSans", "DejaVuSans", "ScheherazadeNew"];

/// Folders below a folder of fonts that are looked into.
const DEEPEST: usize = 4;

/// No font file is larger; collections of Chinese, Japanese and Korean come near it.
const LARGEST: u64 = 64 << 20;

/// Which fonts to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    /// Latin and Arabic: what reports are written in.
    OfReports,
    /// These and every other script that Noto, Droid or WenQuanYi have: for names in other scripts. Reads some tens of megabytes.
    All,
}

/// Bytes of font files, in order of their names: all of a folder that a user named, or the wanted ones of the system. None where
/// there are none; what cannot be read is passed over.
#[must_use]
pub fn read(folder: Option<&Path>, scripts: Scripts) -> Vec<Vec<u8>> {
    match folder {
        Some(folder) => read_all(&[folder.to_owned()], &is_font),
        None => read_all(&folders(), &|name| is_wanted(name, scripts)),
    }
}

fn read_all(folders: &[PathBuf], wanted: &dyn Fn(&str) -> bool) -> Vec<Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in folders {
        collect(folder, DEEPEST, wanted, &mut files);
    }
    files.into_values().filter_map(|path| std::fs::read(path).ok()).collect()
}

/// Folders where systems keep fonts.
fn folders() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"].map(PathBuf::from).to_vec();
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        all.extend([".local/share/fonts", ".fonts", "Library/Fonts"].map(|below| home.join(below)));
    }
    if let Some(windows) = std::env::var_os("WINDIR") {
        all.push(Path::new(&windows).join("Fonts"));
    }
    all
}

/// Files by name: of two of one name the one in the earlier folder.
fn collect(folder: &Path, depth: usize, wanted: &dyn Fn(&str) -> bool, out: &mut BTreeMap<String, PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    for path in entries {
        let Ok(about) = std::fs::metadata(&path) else { continue };
        if about.is_dir() && depth > 0 {
            collect(&path, depth - 1, wanted, out);
        } else if about.is_file()
            && about.len() <= LARGEST
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
            && wanted(name)
        {
            out.entry(name.to_owned()).or_insert(path);
        }
    }
}

/// True for a font by its ending.
fn is_font(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ["ttf", "otf", "ttc", "otc"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// True for a file of a wanted family: `Family-Style.ttf`, `Family.ttf`, or variable as `Family[axes].ttf`.
fn is_wanted(name: &str, scripts: Scripts) -> bool {
    let Some((stem, _)) = name.rsplit_once('.').filter(|_| is_font(name)) else { return false };
    let (family, style) = match stem.find(['-', '[']) {
        Some(at) => (&stem[..at], &stem[at..]),
        None => (stem, ""),
    };
    let upright = style.is_empty() || style.starts_with('[') || style == "-Regular";
    let plain = upright || ["-Bold", "-Italic", "-BoldItalic", "-Oblique", "-BoldOblique"].contains(&style);
    if FAMILIES.contains(&family) {
        return plain;
    }
    let other = family.starts_with("NotoSans") || family.starts_with("DroidSansFallback") || stem.starts_with("wqy-");
    scripts == Scripts::All && other && (upright || stem.starts_with("wqy-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_families_are_taken_by_name() {
        let of_reports = |name| is_wanted(name, Scripts::OfReports);
        assert!(of_reports("NotoSans-Regular.ttf"));
        assert!(of_reports("NotoSans[wdth,wght].ttf"));
        assert!(of_reports("NotoNaskhArabic-Bold.ttf"));
        assert!(of_reports("DejaVuSans.TTF"));
        assert!(!of_reports("NotoSans-CondensedBlack.ttf"));
        assert!(!of_reports("NotoSansBengali-Regular.ttf"));
        assert!(!of_reports("NotoSans-Regular.txt"));
        assert!(is_wanted("NotoSansBengali-Regular.ttf", Scripts::All));
        assert!(is_wanted("NotoSansCJK-Regular.ttc", Scripts::All));
        assert!(!is_wanted("NotoSansBengali-Bold.ttf", Scripts::All));
        assert!(!is_wanted("Comic.ttf", Scripts::All));
    }

    #[test]
    fn folders_are_looked_into_and_names_stand_once() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("truetype/noto");
        let again = folder.path().join("zz");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::create_dir_all(&again).unwrap();
        std::fs::write(deep.join("NotoSans-Bold.ttf"), b"2").unwrap();
        std::fs::write(deep.join("NotoNaskhArabic-Regular.ttf"), b"1").unwrap();
        std::fs::write(again.join("NotoSans-Bold.ttf"), b"3").unwrap();
        std::fs::write(again.join("Other.ttf"), b"4").unwrap();
        let folders = [folder.path().to_owned(), folder.path().join("none")];
        assert_eq!(read_all(&folders, &|name| is_wanted(name, Scripts::OfReports)), [b"1".to_vec(), b"2".to_vec()]);
        assert_eq!(read(Some(folder.path()), Scripts::OfReports), [b"1".to_vec(), b"2".to_vec(), b"4".to_vec()]);
    }
}
