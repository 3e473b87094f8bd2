//! Arithmetic on the draws of a block, one lane a draw.
//!
//! Only additions, products, quotients and bit patterns: the bits are the same on any machine, and a compiler can do lanes side by
//! side. `libm`'s functions, which point values use, take one number at a time.

use super::random::{self, MIDDLE, WORDS};

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
    // 2/(2k + 1), highest first
    const ATANH: [f64; 10] = [2.0 / 19.0, 2.0 / 17.0, 2.0 / 15.0, 2.0 / 13.0, 2.0 / 11.0, 2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0, 2.0];
    // exponent such that the rest lies between √½ and √2
    let bits = x.to_bits();
    let exponent = bits.wrapping_sub(0x3fe6_a09e_667f_3bcd) >> 52;
    let rest = f64::from_bits(bits.wrapping_sub(exponent << 52));
    // a 12-bit two's complement number, turned into a float by way of the shift
    let signed = (exponent ^ 0x800) & 0xfff;
    let e = f64::from_bits(SHIFT.to_bits().wrapping_add(signed)) - SHIFT - 2048.0;
    let s = (rest - 1.0) / (rest + 1.0);
    let t = s * s;
    let series = ATANH.iter().fold(0.0, |sum, c| sum * t + c);
    e * std::f64::consts::LN_2 + s * series
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

/// Standard normal numbers from word `w` of every draw.
#[inline(always)]
#[must_use]
pub fn normals(words: &random::Words, w: usize) -> F {
    debug_assert!(w < WORDS);
    let mut q = [0.0; L];
    for k in 0..L {
        q[k] = random::uniform(words[w][k]) - 0.5;
    }
    let mut z = map(&q, random::middle);
    for k in 0..L {
        if q[k].abs() > MIDDLE {
            z[k] = random::tail(q[k] + 0.5);
        }
    }
    z
}

/// ln Γ(x + n) − ln Γ(x) for x > 0, n ≥ 0, by Stirling's series eight steps up; absolute error 1e-10.
#[inline(always)]
#[must_use]
pub fn ln_rising(x: f64, n: f64) -> f64 {
    let y = x + n;
    let product = |x: f64| (x * (x + 1.0)) * ((x + 2.0) * (x + 3.0)) * (((x + 4.0) * (x + 5.0)) * ((x + 6.0) * (x + 7.0)));
    stirling(y + 8.0) - stirling(x + 8.0) - ln(product(y) / product(x))
}

/// ln Γ(x) − ln √2π for x ≥ 8.
#[inline(always)]
fn stirling(x: f64) -> f64 {
    let r = 1.0 / x;
    let r2 = r * r;
    (x - 0.5) * ln(x) - x + r * (1.0 / 12.0 - r2 * (1.0 / 360.0 - r2 * (1.0 / 1260.0 - r2 * (1.0 / 1680.0))))
}

/// 1 − e⁻ˣ for x ≥ 0.
#[inline(always)]
#[must_use]
pub fn one_minus_exp(x: f64) -> f64 {
    let small = x * (1.0 - 0.5 * x * (1.0 - x / 3.0));
    if x < 1e-4 { small } else { 1.0 - exp(-x) }
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
            let z = libm::exp(x / 40.0);
            for n in [1.0, 2.0, 60.0, 5000.0] {
                let expected = libm::lgamma(z + n) - libm::lgamma(z);
                assert!(
                    (ln_rising(z, n) - expected).abs() < 1e-9 + 1e-13 * libm::lgamma(z + n).abs(),
                    "{z} {n}: {} {expected}",
                    ln_rising(z, n)
                );
            }
            let small = libm::exp(-x.abs());
            assert!((one_minus_exp(small) / -libm::expm1(-small) - 1.0).abs() < 1e-11 || small < 1e-300, "{small}");
        }
        assert!((ln(1.0)).abs() < 1e-300 && (exp(0.0) - 1.0).abs() < 1e-300);
        assert!(exp(-1e9) > 0.0 && exp(1e9).is_finite());
    }
}
