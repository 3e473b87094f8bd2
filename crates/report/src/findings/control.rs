//! Control points: sites and agents through whose hands much of the chain passes (4.8).

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::model::{Finding, Hazard};

use super::site::SiteRef;

/// Control points that are listed.
const LISTED: usize = 10;

/// A site through which much of the chain passes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SitePoint {
    /// Who.
    pub site: SiteRef,
    /// Share of all final buyers' value that passes through.
    pub throughput: f64,
    /// Sites that sell to it.
    pub suppliers: usize,
}

/// An agent through whose sites much of the chain passes. In a public version without id and place.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgentPoint {
    /// Id as the user wrote it, a code; null in public.
    pub agent: Option<String>,
    /// What the agent does; null when unknown.
    pub kind: Option<String>,
    /// Id of the district; null when unknown, and in public.
    pub district: Option<String>,
    /// Sites in scope.
    pub sites: usize,
    /// Of these, where the agent gives advances that bind workers.
    pub with_advances: usize,
    /// Of these, with a finding of forced labour on record; null in public.
    pub with_forced_findings: Option<usize>,
    /// Share of all final buyers' value that passes through these sites.
    pub throughput: f64,
}

pub(crate) fn sites(a: &Assessment<'_>, rows: &[usize], buyers: &[usize]) -> Vec<SitePoint> {
    let mut order: Vec<usize> = rows.iter().copied().filter(|r| a.throughput[*r] > 0.0 && !buyers.contains(r)).collect();
    order.sort_by(|&x, &y| a.throughput[y].total_cmp(&a.throughput[x]).then(x.cmp(&y)));
    order.truncate(LISTED);
    let suppliers = |r: usize| a.plan.suppliers.neighbours(a.plan.position_of[r] as usize).len();
    order.into_iter().map(|r| SitePoint { site: SiteRef::new(a, r), throughput: a.throughput[r], suppliers: suppliers(r) }).collect()
}

pub(crate) fn agents(a: &Assessment<'_>, inside: &[bool]) -> Vec<AgentPoint> {
    let mut forced = vec![false; inside.len()];
    for item in a.network.evidence().iter().filter(|e| e.finding == Finding::Found && e.hazard == Hazard::Forced) {
        forced[item.site as usize] = true;
    }
    let mut out = Vec::new();
    for links in a.network.agent_links().chunk_by(|x, y| x.agent == y.agent) {
        let Some(agent) = a.network.agents().get(links[0].agent as usize) else { continue };
        let mut own: Vec<_> = links.iter().filter(|l| inside[l.site as usize]).collect();
        let with_advances = own.iter().filter(|l| l.advance_debt == Some(true)).count();
        own.dedup_by_key(|l| l.site);
        if own.is_empty() {
            continue;
        }
        out.push(AgentPoint {
            agent: Some(agent.id.clone()),
            kind: agent.kind.map(|k| k.slug().to_owned()),
            district: agent.district.and_then(|d| a.parameters.districts.get(usize::from(d))).map(|d| d.id.clone()),
            sites: own.len(),
            with_advances,
            with_forced_findings: Some(own.iter().filter(|l| forced[l.site as usize]).count()),
            throughput: own.iter().map(|l| a.throughput[l.site as usize]).sum(),
        });
    }
    // where nothing is sold on, nothing passes through anybody: the number of sites decides
    out.sort_by(|x, y| y.throughput.total_cmp(&x.throughput).then(y.sites.cmp(&x.sites)).then(x.agent.cmp(&y.agent)));
    out.truncate(LISTED);
    out
}
