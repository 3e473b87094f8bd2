//! What untraced purchases carry: q_s of equation (4.2). Untraced is not clean.

use std::collections::BTreeMap;

use nalgebra::DMatrix;

use crate::error::Result;
use crate::model::{HAZARDS, Role, Site};
use crate::parameters::{Parameters, Recipe};
use crate::risk::base::{Priors, WORLD};

/// Columns of the sector system: prevalence by hazard and sex, labour-weighted prevalence by hazard, labour.
const COLUMNS: usize = 10;

/// Expectation at the place where a rupee of untraced input was added.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Untraced {
    /// q: prevalence by hazard, girls and boys.
    pub prevalence: [[f64; 2]; 3],
    /// Workers per unit of value times prevalence, by hazard.
    pub labour_prevalence: [f64; 3],
    /// Workers per unit of value.
    pub labour: f64,
}

/// q of every (country, sector), for the countries that occur.
#[derive(Debug, Clone)]
pub struct UntracedLevels {
    by_country: BTreeMap<u16, Vec<Untraced>>,
    world: Option<u16>,
}

impl UntracedLevels {
    /// Solves e_s = (1−m_s)θ_s + m_s q_s with q_s = Σ_t r_st e_t + (1 − Σ_t r_st) q̄ for each country.
    ///
    /// q̄ is the employment-weighted mean over sectors. Recipe rows of the country go before rows for any country; rows without a
    /// share part what is left of `recipe_unshared_total` equally. Dense, once per country: about 67³ operations.
    ///
    /// # Errors
    /// A sector without base prevalence.
    pub fn new(parameters: &Parameters, priors: &Priors<'_>, countries: impl Iterator<Item = u16>) -> Result<Self> {
        let mut by_country = BTreeMap::new();
        let world = parameters.country(WORLD);
        for country in countries.chain(world) {
            if let std::collections::btree_map::Entry::Vacant(entry) = by_country.entry(country) {
                entry.insert(solve_country(parameters, priors, country)?);
            }
        }
        Ok(Self { by_country, world })
    }

    /// The country at whose level a site buys untraced: its own, but for a brand, which sells what was made anywhere, the world.
    #[must_use]
    pub fn country_of(&self, site: &Site) -> u16 {
        if site.role == Role::Brand { self.world.unwrap_or(site.country) } else { site.country }
    }

    /// q of what a site buys untraced, see [`UntracedLevels::country_of`].
    #[must_use]
    pub fn of_site(&self, site: &Site) -> Untraced {
        self.get(self.country_of(site), site.sector)
    }

    /// q of a sector in a country; zero for a country that was not asked for.
    #[must_use]
    pub fn get(&self, country: u16, sector: u16) -> Untraced {
        self.by_country.get(&country).and_then(|q| q.get(usize::from(sector))).copied().unwrap_or_default()
    }
}

fn solve_country(parameters: &Parameters, priors: &Priors<'_>, country: u16) -> Result<Vec<Untraced>> {
    let sectors = &parameters.sectors;
    let mut own = DMatrix::<f64>::zeros(sectors.len(), COLUMNS);
    for (s, sector) in sectors.iter().enumerate() {
        let base = priors.sector_base(country, s as u16)?;
        let profile = &sector.profile;
        for h in HAZARDS {
            let h = h.index();
            own[(s, 2 * h)] = base[h] * profile.girls_share.value;
            own[(s, 2 * h + 1)] = base[h] * (1.0 - profile.girls_share.value);
            own[(s, 6 + h)] = base[h] * profile.labour_intensity;
        }
        own[(s, 9)] = profile.labour_intensity;
    }
    let q = untraced(parameters, priors.employment_weights(), country, &own);
    Ok((0..sectors.len())
        .map(|s| Untraced {
            prevalence: [0, 1, 2].map(|h| [q[(s, 2 * h)], q[(s, 2 * h + 1)]]),
            labour_prevalence: [0, 1, 2].map(|h| q[(s, 6 + h)]),
            labour: q[(s, 9)],
        })
        .collect())
}

/// q of each sector (row) by column, from what a sector's own work carries. Linear in `own`: with the identity it gives the weight of
/// each sector in the untraced purchases of another.
#[must_use]
pub fn untraced(parameters: &Parameters, employment: &[f64], country: u16, own: &DMatrix<f64>) -> DMatrix<f64> {
    let n = own.nrows();
    // a plain sum: matrix products use instructions that differ between CPUs
    let mean: Vec<f64> = (0..own.ncols()).map(|k| employment.iter().enumerate().map(|(s, w)| w * own[(s, k)]).sum()).collect();
    let recipes: Vec<Vec<(usize, f64)>> = (0..n).map(|sector| recipe_shares(parameters, country, sector)).collect();
    let known = |s: usize| recipes[s].iter().map(|(_, r)| r).sum::<f64>();
    let mut matrix = DMatrix::<f64>::identity(n, n);
    let mut right = DMatrix::<f64>::zeros(n, own.ncols());
    for (s, sector) in parameters.sectors.iter().enumerate() {
        let m = sector.profile.input_share.clamp(0.0, 1.0 - 1e-9);
        for &(t, r) in &recipes[s] {
            matrix[(s, t)] -= m * r;
        }
        for (k, mean) in mean.iter().enumerate() {
            right[(s, k)] = (1.0 - m) * own[(s, k)] + m * (1.0 - known(s)) * mean;
        }
    }
    // every row keeps some value added, so the matrix is diagonally dominant
    let level = matrix.lu().solve(&right).unwrap_or(right);
    DMatrix::from_fn(n, own.ncols(), |s, k| recipes[s].iter().map(|&(t, r)| r * level[(t, k)]).sum::<f64>() + (1.0 - known(s)) * mean[k])
}

/// r_st of a sector in a country: (input, share), shares summing to at most 1.
pub(crate) fn recipe_shares(parameters: &Parameters, country: u16, sector: usize) -> Vec<(usize, f64)> {
    let mut row: BTreeMap<usize, Option<f64>> = BTreeMap::new();
    for own in [false, true] {
        let here = |r: &&Recipe| if own { r.country == Some(country) } else { r.country.is_none() };
        for recipe in parameters.recipes.iter().filter(|r| usize::from(r.output) == sector).filter(here) {
            row.insert(usize::from(recipe.input), recipe.share);
        }
    }
    let unshared_total = parameters.coefficients.recipe_unshared_total.mean;
    let stated: f64 = row.values().flatten().sum();
    let open = row.values().filter(|r| r.is_none()).count();
    let part = if open > 0 { (unshared_total - stated).max(0.0) / open as f64 } else { 0.0 };
    let scale = if stated > 1.0 { 1.0 / stated } else { 1.0 };
    row.into_iter().map(|(input, share)| (input, share.map_or(part, |s| s * scale))).collect()
}
