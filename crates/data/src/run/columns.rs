//! What the tables of a run say of all its sites that cannot be computed anew at once: what lies upstream, and the draws.

use std::fs::File;
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, ParquetReader, SerReader};
use tierlight_core::draws::{Quantiles, ReachQuantiles};
use tierlight_core::model::{HAZARDS, PerHazard};

use super::Intervals;
use super::parquet::failed;
use crate::error::{Error, Result};

/// What lies upstream of a site, of child labour.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Upstream {
    /// Distinct sites upstream.
    pub sites: u32,
    /// Probability that at least one of them, or itself, has it.
    pub any_site_probability: f64,
    /// Expected number of such sites.
    pub expected_sites: f64,
    /// Girls expected at upstream sites.
    pub girls: f64,
    /// Boys expected there.
    pub boys: f64,
    /// False when estimated.
    pub exact: bool,
}

/// What the draws say of a site.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DrawnSite {
    /// Intervals.
    pub intervals: Intervals,
    /// First rank that the draws do not tell its own apart from; 0 is none.
    pub tied_from: u32,
    /// Share of draws in which it is among the first by priority.
    pub top: f32,
}

/// Columns by site row.
#[derive(Debug, Default)]
pub struct Columns {
    /// Empty where reach was not asked for.
    pub upstream: Vec<Option<Upstream>>,
    /// Empty without draws.
    pub drawn: Vec<DrawnSite>,
}

/// Some columns of a table of the run.
struct Table {
    path: PathBuf,
    frame: DataFrame,
}

impl Table {
    fn has(folder: &Path, table: &str, column: &str) -> Result<bool> {
        let path = folder.join(table);
        let file = File::open(&path).map_err(|e| Error::io(&path, &e))?;
        Ok(ParquetReader::new(file).schema().map_err(|e| failed(&path, &e))?.get(column).is_some())
    }

    fn read(folder: &Path, table: &str, columns: Vec<String>) -> Result<Self> {
        let path = folder.join(table);
        let file = File::open(&path).map_err(|e| Error::io(&path, &e))?;
        let frame = ParquetReader::new(file).with_columns(Some(columns)).finish().map_err(|e| failed(&path, &e))?;
        Ok(Self { path, frame })
    }

    fn singles(&self, name: &str) -> Result<Vec<Option<f32>>> {
        let broken = |e| failed(&self.path, &e);
        Ok(self.frame.column(name).map_err(broken)?.f32().map_err(broken)?.iter().collect())
    }

    fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let broken = |e| failed(&self.path, &e);
        Ok(self.frame.column(name).map_err(broken)?.f64().map_err(broken)?.iter().collect())
    }

    fn counts(&self, name: &str) -> Result<Vec<Option<u32>>> {
        let broken = |e| failed(&self.path, &e);
        Ok(self.frame.column(name).map_err(broken)?.u32().map_err(broken)?.iter().collect())
    }

    fn flags(&self, name: &str) -> Result<Vec<Option<bool>>> {
        let broken = |e| failed(&self.path, &e);
        Ok(self.frame.column(name).map_err(broken)?.bool().map_err(broken)?.iter().collect())
    }
}

/// Points of quantiles, and where each goes.
type Point = (&'static str, fn(&mut Quantiles) -> &mut f32);
const POINTS: [Point; 4] = [("mean", |q| &mut q.mean), ("p05", |q| &mut q.p05), ("p50", |q| &mut q.p50), ("p95", |q| &mut q.p95)];

/// Measures by hazard, and where each goes.
type Measure = (&'static str, fn(&mut Intervals) -> &mut PerHazard<Quantiles>);
const MEASURES: [Measure; 4] = [
    ("prevalence", |i| &mut i.prevalence),
    ("presence", |i| &mut i.presence),
    ("expected_children", |i| &mut i.expected_children),
    ("linked_share", |i| &mut i.linked_share),
];

/// Measures of what lies upstream, and where each goes.
type Reached = (&'static str, fn(&mut ReachQuantiles) -> &mut Quantiles);
const REACHED: [Reached; 3] = [
    ("any_site_probability", |r| &mut r.any_site),
    ("expected_sites", |r| &mut r.expected_sites),
    ("upstream_children", |r| &mut r.children),
];

/// Reads the columns of a run of so many sites. Holds one column of a table at a time beside what it returns.
///
/// # Errors
/// A table that cannot be read, or is of other sites.
pub fn columns(folder: &Path, sites: usize) -> Result<Columns> {
    let upstream = upstream(folder, sites)?;
    let drawn = if Table::has(folder, "scores.parquet", "presence_mean")? { drawn(folder, sites)? } else { Vec::new() };
    Ok(Columns { upstream, drawn })
}

fn fits(folder: &Path, found: usize, sites: usize) -> Result<()> {
    if found == sites {
        return Ok(());
    }
    let reason = format!("a table has {found} sites, the model has {sites}");
    Err(Error::Run { path: folder.to_owned(), reason, hint: "run `tierlight score` again".to_owned() })
}

fn upstream(folder: &Path, sites: usize) -> Result<Vec<Option<Upstream>>> {
    let names = ["upstream_sites", "any_site_probability", "expected_sites", "upstream_girls", "upstream_boys", "reach_exact"];
    let table = Table::read(folder, "sites.parquet", names.map(str::to_owned).to_vec())?;
    let count = table.counts(names[0])?;
    fits(folder, count.len(), sites)?;
    if count.iter().all(Option::is_none) {
        return Ok(Vec::new());
    }
    let [any, expected, girls, boys] =
        [table.numbers(names[1])?, table.numbers(names[2])?, table.numbers(names[3])?, table.numbers(names[4])?];
    let exact = table.flags(names[5])?;
    let row = |r: usize| {
        Some(Upstream {
            sites: count[r]?,
            any_site_probability: any[r]?,
            expected_sites: expected[r]?,
            girls: girls[r]?,
            boys: boys[r]?,
            exact: exact[r]?,
        })
    };
    Ok((0..sites).map(row).collect())
}

fn drawn(folder: &Path, sites: usize) -> Result<Vec<DrawnSite>> {
    let mut out = vec![DrawnSite::default(); sites];
    for (measure, place) in MEASURES {
        for (point, value) in POINTS {
            let name = format!("{measure}_{point}");
            let cells = Table::read(folder, "scores.parquet", vec![name.clone()])?.singles(&name)?;
            fits(folder, cells.len() / HAZARDS.len(), sites)?;
            for (row, cell) in cells.into_iter().enumerate() {
                *value(&mut place(&mut out[row / HAZARDS.len()].intervals)[row % HAZARDS.len()]) = cell.unwrap_or_default();
            }
        }
    }
    let ties = Table::read(folder, "sites.parquet", vec!["tied_from_rank".to_owned(), "top_probability".to_owned()])?;
    for (site, tied) in out.iter_mut().zip(ties.counts("tied_from_rank")?) {
        site.tied_from = tied.unwrap_or_default();
    }
    for (site, top) in out.iter_mut().zip(ties.singles("top_probability")?) {
        site.top = top.unwrap_or_default();
    }
    if Table::has(folder, "sites.parquet", "any_site_probability_mean")? {
        for (measure, place) in REACHED {
            for (point, value) in POINTS {
                let name = format!("{measure}_{point}");
                let cells = Table::read(folder, "sites.parquet", vec![name.clone()])?.singles(&name)?;
                for (site, cell) in out.iter_mut().zip(cells) {
                    if let Some(cell) = cell {
                        *value(place(site.intervals.reach.get_or_insert_default())) = cell;
                    }
                }
            }
        }
    }
    Ok(out)
}
