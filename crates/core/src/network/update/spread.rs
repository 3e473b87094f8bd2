//! What a change at one site does downstream: the column (I − A)⁻¹·e_b, as far as it matters.

use nalgebra::{DMatrix, DVector};

use super::super::component::{DENSE_UP_TO, SWEEP_BOUND};
use super::super::krylov::bicgstab;
use super::pending::Pending;
use super::rows::Rows;

/// A residual of a share is left where it is at most this part of v + u of its site: all that is left moves no share by more than
/// this, because (I − A)⁻¹·(v + u) = 1.
pub(super) const STOP: f64 = 1e-13;
/// Links walked, per site and link of the network, before it is solved at once instead.
const PATIENCE: usize = 20;

/// A site's part of a spread, and what its residuals are compared with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    /// Residual of y and z.
    pub(super) residual: [f64; 2],
    /// y = (I − A)⁻¹·e_b and z = (I − A)⁻¹·A·y.
    pub(super) gain: [f64; 2],
    /// v + u.
    pub(super) value: f64,
    /// v·ℓ + u·q_ℓ: labour that stops here.
    pub(super) labour: f64,
    /// a_jj: what it buys from itself.
    pub(super) own: f64,
    /// True once a spread has come here.
    pub(super) reached: bool,
}

/// How far a change must be followed: the largest changes of right-hand sides at its site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// Of shares.
    pub(super) share: f64,
    /// Of links walked and steps, as far as they matter.
    pub(super) walked: f64,
    /// Of the traced share, which also moves the links walked.
    pub(super) traced: f64,
    /// Of labour columns.
    pub(super) labour: f64,
}

impl Cell {
    /// True when what is left may be left.
    fn is_calm(&self, size: &Size) -> bool {
        let [y, z] = self.residual;
        y * size.share.max(size.walked) + z * size.traced <= STOP * self.value && y * size.labour <= STOP * self.labour
    }
}

/// Cells of all sites, and those that a spread has reached.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    pub(super) cells: Vec<Cell>,
    reached: Vec<u32>,
    pending: Pending,
}

impl Spread {
    pub(super) fn new(cells: Vec<Cell>) -> Self {
        Self { reached: Vec::new(), pending: Pending::new(cells.len()), cells }
    }

    /// Spreads a change at `source`, suppliers before buyers, component by component, sweep by sweep. Returns the largest residual of a share
    /// that is left where components lose so little that the system had to be solved; `None` when the stop rule holds everywhere.
    pub(super) fn run(&mut self, rows: &Rows<'_>, source: u32, size: &Size) -> Option<f64> {
        let mut left = PATIENCE * (rows.plan.len() + rows.plan.suppliers.len());
        let cycles = rows.plan.cycles.as_slice();
        let mut component = 0..0;
        self.cells[source as usize].residual = [1.0, 0.0];
        self.cells[source as usize].reached = true;
        self.reached.push(source);
        self.pending.insert(source);
        let mut from = 0;
        while let Some(position) = self.pending.next(from).filter(|p| component.contains(p)).or_else(|| self.pending.next(0)) {
            if !component.contains(&position) {
                let next = cycles.get(cycles.partition_point(|c| c.end <= position)).filter(|c| c.start <= position);
                component = next.map_or(position..position + 1, |c| c.start..c.end);
            }
            from = position + 1;
            self.pending.remove(position);
            left = left.saturating_sub(self.hand_on(rows, position, size));
            if left == 0 {
                return Some(self.solve(rows, source, size));
            }
        }
        None
    }

