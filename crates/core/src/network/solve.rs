//! Solving e = r + Aᵀe (suppliers to buyers) and x = r + A·x (buyers to suppliers) on a plan.

use std::ops::Range;

use rayon::prelude::*;

use super::csr::Csr;
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
        for (t, a) in plan.suppliers.row(p as usize) {
            sum.add_scaled(a, &solution[t]);
        }
        let columns = (0..L::WIDTH).filter(|&k| counts(k));
        columns.map(|k| (solution[p as usize].get(k) - sum.get(k)).abs()).fold(0.0, f64::max)
    };
    let component = |c: &super::plan::Component| (c.start..c.end).into_par_iter().map(of).reduce(|| 0.0, f64::max);
    plan.cycles.iter().map(component).fold(0.0, f64::max)
}

/// Runs a kernel with the widest instructions of the machine.
#[inline(always)]
pub(crate) fn dispatch<R>(kernel: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(kernel)
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

/// Sites outside cycles.
fn substitute_all<L: Lane>(csr: &Csr, stage: &Stage, reverse: bool, columns: &mut [L]) {
    match stage {
        Stage::InTurn(range) => {
            dispatch(|| in_turn(range.start as usize..range.end as usize, reverse, |p| substitute(csr, p, columns)));
        }
        Stage::Apart(range) => {
            let (start, end) = (range.start, range.end);
            let (lower, rest) = columns.split_at_mut(start as usize);
            let (level, upper) = rest.split_at_mut((end - start) as usize);
            let (lower, upper) = (&*lower, &*upper);
            level.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, out)| {
                dispatch(|| {
                    for (k, sum) in out.iter_mut().enumerate() {
                        let p = start as usize + chunk * CHUNK + k;
                        let row = csr.offsets[p] as usize..csr.offsets[p + 1] as usize;
                        // neighbours lie on one side, but for links without a share
                        let get = |t: u32| if reverse { upper.get(t.wrapping_sub(end) as usize) } else { lower.get(t as usize) };
                        add_row(sum, &csr.targets[row.clone()], &csr.weights[row], get);
                    }
                });
            });
        }
        Stage::Cycle(_) => {}
    }
}
