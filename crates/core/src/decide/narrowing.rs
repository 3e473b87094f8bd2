//! What to find out next about a chain: by how much an action is expected to narrow the interval of a buyer's linked share. Equation (8.5).

use std::collections::HashMap;

use super::visit::{Approach, approach_sensitivity};
use crate::assess::Assessment;
use crate::draws::chain::{SiteDraws, site_draws};
use crate::error::Result;
use crate::model::Hazard;
use crate::network::contribution::contributions;
use crate::observer::Observer;

/// Something that can be done about one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Have it name its suppliers.
    OpenSuppliers,
    /// Visit it.
    Visit(Approach),
}

/// What an action is expected to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Narrowing {
    /// Row of the site.
    pub site: usize,
    /// Fewest links from the buyer.
    pub tier: u32,
    /// What is done.
    pub action: Action,
    /// Part of the buyer's value that it is about: untraced there, or added there.
    pub value: f64,
    /// Linked share that it is about.
    pub linked: f64,
    /// Expected narrowing of the 90 % interval, in linked share. For opening suppliers at most so much: as if all behind it were then known.
    pub narrowing: f64,
}

/// All untraced purchases of a tier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TierNarrowing {
    /// Fewest links from the buyer.
    pub tier: u32,
    /// Sites with untraced purchases.
    pub sites: usize,
    /// Part of the buyer's value that is untraced there.
    pub value: f64,
    /// Linked share that it carries.
    pub linked: f64,
    /// Narrowing at most, if all of it were known.
    pub narrowing: f64,
}

/// What could be found out about a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Narrowings {
    /// Mean of the draws of the linked share.
    pub mean: f64,
    /// Its 5 % and 95 % points.
    pub interval: [f64; 2],
    /// By site and action, the most first.
    pub actions: Vec<Narrowing>,
    /// By tier, nearest first.
    pub tiers: Vec<TierNarrowing>,
}

/// Sites looked at one by one, of those with most untraced value and of those with most linked share.
const LOOKED_AT: usize = 60;

/// The share below which a part of the weight lies.
fn quantile(sorted: &[(f64, f64)], total: f64, part: f64) -> f64 {
    let mut below = 0.0;
    for &(value, weight) in sorted {
        below += weight;
        if below >= part * total {
            return value;
        }
    }
    sorted.last().map_or(0.0, |x| x.0)
}

/// 5 % and 95 % points of weighed draws.
fn interval(values: impl Iterator<Item = (f64, f64)>) -> [f64; 2] {
    let mut sorted: Vec<(f64, f64)> = values.collect();
    sorted.sort_by(|x, y| x.0.total_cmp(&y.0));
    let total: f64 = sorted.iter().map(|x| x.1).sum();
    [quantile(&sorted, total, 0.05), quantile(&sorted, total, 0.95)]
}

fn width(values: impl Iterator<Item = (f64, f64)>) -> f64 {
    let [low, high] = interval(values);
    high - low
}

/// Fewest links from a buyer to each site upstream.
fn tiers_of(a: &Assessment<'_>, buyer: usize) -> HashMap<usize, u32> {
    let plan = &a.plan;
    let mut tier = HashMap::from([(buyer, 0)]);
    let mut layer = vec![plan.position_of[buyer] as usize];
    let mut depth = 0;
    while !layer.is_empty() {
        depth += 1;
        let mut next = Vec::new();
        for position in layer {
            for (supplier, _) in plan.suppliers.row(position) {
                let site = plan.site_at[supplier] as usize;
                if let std::collections::hash_map::Entry::Vacant(entry) = tier.entry(site) {
                    entry.insert(depth);
                    next.push(supplier);
                }
            }
        }
        layer = next;
    }
    tier
}

/// Linked share of a buyer with the terms of one site in it.
struct Term {
    value: f64,
    dark: f64,
    draws: SiteDraws,
}

