//! One update over five states: equation (3.4), and the counts of (3.7).

use super::evidence::Weighed;
use super::inherent::Inherent;
use crate::model::{Finding, HAZARDS, Hazard, PerHazard, PerSex};

/// States of a site: no child labour, child labour, with hazardous work, with forced labour, with both.
const STATES: usize = 5;

/// True when a state has a hazard.
fn has(state: usize, hazard: Hazard) -> bool {
    match hazard {
        Hazard::ChildLabour => state > 0,
        Hazard::Hazardous => state == 2 || state == 4,
        Hazard::Forced => state == 3 || state == 4,
    }
}

/// Children counted on a hazard, aged and discounted for remediation (3.7).
#[derive(Debug, Clone, Copy)]
pub struct Count {
    /// On which hazard.
    pub hazard: Hazard,
    /// k·2^(−age/half-life)·relapse if remediated.
    pub expected: f64,
    /// k as counted.
    pub counted: f64,
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

/// Updates one site by its evidence. `agent_ratio` is the likelihood ratio of its agents, on states with forced labour.
///
/// Evidence moves presence, not the number of children given presence: θ1 = θ·P1/P0, so that θ1 ≤ P1 ≤ 1 and the hazards
/// stay nested. `girls_and_boys` are children counted in all findings; `prior_children` is what the prior girls' share counts for.
#[must_use]
pub fn update(
    prior: &Inherent,
    items: &[Weighed],
    agent_ratio: f64,
    counts: &[Count],
    girls_and_boys: PerSex<f64>,
    prior_children: f64,
) -> Updated {
    let p0 = prior.presence();
    let ratio = |part: f64| if p0[0] > 0.0 { (part / p0[0]).clamp(0.0, 1.0) } else { 0.0 };
    let (h, f) = (ratio(p0[1]), ratio(p0[2]));
    // log weights: products of many small likelihoods would underflow
    let ln = |x: f64| if x > 0.0 { libm::log(x) } else { f64::NEG_INFINITY };
    let present = ln(p0[0]);
    let mut weights: [f64; STATES] = [
        -prior.survival[0],
        present + ln(1.0 - h) + ln(1.0 - f),
        present + ln(h) + ln(1.0 - f),
        present + ln(1.0 - h) + ln(f),
        present + ln(h) + ln(f),
    ];
    for item in items {
        for (state, weight) in weights.iter_mut().enumerate() {
            match (item.finding, has(state, item.hazard)) {
                (Finding::Found, false) | (Finding::NotFound, true) => {
                    *weight -= item.log_ratio.abs() * item.weight();
                }
                _ => {}
            }
        }
    }
    if agent_ratio > 1.0 {
        for (state, weight) in weights.iter_mut().enumerate() {
            if has(state, Hazard::Forced) {
                *weight += libm::log(agent_ratio);
            }
        }
    }
    let largest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let masses = weights.map(|w| libm::exp(w - largest));
    let total: f64 = masses.iter().sum();
    let log_total = largest + libm::log(total);

    let mut out = Updated {
        prevalence: [0.0; 3],
        presence: [0.0; 3],
        survival: [0.0; 3],
        expected: [0.0; 3],
        girls_share: prior.girls_share,
        workers: prior.workers,
    };
    for hazard in HAZARDS {
        let g = hazard.index();
        let with: f64 = (0..STATES).filter(|&s| has(s, hazard)).map(|s| masses[s]).sum();
        let without: f64 = (0..STATES).filter(|&s| !has(s, hazard)).map(|s| masses[s]).sum();
        out.presence[g] = (with / total).min(1.0);
        out.survival[g] = if without > 0.0 {
            (log_total - largest - libm::log(without)).max(0.0)
        } else if hazard == Hazard::ChildLabour {
            (log_total - weights[0]).max(0.0)
        } else {
            f64::INFINITY
        };
        let scale = if p0[g] > 0.0 { out.presence[g] / p0[g] } else { 0.0 };
        out.prevalence[g] = (prior.prevalence[g] * scale).min(out.presence[g]);
    }
    // an update without evidence returns the prior to the last bit
    if items.is_empty() && agent_ratio <= 1.0 {
        out.presence = p0;
        out.survival = prior.survival;
        out.prevalence = prior.prevalence;
    }

    let counted: f64 = counts.iter().map(|c| c.counted).fold(0.0, f64::max);
    out.workers = out.workers.max(counted);
    for hazard in HAZARDS {
        let g = hazard.index();
        let floor = counts.iter().filter(|c| contains(hazard, c.hazard)).map(|c| c.expected).fold(0.0, f64::max);
        out.expected[g] = out.prevalence[g] * out.workers;
        if floor > out.expected[g] {
            out.expected[g] = floor;
            out.prevalence[g] = (out.expected[g] / out.workers).min(1.0);
        }
        // by the workforce of each count, so that a further count, which may raise the workforce, never lowers presence
        let least = counts.iter().filter(|c| contains(hazard, c.hazard)).map(|c| c.expected / prior.workers.max(c.counted));
        let least = least.fold(out.prevalence[g], f64::max).min(1.0);
        if least > out.presence[g] {
            out.presence[g] = least;
            out.survival[g] = -libm::log1p(-least);
        }
    }
    let [girls, boys] = girls_and_boys;
    if girls + boys > 0.0 {
        out.girls_share = (prior_children * prior.girls_share + girls) / (prior_children + girls + boys);
    }
    out
}

/// True when hazard `outer` contains `inner`.
#[must_use]
pub fn contains(outer: Hazard, inner: Hazard) -> bool {
    outer == inner || outer == Hazard::ChildLabour
}
