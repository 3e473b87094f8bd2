//! Mean and quantiles of draws.

/// So few draws are sorted.
const SORTED_BELOW: usize = 64;

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
    /// Of all draws, which are put into another order: order statistics, interpolated (Hyndman and Fan 1996, type 7). Draws are not negative
    /// and come as their bits, whose order is theirs and quicker to compare. `O(n)`.
    #[must_use]
    pub fn of(draws: &mut [u32]) -> Self {
        if draws.is_empty() {
            return Self::default();
        }
        let sum: f64 = draws.iter().map(|x| f64::from(f32::from_bits(*x))).sum();
        let last = draws.len() - 1;
        let mean = (sum / (last + 1) as f64) as f32;
        let between = |low: u32, high: u32, place: f64| {
            let (low, high) = (f32::from_bits(low), f32::from_bits(high));
            low + (high - low) * (place - place.floor()) as f32
        };
        if draws.len() < SORTED_BELOW {
            draws.sort_unstable();
            let [p05, p50, p95] = [0.05, 0.5, 0.95].map(|q| {
                let place = q * last as f64;
                between(draws[place as usize], draws[(place as usize + 1).min(last)], place)
            });
            return Self { mean, p05, p50, p95 };
        }
        // the value at a place between order statistics of a part that begins with statistic `first`
        let point = |part: &mut [u32], first: usize, place: f64| {
            let (_, &mut low, above) = part.select_nth_unstable(place as usize - first);
            between(low, above.iter().copied().min().unwrap_or(low), place)
        };
        let half = last / 2;
        // one partition in the middle, and one in each part
        let p50 = point(draws, 0, 0.5 * last as f64);
        let p05 = point(&mut draws[..=half], 0, 0.05 * last as f64);
        let p95 = point(&mut draws[half..], half, 0.95 * last as f64);
        Self { mean, p05, p50, p95 }
    }

    /// The same in another unit.
    #[must_use]
    pub fn scaled(self, factor: f32) -> Self {
        Self { mean: self.mean * factor, p05: self.p05 * factor, p50: self.p50 * factor, p95: self.p95 * factor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_statistics_between_which_it_interpolates() {
        let of = |draws: &[f32]| Quantiles::of(&mut draws.iter().map(|x| x.to_bits()).collect::<Vec<u32>>());
        let spread = of(&(0..=100).rev().map(|k| k as f32).collect::<Vec<f32>>());
        assert_eq!((spread.mean, spread.p05, spread.p50, spread.p95), (50.0, 5.0, 50.0, 95.0));
        assert_eq!(of(&[1.0, 2.0]), Quantiles { mean: 1.5, p05: 1.05, p50: 1.5, p95: 1.95 });
        assert_eq!(of(&[3.0]), Quantiles { mean: 3.0, p05: 3.0, p50: 3.0, p95: 3.0 });
        assert_eq!(of(&[]), Quantiles::default());
    }

    #[test]
    fn agrees_with_sorting() {
        for n in 1..200u32 {
            let draws: Vec<f32> = (0..n).map(|k| ((k * 37 + 11) % 53 + k / 53) as f32).collect();
            let mut sorted = draws.clone();
            sorted.sort_by(f32::total_cmp);
            let at = |q: f64| {
                let place = q * f64::from(n - 1);
                let low = sorted[place as usize];
                let high = sorted[(place as usize + 1).min(sorted.len() - 1)];
                low + (high - low) * (place - place.floor()) as f32
            };
            let spread = Quantiles::of(&mut draws.iter().map(|x| x.to_bits()).collect::<Vec<u32>>());
            assert_eq!([spread.p05, spread.p50, spread.p95].map(f32::to_bits), [at(0.05), at(0.5), at(0.95)].map(f32::to_bits), "{n}");
        }
    }
}
