//! An assessment as a report: HTML, PDF, XLSX and JSON.
//!
//! One way: an assessment and what else a run holds become findings (numbers), findings become a [`document`] (words, tables and
//! charts in one language for one audience) or a [`workbook`], and those become files. A renderer never looks at findings, and
//! contents never know what a file looks like. Nothing here reads a file, a clock or the environment.
//!
//! Renderers, each in a module of its own:
//!
//! - `html::render(&Document) -> Result<String>`: one self-contained page;
//! - `pdf::render(&Document, &pdf::Fonts) -> Result<Vec<u8>>`: PDF/UA-1; fonts are found by the caller;
//! - `xlsx::write(&Workbook) -> Result<Vec<u8>>`;
//! - `chart::svg::draw(&Chart, …) -> String`: the picture that HTML and PDF share.
//!
//! Shapes of districts: `geography::Geography::of_cells(cells)` from the pack's rows `(lat, lon_from, lon_to, district_id)`, and
//! `geography::Geography::of_geojson(text)` from a user's boundaries; both hold shapes `{ id, name, rings }` (id empty when the
//! file has none), lines ([`chart::MapLine`], disputed ones dashed), and are turned into a [`chart::Map`] by the contents.

pub mod chart;
pub mod contents;
pub mod document;
pub mod error;
pub mod findings;
pub mod format;
pub mod geography;
pub mod language;
mod words;
pub mod workbook;

pub use error::{Error, Result};
