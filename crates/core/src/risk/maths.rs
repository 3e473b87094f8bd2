//! Elementary functions: one number at a time for point values, side by side for the draws of a block.

use crate::draws::lanes;

/// Functions that the updates of a site need.
pub trait Maths {
    /// eˣ.
    fn exp(x: f64) -> f64;
    /// ln x; −∞ at 0.
    fn ln(x: f64) -> f64;
    /// ln(1 + x).
    fn ln_1p(x: f64) -> f64;
    /// 2ˣ.
    fn exp2(x: f64) -> f64;
    /// xʸ for x ≥ 0.
    fn pow(x: f64, y: f64) -> f64;
}

/// `libm`'s functions.
#[derive(Debug, Clone, Copy)]
pub struct Single;

impl Maths for Single {
    fn exp(x: f64) -> f64 {
        libm::exp(x)
    }

    fn ln(x: f64) -> f64 {
        if x > 0.0 { libm::log(x) } else { f64::NEG_INFINITY }
    }

    fn ln_1p(x: f64) -> f64 {
        libm::log1p(x)
    }

    fn exp2(x: f64) -> f64 {
        libm::exp2(x)
    }

    fn pow(x: f64, y: f64) -> f64 {
        libm::pow(x, y)
    }
}

/// The functions of [`lanes`]: e⁻⁷⁰⁰ stands for what is smaller.
#[derive(Debug, Clone, Copy)]
pub struct SideBySide;

impl Maths for SideBySide {
    #[inline(always)]
    fn exp(x: f64) -> f64 {
        lanes::exp(x)
    }

    #[inline(always)]
    fn ln(x: f64) -> f64 {
        let found = lanes::ln(x.max(f64::MIN_POSITIVE));
        if x > 0.0 { found } else { f64::NEG_INFINITY }
    }

    #[inline(always)]
    fn ln_1p(x: f64) -> f64 {
        let y = 1.0 + x;
        // what rounding took from 1 + x
        let lost = x - (y - 1.0);
        Self::ln(y) + lost / y.max(f64::MIN_POSITIVE)
    }

    #[inline(always)]
    fn exp2(x: f64) -> f64 {
        lanes::exp(x * std::f64::consts::LN_2)
    }

    #[inline(always)]
    fn pow(x: f64, y: f64) -> f64 {
        if y == 0.0 { 1.0 } else { Self::exp(y * Self::ln(x).max(-1e4)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_agree() {
        for k in 0..2000 {
            let x = f64::from(k) / 250.0;
            // infinities agree with themselves alone
            let close = |a: f64, b: f64| (a - b).abs() <= 4e-15 * (1.0 + a.abs()) || (a.is_infinite() && a.total_cmp(&b).is_eq());
            assert!(close(Single::exp(-x), SideBySide::exp(-x)));
            assert!(close(Single::ln(x), SideBySide::ln(x)), "{x}");
            assert!(close(Single::ln_1p(-x / 8.001), SideBySide::ln_1p(-x / 8.001)), "{x}");
            assert!(close(Single::ln_1p(x * 1e-9), SideBySide::ln_1p(x * 1e-9)));
            assert!(close(Single::exp2(-x), SideBySide::exp2(-x)));
            assert!(close(Single::pow(x / 8.0, 3.0), SideBySide::pow(x / 8.0, 3.0)), "{x}");
        }
        assert_eq!(SideBySide::pow(0.0, 0.0).to_bits(), 1f64.to_bits());
    }
}
