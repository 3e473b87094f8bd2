//! The share of all sites where children work, from random visits: the Hájek estimate of what is found, and what that says of presence.

use std::collections::BTreeMap;

use super::Visited;
use super::draw::{Draw, spread};
use crate::parameters::Coefficients;

/// Share of the sites in the sampling frame where children work, at a stated sensitivity.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Random visits.
    pub visits: usize,
    /// Districts drawn, each round counted.
    pub districts: usize,
    /// Rounds.
    pub rounds: usize,
    /// F: found rate over all sites (Hájek).
    pub found_rate: f64,
    /// Standard deviation of F, between districts.
    pub found_rate_sd: f64,
    /// Mean Se of the visits.
    pub sensitivity: f64,
    /// p = (F − φSe)/(Se(1 − φ)), kept within 0 and 1.
    pub presence: f64,
    /// The same as it came out; outside 0 and 1 the stated sensitivities cannot be right, or few were visited.
    pub raw: f64,
    /// Standard deviation of p, of sample and sensitivities together.
    pub sd: f64,
    /// What the sample alone leaves.
    pub sample_sd: f64,
    /// What the sensitivities alone leave: more visits of this kind do not lower it.
    pub sensitivity_sd: f64,
    /// 90 % interval of p.
    pub interval: [f64; 2],
}

impl Share {
    /// Rounds in all, of the size of those so far, until the standard deviation is at most `target`; `None` when what is not known of
    /// the sensitivity leaves more than that by itself.
    #[must_use]
    pub fn rounds_until(&self, target: f64) -> Option<usize> {
        let left = target * target - self.sensitivity_sd * self.sensitivity_sd;
        (left > 0.0).then(|| (self.rounds as f64 * self.sample_sd * self.sample_sd / left).ceil().max(1.0) as usize)
    }
}

/// p of a found rate, given the mean chances of a finding where children are and where none are: (F − φSe)/(Se − φSe).
fn presence(found_rate: f64, [where_present, where_absent]: [f64; 2]) -> f64 {
    (found_rate - where_absent) / (where_present - where_absent)
}

/// Means over visits with weights.
pub(super) fn weighted<const N: usize>(visits: &[&Visited], value: impl Fn(usize) -> [f64; N]) -> [f64; N] {
    let (mut sums, mut total) = ([0.0; N], 0.0);
    for (k, weight) in visits.iter().enumerate().filter_map(|(k, v)| Some((k, v.weight()?))) {
        total += weight;
        for (sum, x) in sums.iter_mut().zip(value(k)) {
            *sum += weight * x;
        }
    }
    sums.map(|sum| sum / total)
}

pub(super) fn share(visits: &[&Visited], c: &Coefficients, draws: &[Draw]) -> Share {
    let [found_rate] = weighted(visits, |k| [visits[k].found()]);
    let (found_rate_sd, districts) = cluster_sd(visits, found_rate);
    let chances = weighted(visits, |k| visits[k].chances(c));
    let means: Vec<[f64; 2]> = draws.iter().map(|draw| weighted(visits, |k| draw.chances[k])).collect();
    let raw = presence(found_rate, chances);
    let drawn = |draw: &Draw, chances| presence((found_rate + found_rate_sd * draw.sample).clamp(0.0, 1.0), chances).clamp(0.0, 1.0);
    let (_, sd, interval) = spread(draws.iter().zip(&means).map(|(draw, m)| drawn(draw, *m)).collect());
    let (_, sample_sd, _) = spread(draws.iter().map(|draw| drawn(draw, chances)).collect());
    let (_, sensitivity_sd, _) = spread(means.iter().map(|m| presence(found_rate, *m).clamp(0.0, 1.0)).collect());
    let mut rounds: Vec<u32> = visits.iter().map(|v| v.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    Share {
        visits: visits.len(),
        districts,
        rounds: rounds.len(),
        found_rate,
        found_rate_sd,
        sensitivity: chances[0],
        presence: raw.clamp(0.0, 1.0),
        raw,
        sd,
        sample_sd,
        sensitivity_sd,
        interval,
    }
}

/// Standard deviation of the Hájek rate by linearisation, with districts of a round as clusters, and how many there are:
/// C/(C − 1) Σ (u_c − ū)², u_c = Σ w(y − F)/Σw. Districts are taken as drawn with replacement, which errs on the wide side.
fn cluster_sd(visits: &[&Visited], rate: f64) -> (f64, usize) {
    let total: f64 = visits.iter().filter_map(|v| v.weight()).sum();
    let mut clusters: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for (v, weight) in visits.iter().filter_map(|v| Some((v, v.weight()?))) {
        *clusters.entry((v.round, v.district)).or_default() += weight * (v.found() - rate) / total;
    }
    let n = clusters.len() as f64;
    let mean = clusters.values().sum::<f64>() / n;
    let sum: f64 = clusters.values().map(|u| (u - mean) * (u - mean)).sum();
    ((n / (n - 1.0) * sum).sqrt(), clusters.len())
}
