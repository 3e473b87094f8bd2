//! Findings in words: one document for each purpose, in one language.

mod actions;
mod annex;
mod brand;
mod chain;
mod charts;
mod cover;
mod evidence;
mod exporter;
mod frameworks;
mod inspectorate;
mod known;
mod pages;
mod places;
mod plan;
mod sites;
mod workbook;
mod writer;

pub use workbook::{IssueRow, workbook};
pub use writer::DataFile;

use crate::document::Document;
use crate::findings::{Findings, Purpose};
use crate::geography::Geography;
use crate::language::Language;
use writer::Writer;

/// A document with the tables that it cuts, whole.
#[derive(Debug, Clone)]
pub struct Report {
    /// The document.
    pub document: Document,
    /// CSV files that belong beside it.
    pub data: Vec<DataFile>,
}

/// Writes the report of some findings. `stem` is the name of its files without what follows the dot.
#[must_use]
pub fn report(findings: &Findings, language: Language, geography: Option<&Geography>, stem: &str) -> Report {
    let mut w = Writer::new(findings, language, geography, stem);
    let sections = match findings.purpose {
        Purpose::Brand => brand::sections(&mut w),
        Purpose::Exporter => exporter::sections(&mut w),
        Purpose::Inspectorate => inspectorate::sections(&mut w),
    };
    Report { document: cover::document(&w, sections), data: w.data }
}
