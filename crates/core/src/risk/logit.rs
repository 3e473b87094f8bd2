//! Log-odds arithmetic with functions whose bits do not depend on the CPU.

/// Smallest distance from 0 and 1 at which log-odds are taken.
const EDGE: f64 = 1e-12;

/// Standard deviations from the middle of a normal distribution to the ends of its central 90 %.
pub const Z90: f64 = 1.644_853_626_951_472_2;

/// Log-odds of a probability, clamped away from 0 and 1 by 1e-12.
#[must_use]
pub fn logit(p: f64) -> f64 {
    let p = p.clamp(EDGE, 1.0 - EDGE);
    libm::log(p) - libm::log1p(-p)
}

/// Probability of log-odds.
#[must_use]
pub fn expit(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + libm::exp(-x))
    } else {
        let e = libm::exp(x);
        e / (1.0 + e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_and_symmetric() {
        for x in [-20.0, -3.0, -1e-9, 0.0, 0.7, 12.0] {
            assert!((logit(expit(x)) - x).abs() < 1e-6, "{x}");
            assert!((expit(x) + expit(-x) - 1.0).abs() < 1e-15);
        }
        assert!(logit(0.0).is_finite() && logit(1.0).is_finite());
    }
}
