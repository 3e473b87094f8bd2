//! Base prevalence and intercepts of a sector in a country: equations (1.1) to (1.3), centred.

use std::collections::BTreeMap;

use super::centring::Spread;
use super::district::{AreaLevel, DistrictEffects};
use super::level::{CountryLevel, country_level};
use super::logit::{expit, logit};
use crate::error::{Error, Result};
use crate::model::CONDITIONS;
use crate::parameters::{Coefficients, Parameters, Provenance, SectorProfile, sector_weights};

/// Code of the row that stands for the world.
pub const WORLD: &str = "WLD";

/// How the level of a country was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelBasis {
    /// The pack has a base for this country and sector.
    OwnBase,
    /// From the country's published rate.
    OwnRate,
    /// The rate judged for its income group.
    IncomeGroup,
    /// From its poverty, as that goes with the rates of measured countries.
    Poverty,
    /// Median of measured countries of its sub-region.
    Subregion,
    /// Nothing nearer than the world.
    World,
}

impl LevelBasis {
    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            LevelBasis::OwnBase => "own_base",
            LevelBasis::OwnRate => "own_rate",
            LevelBasis::IncomeGroup => "income_group",
            LevelBasis::Poverty => "poverty",
            LevelBasis::Subregion => "subregion",
            LevelBasis::World => "world",
        }
    }
}

/// Levels of a sector in a country, before conditions.
#[derive(Debug, Clone)]
pub struct Levels {
    /// Row of the base in [`Parameters::bases`].
    pub base_row: usize,
    /// logit of the base row.
    pub logit_base: f64,
    /// Spread of the base row, log-odds.
    pub base_sd: f64,
    /// Country level against the world, log-odds.
    pub country_level: f64,
    /// Spread of the country level, log-odds.
    pub country_sd: f64,
    /// Spread of the country level and, on a reference row, of the listing, log-odds.
    pub level_sd: f64,
    /// How the level was found.
    pub level_basis: LevelBasis,
    /// Where the country's rate comes from.
    pub level_provenance: Option<Provenance>,
    /// Listed for child labour, against the mean of the country's sectors; 0 for a country's own base.
    pub listed: f64,
    /// Listing term on child labour.
    pub listing: f64,
    /// b: base prevalence in this country.
    pub base: f64,
    /// logit of the forced share.
    pub logit_forced: f64,
    /// Spread of the forced share, log-odds.
    pub forced_sd: f64,
    /// Listed for forced child labour, as `listed`.
    pub forced_listed: f64,
    /// Listing term on forced labour.
    pub forced_listing: f64,
    /// f: forced share in this country.
    pub forced: f64,
}

/// A sector in a country: what every site in it starts from.
#[derive(Debug, Clone)]
pub struct SectorPrior {
    /// Levels before conditions.
    pub levels: Levels,
    /// α − logit b.
    pub centring: f64,
    /// α_FL − logit f.
    pub forced_centring: f64,
    /// h: hazardous share.
    pub hazardous_share: f64,
    /// φ: girls' share.
    pub girls_share: f64,
    /// Share of the people of the area that b refers to who live in calamity-hit districts.
    pub calamity_share: f64,
    /// η̄_A: child-labour log-odds of the area that b refers to (2.3); `None` when the country has no small-area estimates.
    pub area_level: Option<f64>,
}

/// Sector priors of the (country, sector) pairs that occur, built on demand.
#[derive(Debug)]
pub struct Priors<'a> {
    parameters: &'a Parameters,
    districts: &'a DistrictEffects,
    bases: BTreeMap<(Option<u16>, u16), usize>,
    listed: BTreeMap<(u16, u16), (bool, bool)>,
    weights: Vec<f64>,
    world_rate: f64,
}

impl<'a> Priors<'a> {
    /// Indexes the parameters.
    ///
    /// # Errors
    /// [`Error::MissingParameter`] when the packs have no row `WLD` with a rate.
    pub fn new(parameters: &'a Parameters, districts: &'a DistrictEffects) -> Result<Self> {
        let bases = parameters.bases.iter().enumerate().map(|(row, b)| ((b.country, b.sector), row)).collect();
        let mut listed: BTreeMap<(u16, u16), (bool, bool)> = BTreeMap::new();
        for l in &parameters.listings {
            let entry = listed.entry((l.country, l.sector)).or_default();
            entry.0 |= l.child_labour;
            entry.1 |= l.forced_child_labour;
        }
        let world_rate = parameters
            .country(WORLD)
            .and_then(|row| parameters.countries[usize::from(row)].rate)
            .ok_or_else(|| Error::MissingParameter { name: "countries.csv: child_labour_rate of WLD".to_owned() })?;
        let weights = sector_weights(parameters);
        Ok(Self { parameters, districts, bases, listed, weights, world_rate })
    }

    /// The row of the base for a sector in a country: its own, else the reference.
    #[must_use]
    pub fn base_row(&self, country: u16, sector: u16) -> Option<(usize, bool)> {
        let own = self.bases.get(&(Some(country), sector)).map(|&row| (row, true));
        own.or_else(|| self.bases.get(&(None, sector)).map(|&row| (row, false)))
    }

    /// Level of a country against the world in log-odds of the published child-labour rates.
    #[must_use]
    pub fn country_level(&self, country: u16) -> CountryLevel {
        country_level(self.parameters, country, self.world_rate)
    }

