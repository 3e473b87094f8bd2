//! The rows of (2.1).

use nalgebra::DMatrix;

use crate::parameters::{Parameters, Place, SurveyKind};
use crate::risk::logit::{expit, logit};

/// Where a row was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// An area, by its place in [`AreaData::areas`].
    Area(usize),
    /// A province, by its place in [`AreaData::provinces`].
    Province(usize),
}

/// One observation, y = logit of a published rate.
#[derive(Debug, Clone)]
pub struct AreaRow {
    /// Row in [`Parameters::surveys`].
    pub survey: usize,
    /// Row in the survey's observations.
    pub observation: usize,
    /// What the survey measures.
    pub kind: SurveyKind,
    /// Where.
    pub at: At,
    /// Share of children.
    pub rate: f64,
    /// logit of the rate, clamped to [0.5/(n+1), 1 − 0.5/(n+1)].
    pub y: f64,
    /// ψ: sampling variance of y.
    pub psi: f64,
    /// True when the sample size is not published.
    pub sample_assumed: bool,
}

/// Everything a fit needs.
#[derive(Debug, Clone)]
pub struct AreaData {
    /// Districts that are estimated, as rows of [`Parameters::districts`]; parts of another district are not.
    pub areas: Vec<usize>,
    /// Province names.
    pub provinces: Vec<String>,
    /// Province of each area.
    pub province: Vec<usize>,
    /// People of each area.
    pub population: Vec<f64>,
    /// Standardised covariates of each area; a missing one is its province's mean.
    pub z: Vec<Vec<f64>>,
    /// Which covariates are missing.
    pub missing: Vec<Vec<bool>>,
    /// S: covariance of the covariates inside provinces.
    pub covariance: DMatrix<f64>,
    /// Observations: of areas in order of area, then of provinces.
    pub rows: Vec<AreaRow>,
    /// Surveys of any work, rows of [`Parameters::surveys`].
    pub any_work: Vec<usize>,
    /// Surveys of another definition, rows of [`Parameters::surveys`].
    pub other: Vec<usize>,
    /// Spread between definitions.
    pub definition_error: f64,
    /// Scale of the half-normal prior on τ.
    pub province_scale: f64,
    /// Scale of the half-normal prior on σ_v.
    pub district_scale: f64,
}

impl AreaData {
    /// Collects the rows of a country; `None` when no survey of child labour covers it.
    #[must_use]
    pub fn new(parameters: &Parameters, country: u16) -> Option<Self> {
        let c = &parameters.coefficients;
        let districts = &parameters.districts;
        let areas: Vec<usize> =
            (0..districts.len()).filter(|&d| districts[d].country == country && districts[d].parent.is_none()).collect();
        let mut provinces: Vec<String> = areas.iter().map(|&d| districts[d].province.clone()).collect();
        provinces.sort();
        provinces.dedup();
        let province: Vec<usize> =
            areas.iter().map(|&d| provinces.iter().position(|p| *p == districts[d].province).unwrap_or_default()).collect();
        let mut rows = Vec::new();
        let (mut any_work, mut other) = (Vec::new(), Vec::new());
        for (survey, s) in parameters.surveys.iter().enumerate().filter(|(_, s)| s.country == country) {
            match s.kind {
                SurveyKind::AnyWork => any_work.push(survey),
                SurveyKind::OtherDefinition => other.push(survey),
                SurveyKind::Reference => {}
            }
            for (observation, o) in s.observations.iter().enumerate() {
                let at = match &o.place {
                    Place::District(d) => areas.iter().position(|a| a == &usize::from(*d)).map(At::Area),
                    Place::Province(name) => provinces.iter().position(|p| p == name).map(At::Province),
                };
                let Some(at) = at else { continue };
                let known = o.sample.map(|n| n / c.survey_design_effect.mean);
                let mut n = known.unwrap_or(c.survey_effective_sample.mean);
                if o.copied {
                    n /= 2.0;
                }
                let edge = 0.5 / (n + 1.0);
                let p = o.rate.clamp(edge, 1.0 - edge);
                let psi = 1.0 / (n * p * (1.0 - p));
                rows.push(AreaRow {
                    survey,
                    observation,
                    kind: s.kind,
                    at,
                    rate: o.rate,
                    y: logit(p),
                    psi,
                    sample_assumed: known.is_none(),
                });
            }
        }
        if !rows.iter().any(|r| r.kind != SurveyKind::AnyWork) {
            return None;
        }
        rows.sort_by_key(|r| match r.at {
            At::Area(a) => (0, a),
            At::Province(p) => (1, p),
        });
        let (z, missing, covariance) = covariates(parameters, country, &areas, &province, provinces.len());
        Some(Self {
            population: areas.iter().map(|&d| districts[d].population.unwrap_or(0.0)).collect(),
            areas,
            provinces,
            province,
            z,
            missing,
            covariance,
            rows,
            any_work,
            other,
            definition_error: c.survey_definition_error.mean,
            province_scale: c.area_province_scale.mean,
            district_scale: c.area_district_scale.mean,
        })
    }

