//! Large seeded networks of four shapes, for measuring and for laws that need size.

use tierlight_core::model::{Amount, Disclosure, Link, LinkKind, Network, NetworkParts, Probability, Share, Site};

use super::{AS_OF, GARMENTS, PAK, Rng};

/// How a network is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Six tiers with popular suppliers; 2 % of the links lead anywhere and close cycles.
    Tiered,
    /// As tiered, with every purchase through one of a few hubs that buy from thousands.
    Hubs,
    /// Every site buys from five others anywhere: nearly all sites are in one component.
    Giant,
    /// Every site buys from the one before it.
    Chain,
}

/// Part of the sites in each tier, from raw materials to brands.
const TIERS: [f64; 6] = [0.35, 0.25, 0.18, 0.12, 0.08, 0.02];
/// Links drawn per site.
const LINKS_PER_SITE: f64 = 4.78;
/// Part of the links that lead anywhere.
const BACK: f64 = 0.02;

/// A network of `n` sites. Site ids are in the order of tiers.
pub(crate) fn shaped(shape: Shape, n: usize, seed: u64) -> Network {
    let mut rng = Rng(seed);
    let mut parts = NetworkParts::new(AS_OF);
    parts.site_ids = (0..n).map(|k| format!("s{k:08}")).collect();
    parts.sites = (0..n)
        .map(|_| {
            let mut site = Site::new(GARMENTS, PAK);
            site.measured_prevalence = Probability::new(0.3 * rng.unit());
            site.workers = Some(2.0 + rng.below(300) as f64);
            site.input_share = Share::new(if shape == Shape::Chain { 0.9 } else { 0.2 + 0.6 * rng.unit() });
            site
        })
        .collect();
    let mut first = vec![0usize];
    for share in TIERS {
        first.push(first[first.len() - 1] + (share * n as f64) as usize);
    }
    first[TIERS.len()] = n;
    let per_buyer = LINKS_PER_SITE * n as f64 / (n - first[1]) as f64;
    for buyer in 0..n {
        let tier = first.iter().rposition(|&f| f <= buyer).unwrap().min(TIERS.len() - 1);
        let mut suppliers: Vec<usize> = match shape {
            Shape::Chain => buyer.checked_sub(1).into_iter().collect(),
            Shape::Giant => (0..5).map(|_| rng.below(n)).collect(),
            Shape::Tiered | Shape::Hubs if tier == 0 => Vec::new(),
            Shape::Tiered | Shape::Hubs => {
                let hubs = n / 10_000 + 1;
                let is_hub = shape == Shape::Hubs && buyer < first[tier] + hubs;
                let count = if is_hub { (first[1] / hubs).min(5_000) } else { 1 + rng.below((2.0 * per_buyer - 1.0) as usize) };
                (0..count)
                    .map(|_| {
                        if rng.unit() < BACK {
                            return rng.below(n);
                        }
                        let from = if rng.unit() < 0.8 { first[tier - 1] } else { 0 };
                        if shape == Shape::Hubs && !is_hub && tier > 1 {
                            return first[tier - 1] + rng.below(hubs);
                        }
                        let pick = if is_hub { rng.unit() } else { rng.unit() * rng.unit() };
                        from + (pick * (first[tier] - from) as f64) as usize
                    })
                    .collect()
            }
        };
        suppliers.sort_unstable();
        suppliers.dedup();
        let share = 0.85 / suppliers.len() as f64;
        parts.links.extend(suppliers.into_iter().map(|supplier| Link {
            supplier: supplier as u32,
            buyer: buyer as u32,
            kind: LinkKind::Purchase,
            disclosure: Disclosure::Declared,
            amount: Amount::Share(share),
            sales_share: None,
            product: None,
        }));
    }
    parts.site_names = parts.site_ids.clone();
    Network::new(parts).unwrap()
}
