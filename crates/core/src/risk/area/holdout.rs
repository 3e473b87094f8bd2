//! How the model does where it was not fitted: observations of child labour left out and predicted.

use rayon::prelude::*;

use super::fit::fit_rows;
use super::model::{AreaData, AreaRow, At};
use crate::error::Result;
use crate::parameters::SurveyKind;
use crate::validation::Prediction;

/// One observation of child labour in a district, predicted by a fit that did not see it.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// Row in [`AreaData::rows`].
    pub row: usize,
    /// Area of the row.
    pub area: usize,
    /// y, its predictive distribution (sampling of the observation included), and the plain mean y of other districts: of the same
    /// survey when one district is left out, of all other provinces when a province is.
    pub prediction: Prediction,
}

/// Leaves out the child-labour rows of each district in turn; its surveys of any work and its province's rates stay. A district without
/// which nothing would be left is not in the result.
///
/// # Errors
/// [`crate::Error::AreaModel`]. Cost: a fit per district.
pub fn leave_one_district_out(data: &AreaData) -> Result<Vec<HeldOut>> {
    let areas: Vec<usize> = (0..data.areas.len()).filter(|&a| data.rows.iter().any(|r| held(r, a))).collect();
    let folds: Result<Vec<Vec<HeldOut>>> = areas
        .par_iter()
        .map(|&area| {
            predict(data, &|r| held(r, area), &|row, other| other.survey == row.survey && matches!(other.at, At::Area(a) if a != area))
        })
        .collect();
    Ok(folds?.into_iter().flatten().collect())
}

/// Leaves out all child-labour rows of each province in turn, its own rates too; its surveys of any work stay.
///
/// # Errors
/// As [`leave_one_district_out`].
pub fn leave_one_province_out(data: &AreaData) -> Result<Vec<HeldOut>> {
    let inside = |r: &AreaRow, province: usize| match r.at {
        At::Area(a) => data.province[a] == province,
        At::Province(p) => p == province,
    };
    let provinces: Vec<usize> =
        (0..data.provinces.len()).filter(|&p| data.areas_of(p).any(|a| data.rows.iter().any(|r| held(r, a)))).collect();
    let folds: Result<Vec<Vec<HeldOut>>> = provinces
        .par_iter()
        .map(|&province| {
            let out = |r: &AreaRow| r.kind != SurveyKind::AnyWork && inside(r, province);
            predict(data, &out, &|_, other| matches!(other.at, At::Area(_)) && !inside(other, province))
        })
        .collect();
    Ok(folds?.into_iter().flatten().collect())
}

fn held(row: &AreaRow, area: usize) -> bool {
    row.kind != SurveyKind::AnyWork && row.at == At::Area(area)
}

fn predict(data: &AreaData, out: &dyn Fn(&AreaRow) -> bool, alike: &dyn Fn(&AreaRow, &AreaRow) -> bool) -> Result<Vec<HeldOut>> {
    // what is left must say something of child labour; else there is nothing to predict from
    if !data.rows.iter().any(|r| r.kind != SurveyKind::AnyWork && !out(r)) {
        return Ok(Vec::new());
    }
    let fit = fit_rows(data, &|r| !out(r))?;
    let mut found = Vec::new();
    for (index, row) in data.rows.iter().enumerate().filter(|(_, r)| out(r)) {
        let At::Area(area) = row.at else { continue };
        let others: Vec<f64> =
            data.rows.iter().filter(|o| o.kind != SurveyKind::AnyWork && !out(o) && alike(row, o)).map(|o| o.y).collect();
        let (predicted, variance) = fit.predict(data, row);
        let plain = (!others.is_empty()).then(|| others.iter().sum::<f64>() / others.len() as f64);
        let prediction = Prediction { observed: row.y, predicted, sd: variance.sqrt(), plain };
        found.push(HeldOut { row: index, area, prediction });
    }
    Ok(found)
}
