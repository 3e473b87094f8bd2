//! `packs_used`: every row of a pack whose numbers entered the run, with its origin.

use tierlight_core::Assessment;
use tierlight_core::cite::rows_used;

use super::Folder;
use super::column::{count, text};
use super::writer::write_csv;
use crate::error::Result;

pub(super) fn write(folder: &Folder<'_>, a: &Assessment<'_>) -> Result<()> {
    let rows = &rows_used(a)?;
    let columns = [
        text("table", |r| rows[r].table.as_ref()),
        text("key", |r| rows[r].key.as_str()),
        text("column", |r| rows[r].column.as_ref()),
        text("pack", |r| rows[r].pack.as_str()),
        count("row", |r| Some(rows[r].row)),
        text("grade", |r| rows[r].grade.map_or("", |g| g.letter())),
        text("source_key", |r| rows[r].source.as_str()),
        text("title", |r| a.parameters.source(&rows[r].source).map_or("", |s| s.title.as_str())),
    ];
    write_csv(folder, "packs_used", rows.len(), &columns)
}
