//! How far the prevalence of all sites has to move, in log-odds, for what was expected to be what was found.

use super::Visited;
use super::draw::{Draw, spread};
use super::share::{Share, weighted};
use crate::parameters::Coefficients;

/// Widest move that is looked for, and steps of it between which is interpolated.
const WIDEST: f64 = 6.0;
const STEPS: usize = 120;

/// A move of the intercept, learned at stated sensitivities.
#[derive(Debug, Clone, PartialEq)]
pub struct Intercept {
    /// What the visits alone say.
    pub found: f64,
    /// Standard deviation of that: of sample and sensitivities.
    pub found_sd: f64,
    /// Standard deviation of what was known before.
    pub prior_sd: f64,
    /// Both together: what to move by.
    pub moved: f64,
    /// Standard deviation of that.
    pub sd: f64,
    /// The visits ask for more than the widest move that is looked for.
    pub bounded: bool,
}

pub(super) fn intercept(visits: &[&Visited], c: &Coefficients, share: &Share, draws: &[Draw], prior_sd: f64) -> Intercept {
    let rho = c.rho_intra_site.mean;
    let step = |k: usize| WIDEST * (2.0 * k as f64 / STEPS as f64 - 1.0);
    let presence: Vec<Vec<f64>> = (0..=STEPS).map(|k| visits.iter().map(|v| v.prediction.presence(step(k), rho)).collect()).collect();
    let solve = |found_rate: f64, chances: &dyn Fn(usize) -> [f64; 2]| {
        let expected = |k: usize| {
            let [rate] = weighted(visits, |i| {
                let [present, absent] = chances(i);
                [absent + (present - absent) * presence[k][i]]
            });
            rate
        };
        // what is expected rises with the move
        let (mut low, mut high) = (0, STEPS);
        if expected(low) >= found_rate {
            return step(low);
        }
        if expected(high) <= found_rate {
            return step(high);
        }
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if expected(middle) < found_rate { low = middle } else { high = middle }
        }
        let (below, above) = (expected(low), expected(high));
        step(low) + (step(high) - step(low)) * (found_rate - below) / (above - below).max(f64::EPSILON)
    };
    let found = solve(share.found_rate, &|i| visits[i].chances(c));
    let rate = |draw: &Draw| (share.found_rate + share.found_rate_sd * draw.sample).clamp(0.0, 1.0);
    let (_, found_sd, _) = spread(draws.iter().map(|draw| solve(rate(draw), &|i| draw.chances[i])).collect());
    let (prior, own) = (prior_sd * prior_sd, found_sd * found_sd);
    let weight = if prior + own > 0.0 { prior / (prior + own) } else { 0.0 };
    let bounded = found.abs() >= WIDEST;
    Intercept { found, found_sd, prior_sd, moved: weight * found, sd: (weight * own).sqrt(), bounded }
}
