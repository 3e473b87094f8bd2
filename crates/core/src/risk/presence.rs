//! Equation (1.4): from prevalence to the probability that at least one child works at a site.

/// Range of the intra-site correlation ρ.
const RHO: (f64, f64) = (1e-4, 0.95);
/// Workforces above this use the gamma form.
const SUM_UP_TO: f64 = 4096.0;

/// (1 − ρ)/ρ, the sum of both shapes of the beta distribution, with ρ clamped to [1e-4, 0.95].
#[must_use]
pub fn clustering_scale(rho: f64) -> f64 {
    let rho = rho.clamp(RHO.0, RHO.1);
    (1.0 - rho) / rho
}

/// −ln(1 − P0): beta-binomial with mean `prevalence`, `workers` draws and intra-site correlation `rho`
/// (clamped to [1e-4, 0.95]).
///
/// `prevalence` is a share in `[0, 1]`, `workers` a number of people (rounded, at least one when positive).
/// A prevalence of 0 or 1 gives 0 or infinity, so that a measured value of 0 or 1 is kept exactly. Cost: `O(workers)` up to 4,096,
/// constant above. The sum of `log1p` is folded as log1p(s) + log1p(x) = log1p(s + x + s·x), one logarithm for
/// hundreds of terms.
#[must_use]
pub fn survival_exponent(prevalence: f64, workers: f64, rho: f64) -> f64 {
    survival_exponents([prevalence], workers, rho)[0]
}

/// [`survival_exponent`] of several prevalences at one site: the same bits, and little more time than for one, as the terms of a sum wait
/// for each other and those of different sums do not.
#[must_use]
pub fn survival_exponents<const N: usize>(prevalence: [f64; N], workers: f64, rho: f64) -> [f64; N] {
    let scale = clustering_scale(rho);
    let a = prevalence.map(|p| p * scale);
    let b = prevalence.map(|p| (1.0 - p) * scale);
    let n = workers.round().max(1.0);
    let mut sums = [0.0; N];
    if n <= SUM_UP_TO {
        let mut folded = [0.0; N];
        for k in 0..n as u32 {
            let mut full = false;
            for ((folded, a), b) in folded.iter_mut().zip(a).zip(b) {
                let x = a / (b + f64::from(k));
                *folded += x + *folded * x;
                full |= *folded > 1e3;
            }
            if full {
                for (sum, folded) in sums.iter_mut().zip(&mut folded).filter(|(_, folded)| **folded > 1e3) {
                    *sum += libm::log1p(*folded);
                    *folded = 0.0;
                }
            }
        }
        for (sum, folded) in sums.iter_mut().zip(folded) {
            *sum += libm::log1p(folded);
        }
    }
    std::array::from_fn(|i| match prevalence[i] {
        p if p <= 0.0 || workers <= 0.0 => 0.0,
        p if p >= 1.0 => f64::INFINITY,
        // terms of 1e7 cancel: what is left of a prevalence near 0 may fall below it
        _ if n > SUM_UP_TO => {
            (libm::lgamma(b[i]) + libm::lgamma(a[i] + b[i] + n) - libm::lgamma(a[i] + b[i]) - libm::lgamma(b[i] + n)).max(0.0)
        }
        _ => sums[i],
    })
}

/// P0: probability that at least one child works at a site; see [`survival_exponent`].
#[must_use]
pub fn presence(prevalence: f64, workers: f64, rho: f64) -> f64 {
    -libm::expm1(-survival_exponent(prevalence, workers, rho))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_worker_is_the_prevalence_itself() {
        for theta in [1e-9, 0.01, 0.3, 0.99] {
            assert!((presence(theta, 1.0, 0.1) / theta - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn several_at_once_are_the_same_bits() {
        for workers in [0.0, 1.0, 37.0, 4_096.0, 5_000.0] {
            for three in [[0.0, 0.3, 1.0], [1e-9, 0.999, 0.02]] {
                let each = three.map(|p| survival_exponent(p, workers, 0.1).to_bits());
                assert_eq!(survival_exponents(three, workers, 0.1).map(f64::to_bits), each);
            }
        }
    }

    #[test]
    fn agrees_with_the_direct_product() {
        let (theta, rho, n) = (0.02, 0.1, 60);
        let (a, b) = (theta * (1.0 - rho) / rho, (1.0 - theta) * (1.0 - rho) / rho);
        let none: f64 = (0..n).map(|k| (b + f64::from(k)) / (a + b + f64::from(k))).product();
        assert!((presence(theta, f64::from(n), rho) - (1.0 - none)).abs() < 1e-13);
    }

    #[test]
    fn the_gamma_form_meets_the_sum() {
        let sum = survival_exponent(0.03, 4096.0, 0.1);
        let gamma = survival_exponent(0.03, 4097.0, 0.1);
        assert!(gamma > sum && gamma - sum < 1e-4, "{sum} {gamma}");
    }

    #[test]
    fn grows_with_prevalence_and_workers_and_keeps_measured_ends() {
        assert!(presence(0.1, 50.0, 0.1) > presence(0.05, 50.0, 0.1));
        assert!(presence(0.1, 51.0, 0.1) > presence(0.1, 50.0, 0.1));
        assert!(presence(0.0, 50.0, 0.1) == 0.0);
        assert!((presence(1.0, 50.0, 0.1) - 1.0).abs() < 1e-15);
        assert!(presence(0.5, 0.0, 0.1) == 0.0);
    }
}
