//! Control points: equation (4.8).

use super::plan::Plan;
use super::solve::solve_backward;
use crate::model::Network;

/// Final buyers: sites that buy, and that nobody else buys from. By site row, ascending. `O(n + m)`.
#[must_use]
pub fn final_buyers(plan: &Plan) -> Vec<usize> {
    let mut sites: Vec<usize> = final_positions(plan).map(|p| plan.site_at[p] as usize).collect();
    sites.sort_unstable();
    sites
}

fn final_positions(plan: &Plan) -> impl Iterator<Item = usize> + '_ {
    let sells = |p: usize| plan.buyers.neighbours(p).iter().any(|&b| b as usize != p);
    let buys = |p: usize| plan.suppliers.neighbours(p).iter().any(|&s| s as usize != p);
    (0..plan.len()).filter(move |&p| buys(p) && !sells(p))
}

/// Throughput of every site: the share of the value of all final buyers that passes through it.
///
/// Without [`final_buyers`] nothing passes through any site. They weigh by `purchases_total` when all of them state it, else
/// equally; weights sum to 1. One transposed solve, `O(n + m)`.
#[must_use]
pub fn throughput(plan: &Plan, network: &Network) -> Vec<f64> {
    let finals: Vec<usize> = final_positions(plan).collect();
    if finals.is_empty() {
        return vec![0.0; plan.len()];
    }
    let totals: Option<Vec<f64>> =
        finals.iter().map(|&p| network.sites()[plan.site_at[p] as usize].purchases_total.filter(|t| *t > 0.0)).collect();
    let weights = totals.unwrap_or_else(|| vec![1.0; finals.len()]);
    let sum: f64 = weights.iter().sum();
    let mut columns = vec![[0.0]; plan.len()];
    for (&p, weight) in finals.iter().zip(&weights) {
        columns[p] = [weight / sum];
    }
    solve_backward(plan, &mut columns);
    let mut out = vec![0.0; plan.len()];
    for (position, column) in columns.iter().enumerate() {
        out[plan.site_at[position] as usize] = column[0];
    }
    out
}

/// Throughput of every agent: the sum over its sites, each once. An agent at many small sites can hold more of the chain than
/// any of them.
#[must_use]
pub fn agent_throughput(network: &Network, throughput: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; network.agents().len()];
    for links in network.agent_links().chunk_by(|a, b| a.agent == b.agent) {
        let mut sites: Vec<u32> = links.iter().map(|l| l.site).collect();
        sites.dedup();
        if let Some(total) = out.get_mut(links[0].agent as usize) {
            *total = sites.iter().map(|&s| throughput[s as usize]).sum();
        }
    }
    out
}
