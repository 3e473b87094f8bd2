//! What the typesetter may see: the template, the values of one document, fonts. No files, no packages, no clock.

use std::collections::HashMap;

use jiff::civil::Date;
use typst::diag::{FileError, FileResult, StrResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration, dict};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

use super::fonts::Fonts;

/// The template, and the line that hands it the document.
const FILES: [(&str, &str); 6] = [
    (MAIN, "#import \"report.typ\": report\n#report(sys.inputs.document)"),
    ("report.typ", include_str!("template/report.typ")),
    ("blocks.typ", include_str!("template/blocks.typ")),
    ("table.typ", include_str!("template/table.typ")),
    ("text.typ", include_str!("template/text.typ")),
    ("theme.typ", include_str!("template/theme.typ")),
];

const MAIN: &str = "main.typ";

/// The world of one document.
pub(super) struct Desk<'a> {
    library: LazyHash<Library>,
    sources: HashMap<FileId, Source>,
    main: FileId,
    fonts: &'a Fonts,
    date: Date,
}

impl<'a> Desk<'a> {
    /// A world in which `sys.inputs.document` is the document.
    pub fn new(document: Dict, date: Date, fonts: &'a Fonts) -> StrResult<Self> {
        let id = |name: &str| -> StrResult<FileId> {
            let path = VirtualPath::new(name).map_err(|e| typst::ecow::eco_format!("{name}: {e:?}"))?;
            Ok(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        let mut sources = HashMap::new();
        for (name, text) in FILES {
            let id = id(name)?;
            sources.insert(id, Source::new(id, text.to_owned()));
        }
        // header cells of rows
        let features = std::iter::once(Feature::A11yExtras).collect();
        let library = Library::builder().with_inputs(dict! { "document" => document }).with_features(features).build();
        Ok(Self { library: LazyHash::new(library), sources, main: id(MAIN)?, fonts, date })
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        let (month, day) = (u8::try_from(self.date.month()).ok()?, u8::try_from(self.date.day()).ok()?);
        Datetime::from_ymd(i32::from(self.date.year()), month, day)
    }
}
