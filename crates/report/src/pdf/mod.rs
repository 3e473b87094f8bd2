//! A document as PDF: tagged, PDF/UA-1, searchable, with bookmarks; the same bytes for the same document and fonts.
//!
//! The [template](https://typst.app) in `template/` says how each part looks; values of the document are handed to it as data.

mod fonts;
mod letters;
mod values;
mod world;

pub use fonts::Fonts;

use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::document::Document;
use crate::{Error, Result};

/// A document as PDF/UA-1.
///
/// Letters that no font has are shown as a replacement mark: [`Fonts::hints`] says what to tell the user.
///
/// # Errors
/// When a page cannot be set, or a font forbids to be embedded.
pub fn render(document: &Document, fonts: &Fonts) -> Result<Vec<u8>> {
    let values = values::of(document, fonts);
    let desk = world::Desk::new(values.document, document.date, fonts).map_err(|e| error(e.to_string(), String::new()))?;
    let result = set(&desk, document);
    drop(desk);
    typst::comemo::evict(0);
    result
}

fn set(desk: &world::Desk<'_>, document: &Document) -> Result<Vec<u8>> {
    let Warned { output, .. } = typst::compile::<PagedDocument>(desk);
    let pages = output.map_err(|e| diagnostics(&e))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|e| error(e.message().to_string(), String::new()))?;
    let options = PdfOptions {
        // the footer holds the digest of the input
        ident: Smart::Custom(format!("{}\n{}\n{}", document.title.letters(), document.subtitle.letters(), document.footer.letters())),
        creator: Smart::Custom(Some(concat!("tierlight ", env!("CARGO_PKG_VERSION")).to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&pages, &options).map_err(|e| diagnostics(&e))
}

fn diagnostics(all: &[SourceDiagnostic]) -> Error {
    let reasons: Vec<&str> = all.iter().take(3).map(|d| d.message.as_str()).collect();
    let hints: Vec<&str> = all.iter().take(3).flat_map(|d| d.hints.iter().map(|h| h.v.as_str())).collect();
    error(reasons.join("; "), hints.join("; "))
}

fn error(reason: String, hint: String) -> Error {
    Error::Render { format: "PDF", reason, hint }
}
