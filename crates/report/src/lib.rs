//! An assessment as a report: HTML, PDF, XLSX and JSON.
//!
//! One way: an assessment and what else a run holds become findings (numbers), findings become a [`document`] (words, tables and
//! charts in one language for one audience), and a document becomes a file. A renderer never looks at findings, and contents
//! never know what a file looks like. Nothing here reads a file, a clock or the environment.

pub mod chart;
pub mod document;
pub mod language;
