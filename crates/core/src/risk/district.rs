//! What is known of districts, as terms of (1.1) to (1.3).

use super::area::{AreaEstimate, AreaFit, area_estimates};
use super::logit::{expit, logit};
use crate::error::Result;
use crate::parameters::{District, Parameters};

/// Effects of one district.
#[derive(Debug, Clone, Default)]
pub struct DistrictEffect {
    /// Small-area estimate of the child-labour rate, a row of [`DistrictEffects::estimates`]; `None` without a survey in the country.
    pub estimate: Option<usize>,
    /// True when the estimate is that of the district it was split from.
    pub of_parent: bool,
    /// Birth-registration gap minus the national gap, in standard deviations over districts.
    pub birth_gap: Option<f64>,
    /// Girls' minus boys' out-of-school rate, minus the national difference, in standard deviations.
    pub girls_school_gap: Option<f64>,
}

/// Effects of all districts, and per country what centring needs.
#[derive(Debug, Clone)]
pub struct DistrictEffects {
    /// One per district, in pack order.
    pub effects: Vec<DistrictEffect>,
    /// Small-area estimates of all countries that have surveys.
    pub estimates: Vec<AreaEstimate>,
    /// One per country.
    pub countries: Vec<CountrySpread>,
    /// The fitted model of each country that has one, by country row.
    pub fits: Vec<(u16, AreaFit)>,
}

/// How district terms vary over the people of a country.
#[derive(Debug, Clone, Default)]
pub struct CountrySpread {
    /// (population, standardised birth-registration gap) of each district.
    pub birth_gaps: Vec<(f64, f64)>,
    /// Mean and standard deviation of the birth-registration gap, which standardise it; percentage points, over people.
    pub birth_standard: Option<(f64, f64)>,
    /// The same of the girls' school gap.
    pub school_standard: Option<(f64, f64)>,
}

/// The area A that a base prevalence refers to (2.3).
#[derive(Debug, Clone, Default)]
pub struct AreaLevel {
    /// η̄_A = logit Σ pop·expit(η̂) / Σ pop; `None` when none of its districts has an estimate.
    pub log_odds: Option<f64>,
    /// (population, δ) of each of its districts.
    pub deltas: Vec<(f64, f64)>,
    /// Share of its people in calamity-hit districts.
    pub calamity_share: f64,
}

/// Computes the effects, with one fit of the small-area model per country that has surveys.
///
/// # Errors
/// [`crate::Error::AreaModel`].
pub fn district_effects(parameters: &Parameters) -> Result<DistrictEffects> {
    let districts = &parameters.districts;
    let mut effects = vec![DistrictEffect::default(); districts.len()];
    let mut countries = vec![CountrySpread::default(); parameters.countries.len()];
    let (mut estimates, mut fits) = (Vec::new(), Vec::new());
    for (country, spread) in countries.iter_mut().enumerate() {
        let rows: Vec<usize> = (0..districts.len()).filter(|&d| usize::from(districts[d].country) == country).collect();
        if rows.is_empty() {
            continue;
        }
        if let Some((fit, found)) = area_estimates(parameters, country as u16)? {
            for estimate in found {
                effects[estimate.district].estimate = Some(estimates.len());
                estimates.push(estimate);
            }
            fits.push((country as u16, fit));
        }
        let weighted = |value: &dyn Fn(&District) -> Option<f64>| -> Vec<(f64, f64)> {
            rows.iter().filter_map(|&d| Some((districts[d].population?, value(&districts[d])?))).collect()
        };
        let birth = standard(&weighted(&|d| d.birth_registration.map(|r| 100.0 - r)));
        let girls = standard(&weighted(&school_gap));
        for &d in &rows {
            if let Some(parent) = districts[d].parent.as_deref().and_then(|id| parameters.district(id)) {
                effects[d].estimate = effects[usize::from(parent)].estimate;
                effects[d].of_parent = effects[d].estimate.is_some();
            }
            effects[d].birth_gap = districts[d].birth_registration.zip(birth).map(|(r, (m, sd))| (100.0 - r - m) / sd);
            effects[d].girls_school_gap = school_gap(&districts[d]).zip(girls).map(|(gap, (m, sd))| (gap - m) / sd);
        }
        let gap = |d: usize| Some((districts[d].population?, effects[d].birth_gap.unwrap_or(0.0)));
        spread.birth_gaps = rows.iter().filter_map(|&d| gap(d)).collect();
        (spread.birth_standard, spread.school_standard) = (birth, girls);
    }
    Ok(DistrictEffects { effects, estimates, countries, fits })
}

