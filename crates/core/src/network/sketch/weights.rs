//! Measures that are summed, and how much each counts in the weights of sites.

use rayon::prelude::*;

use crate::risk::update::Updated;

/// Measures that are summed: −ln(1−P1), P1, girls and boys per hazard, and the count of sites.
pub(super) const MEASURES: usize = 13;

/// A certain presence weighs no more than this in −ln(1−P1).
const MOST_SURVIVAL: f64 = 40.0;

/// Sites whose measures are summed together. The order of the sum does not depend on threads.
const BLOCK: usize = 4096;

/// Sites from which the parts of the measures are found.
const SAMPLED: usize = 8192;
/// Rounds in which they are found.
const ROUNDS: usize = 16;
/// No measure's part is less.
const LEAST_PART: f64 = 0.01;

/// Measures of a site, in order: survival, presence, girls and boys of each hazard, one.
pub(super) fn measures(state: &Updated) -> [f64; MEASURES] {
    let mut out = [1.0; MEASURES];
    for h in 0..3 {
        out[h] = state.survival[h].min(MOST_SURVIVAL);
        out[3 + h] = state.presence[h];
        out[6 + 2 * h] = state.expected[h] * state.girls_share;
        out[7 + 2 * h] = state.expected[h] * (1.0 - state.girls_share);
    }
    out
}

/// Weights of sites: W_i = Σ_f c_f·f_i/Σf.
///
/// A sum of f over a sample has the variance Σf²/W·ΣW/k. Its ratio to what weights in proportion to f would leave, κ_f = ΣW·Σ(f²/W)/(Σf)²,
/// differs between measures that do not go together. Parts c_f grow where κ_f is large, until the worst measures are alike: the least
/// largest κ there is.
pub(super) struct Weights {
    /// c_f/Σf.
    factors: [f64; MEASURES],
}

impl Weights {
    pub(super) fn new(updated: &[Updated]) -> Self {
        let totals = summed(updated, measures);
        let per_total = totals.map(|total| if total > 0.0 { 1.0 / total } else { 0.0 });
        let sample: Vec<[f64; MEASURES]> = updated.iter().step_by((updated.len() / SAMPLED).max(1)).map(measures).collect();
        let mut own = Self { factors: per_total };
        for _ in 0..ROUNDS {
            let ratios = own.ratios(&sample);
            let parts: [f64; MEASURES] = std::array::from_fn(|f| own.factors[f] * totals[f] * ratios[f] * ratios[f]);
            let all: f64 = parts.iter().sum();
            if all > 0.0 {
                own.factors = std::array::from_fn(|f| (parts[f] / all).max(LEAST_PART) * per_total[f]);
            }
        }
        own
    }

    /// W of a site with these measures.
    pub(super) fn of(&self, measures: &[f64; MEASURES]) -> f64 {
        measures.iter().zip(self.factors).map(|(f, factor)| f * factor).sum()
    }

    /// κ of each measure over some sites; 0 for one that is zero everywhere.
    fn ratios(&self, sites: &[[f64; MEASURES]]) -> [f64; MEASURES] {
        let (mut squares, mut sums, mut weights) = ([0.0; MEASURES], [0.0; MEASURES], 0.0);
        for own in sites {
            let weight = self.of(own);
            weights += weight;
            squares = add(squares, own.map(|f| f * f / weight));
            sums = add(sums, *own);
        }
        std::array::from_fn(|f| if sums[f] > 0.0 { weights * squares[f] / (sums[f] * sums[f]) } else { 0.0 })
    }

    /// Largest κ of a measure over all sites.
    pub(super) fn worst_ratio(&self, updated: &[Updated]) -> f64 {
        let squares = summed(updated, |state| {
            let own = measures(state);
            let weight = self.of(&own);
            own.map(|f| f * f / weight)
        });
        let sums = summed(updated, measures);
        let weights = self.of(&sums);
        let ratio = |(square, sum): (f64, f64)| if sum > 0.0 { weights * square / (sum * sum) } else { 0.0 };
        squares.into_iter().zip(sums).map(ratio).fold(0.0, f64::max)
    }
}

/// Sums over all sites, the same for any number of threads.
fn summed(updated: &[Updated], of: impl Fn(&Updated) -> [f64; MEASURES] + Sync) -> [f64; MEASURES] {
    let block = |block: &[Updated]| block.iter().fold([0.0; MEASURES], |sum, state| add(sum, of(state)));
    let blocks: Vec<[f64; MEASURES]> = updated.par_chunks(BLOCK).map(block).collect();
    blocks.into_iter().fold([0.0; MEASURES], add)
}

pub(super) fn add(mut sum: [f64; MEASURES], other: [f64; MEASURES]) -> [f64; MEASURES] {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += other;
    }
    sum
}
