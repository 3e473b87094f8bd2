//! Sums over all sites a sketch stands for.

use super::ENTRIES;
use super::rank::{Ranked, WEIGHT};
use super::weights::{MEASURES, add, measures};
use crate::risk::update::Updated;

/// Sums of all measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    /// In the order of [`measures`].
    pub(super) of: [f64; MEASURES],
    /// False when estimated.
    pub(super) exact: bool,
}

/// Halvings before the series, doublings after it.
const HALVINGS: i32 = 6;
const SCALE: f32 = 1.0 / (1 << HALVINGS) as f32;
/// 1 − exp(−x) is 1 in single precision from here on.
const CERTAIN: f32 = 17.0;

/// 1 − exp(−x) in single precision, without a branch: the series at x/2⁶, then 1 − exp(−2y) = c·(2 − c). Relative error below 1e-6.
fn chance(x: f32) -> f32 {
    let y = x.min(CERTAIN) * SCALE;
    let mut c = y * (1.0 - y * (0.5 - y * (1.0 / 6.0 - y * (1.0 / 24.0 - y * (1.0 / 120.0)))));
    for _ in 0..HALVINGS {
        c *= 2.0 - c;
    }
    c
}

/// How many sites each entry of a full sketch stands for; the last one only bounds the others and stands for none.
pub(super) fn stands_for(ranked: &Ranked, full: &[u32; ENTRIES]) -> [f32; ENTRIES] {
    let last = ranked.rank[full[ENTRIES - 1] as usize] as f32;
    let mut times = [0.0f32; ENTRIES];
    for (time, &place) in times.iter_mut().zip(full) {
        *time = ranked.rows[ranked.site[place as usize] as usize].0[WEIGHT] * last;
    }
    for time in &mut times {
        *time = 1.0 / chance(*time);
    }
    times[ENTRIES - 1] = 0.0;
    times
}

/// Sums of all measures over the sites that a sketch stands for: exact, or estimated in single precision, whose rounding is some
/// ten thousand times smaller than the sketch's error.
pub(super) fn estimate(updated: &[Updated], ranked: &Ranked, sketch: &[u32]) -> Sums {
    let Ok(full) = <&[u32; ENTRIES]>::try_from(sketch) else {
        let sites = sketch.iter().map(|&place| &updated[ranked.site[place as usize] as usize]);
        return Sums { of: sites.fold([0.0; MEASURES], |sum, state| add(sum, measures(state))), exact: true };
    };
    let row = |place: u32| &ranked.rows[ranked.site[place as usize] as usize].0;
    let times = stands_for(ranked, full);
    let mut sums = [0.0f32; 16];
    for (&place, time) in full[..ENTRIES - 1].iter().zip(times) {
        for (sum, f) in sums.iter_mut().zip(row(place)) {
            *sum += f * time;
        }
    }
    Sums { of: std::array::from_fn(|k| f64::from(sums[k])), exact: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_right_in_single_precision_at_every_size() {
        for k in -400..80 {
            let x = libm::exp(f64::from(k) / 15.0);
            let expected = -libm::expm1(-x);
            let found = f64::from(chance(x as f32));
            assert!((found / expected - 1.0).abs() < 1e-6, "{x}: {found} for {expected}");
        }
        assert_eq!(chance(0.0).to_bits(), 0);
    }
}
