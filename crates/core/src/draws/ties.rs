//! Ranks that the draws do not tell apart.

/// Probability with which the first of some sites must come before another for their ranks to differ.
const TOLD_APART: f64 = 0.9;

/// For sites in order of rank, each with its class and its scores in all draws: rank of the first site of its group.
///
/// A group begins with its first site, and takes in those after it that come before it in more than a tenth of the draws. Another class on
/// record always is another group. `O(sites × draws)`.
pub(super) fn tied_from(rows: &[(u32, u8, Vec<f32>)]) -> Vec<u32> {
    let mut first = 0;
    let mut out = Vec::with_capacity(rows.len());
    for (k, (rank, class, scores)) in rows.iter().enumerate() {
        let (_, first_class, first_scores) = &rows[first];
        if k > 0 && (class != first_class || before(first_scores, scores) >= TOLD_APART) {
            first = k;
        }
        out.push(if first == k { *rank } else { rows[first].0 });
    }
    out
}

/// Share of draws in which the first score is larger; equal ones count half.
fn before(a: &[f32], b: &[f32]) -> f64 {
    let sum: f64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| {
            if a > b {
                1.0
            } else if a < b {
                0.0
            } else {
                0.5
            }
        })
        .sum();
    sum / a.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_ends_where_the_draws_tell_apart() {
        let scores = |centre: f32| (0..100).map(|k| centre + (k * 37 % 100) as f32).collect::<Vec<f32>>();
        let noisy = |centre: f32| (0..100).map(|k| centre + (k * 59 % 100) as f32).collect::<Vec<f32>>();
        let rows = vec![
            (1, 0, scores(60.0)),
            (2, 0, noisy(50.0)),
            (3, 0, noisy(30.0)),
            (4, 0, scores(-60.0)),
            (5, 0, scores(-61.0)),
            (6, 0, noisy(-61.0)),
        ];
        // the fifth lies below the fourth in every draw
        assert_eq!(tied_from(&rows), [1, 1, 1, 4, 5, 5]);
        let classes = vec![(1, 3, scores(0.0)), (2, 1, noisy(0.0)), (2, 1, noisy(0.0))];
        assert_eq!(tied_from(&classes), [1, 2, 2]);
    }
}
