//! Random numbers by key and counter: the same for any order, any number of threads, and on any machine.
//!
//! A key is the name of what is drawn, so that a new parameter or a new site changes no other's numbers, and two scenarios of one
//! network share theirs. Philox4x32-10 (Salmon and others 2011) gives the words: the seed is its key; the name, the draw and the
//! number of the quad are its counter.

use super::lanes::{self, F, L};

/// Words that come at once.
pub const QUAD: usize = 4;
const ROUNDS: usize = 10;
const MULTIPLIERS: [u64; 2] = [0xd251_1f53, 0xcd9e_8d57];
const KEY_STEPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];
const LOW: u64 = 0xffff_ffff;

/// Four words of one key in a block of draws: by word, then by draw.
pub type Quad = [[u32; L]; QUAD];

/// A seeded source.
#[derive(Debug, Clone, Copy)]
pub struct Random {
    seed: u64,
}

/// The numbers of one key in the draws of a block.
#[derive(Debug, Clone, Copy)]
pub struct Numbers {
    seed: u64,
    key: u64,
    block: usize,
}

impl Random {
    /// A source of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Numbers of a key in the draws of a block.
    #[must_use]
    pub fn numbers(self, key: u64, block: usize) -> Numbers {
        Numbers { seed: self.seed, key, block }
    }

    /// Standard normal numbers of a key in the draws of a block.
    #[must_use]
    pub fn normals(self, key: u64, block: usize) -> F {
        lanes::normals(&self.numbers(key, block).quad(0)[0])
    }
}

impl Numbers {
    /// A quad of words, by its number.
    #[inline(always)]
    #[must_use]
    pub fn quad(&self, number: u32) -> Quad {
        let mut draws = [0; L];
        for k in 0..L {
            draws[k] = (self.block * L + k) as u64;
        }
        let words = philox([draws, [u64::from(number); L], [self.key & LOW; L], [self.key >> 32; L]], self.seed);
        let mut out = [[0; L]; QUAD];
        for w in 0..QUAD {
            for k in 0..L {
                out[w][k] = words[w][k] as u32;
            }
        }
        out
    }
}

/// Philox4x32-10 of N counters with one key. Only the lower half of a number counts: so products need no masks of their own.
#[inline(always)]
fn philox<const N: usize>([mut a, mut b, mut c, mut d]: [[u64; N]; QUAD], key: u64) -> [[u64; N]; QUAD] {
    let mut keys = [key as u32, (key >> 32) as u32];
    for _ in 0..ROUNDS {
        let (low, high) = (times(MULTIPLIERS[0], &a), times(MULTIPLIERS[1], &c));
        a = upper_xor(&high, &b, keys[0]);
        c = upper_xor(&low, &d, keys[1]);
        (b, d) = (high, low);
        for (key, step) in keys.iter_mut().zip(KEY_STEPS) {
            *key = key.wrapping_add(step);
        }
    }
    [a, b, c, d]
}

#[inline(always)]
fn times<const N: usize>(multiplier: u64, x: &[u64; N]) -> [u64; N] {
    let mut out = [0; N];
    for k in 0..N {
        out[k] = multiplier * (x[k] & LOW);
    }
    out
}

/// Upper half of each product, and what it is mixed with.
#[inline(always)]
fn upper_xor<const N: usize>(product: &[u64; N], other: &[u64; N], key: u32) -> [u64; N] {
    let mut out = [0; N];
    for k in 0..N {
        out[k] = (product[k] >> 32) ^ other[k] ^ u64::from(key);
    }
    out
}

