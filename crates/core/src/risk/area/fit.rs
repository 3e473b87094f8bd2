//! (2.2): variances by restricted maximum likelihood, predictions given them.

use argmin::core::{CostFunction, Executor, State};
use argmin::solver::neldermead::NelderMead;

use super::model::{AreaData, AreaRow, At};
use super::solver::{Column, Layout, Solution, System, level_column, noise, row_column};
use crate::error::{Error, Result};
use crate::parameters::SurveyKind;
use crate::risk::logit::logit;

/// Variance components, log-odds squared.
#[derive(Debug, Clone, PartialEq)]
pub struct Variances {
    /// τ²: provinces around the covariates.
    pub province: f64,
    /// σ_v²: districts around covariates and province.
    pub district: f64,
    /// ω²: any work around child labour, the same in all rounds.
    pub concept: f64,
    /// σ_s² of each survey of any work.
    pub rounds: Vec<f64>,
}

/// Standard deviations the search may reach: below the first, a component is as good as absent.
const SD: [f64; 2] = [0.02, 3.0];

impl Variances {
    /// From logarithms of standard deviations.
    fn from_search(x: &[f64]) -> Self {
        let variance = |k: usize| x.get(k).map_or(SD[0], |x| libm::exp(*x).clamp(SD[0], SD[1])).powi(2);
        Self { province: variance(0), district: variance(1), concept: variance(2), rounds: (3..x.len()).map(variance).collect() }
    }
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct AreaFit {
    /// REML estimates.
    pub variances: Variances,
    /// η̂: log-odds of each area.
    pub level: Vec<f64>,
    /// Variance of each η̂ given the variances.
    pub level_variance: Vec<f64>,
    extra: Vec<f64>,
    solution: Solution,
}

/// Rounds of linearisation; Pakistan needs 5.
const ROUNDS: usize = 30;
/// Rounds in which the variances are searched anew.
const SEARCHES: usize = 3;

/// Fits all rows.
///
/// # Errors
/// [`Error::AreaModel`] when the equations cannot be solved.
pub fn fit(data: &AreaData) -> Result<AreaFit> {
    fit_rows(data, &|_| true)
}

/// Fits the rows that `keep` keeps.
///
/// # Errors
/// As [`fit`].
pub fn fit_rows(data: &AreaData, keep: &dyn Fn(&AreaRow) -> bool) -> Result<AreaFit> {
    let known: Vec<f64> = data.rows.iter().filter(|r| keep(r) && r.kind != SurveyKind::AnyWork).map(|r| r.rate).collect();
    if known.is_empty() {
        return Err(Error::AreaModel { what: "no observation of child labour is left" });
    }
    let start = logit(known.iter().sum::<f64>() / known.len() as f64);
    let mut level = vec![start; data.areas.len()];
    let mut extra = vec![0.0; data.areas.len()];
    let work = if data.any_work.is_empty() { 0 } else { 1 + data.any_work.len() };
    let mut search = vec![libm::log(0.3); 2 + work];
    for round in 0..ROUNDS {
        let system = System::new(data, keep, &level, extra.clone());
        if round < SEARCHES {
            search = best(&system, &search)?;
        }
        let variances = Variances::from_search(&search);
        let solution = system.solve(&variances)?;
        let columns: Vec<Column> = (0..data.areas.len()).map(|a| level_column(data, system.layout, a)).collect();
        let next: Vec<f64> = columns.iter().map(|c| c.dot(&solution.x)).collect();
        let moved = next.iter().zip(&level).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let gamma: Vec<f64> = (0..data.covariance.nrows()).map(|k| solution.x.global[Layout::gamma(k)]).collect();
        if round >= SEARCHES && moved < 1e-9 {
            let level_variance = columns.iter().map(|c| c.dot(&solution.solve(c))).collect();
            return Ok(AreaFit { variances, level, level_variance, extra, solution });
        }
        level = next;
        // what missing covariates would have said is held once the variances are
        if round < SEARCHES {
            extra = (0..data.areas.len()).map(|a| missing_variance(data, a, &gamma)).collect();
        }
    }
    Err(Error::AreaModel { what: "the provinces' rates and their districts' do not settle" })
}

/// γ'Sγ over the missing covariates of an area.
fn missing_variance(data: &AreaData, area: usize, gamma: &[f64]) -> f64 {
    let missing = |k: usize| if data.missing[area][k] { gamma[k] } else { 0.0 };
    let pairs = (0..gamma.len()).flat_map(|i| (0..gamma.len()).map(move |j| (i, j)));
    pairs.map(|(i, j)| missing(i) * data.covariance[(i, j)] * missing(j)).sum::<f64>().max(0.0)
}

struct Restricted<'a, 'b>(&'a System<'b>);

impl CostFunction for Restricted<'_, '_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> std::result::Result<f64, argmin::core::Error> {
        // outside the range a component is held at its edge; the search is drawn back inside
        let outside: f64 = x.iter().map(|x| (libm::log(SD[0]) - x).max(x - libm::log(SD[1])).max(0.0)).sum();
        Ok(self.0.solve(&Variances::from_search(x)).map_or(f64::INFINITY, |s| s.criterion) + outside)
    }
}

