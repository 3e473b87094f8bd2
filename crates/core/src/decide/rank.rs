//! Ranks in which equals share a place.

use std::cmp::Ordering;

/// Competition ranks of `n` rows: 1 for the first by `order`, equal rows share a rank, and the next rank counts them. `O(n log n)`.
#[must_use]
pub fn ranks(n: usize, order: impl Fn(usize, usize) -> Ordering) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..n as u32).collect();
    rows.sort_by(|&a, &b| order(a as usize, b as usize).then(a.cmp(&b)));
    let mut out = vec![0; n];
    let mut rank = 0;
    for k in 0..n {
        if k == 0 || order(rows[k - 1] as usize, rows[k] as usize).is_ne() {
            rank = k as u32 + 1;
        }
        out[rows[k] as usize] = rank;
    }
    out
}

/// Ranks by presence of a hazard, then by its prevalence.
#[must_use]
pub fn by_presence(updated: &[crate::risk::update::Updated], hazard: crate::model::Hazard) -> Vec<u32> {
    let h = hazard.index();
    ranks(updated.len(), |a, b| {
        let (a, b) = (&updated[a], &updated[b]);
        b.presence[h].total_cmp(&a.presence[h]).then(b.prevalence[h].total_cmp(&a.prevalence[h]))
    })
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
