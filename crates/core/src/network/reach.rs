//! Any-site probability, expected sites with children, and upstream children: equations (4.6) and (4.7), by search.

use rayon::prelude::*;

use super::plan::Plan;
use crate::error::Result;
use crate::model::{PerHazard, PerSex};
use crate::observer::Observer;
use crate::risk::update::Updated;

/// Reach of one buyer over its distinct upstream sites.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reach {
    /// Distinct sites upstream, itself left out.
    pub sites: u32,
    /// π: probability that at least one upstream site (itself included) has the hazard.
    pub any_site: PerHazard<f64>,
    /// Expected number of such sites, itself included.
    pub expected_sites: PerHazard<f64>,
    /// Expected children at upstream sites, itself left out, by hazard and sex.
    pub children: PerHazard<PerSex<f64>>,
    /// False when estimated from a sketch.
    pub exact: bool,
}

/// Marks that are cleared by counting up.
struct Visited {
    mark: Vec<u32>,
    round: u32,
    open: Vec<u32>,
}

/// Reach of one site. `O(upstream links)`.
fn reach_of<'a>(plan: &Plan, updated: &[Updated], position: u32, visited: &mut Visited, suppliers: impl Fn(u32) -> &'a [u32]) -> Reach {
    visited.round += 1;
    let round = visited.round;
    visited.mark[position as usize] = round;
    visited.open.clear();
    visited.open.push(position);
    let mut found = vec![position];
    while let Some(p) = visited.open.pop() {
        for &supplier in suppliers(p) {
            if visited.mark[supplier as usize] != round {
                visited.mark[supplier as usize] = round;
                visited.open.push(supplier);
                found.push(supplier);
            }
        }
    }
    // sums run in order of position, so that they do not depend on the search
    found.sort_unstable();
    let mut reach = Reach { sites: found.len() as u32 - 1, exact: true, ..Reach::default() };
    let mut survival = [0.0; 3];
    for &p in &found {
        let state = &updated[plan.site_at[p as usize] as usize];
        for (h, sum) in survival.iter_mut().enumerate() {
            *sum += state.survival[h];
            reach.expected_sites[h] += state.presence[h];
            if p != position {
                reach.children[h][0] += state.expected[h] * state.girls_share;
                reach.children[h][1] += state.expected[h] * (1.0 - state.girls_share);
            }
        }
    }
    reach.any_site = survival.map(|s| -libm::expm1(-s));
    reach
}

/// Exact reach of one buyer. `O(upstream links)`.
#[must_use]
pub fn reach(plan: &Plan, updated: &[Updated], buyer: usize) -> Reach {
    reach_through(plan, updated, buyer, |p| plan.suppliers.neighbours(p as usize))
}

/// [`reach`] over other links than the plan's: `suppliers` by position.
pub(super) fn reach_through<'a>(plan: &Plan, updated: &[Updated], buyer: usize, suppliers: impl Fn(u32) -> &'a [u32]) -> Reach {
    let mut visited = Visited { mark: vec![0; plan.len()], round: 0, open: Vec::new() };
    reach_of(plan, updated, plan.position_of[buyer], &mut visited, suppliers)
}

/// Exact reach of every site. Parallel over sites; `O(sites × upstream links)`.
#[must_use]
pub fn reach_all(plan: &Plan, updated: &[Updated]) -> Vec<Reach> {
    searched(plan, updated, || false)
}

/// [`reach_all`] that can be stopped.
pub(crate) fn reach_all_watched(plan: &Plan, updated: &[Updated], observer: &dyn Observer) -> Result<Vec<Reach>> {
    let reach = searched(plan, updated, || observer.cancelled());
    observer.check().map(|()| reach)
}

/// Reach of every site; once `stopped`, of no more sites.
fn searched(plan: &Plan, updated: &[Updated], stopped: impl Fn() -> bool + Sync) -> Vec<Reach> {
    plan.position_of
        .par_iter()
        .map_init(
            || Visited { mark: vec![0; plan.len()], round: 0, open: Vec::new() },
            |visited, &position| {
                if stopped() {
                    return Reach::default();
                }
                reach_of(plan, updated, position, visited, |p| plan.suppliers.neighbours(p as usize))
            },
        )
        .collect()
}
