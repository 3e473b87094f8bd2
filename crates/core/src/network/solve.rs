//! Solving e = r + Aᵀe (suppliers to buyers) and x = r + A·x (buyers to suppliers) on a plan.

use std::ops::Range;

use nalgebra::{DMatrix, DVector};

use super::csr::Csr;
use super::krylov::bicgstab;
use super::plan::Plan;

/// Components up to this size are solved by dense LU.
pub const DENSE_UP_TO: usize = 256;
/// Components that sweeps solve too slowly are still solved by dense LU up to this size.
pub const SLOW_DENSE_UP_TO: usize = 4_000;
/// Components that need more sweeps than this are solved by BiCGSTAB.
pub const MAX_SWEEPS: u32 = 500;
/// Sweeps bring ‖Gᵏ·1‖∞ to this.
pub const SWEEP_BOUND: f64 = 1e-12;

/// How a component with cycles is solved. Part of the plan, so that results do not depend on the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Dense LU.
    Dense,
    /// So many Gauss–Seidel sweeps.
    Sweeps(u32),
    /// BiCGSTAB.
    Krylov,
}

/// Columns that are solved together.
pub type Lanes<const K: usize> = [f64; K];

/// Least number of Gauss–Seidel sweeps after which a vector of ones is below `bound`; `None` above `most`.
#[must_use]
pub fn sweeps_to_bound(csr: &Csr, range: Range<usize>, reverse: bool, most: u32, bound: f64) -> Option<u32> {
    let start = range.start;
    let mut x = vec![1.0f64; range.len()];
    let sweep = |p: usize, x: &mut [f64]| {
        let (mut sum, mut own) = (0.0, 0.0);
        for (t, a) in csr.row(p) {
            if t == p {
                own += a;
            } else if range.contains(&t) {
                sum += a * x[t - start];
            }
        }
        x[p - start] = sum / (1.0 - own);
    };
    for k in 1..=most {
        if reverse {
            range.clone().rev().for_each(|p| sweep(p, &mut x));
        } else {
            range.clone().for_each(|p| sweep(p, &mut x));
        }
        let norm = x.iter().copied().fold(0.0, f64::max);
        if norm <= bound {
            return Some(k);
        }
        if norm.is_nan() {
            return None;
        }
    }
    None
}

/// One direction of a plan.
struct System<'a> {
    csr: &'a Csr,
    reverse: bool,
}

/// Solves e_j = r_j + Σ_i a_ij e_i for all sites, in place; `columns` is by position and holds r, then e.
///
/// Cost: one pass over the links, and the sweeps of components with cycles. `O((n + m)·K)`.
pub fn solve_forward<const K: usize>(plan: &Plan, columns: &mut [Lanes<K>]) {
    let system = System { csr: &plan.suppliers, reverse: false };
    let mut next = 0;
    for component in &plan.cycles {
        let range = component.start as usize..component.end as usize;
        for position in next..range.start {
            system.substitute(position, columns);
        }
        system.component(range.clone(), component.forward, columns);
        next = range.end;
    }
    for position in next..plan.len() {
        system.substitute(position, columns);
    }
}

/// Solves x_i = r_i + Σ_j a_ij x_j for all sites, in place; the transpose of [`solve_forward`].
pub fn solve_backward<const K: usize>(plan: &Plan, columns: &mut [Lanes<K>]) {
    backward(plan, 0..plan.len() as u32, columns);
}

/// [`solve_backward`] where only some positions can be other than zero: `upstream` is ascending, and holds a component with a
/// cycle whole or not at all.
pub fn solve_backward_on<const K: usize>(plan: &Plan, upstream: &[u32], columns: &mut [Lanes<K>]) {
    backward(plan, upstream.iter().copied(), columns);
}

fn backward<const K: usize>(plan: &Plan, positions: impl DoubleEndedIterator<Item = u32>, columns: &mut [Lanes<K>]) {
    let system = System { csr: &plan.buyers, reverse: true };
    let mut cycles = plan.cycles.iter().rev().peekable();
    let mut done_from = u32::MAX;
    for position in positions.rev() {
        if position >= done_from {
            continue;
        }
        while cycles.next_if(|c| c.start > position).is_some() {}
        match cycles.next_if(|c| position < c.end) {
            Some(c) => {
                system.component(c.start as usize..c.end as usize, c.backward, columns);
                done_from = c.start;
            }
            None => system.substitute(position as usize, columns),
        }
    }
}

