//! Level of a country against the world, and how far it may be off.

use super::base::{LevelBasis, WORLD};
use super::logit::logit;
use crate::parameters::{Country, Grade, Parameters, Provenance};

/// Level of a country in log-odds of the published child-labour rates.
#[derive(Debug, Clone)]
pub struct CountryLevel {
    /// Against the world.
    pub value: f64,
    /// Spread.
    pub sd: f64,
    /// How it was found; anything but an own rate is a flag.
    pub basis: LevelBasis,
    /// Where it comes from.
    pub provenance: Option<Provenance>,
}

/// Measured countries a median needs.
const MEDIAN_OF_AT_LEAST: usize = 3;

/// Measured countries that a line through their poverty needs.
const LINE_OF_AT_LEAST: usize = 10;

/// Level of a country: its own rate, else the judged rate of high-income countries, else from its poverty, else the median of its
/// sub-region, else the world's.
///
/// The spread of a median is that between the measured countries, which a country that was not measured shares, with the error of
/// the median, times a factor that makes 90 % intervals hold in countries left out. Rates of all kinds are used alike: medians of
/// comparable ages alone were further off.
#[must_use]
pub fn country_level(parameters: &Parameters, country: u16, world_rate: f64) -> CountryLevel {
    let c = &parameters.countries[usize::from(country)];
    let p = &parameters.coefficients;
    let shift = |rate: f64| logit(rate / 100.0) - logit(world_rate / 100.0);
    let own = |c: &Country| {
        let ages = if c.rate_comparable { 0.0 } else { p.level_sd_other_ages.mean };
        (p.level_sd_own_rate.mean.powi(2) + ages.powi(2)).sqrt()
    };
    if let Some(rate) = c.rate {
        let provenance = c.rate_provenance.clone();
        // levels are against the world, so its own is certain
        return if c.iso3 == WORLD {
            CountryLevel { value: shift(rate), sd: 0.0, basis: LevelBasis::World, provenance }
        } else {
            CountryLevel { value: shift(rate), sd: own(c), basis: LevelBasis::OwnRate, provenance }
        };
    }
    // rich countries measure little because they have little: their neighbours' rates would mislead
    if c.income_group == "high" {
        let rate = &p.child_labour_rate_high_income;
        let share = rate.mean / 100.0;
        let sd = rate.sd.unwrap_or(0.0) / 100.0 / (share * (1.0 - share));
        let provenance = Some(rate.provenance.clone());
        return CountryLevel { value: shift(rate.mean), sd: sd.max(own(c)), basis: LevelBasis::IncomeGroup, provenance };
    }
    if let Some(level) = from_poverty(parameters, c, &shift) {
        return CountryLevel { sd: level.sd.max(own(c)), ..level };
    }
    let levels = |rates: &mut dyn Iterator<Item = &Country>| -> Vec<f64> {
        let mut levels: Vec<f64> = rates.filter_map(|o| o.rate).map(shift).collect();
        levels.sort_by(f64::total_cmp);
        levels
    };
    let spread = |levels: &[f64]| (p.level_sd_factor.mean * unmeasured(levels)).max(own(c));
    let near = levels(&mut level_countries(parameters, c, LevelBasis::Subregion));
    if near.len() >= MEDIAN_OF_AT_LEAST {
        let value = f64::midpoint(near[(near.len() - 1) / 2], near[near.len() / 2]);
        let source = format!("median of measured countries of {}", c.subregion);
        let provenance = Some(Provenance { grade: Grade::E, source, pack: String::new(), row: 0 });
        return CountryLevel { value, sd: spread(&near), basis: LevelBasis::Subregion, provenance };
    }
    let world = parameters.country(WORLD).map(|row| &parameters.countries[usize::from(row)]);
    let provenance = world.and_then(|w| w.rate_provenance.clone()).map(|p| Provenance { grade: Grade::E, ..p });
    CountryLevel { value: 0.0, sd: spread(&levels(&mut measured(parameters))), basis: LevelBasis::World, provenance }
}

/// Countries whose rates the level of a country is computed from when it is found in this way, besides the world's.
#[must_use]
pub fn level_countries<'a>(p: &'a Parameters, country: &'a Country, basis: LevelBasis) -> Box<dyn Iterator<Item = &'a Country> + 'a> {
    match basis {
        LevelBasis::OwnRate => Box::new(std::iter::once(country).filter(|c| c.rate.is_some())),
        LevelBasis::Subregion if country.subregion.is_empty() => Box::new(std::iter::empty()),
        LevelBasis::Subregion => Box::new(measured(p).filter(|c| c.subregion == country.subregion)),
        LevelBasis::Poverty => Box::new(measured(p).filter(|c| c.poverty.is_some())),
        LevelBasis::OwnBase | LevelBasis::IncomeGroup | LevelBasis::World => Box::new(std::iter::empty()),
    }
}

/// Measured countries that stand for ones that were not measured.
fn measured(p: &Parameters) -> impl Iterator<Item = &Country> {
    p.countries.iter().filter(|c| c.iso3 != WORLD && c.income_group != "high" && c.rate.is_some())
}

/// Level by the least-squares line of levels on the root of the poverty headcount, over measured countries that are not high-income;
/// the spread is that of one more point on the line.
fn from_poverty(parameters: &Parameters, country: &Country, shift: &impl Fn(f64) -> f64) -> Option<CountryLevel> {
    let at = country.poverty?.sqrt();
    let countries = level_countries(parameters, country, LevelBasis::Poverty);
    let points: Vec<(f64, f64)> = countries.filter_map(|o| Some((o.poverty?.sqrt(), shift(o.rate?)))).collect();
    let n = points.len() as f64;
    let (x, y) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let width: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    if points.len() < LINE_OF_AT_LEAST || width <= 0.0 {
        return None;
    }
    let slope = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / width;
    let value = y + slope * (at - x);
    let rest = points.iter().map(|p| (p.1 - y - slope * (p.0 - x)).powi(2)).sum::<f64>() / (n - 2.0);
    let sd = (rest * (1.0 + 1.0 / n + (at - x).powi(2) / width)).sqrt();
    let own = country.poverty_provenance.as_ref();
    let source = format!("poverty ({}), fitted to {} measured countries", own.map_or("", |p| p.source.as_str()), points.len());
    let provenance =
        Some(Provenance { grade: Grade::D, source, pack: own.map_or(String::new(), |p| p.pack.clone()), row: own.map_or(0, |p| p.row) });
    Some(CountryLevel { value, sd, basis: LevelBasis::Poverty, provenance })
}

/// Spread of one more country around the median of these: their standard deviation, and the error of the median, π/2n of its square.
fn unmeasured(levels: &[f64]) -> f64 {
    let n = levels.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let mean = levels.iter().sum::<f64>() / n;
    let variance = levels.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (variance * (1.0 + std::f64::consts::FRAC_PI_2 / n)).sqrt()
}
