//! How numbers are written, in every language and format.

/// A share in percent, with as many digits as small values need.
#[must_use]
pub fn percent(x: f64) -> String {
    let p = 100.0 * x;
    if p == 0.0 {
        "0 %".to_owned()
    } else if p >= 10.0 {
        format!("{p:.1} %")
    } else if p >= 0.1 {
        format!("{p:.2} %")
    } else if p >= 0.001 {
        format!("{p:.4} %")
    } else {
        "<0.001 %".to_owned()
    }
}

/// A probability in percent: an estimate is never called certain.
#[must_use]
pub fn probability(x: f64) -> String {
    if x >= 0.9995 { ">99.9 %".to_owned() } else { percent(x) }
}

/// An expected number of people or sites.
#[must_use]
pub fn count(x: f64) -> String {
    if x >= 100.0 {
        whole(x)
    } else if x >= 1.0 {
        format!("{x:.1}")
    } else if x == 0.0 {
        "0".to_owned()
    } else if x < 0.005 {
        "<0.01".to_owned()
    } else {
        format!("{x:.2}")
    }
}

/// A whole number with its thousands apart.
#[must_use]
pub fn whole(x: f64) -> String {
    let digits = format!("{x:.0}");
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |d| ("−", d));
    let mut out = String::from(sign);
    for (k, c) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Log-odds with sign.
#[must_use]
pub fn log_odds(x: f64) -> String {
    if x.abs() < 0.0005 { "0".to_owned() } else { format!("{x:+.3}").replace('-', "−") }
}

/// Marks of an axis from 0 or below to the largest value: about five, at round numbers.
#[must_use]
pub fn ticks(low: f64, high: f64) -> Vec<f64> {
    let span = (high - low).max(f64::MIN_POSITIVE);
    let rough = span / 5.0;
    let mut step = 1.0;
    while step > rough {
        step /= 10.0;
    }
    while step * 10.0 <= rough {
        step *= 10.0;
    }
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|k| k * step).find(|s| *s >= rough).unwrap_or(step);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|k| k as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_read() {
        assert_eq!([percent(0.0), percent(0.123_45), percent(0.012_345), percent(0.000_05)], ["0 %", "12.3 %", "1.23 %", "0.0050 %"]);
        assert_eq!(probability(0.999_9), ">99.9 %");
        assert_eq!([count(1_234_567.0), count(99.94), count(0.5), count(0.001)], ["1,234,567", "99.9", "0.50", "<0.01"]);
        assert_eq!([whole(999.0), whole(1000.0), whole(-12_345.0)], ["999", "1,000", "−12,345"]);
        assert_eq!(ticks(0.0, 1.0), [0.0, 0.2, 0.4, 0.600_000_000_000_000_1, 0.8, 1.0]);
        assert_eq!(ticks(-3.0, 1.0), [-3.0, -2.0, -1.0, 0.0, 1.0]);
    }
}
