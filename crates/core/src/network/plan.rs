//! The compiled network: sites in the order in which they are solved, links in CSR arrays.

use super::component::Cyclic;
use super::csr::Csr;
use super::order::{Order, Stage};
use super::shares::LinkShares;
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
    /// The order of a sweep.
    pub stages: Vec<Stage>,
    /// How it is solved from suppliers to buyers.
    pub forward: Cyclic,
    /// How it is solved from buyers to suppliers.
    pub backward: Cyclic,
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
    /// How the positions are solved, suppliers first.
    pub stages: Vec<Stage>,
    /// Components with cycles, in order of position.
    pub cycles: Vec<Component>,
}

impl Plan {
    /// Compiles a network. Cost: `O(n + m)`, and ordering and classifying components with cycles.
    ///
    /// # Errors
    /// [`Error::ClosedLoop`] when sites buy everything from each other and add no value.
    pub fn new(network: &Network, shares: &LinkShares, parameters: &Parameters) -> Result<Self> {
        let n = network.sites().len();
        let links = network.links();
        let input_share = |site: usize| shares.input_share(network, parameters, site);
        // a link without a share carries nothing, so it must not tie a closed loop into an open component
        let carrying = || links.iter().zip(&shares.share).filter(|(_, share)| **share > 0.0).map(|(l, _)| l);
        let by_buyer = Csr::from_triples(n, carrying().map(|l| (l.buyer, l.supplier, 0.0)));
        let by_supplier = by_buyer.transposed();
        let Order { site_at, stages, cycles } = Order::new(&by_buyer, &by_supplier);
        drop((by_buyer, by_supplier));
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

        let mut plan = Self { site_at, position_of, suppliers, buyers, value_added, untraced, stages, cycles: Vec::new() };
        for cycle in cycles {
            let range = cycle.range;
            plan.refuse_closed(network, &range)?;
            let forward = Cyclic::new(&mut plan.suppliers, &range, &cycle.stages, false);
            let backward = Cyclic::new(&mut plan.buyers, &range, &cycle.stages, true);
            plan.cycles.push(Component { start: range.start, end: range.end, stages: cycle.stages, forward, backward });
        }
        Ok(plan)
    }

    fn refuse_closed(&self, network: &Network, range: &std::ops::Range<u32>) -> Result<()> {
        let leaves = |p: u32| {
            let inside: f64 = self.suppliers.row(p as usize).filter(|(s, _)| range.contains(&(*s as u32))).map(|(_, a)| a).sum();
            1.0 - inside > CLOSED
        };
        if range.clone().any(leaves) {
            return Ok(());
        }
        let mut ids: Vec<&str> = range.clone().map(|p| network.site_id(self.site_at[p as usize] as usize)).collect();
        ids.sort_unstable();
        Err(Error::ClosedLoop { count: ids.len(), sites: ids[..ids.len().min(5)].join(", ") })
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
