//! The condensed graph: components, and the levels in which they can be united at the same time.

use petgraph::algo::kosaraju_scc;

use super::super::csr::Directed;
use super::super::plan::Plan;

/// Components in topological order, suppliers first, with their levels.
pub(super) struct Condensed {
    /// Component of each position.
    pub(super) of: Vec<u32>,
    /// Positions by component: those of c are `first[c]..first[c + 1]`.
    members: Vec<u32>,
    first: Vec<u32>,
    /// Components by level: a component's suppliers are in lower levels than its own.
    pub(super) by_level: Vec<u32>,
    /// Components of level l are `level_first[l]..level_first[l + 1]` of `by_level`.
    pub(super) level_first: Vec<u32>,
    /// Highest level of a component's buyers, its own where it has none.
    pub(super) last_use: Vec<u32>,
}

impl Condensed {
    /// `O(n + m)`.
    pub(super) fn new(plan: &Plan) -> Self {
        let (members, first) = components(plan);
        let count = first.len() - 1;
        let mut of = vec![0u32; plan.len()];
        for c in 0..count {
            for &p in &members[first[c] as usize..first[c + 1] as usize] {
                of[p as usize] = c as u32;
            }
        }
        let mut level = vec![0u32; count];
        let mut last_use = vec![0u32; count];
        let mut sizes = vec![0u32; 1];
        for c in 0..count {
            let rows = || members[first[c] as usize..first[c + 1] as usize].iter();
            let suppliers = || rows().flat_map(|&p| plan.suppliers.neighbours(p as usize)).map(|&s| of[s as usize] as usize);
            let own = suppliers().filter(|&s| s != c).map(|s| level[s] + 1).max().unwrap_or(0);
            level[c] = own;
            last_use[c] = own;
            suppliers().for_each(|s| last_use[s] = last_use[s].max(own));
            if own as usize == sizes.len() {
                sizes.push(0);
            }
            sizes[own as usize] += 1;
        }
        let mut level_first = vec![0u32];
        for size in sizes {
            level_first.push(level_first[level_first.len() - 1] + size);
        }
        let mut next = level_first.clone();
        let mut by_level = vec![0u32; count];
        for (c, &l) in level.iter().enumerate() {
            by_level[next[l as usize] as usize] = c as u32;
            next[l as usize] += 1;
        }
        Self { of, members, first, by_level, level_first, last_use }
    }

    /// Positions of a component.
    pub(super) fn members(&self, component: u32) -> &[u32] {
        &self.members[self.first[component as usize] as usize..self.first[component as usize + 1] as usize]
    }
}

/// Positions by component, and where each begins. Links without a share count for reach and are not in the plan's order: with any of
/// them components are found anew.
fn components(plan: &Plan) -> (Vec<u32>, Vec<u32>) {
    let n = plan.len() as u32;
    let mut first = vec![0u32];
    if plan.suppliers.weights.iter().all(|a| *a > 0.0) {
        let mut next = 0;
        for cycle in &plan.cycles {
            first.extend(next + 1..=cycle.start);
            first.push(cycle.end);
            next = cycle.end;
        }
        first.extend(next + 1..=n);
        return ((0..n).collect(), first);
    }
    let mut members = Vec::with_capacity(plan.len());
    for component in kosaraju_scc(Directed { outgoing: &plan.buyers, incoming: &plan.suppliers }).into_iter().rev() {
        members.extend(component);
        first.push(members.len() as u32);
    }
    (members, first)
}
