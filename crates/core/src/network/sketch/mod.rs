//! Reach of all sites at once, estimated: weighted bottom-k sketches on the condensed graph, equation (4.7).
//!
//! Every site draws a rank r_i = −ln(U_i)/W_i. The sketch of a component holds the k smallest ranks of all sites upstream of it, and is
//! merged from its suppliers' sketches. A sum of f over the upstream sites is estimated by Σ f_i/(1 − exp(−W_i·τ)) over all but the last
//! entry, τ the last rank (rank conditioning; Cohen and Kaplan 2007): unbiased for every f, and exact while fewer than k sites are
//! upstream.
//!
//! W_i = Σ_f c_f·f_i/Σf over the measures that are reported, with parts c_f such that the worst of them is sampled as well as can be
//! (weights.rs). [`relative_error`] states the coefficient of variation that this leaves.

mod condense;
mod estimate;
mod rank;
mod sample;
mod unite;
mod weights;

use rayon::prelude::*;

use super::plan::Plan;
use super::reach::Reach;
use crate::error::Result;
use crate::observer::Observer;
use crate::risk::update::Updated;
use condense::Condensed;
use rank::Ranked;
pub(crate) use sample::Samples;
use unite::Sketches;
use weights::{MEASURES, Weights, measures};

/// k: entries of a sketch.
pub const ENTRIES: usize = 80;

/// Coefficient of variation of estimates in a network: √(κ/(k−2)), κ of the measure that goes least with the weights. It holds for buyers
/// whose upstream is like the network; where few sites make a sum that others do not show, an estimate may be further off. `O(n)`.
#[must_use]
pub fn relative_error(updated: &[Updated]) -> f64 {
    (Weights::new(updated).worst_ratio(updated) / (ENTRIES - 2) as f64).sqrt()
}

/// Reach of every site, by site row, estimated where [`ENTRIES`] sites or more are upstream and exact elsewhere.
///
/// Cost: k per link, less where buyers share what is upstream of them. Memory: k u32 per component whose buyers are not done yet. The
/// same for any number of threads and any order of rows.
#[must_use]
pub fn reach_estimates(plan: &Plan, updated: &[Updated], seed: u64) -> Vec<Reach> {
    estimated(plan, updated, seed, &|| false)
}

/// [`reach_estimates`] that can be stopped.
pub(crate) fn reach_estimates_watched(plan: &Plan, updated: &[Updated], seed: u64, observer: &dyn Observer) -> Result<Vec<Reach>> {
    let reach = estimated(plan, updated, seed, &|| observer.cancelled());
    observer.check().map(|()| reach)
}

/// Reach of every site; nothing that counts once `stopped`.
fn estimated(plan: &Plan, updated: &[Updated], seed: u64, stopped: &(dyn Fn() -> bool + Sync)) -> Vec<Reach> {
    let (ranked, condensed) = rayon::join(|| Ranked::new(plan, updated, seed), || Condensed::new(plan));
    let sketches = Sketches::new(plan, updated, &condensed, &ranked, false, stopped);
    if stopped() {
        return Vec::new();
    }
    plan.position_of
        .par_iter()
        .enumerate()
        .map(|(site, &p)| {
            let state = &updated[site];
            sketches
                .sums(condensed.of[p as usize])
                .map_or_else(|| reach_of(&measures(state), state, true), |sums| reach_of(&sums.of, state, sums.exact))
        })
        .collect()
}

/// Reach from sums that include the site itself.
fn reach_of(sums: &[f64; MEASURES], state: &Updated, exact: bool) -> Reach {
    let own = measures(state);
    let without = |k: usize| (sums[k] - own[k]).max(0.0);
    let mut reach = Reach { exact, sites: without(MEASURES - 1).round() as u32, ..Reach::default() };
    for h in 0..3 {
        reach.any_site[h] = -libm::expm1(-sums[h].max(own[h]));
        reach.expected_sites[h] = sums[3 + h].max(own[3 + h]);
        reach.children[h] = [without(6 + 2 * h), without(7 + 2 * h)];
    }
    reach
}
