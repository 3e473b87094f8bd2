//! Components with cycles: dense elimination, sweeps, or BiCGSTAB.

use std::ops::Range;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::csr::Csr;
use super::kernel::{Kernel, dispatch};
use super::krylov::bicgstab;
use super::lane::Lane;
use super::order::Stage;
use super::solve::{CHUNK, Sides, add_row, for_each, in_turn};

/// Components up to this size are solved by dense LU: exact, and nearly free.
const SMALL: usize = 64;
/// Components up to this size may be solved by dense LU.
pub const DENSE_UP_TO: usize = 256;
/// Components that sweeps solve too slowly are still solved by dense LU up to this size.
pub const SLOW_DENSE_UP_TO: usize = 4_000;
/// Components that need more sweeps than this are solved by BiCGSTAB.
pub const MAX_SWEEPS: u16 = 500;
/// Sweeps bring ‖Gᵏ·1‖∞ to this.
pub const SWEEP_BOUND: f64 = 1e-12;
/// A site is left out of further sweeps below this part of the bound, so that many of them together stay within it.
const CALM: f64 = 0.01;

/// How a component with cycles is solved. Part of the plan, so that results do not depend on the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Dense LU.
    Dense,
    /// So many Gauss–Seidel sweeps.
    Sweeps(u16),
    /// BiCGSTAB.
    Krylov,
}

/// Links of a row that stay inside its component, itself left out: a range of the CSR arrays.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Inside {
    from: u32,
    to: u32,
    /// 1 − what the site buys from itself.
    keep: f64,
}

/// A component with cycles in one direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Cyclic {
    /// How it is solved.
    pub method: Method,
    inside: Vec<Inside>,
    /// The sweep after which a site is left as it is: its error is within the bound.
    last: Vec<u16>,
}

/// Where a neighbour lies, in the order in which rows of a component hold them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Solved before the component, or without a share.
    Outside,
    Inside,
    Itself,
}

impl Cyclic {
    /// Orders the rows of a component and finds how it is solved. `reverse`: rows are suppliers, solved after their buyers.
    pub(super) fn new(csr: &mut Csr, range: &Range<u32>, stages: &[Stage], reverse: bool) -> Self {
        let inside = range.clone().map(|p| {
            csr.sort_row(p as usize, |t| class(range, p, t));
            let start = csr.offsets[p as usize];
            let row = csr.neighbours(p as usize);
            let count = |c: &Class| row.iter().filter(|&&t| class(range, p, t) == *c).count() as u32;
            let from = start + count(&Class::Outside);
            let to = from + count(&Class::Inside);
            let itself: f64 = csr.weights[to as usize..csr.offsets[p as usize + 1] as usize].iter().sum();
            Inside { from, to, keep: 1.0 - itself }
        });
        let n = range.len();
        let mut cyclic = Self { method: Method::Dense, inside: inside.collect(), last: vec![u16::MAX; n] };
        let most = if n <= DENSE_UP_TO { cyclic.sweeps_worth(n) } else { MAX_SWEEPS };
        let sweeps = if n <= SMALL { None } else { cyclic.sweeps_to_bound(csr, range, stages, reverse, most) };
        cyclic.method = match sweeps {
            Some(sweeps) => Method::Sweeps(sweeps),
            None if n <= SLOW_DENSE_UP_TO => Method::Dense,
            None => Method::Krylov,
        };
        if !matches!(cyclic.method, Method::Sweeps(_)) {
            cyclic.last = vec![u16::MAX; n];
        }
        cyclic
    }

    /// Sweeps of the site at an offset of the component before it is left as it is; `None` where it is not swept.
    #[must_use]
    pub fn sweeps_of(&self, offset: usize) -> Option<u16> {
        match self.method {
            Method::Sweeps(all) => Some(self.last.get(offset).map_or(all, |&last| last.min(all))),
            _ => None,
        }
    }

