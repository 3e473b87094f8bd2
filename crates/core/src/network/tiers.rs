//! A buyer's chain tier by tier: equation (4.4) by number of links.

use super::contribution::{solve, traced};
use super::plan::Plan;
use super::upstream::{Numbers, Upstream};
use crate::model::{PerHazard, PerSex};
use crate::risk::update::Updated;

/// Tiers that are told apart; deeper walks are summed in the last.
pub const TIERS: usize = 12;

/// One tier of a buyer's chain: walks of exactly so many links (the last tier: that many or more).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tier {
    /// Links from the buyer.
    pub tier: usize,
    /// Part of the buyer's value whose walk stops at a known site here.
    pub value: f64,
    /// Part whose walk stops in untraced purchases of sites here.
    pub dark: f64,
    /// Traced linked share added here, by hazard and sex.
    pub traced: PerHazard<PerSex<f64>>,
}

/// The chain of a buyer tier by tier; sums over tiers equal the buyer's exposure. `O(tiers · upstream links)`.
#[must_use]
pub fn tiers(plan: &Plan, updated: &[Updated], buyer: usize) -> Vec<Tier> {
    let own = plan.position_of[buyer];
    let part = Upstream::new(plan, &[own], &mut Numbers::new(plan));
    let stop = |tier: &mut Tier, number: usize, weight: f64, sign: f64| {
        let p = part.positions[number] as usize;
        let value = weight * plan.value_added[p];
        tier.add(value, weight * plan.untraced[p], &traced(&updated[plan.site_at[p] as usize], value), sign);
    };
    let mut total = Tier { tier: TIERS, ..Tier::default() };
    for (number, [multiplier]) in solve(&part, [own]).into_iter().enumerate() {
        stop(&mut total, number, multiplier, 1.0);
    }
    let mut layer = vec![0.0; part.len()];
    if let Ok(number) = part.positions.binary_search(&own) {
        layer[number] = 1.0;
    }
    let mut tiers = Vec::new();
    for tier in 0..TIERS {
        let mut here = Tier { tier, ..Tier::default() };
        let mut next = vec![0.0; part.len()];
        let mut goes_on = false;
        for (number, &weight) in layer.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            stop(&mut here, number, weight, 1.0);
            for (supplier, a) in part.suppliers(number) {
                next[supplier] += weight * a;
                goes_on = true;
            }
        }
        total.add(here.value, here.dark, &here.traced, -1.0);
        tiers.push(here);
        if !goes_on {
            return tiers;
        }
        layer = next;
    }
    tiers.push(total);
    tiers
}

impl Tier {
    fn add(&mut self, value: f64, dark: f64, traced: &PerHazard<PerSex<f64>>, sign: f64) {
        self.value += sign * value;
        self.dark += sign * dark;
        for (own, other) in self.traced.iter_mut().zip(traced) {
            for (own, other) in own.iter_mut().zip(other) {
                *own += sign * other;
            }
        }
    }
}
