//! The order in which sites are solved: suppliers before buyers, in stages of sites that do not wait for each other.

use std::ops::Range;

use petgraph::algo::kosaraju_scc;

use super::csr::{Csr, Directed};

/// Sites that are worth solving in parallel.
const APART_FROM: usize = 4096;
/// Components with cycles above this size are put into an order of their own.
const ORDERED_FROM: usize = 64;
/// Rounds by which the height of a site in a cycle is found.
const ROUNDS: u32 = 16;
/// A supplier's height counts so much less per link, so that heights stay finite in cycles.
const DAMPING: f64 = 0.95;

/// A range of positions, and how it is solved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// One after the other.
    InTurn(Range<u32>),
    /// No site supplies another: in any order, or side by side.
    Apart(Range<u32>),
    /// The component with cycles of this number.
    Cycle(usize),
}

/// A component with cycles: a range of positions, and the stages of one sweep through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cycle {
    pub range: Range<u32>,
    pub stages: Vec<Stage>,
}

/// The order of all sites. Where a stage leaves it open, sites with as many links follow each other: the length of a row is then foreseen
/// by the processor.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub site_at: Vec<u32>,
    pub stages: Vec<Stage>,
    pub cycles: Vec<Cycle>,
}

impl Order {
    /// Orders sites by the links that carry value. `O(n + m)`, and sorting in components with cycles.
    ///
    /// Levels of the condensed graph come one after the other; in a level first the sites outside cycles, then the components with
    /// cycles.
    pub fn new(by_buyer: &Csr, by_supplier: &Csr) -> Self {
        // petgraph's components come buyers first
        let components = kosaraju_scc(Directed { outgoing: by_supplier, incoming: by_buyer });
        let mut component_of = vec![0u32; by_buyer.rows()];
        for (c, members) in components.iter().enumerate() {
            for &site in members {
                component_of[site as usize] = c as u32;
            }
        }
        // 2·level, and one more for components with cycles
        let mut place = vec![0u32; components.len()];
        for (c, members) in components.iter().enumerate().rev() {
            let mut cyclic = members.len() > 1;
            let mut level = 0;
            for supplier in members.iter().flat_map(|&site| by_buyer.neighbours(site as usize)) {
                let other = component_of[*supplier as usize] as usize;
                if other == c {
                    cyclic = true;
                } else {
                    level = level.max(place[other] / 2 + 1);
                }
            }
            place[c] = 2 * level + u32::from(cyclic);
        }
        let last = place.iter().copied().max().map_or(0, |p| p as usize + 1);
        let in_order = Csr::from_triples(last, (0..components.len()).rev().map(|c| (place[c], c as u32, 0.0)));

        let mut heights = None;
        let mut order = Self { site_at: Vec::with_capacity(by_buyer.rows()), ..Self::default() };
        for place in 0..last {
            let here = in_order.neighbours(place);
            if place % 2 == 0 {
                let start = order.site_at.len();
                order.site_at.extend(here.iter().flat_map(|&c| &components[c as usize]));
                order.site_at[start..].sort_by_key(|&site| by_buyer.neighbours(site as usize).len());
                push(&mut order.stages, start as u32..order.site_at.len() as u32);
            } else {
                for &c in here {
                    order.push_cycle(&components[c as usize], by_buyer, by_supplier, &mut heights);
                }
            }
        }
        order
    }

    fn push_cycle(&mut self, members: &[u32], by_buyer: &Csr, by_supplier: &Csr, heights: &mut Option<Heights>) {
        let start = self.site_at.len() as u32;
        let mut stages = Vec::new();
        if members.len() < ORDERED_FROM {
            self.site_at.extend_from_slice(members);
            push(&mut stages, start..self.site_at.len() as u32);
        } else {
            let n = by_buyer.rows();
            let heights = heights.get_or_insert_with(|| Heights { height: vec![0.0; n], level: vec![u32::MAX; n] });
            for level in levels(members, by_buyer, by_supplier, heights) {
                let from = self.site_at.len() as u32;
                self.site_at.extend_from_slice(&level);
                push(&mut stages, from..self.site_at.len() as u32);
            }
        }
        self.stages.push(Stage::Cycle(self.cycles.len()));
        self.cycles.push(Cycle { range: start..self.site_at.len() as u32, stages });
    }
}

/// Adds a range of sites that do not supply each other; small ones are joined.
fn push(stages: &mut Vec<Stage>, range: Range<u32>) {
    if range.len() >= APART_FROM {
        stages.push(Stage::Apart(range));
    } else if let Some(Stage::InTurn(last)) = stages.last_mut() {
        last.end = range.end;
    } else if !range.is_empty() {
        stages.push(Stage::InTurn(range));
    }
}

/// What orders the sites of a component with cycles; by site, cleared after each component.
struct Heights {
    height: Vec<f64>,
    level: Vec<u32>,
}

/// Sites of a component with cycles, in levels in which none supplies another.
///
/// A sweep goes through them in this order; the less value flows against it, the fewer sweeps are needed. Sites are taken by their
/// height, 1 + the mean height of their suppliers (trophic level, damped), which few links lead against in a chain with some links back.
fn levels(members: &[u32], by_buyer: &Csr, by_supplier: &Csr, known: &mut Heights) -> Vec<Vec<u32>> {
    let Heights { height, level } = known;
    for &site in members {
        height[site as usize] = 1.0;
    }
    for _ in 0..ROUNDS {
        // suppliers outside the component lie below all of it, at 0
        let risen = members.iter().map(|&site| {
            let suppliers = by_buyer.neighbours(site as usize);
            1.0 + DAMPING * suppliers.iter().map(|&s| height[s as usize]).sum::<f64>() / suppliers.len() as f64
        });
        let risen: Vec<f64> = risen.collect();
        for (&site, risen) in members.iter().zip(risen) {
            height[site as usize] = risen;
        }
    }
    let mut order = members.to_vec();
    order.sort_by(|&a, &b| height[a as usize].total_cmp(&height[b as usize]).then(a.cmp(&b)));
    let mut out: Vec<Vec<u32>> = Vec::new();
    for site in order {
        let near = by_buyer.neighbours(site as usize).iter().chain(by_supplier.neighbours(site as usize));
        let own = near.map(|&o| level[o as usize]).filter(|&l| l != u32::MAX).max().map_or(0, |l| l + 1);
        level[site as usize] = own;
        if out.len() <= own as usize {
            out.push(Vec::new());
        }
        out[own as usize].push(site);
    }
    // suppliers inside the component, itself left out, then outside
    let links = |site: u32| {
        let suppliers = by_buyer.neighbours(site as usize);
        (suppliers.iter().filter(|&&s| s != site && level[s as usize] != u32::MAX).count(), suppliers.len())
    };
    for sites in &mut out {
        sites.sort_by_cached_key(|&site| links(site));
    }
    for &site in members {
        height[site as usize] = 0.0;
        level[site as usize] = u32::MAX;
    }
    out
}
