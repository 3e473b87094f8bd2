//! Accuracy of predictions of what was held out.

use super::ranking::rank_correlation;
use crate::risk::logit::Z90;

/// Standard deviations from the middle of a normal distribution to the ends of its central 50 %.
const Z50: f64 = 0.674_489_750_196_081_7;

/// Something that was held out, and what was predicted of it, in log-odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// As published.
    pub observed: f64,
    /// Mean of the predictive distribution.
    pub predicted: f64,
    /// Standard deviation of the predictive distribution.
    pub sd: f64,
    /// What one would say without a model; `None` when there is nothing to say.
    pub plain: Option<f64>,
}

/// How predictions compare with held-out observations, in log-odds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Accuracy {
    /// Observations.
    pub count: usize,
    /// Spearman's rank correlation of predicted and observed.
    pub rank_correlation: Option<f64>,
    /// Root mean squared error.
    pub error: f64,
    /// Root mean squared error of the plain mean; `None` when none has one.
    pub plain_error: Option<f64>,
    /// Mean of observed less predicted.
    pub bias: f64,
    /// Part of the observations inside the central 50 % of their predictive distribution.
    pub coverage_50: f64,
    /// Inside the central 90 %.
    pub coverage_90: f64,
}

/// Accuracy over observations; `None` when there are none. Those without a plain mean to compare with count in all but that.
#[must_use]
pub fn accuracy(held_out: impl IntoIterator<Item = Prediction>) -> Option<Accuracy> {
    let held: Vec<Prediction> = held_out.into_iter().collect();
    if held.is_empty() {
        return None;
    }
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, count) = values.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
        sum / count
    };
    let inside = |z: f64| mean(&mut held.iter().map(|h| f64::from(u8::from((h.observed - h.predicted).abs() <= z * h.sd))));
    Some(Accuracy {
        count: held.len(),
        rank_correlation: rank_correlation(&held.iter().map(|h| (h.predicted, h.observed)).collect::<Vec<_>>()),
        error: mean(&mut held.iter().map(|h| (h.observed - h.predicted).powi(2))).sqrt(),
        plain_error: Some(mean(&mut held.iter().filter_map(|h| Some((h.observed - h.plain?).powi(2)))).sqrt()).filter(|x| x.is_finite()),
        bias: mean(&mut held.iter().map(|h| h.observed - h.predicted)),
        coverage_50: inside(Z50),
        coverage_90: inside(Z90),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let one = |observed, predicted, sd, plain| Prediction { observed, predicted, sd, plain };
        let held = [one(1.0, 0.0, 1.0, Some(0.0)), one(0.0, 0.5, 1.0, None), one(5.0, 2.0, 1.0, Some(1.0))];
        let found = accuracy(held);
        let found = found.as_ref();
        assert_eq!(found.map(|a| a.count), Some(3));
        let close = |x: Option<f64>, y: f64| assert!((x.unwrap_or(f64::NAN) - y).abs() < 1e-12, "{x:?} {y}");
        close(found.map(|a| a.error), ((1.0 + 0.25 + 9.0) / 3.0f64).sqrt());
        close(found.and_then(|a| a.plain_error), 8.5f64.sqrt());
        close(found.map(|a| a.bias), (1.0 - 0.5 + 3.0) / 3.0);
        close(found.map(|a| a.coverage_50), 1.0 / 3.0);
        close(found.map(|a| a.coverage_90), 2.0 / 3.0);
        close(found.and_then(|a| a.rank_correlation), 0.5);
        assert!(accuracy([]).is_none());
        let alone = accuracy([one(1.0, 0.0, 1.0, None)]);
        assert!(alone.is_some_and(|a| a.plain_error.is_none()));
    }
}
