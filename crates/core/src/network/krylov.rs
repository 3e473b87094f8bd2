//! BiCGSTAB (van der Vorst 1992) for large components that sweeps solve too slowly.

use nalgebra::DVector;

/// Steps of one start.
const STEPS: usize = 2_000;
/// Starts: each begins at the true residual of the best solution so far.
const STARTS: usize = 8;

/// Solves `multiply(x) = right` to a residual of `tolerance` relative to `right`, and returns the best solution found.
pub(super) fn bicgstab(multiply: impl Fn(&DVector<f64>, &mut DVector<f64>), right: &DVector<f64>, tolerance: f64) -> DVector<f64> {
    let target = tolerance * right.amax();
    let mut product = DVector::zeros(right.len());
    let mut best = DVector::zeros(right.len());
    let mut residual = right.amax();
    for _ in 0..STARTS {
        if residual <= target {
            break;
        }
        let x = one_start(&multiply, right, best.clone(), target);
        multiply(&x, &mut product);
        let reached = (right - &product).amax();
        // NaN counts as no progress
        if !matches!(reached.partial_cmp(&residual), Some(std::cmp::Ordering::Less)) {
            break;
        }
        best = x;
        residual = reached;
    }
    best
}

fn one_start(multiply: &impl Fn(&DVector<f64>, &mut DVector<f64>), right: &DVector<f64>, mut x: DVector<f64>, target: f64) -> DVector<f64> {
    let n = right.len();
    let (mut p, mut v, mut t) = (DVector::zeros(n), DVector::zeros(n), DVector::zeros(n));
    multiply(&x, &mut v);
    let mut r = right - &v;
    v.fill(0.0);
    let shadow = r.clone();
    let (mut rho, mut alpha, mut omega) = (1.0, 1.0, 1.0);
    for _ in 0..STEPS {
        let next_rho = shadow.dot(&r);
        let beta = (next_rho / rho) * (alpha / omega);
        rho = next_rho;
        p = &r + (p - &v * omega) * beta;
        multiply(&p, &mut v);
        alpha = rho / shadow.dot(&v);
        let s = &r - &v * alpha;
        multiply(&s, &mut t);
        let tt = t.dot(&t);
        omega = if tt > 0.0 { t.dot(&s) / tt } else { 0.0 };
        if !alpha.is_finite() || !omega.is_finite() {
            break;
        }
        x += &p * alpha + &s * omega;
        r = s - &t * omega;
        if r.amax() <= target || omega == 0.0 {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::*;

    /// I − A of a line whose walk hardly ever stops.
    fn slow(n: usize) -> DMatrix<f64> {
        DMatrix::from_fn(n, n, |i, j| match i.abs_diff(j) {
            0 => 1.0,
            1 => -0.4999,
            _ => 0.0,
        })
    }

    #[test]
    fn agrees_with_elimination_on_a_slow_walk() {
        let n = 120;
        let matrix = slow(n);
        let right = DVector::from_fn(n, |i, _| (i % 7) as f64);
        let expected = matrix.clone().lu().solve(&right).unwrap();
        let found = bicgstab(|x, out| out.copy_from(&(&matrix * x)), &right, 1e-12);
        let worst = (&found - &expected).amax() / expected.amax();
        assert!(worst < 1e-10, "{worst}");
    }

    #[test]
    fn nothing_to_solve_gives_zero_and_a_singular_matrix_gives_numbers() {
        let zero = bicgstab(|x, out| out.copy_from(x), &DVector::zeros(3), 1e-12);
        assert_eq!(zero, DVector::zeros(3));
        let singular = bicgstab(|_, out| out.fill(0.0), &DVector::from_element(3, 1.0), 1e-12);
        assert!(singular.iter().all(|x| x.is_finite()));
    }
}
