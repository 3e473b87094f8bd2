//! Ranks in which equals share a place.

use std::cmp::Ordering;

use rayon::prelude::*;

/// Competition ranks of `n` rows: 1 for the first by `order`, equal rows share a rank, and the next rank counts them. `O(n log n)`.
#[must_use]
pub fn ranks(n: usize, order: impl Fn(usize, usize) -> Ordering) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..n as u32).collect();
    rows.sort_by(|&a, &b| order(a as usize, b as usize).then(a.cmp(&b)));
    places(&rows, |&row| row, |a, b| order(*a as usize, *b as usize).is_eq())
}

/// Ranks of rows that are sorted.
fn places<T>(sorted: &[T], row: impl Fn(&T) -> u32, same: impl Fn(&T, &T) -> bool) -> Vec<u32> {
    let mut out = vec![0; sorted.len()];
    let mut rank = 0;
    for (k, item) in sorted.iter().enumerate() {
        if k == 0 || !same(&sorted[k - 1], item) {
            rank = k as u32 + 1;
        }
        out[row(item) as usize] = rank;
    }
    out
}

/// Ranks by presence of a hazard, then by its prevalence.
#[must_use]
pub fn by_presence(updated: &[crate::risk::update::Updated], hazard: crate::model::Hazard) -> Vec<u32> {
    let h = hazard.index();
    // what is compared lies side by side: sorting rows alone would look up two of a million sites at every step
    let keys = updated.par_iter().enumerate().map(|(row, u)| (u.presence[h], u.prevalence[h], row as u32));
    let mut keys: Vec<(f64, f64, u32)> = keys.collect();
    keys.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    places(&keys, |key| key.2, |a, b| a.0.total_cmp(&b.0).is_eq() && a.1.total_cmp(&b.1).is_eq())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_share_a_rank_and_the_next_counts_them() {
        let values = [3, 9, 3, 1, 9];
        assert_eq!(ranks(values.len(), |a, b| values[b].cmp(&values[a])), [3, 1, 3, 5, 1]);
        assert!(ranks(0, |_, _| Ordering::Equal).is_empty());
    }
}