impl DistrictEffects {
    /// Small-area estimate that a district is scored with.
    #[must_use]
    pub fn estimate(&self, district: usize) -> Option<&AreaEstimate> {
        self.effects.get(district)?.estimate.map(|row| &self.estimates[row])
    }

    /// Level, district effects (2.3) and calamities of an area: provinces of a country, or all of it when none is named.
    #[must_use]
    pub fn area(&self, parameters: &Parameters, country: u16, provinces: &[String]) -> AreaLevel {
        self.area_people(parameters, country, provinces).level(|row| self.estimates[row].log_odds)
    }

    /// The people of an area, see [`DistrictEffects::area`].
    #[must_use]
    pub fn area_people(&self, parameters: &Parameters, country: u16, provinces: &[String]) -> AreaPeople {
        let inside = |d: &&District| d.country == country && (provinces.is_empty() || provinces.contains(&d.province));
        let people = parameters.districts.iter().filter(inside);
        let hit: Vec<(f64, f64)> = people.filter_map(|d| Some((d.population?, f64::from(u8::from(d.calamity))))).collect();
        let calamity_share = mean(&hit).unwrap_or(0.0);
        let estimated = self.estimates.iter().enumerate().map(|(row, e)| (row, &parameters.districts[e.district]));
        let estimated = estimated.filter(|(_, d)| inside(d)).filter_map(|(row, d)| Some((d.population?, row))).collect();
        AreaPeople { estimated, calamity_share }
    }
}

/// Who lives where in an area.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AreaPeople {
    /// (population, row in [`DistrictEffects::estimates`]) of each of its districts that has an estimate.
    pub estimated: Vec<(f64, usize)>,
    /// Share of its people in calamity-hit districts.
    pub calamity_share: f64,
}

impl AreaPeople {
    /// Level and district effects, with the estimates' log-odds as given (2.3).
    #[must_use]
    pub fn level(&self, log_odds: impl Fn(usize) -> f64) -> AreaLevel {
        let rates: Vec<(f64, f64)> = self.estimated.iter().map(|&(w, row)| (w, expit(log_odds(row)))).collect();
        let level = mean(&rates).map(logit);
        let deltas = level.map(|level| self.estimated.iter().map(|&(w, row)| (w, log_odds(row) - level)).collect());
        AreaLevel { log_odds: level, deltas: deltas.unwrap_or_default(), calamity_share: self.calamity_share }
    }
}

/// Girls' minus boys' out-of-school rate, percentage points.
fn school_gap(district: &District) -> Option<f64> {
    Some(district.out_of_school_girls? - district.out_of_school_boys?)
}

fn mean(values: &[(f64, f64)]) -> Option<f64> {
    let weight: f64 = values.iter().map(|v| v.0).sum();
    (weight > 0.0).then(|| values.iter().map(|(w, x)| w * x).sum::<f64>() / weight)
}

/// Weighted mean and standard deviation, when there is any variation.
fn standard(values: &[(f64, f64)]) -> Option<(f64, f64)> {
    let centre = mean(values)?;
    let squares: Vec<(f64, f64)> = values.iter().map(|&(w, x)| (w, (x - centre).powi(2))).collect();
    let sd = mean(&squares)?.sqrt();
    (sd > 0.0).then_some((centre, sd))
}
