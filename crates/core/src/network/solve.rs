//! Solving e = r + Aᵀe (suppliers to buyers) and x = r + A·x (buyers to suppliers) on a plan.

use std::hint::select_unpredictable;
use std::ops::Range;

use rayon::prelude::*;

use super::csr::Csr;
use super::kernel::{Kernel, dispatch};
use super::lane::Lane;
use super::order::Stage;
use super::plan::Plan;

/// Positions that one thread takes at a time.
pub(super) const CHUNK: usize = 1024;

/// Columns that are solved together.
pub type Lanes<const K: usize> = [f64; K];

/// Solves e_j = r_j + Σ_i a_ij e_i for all sites, in place; `columns` is by position and holds r, then e.
///
/// Parallel over sites that do not wait for each other; the bits do not depend on it. Cost: one pass over the links, and the sweeps of
/// components with cycles. `O((n + m)·K)`.
pub fn solve_forward<L: Lane>(plan: &Plan, columns: &mut [L]) {
    for stage in &plan.stages {
        match stage {
            Stage::Cycle(c) => {
                let c = &plan.cycles[*c];
                c.forward.solve(&plan.suppliers, c.start..c.end, &c.stages, false, columns);
            }
            stage => substitute_all(&plan.suppliers, stage, false, columns),
        }
    }
}

/// Solves x_i = r_i + Σ_j a_ij x_j for all sites, in place; the transpose of [`solve_forward`].
pub fn solve_backward<L: Lane>(plan: &Plan, columns: &mut [L]) {
    for stage in plan.stages.iter().rev() {
        match stage {
            Stage::Cycle(c) => {
                let c = &plan.cycles[*c];
                c.backward.solve(&plan.buyers, c.start..c.end, &c.stages, true, columns);
            }
            stage => substitute_all(&plan.buyers, stage, true, columns),
        }
    }
}

/// [`solve_backward`] where only some positions can be other than zero: `upstream` is ascending, and holds a component with a
/// cycle whole or not at all.
pub fn solve_backward_on<L: Lane>(plan: &Plan, upstream: &[u32], columns: &mut [L]) {
    let mut cycles = plan.cycles.iter().rev().peekable();
    let mut done_from = u32::MAX;
    for &position in upstream.iter().rev() {
        if position >= done_from {
            continue;
        }
        while cycles.next_if(|c| c.start > position).is_some() {}
        match cycles.next_if(|c| position < c.end) {
            Some(c) => {
                c.backward.solve(&plan.buyers, c.start..c.end, &c.stages, true, columns);
                done_from = c.start;
            }
            None => substitute(&plan.buyers, position as usize, columns),
        }
    }
}

/// Largest |residual| of a forward solution over sites in cycles, in the columns that `counts`; sites outside cycles have none but
/// rounding. Times the largest row sum of (I − A)⁻¹ it bounds the error.
#[must_use]
pub fn largest_residual<L: Lane>(
    plan: &Plan,
    rhs: impl Fn(usize) -> L + Sync,
    solution: &[L],
    counts: impl Fn(usize) -> bool + Sync,
) -> f64 {
    let of = |p: u32| {
        let mut sum = rhs(p as usize);
        let mut terms = 2.0;
        for (t, a) in plan.suppliers.row(p as usize) {
            sum.add_scaled(a, &solution[t]);
            terms += 1.0;
        }
        // what rounding may hide of a share's residual counts too: a loop that loses little multiplies it
        let residual = |k: usize| {
            let found = solution[p as usize].get(k);
            (found - sum.get(k)).abs() + terms * f64::EPSILON * found.abs().min(1.0)
        };
        (0..L::WIDTH).filter(|&k| counts(k)).map(residual).fold(0.0, f64::max)
    };
    let component = |c: &super::plan::Component| (c.start..c.end).into_par_iter().map(of).reduce(|| 0.0, f64::max);
    plan.cycles.iter().map(component).fold(0.0, f64::max)
}

