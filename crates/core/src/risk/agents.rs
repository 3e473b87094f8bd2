//! Agents carry risk between sites: equation (3.5).

use super::evidence::Weighed;
use super::inherent::Inherent;
use crate::model::{Finding, Hazard, Network};
use crate::parameters::Coefficients;

/// Smallest base found rate that a record is compared with.
const BASE_RATE_FLOOR: f64 = 1e-6;

/// Likelihood ratio of each site's agents on forced labour; 1 where nothing is known.
///
/// LR = clamp(((m + k·f0)/(n + k))/f0, 1, cap): n = the agent's other sites with evidence, each counted by the age weight of its
/// freshest item; m = those found forced, by the weight of the finding; f0 = the rate at which other sites with evidence would be
/// found forced anyway (mean prior presence × sensitivity over them); k = `agent_prior_sites`. Of several agents the largest.
/// A site's own evidence enters none of these: else a clean visit to it could raise it, by a lower base rate.
/// Cost: linear in agent links and evidence.
#[must_use]
pub fn agent_ratios(network: &Network, inherent: &[Inherent], weighed: &[Weighed], c: &Coefficients) -> Vec<f64> {
    let sites = network.sites().len();
    let mut ratios = vec![1.0; sites];
    if network.agent_links().is_empty() || weighed.is_empty() {
        return ratios;
    }
    let mut current = vec![0.0f64; sites];
    let mut forced = vec![0.0f64; sites];
    let mut sensitivity = vec![0.0f64; sites];
    // the silence of a method that only finds is no look at a site
    for item in weighed.iter().filter(|w| w.finding == Finding::Found || w.sensitivity.is_some()) {
        let site = network.evidence()[item.row].site as usize;
        current[site] = current[site].max(item.age_weight);
        sensitivity[site] = sensitivity[site].max(item.sensitivity.unwrap_or(c.se_unannounced_audit.mean));
        if item.finding == Finding::Found && item.hazard == Hazard::Forced {
            forced[site] = forced[site].max(item.age_weight * item.remediation_weight);
        }
    }
    // what each site adds to the sum over sites with evidence, and to their number
    let rate_of = |site: usize| {
        if current[site] > 0.0 { (inherent[site].presence()[Hazard::Forced.index()] * sensitivity[site], 1.0) } else { (0.0, 0.0) }
    };
    let all = (0..sites).map(rate_of).fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    let base_rate_without = |site: usize| {
        let own = rate_of(site);
        ((all.0 - own.0) / f64::max(all.1 - own.1, 1.0)).max(BASE_RATE_FLOOR)
    };

    let prior_sites = c.agent_prior_sites.mean;
    for links in network.agent_links().chunk_by(|a, b| a.agent == b.agent) {
        let mut sites: Vec<usize> = links.iter().map(|l| l.site as usize).collect();
        sites.dedup();
        let seen: f64 = sites.iter().map(|&s| current[s]).sum();
        let found: f64 = sites.iter().map(|&s| forced[s]).sum();
        for &site in &sites {
            let n = (seen - current[site]).max(0.0);
            let m = (found - forced[site]).max(0.0);
            let base_rate = base_rate_without(site);
            let ratio = (m + prior_sites * base_rate) / (n + prior_sites) / base_rate;
            ratios[site] = ratios[site].max(ratio.clamp(1.0, c.agent_lr_cap.mean));
        }
    }
    ratios
}
