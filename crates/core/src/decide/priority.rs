//! Priority, kept apart from likelihood (method section 6).

use super::rank::ranks;
use crate::model::{Finding, Hazard, Network, PerHazard};
use crate::parameters::Parameters;
use crate::risk::update::Updated;

/// Worst hazard on record at a site. Only recorded evidence sets it; no modelled probability does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum RecordedClass {
    /// No finding on record.
    #[default]
    None,
    /// Child labour was found.
    ChildLabour,
    /// Hazardous work was found.
    Hazardous,
    /// Forced labour was found.
    Forced,
}

impl RecordedClass {
    /// Number in tables: 0 to 3.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Words for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        ["no finding on record", "child labour on record", "hazardous work on record", "forced labour signal on record"][self as usize]
    }
}

/// Severity and rank of one site.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Priority {
    /// Class by recorded evidence.
    pub class: RecordedClass,
    /// S: severity given that children are present, in weighted children.
    pub severity: f64,
    /// S·P1: order within a class.
    pub score: f64,
    /// 1 for the first; equal sites share a rank.
    pub rank: u32,
}

/// Expected children whose worst hazard is each: child labour only, hazardous not forced, forced.
#[must_use]
#[inline(always)]
pub fn exclusive_children(expected: &PerHazard<f64>) -> PerHazard<f64> {
    let [all, hazardous, forced] = *expected;
    let forced_share = if all > 0.0 { (forced / all).min(1.0) } else { 0.0 };
    let hazardous_only = hazardous * (1.0 - forced_share);
    [(all - hazardous_only - forced).max(0.0), hazardous_only, forced]
}

/// Ranks all sites: by class on record, then by severity times presence. Modelled sites come last: nobody can visit them; ask the site
/// that they work for. `O(n log n)`.
#[must_use]
pub fn priorities(network: &Network, parameters: &Parameters, updated: &[Updated]) -> Vec<Priority> {
    let weights = parameters.severity_weights();
    let mut out: Vec<Priority> = updated
        .iter()
        .map(|state| {
            let score: f64 = exclusive_children(&state.expected).iter().zip(weights).map(|(e, w)| e * w).sum();
            let present = state.presence[Hazard::ChildLabour.index()];
            let severity = if present > 0.0 { score / present } else { 0.0 };
            Priority { class: RecordedClass::None, severity, score, rank: 0 }
        })
        .collect();
    for item in network.evidence().iter().filter(|e| e.finding == Finding::Found) {
        let class = match item.hazard {
            Hazard::ChildLabour => RecordedClass::ChildLabour,
            Hazard::Hazardous => RecordedClass::Hazardous,
            Hazard::Forced => RecordedClass::Forced,
        };
        let site = &mut out[item.site as usize];
        site.class = site.class.max(class);
    }
    let modelled = |site: usize| network.sites()[site].modelled.is_some();
    let places = ranks(out.len(), |a, b| {
        modelled(a).cmp(&modelled(b)).then(out[b].class.cmp(&out[a].class)).then(out[b].score.total_cmp(&out[a].score))
    });
    for (site, rank) in out.iter_mut().zip(places) {
        site.rank = rank;
    }
    out
}
