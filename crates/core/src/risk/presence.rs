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
    if prevalence <= 0.0 || workers <= 0.0 {
        return 0.0;
    }
    if prevalence >= 1.0 {
        return f64::INFINITY;
    }
    let scale = clustering_scale(rho);
    let a = prevalence * scale;
    let b = (1.0 - prevalence) * scale;
    let n = workers.round().max(1.0);
    if n > SUM_UP_TO {
        // terms of 1e7 cancel: what is left of a prevalence near 0 may fall below it
        return (libm::lgamma(b) + libm::lgamma(a + b + n) - libm::lgamma(a + b) - libm::lgamma(b + n)).max(0.0);
    }
    let (mut total, mut folded) = (0.0, 0.0);
    for k in 0..n as u32 {
        let x = a / (b + f64::from(k));
        folded += x + folded * x;
        if folded > 1e3 {
            total += libm::log1p(folded);
            folded = 0.0;
        }
    }
    total + libm::log1p(folded)
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
