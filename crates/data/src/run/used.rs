//! `packs_used`: every row of a pack whose numbers entered the run, with its origin.

use std::path::Path;

use polars::prelude::Column;
use tierlight_core::Assessment;
use tierlight_core::cite::rows_used;

use super::writer::{frame, text, write_table};
use crate::error::Result;

pub(super) fn write(folder: &Path, a: &Assessment<'_>) -> Result<()> {
    let rows = rows_used(a)?;
    let title = |key: &str| a.parameters.source(key).map_or("", |s| s.title.as_str());
    let table = frame(vec![
        text("table", rows.iter().map(|r| r.table.as_ref())),
        text("key", rows.iter().map(|r| r.key.as_str())),
        text("column", rows.iter().map(|r| r.column.as_ref())),
        text("pack", rows.iter().map(|r| r.pack.as_str())),
        Column::new("row".into(), rows.iter().map(|r| r.row).collect::<Vec<u32>>()),
        text("grade", rows.iter().map(|r| r.grade.map_or("", |g| g.letter()))),
        text("source_key", rows.iter().map(|r| r.source.as_str())),
        text("title", rows.iter().map(|r| title(&r.source))),
    ])?;
    write_table(folder, "packs_used", &table, false)
}
