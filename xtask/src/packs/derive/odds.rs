//! Log-odds arithmetic of the derivation.

/// Standard deviations from the middle to either end of a 90 % interval.
const NINETY: f64 = 1.645;
/// Ends of an interval stay this far inside 0 and 1.
const EDGES: (f64, f64) = (0.0005, 0.95);

pub fn logit(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}

pub fn expit(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// 90 % interval of a share around its middle.
pub fn interval(middle: f64, spread: f64) -> (f64, f64) {
    (expit(logit(middle) - NINETY * spread), expit(logit(middle) + NINETY * spread))
}

/// 90 % interval of a base prevalence.
pub fn base_interval(middle: f64, spread: f64) -> (f64, f64) {
    let (low, high) = interval(middle, spread);
    (low.max(EDGES.0), high.min(EDGES.1))
}

/// Spread of which a 90 % interval tells.
pub fn spread_of(low: f64, high: f64) -> f64 {
    (logit(high) - logit(low)) / (2.0 * NINETY)
}

/// The shift a at which the growing function reaches the target, by bisection.
pub fn solve(target: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-12.0, 12.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if of(middle) < target { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}
