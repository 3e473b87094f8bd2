//! Centring of equation (1.1): the base prevalence of a sector already is the average over its usual
//! conditions, so the intercept α is the one for which the mean over those conditions returns the base.

use super::logit::{expit, logit};
use crate::draws::lanes;
use crate::network::kernel::{Kernel, dispatch};

/// Grid step in log-odds.
const STEP: f64 = 1.0 / 64.0;

/// Grid step where an error of 2e-4 of the mean does not matter: one draw of many.
const COARSE: f64 = 1.0 / 12.0;

/// Standard deviations to which a normal term reaches; where an error of 2e-4 does not matter.
const REACH: f64 = 8.0;
const REACH_OF_DRAW: f64 = 6.0;

/// Distribution of a sum of independent terms in log-odds, as masses on a grid.
///
/// A value between two grid points is put on three of them so that mass, mean and variance are kept; the
/// error in a smooth mean is then of third order in the step (below 1e-7, tested; 2e-4 of the mean with the coarse step).
#[derive(Debug, Clone)]
pub struct Spread {
    step: f64,
    origin: f64,
    masses: Vec<f64>,
    /// Means are taken grid points side by side.
    wide: bool,
}

impl Default for Spread {
    fn default() -> Self {
        Self { step: STEP, origin: 0.0, masses: vec![1.0], wide: false }
    }
}

impl Spread {
    /// Nothing yet, for one draw of many: quicker functions, and a coarse grid where the sum is smooth.
    #[must_use]
    pub fn of_draw(smooth: bool) -> Self {
        Self { step: if smooth { COARSE } else { STEP }, wide: true, ..Self::default() }
    }

    /// Adds a centred Bernoulli term β·(x − p) with x ~ Bernoulli(p).
    #[must_use]
    pub fn with_condition(self, beta: f64, p: f64) -> Self {
        if beta == 0.0 || p <= 0.0 || p >= 1.0 {
            return self;
        }
        self.with_values(&[(1.0 - p, -p * beta), (p, (1.0 - p) * beta)])
    }

    /// Adds a term that takes each value with its weight; weights are normalised, an empty list adds nothing.
    #[must_use]
    pub fn with_values(self, values: &[(f64, f64)]) -> Self {
        let total: f64 = values.iter().map(|v| v.0).sum();
        if values.is_empty() || total <= 0.0 {
            return self;
        }
        let low = values.iter().map(|v| v.1).fold(f64::INFINITY, f64::min);
        let high = values.iter().map(|v| v.1).fold(f64::NEG_INFINITY, f64::max);
        let Self { step, wide, .. } = self;
        let width = ((high - low) / step).ceil() as usize + 3;
        let mut masses = vec![0.0; self.masses.len() + width];
        for &(weight, value) in values {
            let shift = (value - low) / step + 1.0;
            let nearest = shift.round();
            let t = shift - nearest;
            let k = nearest as usize;
            let parts = [t * (t - 1.0) / 2.0, 1.0 - t * t, t * (t + 1.0) / 2.0];
            for (d, part) in parts.iter().enumerate() {
                add_scaled(&mut masses[k + d - 1..], part * weight / total, &self.masses);
            }
        }
        Self { step, origin: self.origin + low - step, masses, wide }
    }

    /// Adds a normal term of mean 0.
    #[must_use]
    pub fn with_normal(self, sd: f64) -> Self {
        // below a step the grid cannot resolve a normal; three points keep its variance
        let step = self.step;
        if sd < step {
            let mass = (sd / step).powi(2) / 2.0;
            return self.with_values(&[(mass, -step), (1.0 - 2.0 * mass, 0.0), (mass, step)]);
        }
        let reach = (if self.wide { REACH_OF_DRAW } else { REACH } * sd / step).ceil() as i32;
        let weights: Vec<f64> = (-reach..=reach)
            .map(|k| {
                let z = f64::from(k) * step / sd;
                if self.wide { lanes::exp(-z * z / 2.0) } else { libm::exp(-z * z / 2.0) }
            })
            .collect();
        let total: f64 = weights.iter().sum();
        let mut masses = vec![0.0; self.masses.len() + weights.len() - 1];
        for (j, mass) in self.masses.iter().enumerate() {
            add_scaled(&mut masses[j..], mass / total, &weights);
        }
        Self { step, origin: self.origin - f64::from(reach) * step, masses, wide: self.wide }
    }

    /// Mean of expit(α + term), and its derivative in α.
    fn mean_and_slope(&self, alpha: f64) -> (f64, f64) {
        if self.wide {
            return dispatch(MeanAndSlope { spread: self, alpha });
        }
        let mut sums = (0.0, 0.0);
        for (k, mass) in self.masses.iter().enumerate() {
            let p = expit(alpha + self.origin + k as f64 * self.step);
            sums = (sums.0 + mass * p, sums.1 + mass * p * (1.0 - p));
        }
        sums
    }

    /// The intercept α at which the mean is `base`, to 1e-12 in α, of a draw 1e-9: Newton's method, and bisection where it would leave the
    /// bracket.
    #[must_use]
    pub fn intercept(&self, base: f64) -> f64 {
        self.intercept_from(base, 0.0)
    }

