//! Contribution of every upstream site to a buyer: equation (4.4).

use std::cmp::Ordering;

use rayon::prelude::*;

use super::plan::Plan;
use super::solve::Lanes;
use super::upstream::{Numbers, Upstream, positions};
use crate::model::{PerHazard, PerSex};
use crate::risk::update::Updated;

/// Buyers that are solved together, as lanes.
const TOGETHER: usize = 16;
/// Lanes cost about so many times as much as one column: buyers that share less of what is upstream are solved one by one.
const LANES_COST: usize = 4;
/// Buyers whose results are held at a time.
const HELD: usize = 16 * TOGETHER;

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

impl Contribution {
    fn new(plan: &Plan, updated: &[Updated], position: u32, multiplier: f64) -> Self {
        let (site, position) = (plan.site_at[position as usize] as usize, position as usize);
        let traced = traced(&updated[site], multiplier * plan.value_added[position]);
        Self { site, multiplier, traced, dark: multiplier * plan.untraced[position] }
    }

    /// Order of contributions: the largest on a hazard first, ties by site.
    #[must_use]
    pub fn larger_first(&self, other: &Self, hazard: usize) -> Ordering {
        let total = |c: &Self| c.traced[hazard][0] + c.traced[hazard][1];
        total(other).total_cmp(&total(self)).then(self.site.cmp(&other.site))
    }
}

/// Linked share by hazard and sex of value added at a site.
pub(super) fn traced(state: &Updated, value: f64) -> PerHazard<PerSex<f64>> {
    let sexes = [state.girls_share, 1.0 - state.girls_share];
    state.prevalence.map(|theta| sexes.map(|share| value * theta * share))
}

/// Positions upstream of a buyer over links that carry a share, itself included, ascending. `O(upstream links)`.
#[must_use]
pub fn upstream(plan: &Plan, buyer: usize) -> Vec<u32> {
    positions(plan, plan.position_of[buyer])
}

/// Multipliers M_ij of a buyer j over its upstream positions. One transposed solve on the upstream only.
#[must_use]
pub fn multipliers(plan: &Plan, buyer: usize) -> Vec<(u32, f64)> {
    let own = plan.position_of[buyer];
    let part = Upstream::new(plan, &[own], &mut Numbers::new(plan));
    let columns = solve(&part, [own]);
    part.positions.into_iter().zip(columns).map(|(p, [x])| (p, x)).collect()
}

/// Multipliers by number, a lane per buyer.
pub(super) fn solve<const K: usize>(part: &Upstream<'_>, buyers: [u32; K]) -> Vec<Lanes<K>> {
    let mut columns = vec![[0.0; K]; part.len()];
    for (k, buyer) in buyers.iter().enumerate() {
        if let Ok(number) = part.positions.binary_search(buyer) {
            columns[number][k] = 1.0;
        }
    }
    part.solve(&mut columns);
    columns
}

/// Contributions of all upstream sites, largest on child labour first, ties by site. Their sum is the traced part of the
/// buyer's linked share (tested to 1e-9). `O(upstream links)`, and sorting.
#[must_use]
pub fn contributions(plan: &Plan, updated: &[Updated], buyer: usize) -> Vec<Contribution> {
    let mut out = one(plan, updated, plan.position_of[buyer], &mut Numbers::new(plan));
    out.sort_unstable_by(|a, b| a.larger_first(b, 0));
    out
}

fn one(plan: &Plan, updated: &[Updated], buyer: u32, numbers: &mut Numbers) -> Vec<Contribution> {
    let part = Upstream::new(plan, &[buyer], numbers);
    let columns = solve(&part, [buyer]);
    column(plan, updated, &part, columns.iter().map(|[x]| *x))
}

/// Contributions of the sites that a column reaches, in order of position.
fn column(plan: &Plan, updated: &[Updated], part: &Upstream<'_>, multipliers: impl Iterator<Item = f64>) -> Vec<Contribution> {
    let reached = part.positions.iter().zip(multipliers).filter(|(_, x)| *x > 0.0);
    reached.map(|(&p, x)| Contribution::new(plan, updated, p, x)).collect()
}

