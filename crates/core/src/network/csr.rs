//! Links in compressed rows, usable by petgraph's algorithms.

use fixedbitset::FixedBitSet;
use petgraph::Direction;
use petgraph::visit::{
    GraphBase, GraphRef, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeCount, NodeIndexable, Visitable,
};

/// Rows of (neighbour, weight) in one allocation each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Csr {
    /// Row r is `offsets[r]..offsets[r + 1]`.
    pub offsets: Vec<u32>,
    /// Neighbours.
    pub targets: Vec<u32>,
    /// Weights of the links.
    pub weights: Vec<f64>,
}

impl Csr {
    /// Sorts triples (row, target, weight) into rows, keeping their order within a row. `O(n + m)`.
    #[must_use]
    pub fn from_triples(rows: usize, triples: impl Iterator<Item = (u32, u32, f64)> + Clone) -> Self {
        let mut offsets = vec![0u32; rows + 1];
        for (row, _, _) in triples.clone() {
            offsets[row as usize + 1] += 1;
        }
        for row in 0..rows {
            offsets[row + 1] += offsets[row];
        }
        let count = offsets[rows] as usize;
        let mut next = offsets.clone();
        let (mut targets, mut weights) = (vec![0u32; count], vec![0.0; count]);
        for (row, target, weight) in triples {
            let at = next[row as usize] as usize;
            next[row as usize] += 1;
            targets[at] = target;
            weights[at] = weight;
        }
        Self { offsets, targets, weights }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// True when there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Neighbours of a row.
    #[must_use]
    pub fn neighbours(&self, row: usize) -> &[u32] {
        &self.targets[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// (neighbour, weight) of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + Clone + '_ {
        let range = self.offsets[row] as usize..self.offsets[row + 1] as usize;
        self.targets[range.clone()].iter().zip(&self.weights[range]).map(|(&t, &w)| (t as usize, w))
    }

    /// Puts the entries of a row into ascending order of a key, equal ones in order of their targets.
    pub(super) fn sort_row<K: Ord>(&mut self, row: usize, key: impl Fn(u32) -> K) {
        let range = self.offsets[row] as usize..self.offsets[row + 1] as usize;
        let mut entries: Vec<(u32, f64)> = range.clone().map(|at| (self.targets[at], self.weights[at])).collect();
        entries.sort_by(|a, b| key(a.0).cmp(&key(b.0)).then(a.0.cmp(&b.0)));
        for (at, (target, weight)) in range.zip(entries) {
            self.targets[at] = target;
            self.weights[at] = weight;
        }
    }

    /// The same links by their other end.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let triples = (0..self.rows()).flat_map(move |r| self.row(r).map(move |(t, w)| (t as u32, r as u32, w)));
        Self::from_triples(self.rows(), triples)
    }
}

/// Both directions of the same links, as a graph petgraph can walk without copying it into its own lists.
#[derive(Debug, Clone, Copy)]
pub struct Directed<'a> {
    /// Outgoing neighbours.
    pub outgoing: &'a Csr,
    /// Incoming neighbours.
    pub incoming: &'a Csr,
}

impl GraphBase for Directed<'_> {
    type EdgeId = u32;
    type NodeId = u32;
}

impl GraphRef for Directed<'_> {}

impl Visitable for Directed<'_> {
    type Map = FixedBitSet;

    fn visit_map(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.outgoing.rows())
    }

    fn reset_map(&self, map: &mut FixedBitSet) {
        map.clear();
        map.grow(self.outgoing.rows());
    }
}

impl<'a> IntoNeighbors for Directed<'a> {
    type Neighbors = std::iter::Copied<std::slice::Iter<'a, u32>>;

    fn neighbors(self, node: u32) -> Self::Neighbors {
        self.outgoing.neighbours(node as usize).iter().copied()
    }
}

impl<'a> IntoNeighborsDirected for Directed<'a> {
    type NeighborsDirected = std::iter::Copied<std::slice::Iter<'a, u32>>;

    fn neighbors_directed(self, node: u32, direction: Direction) -> Self::NeighborsDirected {
        let rows = if direction == Direction::Outgoing { self.outgoing } else { self.incoming };
        rows.neighbours(node as usize).iter().copied()
    }
}

impl IntoNodeIdentifiers for Directed<'_> {
    type NodeIdentifiers = std::ops::Range<u32>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        0..self.outgoing.rows() as u32
    }
}

impl NodeCount for Directed<'_> {
    fn node_count(&self) -> usize {
        self.outgoing.rows()
    }
}

impl NodeIndexable for Directed<'_> {
    fn node_bound(&self) -> usize {
        self.outgoing.rows()
    }

    fn to_index(&self, node: u32) -> usize {
        node as usize
    }

    fn from_index(&self, index: usize) -> u32 {
        index as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_the_order_of_their_triples_and_transposing_twice_returns_them() {
        let triples = [(2, 0, 0.1), (0, 2, 0.2), (2, 1, 0.3), (0, 1, 0.4), (2, 0, 0.5)];
        let csr = Csr::from_triples(4, triples.into_iter());
        assert_eq!((csr.rows(), csr.len(), csr.is_empty()), (4, 5, false));
        assert_eq!(csr.neighbours(2), [0, 1, 0]);
        assert_eq!(csr.row(0).collect::<Vec<_>>(), [(2, 0.2), (1, 0.4)]);
        assert!(csr.neighbours(1).is_empty() && csr.neighbours(3).is_empty());
        let back = csr.transposed();
        assert_eq!(back.row(0).collect::<Vec<_>>(), [(2, 0.1), (2, 0.5)]);
        // twice: rows by target now, the same links
        let twice = back.transposed();
        let sorted = |c: &Csr| {
            let mut all: Vec<(usize, usize, u64)> = (0..4).flat_map(|r| c.row(r).map(move |(t, w)| (r, t, w.to_bits()))).collect();
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(&twice), sorted(&csr));
        assert!(Csr::from_triples(0, std::iter::empty()).is_empty());
    }
}
