//! Log-odds arithmetic with functions whose bits do not depend on the CPU.

/// Smallest distance from 0 and 1 at which log-odds are taken.
const EDGE: f64 = 1e-12;

/// Standard deviations from the middle of a normal distribution to the ends of its central 90 %.
pub const Z90: f64 = 1.644_853_626_951_472_2;
/// A share with its 90 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Middle.
    pub mean: f64,
    /// 5 % point.
    pub low: f64,
    /// 95 % point.
    pub high: f64,
}

impl Interval {
    /// Interval around a share with a spread in log-odds.
    #[must_use]
    pub fn around(mean: f64, sd: f64) -> Self {
        Self { mean, low: expit(logit(mean) - Z90 * sd), high: expit(logit(mean) + Z90 * sd) }
    }

    /// Spread in log-odds that the ends tell of.
    #[must_use]
    pub fn sd(self) -> f64 {
        (logit(self.high) - logit(self.low)) / (2.0 * Z90)
    }

    /// A part of this share: the product. Distances of the ends, in ln, are added in squares, each side by itself; no end exceeds that
    /// of the whole.
    #[must_use]
    pub fn part(self, share: Self) -> Self {
        let mean = self.mean * share.mean;
        let distance = |a: f64, b: f64| libm::log(a.max(EDGE) / b.max(EDGE));
        let (whole, part) = (distance(self.mean, self.low), distance(share.mean, share.low));
        let low = mean * libm::exp(-(whole * whole + part * part).sqrt());
        let (whole, part) = (distance(self.high, self.mean), distance(share.high, share.mean));
        let high = mean * libm::exp((whole * whole + part * part).sqrt());
        Self { mean, low, high: high.min(self.high) }
    }

    /// The rest of a whole: 1 less this share.
    #[must_use]
    pub fn rest(self) -> Self {
        Self { mean: 1.0 - self.mean, low: 1.0 - self.high, high: 1.0 - self.low }
    }
}

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
    fn interval_of_a_product() {
        let whole = Interval { mean: 0.15, low: 0.07, high: 0.27 };
        // a share that is certain scales the interval
        let half = whole.part(Interval { mean: 0.5, low: 0.5, high: 0.5 });
        assert!((half.low - 0.035).abs() < 1e-12 && (half.high - 0.135).abs() < 1e-12);
        // one that is not makes it wider, on either side, but never past the whole
        let share = whole.part(Interval { mean: 0.5, low: 0.1, high: 0.99 });
        assert!(share.low < half.low && share.high > half.high && share.high <= whole.high);
        let again = Interval::around(0.2, 0.6);
        assert!((again.sd() - 0.6).abs() < 1e-12);
    }

    #[test]
    fn inverse_and_symmetric() {
        for x in [-20.0, -3.0, -1e-9, 0.0, 0.7, 12.0] {
            assert!((logit(expit(x)) - x).abs() < 1e-6, "{x}");
            assert!((expit(x) + expit(-x) - 1.0).abs() < 1e-15);
        }
        assert!(logit(0.0).is_finite() && logit(1.0).is_finite());
    }
}
