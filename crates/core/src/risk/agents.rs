//! Agents carry risk between sites: equation (3.5).

#![allow(clippy::needless_range_loop, reason = "lanes of several numbers are indexed together")]

use std::ops::Range;

use super::inherent::Inherent;
use super::maths::Single;
use super::weighing::{Likelihoods, Looks, Weighing};
use crate::model::{Finding, Hazard, Network};
use crate::parameters::Parameters;

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

/// What evidence at a site says to the records of its agents, in N values.
#[derive(Debug, Clone, Copy)]
pub struct Own<const N: usize> {
    /// Age weight of the freshest item; 0 when nobody looked.
    current: [f64; N],
    /// Weight of what was found forced.
    forced: [f64; N],
    /// Rate at which it would be found forced anyway.
    rate: [f64; N],
    /// 1 where somebody looked, else 0.
    one: [f64; N],
}

/// Sums over the sites that were looked at.
#[derive(Debug, Clone)]
pub struct Sums<const N: usize> {
    /// Sum of the rates.
    rates: [f64; N],
    /// How many sites.
    sites: [f64; N],
    /// (n, m) of each agent, all its sites.
    agents: Vec<[[f64; N]; 2]>,
}

impl<const N: usize> Own<N> {
    /// Of evidence as it was weighed last, and of the site's presence of forced labour before it.
    #[must_use]
    #[inline(always)]
    pub fn of(looks: &Looks, rows: Range<usize>, weighing: &Weighing<N>, likelihoods: &Likelihoods<N>, forced_presence: &[f64; N]) -> Self {
        let mut own = Self { current: [0.0; N], forced: [0.0; N], rate: [0.0; N], one: [0.0; N] };
        let mut sensitivity = [0.0f64; N];
        for (look, weight) in looks.all()[rows].iter().zip(weighing.weights()).filter(|(look, _)| look.looked) {
            let se = likelihoods.of(look).sensitivity.unwrap_or(likelihoods.unannounced);
            let forced = look.finding == Finding::Found && look.hazard == Hazard::Forced;
            for k in 0..N {
                own.current[k] = own.current[k].max(weight.age[k]);
                sensitivity[k] = sensitivity[k].max(se[k]);
                if forced {
                    own.forced[k] = own.forced[k].max(weight.age[k] * weight.remediation[k]);
                }
            }
        }
        for k in 0..N {
            let one = own.current[k] > 0.0;
            own.one[k] = f64::from(u8::from(one));
            own.rate[k] = if one { forced_presence[k] * sensitivity[k] } else { 0.0 };
        }
        own
    }
}

impl Records {
    /// Of a network. Linear in agent links and evidence, and sorting.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        if network.agent_links().is_empty() {
            return Self::default();
        }
        // the silence of a method that only finds is no look at a site
        let evidence = network.evidence().iter().filter(|e| e.finding == Finding::Found || !e.method.found_only());
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

    /// Sums to which nothing was added yet.
    #[must_use]
    pub fn empty<const N: usize>(&self) -> Sums<N> {
        Sums { rates: [0.0; N], sites: [0.0; N], agents: vec![[[0.0; N]; 2]; self.agents] }
    }

    /// Adds what a site that was looked at says; sites come in their order.
    #[inline(always)]
    pub fn add<const N: usize>(&self, site: usize, own: &Own<N>, sums: &mut Sums<N>) {
        for k in 0..N {
            sums.rates[k] += own.rate[k];
            sums.sites[k] += own.one[k];
        }
        for &(_, agent) in self.agents_of(site) {
            let [seen, found] = &mut sums.agents[agent as usize];
            for k in 0..N {
                seen[k] += own.current[k];
                found[k] += own.forced[k];
            }
        }
    }

    /// Likelihood ratio of a site's agents on forced labour; 1 where nothing is known.
    #[must_use]
    #[inline(always)]
    pub fn ratio<const N: usize>(&self, site: usize, own: &Own<N>, sums: &Sums<N>, likelihoods: &Likelihoods<N>) -> [f64; N] {
        let mut out = [1.0f64; N];
        for &(_, agent) in self.agents_of(site) {
            let [seen, found] = &sums.agents[agent as usize];
            for k in 0..N {
                let base_rate = ((sums.rates[k] - own.rate[k]) / (sums.sites[k] - own.one[k]).max(1.0)).max(BASE_RATE_FLOOR);
                let prior_sites = likelihoods.agent_prior_sites[k];
                let (n, m) = ((seen[k] - own.current[k]).max(0.0), (found[k] - own.forced[k]).max(0.0));
                let ratio = (m + prior_sites * base_rate) / (n + prior_sites) / base_rate;
                // the cap is at least 1 in any pack
                out[k] = out[k].max(ratio.max(1.0).min(likelihoods.agent_cap[k].max(1.0)));
            }
        }
        out
    }
}

/// Likelihood ratio of each site's agents on forced labour; 1 where nothing is known. `O(e log e)` and linear in agent links.
#[must_use]
pub fn agent_ratios(network: &Network, parameters: &Parameters, inherent: &[Inherent]) -> Vec<f64> {
    let records = Records::new(network);
    let mut ratios = vec![1.0; network.sites().len()];
    if records.of_site.is_empty() {
        return ratios;
    }
    let evidence = network.evidence();
    let rows: Vec<usize> = (0..evidence.len()).collect();
    let looks = Looks::new(network, parameters, &rows);
    let likelihoods = Likelihoods::<1>::new(&looks, evidence, std::slice::from_ref(&parameters.coefficients));
    let mut weighing = Weighing::default();
    let mut own = |site: usize| {
        let rows = network.evidence_of(site);
        weighing.weigh::<Single>(&looks, rows.clone(), &likelihoods);
        Own::of(&looks, rows, &weighing, &likelihoods, &[inherent[site].presence()[Hazard::Forced.index()]])
    };
    let mut sums = records.empty();
    for &site in records.looked_at() {
        records.add(site as usize, &own(site as usize), &mut sums);
    }
    for &(site, _) in &records.of_site {
        [ratios[site as usize]] = records.ratio(site as usize, &own(site as usize), &sums, &likelihoods);
    }
    ratios
}
