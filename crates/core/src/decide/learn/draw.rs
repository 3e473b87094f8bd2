//! Draws of sensitivities, and of which districts and sites were drawn.

use super::Visited;
use crate::draws::lanes::L;
use crate::draws::random::{Random, key, normal, uniform};
use crate::parameters::Coefficients;

/// Parameters of how a visit finds.
const PREFIXES: [&str; 3] = ["se_", "mod_", "phi_"];

/// One draw.
pub(super) struct Draw {
    /// Standard normal deviate of the found rate.
    pub sample: f64,
    /// Se and φ·Se of each visit.
    pub chances: Vec<[f64; 2]>,
}

/// Draws for the random visits. Each parameter is drawn once for all visits: a method that finds less, finds less everywhere.
pub(super) fn draws(visits: &[&Visited], c: &Coefficients, seed: u64, count: usize) -> Vec<Draw> {
    let random = Random::new(seed);
    let deviate = |kind: &str, name: &str, draw: usize| {
        let words = random.numbers(key(kind, name), draw / L).quad(0)[0];
        normal(uniform(words[draw % L]) - 0.5)
    };
    let one = |draw: usize| {
        let drawn = |name: &str| PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let c = c.with_means(|name, value| if drawn(name) { value.at(deviate("learn", name, draw)) } else { value.mean });
        Draw { sample: deviate("learn", "sample", draw), chances: visits.iter().map(|v| v.chances(&c)).collect() }
    };
    (0..count).map(one).collect()
}

/// Mean, standard deviation and 5 % and 95 % points of values; all 0 of none.
pub(super) fn spread(mut values: Vec<f64>) -> (f64, f64, [f64; 2]) {
    let n = values.len() as f64;
    if values.is_empty() {
        return (0.0, 0.0, [0.0; 2]);
    }
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0).max(1.0);
    values.sort_by(f64::total_cmp);
    let at = |q: f64| values[((n - 1.0) * q).round() as usize];
    (mean, variance.sqrt(), [at(0.05), at(0.95)])
}
