//! The compiled network: components in topological order, links in CSR arrays.

use petgraph::algo::kosaraju_scc;
use rayon::prelude::*;

use super::csr::{Csr, Directed};
use super::shares::LinkShares;
use super::solve::{DENSE_UP_TO, MAX_SWEEPS, Method, SLOW_DENSE_UP_TO, SWEEP_BOUND, sweeps_to_bound};
use crate::error::{Error, Result};
use crate::model::Network;
use crate::parameters::Parameters;

/// A component whose own shares leave less than this is closed.
const CLOSED: f64 = 1e-12;

/// A strongly connected component with more than one site, or with self-supply: a range of positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// First position.
    pub start: u32,
    /// Position after the last.
    pub end: u32,
    /// How it is solved from suppliers to buyers.
    pub forward: Method,
    /// How it is solved from buyers to suppliers.
    pub backward: Method,
}

/// The compiled network. Positions number the sites so that suppliers come before their buyers, outside cycles and links without
/// a share.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Site at each position.
    pub site_at: Vec<u32>,
    /// Position of each site.
    pub position_of: Vec<u32>,
    /// Row = buyer's position; entries = suppliers with a_ij = m_j·w_ij.
    pub suppliers: Csr,
    /// Row = supplier's position; entries = buyers with a_ij.
    pub buyers: Csr,
    /// v_j = 1 − m_j by position.
    pub value_added: Vec<f64>,
    /// u_j = m_j(1 − c_j) by position.
    pub untraced: Vec<f64>,
    /// Components with cycles, in order of position.
    pub cycles: Vec<Component>,
}

impl Plan {
    /// Compiles a network. Cost: `O(n + m)`, and the classification of components with cycles.
    ///
    /// # Errors
    /// [`Error::ClosedLoop`] when sites buy everything from each other and add no value.
    pub fn new(network: &Network, shares: &LinkShares, parameters: &Parameters) -> Result<Self> {
        let n = network.sites().len();
        let links = network.links();
        let input_share = |site: usize| {
            let s = &network.sites()[site];
            s.input_share.map_or(parameters.sectors[usize::from(s.sector)].profile.input_share, f64::from)
        };
        // order: petgraph's Kosaraju on the links by site, buyers before suppliers in its output; a link without a share carries
        // nothing, so it must not tie a closed loop into an open component
        let carrying = || links.iter().zip(&shares.share).filter(|(_, share)| **share > 0.0).map(|(l, _)| l);
        let by_buyer = Csr::from_triples(n, carrying().map(|l| (l.buyer, l.supplier, 0.0)));
        let by_supplier = by_buyer.transposed();
        let components = kosaraju_scc(Directed { outgoing: &by_supplier, incoming: &by_buyer });
        drop((by_buyer, by_supplier));

        let mut site_at = Vec::with_capacity(n);
        let mut cycles = Vec::new();
        let self_supply: std::collections::BTreeSet<u32> = carrying().filter(|l| l.supplier == l.buyer).map(|l| l.buyer).collect();
        for component in components.iter().rev() {
            let start = site_at.len() as u32;
            site_at.extend_from_slice(component);
            if component.len() > 1 || self_supply.contains(&component[0]) {
                cycles.push((start, site_at.len() as u32));
            }
        }
        drop(components);
        let mut position_of = vec![0u32; n];
        for (position, &site) in site_at.iter().enumerate() {
            position_of[site as usize] = position as u32;
        }

        let m: Vec<f64> = (0..n).map(input_share).collect();
        let suppliers = Csr::from_triples(
            n,
            links
                .iter()
                .zip(&shares.share)
                .map(|(l, w)| (position_of[l.buyer as usize], position_of[l.supplier as usize], m[l.buyer as usize] * w)),
        );
        let buyers = suppliers.transposed();
        let mut covered = vec![0.0; n];
        for (link, share) in links.iter().zip(&shares.share) {
            covered[link.buyer as usize] += share;
        }
        let at = |f: &dyn Fn(usize) -> f64| -> Vec<f64> { site_at.iter().map(|&s| f(s as usize)).collect() };
        let value_added = at(&|s| 1.0 - m[s]);
        let untraced = at(&|s| m[s] * (1.0 - covered[s]).max(0.0));

        let mut plan = Self { site_at, position_of, suppliers, buyers, value_added, untraced, cycles: Vec::new() };
        let classified: Result<Vec<Component>> = cycles.par_iter().map(|&(start, end)| plan.classify(network, start, end)).collect();
        plan.cycles = classified?;
        Ok(plan)
    }

    fn classify(&self, network: &Network, start: u32, end: u32) -> Result<Component> {
        let range = start as usize..end as usize;
        let leaves = |p: usize| {
            let inside: f64 = self.suppliers.row(p).filter(|(s, _)| range.contains(s)).map(|(_, a)| a).sum();
            1.0 - inside > CLOSED
        };
        if !range.clone().any(leaves) {
            let mut ids: Vec<&str> = range.clone().map(|p| network.site_id(self.site_at[p] as usize)).collect();
            ids.sort_unstable();
            return Err(Error::ClosedLoop { count: ids.len(), sites: ids[..ids.len().min(5)].join(", ") });
        }
        let method = |csr: &Csr, reverse: bool| {
            if range.len() <= DENSE_UP_TO {
                return Method::Dense;
            }
            match sweeps_to_bound(csr, range.clone(), reverse, MAX_SWEEPS, SWEEP_BOUND) {
                Some(sweeps) => Method::Sweeps(sweeps),
                None if range.len() <= SLOW_DENSE_UP_TO => Method::Dense,
                None => Method::Krylov,
            }
        };
        Ok(Component { start, end, forward: method(&self.suppliers, false), backward: method(&self.buyers, true) })
    }

    /// Number of sites.
    #[must_use]
    pub fn len(&self) -> usize {
        self.site_at.len()
    }

    /// True when there are no sites.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.site_at.is_empty()
    }

    /// Sites in components with cycles.
    #[must_use]
    pub fn sites_in_cycles(&self) -> usize {
        self.cycles.iter().map(|c| (c.end - c.start) as usize).sum()
    }
}
