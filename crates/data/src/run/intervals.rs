//! What the draws of a run said of one site, read back from its tables.

use std::fs::File;
use std::path::Path;

use polars::prelude::{ParquetReader, SerReader};
use tierlight_core::draws::Quantiles;
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
}

/// Intervals of a site of a run; `None` when it was scored without draws. Reads three rows.
///
/// # Errors
/// A table that cannot be read.
pub fn intervals(folder: &Path, site: usize) -> Result<Option<Intervals>> {
    let path = folder.join("scores.parquet");
    let file = File::open(&path).map_err(|e| Error::io(&path, &e))?;
    let mut reader = ParquetReader::new(file);
    let broken = |e| failed(&path, &e);
    if reader.schema().map_err(broken)?.get("presence_mean").is_none() {
        return Ok(None);
    }
    let hazards = HAZARDS.len();
    let frame = reader.with_slice(Some((site * hazards, hazards))).finish().map_err(broken)?;
    let number = |name: &str, hazard: usize| -> Result<f32> {
        let column = frame.column(name).map_err(broken)?.f32().map_err(broken)?;
        Ok(column.get(hazard).unwrap_or(f32::NAN))
    };
    let spread = |measure: &str| -> Result<PerHazard<Quantiles>> {
        let mut out = PerHazard::<Quantiles>::default();
        for (hazard, q) in out.iter_mut().enumerate() {
            let at = |point: &str| number(&format!("{measure}_{point}"), hazard);
            *q = Quantiles { mean: at("mean")?, p05: at("p05")?, p50: at("p50")?, p95: at("p95")? };
        }
        Ok(out)
    };
    Ok(Some(Intervals {
        prevalence: spread("prevalence")?,
        presence: spread("presence")?,
        expected_children: spread("expected_children")?,
        linked_share: spread("linked_share")?,
    }))
}
