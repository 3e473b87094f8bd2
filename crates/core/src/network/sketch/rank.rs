//! Measures, weights and ranks of sites.

use rayon::prelude::*;

use super::super::plan::Plan;
use crate::risk::update::Updated;

/// Measures that are summed: −ln(1−P1), P1, girls and boys per hazard, and the count of sites.
pub(super) const MEASURES: usize = 13;

/// The count of sites goes with none of the other measures: it weighs as much as so many of them.
const COUNT_WEIGHT: f64 = 4.0;

/// A certain presence weighs no more than this in −ln(1−P1).
const MOST_SURVIVAL: f64 = 40.0;

/// Sites whose measures are summed together. The order of the sum does not depend on threads.
const BLOCK: usize = 4096;

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

/// A uniform number in (0, 1) of (seed, site): the finaliser of SplitMix64 over a counter, so that no order matters.
fn uniform(seed: u64, site: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(site.wrapping_add(1).wrapping_mul(0xD1B5_4A32_D192_ED03));
    for multiplier in [0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB] {
        x = (x ^ (x >> 30)).wrapping_mul(multiplier);
    }
    x ^= x >> 31;
    ((x >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

/// Measures in single precision, W among them, one cache line a site: what estimates read.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Row(pub(super) [f32; 16]);

/// Lane of W in a [`Row`].
pub(super) const WEIGHT: usize = MEASURES;

/// Sites in order of rank: a place is a number in that order.
pub(super) struct Ranked {
    /// Site at each place.
    pub(super) site: Vec<u32>,
    /// Place of each position.
    pub(super) place: Vec<u32>,
    /// r by place.
    pub(super) rank: Vec<f64>,
    /// Measures and W by site.
    pub(super) rows: Vec<Row>,
}

impl Ranked {
    pub(super) fn new(plan: &Plan, updated: &[Updated], seed: u64) -> Self {
        let n = plan.len();
        let blocks: Vec<[f64; MEASURES]> =
            updated.par_chunks(BLOCK).map(|block| block.iter().fold([0.0; MEASURES], |sum, state| add(sum, measures(state)))).collect();
        let totals = blocks.into_iter().fold([0.0; MEASURES], add);
        let parts = totals.map(|total| if total > 0.0 { 1.0 / total } else { 0.0 });
        let row_and_rank = |(site, state): (usize, &Updated)| {
            let own = measures(state);
            let sum: f64 = own.into_iter().zip(parts).map(|(f, part)| f * part).sum();
            let weight = sum + (COUNT_WEIGHT - 1.0) / n as f64;
            let mut row = [0.0f32; 16];
            row.iter_mut().zip(own).for_each(|(lane, f)| *lane = f as f32);
            row[WEIGHT] = weight as f32;
            // ranks are positive, so their bits are in their order; ties go by site
            (Row(row), ((-libm::log(uniform(seed, site as u64)) / weight).to_bits(), site as u32))
        };
        let (rows, mut order): (Vec<Row>, Vec<(u64, u32)>) = updated.par_iter().enumerate().map(row_and_rank).unzip();
        order.par_sort_unstable();
        let mut place = vec![0u32; n];
        for (k, &(_, site)) in order.iter().enumerate() {
            place[plan.position_of[site as usize] as usize] = k as u32;
        }
        let (rank, site) = order.into_iter().map(|(bits, site)| (f64::from_bits(bits), site)).unzip();
        Self { site, place, rank, rows }
    }
}

pub(super) fn add(mut sum: [f64; MEASURES], other: [f64; MEASURES]) -> [f64; MEASURES] {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += other;
    }
    sum
}
