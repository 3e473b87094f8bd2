//! Solving (2.1) for given variances: Henderson's equations Q·x = b, Q = prior precision + H'R⁻¹H.
//!
//! The unknowns of one area, (v, c), meet those of others only through the global ones and through observations of whole
//! provinces. So areas are eliminated one by one (2 × 2), then the global system is solved, and provinces are added by Woodbury's
//! identity. Cost of a solve: areas × globals².

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::fit::Variances;
use super::model::{AreaData, AreaRow, At};
use crate::error::{Error, Result};
use crate::parameters::SurveyKind;

/// Prior variance of fixed effects: flat for all purposes, but a covariate that says nothing does not make the system singular.
const FLAT: f64 = 1e4;

/// Places of the global unknowns: intercept, γ, α, u, d, c_p.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    covariates: usize,
    any_work: usize,
    provinces: usize,
    other: usize,
}

impl Layout {
    /// Layout of the unknowns of `data`.
    pub fn new(data: &AreaData) -> Self {
        Self {
            covariates: data.covariance.nrows(),
            any_work: data.any_work.len(),
            provinces: data.provinces.len(),
            other: data.other.len(),
        }
    }

    pub fn gamma(covariate: usize) -> usize {
        1 + covariate
    }

    pub fn alpha(self, survey: usize) -> usize {
        1 + self.covariates + survey
    }

    pub fn province(self, province: usize) -> usize {
        self.alpha(self.any_work) + province
    }

    pub fn definition(self, survey: usize) -> usize {
        self.province(self.provinces) + survey
    }

    pub fn province_concept(self, province: usize) -> usize {
        self.definition(self.other) + province
    }

    pub fn len(self) -> usize {
        self.province_concept(if self.any_work > 0 { self.provinces } else { 0 })
    }
}

/// A vector over all unknowns, or a row of H.
#[derive(Debug, Clone)]
pub struct Column {
    /// (v, c) of each area.
    pub local: Vec<[f64; 2]>,
    /// Global unknowns.
    pub global: DVector<f64>,
}

impl Column {
    pub fn zeros(areas: usize, globals: usize) -> Self {
        Self { local: vec![[0.0; 2]; areas], global: DVector::zeros(globals) }
    }

    pub fn dot(&self, other: &Self) -> f64 {
        let local: f64 = self.local.iter().zip(&other.local).map(|(a, b)| a[0] * b[0] + a[1] * b[1]).sum();
        local + self.global.dot(&other.global)
    }

    pub fn add(&mut self, factor: f64, other: &Self) {
        for (a, b) in self.local.iter_mut().zip(&other.local) {
            a[0] += factor * b[0];
            a[1] += factor * b[1];
        }
        self.global.axpy(factor, &other.global, 1.0);
    }
}

/// One row of H with its observation.
#[derive(Debug, Clone)]
struct Compiled {
    at: At,
    kind: SurveyKind,
    /// Place among the surveys of any work.
    work: usize,
    y: f64,
    psi: f64,
    column: Column,
    /// Globals of the row that are not 0.
    used: Vec<(usize, f64)>,
}

/// The rows of a fit, linearised.
#[derive(Debug, Clone)]
pub struct System<'a> {
    data: &'a AreaData,
    pub layout: Layout,
    rows: Vec<Compiled>,
    /// Variance of v beyond σ_v²: what missing covariates would have said.
    extra: Vec<f64>,
}

/// Row of η of an area.
pub fn level_column(data: &AreaData, layout: Layout, area: usize) -> Column {
    let mut column = Column::zeros(data.areas.len(), layout.len());
    column.local[area][0] = 1.0;
    column.global[0] = 1.0;
    for (k, z) in data.z[area].iter().enumerate() {
        column.global[Layout::gamma(k)] = *z;
    }
    column.global[layout.province(data.province[area])] = 1.0;
    column
}