/// Key of a name within a kind: 64-bit FNV-1a.
#[must_use]
pub fn key(kind: &str, name: &str) -> u64 {
    let bytes = kind.bytes().chain([0]).chain(name.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// A number in (0, 1).
#[inline(always)]
#[must_use]
pub fn uniform(word: u32) -> f64 {
    (f64::from(word) + 0.5) / 4_294_967_296.0
}

/// Half width of the middle of [`normal`], where it needs no logarithm.
const MIDDLE: f64 = 0.425;

/// Standard normal quantile at 0.5 + q, by algorithm AS 241 (Wichura 1988) for 1.4e-11 ≤ p ≤ 1 − 1.4e-11, which [`uniform`] keeps to; error
/// 1e-14.
#[inline(always)]
#[must_use]
pub fn normal(q: f64) -> f64 {
    let (middle, tail) = (middle(q), tail(q));
    if q.abs() <= MIDDLE { middle } else { tail }
}

#[inline(always)]
fn ratio(x: f64, above: &[f64; 8], below: &[f64; 8]) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().fold(0.0, |sum, c| sum * x + c);
    horner(above) / horner(below)
}

/// [`normal`] for |q| ≤ [`MIDDLE`].
#[inline(always)]
fn middle(q: f64) -> f64 {
    const ABOVE: [f64; 8] = [
        2_509.080_928_730_122_6,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_4,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ];
    const BELOW: [f64; 8] = [
        5_226.495_278_852_545,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ];
    q * ratio(MIDDLE * MIDDLE - q * q, &ABOVE, &BELOW)
}

/// [`normal`] outside the middle.
#[inline(always)]
fn tail(q: f64) -> f64 {
    const ABOVE: [f64; 8] = [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ];
    const BELOW: [f64; 8] = [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ];
    let r = (-lanes::ln(0.5 - q.abs())).sqrt();
    ratio(r - 1.6, &ABOVE, &BELOW).copysign(q)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_normal_distribution() {
        // published to 1e-9: Φ(1.2816) = 0.9, Φ(1.6449) = 0.95, Φ(1.96) = 0.975, Φ(4.7534) = 1 − 1e-6, Φ(6.1094) = 1 − 5e-10
        for (p, z) in [
            (0.5, 0.0),
            (0.9, 1.281_551_566),
            (0.95, 1.644_853_627),
            (0.975, 1.959_963_985),
            (1e-6, -4.753_424_309),
            (5e-10, -6.109_410_204),
        ] {
            assert!((normal(p - 0.5) - z).abs() < 1e-8, "{p}: {}", normal(p - 0.5));
        }
        // the two forms meet, both sides
        for q in [-0.425, 0.425] {
            assert!((tail(q) - middle(q)).abs() < 1e-14);
        }
        // as far out as a word goes
        assert!((normal(uniform(0) - 0.5) + normal(uniform(u32::MAX) - 0.5)).abs() < 1e-12 && normal(uniform(0) - 0.5) < -6.3);
    }

    #[test]
    fn known_answers_of_philox() {
        // Random123's kat_vectors: counter, key, answer
        let known = [
            ([0; 4], 0, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([LOW; 4], u64::MAX, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                0x299f_31d0_a409_3822,
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, answer) in known {
            let found = philox(counter.map(|c: u64| [c; 3]), key);
            assert_eq!(found.map(|word| word[1] & LOW), answer);
        }
    }

    #[test]
    fn words_depend_on_seed_key_draw_and_number_alone() {
        let random = Random::new(1);
        let of = |random: Random, name: &str, block, number| random.numbers(key("site", name), block).quad(number);
        let first = of(random, "A", 0, 0);
        assert_eq!(of(random, "A", 0, 0), first);
        for other in [of(random, "B", 0, 0), of(random, "A", 1, 0), of(random, "A", 0, 1), of(Random::new(2), "A", 0, 0)] {
            assert!(other.iter().zip(&first).all(|(a, b)| a.iter().zip(b).all(|(a, b)| a != b)));
        }
        assert_ne!(key("site", "ab"), key("sitea", "b"));
    }

    #[test]
    fn numbers_of_many_keys_are_standard_normal() {
        let random = Random::new(7);
        let all: Vec<f64> = (0..4000).flat_map(|k| random.normals(key("k", &k.to_string()), 0)).collect();
        let n = all.len() as f64;
        let mean = all.iter().sum::<f64>() / n;
        let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        assert!(mean.abs() < 4.0 / n.sqrt() && (variance - 1.0).abs() < 6.0 / n.sqrt(), "{mean} {variance}");
    }
}
