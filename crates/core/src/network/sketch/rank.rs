//! Ranks of sites.

use rayon::prelude::*;

use super::super::plan::Plan;
use super::weights::{MEASURES, Weights, measures};
use crate::risk::update::Updated;

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
        let weights = Weights::new(updated);
        let row_and_rank = |(site, state): (usize, &Updated)| {
            let own = measures(state);
            let weight = weights.of(&own);
            let mut row = [0.0f32; 16];
            row.iter_mut().zip(own).for_each(|(lane, f)| *lane = f as f32);
            row[WEIGHT] = weight as f32;
            // ranks are positive, so their bits are in their order; ties go by site
            (Row(row), ((-libm::log(uniform(seed, site as u64)) / weight).to_bits(), site as u32))
        };
        let (rows, mut order): (Vec<Row>, Vec<(u64, u32)>) = updated.par_iter().enumerate().map(row_and_rank).unzip();
        order.par_sort_unstable();
        let mut place = vec![0u32; plan.len()];
        for (k, &(_, site)) in order.iter().enumerate() {
            place[plan.position_of[site as usize] as usize] = k as u32;
        }
        let (rank, site) = order.into_iter().map(|(bits, site)| (f64::from_bits(bits), site)).unzip();
        Self { site, place, rank, rows }
    }
}
