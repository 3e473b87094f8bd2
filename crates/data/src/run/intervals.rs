//! What the draws of a run said of one site, read back from its tables.

use std::fs::File;
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, ParquetReader, SerReader};
use tierlight_core::draws::{Quantiles, ReachQuantiles};
use tierlight_core::model::{HAZARDS, PerHazard};

use super::parquet::failed;
use crate::error::{Error, Result};

/// Intervals of one site.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
pub struct Intervals {
    /// θ1.
    pub prevalence: PerHazard<Quantiles>,
    /// P1.
    pub presence: PerHazard<Quantiles>,
    /// E1.
    pub expected_children: PerHazard<Quantiles>,
    /// e.
    pub linked_share: PerHazard<Quantiles>,
    /// What lies upstream, of child labour; `None` where it was not drawn.
    pub reach: Option<ReachQuantiles>,
}

/// Rows of a table of the run.
struct Rows {
    path: PathBuf,
    frame: DataFrame,
}

impl Rows {
    /// `None` where the table lacks a column.
    fn read(folder: &Path, table: &str, with: &str, rows: (usize, usize)) -> Result<Option<Self>> {
        let path = folder.join(table);
        let file = File::open(&path).map_err(|e| Error::io(&path, &e))?;
        let mut reader = ParquetReader::new(file);
        if reader.schema().map_err(|e| failed(&path, &e))?.get(with).is_none() {
            return Ok(None);
        }
        let frame = reader.with_slice(Some(rows)).finish().map_err(|e| failed(&path, &e))?;
        Ok(Some(Self { path, frame }))
    }

    /// Quantiles of a measure; `None` where they are blank.
    fn spread(&self, measure: &str, row: usize) -> Result<Option<Quantiles>> {
        let broken = |e| failed(&self.path, &e);
        let at = |point: &str| -> Result<Option<f32>> {
            Ok(self.frame.column(&format!("{measure}_{point}")).map_err(broken)?.f32().map_err(broken)?.get(row))
        };
        let (Some(mean), Some(p05), Some(p50), Some(p95)) = (at("mean")?, at("p05")?, at("p50")?, at("p95")?) else { return Ok(None) };
        Ok(Some(Quantiles { mean, p05, p50, p95 }))
    }

    /// Quantiles of a measure of every hazard.
    fn spreads(&self, measure: &str) -> Result<PerHazard<Quantiles>> {
        let mut out = PerHazard::<Quantiles>::default();
        for (hazard, q) in out.iter_mut().enumerate() {
            *q = self.spread(measure, hazard)?.unwrap_or_default();
        }
        Ok(out)
    }
}

/// Intervals of a site of a run; `None` when it was scored without draws. Reads four rows.
///
/// # Errors
/// A table that cannot be read.
pub fn intervals(folder: &Path, site: usize) -> Result<Option<Intervals>> {
    let hazards = HAZARDS.len();
    let Some(scores) = Rows::read(folder, "scores.parquet", "presence_mean", (site * hazards, hazards))? else { return Ok(None) };
    let reach = match Rows::read(folder, "sites.parquet", "any_site_probability_mean", (site, 1))? {
        Some(rows) => {
            match (rows.spread("any_site_probability", 0)?, rows.spread("expected_sites", 0)?, rows.spread("upstream_children", 0)?) {
                (Some(any_site), Some(expected_sites), Some(children)) => Some(ReachQuantiles { any_site, expected_sites, children }),
                _ => None,
            }
        }
        None => None,
    };
    Ok(Some(Intervals {
        prevalence: scores.spreads("prevalence")?,
        presence: scores.spreads("presence")?,
        expected_children: scores.spreads("expected_children")?,
        linked_share: scores.spreads("linked_share")?,
        reach,
    }))
}
