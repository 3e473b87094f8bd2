//! Equation (1.4) in the draws of a block: 1 − P0, as a product over the workforce where it is small, else by gamma functions.
//!
//! Arrays are named one by one here: closures that `array::map` calls are compiled apart and lose the wide instructions.

use pulp::{Arch, Simd, WithSimd};

use super::lanes::{F, L, exp, ln, ln_and_inverse, map, round, zip};
use super::shared::Shared;
use super::site::Prior;
use crate::model::PerHazard;

/// Stated workforces up to this take the product.
const FACTORS: f64 = 256.0;
/// Pairs of factors, each at most 1e9, whose product is a number.
const TOGETHER: u32 = 16;
/// Smallest share of a workforce without children, so that gamma functions stay finite.
const EDGE: f64 = 1e-12;

/// 1 − P0 in every draw, by hazard.
#[inline(always)]
pub(super) fn absence(prior: &Prior, shared: &Shared) -> PerHazard<F> {
    let mut without = [[0.0; L]; 3];
    for h in 0..3 {
        for k in 0..L {
            without[h][k] = (1.0 - prior.prevalence[h][k]).max(EDGE) * shared.scale[k];
        }
    }
    match prior.stated {
        Some(workers) if workers <= FACTORS => by_factors(&without, &shared.scale, round(workers).max(1.0) as u32),
        _ => by_gamma(&without, &shared.scale, &prior.workers),
    }
}

/// P0 in every draw, by hazard.
#[inline(always)]
pub(super) fn presence(absence: &PerHazard<F>) -> PerHazard<F> {
    let [a, b, c] = absence;
    let of = |a: &F| map(a, |a| 1.0 - a);
    [of(a), of(b), of(c)]
}

/// −ln(1 − P0) in every draw, by hazard: e⁻⁷⁰⁰ stands for what is smaller.
#[inline(always)]
pub(super) fn survival(absence: &PerHazard<F>) -> PerHazard<F> {
    let [a, b, c] = absence;
    let of = |a: &F| map(a, |a| -ln(a.max(f64::MIN_POSITIVE)));
    [of(a), of(b), of(c)]
}

/// Π_{k<n} (b + k)/(s + k), the k-th factor from the front and from the back at once: (x + k)(x + n − 1 − k) = (x + m)² − (m − k)² with
/// m = (n − 1)/2.
///
/// In registers by name: of loops over several arrays the compiler makes a shuffle, five times as slow.
struct ByFactors<'a> {
    without: &'a PerHazard<F>,
    scale: &'a F,
    workers: u32,
}

impl WithSimd for ByFactors<'_> {
    type Output = PerHazard<F>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> PerHazard<F> {
        let Self { without: [a, b, c], scale, workers: n } = self;
        let (m, half) = (f64::from(n - 1) / 2.0, n / 2);
        let (middle, one, zero) = (simd.splat_f64s(m), simd.splat_f64s(1.0), simd.splat_f64s(0.0));
        let (all, a, b, c) = (S::as_simd_f64s(scale).0, S::as_simd_f64s(a).0, S::as_simd_f64s(b).0, S::as_simd_f64s(c).0);
        let mut out = [[0.0; L]; 3];
        let [x, y, z] = &mut out;
        let (x, y, z) = (S::as_mut_simd_f64s(x).0, S::as_mut_simd_f64s(y).0, S::as_mut_simd_f64s(z).0);
        for k in 0..all.len() {
            let centre = |x: S::f64s| simd.add_f64s(x, middle);
            let (all, a, b, c) = (centre(all[k]), centre(a[k]), centre(b[k]), centre(c[k]));
            let odd = |x: S::f64s| if n % 2 == 1 { simd.div_f64s(x, all) } else { one };
            let (mut of_a, mut of_b, mut of_c) = (odd(a), odd(b), odd(c));
            let square = |x: S::f64s| simd.mul_f64s(x, x);
            let (all, a, b, c) = (square(all), square(a), square(b), square(c));
            let mut next = 0;
            while next < half {
                let end = half.min(next + TOGETHER);
                let (mut p, mut q, mut r, mut s) = (one, one, one, one);
                for pair in next..end {
                    let off = m - f64::from(pair);
                    let less = simd.splat_f64s(off * off);
                    p = simd.mul_f64s(p, simd.sub_f64s(all, less));
                    q = simd.mul_f64s(q, simd.sub_f64s(a, less));
                    r = simd.mul_f64s(r, simd.sub_f64s(b, less));
                    s = simd.mul_f64s(s, simd.sub_f64s(c, less));
                }
                let inverse = simd.div_f64s(one, p);
                of_a = simd.mul_f64s(of_a, simd.mul_f64s(q, inverse));
                of_b = simd.mul_f64s(of_b, simd.mul_f64s(r, inverse));
                of_c = simd.mul_f64s(of_c, simd.mul_f64s(s, inverse));
                next = end;
            }
            // a product that rounds to just above 1 is 1
            let within = |x: S::f64s| simd.max_f64s(simd.min_f64s(x, one), zero);
            (x[k], y[k], z[k]) = (within(of_a), within(of_b), within(of_c));
        }
        out
    }
}

