//! The part of the network upstream of some buyers, numbered anew: what is solved for them costs nothing beyond it.

use nalgebra::{DMatrix, DVector};

use super::component::{MAX_SWEEPS, Method, SWEEP_BOUND};
use super::krylov::bicgstab;
use super::pending::Pending;
use super::plan::{Component, Plan};
use super::solve::Lanes;

/// Numbers and marks of positions, used again for one buyer after another.
pub(super) struct Numbers {
    /// Number of each position upstream of the last buyers; the others are not read.
    of: Vec<u32>,
    /// Counted from the last position, so that the next one is the highest.
    open: Pending,
}

impl Numbers {
    /// The zeros are the system's: pages that are never written cost nothing.
    pub(super) fn new(plan: &Plan) -> Self {
        Self { of: vec![0; plan.len()], open: Pending::new(plan.len()) }
    }
}

/// What a search finds.
struct Found<'a> {
    /// Positions, ascending.
    positions: Vec<u32>,
    links: usize,
    /// Components with cycles, with the number of their first site.
    cycles: Vec<(&'a Component, u32)>,
}

/// Searches upstream over links that carry a share, from the highest position down: such a link leads to a lower position, or stays in a
/// component. Nothing needs sorting, and rows are read in the order in which they are stored.
fn search<'a>(plan: &'a Plan, buyers: &[u32], open: &mut Pending) -> Found<'a> {
    let last = (plan.len() as u32).saturating_sub(1);
    let mut found = Found { positions: Vec::new(), links: 0, cycles: Vec::new() };
    buyers.iter().for_each(|buyer| open.insert(last - buyer));
    let mut cycles = plan.cycles.as_slice();
    let mut from = 0;
    while let Some(mirrored) = open.next(from) {
        let position = last - mirrored;
        if cycles.last().is_some_and(|c| c.start > position) {
            cycles = &cycles[..cycles.partition_point(|c| c.start <= position)];
        }
        let cycle = cycles.last().filter(|c| position < c.end);
        let (start, end) = cycle.map_or((position, position + 1), |c| (c.start, c.end));
        for p in (start..end).rev() {
            found.positions.push(p);
            for (supplier, a) in plan.suppliers.row(p as usize) {
                if a > 0.0 {
                    found.links += 1;
                    if (supplier as u32) < start {
                        open.insert(last - supplier as u32);
                    }
                }
            }
        }
        found.cycles.extend(cycle.map(|c| (c, found.positions.len() as u32)));
        from = last - start + 1;
        let mut marked = Some(mirrored);
        while let Some(m) = marked.filter(|&m| m < from) {
            open.remove(m);
            marked = open.next(m + 1);
        }
    }
    let count = found.positions.len() as u32;
    found.positions.reverse();
    found.cycles.reverse();
    found.cycles.iter_mut().for_each(|(_, first)| *first = count - *first);
    found
}

/// Positions upstream of a buyer, itself included, ascending.
pub(super) fn positions(plan: &Plan, buyer: u32) -> Vec<u32> {
    search(plan, &[buyer], &mut Pending::new(plan.len())).positions
}

/// Sites upstream of some buyers over links that carry a share, the buyers included.
pub(super) struct Upstream<'a> {
    /// Positions, ascending. A component with a cycle is in it whole or not at all.
    pub(super) positions: Vec<u32>,
    /// Suppliers of number k are `offsets[k]..offsets[k + 1]`.
    offsets: Vec<u32>,
    targets: Vec<u32>,
    weights: Vec<f64>,
    /// Components with cycles, with the number of their first site.
    cycles: Vec<(&'a Component, u32)>,
}

impl<'a> Upstream<'a> {
    /// Searches upstream and numbers what it finds. `O(upstream links)`.
    pub(super) fn new(plan: &'a Plan, buyers: &[u32], numbers: &mut Numbers) -> Self {
        let Found { positions, links, cycles } = search(plan, buyers, &mut numbers.open);
        for (number, &position) in positions.iter().enumerate() {
            numbers.of[position as usize] = number as u32;
        }
        let mut offsets = Vec::with_capacity(positions.len() + 1);
        let (mut targets, mut weights) = (Vec::with_capacity(links), Vec::with_capacity(links));
        offsets.push(0);
        for &position in &positions {
            for (supplier, a) in plan.suppliers.row(position as usize) {
                if a > 0.0 {
                    targets.push(numbers.of[supplier]);
                    weights.push(a);
                }
            }
            offsets.push(targets.len() as u32);
        }
        Self { positions, offsets, targets, weights, cycles }
    }