/// Row of H of an observation, and what linearisation at `log_odds` takes from y.
pub fn row_column(data: &AreaData, layout: Layout, row: &AreaRow, log_odds: &[f64]) -> (Column, f64) {
    let place = |list: &[usize]| list.iter().position(|s| *s == row.survey).unwrap_or_default();
    let (mut column, offset, area, province) = match row.at {
        At::Area(a) => (level_column(data, layout, a), 0.0, Some(a), data.province[a]),
        At::Province(p) => {
            let areas: Vec<usize> = data.areas_of(p).collect();
            let (level, slopes) = data.whole(&areas, log_odds);
            let mut column = Column::zeros(data.areas.len(), layout.len());
            let mut offset = level;
            for (&a, slope) in areas.iter().zip(&slopes) {
                column.add(*slope, &level_column(data, layout, a));
                offset -= slope * log_odds[a];
            }
            (column, offset, None, p)
        }
    };
    match row.kind {
        SurveyKind::Reference => {}
        SurveyKind::OtherDefinition => column.global[layout.definition(place(&data.other))] = 1.0,
        SurveyKind::AnyWork => {
            column.global[layout.alpha(place(&data.any_work))] = 1.0;
            column.global[layout.province_concept(province)] = 1.0;
            if let Some(a) = area {
                column.local[a][1] = 1.0;
            }
        }
    }
    (column, offset)
}

/// Variance of r_ds + e_ds of a row.
pub fn noise(data: &AreaData, kind: SurveyKind, at: At, work: usize, psi: f64, variances: &Variances) -> f64 {
    psi + match (kind, at) {
        (SurveyKind::AnyWork, _) => variances.rounds[work],
        (SurveyKind::OtherDefinition, At::Area(_)) => data.definition_error.powi(2),
        _ => 0.0,
    }
}

impl<'a> System<'a> {
    /// Rows that `keep` keeps, linearised at `log_odds`.
    pub fn new(data: &'a AreaData, keep: &dyn Fn(&AreaRow) -> bool, log_odds: &[f64], extra: Vec<f64>) -> Self {
        let layout = Layout::new(data);
        let rows = data.rows.iter().filter(|r| keep(r)).map(|row| {
            let (column, offset) = row_column(data, layout, row, log_odds);
            let work = data.any_work.iter().position(|s| *s == row.survey).unwrap_or_default();
            let used = column.global.iter().copied().enumerate().filter(|(_, x)| *x != 0.0).collect();
            Compiled { at: row.at, kind: row.kind, work, y: row.y - offset, psi: row.psi, column, used }
        });
        Self { data, layout, rows: rows.collect(), extra }
    }

    /// Solves for given variances.
    pub fn solve(&self, variances: &Variances) -> Result<Solution> {
        let (areas, globals) = (self.data.areas.len(), self.layout.len());
        let d2 = self.data.definition_error.powi(2);
        let mut minus2 = 0.0;
        let mut prior = |variance: f64| {
            minus2 += libm::log(variance);
            1.0 / variance
        };
        let mut eliminated = Vec::with_capacity(areas);
        for extra in &self.extra {
            let v = prior(variances.district + extra);
            eliminated.push(Local { precision: [v, 0.0, prior(variances.concept)], coupling: vec![[0.0; 2]; globals] });
        }
        let mut schur = DMatrix::zeros(globals, globals);
        for g in 0..globals {
            let variance = match g {
                g if g < self.layout.province(0) => FLAT,
                g if g < self.layout.definition(0) => variances.province,
                _ => d2,
            };
            schur[(g, g)] = prior(variance);
        }
        let mut b = Column::zeros(areas, globals);
        let mut square = 0.0;
        let mut provinces: Vec<(&Compiled, f64)> = Vec::new();
        for row in &self.rows {
            let r = noise(self.data, row.kind, row.at, row.work, row.psi, variances);
            minus2 += libm::log(r);
            square += row.y * row.y / r;
            let At::Area(area) = row.at else {
                b.add(row.y / r, &row.column);
                provinces.push((row, r));
                continue;
            };
            let l = row.column.local[area];
            b.local[area][0] += row.y / r * l[0];
            b.local[area][1] += row.y / r * l[1];
            let local = &mut eliminated[area];
            for (p, product) in local.precision.iter_mut().zip([l[0] * l[0], l[0] * l[1], l[1] * l[1]]) {
                *p += product / r;
            }
            for &(g, x) in &row.used {
                b.global[g] += row.y / r * x;
                local.coupling[g][0] += l[0] * x / r;
                local.coupling[g][1] += l[1] * x / r;
                for &(h, y) in &row.used {
                    schur[(g, h)] += x * y / r;
                }
            }
        }
        for local in &mut eliminated {
            minus2 += local.invert();
            local.eliminate(&mut schur);
        }
        let schur = Cholesky::new(schur).ok_or(Error::AreaModel { what: "the global equations are singular" })?;
        minus2 += log_determinant(&schur);
        let mut solution =
            Solution { eliminated, schur, wholes: Vec::new(), correction: None, x: Column::zeros(areas, globals), criterion: 0.0 };
        let wholes: Vec<Column> = provinces.iter().map(|(row, _)| solution.without_wholes(&row.column)).collect();
        if !wholes.is_empty() {
            let t = DMatrix::from_fn(wholes.len(), wholes.len(), |i, j| {
                provinces[i].0.column.dot(&wholes[j]) + if i == j { provinces[i].1 } else { 0.0 }
            });
            let t = Cholesky::new(t).ok_or(Error::AreaModel { what: "the provinces' equations are singular" })?;
            minus2 += log_determinant(&t) - provinces.iter().map(|(_, r)| libm::log(*r)).sum::<f64>();
            solution.correction = Some(t);
            solution.wholes = provinces.iter().zip(wholes).map(|((row, _), w)| (row.column.clone(), w)).collect();
        }
        solution.x = solution.solve(&b);
        let half_normal = |variance: f64, scale: f64| variance / (scale * scale);
        let penalty = half_normal(variances.province, self.data.province_scale) + half_normal(variances.district, self.data.district_scale)
            - 2.0 * libm::log(variances.district);
        solution.criterion = minus2 + square - b.dot(&solution.x) + penalty;
        Ok(solution)
    }
}