#[inline(always)]
fn by_factors(without: &PerHazard<F>, scale: &F, workers: u32) -> PerHazard<F> {
    Arch::new().dispatch(ByFactors { without, scale, workers })
}

/// Γ(b + n)Γ(s)/(Γ(b)Γ(s + n)), by Stirling's series eight steps up; absolute error of its logarithm 1e-10.
#[inline(always)]
fn by_gamma(without: &PerHazard<F>, scale: &F, workers: &F) -> PerHazard<F> {
    let n = map(workers, |n| round(n).max(1.0));
    let [all, steps] = rising(scale, &n);
    let mut out = [[0.0; L]; 3];
    for (out, without) in out.iter_mut().zip(without) {
        let [others, own] = rising(without, &n);
        for k in 0..L {
            // rounding may lift it just above 1
            out[k] = (exp(others[k] - all[k]) * (own[k] / steps[k])).min(1.0);
        }
    }
    out
}

/// Γ(x + n)/Γ(x) as the logarithm of a factor, and another.
#[inline(always)]
fn rising(x: &F, n: &F) -> [F; 2] {
    let (far, near) = (zip(x, n, |x, n| stirling(x + n + 8.0)), map(x, |x| stirling(x + 8.0)));
    [zip(&far, &near, |far, near| far - near), zip(x, n, |x, n| eight(x) / eight(x + n))]
}

/// x(x + 1)…(x + 7).
#[inline(always)]
fn eight(x: f64) -> f64 {
    (x * (x + 1.0)) * ((x + 2.0) * (x + 3.0)) * (((x + 4.0) * (x + 5.0)) * ((x + 6.0) * (x + 7.0)))
}

/// ln Γ(x) − ln √2π for x ≥ 8.
#[inline(always)]
fn stirling(x: f64) -> f64 {
    let (ln, r) = ln_and_inverse(x);
    let r2 = r * r;
    (x - 0.5) * ln - x + r * (1.0 / 12.0 - r2 * (1.0 / 360.0 - r2 * (1.0 / 1260.0 - r2 * (1.0 / 1680.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::presence::survival_exponent;

    #[test]
    fn both_forms_agree_with_the_point_value() {
        for rho in [1e-4, 0.02, 0.1, 0.4, 0.95] {
            let scale = [(1.0 - rho) / rho; L];
            for theta in [0.0, 1e-7, 0.003, 0.1, 0.6, 0.99] {
                let without = [[(1.0 - theta) * scale[0]; L]; 3];
                for n in [1u32, 2, 3, 7, 31, 32, 33, 34, 60, 255, 256] {
                    let expected = survival_exponent(theta, f64::from(n), rho);
                    let (factors, gamma) = (by_factors(&without, &scale, n), by_gamma(&without, &scale, &[f64::from(n); L]));
                    let exact = libm::exp(-expected);
                    assert!((factors[1][3] - exact).abs() <= 1e-13 + 1e-11 * exact, "factors {rho} {theta} {n}: {} {exact}", factors[1][3]);
                    assert!((gamma[2][7] - exact).abs() <= 1e-9, "gamma {rho} {theta} {n}: {} {exact}", gamma[2][7]);
                    let (factors, gamma) = (survival(&factors)[0][0], survival(&gamma)[0][0]);
                    assert!(
                        (factors - expected).abs() < 1e-10 * (1.0 + expected) || expected > 690.0,
                        "{rho} {theta} {n}: {factors} {expected}"
                    );
                    assert!(
                        (gamma - expected).abs() < 1e-8 * (1.0 + expected) || expected > 690.0,
                        "{rho} {theta} {n}: {gamma} {expected}"
                    );
                }
                let large = by_gamma(&without, &scale, &[3e6; L]);
                assert!(large.iter().flatten().all(|x| (0.0..=1.0).contains(x)), "{rho} {theta}");
            }
        }
    }
}
