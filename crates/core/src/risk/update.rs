//! One update over five states: equation (3.4), and the counts of (3.7).
//!
//! [`posterior`] works on N values of a site at once: one for a point value, the lanes of a block for draws.

#![allow(clippy::needless_range_loop, reason = "lanes of several numbers are indexed together")]

use super::evidence::Weighed;
use super::inherent::Inherent;
use super::maths::{Maths, Single};
use crate::model::{Finding, HAZARDS, Hazard, PerHazard, PerSex};

/// States of a site: no child labour, child labour, with hazardous work, with forced labour, with both.
const STATES: usize = 5;

/// True when a state has a hazard.
#[inline(always)]
fn has(state: usize, hazard: Hazard) -> bool {
    match hazard {
        Hazard::ChildLabour => state > 0,
        Hazard::Hazardous => state == 2 || state == 4,
        Hazard::Forced => state == 3 || state == 4,
    }
}

/// Children counted on a hazard, aged and discounted for remediation (3.7).
#[derive(Debug, Clone, Copy)]
pub struct Count<const N: usize> {
    /// On which hazard.
    pub hazard: Hazard,
    /// k·2^(−age/half-life)·relapse if remediated.
    pub expected: [f64; N],
    /// k as counted.
    pub counted: f64,
}

/// An item of evidence as the update takes it.
#[derive(Debug, Clone, Copy)]
pub struct Item<const N: usize> {
    /// On which hazard.
    pub hazard: Hazard,
    /// Found or not.
    pub finding: Finding,
    /// Log-likelihood taken from the states that the item speaks against: |Λ| times its weight.
    pub against: [f64; N],
}

/// A site before evidence.
#[derive(Debug, Clone, Copy)]
pub struct Before<const N: usize> {
    /// θ per hazard.
    pub prevalence: PerHazard<[f64; N]>,
    /// P0 per hazard.
    pub presence: PerHazard<[f64; N]>,
    /// −ln(1 − P0) per hazard.
    pub survival: PerHazard<[f64; N]>,
    /// N.
    pub workers: [f64; N],
}

/// A site after evidence.
#[derive(Debug, Clone, Copy)]
pub struct After<const N: usize> {
    /// θ1 per hazard.
    pub prevalence: PerHazard<[f64; N]>,
    /// P1 per hazard.
    pub presence: PerHazard<[f64; N]>,
    /// −ln(1 − P1) per hazard.
    pub survival: PerHazard<[f64; N]>,
    /// E1 per hazard.
    pub expected: PerHazard<[f64; N]>,
    /// N, raised to the largest count.
    pub workers: [f64; N],
}

/// What a site is expected to be after evidence.
#[derive(Debug, Clone, Copy)]
pub struct Updated {
    /// θ1 per hazard.
    pub prevalence: PerHazard<f64>,
    /// P1 per hazard.
    pub presence: PerHazard<f64>,
    /// −ln(1 − P1) per hazard, exact where P1 rounds to 1.
    pub survival: PerHazard<f64>,
    /// E1 per hazard: expected children.
    pub expected: PerHazard<f64>,
    /// φ1: girls among them.
    pub girls_share: f64,
    /// N, raised to the largest count.
    pub workers: f64,
}

/// Updates N values of one site. `agent_ratio` is the likelihood ratio of its agents, on states with forced labour; at most 1 says nothing.
///
/// Evidence moves presence, not the number of children given presence: θ1 = θ·P1/P0, so that θ1 ≤ P1 ≤ 1 and the hazards
/// stay nested. Cost: linear in items and counts.
#[must_use]
#[inline(always)]
pub fn posterior<const N: usize, M: Maths>(prior: &Before<N>, items: &[Item<N>], agent_ratio: &[f64; N], counts: &[Count<N>]) -> After<N> {
    let masses = masses::<N, M>(prior, items, agent_ratio);
    let mut out = After {
        prevalence: prior.prevalence,
        presence: prior.presence,
        survival: prior.survival,
        expected: [[0.0; N]; 3],
        workers: prior.workers,
    };
    for hazard in HAZARDS {
        let g = hazard.index();
        for k in 0..N {
            let (mut with, mut without) = (0.0, 0.0);
            for state in 0..STATES {
                if has(state, hazard) {
                    with += masses.of[state][k];
                } else {
                    without += masses.of[state][k];
                }
            }
            let (p0, p1) = (prior.presence[g][k], (with / masses.total[k]).min(1.0));
            let log_total = masses.largest[k] + M::ln(masses.total[k]);
            let beyond = if hazard == Hazard::ChildLabour { (log_total - masses.none[k]).max(0.0) } else { f64::INFINITY };
            let survival = (log_total - masses.largest[k] - M::ln(without)).max(0.0);
            let scale = if p0 > 0.0 { p1 / p0 } else { 0.0 };
            // an update without evidence returns the prior to the last bit
            let said = !items.is_empty() || agent_ratio[k] > 1.0;
            let pick = |new: f64, old: f64| if said { new } else { old };
            out.survival[g][k] = pick(if without > 0.0 { survival } else { beyond }, out.survival[g][k]);
            out.presence[g][k] = pick(p1, p0);
            out.prevalence[g][k] = pick((prior.prevalence[g][k] * scale).min(p1), prior.prevalence[g][k]);
        }
    }
    count::<N, M>(prior, counts, &mut out);
    out
}

/// Masses of the states, the largest of their logarithms taken out.
struct Masses<const N: usize> {
    of: [[f64; N]; STATES],
    largest: [f64; N],
    total: [f64; N],
    /// Logarithm of the first state's.
    none: [f64; N],
}

