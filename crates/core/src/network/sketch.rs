//! Reach of all sites at once, estimated: weighted bottom-k sketches on the condensed graph, equation (4.7).
//!
//! Every site draws a rank r_i = −ln(U_i)/W_i. The sketch of a component holds the k smallest ranks of all sites upstream of it, and is
//! merged from its suppliers' sketches. A sum of f over the upstream sites is estimated by Σ f_i/(1 − exp(−W_i·τ)) over all but the last
//! entry, τ the last rank (rank conditioning; Cohen and Kaplan 2007): unbiased for every f, and exact while fewer than k sites are
//! upstream.
//!
//! W_i = Σ_f f_i/Σf over the measures that are reported (the count of sites fourfold), so that each of them is sampled well. Coefficient of variation of a sum near
//! [`relative_error`]; larger for a sum that few sites make and the weights do not show.

use petgraph::algo::kosaraju_scc;
use rayon::prelude::*;

use super::csr::Directed;
use super::plan::Plan;
use super::reach::Reach;
use crate::risk::update::Updated;

/// k: entries of a sketch.
pub const ENTRIES: usize = 64;

/// Measures that are summed: −ln(1−P1), P1, girls and boys per hazard, and the count of sites.
const MEASURES: usize = 13;

/// The count of sites goes with none of the other measures: it weighs as much as so many of them.
const COUNT_WEIGHT: f64 = 4.0;

/// A certain presence weighs no more than this in −ln(1−P1).
const MOST_SURVIVAL: f64 = 40.0;

/// Coefficient of variation stated for estimates: 1/√(k−2), and a fifth for measures that share the weights.
#[must_use]
pub fn relative_error() -> f64 {
    1.2 / ((ENTRIES - 2) as f64).sqrt()
}

/// Measures of a site, in order: survival, presence, girls and boys of each hazard, one.
fn measures(state: &Updated) -> [f64; MEASURES] {
    let mut out = [1.0; MEASURES];
    for h in 0..3 {
        out[h] = state.survival[h].min(MOST_SURVIVAL);
        out[3 + h] = state.presence[h];
        out[6 + 2 * h] = state.expected[h] * state.girls_share;
        out[7 + 2 * h] = state.expected[h] * (1.0 - state.girls_share);
    }
    out
}

