//! Mean and quantiles of draws.

/// Parts of the draws below each point.
const PARTS: [f64; 3] = [0.05, 0.5, 0.95];
/// Bins that draws are counted in.
const BINS: usize = 256;
/// Draws that are summed side by side.
const SIDE_BY_SIDE: usize = 8;

/// Mean, 5 %, 50 % and 95 % point of the draws of one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Quantiles {
    /// Mean.
    pub mean: f32,
    /// 5 % point.
    pub p05: f32,
    /// Median.
    pub p50: f32,
    /// 95 % point.
    pub p95: f32,
}

impl Quantiles {
    /// Of all draws: order statistics, interpolated (Hyndman and Fan 1996, type 7). Draws are not negative and come as the bits of numbers of
    /// single precision, whose order is theirs. `O(n)`.
    #[must_use]
    pub fn of(draws: &[u32], scratch: &mut Scratch) -> Self {
        if draws.is_empty() {
            return Self::default();
        }
        let last = draws.len() - 1;
        let places = PARTS.map(|part| part * last as f64);
        let [p05, p50, p95] = scratch.order_statistics(draws, places.map(|place| place as usize));
        let between = |[low, high]: [u32; 2], place: f64| {
            let (low, high) = (f32::from_bits(low), f32::from_bits(high));
            low + (high - low) * (place - place.floor()) as f32
        };
        let mean = (sum(draws) / draws.len() as f64) as f32;
        Self { mean, p05: between(p05, places[0]), p50: between(p50, places[1]), p95: between(p95, places[2]) }
    }

    /// The same in another unit.
    #[must_use]
    pub fn scaled(self, factor: f32) -> Self {
        Self { mean: self.mean * factor, p05: self.p05 * factor, p50: self.p50 * factor, p95: self.p95 * factor }
    }
}

/// Sum of draws, in one order whatever the machine.
fn sum(draws: &[u32]) -> f64 {
    let mut sums = [0.0; SIDE_BY_SIDE];
    for draws in draws.chunks(SIDE_BY_SIDE) {
        for (sum, x) in sums.iter_mut().zip(draws) {
            *sum += f64::from(f32::from_bits(*x));
        }
    }
    sums.iter().sum()
}

/// Memory for [`Quantiles::of`].
#[derive(Debug)]
pub struct Scratch {
    /// Draws by bin.
    counts: [u16; BINS],
    /// Which points need the draws of a bin.
    wanted: [u8; BINS],
    /// Draws of the bins of each point.
    near: [Vec<u32>; 3],
}

impl Default for Scratch {
    fn default() -> Self {
        Self { counts: [0; BINS], wanted: [0; BINS], near: Default::default() }
    }
}

impl Scratch {
    /// The order statistics of three ascending ranks and the one after each: draws are counted in bins, and only those of the bins that hold
    /// the ranks are sorted.
    fn order_statistics(&mut self, draws: &[u32], ranks: [usize; 3]) -> [[u32; 2]; 3] {
        let last = draws.len() - 1;
        let (least, most) = draws.iter().fold((u32::MAX, 0), |(least, most), &x| (least.min(x), most.max(x)));
        let shift = (u32::BITS - (most - least).leading_zeros()).saturating_sub(BINS.trailing_zeros());
        let bin = |x: u32| ((x - least) >> shift) as usize % BINS;
        self.counts = [0; BINS];
        for &x in draws {
            self.counts[bin(x)] += 1;
        }
        // draws in bins before those of each point, and its bins
        let (mut before, mut bins) = ([0; 3], [[0; 2]; 3]);
        let (mut below, mut bin_of) = (0, 0);
        for point in 0..3 {
            let (first, second) = (ranks[point], (ranks[point] + 1).min(last));
            let mut end = below + usize::from(self.counts[bin_of]);
            while end <= first {
                (below, bin_of) = (end, bin_of + 1);
                end += usize::from(self.counts[bin_of]);
            }
            let mut next = bin_of;
            while end <= second {
                next += 1;
                end += usize::from(self.counts[next]);
            }
            (before[point], bins[point]) = (below, [bin_of, next]);
            self.wanted[bin_of] |= 1 << point;
            self.wanted[next] |= 1 << point;
        }
        self.near.iter_mut().for_each(Vec::clear);
        for &x in draws {
            let wanted = self.wanted[bin(x)];
            if wanted != 0 {
                for (point, near) in self.near.iter_mut().enumerate() {
                    if wanted >> point & 1 == 1 {
                        near.push(x);
                    }
                }
            }
        }
        bins.as_flattened().iter().for_each(|&bin| self.wanted[bin] = 0);
        std::array::from_fn(|point| {
            let near = &mut self.near[point];
            near.sort_unstable();
            let at = |rank: usize| near.get(rank.min(last) - before[point]).copied().unwrap_or(most);
            [at(ranks[point]), at(ranks[point] + 1)]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_statistics_between_which_it_interpolates() {
        let of = |draws: &[f32]| Quantiles::of(&draws.iter().map(|x| x.to_bits()).collect::<Vec<u32>>(), &mut Scratch::default());
        let spread = of(&(0..=100).rev().map(|k| k as f32).collect::<Vec<f32>>());
        assert_eq!((spread.mean, spread.p05, spread.p50, spread.p95), (50.0, 5.0, 50.0, 95.0));
        assert_eq!(of(&[1.0, 2.0]), Quantiles { mean: 1.5, p05: 1.05, p50: 1.5, p95: 1.95 });
        assert_eq!(of(&[3.0]), Quantiles { mean: 3.0, p05: 3.0, p50: 3.0, p95: 3.0 });
        assert_eq!(of(&[]), Quantiles::default());
    }

    #[test]
    fn agrees_with_sorting() {
        let mut scratch = Scratch::default();
        let shapes: [fn(u32) -> f32; 4] = [
            |k| ((k * 37 + 11) % 53 + k / 53) as f32,
            // far apart, and many the same
            |k| if k % 3 == 0 { 1e-30 } else { (k * 7919 % 1000) as f32 * 1e20 },
            |_| 0.25,
            |k| 0.1 + (k * 7919 % 997) as f32 * 1e-9,
        ];
        for (n, shape) in (1..200u32).chain([400, 1000, 5000]).flat_map(|n| shapes.map(|shape| (n, shape))) {
            let draws: Vec<f32> = (0..n).map(shape).collect();
            let mut sorted = draws.clone();
            sorted.sort_by(f32::total_cmp);
            let at = |q: f64| {
                let place = q * f64::from(n - 1);
                let low = sorted[place as usize];
                let high = sorted[(place as usize + 1).min(sorted.len() - 1)];
                low + (high - low) * (place - place.floor()) as f32
            };
            let spread = Quantiles::of(&draws.iter().map(|x| x.to_bits()).collect::<Vec<u32>>(), &mut Scratch::default());
            assert_eq!([spread.p05, spread.p50, spread.p95].map(f32::to_bits), [at(0.05), at(0.5), at(0.95)].map(f32::to_bits), "{n}");
        }
    }
}
