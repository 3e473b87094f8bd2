//! The chain of a buyer: linked share by hazard, sex, tier and path; what is dark; flows for the tier diagram.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::model::{HAZARDS, Hazard};
use tierlight_core::network::contribution::{Contribution, contributions};
use tierlight_core::network::paths::heaviest_paths;
use tierlight_core::network::reach::reach;
use tierlight_core::network::tiers::{TIERS, tiers};

use super::number::{ByHazard, Children, Estimate};
use super::site::SiteRef;

/// Sites and paths that are listed of a buyer.
const LISTED: usize = 10;
/// Stages of the tier diagram.
const STAGES: usize = 5;
/// Sectors of a stage that are told apart.
const SECTORS: usize = 6;

/// What is linked to a buyer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Buyer {
    /// Who.
    pub site: SiteRef,
    /// Part of the product's value whose origin is known.
    pub traced_share: f64,
    /// Links walked up, given that the walk ends at a known site.
    pub mean_tier: f64,
    /// Linked share by hazard.
    pub linked: ByHazard<Linked>,
    /// Details; null for buyers that are only listed.
    pub chain: Option<Chain>,
}

/// Linked share of one hazard.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Linked {
    /// Linked share: expected prevalence at the place where a random rupee of the product's value was added.
    pub share: Estimate,
    /// Girls' part.
    pub girls: f64,
    /// Boys' part.
    pub boys: f64,
    /// Part at known sites.
    pub traced: f64,
    /// Part in untraced purchases, at their sector's level.
    pub untraced: f64,
    /// The same weighted by labour instead of value.
    pub by_labour: f64,
}

/// A buyer's chain in detail.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Chain {
    /// Distinct sites upstream.
    pub sites: u32,
    /// Probability that at least one of them has the hazard; intervals of child labour only, as of the two next.
    pub any_site: ByHazard<Estimate>,
    /// Expected number of them that do.
    pub expected_sites: ByHazard<Estimate>,
    /// Expected children at them.
    pub children: ByHazard<Children>,
    /// Tier by tier.
    pub tiers: Vec<Tier>,
    /// Sites that contribute most.
    pub contributions: Vec<Part>,
    /// Heaviest paths, from the buyer up.
    pub paths: Vec<PathFinding>,
    /// Traced linked share of all other paths.
    pub other_paths: f64,
    /// Where the chain is dark, most linked share first.
    pub dark: Vec<Dark>,
    /// Flows between tiers, for the tier diagram.
    pub flows: Vec<Flow>,
}

/// One tier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Tier {
    /// Links from the buyer; the last stands for all beyond.
    pub tier: usize,
    /// It stands for all beyond.
    pub and_up: bool,
    /// Part of the value that is added here.
    pub value: f64,
    /// Part that is untraced here.
    pub dark: f64,
    /// Linked share of girls, by hazard.
    pub girls: ByHazard<f64>,
    /// Linked share of boys, by hazard.
    pub boys: ByHazard<f64>,
}

/// What a site adds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    /// Who.
    pub site: SiteRef,
    /// Part of the buyer's value that passes through.
    pub through: f64,
    /// Linked share it adds, by hazard.
    pub linked: ByHazard<f64>,
    /// Girls' part of child labour.
    pub girls: f64,
}

/// A path.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PathFinding {
    /// Sites from the buyer up.
    pub sites: Vec<SiteRef>,
    /// Part of the value that takes it.
    pub value: f64,
    /// Linked share of child labour it adds.
    pub linked: f64,
}

/// A place where the chain is dark.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Dark {
    /// Whom to ask for its suppliers.
    pub site: SiteRef,
    /// Part of the buyer's value that is untraced there.
    pub value: f64,
    /// Linked share that is counted for it.
    pub linked: f64,
}

/// A flow of linked share of child labour between sectors of neighbouring tiers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Flow {
    /// Tier that buys.
    pub tier: usize,
    /// Sector that buys; null for sectors that are summed up.
    pub from: Option<String>,
    /// Sector that sells; null for sectors that are summed up.
    pub to: Option<String>,
    /// What it is: `bought`, `untraced`, or `ends` where the value is added.
    pub kind: String,
    /// Linked share.
    pub linked: f64,
}

/// A buyer, in detail or not.
pub(crate) fn buyer(a: &Assessment<'_>, row: usize, detailed: bool) -> Buyer {
    let e = &a.exposure[row];
    let drawn = a.uncertainty.as_ref().map(|u| &u.linked[row]);
    Buyer {
        site: SiteRef::new(a, row),
        traced_share: e.traced_share,
        mean_tier: e.mean_tier,
        linked: ByHazard::of(|h| Linked {
            share: Estimate::new(e.linked(h), drawn.map(|d| &d[h])),
            girls: e.linked_sex(h, 0),
            boys: e.linked_sex(h, 1),
            traced: e.linked_traced(h),
            untraced: e.linked_untraced(h),
            by_labour: e.labour[h],
        }),
        chain: detailed.then(|| chain(a, row)),
    }
}

