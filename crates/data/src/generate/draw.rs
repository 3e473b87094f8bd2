//! Draws that depend on seed, purpose and number alone.

/// What is drawn; each has draws of its own, so that a new one changes no other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Order,
    Site,
    Place,
    Purchases,
    Suppliers,
    Back,
    Amounts,
    Agent,
    Evidence,
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A short series of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64, stream: Stream, number: u64) -> Self {
        let keyed = mix(seed ^ mix((stream as u64 + 1).wrapping_mul(GOLDEN)));
        Self(mix(keyed ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03)))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// In (0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// In `0..n`; 0 when there is nothing to choose from.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(n) * (self.next() >> 32)) >> 32) as u32
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len() as u32) as usize)
    }

    /// Standard exponential.
    pub(super) fn exponential(&mut self) -> f64 {
        -libm::log(self.unit())
    }

    /// 1, 2, …, geometric with the given mean, which is at least 1.
    pub(super) fn geometric(&mut self, mean: f64) -> u32 {
        if mean <= 1.0 {
            return 1;
        }
        1 + libm::floor(self.exponential() / libm::log1p(1.0 / (mean - 1.0))) as u32
    }

    /// About standard normal: a sum of four uniform numbers.
    pub(super) fn normal(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.unit()).sum();
        (sum - 2.0) * libm::sqrt(3.0)
    }
}

/// A permutation of `0..n` that is computed, not stored: a Feistel network walked until it is back in range.
#[derive(Debug, Clone)]
pub(super) struct Shuffle {
    n: u32,
    half: u32,
    keys: [u64; 4],
}

impl Shuffle {
    pub(super) fn new(n: u32, seed: u64) -> Self {
        let bits = 32 - n.saturating_sub(1).leading_zeros();
        Self { n, half: bits.div_ceil(2).max(1), keys: [1, 2, 3, 4].map(|k| mix(seed ^ mix(k))) }
    }

    /// One pass through the network, with its keys in order or in reverse.
    fn pass(&self, x: u64, back: bool) -> u64 {
        let mask = (1u64 << self.half) - 1;
        let (mut left, mut right) = (x >> self.half, x & mask);
        for k in 0..self.keys.len() {
            if back {
                let key = self.keys[self.keys.len() - 1 - k];
                (left, right) = (right ^ (mix(left ^ key) & mask), left);
            } else {
                (left, right) = (right, left ^ (mix(right ^ self.keys[k]) & mask));
            }
        }
        left << self.half | right
    }

    fn walk(&self, x: u32, back: bool) -> u32 {
        let mut x = self.pass(u64::from(x), back);
        while x >= u64::from(self.n) {
            x = self.pass(x, back);
        }
        x as u32
    }

    /// Where `x` goes.
    pub(super) fn to(&self, x: u32) -> u32 {
        self.walk(x, false)
    }

    /// What goes to `y`.
    pub(super) fn from(&self, y: u32) -> u32 {
        self.walk(y, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_is_a_permutation_and_goes_back() {
        for n in [1u32, 2, 100, 1023, 1025] {
            let shuffle = Shuffle::new(n, 9);
            let mut seen = vec![false; n as usize];
            for x in 0..n {
                let y = shuffle.to(x);
                assert!(!std::mem::replace(&mut seen[y as usize], true), "{n}: {y} twice");
                assert_eq!(shuffle.from(y), x);
            }
        }
        assert_ne!((0..100).map(|x| Shuffle::new(100, 1).to(x)).collect::<Vec<_>>(), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn draws_have_the_means_they_say() {
        let mut draw = Draw::new(1, Stream::Site, 0);
        let mean = |f: &mut dyn FnMut() -> f64| (0..200_000).map(|_| f()).sum::<f64>() / 200_000.0;
        assert!((mean(&mut || f64::from(draw.geometric(7.3))) - 7.3).abs() < 0.05);
        assert!((mean(&mut || f64::from(draw.below(10))) - 4.5).abs() < 0.03);
        assert!((mean(&mut || draw.normal().powi(2)) - 1.0).abs() < 0.02);
        assert!((mean(&mut || draw.exponential()) - 1.0).abs() < 0.02);
    }
}