/// Expected narrowing of a buyer's linked share of a hazard for each action (8.5), with the same draws before and after. A visit: for both
/// outcomes the draws are weighed by how likely each makes that outcome, and the site's own term is updated in each draw (3.4). Opening
/// suppliers: the untraced term is set to its mean, which is the most that could be learned.
///
/// Cost: draws times the upstream of the buyer, and draws · ln draws for each action.
///
/// # Errors
/// Cancelled, or what an assessment may return.
pub fn narrowings(
    a: &Assessment<'_>,
    buyer: usize,
    hazard: Hazard,
    approach: Approach,
    draws: usize,
    seed: u64,
    observer: &dyn Observer,
) -> Result<Narrowings> {
    let h = hazard.index();
    let parts = contributions(&a.plan, &a.updated, buyer);
    let tier = tiers_of(a, buyer);
    let linked = |k: usize| parts[k].traced[h][0] + parts[k].traced[h][1];
    let mut kept: Vec<usize> = Vec::new();
    let dark = |k: usize| parts[k].dark;
    for by in [&dark as &dyn Fn(usize) -> f64, &linked] {
        let mut order: Vec<usize> = (0..parts.len()).filter(|&k| by(k) > 0.0).collect();
        order.sort_by(|&x, &y| by(y).total_cmp(&by(x)).then(parts[x].site.cmp(&parts[y].site)));
        kept.extend(order.into_iter().take(LOOKED_AT));
    }
    kept.sort_unstable();
    kept.dedup();
    let mut sites: Vec<usize> = parts.iter().map(|p| p.site).collect();
    sites.sort_unstable();
    let by_site: HashMap<usize, usize> = parts.iter().enumerate().map(|(k, p)| (p.site, k)).collect();
    let mut whole = vec![0.0; draws];
    let mut dark_of: HashMap<u32, Vec<f64>> = HashMap::new();
    let mut terms: HashMap<usize, Term> = HashMap::new();
    site_draws(a, &sites, hazard, draws, seed, observer, |site, found| {
        let k = by_site[&site];
        let value = parts[k].multiplier * a.plan.value_added[a.plan.position_of[site] as usize];
        let dark = parts[k].dark;
        for (sum, (theta, q)) in whole.iter_mut().zip(found.prevalence.iter().zip(&found.untraced)) {
            *sum += value * theta + dark * q;
        }
        if dark > 0.0 {
            let sums = dark_of.entry(tier.get(&site).copied().unwrap_or(0)).or_insert_with(|| vec![0.0; draws]);
            sums.iter_mut().zip(&found.untraced).for_each(|(sum, q)| *sum += dark * q);
        }
        if kept.binary_search(&k).is_ok() {
            terms.insert(k, Term { value, dark, draws: found });
        }
    })?;
    let now = interval(whole.iter().map(|&x| (x, 1.0)));
    let before = now[1] - now[0];
    let narrower = |dark: &[f64]| {
        let mean = dark.iter().sum::<f64>() / dark.len().max(1) as f64;
        before - width(whole.iter().zip(dark).map(|(e, d)| (e - d + mean, 1.0)))
    };
    let mut actions = Vec::new();
    for &k in &kept {
        let Some(term) = terms.get(&k) else { continue };
        let site = parts[k].site;
        let tier = tier.get(&site).copied().unwrap_or(0);
        if term.dark > 0.0 {
            let dark: Vec<f64> = term.draws.untraced.iter().map(|q| term.dark * q).collect();
            let linked = dark.iter().sum::<f64>() / dark.len().max(1) as f64;
            let action = Action::OpenSuppliers;
            actions.push(Narrowing { site, tier, action, value: term.dark, linked, narrowing: narrower(&dark) });
        }
        if let Some(se) = approach_sensitivity(a, site, approach, a.network.as_of().month())
            && term.value > 0.0
        {
            let phi = a.parameters.coefficients.false_report_ratio(approach.method).mean;
            let after = after_visit(&whole, term, se, phi);
            let (value, linked) = (term.value, linked(k));
            actions.push(Narrowing { site, tier, action: Action::Visit(approach), value, linked, narrowing: before - after });
        }
    }
    actions.sort_by(|x, y| y.narrowing.total_cmp(&x.narrowing).then(x.site.cmp(&y.site)));
    let mut tiers: Vec<TierNarrowing> = dark_of
        .iter()
        .map(|(&depth, dark)| {
            let own = parts.iter().filter(|p| p.dark > 0.0 && tier.get(&p.site).copied().unwrap_or(0) == depth);
            let linked = dark.iter().sum::<f64>() / dark.len().max(1) as f64;
            let (sites, value) = own.fold((0, 0.0), |(n, sum), p| (n + 1, sum + p.dark));
            TierNarrowing { tier: depth, sites, value, linked, narrowing: narrower(dark) }
        })
        .collect();
    tiers.sort_by_key(|t| t.tier);
    Ok(Narrowings { mean: whole.iter().sum::<f64>() / whole.len().max(1) as f64, interval: now, actions, tiers })
}

/// Expected width of the interval after a visit, over both outcomes.
fn after_visit(whole: &[f64], term: &Term, se: f64, phi: f64) -> f64 {
    let silent = (1.0 - se) / (1.0 - phi * se);
    let mut expected = 0.0;
    let draws = whole.len() as f64;
    for found in [true, false] {
        let each = whole.iter().zip(&term.draws.presence).zip(&term.draws.prevalence).map(|((e, p), theta)| {
            let finds = se * p + phi * se * (1.0 - p);
            let (weight, ratio) = if found { (finds, 1.0 / (p + phi * (1.0 - p))) } else { (1.0 - finds, silent / (p * silent + 1.0 - p)) };
            (e + term.value * theta * (ratio - 1.0), weight)
        });
        let each: Vec<(f64, f64)> = each.collect();
        let chance = each.iter().map(|x| x.1).sum::<f64>() / draws.max(1.0);
        expected += chance * width(each.into_iter());
    }
    expected
}
