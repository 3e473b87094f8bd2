//! An assessment as a report: HTML, PDF, XLSX and JSON.
//!
//! One way: an assessment and what else a run holds become findings (numbers), findings become a [`document`] (words, tables and
//! charts in one language for one audience) or a [`workbook`], and those become files. A renderer never looks at findings, and
//! contents never know what a file looks like. Nothing here reads a file, a clock or the environment.
//!
//! Renderers, each in a module of its own:
//!
//! - [`html::render`]: one self-contained page;
//! - [`pdf::render`]: PDF/UA-1, in [`pdf::Fonts`] that the caller finds;
//! - [`xlsx::write`]: a workbook of typed cells; [`xlsx::stream`]: one whose rows come one by one;
//! - [`chart::draw`]: the picture that HTML and PDF share.
//!
//! Shapes of districts: [`geography::Geography::of_cells`] from a pack's rows, and [`geography::Geography::of_geojson`] from a user's
//! boundaries, whose names [`geography::Geography::resolve`] turns into ids. The contents make a [`chart::Map`] of them.

pub mod chart;
pub mod contents;
pub mod document;
pub mod error;
pub mod findings;
pub mod format;
pub mod geography;
pub mod html;
pub mod language;
pub mod pdf;
mod words;
pub mod workbook;
pub mod xlsx;

pub use error::{Error, Result};
