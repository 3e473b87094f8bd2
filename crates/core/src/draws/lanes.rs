//! Arithmetic on the draws of a block, one lane a draw.
//!
//! Only additions, products, quotients and bit patterns: the bits are the same on any machine, and a compiler can do lanes side by
//! side. `libm`'s functions, which point values use, take one number at a time.

use super::random::{normal, uniform};

/// Draws of a block.
pub const L: usize = 16;

/// A number in each draw of a block.
pub type F = [f64; L];

/// Moves the integer part of a sum to the lowest bits.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// Applies a function to every lane.
#[inline(always)]
pub fn map(x: &F, f: impl Fn(f64) -> f64) -> F {
    let mut out = [0.0; L];
    for k in 0..L {
        out[k] = f(x[k]);
    }
    out
}

/// Applies a function to every lane of two.
#[inline(always)]
pub fn zip(x: &F, y: &F, f: impl Fn(f64, f64) -> f64) -> F {
    let mut out = [0.0; L];
    for k in 0..L {
        out[k] = f(x[k], y[k]);
    }
    out
}

/// eˣ for |x| ≤ 700, beyond as at the ends; relative error 1e-15.
#[inline(always)]
#[must_use]
pub fn exp(x: f64) -> f64 {
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    // 1/k!, highest first
    const TAYLOR: [f64; 13] = [
        2.087_675_698_786_809_8e-9,
        2.505_210_838_544_172e-8,
        2.755_731_922_398_589e-7,
        2.755_731_922_398_589e-6,
        2.480_158_730_158_73e-5,
        1.984_126_984_126_984e-4,
        1.388_888_888_888_889e-3,
        8.333_333_333_333_333e-3,
        4.166_666_666_666_666_4e-2,
        0.166_666_666_666_666_66,
        0.5,
        1.0,
        1.0,
    ];
    let x = x.clamp(-700.0, 700.0);
    let shifted = x * std::f64::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let series = TAYLOR.iter().fold(0.0, |sum, c| sum * r + c);
    // the lowest bits of the shifted sum hold n
    series * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

/// ln x for positive normal numbers; absolute error 1e-15 near 1, relative 1e-15 elsewhere.
#[inline(always)]
#[must_use]
pub fn ln(x: f64) -> f64 {
    let (e, rest) = split(x);
    e * std::f64::consts::LN_2 + ln_of_rest((rest - 1.0) / (rest + 1.0))
}

/// [`ln`] and 1/x, for x in [1e-100, 1e100], by one division.
#[inline(always)]
#[must_use]
pub fn ln_and_inverse(x: f64) -> (f64, f64) {
    let (e, rest) = split(x);
    let up = rest + 1.0;
    let both = 1.0 / (x * up);
    (e * std::f64::consts::LN_2 + ln_of_rest((rest - 1.0) * (x * both)), up * both)
}

/// Exponent of a number, and what is left of it between √½ and √2.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    let bits = x.to_bits();
    let exponent = bits.wrapping_sub(0x3fe6_a09e_667f_3bcd) >> 52;
    let rest = f64::from_bits(bits.wrapping_sub(exponent << 52));
    // a 12-bit two's complement number, turned into a float by way of the shift
    let signed = (exponent ^ 0x800) & 0xfff;
    (f64::from_bits(SHIFT.to_bits().wrapping_add(signed)) - SHIFT - 2048.0, rest)
}

/// ln((1 + s)/(1 − s)) for |s| ≤ 0.172.
#[inline(always)]
fn ln_of_rest(s: f64) -> f64 {
    // 2/(2k + 1), highest first
    const ATANH: [f64; 10] = [2.0 / 19.0, 2.0 / 17.0, 2.0 / 15.0, 2.0 / 13.0, 2.0 / 11.0, 2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0, 2.0];
    let t = s * s;
    s * ATANH.iter().fold(0.0, |sum, c| sum * t + c)
}

/// The nearest whole number, for |x| < 2⁵¹.
#[inline(always)]
#[must_use]
pub fn round(x: f64) -> f64 {
    (x + SHIFT) - SHIFT
}

/// Probability of log-odds.
#[inline(always)]
#[must_use]
pub fn expit(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// Standard normal numbers from a word of every draw.
#[inline(always)]
#[must_use]
pub fn normals(words: &[u32; L]) -> F {
    let mut z = [0.0; L];
    for k in 0..L {
        z[k] = normal(uniform(words[k]) - 0.5);
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_agree_with_libm() {
        for k in -7000..7000 {
            let x = f64::from(k) / 10.0 + 0.012_345;
            assert!((exp(x) / libm::exp(x) - 1.0).abs() < 4e-15 || x.abs() > 700.0, "exp {x}");
            let y = libm::exp(x / 2.0);
            assert!((ln(y) - libm::log(y)).abs() < 4e-15 * libm::log(y).abs().max(1.0), "ln {y}");
        }
        assert!((ln(1.0)).abs() < 1e-300 && (exp(0.0) - 1.0).abs() < 1e-300);
        assert!(exp(-1e9) > 0.0 && exp(1e9).is_finite());
    }
}
