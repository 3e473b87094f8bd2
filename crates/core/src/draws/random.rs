//! Random numbers by key and counter: the same for any order, any number of threads, and on any machine.
//!
//! A key is the name of what is drawn, so that a new parameter or a new site changes no other's numbers, and two scenarios of one
//! network share theirs. ChaCha with 8 rounds gives the words (Bernstein 2008); a block of draws is a stretch of its key's stream: word by
//! word, and in each word draw by draw.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::lanes::{F, L};

/// Words of one draw of one key.
pub const WORDS: usize = 8;

/// A seeded source.
#[derive(Debug, Clone)]
pub struct Random {
    rng: ChaCha8Rng,
}

/// Words of one key in a block of draws: by word, then by draw.
pub type Words = [[u32; L]; WORDS];

impl Random {
    /// A source of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Words of a key in the draws of a block.
    pub fn words(&mut self, key: u64, block: usize) -> Words {
        self.rng.set_stream(key);
        self.rng.set_word_pos((block * L * WORDS) as u128);
        let mut bytes = [0u8; 4 * L * WORDS];
        self.rng.fill_bytes(&mut bytes);
        let mut words = [[0; L]; WORDS];
        for (word, bytes) in words.iter_mut().flatten().zip(bytes.chunks_exact(4)) {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        words
    }

    /// Standard normal numbers of a key in the draws of a block.
    pub fn normals(&mut self, key: u64, block: usize) -> F {
        self.words(key, block)[0].map(|w| normal(uniform(w)))
    }
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
pub(super) const MIDDLE: f64 = 0.425;

/// Standard normal quantile, algorithm AS 241 (Wichura 1988), relative error 1e-16.
#[must_use]
pub fn normal(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= MIDDLE { middle(q) } else { tail(p) }
}

#[inline(always)]
fn ratio(x: f64, above: &[f64; 8], below: &[f64; 8]) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().fold(0.0, |sum, c| sum * x + c);
    horner(above) / horner(below)
}

/// [`normal`] at 0.5 + q for |q| ≤ [`MIDDLE`].
#[inline(always)]
pub(super) fn middle(q: f64) -> f64 {
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
pub(super) fn tail(p: f64) -> f64 {
    const NEAR_ABOVE: [f64; 8] = [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ];
    const NEAR_BELOW: [f64; 8] = [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ];
    const FAR_ABOVE: [f64; 8] = [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ];
    const FAR_BELOW: [f64; 8] = [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ];
    let r = (-libm::log(p.min(1.0 - p))).sqrt();
    let z = if r <= 5.0 { ratio(r - 1.6, &NEAR_ABOVE, &NEAR_BELOW) } else { ratio(r - 5.0, &FAR_ABOVE, &FAR_BELOW) };
    if p < 0.5 { -z } else { z }
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
            assert!((normal(p) - z).abs() < 1e-8, "{p}: {}", normal(p));
        }
        // the two forms meet, both sides
        for p in [0.075, 0.925] {
            assert!((tail(p) - middle(p - 0.5)).abs() < 1e-14);
        }
    }

    #[test]
    fn words_depend_on_seed_key_and_draw_alone() {
        let mut a = Random::new(1);
        let later = a.words(key("site", "B"), 3);
        let first = a.words(key("site", "A"), 0);
        let mut b = Random::new(1);
        assert_eq!(b.words(key("site", "A"), 0), first);
        assert_eq!(b.words(key("site", "B"), 3), later);
        assert_ne!(Random::new(2).words(key("site", "A"), 0), first);
        assert_ne!(key("site", "ab"), key("sitea", "b"));
        // fixed, so that another machine or version that differs is noticed
        assert_eq!(first[0][0], FIRST_WORD);
    }

    const FIRST_WORD: u32 = 2_366_005_611;

    #[test]
    fn numbers_of_many_keys_are_standard_normal() {
        let mut random = Random::new(7);
        let all: Vec<f64> = (0..4000).flat_map(|k| random.normals(key("k", &k.to_string()), 0)).collect();
        let n = all.len() as f64;
        let mean = all.iter().sum::<f64>() / n;
        let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        assert!(mean.abs() < 4.0 / n.sqrt() && (variance - 1.0).abs() < 6.0 / n.sqrt(), "{mean} {variance}");
    }
}