/// Largest |residual| of a forward solution over sites in cycles, in the columns that `counts`; sites outside cycles have none but
/// rounding. Times the largest row sum of (I − A)⁻¹ it bounds the error.
#[must_use]
pub fn largest_residual<const K: usize>(
    plan: &Plan,
    rhs: impl Fn(usize) -> Lanes<K>,
    solution: &[Lanes<K>],
    counts: impl Fn(usize) -> bool,
) -> f64 {
    let mut worst = 0.0f64;
    for component in &plan.cycles {
        for p in component.start as usize..component.end as usize {
            let mut residual = solution[p];
            for (residual, r) in residual.iter_mut().zip(rhs(p)) {
                *residual -= r;
            }
            for (t, a) in plan.suppliers.row(p) {
                for (residual, x) in residual.iter_mut().zip(&solution[t]) {
                    *residual -= a * x;
                }
            }
            worst = residual.iter().enumerate().filter(|(k, _)| counts(*k)).fold(worst, |w, (_, r)| w.max(r.abs()));
        }
    }
    worst
}

impl System<'_> {
    /// A site outside cycles: its neighbours are solved.
    #[inline]
    fn substitute<const K: usize>(&self, position: usize, columns: &mut [Lanes<K>]) {
        let mut sum = columns[position];
        for (t, a) in self.csr.row(position) {
            let other = &columns[t];
            for k in 0..K {
                sum[k] += a * other[k];
            }
        }
        columns[position] = sum;
    }

    /// A component: first what flows in from outside it, then the cycle itself.
    fn component<const K: usize>(&self, range: Range<usize>, method: Method, columns: &mut [Lanes<K>]) {
        let start = range.start;
        let mut rhs: Vec<Lanes<K>> = columns[range.clone()].to_vec();
        for p in range.clone() {
            for (t, a) in self.csr.row(p) {
                if !range.contains(&t) {
                    for k in 0..K {
                        rhs[p - start][k] += a * columns[t][k];
                    }
                }
            }
        }
        match method {
            Method::Dense => self.dense(range, &rhs, columns),
            Method::Sweeps(count) => self.sweeps(range, count, &rhs, columns),
            Method::Krylov => self.krylov(range, &rhs, columns),
        }
    }

    fn sweeps<const K: usize>(&self, range: Range<usize>, count: u32, rhs: &[Lanes<K>], columns: &mut [Lanes<K>]) {
        let start = range.start;
        columns[range.clone()].fill([0.0; K]);
        let step = |p: usize, columns: &mut [Lanes<K>]| {
            let mut sum = rhs[p - start];
            let mut own = 0.0;
            for (t, a) in self.csr.row(p) {
                if t == p {
                    own += a;
                } else if range.contains(&t) {
                    let other = &columns[t];
                    for k in 0..K {
                        sum[k] += a * other[k];
                    }
                }
            }
            columns[p] = sum.map(|s| s / (1.0 - own));
        };
        for _ in 0..count {
            if self.reverse {
                range.clone().rev().for_each(|p| step(p, columns));
            } else {
                range.clone().for_each(|p| step(p, columns));
            }
        }
    }

    fn dense<const K: usize>(&self, range: Range<usize>, rhs: &[Lanes<K>], columns: &mut [Lanes<K>]) {
        let (start, n) = (range.start, range.len());
        let mut matrix = DMatrix::<f64>::identity(n, n);
        for p in range.clone() {
            for (t, a) in self.csr.row(p) {
                if range.contains(&t) {
                    matrix[(p - start, t - start)] -= a;
                }
            }
        }
        let right = DMatrix::from_fn(n, K, |i, k| rhs[i][k]);
        // the plan has refused closed loops, so the matrix is a non-singular M-matrix
        if let Some(solution) = matrix.lu().solve(&right) {
            for i in 0..n {
                for k in 0..K {
                    columns[start + i][k] = solution[(i, k)];
                }
            }
        } else {
            self.sweeps(range, MAX_SWEEPS, rhs, columns);
        }
    }

    fn krylov<const K: usize>(&self, range: Range<usize>, rhs: &[Lanes<K>], columns: &mut [Lanes<K>]) {
        let start = range.start;
        let multiply = |x: &DVector<f64>, out: &mut DVector<f64>| {
            for p in range.clone() {
                let inside = self.csr.row(p).filter(|(t, _)| range.contains(t));
                out[p - start] = x[p - start] - inside.map(|(t, a)| a * x[t - start]).sum::<f64>();
            }
        };
        for k in 0..K {
            let right = DVector::from_fn(range.len(), |i, _| rhs[i][k]);
            let solution = bicgstab(multiply, &right, SWEEP_BOUND);
            for (i, x) in solution.iter().enumerate() {
                columns[start + i][k] = *x;
            }
        }
    }
}
