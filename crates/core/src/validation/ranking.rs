//! Agreement of rankings.

/// Spearman's rank correlation; ties share their mean rank. `None` when either side does not vary.
#[must_use]
pub fn rank_correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let x = ranks(pairs.iter().map(|p| p.0));
    let y = ranks(pairs.iter().map(|p| p.1));
    let middle = f64::midpoint(pairs.len() as f64, 1.0);
    let sum = |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(&y).map(|(x, y)| f(x - middle, y - middle)).sum::<f64>();
    let (xy, xx, yy) = (sum(&|x, y| x * y), sum(&|x, _| x * x), sum(&|_, y| y * y));
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// Probability that a case scores above a control, ties counting half. `None` without cases or controls.
#[must_use]
pub fn area_under_curve(scored: &[(f64, bool)]) -> Option<f64> {
    let ranks = ranks(scored.iter().map(|s| s.0));
    let cases = scored.iter().filter(|s| s.1).count() as f64;
    let controls = scored.len() as f64 - cases;
    let sum: f64 = ranks.iter().zip(scored).filter(|(_, s)| s.1).map(|(r, _)| r).sum();
    (cases > 0.0 && controls > 0.0).then(|| (sum - cases * (cases + 1.0) / 2.0) / (cases * controls))
}

/// Ranks from 1; ties share their mean.
fn ranks(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let values: Vec<f64> = values.collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut out = vec![0.0; values.len()];
    for tie in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        let first = order.partition_point(|&k| values[k].total_cmp(&values[tie[0]]).is_lt());
        for &k in tie {
            out[k] = first as f64 + f64::midpoint(tie.len() as f64, 1.0);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let same = [(1.0, 10.0), (2.0, 20.0), (3.0, 35.0)];
        assert_eq!(rank_correlation(&same), Some(1.0));
        assert_eq!(rank_correlation(&[(1.0, 2.0), (2.0, 1.0)]), Some(-1.0));
        assert_eq!(rank_correlation(&[(1.0, 2.0), (2.0, 2.0)]), None);
        // ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4
        let tied = rank_correlation(&[(1.0, 1.0), (5.0, 2.0), (5.0, 3.0), (9.0, 4.0)]);
        assert!((tied.unwrap_or_default() - 4.5 / (4.5f64 * 5.0).sqrt()).abs() < 1e-12);
        // cases 3 and 1 against controls 2 and 1: 2 wins, 1 loss, 1 tie of four
        let auc = area_under_curve(&[(3.0, true), (1.0, true), (2.0, false), (1.0, false)]);
        assert_eq!(auc, Some(2.5 / 4.0));
        assert_eq!(area_under_curve(&[(1.0, true)]), None);
    }
}