/// Contributions to many buyers in one pass: `reduce` turns those of a buyer, which come in no order, into what is kept, and `take`
/// gets that with the buyer, in the order of `buyers`; an error of `take` ends the pass.
///
/// Buyers that share much of what is upstream of them are solved 16 at a time as lanes of one transposed solve. Parallel over such groups; the same
/// bytes as [`contributions`] on any number of threads and in any grouping. Memory: 16 columns over the upstream of a group per
/// thread, and what is kept of 256 buyers.
///
/// # Errors
/// What `take` returns.
pub fn contributions_of<T: Send, E>(
    plan: &Plan,
    updated: &[Updated],
    buyers: &[usize],
    reduce: impl Fn(usize, Vec<Contribution>) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    for held in buyers.chunks(HELD) {
        // neighbours in the plan share most of what is upstream
        let mut order: Vec<(u32, usize)> = held.iter().enumerate().map(|(k, &b)| (plan.position_of[b], k)).collect();
        order.sort_unstable();
        let solved: Vec<Vec<(usize, T)>> = order
            .par_chunks(TOGETHER)
            .map_init(
                || Numbers::new(plan),
                |numbers, group| solve_group(plan, updated, group, numbers, &|k, parts| reduce(held[k], parts)),
            )
            .collect();
        let mut kept: Vec<(usize, T)> = solved.into_iter().flatten().collect();
        kept.sort_unstable_by_key(|(k, _)| *k);
        for (k, value) in kept {
            take(held[k], value)?;
        }
    }
    Ok(())
}

fn solve_group<T>(
    plan: &Plan,
    updated: &[Updated],
    group: &[(u32, usize)],
    numbers: &mut Numbers,
    reduce: &impl Fn(usize, Vec<Contribution>) -> T,
) -> Vec<(usize, T)> {
    if let Ok(lanes) = <&[(u32, usize); TOGETHER]>::try_from(group) {
        let buyers = lanes.map(|(position, _)| position);
        let part = Upstream::new(plan, &buyers, numbers);
        if part.shared(&buyers) >= LANES_COST {
            let columns = solve(&part, buyers);
            let of = |lane: usize| column(plan, updated, &part, columns.iter().map(|x| x[lane]));
            return lanes.iter().enumerate().map(|(lane, &(_, k))| (k, reduce(k, of(lane)))).collect();
        }
    }
    group.iter().map(|&(buyer, k)| (k, reduce(k, one(plan, updated, buyer, numbers)))).collect()
}

/// The contributions that weigh most, and what the others add up to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heaviest {
    /// Largest first.
    pub listed: Vec<Contribution>,
    /// Sites that are not listed.
    pub others: usize,
    /// Part of the buyer's value added at them.
    pub others_value: f64,
    /// What they add, by hazard and sex.
    pub others_traced: PerHazard<PerSex<f64>>,
}

/// Parts contributions into the `count` largest on a hazard and the others. Linear, and sorting what is listed.
#[must_use]
pub fn heaviest(plan: &Plan, mut parts: Vec<Contribution>, hazard: usize, count: usize) -> Heaviest {
    // sums run in order of position, whatever is listed
    parts.sort_unstable_by_key(|c| plan.position_of[c.site]);
    let mut ranked: Vec<&Contribution> = parts.iter().collect();
    if count < ranked.len() {
        ranked.select_nth_unstable_by(count, |a, b| a.larger_first(b, hazard));
    }
    let mut listed: Vec<Contribution> = ranked.iter().take(count).map(|c| **c).collect();
    listed.sort_unstable_by(|a, b| a.larger_first(b, hazard));
    let mut out = Heaviest { others: parts.len() - listed.len(), ..Heaviest::default() };
    // whatever comes after the last that is listed
    for c in parts.iter().filter(|c| listed.last().is_none_or(|last| last.larger_first(c, hazard) == Ordering::Less)) {
        out.others_value += c.multiplier * plan.value_added[plan.position_of[c.site] as usize];
        for (sum, other) in out.others_traced.iter_mut().flatten().zip(c.traced.iter().flatten()) {
            *sum += other;
        }
    }
    Heaviest { listed, ..out }
}
