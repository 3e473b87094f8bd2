//! Agents carry risk between sites: equation (3.5).

use super::evidence::Weighed;
use super::inherent::Inherent;
use crate::model::{Finding, Hazard, Network};
use crate::parameters::Coefficients;

/// Smallest base found rate that a record is compared with.
const BASE_RATE_FLOOR: f64 = 1e-6;

/// Which agents have a site with evidence, and where each of their sites stands in their records.
///
/// LR = clamp(((m + k·f0)/(n + k))/f0, 1, cap): n = the agent's other sites with evidence, each counted by the age weight of its
/// freshest item; m = those found forced, by the weight of the finding; f0 = the rate at which other sites with evidence would be
/// found forced anyway (mean prior presence × sensitivity over them); k = `agent_prior_sites`. Of several agents the largest.
/// A site's own evidence enters none of these: else a clean visit to it could raise it, by a lower base rate.
#[derive(Debug, Default)]
pub struct Records {
    /// Sites with evidence that says something about forced labour, ascending.
    looked_at: Vec<u32>,
    /// (site, agent): agents with a site that was looked at; by site, each pair once.
    of_site: Vec<(u32, u32)>,
    agents: usize,
}

/// What evidence at a site says to the records of its agents.
#[derive(Debug, Clone, Copy, Default)]
pub struct Own {
    /// Age weight of the freshest item; 0 when nobody looked.
    current: f64,
    /// Weight of what was found forced.
    forced: f64,
    /// Rate at which it would be found forced anyway.
    rate: f64,
}

/// Sums over the sites that were looked at.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// Sum of the rates, and how many sites.
    rates: (f64, f64),
    /// (n, m) of each agent, all its sites.
    agents: Vec<(f64, f64)>,
}

impl Own {
    /// Of a site's evidence and its presence of forced labour before evidence.
    #[must_use]
    pub fn of(weighed: &[Weighed], forced_presence: f64, c: &Coefficients) -> Self {
        let mut own = Self::default();
        let mut sensitivity = 0.0f64;
        // the silence of a method that only finds is no look at a site
        for item in weighed.iter().filter(|w| looks(w.finding, w.sensitivity.is_some())) {
            own.current = own.current.max(item.age_weight);
            sensitivity = sensitivity.max(item.sensitivity.unwrap_or(c.se_unannounced_audit.mean));
            if item.finding == Finding::Found && item.hazard == Hazard::Forced {
                own.forced = own.forced.max(item.age_weight * item.remediation_weight);
            }
        }
        own.rate = forced_presence * sensitivity;
        own
    }

    /// What the site adds to the sum of rates, and to the number of sites.
    fn rates(&self) -> (f64, f64) {
        if self.current > 0.0 { (self.rate, 1.0) } else { (0.0, 0.0) }
    }
}

fn looks(finding: Finding, has_sensitivity: bool) -> bool {
    finding == Finding::Found || has_sensitivity
}

impl Records {
    /// Of a network. Linear in agent links and evidence, and sorting.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        if network.agent_links().is_empty() {
            return Self::default();
        }
        let evidence = network.evidence().iter().filter(|e| looks(e.finding, !e.method.found_only()));
        let mut looked_at: Vec<u32> = evidence.map(|e| e.site).collect();
        looked_at.dedup();
        let (mut of_site, mut agents) = (Vec::new(), 0);
        for links in network.agent_links().chunk_by(|a, b| a.agent == b.agent) {
            if links.iter().any(|l| looked_at.binary_search(&l.site).is_ok()) {
                of_site.extend(links.iter().map(|l| (l.site, agents)));
                agents += 1;
            }
        }
        of_site.sort_unstable();
        of_site.dedup();
        Self { looked_at, of_site, agents: agents as usize }
    }

    /// Sites whose evidence the records are made of, ascending.
    #[must_use]
    pub fn looked_at(&self) -> &[u32] {
        if self.of_site.is_empty() { &[] } else { &self.looked_at }
    }

    /// Agents of a site that have a record.
    fn agents_of(&self, site: usize) -> &[(u32, u32)] {
        let start = self.of_site.partition_point(|(s, _)| (*s as usize) < site);
        let end = start + self.of_site[start..].partition_point(|(s, _)| *s as usize == site);
        &self.of_site[start..end]
    }

    /// True when a site has an agent with a record.
    #[must_use]
    pub fn concern(&self, site: usize) -> bool {
        !self.agents_of(site).is_empty()
    }

    /// Adds up what the sites that were looked at say, in their order.
    #[must_use]
    pub fn sums(&self, own: impl Fn(usize) -> Own) -> Sums {
        let mut sums = Sums { rates: (0.0, 0.0), agents: vec![(0.0, 0.0); self.agents] };
        for &site in self.looked_at() {
            let own = own(site as usize);
            let (rate, one) = own.rates();
            sums.rates = (sums.rates.0 + rate, sums.rates.1 + one);
            for &(_, agent) in self.agents_of(site as usize) {
                let (seen, found) = &mut sums.agents[agent as usize];
                *seen += own.current;
                *found += own.forced;
            }
        }
        sums
    }

    /// Likelihood ratio of a site's agents on forced labour; 1 where nothing is known.
    #[must_use]
    pub fn ratio(&self, site: usize, own: &Own, sums: &Sums, c: &Coefficients) -> f64 {
        let (rate, one) = own.rates();
        let base_rate = ((sums.rates.0 - rate) / f64::max(sums.rates.1 - one, 1.0)).max(BASE_RATE_FLOOR);
        let prior_sites = c.agent_prior_sites.mean;
        let of = |&(_, agent): &(u32, u32)| {
            let (seen, found) = sums.agents[agent as usize];
            let (n, m) = ((seen - own.current).max(0.0), (found - own.forced).max(0.0));
            let ratio = (m + prior_sites * base_rate) / (n + prior_sites) / base_rate;
            ratio.clamp(1.0, c.agent_lr_cap.mean)
        };
        self.agents_of(site).iter().map(of).fold(1.0, f64::max)
    }
}

/// Likelihood ratio of each site's agents on forced labour; 1 where nothing is known. `weighed` is in the order of the evidence, by site.
#[must_use]
pub fn agent_ratios(network: &Network, inherent: &[Inherent], weighed: &[Weighed], c: &Coefficients) -> Vec<f64> {
    let records = Records::new(network);
    let own = |site: usize| {
        let start = weighed.partition_point(|w| (network.evidence()[w.row].site as usize) < site);
        let end = start + weighed[start..].partition_point(|w| network.evidence()[w.row].site as usize == site);
        if start == end { Own::default() } else { Own::of(&weighed[start..end], inherent[site].presence()[Hazard::Forced.index()], c) }
    };
    let sums = records.sums(own);
    let mut ratios = vec![1.0; network.sites().len()];
    for &(site, _) in &records.of_site {
        ratios[site as usize] = records.ratio(site as usize, &own(site as usize), &sums, c);
    }
    ratios
}
