//! The K heaviest structural paths of a buyer: equation (4.5).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::exposure::Exposure;
use super::plan::Plan;
use crate::model::Hazard;
use crate::risk::update::Updated;

/// Entries the search may hold before it stops and says so.
pub const QUEUE_CAP: usize = 5_000_000;

/// A walk from a buyer up to the site where its value was added.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Sites from the buyer up.
    pub sites: Vec<usize>,
    /// Part of the buyer's value that takes this walk.
    pub value: f64,
    /// Linked share it adds.
    pub linked: f64,
}

/// The heaviest paths and what they leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Paths {
    /// Heaviest first.
    pub paths: Vec<Path>,
    /// Traced linked share of the buyer minus the paths: exact.
    pub remainder: f64,
    /// True when the search stopped at its cap before finding all that were asked for.
    pub capped: bool,
}

/// A step of a walk in the search's arena.
struct Step {
    position: u32,
    parent: u32,
}

/// A walk that ends here, or one that may go on.
struct Entry {
    bound: f64,
    ends: bool,
    site: u32,
    step: u32,
    weight: f64,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.bound.total_cmp(&other.bound);
        // equal: finished walks first, then by site, then by age, so that the order never depends on the heap
        order.then(self.ends.cmp(&other.ends)).then(other.site.cmp(&self.site)).then(other.step.cmp(&self.step))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

/// Finds the `count` walks that add most to a buyer's traced linked share of a hazard.
///
/// Best-first with the traced part of e as the exact bound on what a branch can still add; ends also in cycles,
/// because every turn around a cycle loses value. Walks that add nothing are never listed.
#[must_use]
pub fn heaviest_paths(plan: &Plan, updated: &[Updated], exposure: &[Exposure], buyer: usize, hazard: Hazard, count: usize) -> Paths {
    let h = hazard.index();
    let bound_of = |position: u32| exposure[plan.site_at[position as usize] as usize].linked_traced(h);
    let mut steps = vec![Step { position: plan.position_of[buyer], parent: u32::MAX }];
    let mut queue = BinaryHeap::new();
    queue.push(Entry { bound: bound_of(steps[0].position), ends: false, site: buyer as u32, step: 0, weight: 1.0 });
    let mut found = Vec::new();
    let mut capped = false;
    while let Some(entry) = queue.pop() {
        if found.len() == count || entry.bound <= 0.0 {
            break;
        }
        if queue.len() > QUEUE_CAP || steps.len() > QUEUE_CAP {
            capped = true;
            break;
        }
        let position = steps[entry.step as usize].position as usize;
        if entry.ends {
            found.push(Path { sites: walk(plan, &steps, entry.step), value: entry.weight, linked: entry.bound });
            continue;
        }
        let value = entry.weight * plan.value_added[position];
        let linked = value * updated[entry.site as usize].prevalence[h];
        if linked > 0.0 {
            queue.push(Entry { bound: linked, ends: true, site: entry.site, step: entry.step, weight: value });
        }
        for (supplier, a) in plan.suppliers.row(position) {
            let weight = entry.weight * a;
            let bound = weight * bound_of(supplier as u32);
            if bound > 0.0 {
                let step = steps.len() as u32;
                steps.push(Step { position: supplier as u32, parent: entry.step });
                queue.push(Entry { bound, ends: false, site: plan.site_at[supplier], step, weight });
            }
        }
    }
    let listed: f64 = found.iter().map(|p| p.linked).sum();
    Paths { paths: found, remainder: exposure[buyer].linked_traced(h) - listed, capped }
}

fn walk(plan: &Plan, steps: &[Step], last: u32) -> Vec<usize> {
    let mut sites = Vec::new();
    let mut at = last;
    while at != u32::MAX {
        sites.push(plan.site_at[steps[at as usize].position as usize] as usize);
        at = steps[at as usize].parent;
    }
    sites.reverse();
    sites
}