fn chain(a: &Assessment<'_>, row: usize) -> Chain {
    let reach = reach(&a.plan, &a.updated, row);
    let drawn = a.uncertainty.as_ref().and_then(|u| u.reach.get(row));
    let of_child_labour = |h: usize| drawn.filter(|_| h == Hazard::ChildLabour.index());
    let parts = contributions(&a.plan, &a.updated, row);
    let paths = heaviest_paths(&a.plan, &a.updated, &a.exposure, row, Hazard::ChildLabour, LISTED);
    let tiers = tiers(&a.plan, &a.updated, row).into_iter().filter(|t| t.value > 0.0 || t.dark > 0.0).map(|t| Tier {
        tier: t.tier,
        and_up: t.tier == TIERS,
        value: t.value.max(0.0),
        dark: t.dark.max(0.0),
        girls: ByHazard::of(|h| t.traced[h][0].max(0.0)),
        boys: ByHazard::of(|h| t.traced[h][1].max(0.0)),
    });
    Chain {
        sites: reach.sites,
        any_site: ByHazard::of(|h| Estimate::new(reach.any_site[h], of_child_labour(h).map(|q| &q.any_site))),
        expected_sites: ByHazard::of(|h| Estimate::new(reach.expected_sites[h], of_child_labour(h).map(|q| &q.expected_sites))),
        children: ByHazard::of(|h| Children::new(reach.children[h][0], reach.children[h][1], of_child_labour(h).map(|q| &q.children))),
        tiers: tiers.collect(),
        dark: dark(a, &parts),
        contributions: parts.iter().take(LISTED).map(|c| part(a, c)).collect(),
        paths: paths
            .paths
            .iter()
            .map(|p| PathFinding { sites: p.sites.iter().map(|&s| SiteRef::new(a, s)).collect(), value: p.value, linked: p.linked })
            .collect(),
        other_paths: paths.remainder.max(0.0),
        flows: flows(a, row),
    }
}

fn part(a: &Assessment<'_>, c: &Contribution) -> Part {
    Part {
        site: SiteRef::new(a, c.site),
        through: c.multiplier,
        linked: ByHazard::of(|h| c.traced[h][0] + c.traced[h][1]),
        girls: c.traced[0][0],
    }
}

fn dark(a: &Assessment<'_>, parts: &[Contribution]) -> Vec<Dark> {
    let linked = |c: &Contribution| {
        let q = a.untraced.of_site(&a.network.sites()[c.site]).prevalence[HAZARDS[0].index()];
        c.dark * (q[0] + q[1])
    };
    let mut dark: Vec<(f64, &Contribution)> = parts.iter().filter(|c| c.dark > 0.0).map(|c| (linked(c), c)).collect();
    dark.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.site.cmp(&y.1.site)));
    let shown = dark.into_iter().take(LISTED);
    shown.map(|(linked, c)| Dark { site: SiteRef::new(a, c.site), value: c.dark, linked }).collect()
}

/// Linked share of child labour on its way from tier to tier: what flows into a tier by a sector is what it adds itself, what it buys
/// untraced, and what flows on. `O(stages · (sites + upstream links))`.
fn flows(a: &Assessment<'_>, buyer: usize) -> Vec<Flow> {
    let sector = |p: usize| a.network.sites()[a.plan.site_at[p] as usize].sector;
    let mut layer = vec![0.0; a.plan.len()];
    layer[a.plan.position_of[buyer] as usize] = 1.0;
    let mut out: BTreeMap<(usize, u16, u8, u16), f64> = BTreeMap::new();
    for tier in 0..STAGES {
        let (mut next, mut goes_on) = (vec![0.0; a.plan.len()], false);
        for (p, &weight) in layer.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            let site = a.plan.site_at[p] as usize;
            let q = a.untraced.of_site(&a.network.sites()[site]).prevalence[0];
            let ends = weight * a.plan.value_added[p] * a.updated[site].prevalence[0];
            *out.entry((tier, sector(p), 0, 0)).or_default() += ends;
            *out.entry((tier, sector(p), 1, 0)).or_default() += weight * a.plan.untraced[p] * (q[0] + q[1]);
            for (supplier, share) in a.plan.suppliers.row(p) {
                let on = weight * share;
                let linked = on * a.exposure[a.plan.site_at[supplier] as usize].linked(0);
                *out.entry((tier, sector(p), 2, sector(supplier))).or_default() += linked;
                next[supplier] += on;
                goes_on = true;
            }
        }
        if !goes_on {
            break;
        }
        layer = next;
    }
    summed(a, out)
}

/// The flows with the smaller sectors of each tier summed up.
fn summed(a: &Assessment<'_>, flows: BTreeMap<(usize, u16, u8, u16), f64>) -> Vec<Flow> {
    let mut by_tier: BTreeMap<usize, BTreeMap<u16, f64>> = BTreeMap::new();
    for (&(tier, from, kind, to), linked) in &flows {
        *by_tier.entry(tier).or_default().entry(from).or_default() += linked;
        if kind == 2 && tier + 1 == STAGES {
            *by_tier.entry(tier + 1).or_default().entry(to).or_default() += linked;
        }
    }
    let kept: BTreeMap<usize, Vec<u16>> = by_tier
        .into_iter()
        .map(|(tier, sectors)| {
            let mut sectors: Vec<(u16, f64)> = sectors.into_iter().collect();
            sectors.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
            (tier, sectors.into_iter().take(SECTORS).map(|s| s.0).collect())
        })
        .collect();
    let name = |tier: usize, sector: u16| {
        let own = kept.get(&tier).is_some_and(|k| k.contains(&sector));
        own.then(|| a.parameters.sectors[usize::from(sector)].id.clone())
    };
    let mut out: BTreeMap<(usize, Option<String>, u8, Option<String>), f64> = BTreeMap::new();
    for ((tier, from, kind, to), linked) in flows.into_iter().filter(|(_, linked)| *linked > 0.0) {
        let to = if kind == 2 { name(tier + 1, to) } else { None };
        *out.entry((tier, name(tier, from), kind, to)).or_default() += linked;
    }
    let kinds = ["ends", "untraced", "bought"];
    out.into_iter()
        .map(|((tier, from, kind, to), linked)| Flow { tier, from, to, kind: kinds[usize::from(kind)].to_owned(), linked })
        .collect()
}