/// ln det of a factorised matrix.
fn log_determinant(factor: &Cholesky<f64, Dyn>) -> f64 {
    factor.l_dirty().diagonal().iter().map(|d| 2.0 * libm::log(*d)).sum()
}

/// One area's block: its own 2 × 2 precision (its inverse after [`Local::invert`]) and its coupling to the globals.
#[derive(Debug, Clone)]
struct Local {
    precision: [f64; 3],
    coupling: Vec<[f64; 2]>,
}

impl Local {
    /// Inverts the block; returns ln det of the precision.
    fn invert(&mut self) -> f64 {
        let [a, b, c] = self.precision;
        let determinant = a * c - b * b;
        self.precision = [c / determinant, -b / determinant, a / determinant];
        libm::log(determinant)
    }

    fn times_inverse(&self, x: [f64; 2]) -> [f64; 2] {
        let [a, b, c] = self.precision;
        [a * x[0] + b * x[1], b * x[0] + c * x[1]]
    }

    fn eliminate(&self, schur: &mut DMatrix<f64>) {
        let used: Vec<usize> = (0..self.coupling.len()).filter(|&g| self.coupling[g].iter().any(|x| *x != 0.0)).collect();
        for &g in &used {
            let k = self.times_inverse(self.coupling[g]);
            for &h in &used {
                schur[(h, g)] -= self.coupling[h][0] * k[0] + self.coupling[h][1] * k[1];
            }
        }
    }
}

/// A solved system.
#[derive(Debug, Clone)]
pub struct Solution {
    eliminated: Vec<Local>,
    schur: Cholesky<f64, Dyn>,
    /// Rows of provinces and Q₀⁻¹ times them.
    wholes: Vec<(Column, Column)>,
    correction: Option<Cholesky<f64, Dyn>>,
    /// Best linear unbiased predictions.
    pub x: Column,
    /// −2 ln restricted likelihood, penalties included, up to a constant.
    pub criterion: f64,
}

impl Solution {
    /// Q⁻¹ times a column.
    pub fn solve(&self, rhs: &Column) -> Column {
        let mut x = self.without_wholes(rhs);
        if let Some(correction) = &self.correction {
            let t = DVector::from_iterator(self.wholes.len(), self.wholes.iter().map(|(row, _)| row.dot(&x)));
            let t = correction.solve(&t);
            for ((_, whole), t) in self.wholes.iter().zip(t.iter()) {
                x.add(-t, whole);
            }
        }
        x
    }

    /// Q₀⁻¹ times a column, Q₀ without the observations of provinces.
    fn without_wholes(&self, rhs: &Column) -> Column {
        let mut global = rhs.global.clone();
        for (local, r) in self.eliminated.iter().zip(&rhs.local) {
            if r.iter().any(|x| *x != 0.0) {
                let k = local.times_inverse(*r);
                for (g, b) in global.iter_mut().zip(&local.coupling) {
                    *g -= b[0] * k[0] + b[1] * k[1];
                }
            }
        }
        let global = self.schur.solve(&global);
        let back = |(local, r): (&Local, &[f64; 2])| {
            let mut rest = *r;
            for (b, g) in local.coupling.iter().zip(global.iter()) {
                rest[0] -= b[0] * g;
                rest[1] -= b[1] * g;
            }
            local.times_inverse(rest)
        };
        Column { local: self.eliminated.iter().zip(&rhs.local).map(back).collect(), global }
    }
}
