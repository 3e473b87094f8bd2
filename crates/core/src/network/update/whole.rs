//! Spreads that go nearly everywhere: what is left of them is solved at once.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::super::component::{DENSE_UP_TO, SWEEP_BOUND};
use super::super::krylov::bicgstab;
use super::super::solve::{Lanes, solve_forward};
use super::rows::Rows;
use super::spread::{Size, Spread};

impl Spread {
    /// Solves what is left as the plan solves a column. What it leaves in cycles, and what replaced rows change, are the new residuals.
    pub(super) fn solve_on_plan(&mut self, rows: &Rows<'_>, size: &Size) {
        let plan = rows.plan;
        self.forget_pending();
        let with_z = size.traced > 0.0;
        let mut right_y = vec![[0.0]; plan.len()];
        let mut right_z = vec![[0.0]; if with_z { plan.len() } else { 0 }];
        for &position in &self.reached {
            let [y, z] = std::mem::take(&mut self.cells[position as usize].residual);
            right_y[position as usize][0] += y;
            if with_z {
                right_z[position as usize][0] += z;
            }
        }
        let mut y = right_y.clone();
        solve_forward(plan, &mut y);
        let own = |of: &[Lanes<1>], p: usize| -> f64 { plan.suppliers.row(p).map(|(s, a)| a * of[s][0]).sum() };
        right_z.par_iter_mut().enumerate().for_each(|(p, [r])| *r += own(&y, p));
        let mut z = right_z.clone();
        if with_z {
            solve_forward(plan, &mut z);
        }
        // a replaced row carries other links than the plan's to y, and so to the right-hand side of z
        let left = |position: u32| {
            let p = position as usize;
            let sum = |of: &[Lanes<1>]| -> f64 { rows.suppliers(position).map(|(s, a)| a * of[s as usize][0]).sum() };
            let flow = sum(&y);
            let left_y = right_y[p][0] + flow - y[p][0];
            let left_z = if with_z { right_z[p][0] - own(&y, p) + flow + sum(&z) - z[p][0] } else { 0.0 };
            Some((position, [left_y, left_z])).filter(|(_, residual)| !self.cells[p].may_leave(*residual, size))
        };
        let in_cycles = plan.cycles.par_iter().flat_map(|c| (c.start..c.end).into_par_iter().filter_map(left));
        let mut inexact: Vec<(u32, [f64; 2])> = in_cycles.collect();
        let in_cycle = |p: u32| plan.cycles.get(plan.cycles.partition_point(|c| c.end <= p)).is_some_and(|c| c.start <= p);
        inexact.extend(rows.replaced().filter(|&p| !in_cycle(p)).filter_map(left));
        if self.everywhere.is_empty() {
            self.everywhere = vec![[0.0; 2]; plan.len()];
        }
        self.gather();
        self.everywhere.par_iter_mut().zip(&y).for_each(|(gain, y)| gain[0] += y[0]);
        self.everywhere.par_iter_mut().zip(&z).for_each(|(gain, z)| gain[1] += z[0]);
        for (position, residual) in inexact {
            self.cells[position as usize].residual = residual;
            self.reached.push(position);
            self.pending.insert(position);
        }
    }

    /// Solves for y and z on all that lies downstream: by dense LU where it is small, else by BiCGSTAB. Returns the largest residual of a share.
    pub(super) fn solve_apart(&mut self, rows: &Rows<'_>, source: u32, size: &Size) -> f64 {
        self.clear();
        let mut number = std::collections::HashMap::from([(source, 0usize)]);
        let mut positions = vec![source];
        let mut links: Vec<(usize, usize, f64)> = Vec::new();
        let mut next = 0;
        while let Some(&position) = positions.get(next) {
            rows.buyers(position, self.cells[position as usize].buyers, |buyer, a| {
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
}