    /// The parameters that the priors are made of.
    pub(super) fn parameters(&self) -> &'a Parameters {
        self.parameters
    }

    /// Listing of a sector against the mean listing of its country, (child labour, forced child labour): sums to zero over a country's
    /// workforce, so listings never raise a country.
    fn listing(&self, country: u16, sector: u16) -> (f64, f64) {
        let of = |s: usize| self.listed.get(&(country, s as u16)).copied().unwrap_or_default();
        let indicator = |listed: bool| f64::from(u8::from(listed));
        let mean = |forced: bool| -> f64 {
            let each = self.weights.iter().enumerate();
            each.map(|(s, w)| w * indicator(if forced { of(s).1 } else { of(s).0 })).sum()
        };
        let own = of(usize::from(sector));
        (indicator(own.0) - mean(false), indicator(own.1) - mean(true))
    }

    /// Levels of a sector in a country.
    ///
    /// # Errors
    /// [`Error::MissingBase`] when neither the country nor the reference has a base for the sector.
    pub fn levels(&self, country: u16, sector: u16) -> Result<Levels> {
        let p = self.parameters;
        let c = &p.coefficients;
        let s = &p.sectors[usize::from(sector)];
        let (base_row, own) = self
            .base_row(country, sector)
            .ok_or_else(|| Error::MissingBase { sector: s.id.clone(), country: p.countries[usize::from(country)].iso3.clone() })?;
        let (listed, forced_listed) = self.listing(country, sector);
        let level = if own {
            CountryLevel { value: 0.0, sd: 0.0, basis: LevelBasis::OwnBase, provenance: None }
        } else {
            self.country_level(country)
        };
        // the packs judge a country's own base and forced share with its listings in view: they are not counted twice
        let (listed, forced_listed) = if own { (0.0, 0.0) } else { (listed, forced_listed) };
        let listing = c.beta_listed.mean * listed;
        let listing_sd = c.beta_listed.sd.unwrap_or(0.0) * listed;
        let logit_base = logit(p.bases[base_row].base);
        let logit_forced = logit(s.profile.forced_share.value);
        let forced_listing = c.beta_fl_listed.mean * forced_listed;
        Ok(Levels {
            base_row,
            logit_base,
            base_sd: p.bases[base_row].interval().sd(),
            country_level: level.value,
            country_sd: level.sd,
            level_sd: (level.sd.powi(2) + listing_sd.powi(2)).sqrt(),
            level_basis: level.basis,
            level_provenance: level.provenance,
            listed,
            listing,
            base: expit(logit_base + level.value + listing),
            logit_forced,
            forced_sd: s.profile.forced_share.interval().sd(),
            forced_listed,
            forced_listing,
            forced: expit(logit_forced + forced_listing),
        })
    }

    /// The prior of a sector in a country.
    ///
    /// # Errors
    /// [`Error::MissingBase`] when neither the country nor the reference has a base for the sector.
    ///
    /// Cost: about a millisecond (the centring); call once per pair.
    pub fn prior(&self, country: u16, sector: u16) -> Result<SectorPrior> {
        let levels = self.levels(country, sector)?;
        let c = &self.parameters.coefficients;
        let profile = &self.parameters.sectors[usize::from(sector)].profile;
        let births = &self.districts.countries[usize::from(country)].birth_gaps;
        let area = self.districts.area(self.parameters, country, &self.parameters.bases[levels.base_row].area);
        let (alpha, alpha_forced) =
            intercepts(c, profile, &area, births, [levels.base, levels.forced], &[Spread::default(), Spread::default()], [0.0; 2]);
        Ok(SectorPrior {
            centring: alpha - logit(levels.base),
            forced_centring: alpha_forced - logit(levels.forced),
            hazardous_share: profile.hazardous_share.value,
            girls_share: profile.girls_share.value,
            calamity_share: area.calamity_share,
            area_level: area.log_odds,
            levels,
        })
    }

    /// Base prevalence of each hazard at the sector's usual conditions.
    ///
    /// # Errors
    /// As [`Priors::prior`].
    pub fn sector_base(&self, country: u16, sector: u16) -> Result<[f64; 3]> {
        let levels = self.levels(country, sector)?;
        let h = self.parameters.sectors[usize::from(sector)].profile.hazardous_share.value;
        Ok([levels.base, levels.base * h, levels.base * levels.forced])
    }

    /// Weight of each sector among the employed.
    #[must_use]
    pub fn employment_weights(&self) -> &[f64] {
        &self.weights
    }
}

/// α and α_FL (1.1, 1.2): the intercepts at which the means over a sector's usual conditions are its base and forced share. `empty`
/// is what their distributions begin from; sites' deviations make that of child labour smooth, forced labour has none. `near` are
/// intercepts of a similar case, as distances from the log-odds of its base and share: the search begins there.
#[must_use]
pub fn intercepts(
    c: &Coefficients,
    profile: &SectorProfile,
    area: &AreaLevel,
    birth_gaps: &[(f64, f64)],
    [base, forced]: [f64; 2],
    empty: &[Spread; 2],
    near: [f64; 2],
) -> (f64, f64) {
    // values of many districts first, while the grid is short
    let spread = empty[0].clone().with_values(&scaled(&area.deltas, c.kappa_district_overlap.mean));
    let spread = CONDITIONS.iter().fold(spread, |spread, &k| spread.with_condition(c.beta(k).mean, profile.share(k)));
    let spread = spread.with_condition(c.beta_calamity_district.mean, area.calamity_share).with_normal(c.sigma_site.mean);
    let of_forced = empty[1].clone().with_values(&scaled(birth_gaps, c.beta_fl_birth_registration_gap.mean));
    let of_forced = CONDITIONS.iter().fold(of_forced, |spread, &k| match c.beta_forced(k) {
        Some(beta) => spread.with_condition(beta.mean, profile.share(k)),
        None => spread,
    });
    (spread.intercept_from(base, near[0]), of_forced.intercept_from(forced, near[1]))
}

fn scaled(values: &[(f64, f64)], factor: f64) -> Vec<(f64, f64)> {
    values.iter().map(|&(w, x)| (w, factor * x)).collect()
}
