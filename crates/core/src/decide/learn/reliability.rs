//! Expected against found: whether the scores held, tenth by tenth.

use super::Visited;
use crate::parameters::Coefficients;

/// Groups by expected presence.
pub const GROUPS: usize = 10;

/// Visits of one tenth of expected presence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// Drawn at random, or chosen.
    pub random: bool,
    /// Tenth of the run's sites by presence, 1 the lowest.
    pub tenth: usize,
    /// Visits.
    pub visits: usize,
    /// Mean presence that was expected; of random visits over the sites they stand for.
    pub presence: f64,
    /// Found rate that was expected: Se·P + φSe(1 − P).
    pub expected: f64,
    /// Found rate.
    pub found: f64,
}

/// Random visits first, each kind by tenths; tenths without visits are left out. Random visits are weighed by 1/π.
pub(super) fn reliability(visits: &[Visited], edges: &[f64], c: &Coefficients) -> Vec<Reliability> {
    let rho = c.rho_intra_site.mean;
    let mut sums = [[(0usize, [0.0f64; 4]); GROUPS]; 2];
    for v in visits {
        let presence = v.prediction.presence(0.0, rho);
        let tenth = edges.iter().filter(|edge| presence > **edge).count().min(GROUPS - 1);
        let [present, absent] = v.chances(c);
        let weight = v.weight().unwrap_or(1.0);
        let (count, sums) = &mut sums[usize::from(v.inclusion.is_none())][tenth];
        *count += 1;
        for (sum, x) in sums.iter_mut().zip([1.0, presence, absent + (present - absent) * presence, v.found()]) {
            *sum += weight * x;
        }
    }
    let mut out = Vec::new();
    for (kind, tenths) in sums.iter().enumerate() {
        for (k, (count, [total, presence, expected, found])) in tenths.iter().enumerate().filter(|(_, (count, _))| *count > 0) {
            let [presence, expected, found] = [presence, expected, found].map(|x| x / total);
            out.push(Reliability { random: kind == 0, tenth: k + 1, visits: *count, presence, expected, found });
        }
    }
    out
}