#[inline(always)]
fn masses<const N: usize, M: Maths>(prior: &Before<N>, items: &[Item<N>], agent_ratio: &[f64; N]) -> Masses<N> {
    let mut weights = [[0.0; N]; STATES];
    for k in 0..N {
        let p0 = prior.presence.map(|p| p[k]);
        let ratio = |part: f64| if p0[0] > 0.0 { (part / p0[0]).clamp(0.0, 1.0) } else { 0.0 };
        let (h, f) = (ratio(p0[1]), ratio(p0[2]));
        // log weights: products of many small likelihoods would underflow
        let present = M::ln(p0[0]);
        let (no_h, no_f) = (M::ln(1.0 - h), M::ln(1.0 - f));
        let (h, f) = (M::ln(h), M::ln(f));
        weights[0][k] = -prior.survival[0][k];
        weights[1][k] = present + no_h + no_f;
        weights[2][k] = present + h + no_f;
        weights[3][k] = present + no_h + f;
        weights[4][k] = present + h + f;
    }
    for item in items {
        for (state, weight) in weights.iter_mut().enumerate() {
            if (item.finding == Finding::Found) != has(state, item.hazard) {
                for k in 0..N {
                    weight[k] -= item.against[k];
                }
            }
        }
    }
    for (state, weight) in weights.iter_mut().enumerate() {
        if has(state, Hazard::Forced) {
            for k in 0..N {
                weight[k] += M::ln(agent_ratio[k].max(1.0));
            }
        }
    }
    let none = weights[0];
    let mut out = Masses { of: weights, largest: [f64::NEG_INFINITY; N], total: [0.0; N], none };
    for weight in &weights {
        for k in 0..N {
            out.largest[k] = out.largest[k].max(weight[k]);
        }
    }
    for state in 0..STATES {
        for k in 0..N {
            out.of[state][k] = M::exp(weights[state][k] - out.largest[k]);
            out.total[k] += out.of[state][k];
        }
    }
    out
}

/// Counted children raise what is expected, and presence with it.
#[inline(always)]
fn count<const N: usize, M: Maths>(prior: &Before<N>, counts: &[Count<N>], out: &mut After<N>) {
    let counted: f64 = counts.iter().map(|c| c.counted).fold(0.0, f64::max);
    for k in 0..N {
        out.workers[k] = out.workers[k].max(counted);
    }
    for hazard in HAZARDS {
        let g = hazard.index();
        let (mut floor, mut least) = ([0.0f64; N], [0.0f64; N]);
        for c in counts.iter().filter(|c| contains(hazard, c.hazard)) {
            for k in 0..N {
                floor[k] = floor[k].max(c.expected[k]);
                // by the workforce of each count, so that a further count, which may raise the workforce, never lowers presence
                least[k] = least[k].max(c.expected[k] / prior.workers[k].max(c.counted));
            }
        }
        for k in 0..N {
            out.expected[g][k] = out.prevalence[g][k] * out.workers[k];
            if floor[k] > out.expected[g][k] {
                out.expected[g][k] = floor[k];
                out.prevalence[g][k] = (floor[k] / out.workers[k]).min(1.0);
            }
            let least = least[k].max(out.prevalence[g][k]).min(1.0);
            if least > out.presence[g][k] {
                out.presence[g][k] = least;
                out.survival[g][k] = -M::ln_1p(-least);
            }
        }
    }
}

/// Updates one site by its evidence. `agent_ratio` is the likelihood ratio of its agents, on states with forced labour.
///
/// See [`posterior`]; a modelled site, which nobody can visit, stays as it was. `girls_and_boys` are children counted in all findings; `prior_children` is what the prior girls' share counts for.
#[must_use]
pub fn update(
    prior: &Inherent,
    items: &[Weighed],
    agent_ratio: f64,
    counts: &[Count<1>],
    girls_and_boys: PerSex<f64>,
    prior_children: f64,
) -> Updated {
    if prior.modelled {
        return Updated {
            prevalence: prior.prevalence,
            presence: prior.presence(),
            survival: prior.survival,
            expected: prior.prevalence.map(|theta| theta * prior.workers),
            girls_share: prior.girls_share,
            workers: prior.workers,
        };
    }
    let before = Before {
        prevalence: prior.prevalence.map(|x| [x]),
        presence: prior.presence().map(|x| [x]),
        survival: prior.survival.map(|x| [x]),
        workers: [prior.workers],
    };
    let items: Vec<Item<1>> =
        items.iter().map(|w| Item { hazard: w.hazard, finding: w.finding, against: [w.log_ratio.abs() * w.weight()] }).collect();
    let after = posterior::<1, Single>(&before, &items, &[agent_ratio], counts);
    let [girls, boys] = girls_and_boys;
    let girls_share =
        if girls + boys > 0.0 { (prior_children * prior.girls_share + girls) / (prior_children + girls + boys) } else { prior.girls_share };
    Updated {
        prevalence: after.prevalence.map(|[x]| x),
        presence: after.presence.map(|[x]| x),
        survival: after.survival.map(|[x]| x),
        expected: after.expected.map(|[x]| x),
        girls_share,
        workers: after.workers[0],
    }
}

/// True when hazard `outer` contains `inner`.
#[must_use]
#[inline(always)]
pub fn contains(outer: Hazard, inner: Hazard) -> bool {
    outer == inner || outer == Hazard::ChildLabour
}