    /// Takes up the residual of a site and hands it on to its buyers. Returns the work.
    fn hand_on(&mut self, rows: &Rows<'_>, position: u32, size: &Size) -> usize {
        let Self { cells, reached, pending } = self;
        let mut work = 1;
        let [mut y, mut z] = std::mem::take(&mut cells[position as usize].residual);
        let own = cells[position as usize].own;
        if own > 0.0 {
            y /= 1.0 - own;
            z = (z + own * y) / (1.0 - own);
        }
        let gain = &mut cells[position as usize].gain;
        gain[0] += y;
        gain[1] += z;
        rows.buyers(position, |buyer, a| {
            work += 1;
            if buyer == position || a == 0.0 {
                return;
            }
            let cell = &mut cells[buyer as usize];
            if !std::mem::replace(&mut cell.reached, true) {
                reached.push(buyer);
            }
            cell.residual[0] += a * y;
            cell.residual[1] += a * (y + z);
            if !cell.is_calm(size) {
                pending.insert(buyer);
            }
        });
        work
    }

    /// Solves for y and z on all that lies downstream: by dense LU where it is small, else by BiCGSTAB.
    fn solve(&mut self, rows: &Rows<'_>, source: u32, size: &Size) -> f64 {
        self.clear();
        let mut number = std::collections::HashMap::from([(source, 0usize)]);
        let mut positions = vec![source];
        let mut links: Vec<(usize, usize, f64)> = Vec::new();
        let mut next = 0;
        while let Some(&position) = positions.get(next) {
            rows.buyers(position, |buyer, a| {
                if a > 0.0 {
                    let to = *number.entry(buyer).or_insert_with(|| {
                        positions.push(buyer);
                        positions.len() - 1
                    });
                    links.push((next, to, a));
                }
            });
            next += 1;
        }
        let carry = |x: &DVector<f64>, sign: f64, out: &mut DVector<f64>| {
            for &(supplier, buyer, a) in &links {
                out[buyer] += sign * a * x[supplier];
            }
        };
        let multiply = |x: &DVector<f64>, out: &mut DVector<f64>| {
            out.copy_from(x);
            carry(x, -1.0, out);
        };
        let lu = (positions.len() <= DENSE_UP_TO).then(|| {
            let mut matrix = DMatrix::<f64>::identity(positions.len(), positions.len());
            for &(supplier, buyer, a) in &links {
                matrix[(buyer, supplier)] -= a;
            }
            matrix.lu()
        });
        let solve = |right: &DVector<f64>| {
            let dense = lu.as_ref().and_then(|lu| lu.solve(right));
            dense.unwrap_or_else(|| bicgstab(multiply, right, SWEEP_BOUND))
        };
        let mut right = DVector::zeros(positions.len());
        right[0] = 1.0;
        let y = solve(&right);
        let mut walked = DVector::zeros(positions.len());
        carry(&y, 1.0, &mut walked);
        let z = if size.traced > 0.0 { solve(&walked) } else { DVector::zeros(positions.len()) };
        let mut left = DVector::zeros(positions.len());
        multiply(&y, &mut left);
        left -= &right;
        let mut worst = 0.0f64;
        for (k, &position) in positions.iter().enumerate() {
            let cell = &mut self.cells[position as usize];
            cell.gain = [y[k], z[k]];
            // as for the exposures, rounding may hide part of a residual
            worst = worst.max((left[k].abs() + 4.0 * f64::EPSILON * y[k].abs()) * size.share);
            self.reached.push(position);
        }
        worst
    }

    /// Calls `each` with every site that was reached and its y and z.
    pub(super) fn for_each(&self, mut each: impl FnMut(u32, [f64; 2])) {
        self.reached.iter().for_each(|&position| each(position, self.cells[position as usize].gain));
    }

    /// As [`Spread::for_each`] for what is not zero, and ends the spread.
    pub(super) fn drain(&mut self, mut each: impl FnMut(u32, [f64; 2])) {
        for position in self.reached.drain(..) {
            let cell = &mut self.cells[position as usize];
            cell.residual = [0.0; 2];
            cell.reached = false;
            let gain = std::mem::take(&mut cell.gain);
            if gain[0] != 0.0 || gain[1] != 0.0 {
                each(position, gain);
            }
        }
    }

    /// Ends the spread without a result.
    pub(super) fn clear(&mut self) {
        while let Some(position) = self.pending.next(0) {
            self.pending.remove(position);
        }
        self.drain(|_, _| {});
    }
}
