//! `batch.csv`: what became of each of many networks.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::column::{Column, maybe, row, text};
use crate::atomic::write_file;
use crate::error::{Error, Result};

/// File name beside the run folders.
pub const BATCH: &str = "batch.csv";

/// What became of one network. Nothing in it depends on the time or the machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BatchRow {
    /// Path as it was given.
    pub input: String,
    /// Name of its run folder; empty without one.
    pub run_folder: String,
    /// `scored`, `rejected` (too many of its rows) or `failed`.
    pub status: &'static str,
    /// Sites.
    pub sites: Option<u64>,
    /// Links.
    pub links: Option<u64>,
    /// Rejected rows of all its tables.
    pub rejected_rows: Option<u64>,
    /// Expected children in child labour at all sites, each a typical one.
    pub expected_children: Option<f64>,
    /// Their mean over draws, which what is unknown raises.
    pub expected_children_mean: Option<f64>,
    /// Its 5 % point over draws.
    pub expected_children_p05: Option<f64>,
    /// Its 95 % point over draws.
    pub expected_children_p95: Option<f64>,
    /// Why it has no run folder, and what to do.
    pub error: String,
}

/// Writes the table, over an earlier one.
///
/// # Errors
/// The file cannot be written.
pub fn write_batch(folder: &Path, rows: &[BatchRow]) -> Result<()> {
    let columns: [Column<'_>; 11] = [
        text("input", |k| rows[k].input.as_str()),
        text("run_folder", |k| rows[k].run_folder.as_str()),
        text("status", |k| rows[k].status),
        row("sites", |k| rows[k].sites),
        row("links", |k| rows[k].links),
        row("rejected_rows", |k| rows[k].rejected_rows),
        maybe("expected_children", |k| rows[k].expected_children),
        maybe("expected_children_mean", |k| rows[k].expected_children_mean),
        maybe("expected_children_p05", |k| rows[k].expected_children_p05),
        maybe("expected_children_p95", |k| rows[k].expected_children_p95),
        text("error", |k| rows[k].error.as_str()),
    ];
    let mut bytes = columns.each_ref().map(Column::name).join(",").into_bytes();
    bytes.push(b'\n');
    for k in 0..rows.len() {
        for (at, column) in columns.iter().enumerate() {
            if at > 0 {
                bytes.push(b',');
            }
            column.write_csv(k, &mut bytes);
        }
        bytes.push(b'\n');
    }
    let path = folder.join(BATCH);
    write_file(&path, true, |out| out.write_all(&bytes).map_err(|e| Error::io(&path, &e)))
}
