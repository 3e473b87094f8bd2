//! What a change at one site does downstream: the column (I − A)⁻¹·e_b, as far as it matters.

use super::super::pending::Pending;
use super::rows::Rows;

/// A residual of a share is left where it is at most this part of v + u of its site: all that is left moves no share by more than
/// this, because (I − A)⁻¹·(v + u) = 1.
pub(super) const STOP: f64 = 1e-13;
/// Part of the sites and links of the network that is walked before what is left is solved at once: there a link costs a tenth.
const PATIENCE: usize = 32;
/// Small networks are walked so far in any case.
const LEAST_PATIENCE: usize = 2_000;
/// How often what is left is solved at once on the plan. More than once only where rows are replaced.
const ROUNDS: usize = 12;

/// A site's part of a spread, and what its residuals are compared with: one cache line.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
pub(super) struct Cell {
    /// Residual of y and z. A site whose residual and gain are zero has not been reached.
    pub(super) residual: [f64; 2],
    /// y = (I − A)⁻¹·e_b and z = (I − A)⁻¹·A·y.
    pub(super) gain: [f64; 2],
    /// v + u.
    pub(super) value: f64,
    /// v·ℓ + u·q_ℓ: labour that stops here.
    pub(super) labour: f64,
    /// a_jj: what it buys from itself.
    pub(super) own: f64,
    /// Where the plan's links to its buyers begin and end.
    pub(super) buyers: [u32; 2],
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
    fn is_untouched(&self) -> bool {
        self.residual == [0.0; 2] && self.gain == [0.0; 2]
    }

    /// True when a residual may be left here.
    pub(super) fn may_leave(&self, residual: [f64; 2], size: &Size) -> bool {
        let [y, z] = residual.map(f64::abs);
        y * size.share.max(size.walked) + z * size.traced <= STOP * self.value && y * size.labour <= STOP * self.labour
    }
}

/// Cells of all sites, and those that a spread has reached.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    pub(super) cells: Vec<Cell>,
    /// May name a site twice.
    pub(super) reached: Vec<u32>,
    /// Gains of all sites, once a spread was solved at once; the cells hold what came after.
    pub(super) everywhere: Vec<[f64; 2]>,
    pub(super) pending: Pending,
}

impl Spread {
    pub(super) fn new(cells: Vec<Cell>) -> Self {
        Self { reached: Vec::new(), everywhere: Vec::new(), pending: Pending::new(cells.len()), cells }
    }

    /// Spreads a change at `source`. Returns the largest residual of a share that is left where components lose so little that the system had
    /// to be solved apart from the plan; `None` when the stop rule holds everywhere.
    pub(super) fn run(&mut self, rows: &Rows<'_>, source: u32, size: &Size) -> Option<f64> {
        self.cells[source as usize].residual = [1.0, 0.0];
        self.reached.push(source);
        self.pending.insert(source);
        for _ in 0..ROUNDS {
            if self.walk(rows, size) {
                return None;
            }
            self.solve_on_plan(rows, size);
        }
        if self.walk(rows, size) { None } else { Some(self.solve_apart(rows, source, size)) }
    }

    /// Hands residuals on, suppliers before buyers, component by component, sweep by sweep. False when that would take too long.
    fn walk(&mut self, rows: &Rows<'_>, size: &Size) -> bool {
        let mut left = LEAST_PATIENCE.max((rows.plan.len() + rows.plan.suppliers.len()) / PATIENCE);
        let cycles = rows.plan.cycles.as_slice();
        let mut component = 0..0;
        let mut from = 0;
        while let Some(position) = self.pending.next(from).filter(|p| component.contains(p)).or_else(|| self.pending.next(0)) {
            if left == 0 {
                return false;
            }
            if !component.contains(&position) {
                let next = cycles.get(cycles.partition_point(|c| c.end <= position)).filter(|c| c.start <= position);
                component = next.map_or(position..position + 1, |c| c.start..c.end);
            }
            from = position + 1;
            self.pending.remove(position);
            left = left.saturating_sub(self.hand_on(rows, position, size));
        }
        true
    }

    /// Takes up the residual of a site and hands it on to its buyers. Returns the work.
    fn hand_on(&mut self, rows: &Rows<'_>, position: u32, size: &Size) -> usize {
        let Self { cells, reached, pending, .. } = self;
        let mut work = 1;
        let Cell { residual: [mut y, mut z], own, buyers, .. } = cells[position as usize];
        if own > 0.0 {
            y /= 1.0 - own;
            z = (z + own * y) / (1.0 - own);
        }
        let cell = &mut cells[position as usize];
        cell.residual = [0.0; 2];
        cell.gain[0] += y;
        cell.gain[1] += z;
        rows.buyers(position, buyers, |buyer, a| {
            work += 1;
            if buyer == position || a == 0.0 {
                return;
            }
            let cell = &mut cells[buyer as usize];
            if cell.is_untouched() {
                reached.push(buyer);
            }
            cell.residual[0] += a * y;
            cell.residual[1] += a * (y + z);
            if !cell.may_leave(cell.residual, size) {
                pending.insert(buyer);
            }
        });
        work
    }

    /// Adds the cells' gains to those of all sites, where a spread was solved at once.
    pub(super) fn gather(&mut self) {
        if !self.everywhere.is_empty() {
            for position in self.reached.drain(..) {
                let cell = &mut self.cells[position as usize];
                cell.residual = [0.0; 2];
                let gain = std::mem::take(&mut cell.gain);
                self.everywhere[position as usize].iter_mut().zip(gain).for_each(|(all, own)| *all += own);
            }
        }
    }

    /// Ends the spread without a result.
    pub(super) fn clear(&mut self) {
        self.forget_pending();
        self.everywhere = Vec::new();
        for position in self.reached.drain(..) {
            let cell = &mut self.cells[position as usize];
            (cell.residual, cell.gain) = ([0.0; 2], [0.0; 2]);
        }
    }

    pub(super) fn forget_pending(&mut self) {
        while let Some(position) = self.pending.next(0) {
            self.pending.remove(position);
        }
    }
}