/// Calls a kernel for each position, in falling order when `reverse`.
#[inline(always)]
pub(super) fn in_turn(positions: Range<usize>, reverse: bool, kernel: impl FnMut(usize)) {
    if reverse { positions.rev().for_each(kernel) } else { positions.for_each(kernel) }
}

/// Calls a kernel for each stage, from the last when `reverse`.
pub(super) fn for_each(stages: &[Stage], reverse: bool, kernel: impl FnMut(&Stage)) {
    if reverse { stages.iter().rev().for_each(kernel) } else { stages.iter().for_each(kernel) }
}

/// Adds a row of links. A neighbour that `get` does not know has no share.
#[inline(always)]
pub(super) fn add_row<'a, L: Lane + 'a>(sum: &mut L, targets: &[u32], weights: &[f64], get: impl Fn(u32) -> Option<&'a L>) {
    for (&t, &a) in targets.iter().zip(weights) {
        if let Some(other) = get(t) {
            sum.add_scaled(a, other);
        }
    }
}

/// A site outside cycles: its neighbours are solved.
#[inline(always)]
fn substitute<L: Lane>(csr: &Csr, position: usize, columns: &mut [L]) {
    let row = csr.offsets[position] as usize..csr.offsets[position + 1] as usize;
    let mut sum = columns[position];
    add_row(&mut sum, &csr.targets[row.clone()], &csr.weights[row], |t| columns.get(t as usize));
    columns[position] = sum;
}

/// Sites outside cycles, one after the other.
struct InTurn<'a, L> {
    csr: &'a Csr,
    positions: Range<usize>,
    reverse: bool,
    columns: &'a mut [L],
}

impl<L: Lane> Kernel for InTurn<'_, L> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        in_turn(self.positions, self.reverse, |p| substitute(self.csr, p, self.columns));
    }
}

/// Columns on both sides of a stage of sites that do not supply each other. A neighbour inside the stage has no share.
#[derive(Debug)]
pub(super) struct Sides<'a, L> {
    lower: &'a [L],
    upper: &'a [L],
    end: usize,
}

impl<L> Clone for Sides<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Sides<'_, L> {}

impl<'a, L> Sides<'a, L> {
    /// Splits columns into the stage and its sides.
    pub fn split(columns: &'a mut [L], stage: Range<usize>) -> (&'a mut [L], Self) {
        let (lower, rest) = columns.split_at_mut(stage.start);
        let (own, upper) = rest.split_at_mut(stage.len());
        (own, Self { lower, upper, end: stage.end })
    }

    #[inline(always)]
    pub fn get(&self, at: usize) -> Option<&'a L> {
        // in a cycle neighbours lie on either side as chance has it: a branch would be foreseen wrongly at every other link
        let lower = at < self.lower.len();
        let side = select_unpredictable(lower, self.lower, self.upper);
        side.get(select_unpredictable(lower, at, at.wrapping_sub(self.end)))
    }
}

/// Sites outside cycles that do not supply each other.
struct Apart<'a, L> {
    csr: &'a Csr,
    first: usize,
    own: &'a mut [L],
    sides: Sides<'a, L>,
}

impl<L: Lane> Kernel for Apart<'_, L> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        for (k, sum) in self.own.iter_mut().enumerate() {
            let p = self.first + k;
            let row = self.csr.offsets[p] as usize..self.csr.offsets[p + 1] as usize;
            add_row(sum, &self.csr.targets[row.clone()], &self.csr.weights[row], |t| self.sides.get(t as usize));
        }
    }
}

/// Sites outside cycles.
fn substitute_all<L: Lane>(csr: &Csr, stage: &Stage, reverse: bool, columns: &mut [L]) {
    match stage {
        Stage::InTurn(range) => dispatch(InTurn { csr, positions: range.start as usize..range.end as usize, reverse, columns }),
        Stage::Apart(range) => {
            let start = range.start as usize;
            let (own, sides) = Sides::split(columns, start..range.end as usize);
            let chunks = own.par_chunks_mut(CHUNK).enumerate();
            chunks.for_each(|(chunk, own)| dispatch(Apart { csr, first: start + chunk * CHUNK, own, sides }));
        }
        Stage::Cycle(_) => {}
    }
}