    /// How many of up to 16 buyers share a site, on average over sites, rounded down.
    pub(super) fn shared(&self, buyers: &[u32]) -> usize {
        let mut masks = vec![0u16; self.len()];
        for (k, buyer) in buyers.iter().enumerate() {
            if let Ok(number) = self.positions.binary_search(buyer) {
                masks[number] |= 1 << k;
            }
        }
        let mut cycles = self.cycles.iter().rev().peekable();
        let mut end = self.len();
        while end > 0 {
            let cycle = cycles.next_if(|(c, first)| end as u32 == first + (c.end - c.start));
            let start = cycle.map_or(end - 1, |(_, first)| *first as usize);
            let mask = masks[start..end].iter().fold(0, |all, mask| all | mask);
            masks[start..end].fill(mask);
            for buyer in start..end {
                self.suppliers(buyer).for_each(|(supplier, _)| masks[supplier] |= mask);
            }
            end = start;
        }
        masks.iter().map(|mask| mask.count_ones() as usize).sum::<usize>() / masks.len().max(1)
    }

    /// Number of sites.
    pub(super) fn len(&self) -> usize {
        self.positions.len()
    }

    /// (number, a_ij) of the suppliers of a number.
    pub(super) fn suppliers(&self, number: usize) -> impl Iterator<Item = (usize, f64)> + Clone + '_ {
        let range = self.offsets[number] as usize..self.offsets[number + 1] as usize;
        self.targets[range.clone()].iter().zip(&self.weights[range]).map(|(&t, &w)| (t as usize, w))
    }

    /// Solves x_i = r_i + Σ_j a_ij x_j by number, in place: every site hands what it has to its suppliers, buyers first. A lane that
    /// is zero at a site adds nothing there, so a lane holds the same bytes whatever the other lanes and their sites are.
    pub(super) fn solve<const K: usize>(&self, columns: &mut [Lanes<K>]) {
        let mut cycles = self.cycles.iter().rev().peekable();
        let mut number = self.len();
        while number > 0 {
            number -= 1;
            let cycle = cycles.next_if(|(c, first)| number as u32 + 1 == first + (c.end - c.start));
            let start = cycle.map_or(number, |(_, first)| *first as usize);
            if let Some((component, _)) = cycle {
                self.solve_component(component, start, columns);
            }
            for buyer in (start..=number).rev() {
                let value = columns[buyer];
                for (supplier, a) in self.suppliers(buyer) {
                    // inside a component it is solved already
                    if supplier < start {
                        for (x, value) in columns[supplier].iter_mut().zip(value) {
                            *x += a * value;
                        }
                    }
                }
            }
            number = start;
        }
    }

    fn solve_component<const K: usize>(&self, component: &Component, start: usize, columns: &mut [Lanes<K>]) {
        let size = (component.end - component.start) as usize;
        let range = start..start + size;
        let inside = |buyer: usize| self.suppliers(buyer).filter(|(s, _)| range.contains(s)).map(|(s, a)| (s - start, a));
        match component.backward.method {
            Method::Dense => {
                let mut matrix = DMatrix::<f64>::identity(size, size);
                for buyer in 0..size {
                    inside(start + buyer).for_each(|(s, a)| matrix[(s, buyer)] -= a);
                }
                let right = DMatrix::from_fn(size, K, |i, k| columns[start + i][k]);
                // the plan has refused closed loops, so the matrix is a non-singular M-matrix
                if let Some(solution) = matrix.lu().solve(&right) {
                    for i in 0..size {
                        columns[start + i] = std::array::from_fn(|k| solution[(i, k)]);
                    }
                } else {
                    self.sweeps(MAX_SWEEPS, range, columns);
                }
            }
            Method::Sweeps(count) => self.sweeps(count, range, columns),
            Method::Krylov => {
                let multiply = |x: &DVector<f64>, out: &mut DVector<f64>| {
                    out.copy_from(x);
                    for buyer in 0..size {
                        inside(start + buyer).for_each(|(s, a)| out[s] -= a * x[buyer]);
                    }
                };
                #[allow(clippy::needless_range_loop, reason = "a lane is a column, not an item")]
                for k in 0..K {
                    let right = DVector::from_fn(size, |i, _| columns[start + i][k]);
                    let solution = bicgstab(multiply, &right, SWEEP_BOUND);
                    solution.iter().enumerate().for_each(|(i, x)| columns[start + i][k] = *x);
                }
            }
        }
    }

    /// Gauss–Seidel from the last site to the first, on the component's links by supplier.
    fn sweeps<const K: usize>(&self, count: u16, range: std::ops::Range<usize>, columns: &mut [Lanes<K>]) {
        let start = range.start;
        let triples = range.clone().flat_map(|buyer| {
            let inside = self.suppliers(buyer).filter(|(s, _)| range.contains(s));
            inside.map(move |(s, a)| ((s - start) as u32, (buyer - start) as u32, a))
        });
        let buyers = super::csr::Csr::from_triples(range.len(), triples);
        let right = columns[range.clone()].to_vec();
        let columns = &mut columns[range];
        columns.fill([0.0; K]);
        for _ in 0..count {
            for supplier in (0..columns.len()).rev() {
                let mut sum = right[supplier];
                let mut own = 0.0;
                for (buyer, a) in buyers.row(supplier) {
                    if buyer == supplier {
                        own += a;
                    } else {
                        for (sum, x) in sum.iter_mut().zip(&columns[buyer]) {
                            *sum += a * x;
                        }
                    }
                }
                columns[supplier] = sum.map(|s| s / (1.0 - own));
            }
        }
    }
}
