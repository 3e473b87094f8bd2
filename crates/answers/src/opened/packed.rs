//! What lists are filtered by, column by column: a filter reads only the columns it names.

use tierlight_core::Assessment;
use tierlight_core::model::HAZARDS;

/// District of a site that has none.
pub(super) const NOWHERE: u16 = u16::MAX;
/// Tier of a site that no final buyer's chain comes to.
pub(super) const NO_TIER: u32 = u32::MAX;

/// Columns by site row.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) country: Vec<u16>,
    pub(super) sector: Vec<u16>,
    pub(super) district: Vec<u16>,
    pub(super) role: Vec<u8>,
    pub(super) class: Vec<u8>,
    /// Fewest links from a final buyer.
    pub(super) tier: Vec<u32>,
    pub(super) traced: Vec<f64>,
    pub(super) presence: [Vec<f64>; 3],
    pub(super) buys: Vec<bool>,
    pub(super) modelled: Vec<bool>,
}

impl Packed {
    pub(super) fn new(a: &Assessment<'_>, finals: &[u32]) -> Self {
        let sites = a.network.sites();
        let mut buys = vec![false; sites.len()];
        for link in a.network.links().iter().filter(|l| l.supplier != l.buyer) {
            buys[link.buyer as usize] = true;
        }
        Self {
            country: sites.iter().map(|s| s.country).collect(),
            sector: sites.iter().map(|s| s.sector).collect(),
            district: sites.iter().map(|s| s.district.unwrap_or(NOWHERE)).collect(),
            role: sites.iter().map(|s| s.role as u8).collect(),
            class: a.priority.iter().map(|p| p.class.number()).collect(),
            tier: tiers(a, finals),
            traced: a.exposure.iter().map(|e| e.traced_share).collect(),
            presence: HAZARDS.map(|h| a.updated.iter().map(|u| u.presence[h.index()]).collect()),
            buys,
            modelled: sites.iter().map(|s| s.modelled.is_some()).collect(),
        }
    }
}

/// Breadth first from all final buyers at once. `O(n + m)`.
fn tiers(a: &Assessment<'_>, finals: &[u32]) -> Vec<u32> {
    let plan = &a.plan;
    let mut tier = vec![NO_TIER; plan.len()];
    let mut ring: Vec<u32> = finals.iter().map(|&row| plan.position_of[row as usize]).collect();
    let mut at = 0;
    for &p in &ring {
        tier[plan.site_at[p as usize] as usize] = at;
    }
    while !ring.is_empty() {
        at += 1;
        let mut next = Vec::new();
        for &p in &ring {
            for &supplier in plan.suppliers.neighbours(p as usize) {
                let known = &mut tier[plan.site_at[supplier as usize] as usize];
                if *known == NO_TIER {
                    *known = at;
                    next.push(supplier);
                }
            }
        }
        ring = next;
    }
    tier
}
