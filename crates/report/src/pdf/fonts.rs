//! Fonts that a report is set in.

use std::collections::BTreeSet;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::document::Document;
use crate::language::Language;

/// Families for Latin letters, the first that is there.
const LATIN: [&str; 5] = ["Noto Sans", "Open Sans", "Liberation Sans", "DejaVu Sans", "Libertinus Serif"];

/// Families of Naskh for Arabic letters, the first that is there.
const NASKH: [&str; 4] = ["Noto Naskh Arabic", "Noto Naskh Arabic UI", "Scheherazade New", "Amiri"];

/// Families with letters of Urdu in another style: readable, not as expected.
const OTHER_ARABIC: [&str; 3] = ["Noto Sans Arabic", "DejaVu Sans", "DejaVu Sans Mono"];

/// Letters that a hint shows.
const MOST_SHOWN: usize = 12;

/// Letters of Urdu that Arabic does not have.
const URDU: [char; 8] = ['ٹ', 'ڈ', 'ڑ', 'ں', 'ہ', 'ھ', 'ی', 'ے'];

/// Fonts that a report is set in: those given, and behind them Libertinus Serif and DejaVu Sans Mono, which are always there.
#[derive(Debug)]
pub struct Fonts {
    pub(super) fonts: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
}

impl Fonts {
    /// Fonts from the bytes of font files (TrueType, OpenType, collections). What is no font is passed over.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let given = files.into_iter().map(Bytes::new);
        let fonts: Vec<Font> = given.chain(typst_assets::fonts().map(Bytes::new)).flat_map(Font::iter).collect();
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    /// Letters of a document that no font has: they are shown as a replacement mark. Control characters count among them.
    #[must_use]
    pub fn lacking(&self, document: &Document) -> BTreeSet<char> {
        super::values::of(document, self).lacking
    }

    /// What to tell whoever reads this document: letters that are missing, a style that is not as expected.
    #[must_use]
    pub fn hints(&self, document: &Document) -> Vec<String> {
        let shown: Vec<String> = self.lacking(document).iter().filter(|c| !c.is_control()).map(char::to_string).collect();
        let lacking = (!shown.is_empty()).then(|| {
            let first = shown.iter().take(MOST_SHOWN).map(String::as_str).collect::<Vec<_>>().join(" ");
            let more = if shown.len() > MOST_SHOWN { " …" } else { "" };
            format!(
                "no font has these {} letters, which are shown as a mark: {first}{more}; install fonts of their scripts (on Debian and \
                 Ubuntu: apt install fonts-noto fonts-noto-cjk)",
                shown.len()
            )
        });
        self.hint(document.language).into_iter().chain(lacking).collect()
    }

    /// What to do for a better page in this language; nothing where the fonts are as they should be.
    #[must_use]
    pub fn hint(&self, language: Language) -> Option<String> {
        if language != Language::Urdu || self.naskh().is_some() {
            return None;
        }
        let instead = self.arabic().map_or_else(|| "without its letters".to_owned(), |name| format!("in {name}"));
        Some(format!(
            "no Naskh font was found: Urdu is set {instead}; install Noto Naskh Arabic (on Debian and Ubuntu: apt install fonts-noto-core)"
        ))
    }

    fn has(&self, family: &str) -> bool {
        self.book.contains_family(&family.to_lowercase())
    }

    /// Family of Naskh.
    fn naskh(&self) -> Option<&'static str> {
        NASKH.into_iter().find(|family| self.has(family))
    }

    /// Family for Arabic letters.
    pub(super) fn arabic(&self) -> Option<&'static str> {
        let whole = |family: &&str| {
            let key = family.to_lowercase();
            let mut faces = self.book.select_family(&key).filter_map(|at| self.book.info(at));
            faces.any(|face| URDU.iter().all(|&letter| face.coverage.contains(u32::from(letter))))
        };
        self.naskh().or_else(|| OTHER_ARABIC.into_iter().find(whole))
    }

    /// Family for Latin letters.
    pub(super) fn latin(&self) -> &'static str {
        LATIN.into_iter().find(|family| self.has(family)).unwrap_or(LATIN[LATIN.len() - 1])
    }

    /// Families in order, for pictures.
    pub(super) fn families(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.latin()).chain(self.arabic())
    }

    /// True if some font has this letter.
    pub(super) fn cover(&self, letter: char) -> bool {
        self.fonts.iter().any(|font| font.info().coverage.contains(u32::from(letter)))
    }
}