/// A uniform number in (0, 1) of (seed, site): the finaliser of SplitMix64 over a counter, so that no order matters.
fn uniform(seed: u64, site: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(site.wrapping_add(1).wrapping_mul(0xD1B5_4A32_D192_ED03));
    for multiplier in [0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB] {
        x = (x ^ (x >> 30)).wrapping_mul(multiplier);
    }
    x ^= x >> 31;
    ((x >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

/// Sites in order of rank.
struct Ranked {
    /// Positions in order of rank.
    position: Vec<u32>,
    /// Place of each position in that order.
    order: Vec<u32>,
    /// r by position.
    rank: Vec<f64>,
    /// W by position.
    weight: Vec<f64>,
}

fn ranked(plan: &Plan, updated: &[Updated], seed: u64) -> Ranked {
    let state = |p: usize| &updated[plan.site_at[p] as usize];
    // sums run in order of position
    let mut totals = [0.0; MEASURES];
    for p in 0..plan.len() {
        for (total, f) in totals.iter_mut().zip(measures(state(p))) {
            *total += f;
        }
    }
    let weight: Vec<f64> = (0..plan.len())
        .into_par_iter()
        .map(|p| {
            let parts = measures(state(p)).into_iter().zip(totals).filter(|(_, total)| *total > 0.0).map(|(f, total)| f / total);
            parts.sum::<f64>() + (COUNT_WEIGHT - 1.0) / plan.len() as f64
        })
        .collect();
    let rank: Vec<f64> =
        (0..plan.len()).into_par_iter().map(|p| -libm::log(uniform(seed, u64::from(plan.site_at[p]))) / weight[p]).collect();
    let mut position: Vec<u32> = (0..plan.len() as u32).collect();
    position.par_sort_unstable_by(|&a, &b| rank[a as usize].total_cmp(&rank[b as usize]).then(a.cmp(&b)));
    let mut order = vec![0u32; plan.len()];
    for (place, &p) in position.iter().enumerate() {
        order[p as usize] = place as u32;
    }
    Ranked { position, order, rank, weight }
}

/// Puts the k smallest of two ascending lists into `out`, each once.
fn merge(a: &[u32], b: &[u32], out: &mut Vec<u32>) {
    out.clear();
    let (mut i, mut j) = (0, 0);
    while out.len() < ENTRIES {
        let next = match (a.get(i), b.get(j)) {
            (Some(&x), Some(&y)) => {
                i += usize::from(x <= y);
                j += usize::from(y <= x);
                x.min(y)
            }
            (Some(&x), None) => {
                i += 1;
                x
            }
            (None, Some(&y)) => {
                j += 1;
                y
            }
            (None, None) => break,
        };
        out.push(next);
    }
}

/// Reach of every site, by site row, estimated where [`ENTRIES`] sites or more are upstream and exact elsewhere.
///
/// Cost: k per link, and k u32 per component of memory. The same for any number of threads and any order of rows.
#[must_use]
pub fn reach_estimates(plan: &Plan, updated: &[Updated], seed: u64) -> Vec<Reach> {
    let n = plan.len();
    let ranked = ranked(plan, updated, seed);
    // zero-share links count for reach and are not in the plan's order: components are found anew
    let components = kosaraju_scc(Directed { outgoing: &plan.buyers, incoming: &plan.suppliers });
    let mut component_of = vec![0u32; n];
    for (c, members) in components.iter().rev().enumerate() {
        for &p in members {
            component_of[p as usize] = c as u32;
        }
    }
    // suppliers first
    let mut sketches: Vec<u32> = Vec::with_capacity(n.saturating_mul(4));
    let mut start = Vec::with_capacity(components.len() + 1);
    start.push(0usize);
    let (mut current, mut merged, mut own, mut seen) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (c, members) in components.iter().rev().enumerate() {
        own.clear();
        own.extend(members.iter().map(|&p| ranked.order[p as usize]));
        own.sort_unstable();
        own.truncate(ENTRIES);
        std::mem::swap(&mut current, &mut own);
        seen.clear();
        for &p in members {
            seen.extend(plan.suppliers.neighbours(p as usize).iter().map(|&s| component_of[s as usize]).filter(|&s| s as usize != c));
        }
        seen.sort_unstable();
        seen.dedup();
        for &s in &seen {
            let other = &sketches[start[s as usize]..start[s as usize + 1]];
            // nothing of the other can enter a full sketch whose last rank is smaller
            if current.len() == ENTRIES && other.first() > current.last() {
                continue;
            }
            merge(&current, other, &mut merged);
            std::mem::swap(&mut current, &mut merged);
        }
        sketches.extend_from_slice(&current);
        start.push(sketches.len());
    }
    let of_component: Vec<([f64; MEASURES], bool)> =
        (0..components.len()).into_par_iter().map(|c| estimate(plan, updated, &ranked, &sketches[start[c]..start[c + 1]])).collect();
    plan.position_of
        .par_iter()
        .enumerate()
        .map(|(site, &p)| {
            let (sums, exact) = &of_component[component_of[p as usize] as usize];
            reach_of(sums, &updated[site], *exact)
        })
        .collect()
}

/// Sums of all measures over the sites that a sketch stands for, and whether they are exact.
fn estimate(plan: &Plan, updated: &[Updated], ranked: &Ranked, sketch: &[u32]) -> ([f64; MEASURES], bool) {
    let exact = sketch.len() < ENTRIES;
    let mut sums = [0.0; MEASURES];
    let at = |place: u32| ranked.position[place as usize] as usize;
    let (counted, last) = match sketch.split_last() {
        Some((&last, rest)) if !exact => (rest, ranked.rank[at(last)]),
        _ => (sketch, f64::INFINITY),
    };
    for &place in counted {
        let p = at(place);
        let chance = -libm::expm1(-ranked.weight[p] * last);
        for (sum, f) in sums.iter_mut().zip(measures(&updated[plan.site_at[p] as usize])) {
            *sum += f / chance;
        }
    }
    (sums, exact)
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