/// Nelder–Mead over the logarithms of the standard deviations.
fn best(system: &System<'_>, start: &[f64]) -> Result<Vec<f64>> {
    let failed = Error::AreaModel { what: "the restricted likelihood has no maximum" };
    let corner = |k: usize| {
        let mut x = start.to_vec();
        if let Some(x) = k.checked_sub(1).and_then(|k| x.get_mut(k)) {
            *x += 0.25;
        }
        x
    };
    let simplex = (0..=start.len()).map(corner).collect();
    let solver = NelderMead::new(simplex).with_sd_tolerance(1e-7).map_err(|_| failed.clone())?;
    let run = Executor::new(Restricted(system), solver).configure(|state| state.max_iters(400)).ctrlc(false).run();
    let run = run.map_err(|_| failed.clone())?;
    run.state().get_best_param().cloned().ok_or(failed)
}

impl AreaFit {
    /// What a row would be seen to be: mean and variance of y, sampling included. For a row that was held out.
    #[must_use]
    pub fn predict(&self, data: &AreaData, row: &AreaRow) -> (f64, f64) {
        let layout = Layout::new(data);
        let (column, offset) = row_column(data, layout, row, &self.level);
        let work = data.any_work.iter().position(|s| *s == row.survey).unwrap_or_default();
        let variance = column.dot(&self.solution.solve(&column)) + noise(data, row.kind, row.at, work, row.psi, &self.variances);
        (offset + column.dot(&self.solution.x), variance)
    }

    /// Mean and variance of the log-odds of a whole: the population-weighted rate over areas.
    #[must_use]
    pub fn whole(&self, data: &AreaData, areas: &[usize]) -> (f64, f64) {
        let layout = Layout::new(data);
        let (level, slopes) = data.whole(areas, &self.level);
        let mut column = Column::zeros(data.areas.len(), layout.len());
        for (&a, slope) in areas.iter().zip(&slopes) {
            column.add(*slope, &level_column(data, layout, a));
        }
        (level, column.dot(&self.solution.solve(&column)))
    }

    /// z'γ + u: what covariates and province say of an area without its own surveys' rest v.
    #[must_use]
    pub fn synthetic(&self, data: &AreaData, area: usize) -> f64 {
        let layout = Layout::new(data);
        let mut column = level_column(data, layout, area);
        column.local[area][0] = 0.0;
        column.dot(&self.solution.x)
    }

    /// Part of an area's estimate that its own surveys of child labour make: Σ ∂η̂/∂y over its rows.
    #[must_use]
    pub fn weight(&self, data: &AreaData, area: usize) -> f64 {
        let layout = Layout::new(data);
        let influence = self.solution.solve(&level_column(data, layout, area));
        let own = data.rows.iter().filter(|r| r.at == At::Area(area) && r.kind != SurveyKind::AnyWork);
        own.map(|row| {
            let (column, _) = row_column(data, layout, row, &self.level);
            column.dot(&influence) / noise(data, row.kind, row.at, 0, row.psi, &self.variances)
        })
        .fold(0.0, |sum, x| sum + x)
    }

    /// Intercept, γ per covariate, α per survey of any work, u per province, d per survey of another definition: (estimate, sd).
    #[must_use]
    pub fn globals(&self, data: &AreaData) -> Globals {
        let layout = Layout::new(data);
        let at = |g: usize| {
            let mut column = Column::zeros(data.areas.len(), layout.len());
            column.global[g] = 1.0;
            (self.solution.x.global[g], column.dot(&self.solution.solve(&column)).max(0.0).sqrt())
        };
        Globals {
            intercept: at(0),
            gamma: (0..data.covariance.nrows()).map(|k| at(Layout::gamma(k))).collect(),
            any_work: (0..data.any_work.len()).map(|s| at(layout.alpha(s))).collect(),
            provinces: (0..data.provinces.len()).map(|p| at(layout.province(p))).collect(),
            definitions: (0..data.other.len()).map(|s| at(layout.definition(s))).collect(),
        }
    }

    /// Variance that missing covariates add to an area.
    #[must_use]
    pub fn missing_variance(&self, area: usize) -> f64 {
        self.extra[area]
    }
}

/// Global effects, each with its standard deviation, in log-odds.
#[derive(Debug, Clone)]
pub struct Globals {
    /// Intercept.
    pub intercept: (f64, f64),
    /// γ of each covariate.
    pub gamma: Vec<(f64, f64)>,
    /// α of each survey of any work.
    pub any_work: Vec<(f64, f64)>,
    /// u of each province.
    pub provinces: Vec<(f64, f64)>,
    /// d of each survey of another definition.
    pub definitions: Vec<(f64, f64)>,
}