    /// Sweeps that cost less than elimination, n³/3, for a single column.
    fn sweeps_worth(&self, n: usize) -> u16 {
        let links: usize = self.inside.iter().map(|i| (i.to - i.from) as usize + 1).sum();
        (n * n * n / 3 / links.max(1)).min(usize::from(MAX_SWEEPS)) as u16
    }

    /// Least number of sweeps after which a vector of ones is below the bound; `None` above `most`.
    ///
    /// From suppliers to buyers a site whose one has come well below the bound is left out of further sweeps, here and in solving: |error| ≤
    /// the vector times the largest error at the start, by induction over the updates that are done. From buyers to suppliers a site
    /// may sell to so many that what is left of each would add up.
    fn sweeps_to_bound(&mut self, csr: &Csr, range: &Range<u32>, stages: &[Stage], reverse: bool, most: u16) -> Option<u16> {
        let mut x = vec![[1.0f64]; range.len()];
        let rhs = vec![[0.0]; range.len()];
        for k in 1..=most {
            self.sweep(csr, range.start, stages, reverse, k, &rhs, &mut x);
            if x.iter().all(|[x]| *x <= SWEEP_BOUND) {
                return Some(k);
            }
            if !reverse {
                for (last, _) in self.last.iter_mut().zip(&x).filter(|(last, [x])| **last >= k && *x <= CALM * SWEEP_BOUND) {
                    *last = k;
                }
            }
        }
        None
    }

    /// Solves the component in place: first what flows in from outside it, then the cycle itself.
    pub(super) fn solve<L: Lane>(&self, csr: &Csr, range: Range<u32>, stages: &[Stage], reverse: bool, columns: &mut [L]) {
        let base = range.start;
        let flow_in = |(k, inside): (usize, &Inside)| {
            let mut sum = columns[base as usize + k];
            let row = csr.offsets[base as usize + k] as usize..inside.from as usize;
            add_row(&mut sum, &csr.targets[row.clone()], &csr.weights[row], |t| columns.get(t as usize));
            sum
        };
        let rhs: Vec<L> = if self.inside.len() < CHUNK {
            self.inside.iter().enumerate().map(flow_in).collect()
        } else {
            self.inside.par_iter().enumerate().with_min_len(CHUNK).map(flow_in).collect()
        };
        let own = &mut columns[base as usize..range.end as usize];
        match self.method {
            Method::Dense => self.dense(csr, base, stages, reverse, &rhs, own),
            Method::Sweeps(count) => self.sweeps(csr, base, stages, reverse, count, &rhs, own),
            Method::Krylov => self.krylov(csr, base, &rhs, own),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a sweep, and how often")]
    fn sweeps<L: Lane>(&self, csr: &Csr, base: u32, stages: &[Stage], reverse: bool, count: u16, rhs: &[L], own: &mut [L]) {
        own.fill(L::ZERO);
        for k in 1..=count {
            self.sweep(csr, base, stages, reverse, k, rhs, own);
        }
    }

    /// One Gauss–Seidel sweep through the positions from `base` on. In a stage of sites that do not supply each other the order does
    /// not matter, so that side by side gives the same bits as in turn.
    #[allow(clippy::too_many_arguments, reason = "a sweep, and which")]
    fn sweep<L: Lane>(&self, csr: &Csr, base: u32, stages: &[Stage], reverse: bool, count: u16, rhs: &[L], own: &mut [L]) {
        for_each(stages, reverse, |stage| match stage {
            Stage::InTurn(range) => {
                let positions = (range.start - base) as usize..(range.end - base) as usize;
                dispatch(SweepInTurn { cyclic: self, csr, base, positions, reverse, count, rhs, own });
            }
            Stage::Apart(range) => {
                let start = (range.start - base) as usize;
                let (level, sides) = Sides::split(own, start..start + range.len());
                level.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, own)| {
                    dispatch(SweepApart { cyclic: self, csr, base, first: start + chunk * CHUNK, count, rhs, own, sides });
                });
            }
            Stage::Cycle(_) => {}
        });
    }

