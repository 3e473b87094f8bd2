//! Levels of countries that were measured, guessed without their own rate.

use super::accuracy::Prediction;
use crate::error::{Error, Result};
use crate::parameters::Parameters;
use crate::risk::base::{LevelBasis, WORLD};
use crate::risk::level::country_level;
use crate::risk::logit::logit;

/// Every measured country that is not high-income, left out in turn, with the basis that its level was then found by: as a run would,
/// or without the poverty of any country. *Plain* is the median of the others.
///
/// Cost: countries squared.
///
/// # Errors
/// [`Error::MissingParameter`] when the packs have no row `WLD` with a rate.
pub fn leave_one_country_out(parameters: &Parameters, use_poverty: bool) -> Result<Vec<(LevelBasis, Prediction)>> {
    let world = parameters.country(WORLD).and_then(|row| parameters.countries[usize::from(row)].rate);
    let world = world.ok_or_else(|| Error::MissingParameter { name: "countries.csv: child_labour_rate of WLD".to_owned() })?;
    let level = |rate: f64| logit(rate / 100.0) - logit(world / 100.0);
    let mut without = parameters.clone();
    if !use_poverty {
        without.countries.iter_mut().for_each(|c| c.poverty = None);
    }
    let measured: Vec<(usize, f64)> = parameters
        .countries
        .iter()
        .enumerate()
        .filter(|(_, c)| c.iso3 != WORLD && c.income_group != "high")
        .filter_map(|(row, c)| Some((row, level(c.rate?))))
        .collect();
    let mut out = Vec::new();
    for &(row, observed) in &measured {
        let rate = without.countries[row].rate.take();
        let found = country_level(&without, row as u16, world);
        without.countries[row].rate = rate;
        let mut others: Vec<f64> = measured.iter().filter(|o| o.0 != row).map(|o| o.1).collect();
        others.sort_by(f64::total_cmp);
        let plain = (!others.is_empty()).then(|| f64::midpoint(others[(others.len() - 1) / 2], others[others.len() / 2]));
        out.push((found.basis, Prediction { observed, predicted: found.value, sd: found.sd, plain }));
    }
    Ok(out)
}