    /// Areas of a province.
    pub fn areas_of(&self, province: usize) -> impl Iterator<Item = usize> {
        self.province.iter().enumerate().filter(move |(_, p)| **p == province).map(|(a, _)| a)
    }

    /// logit of the population-weighted rate over areas, and its derivative by the log-odds of each: what an observation of the
    /// whole says of its parts. Areas without a population count nothing.
    #[must_use]
    pub fn whole(&self, areas: &[usize], log_odds: &[f64]) -> (f64, Vec<f64>) {
        let people: f64 = areas.iter().map(|&a| self.population[a]).sum();
        let weight = |a: usize| if people > 0.0 { self.population[a] / people } else { 1.0 / areas.len() as f64 };
        let rate: f64 = areas.iter().map(|&a| weight(a) * expit(log_odds[a])).sum();
        let slope = |a: usize| {
            let p = expit(log_odds[a]);
            weight(a) * p * (1.0 - p) / (rate * (1.0 - rate))
        };
        (logit(rate), areas.iter().map(|&a| slope(a)).collect())
    }
}

/// Standardised covariates, which of them are missing, and their covariance inside provinces.
fn covariates(
    parameters: &Parameters,
    country: u16,
    areas: &[usize],
    province: &[usize],
    provinces: usize,
) -> (Vec<Vec<f64>>, Vec<Vec<bool>>, DMatrix<f64>) {
    let columns: Vec<_> = parameters.area_covariates.iter().filter(|c| c.country == country).collect();
    let mut z = vec![vec![0.0; columns.len()]; areas.len()];
    let mut missing = vec![vec![false; columns.len()]; areas.len()];
    for (k, column) in columns.iter().enumerate() {
        let value = |a: usize| column.values.get(areas[a]).and_then(|v| v.as_ref().map(|v| v.value));
        let mean_of = |of: &dyn Fn(usize) -> bool| {
            let known: Vec<f64> = (0..areas.len()).filter(|&a| of(a)).filter_map(value).collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        };
        let Some(mean) = mean_of(&|_| true) else {
            for m in &mut missing {
                m[k] = true;
            }
            continue;
        };
        let known: Vec<f64> = (0..areas.len()).filter_map(value).collect();
        let sd = (known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / known.len() as f64).sqrt();
        let within: Vec<f64> = (0..provinces).map(|p| mean_of(&|a| province[a] == p).unwrap_or(mean)).collect();
        for a in 0..areas.len() {
            missing[a][k] = value(a).is_none();
            z[a][k] = if sd > 0.0 { (value(a).unwrap_or(within[province[a]]) - mean) / sd } else { 0.0 };
        }
    }
    let complete: Vec<usize> = (0..areas.len()).filter(|&a| !missing[a].contains(&true)).collect();
    let mut covariance = DMatrix::zeros(columns.len(), columns.len());
    let mut freedom = 0.0;
    for p in 0..provinces {
        let own: Vec<usize> = complete.iter().copied().filter(|&a| province[a] == p).collect();
        if own.len() < 2 {
            continue;
        }
        freedom += own.len() as f64 - 1.0;
        let mean = |k: usize| own.iter().map(|&a| z[a][k]).sum::<f64>() / own.len() as f64;
        for i in 0..columns.len() {
            for j in 0..columns.len() {
                let (mi, mj) = (mean(i), mean(j));
                covariance[(i, j)] += own.iter().map(|&a| (z[a][i] - mi) * (z[a][j] - mj)).sum::<f64>();
            }
        }
    }
    if freedom > 0.0 {
        covariance /= freedom;
    }
    (z, missing, covariance)
}
