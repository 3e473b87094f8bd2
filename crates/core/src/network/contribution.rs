//! Contribution of every upstream site to one buyer: equation (4.4), and the same by tier.

use super::plan::Plan;
use super::solve::solve_backward_on;
use crate::model::{PerHazard, PerSex};
use crate::risk::update::Updated;

/// Tiers that are told apart; deeper walks are summed in the last.
pub const TIERS: usize = 12;

/// What one site adds to a buyer's linked share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// Row of the site.
    pub site: usize,
    /// M_ij: how much of a unit of the buyer's value passes through the site.
    pub multiplier: f64,
    /// M_ij·v_i·θ1_i by hazard and sex.
    pub traced: PerHazard<PerSex<f64>>,
    /// M_ij·u_i: part of the buyer's value that is untraced at this site.
    pub dark: f64,
}

/// Positions upstream of a buyer, itself included, ascending.
#[must_use]
pub fn upstream(plan: &Plan, buyer: usize) -> Vec<u32> {
    let start = plan.position_of[buyer];
    let mut seen = std::collections::HashSet::from([start]);
    let mut open = vec![start];
    while let Some(position) = open.pop() {
        for &supplier in plan.suppliers.neighbours(position as usize) {
            if seen.insert(supplier) {
                open.push(supplier);
            }
        }
    }
    let mut positions: Vec<u32> = seen.into_iter().collect();
    positions.sort_unstable();
    positions
}

/// Multipliers M_ij of a buyer j over its upstream positions. One transposed solve on the upstream only.
#[must_use]
pub fn multipliers(plan: &Plan, buyer: usize) -> Vec<(u32, f64)> {
    let positions = upstream(plan, buyer);
    let mut columns = vec![[0.0]; plan.len()];
    columns[plan.position_of[buyer] as usize] = [1.0];
    solve_backward_on(plan, &positions, &mut columns);
    positions.into_iter().map(|p| (p, columns[p as usize][0])).collect()
}

/// Contributions of all upstream sites, largest on child labour first, ties by site. Their sum is the traced part of the
/// buyer's linked share (tested to 1e-9).
#[must_use]
pub fn contributions(plan: &Plan, updated: &[Updated], buyer: usize) -> Vec<Contribution> {
    let mut out: Vec<Contribution> = multipliers(plan, buyer)
        .into_iter()
        .map(|(position, multiplier)| {
            let site = plan.site_at[position as usize] as usize;
            let state = &updated[site];
            let value = multiplier * plan.value_added[position as usize];
            let sexes = [state.girls_share, 1.0 - state.girls_share];
            Contribution {
                site,
                multiplier,
                traced: state.prevalence.map(|theta| sexes.map(|share| value * theta * share)),
                dark: multiplier * plan.untraced[position as usize],
            }
        })
        .collect();
    let total = |c: &Contribution| c.traced[0][0] + c.traced[0][1];
    out.sort_by(|a, b| total(b).total_cmp(&total(a)).then(a.site.cmp(&b.site)));
    out
}

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
    let mut tiers = Vec::new();
    let mut layer = std::collections::BTreeMap::from([(plan.position_of[buyer], 1.0f64)]);
    let mut total = Tier { tier: TIERS, ..Tier::default() };
    for c in contributions(plan, updated, buyer) {
        let position = plan.position_of[c.site] as usize;
        total.add(c.multiplier * plan.value_added[position], c.dark, &c.traced, 1.0);
    }
    for tier in 0..TIERS {
        let mut here = Tier { tier, ..Tier::default() };
        let mut next = std::collections::BTreeMap::new();
        for (&position, &weight) in &layer {
            let p = position as usize;
            let state = &updated[plan.site_at[p] as usize];
            let value = weight * plan.value_added[p];
            let sexes = [state.girls_share, 1.0 - state.girls_share];
            here.add(value, weight * plan.untraced[p], &state.prevalence.map(|t| sexes.map(|s| value * t * s)), 1.0);
            for (supplier, a) in plan.suppliers.row(p) {
                *next.entry(supplier as u32).or_insert(0.0) += weight * a;
            }
        }
        total.add(here.value, here.dark, &here.traced, -1.0);
        tiers.push(here);
        if next.is_empty() {
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