    #[inline(always)]
    fn row<'a, L: Lane + 'a>(&self, csr: &Csr, base: u32, k: usize, rhs: &L, get: impl Fn(usize) -> Option<&'a L>) -> L {
        let inside = self.inside[k];
        let row = inside.from as usize..inside.to as usize;
        let mut sum = *rhs;
        add_row(&mut sum, &csr.targets[row.clone()], &csr.weights[row], |t| get((t - base) as usize));
        if inside.keep < 1.0 {
            sum.divide(inside.keep);
        }
        sum
    }

    fn dense<L: Lane>(&self, csr: &Csr, base: u32, stages: &[Stage], reverse: bool, rhs: &[L], own: &mut [L]) {
        let n = rhs.len();
        let mut matrix = DMatrix::<f64>::identity(n, n);
        for (k, inside) in self.inside.iter().enumerate() {
            matrix[(k, k)] = inside.keep;
            for at in inside.from as usize..inside.to as usize {
                matrix[(k, (csr.targets[at] - base) as usize)] -= csr.weights[at];
            }
        }
        let right = DMatrix::from_fn(n, L::WIDTH, |i, k| rhs[i].get(k));
        // the plan has refused closed loops, so the matrix is a non-singular M-matrix
        if let Some(solution) = matrix.lu().solve(&right) {
            for (i, out) in own.iter_mut().enumerate() {
                for k in 0..L::WIDTH {
                    out.set(k, solution[(i, k)]);
                }
            }
        } else {
            self.sweeps(csr, base, stages, reverse, MAX_SWEEPS, rhs, own);
        }
    }

    fn krylov<L: Lane>(&self, csr: &Csr, base: u32, rhs: &[L], own: &mut [L]) {
        let multiply = |x: &DVector<f64>, out: &mut DVector<f64>| {
            for (k, inside) in self.inside.iter().enumerate() {
                let links = inside.from as usize..inside.to as usize;
                out[k] = inside.keep * x[k] - links.map(|at| csr.weights[at] * x[(csr.targets[at] - base) as usize]).sum::<f64>();
            }
        };
        for column in 0..L::WIDTH {
            let right = DVector::from_fn(rhs.len(), |i, _| rhs[i].get(column));
            let solution = bicgstab(multiply, &right, SWEEP_BOUND);
            for (out, x) in own.iter_mut().zip(solution.iter()) {
                out.set(column, *x);
            }
        }
    }
}

/// Sites of a sweep, one after the other.
struct SweepInTurn<'a, L> {
    cyclic: &'a Cyclic,
    csr: &'a Csr,
    base: u32,
    positions: Range<usize>,
    reverse: bool,
    count: u16,
    rhs: &'a [L],
    own: &'a mut [L],
}

impl<L: Lane> Kernel for SweepInTurn<'_, L> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        in_turn(self.positions, self.reverse, |k| {
            if self.cyclic.last[k] >= self.count {
                let x = self.cyclic.row(self.csr, self.base, k, &self.rhs[k], |t| self.own.get(t));
                self.own[k] = x;
            }
        });
    }
}

/// Sites of a sweep that do not supply each other.
struct SweepApart<'a, L> {
    cyclic: &'a Cyclic,
    csr: &'a Csr,
    base: u32,
    first: usize,
    count: u16,
    rhs: &'a [L],
    own: &'a mut [L],
    sides: Sides<'a, L>,
}

impl<L: Lane> Kernel for SweepApart<'_, L> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        for (at, x) in self.own.iter_mut().enumerate() {
            let k = self.first + at;
            if self.cyclic.last[k] >= self.count {
                *x = self.cyclic.row(self.csr, self.base, k, &self.rhs[k], |t| self.sides.get(t));
            }
        }
    }
}

fn class(range: &Range<u32>, p: u32, t: u32) -> Class {
    if t == p {
        Class::Itself
    } else if range.contains(&t) {
        Class::Inside
    } else {
        Class::Outside
    }
}