    /// [`Spread::intercept`], sought from a distance from the base's log-odds on.
    #[must_use]
    pub fn intercept_from(&self, base: f64, distance: f64) -> f64 {
        let (mut low, mut high) = (logit(base) - 20.0, logit(base) + 20.0);
        let mut alpha = logit(base) + distance.clamp(-10.0, 10.0);
        // what is left after a step is its square
        let enough = if self.wide { 1e-5 } else { 1e-12 };
        for _ in 0..200 {
            let (mean, slope) = self.mean_and_slope(alpha);
            if mean < base {
                low = alpha;
            } else {
                high = alpha;
            }
            let newton = alpha - (mean - base) / slope;
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            let moved = (next - alpha).abs();
            alpha = next;
            if moved <= enough * (1.0 + alpha.abs()) {
                break;
            }
        }
        alpha
    }
}

/// Adds `factor` times some masses to the first of others.
fn add_scaled(to: &mut [f64], factor: f64, masses: &[f64]) {
    for (to, mass) in to.iter_mut().zip(masses) {
        *to += factor * mass;
    }
}

/// Mean and slope, points of the grid side by side; points are added up lane by lane, and the lanes in their order.
struct MeanAndSlope<'a> {
    spread: &'a Spread,
    alpha: f64,
}

impl Kernel for MeanAndSlope<'_> {
    type Out = (f64, f64);

    #[inline(always)]
    fn run(self) -> (f64, f64) {
        let Spread { step, origin, masses, .. } = self.spread;
        let (mut mean, mut slope) = ([0.0; lanes::L], [0.0; lanes::L]);
        let (chunks, rest) = masses.as_chunks::<{ lanes::L }>();
        let mut add = |at: usize, masses: &lanes::F| {
            for k in 0..lanes::L {
                let p = lanes::expit(self.alpha + origin + (at + k) as f64 * step);
                mean[k] += masses[k] * p;
                slope[k] += masses[k] * p * (1.0 - p);
            }
        };
        for (chunk, masses) in chunks.iter().enumerate() {
            add(chunk * lanes::L, masses);
        }
        let mut last = [0.0; lanes::L];
        last[..rest.len()].copy_from_slice(rest);
        add(chunks.len() * lanes::L, &last);
        (mean.iter().sum(), slope.iter().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean of expit over every combination of the conditions and a fine midpoint rule for the normal.
    fn slow_mean(alpha: f64, conditions: &[(f64, f64)], sd: f64) -> f64 {
        let mut mean = 0.0;
        for bits in 0..1u32 << conditions.len() {
            let (mut weight, mut sum) = (1.0, 0.0);
            for (k, &(beta, p)) in conditions.iter().enumerate() {
                let x = f64::from(bits >> k & 1);
                weight *= if x > 0.0 { p } else { 1.0 - p };
                sum += beta * (x - p);
            }
            let steps = 4000;
            let normal: f64 = (0..steps)
                .map(|i| {
                    let z = -9.0 + 18.0 * (f64::from(i) + 0.5) / f64::from(steps);
                    let density = libm::exp(-z * z / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
                    density * 18.0 / f64::from(steps) * expit(alpha + sum + sd * z)
                })
                .sum();
            mean += weight * normal;
        }
        mean
    }

    #[test]
    fn mean_over_usual_conditions_returns_the_base() {
        // a brick kiln's conditions; base prevalence 0.15
        let conditions = [(0.92, 0.8), (0.92, 0.9), (0.59, 0.7), (0.47, 0.05), (0.26, 0.7), (0.41, 0.3), (-0.36, 0.02)];
        for (base, sd) in [(0.15, 0.8), (0.003, 0.8), (0.6, 0.0), (0.15, 0.01)] {
            let spread = conditions.iter().fold(Spread::default(), |s, &(beta, p)| s.with_condition(beta, p)).with_normal(sd);
            let alpha = spread.intercept(base);
            let mean = slow_mean(alpha, &conditions, sd);
            assert!((mean - base).abs() < 1e-6, "base {base} sd {sd}: {mean}");
            let coarse = conditions.iter().fold(Spread::of_draw(true), |s, &(beta, p)| s.with_condition(beta, p)).with_normal(sd);
            let mean = slow_mean(coarse.intercept(base), &conditions, sd);
            assert!((mean / base - 1.0).abs() < 2e-4, "coarse: base {base} sd {sd}: {mean}");
            let fine = conditions.iter().fold(Spread::of_draw(false), |s, &(beta, p)| s.with_condition(beta, p)).with_normal(sd);
            assert!((fine.intercept(base) - alpha).abs() < 2e-6, "base {base} sd {sd}");
        }
    }

    #[test]
    fn values_keep_mass_mean_and_variance() {
        let values = [(2.0, -0.731), (1.0, 0.303), (1.0, 1.777)];
        let spread = Spread::default().with_values(&values);
        let moment = |power: i32| -> f64 {
            spread.masses.iter().enumerate().map(|(k, m)| m * (spread.origin + k as f64 * spread.step).powi(power)).sum()
        };
        let exact = |power: i32| -> f64 { values.iter().map(|(w, v)| w / 4.0 * v.powi(power)).sum() };
        for power in 0..=2 {
            assert!((moment(power) - exact(power)).abs() < 1e-12, "moment {power}");
        }
    }
}
