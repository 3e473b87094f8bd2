//! District effects: how much more or less child labour a district has than its country.
//!
//! In this version from the packs' published rates: δ_d = logit(rate_d) − logit(population-weighted mean rate).
//! Rates of different surveys measure different things; the packs say which (`rate_level`, source, grade).

use super::logit::logit;
use crate::parameters::{District, Parameters};

/// Effects of one district.
#[derive(Debug, Clone, Default)]
pub struct DistrictEffect {
    /// δ in log-odds; `None` when no rate is published.
    pub delta: Option<f64>,
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
    /// One per country.
    pub countries: Vec<CountrySpread>,
}

/// How district terms vary over the people of a country.
#[derive(Debug, Clone, Default)]
pub struct CountrySpread {
    /// (population, δ) of each district.
    pub deltas: Vec<(f64, f64)>,
    /// (population, standardised birth-registration gap) of each district.
    pub birth_gaps: Vec<(f64, f64)>,
    /// Share of people in calamity-hit districts.
    pub calamity_share: f64,
}

/// Computes the effects. Cost: linear in districts.
#[must_use]
pub fn district_effects(parameters: &Parameters) -> DistrictEffects {
    let districts = &parameters.districts;
    let mut effects = vec![DistrictEffect::default(); districts.len()];
    let mut countries = vec![CountrySpread::default(); parameters.countries.len()];
    for (country, spread) in countries.iter_mut().enumerate() {
        let rows: Vec<usize> = (0..districts.len()).filter(|&d| usize::from(districts[d].country) == country).collect();
        if rows.is_empty() {
            continue;
        }
        let weighted = |value: &dyn Fn(&District) -> Option<f64>| -> Vec<(f64, f64)> {
            rows.iter().filter_map(|&d| Some((districts[d].population?, value(&districts[d])?))).collect()
        };

        let mean_rate = mean(&weighted(&|d| d.rate.map(|r| r / 100.0)));
        let birth = standard(&weighted(&|d| d.birth_registration.map(|r| 100.0 - r)));
        let girls = standard(&weighted(&school_gap));
        for &d in &rows {
            effects[d] = DistrictEffect {
                delta: districts[d].rate.zip(mean_rate).map(|(rate, mean)| logit(rate / 100.0) - logit(mean)),
                birth_gap: districts[d].birth_registration.zip(birth).map(|(r, (m, sd))| (100.0 - r - m) / sd),
                girls_school_gap: school_gap(&districts[d]).zip(girls).map(|(gap, (m, sd))| (gap - m) / sd),
            };
        }
        let over = |value: &dyn Fn(usize) -> f64| -> Vec<(f64, f64)> {
            rows.iter().filter_map(|&d| Some((districts[d].population?, value(d)))).collect()
        };
        spread.deltas = over(&|d| effects[d].delta.unwrap_or(0.0));
        spread.birth_gaps = over(&|d| effects[d].birth_gap.unwrap_or(0.0));
        spread.calamity_share = mean(&over(&|d| f64::from(u8::from(districts[d].calamity)))).unwrap_or(0.0);
    }
    DistrictEffects { effects, countries }
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
