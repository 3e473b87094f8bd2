//! Invented networks as folders of tables.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, ParquetWriter, Series};
use rayon::prelude::*;
use serde_json::json;

use super::Generator;
use super::columns::{Cells, Chunk, TABLES, Table};
use crate::atomic::PendingFolder;
use crate::error::{Error, Result};

/// Units whose rows are made at a time; a row group of a Parquet file.
const UNITS: u32 = 32_768;

/// Kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Text.
    Csv,
    /// Columns, compressed.
    Parquet,
}

impl FileKind {
    fn suffix(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// Rows of a table that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Table.
    pub table: &'static str,
    /// Rows.
    pub rows: u64,
}

/// Writes an invented network into a folder, which is complete or absent afterwards. The same bytes on any number of threads.
///
/// Cost: `O(sites + links)`; memory for some ten thousand sites a thread, whatever the size.
///
/// # Errors
/// The folder exists and is not empty, or cannot be written.
pub fn write_folder(generator: &Generator<'_>, folder: &Path, kind: FileKind) -> Result<Vec<Written>> {
    let empty = std::fs::read_dir(folder).map_or(!folder.exists(), |mut entries| entries.next().is_none());
    if !empty {
        return Err(Error::Unwritable {
            path: folder.to_owned(),
            reason: "exists and is not an empty folder".to_owned(),
            hint: "choose another folder".to_owned(),
        });
    }
    let pending = PendingFolder::new(folder)?;
    let mut written = Vec::new();
    for table in TABLES {
        let path = pending.path().join(format!("{}.{}", table.name(), kind.suffix()));
        let failed = |e: std::io::Error| Error::io(&path, &e);
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(failed)?);
        let rows = match kind {
            FileKind::Csv => write_csv(generator, table, &mut out).map_err(failed)?,
            FileKind::Parquet => write_parquet(generator, table, &mut out).map_err(|e| failed(std::io::Error::other(e.to_string())))?,
        };
        out.flush().map_err(failed)?;
        written.push(Written { table: table.name(), rows });
    }
    let path = pending.path().join("datapackage.json");
    let text = format!("{:#}\n", descriptor(generator, kind, &written));
    std::fs::write(&path, text).map_err(|e| Error::io(&path, &e))?;
    pending.commit(&tierlight_core::Silent)?;
    Ok(written)
}

/// Makes chunks side by side and puts them in order, some at a time.
fn in_order<T: Send, E>(
    units: u32,
    make: impl Fn(std::ops::Range<u32>) -> T + Sync,
    mut put: impl FnMut(T) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let starts: Vec<u32> = (0..units).step_by(UNITS as usize).collect();
    for some in starts.chunks(2 * rayon::current_num_threads()) {
        let made: Vec<T> = some.par_iter().map(|&start| make(start..units.min(start.saturating_add(UNITS)))).collect();
        made.into_iter().try_for_each(&mut put)?;
    }
    Ok(())
}

fn write_csv(generator: &Generator<'_>, table: Table, out: &mut impl Write) -> std::io::Result<u64> {
    let header = generator.chunk(table, 0..0).columns;
    writeln!(out, "{}", header.iter().map(|c| c.0).collect::<Vec<_>>().join(","))?;
    let mut rows = 0;
    let make = |units| {
        let chunk = generator.chunk(table, units);
        (chunk.rows, csv_text(&chunk))
    };
    in_order(generator.units(table), make, |(count, text): (usize, String)| {
        rows += count as u64;
        out.write_all(text.as_bytes())
    })?;
    Ok(rows)
}

/// Cells are codes, words and numbers: none needs quotes.
fn csv_text(chunk: &Chunk) -> String {
    let mut text = String::with_capacity(chunk.rows * 64);
    for row in 0..chunk.rows {
        for (at, (_, cells)) in chunk.columns.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            match cells {
                Cells::Text(cells) => text.push_str(cells.get(row)),
                Cells::Number(cells) => {
                    if let Some(x) = cells[row] {
                        // writing to a String cannot fail
                        let _ = write!(text, "{x}");
                    }
                }
                Cells::Answer(cells) => text.push_str(cells[row].map_or("", |yes| if yes { "yes" } else { "no" })),
            }
        }
        text.push('\n');
    }
    text
}

fn write_parquet(generator: &Generator<'_>, table: Table, out: &mut impl Write) -> polars::prelude::PolarsResult<u64> {
    let schema = frame(&generator.chunk(table, 0..0))?.schema().clone();
    let mut writer = ParquetWriter::new(out).batched(&schema)?;
    let mut rows = 0;
    in_order(
        generator.units(table),
        |units| frame(&generator.chunk(table, units)),
        |frame: polars::prelude::PolarsResult<DataFrame>| {
            let frame = frame?;
            rows += frame.height() as u64;
            writer.write_batch(&frame)
        },
    )?;
    writer.finish()?;
    Ok(rows)
}

fn frame(chunk: &Chunk) -> polars::prelude::PolarsResult<DataFrame> {
    let column = |(name, cells): &(&'static str, Cells)| -> Column {
        let name = (*name).into();
        let series = match cells {
            Cells::Text(cells) => Series::new(name, cells.iter().map(|t| (!t.is_empty()).then_some(t)).collect::<Vec<Option<&str>>>()),
            Cells::Number(cells) => Series::new(name, cells),
            Cells::Answer(cells) => Series::new(name, cells),
        };
        series.into_column()
    };
    DataFrame::new(chunk.rows, chunk.columns.iter().map(column).collect())
}

/// What the folder holds, and that all of it is invented.
fn descriptor(generator: &Generator<'_>, kind: FileKind, written: &[Written]) -> serde_json::Value {
    let options = generator.options();
    let resources: Vec<_> = TABLES
        .iter()
        .zip(written)
        .map(|(table, written)| {
            let columns = generator.chunk(*table, 0..0).columns;
            let fields: Vec<_> = columns.iter().map(|(name, cells)| json!({ "name": name, "type": cells.kind() })).collect();
            let mut schema = json!({ "fields": fields, "missingValues": [""] });
            if kind == FileKind::Csv {
                // boolean cells of text files
                for field in schema["fields"].as_array_mut().into_iter().flatten().filter(|f| f["type"] == "boolean") {
                    field["trueValues"] = json!(["yes"]);
                    field["falseValues"] = json!(["no"]);
                }
            }
            let path = format!("{}.{}", table.name(), kind.suffix());
            json!({ "name": table.name(), "path": path, "format": kind.suffix(), "rows": written.rows, "schema": schema })
        })
        .collect();
    json!({
        "name": format!("invented-{}-{}", options.shape.slug(), options.sites),
        "title": "An invented supply network",
        "description": "INVENTED by `tierlight generate` for measuring and trying out. No site, firm, agent or finding in it is real, and nothing follows from it for any place.",
        "tierlight:generated": {
            "sites": options.sites,
            "links_per_site": options.links_per_site,
            "back": options.back,
            "shape": options.shape.slug(),
            "seed": options.seed,
            "as_of": options.as_of.to_string(),
        },
        "resources": resources,
    })
}
