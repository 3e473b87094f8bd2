//! The links of a plan with some buyers' rows replaced.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;

use super::super::csr::Csr;
use super::super::plan::Plan;

/// The links of one buyer.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Positions of the suppliers.
    pub(super) suppliers: Vec<u32>,
    /// a_ij.
    pub(super) weights: Vec<f64>,
    /// u_j.
    pub(super) untraced: f64,
}

/// Rows by buyer and by supplier.
#[derive(Debug, Clone)]
pub(super) struct Rows<'a> {
    pub(super) plan: &'a Plan,
    replaced: HashMap<u32, Row>,
    /// Buyers whose rows are replaced: their links in the plan no longer hold.
    is_replaced: FixedBitSet,
    /// (buyer, a_ij) of the links that came with replaced rows, by supplier.
    added: HashMap<u32, Vec<(u32, f64)>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self { plan, replaced: HashMap::new(), is_replaced: FixedBitSet::with_capacity(plan.len()), added: HashMap::new() }
    }

    /// Puts a row in the place of a buyer's, or the plan's own back for `None`. Returns what was replaced before.
    pub(super) fn replace(&mut self, buyer: u32, row: Option<Row>) -> Option<Row> {
        let before = self.replaced.remove(&buyer);
        for supplier in before.iter().flat_map(|row| &row.suppliers) {
            if let Some(buyers) = self.added.get_mut(supplier) {
                buyers.retain(|(b, _)| *b != buyer);
                if buyers.is_empty() {
                    self.added.remove(supplier);
                }
            }
        }
        self.is_replaced.set(buyer as usize, row.is_some());
        if let Some(row) = row {
            for (&supplier, &a) in row.suppliers.iter().zip(&row.weights) {
                self.added.entry(supplier).or_default().push((buyer, a));
            }
            self.replaced.insert(buyer, row);
        }
        before
    }

    /// Suppliers of a buyer.
    pub(super) fn neighbours(&self, buyer: u32) -> &[u32] {
        if self.is_replaced.contains(buyer as usize) {
            self.replaced.get(&buyer).map_or(&[], |row| &row.suppliers)
        } else {
            self.plan.suppliers.neighbours(buyer as usize)
        }
    }

    /// (supplier, a_ij) of a buyer.
    pub(super) fn suppliers(&self, buyer: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let own = self.replaced.get(&buyer);
        let row = own.into_iter().flat_map(|row| row.suppliers.iter().copied().zip(row.weights.iter().copied()));
        let kept = own.is_none().then(|| self.plan.suppliers.row(buyer as usize).map(|(s, a)| (s as u32, a)));
        row.chain(kept.into_iter().flatten())
    }

    /// Calls `each` with (buyer, a_ij) of a supplier, whose links in the plan are `kept`.
    #[inline]
    pub(super) fn buyers(&self, supplier: u32, kept: [u32; 2], mut each: impl FnMut(u32, f64)) {
        let range = kept[0] as usize..kept[1] as usize;
        let Csr { targets, weights, .. } = &self.plan.buyers;
        let kept = targets[range.clone()].iter().zip(&weights[range]);
        if self.replaced.is_empty() {
            return kept.for_each(|(&buyer, &a)| each(buyer, a));
        }
        for (&buyer, &a) in kept.filter(|(buyer, _)| !self.is_replaced.contains(**buyer as usize)) {
            each(buyer, a);
        }
        for &(buyer, a) in self.added.get(&supplier).into_iter().flatten() {
            each(buyer, a);
        }
    }

    /// Where the plan's links to a supplier's buyers begin and end.
    pub(super) fn kept(&self, supplier: u32) -> [u32; 2] {
        let offsets = &self.plan.buyers.offsets;
        [offsets[supplier as usize], offsets[supplier as usize + 1]]
    }

    /// Buyers whose rows are replaced, ascending.
    pub(super) fn replaced(&self) -> impl Iterator<Item = u32> + '_ {
        self.is_replaced.ones().map(|p| p as u32)
    }

    /// u_j.
    pub(super) fn untraced(&self, buyer: u32) -> f64 {
        self.replaced.get(&buyer).map_or(self.plan.untraced[buyer as usize], |row| row.untraced)
    }
}
