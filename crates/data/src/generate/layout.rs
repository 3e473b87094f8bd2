//! Where in the chain a site stands: tiers, and industries side by side in each tier.

use tierlight_core::parameters::Parameters;

use super::{GenerateOptions, Shape};
use crate::error::{Error, Result};

/// Tiers from raw materials to brands, and the share of the sites in each.
pub(super) const TIERS: usize = 6;
const TIER_SHARES: [f64; TIERS] = [0.35, 0.25, 0.18, 0.12, 0.08, 0.02];

/// Industries: their share of each tier, and the usual and the other sector of each tier.
const INDUSTRIES: [(f64, [[&str; 2]; TIERS]); 7] = [
    (
        0.42,
        [
            ["cotton_growing", "cottonseed"],
            ["cotton_ginning", "cotton_ginning"],
            ["spinning", "spinning"],
            ["weaving", "weaving"],
            ["garments_cmt", "home_stitching"],
            ["garments_cmt", "garments_cmt"],
        ],
    ),
    (
        0.16,
        [
            ["cotton_growing", "cottonseed"],
            ["spinning", "cotton_ginning"],
            ["weaving", "weaving"],
            ["home_stitching", "embroidery"],
            ["home_textiles", "home_textiles"],
            ["home_textiles", "home_textiles"],
        ],
    ),
    (
        0.12,
        [
            ["livestock_dairy", "livestock_dairy"],
            ["leather_tanning", "leather_tanning"],
            ["leather_tanning", "leather_goods"],
            ["leather_goods", "home_stitching"],
            ["footwear", "leather_goods"],
            ["footwear", "footwear"],
        ],
    ),
    (
        0.10,
        [
            ["coal_mining", "waste_recycling"],
            ["brick_kilns", "stone_crushing"],
            ["brick_kilns", "transport"],
            ["construction", "cement_ceramics"],
            ["construction", "construction"],
            ["construction", "construction"],
        ],
    ),
    (
        0.08,
        [
            ["other_mining", "waste_recycling"],
            ["metalwork_foundry", "metalwork_foundry"],
            ["metalwork_foundry", "cutlery_knives"],
            ["surgical_instruments", "metalwork_foundry"],
            ["surgical_instruments", "cutlery_knives"],
            ["surgical_instruments", "cutlery_knives"],
        ],
    ),
    (
        0.07,
        [
            ["cotton_growing", "livestock_dairy"],
            ["leather_tanning", "spinning"],
            ["weaving", "leather_tanning"],
            ["home_stitching", "home_stitching"],
            ["soccer_balls", "sporting_goods"],
            ["sporting_goods", "sporting_goods"],
        ],
    ),
    (
        0.05,
        [
            ["sugarcane", "wheat"],
            ["sugar_milling", "rice"],
            ["bakery_food", "sugar_milling"],
            ["bakery_food", "bakery_food"],
            ["retail_vending", "bakery_food"],
            ["retail_vending", "retail_vending"],
        ],
    ),
];

/// Share of an industry's sites in the other sector of their tier.
const OTHER_SECTOR: f64 = 0.25;
/// Fewest traders between two tiers.
const LEAST_TRADERS: f64 = 3.0;

/// What a place in the layout holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub tier: usize,
    pub industry: usize,
    /// A trader between this tier and the next.
    pub trader: bool,
}

/// Places `0..sites`: the tiers one after another, then the traders.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// First place of each tier, and the end of the last.
    tiers: [u32; TIERS + 1],
    /// First trader above each tier but the last, and the end.
    traders: [u32; TIERS],
    /// Cumulative shares of the industries.
    industries: Vec<f64>,
    sectors: Vec<[[u16; 2]; TIERS]>,
}

impl Layout {
    pub(super) fn new(options: &GenerateOptions, parameters: &Parameters) -> Result<Self> {
        let sector = |id: &str| {
            parameters.sector(id).ok_or_else(|| Error::Pack { pack: "packs in use".to_owned(), reason: format!("no sector `{id}`") })
        };
        let mut sectors = Vec::new();
        let mut industries = vec![0.0];
        for (share, names) in INDUSTRIES {
            let mut rows = [[0; 2]; TIERS];
            for (row, pair) in rows.iter_mut().zip(names) {
                *row = [sector(pair[0])?, sector(pair[1])?];
            }
            sectors.push(rows);
            industries.push(industries[industries.len() - 1] + share);
        }
        let sites = f64::from(options.sites);
        let mut traders = [0; TIERS];
        if options.shape == Shape::Hub {
            for tier in 0..TIERS - 1 {
                let count = libm::round(libm::sqrt(TIER_SHARES[tier] * sites) / 4.0).max(LEAST_TRADERS);
                traders[tier + 1] = traders[tier] + count as u32;
            }
        }
        let makers = options.sites - traders[TIERS - 1];
        let mut tiers = [0; TIERS + 1];
        for tier in 0..TIERS {
            tiers[tier + 1] = tiers[tier] + libm::floor(TIER_SHARES[tier] * f64::from(makers)) as u32;
        }
        // what rounding leaves is raw materials: every tier keeps its size
        let left = makers - tiers[TIERS];
        tiers[1..].iter_mut().for_each(|end| *end += left);
        Ok(Self { tiers, traders: traders.map(|t| t + makers), industries, sectors })
    }

    /// Places of a tier.
    pub(super) fn tier(&self, tier: usize) -> std::ops::Range<u32> {
        self.tiers[tier]..self.tiers[tier + 1]
    }

    /// Traders between a tier and the next; none above the last.
    pub(super) fn traders(&self, tier: usize) -> std::ops::Range<u32> {
        self.traders[tier]..self.traders.get(tier + 1).copied().unwrap_or(self.traders[tier])
    }

    pub(super) fn standing(&self, place: u32) -> Standing {
        let trader = place >= self.tiers[TIERS];
        let starts = if trader { &self.traders[..] } else { &self.tiers[..TIERS] };
        let tier = starts.partition_point(|&start| start <= place).saturating_sub(1);
        let range = if trader { self.traders(tier) } else { self.tier(tier) };
        let along = (f64::from(place - range.start) + 0.5) / f64::from((range.end - range.start).max(1));
        let last = self.sectors.len() - 1;
        let industry = self.industries.partition_point(|&start| start <= along).saturating_sub(1).min(last);
        Standing { tier, industry, trader }
    }

    /// Places of an industry in a tier.
    pub(super) fn industry(&self, tier: usize, industry: usize) -> std::ops::Range<u32> {
        let range = self.tier(tier);
        let size = f64::from(range.end - range.start);
        let at = |k: usize| range.start + libm::floor(self.industries[k].min(1.0) * size) as u32;
        at(industry)..at(industry + 1).min(range.end)
    }

    /// The place in another tier that lies as far along it as `place` lies along its own.
    pub(super) fn across(&self, place: u32, from: usize, to: usize) -> u32 {
        let (from, to) = (self.tier(from), self.tier(to));
        let along = u64::from(place.saturating_sub(from.start)) * u64::from(to.end - to.start) / u64::from((from.end - from.start).max(1));
        to.start + along as u32
    }

    pub(super) fn sector(&self, standing: Standing, draw: f64) -> u16 {
        self.sectors[standing.industry][standing.tier][usize::from(draw < OTHER_SECTOR)]
    }
}
