//! Who buys from whom.

use std::ops::Range;

use super::draw::{Draw, Stream};
use super::layout::{Layout, Standing, TIERS};
use super::{GenerateOptions, Generator, Shape};

/// Share of the sites that could buy of which a supplier is known.
const TRACED: f64 = 0.94;
/// Brands have so many times the suppliers of others.
const BRAND_FACTOR: f64 = 3.0;
/// Tiered: of the suppliers up the chain, share near the buyer's own place, popular ones, and those of any lower tier of the industry;
/// the rest are from any lower place. Links back lead from any higher tier.
const NEAR: f64 = 0.2;
const POPULAR: f64 = 0.55;
const LOWER: f64 = 0.2;
/// Near: within so many places.
const WINDOW: u32 = 16;
/// Hub: share of the links back that lead to the traders who buy from the site's tier; the rest lead to traders further down.
const CLOSE: f64 = 0.7;
/// Hub: share of a maker's suppliers that are traders.
const TRADERS: f64 = 0.95;
/// Hub: links from makers to traders, per maker, and as a share of all links at most.
const SOLD: f64 = 1.0;
const MOST_SOLD: f64 = 0.25;
/// Giant: share of suppliers that are popular.
const POPULAR_ANYWHERE: f64 = 0.3;
/// Tries to find a supplier that the buyer does not have yet.
const TRIES: usize = 8;

/// How many links sites have.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    /// Mean number of suppliers of a buyer that is no brand.
    mean: f64,
    /// Hub: chance that a maker has a link back.
    back: f64,
    /// Hub: links of a maker to traders.
    sold: f64,
}

impl Counts {
    pub(super) fn new(options: &GenerateOptions, layout: &Layout) -> Self {
        let sites = f64::from(options.sites);
        let links = options.links_per_site * sites;
        let size = |tier: usize| f64::from(layout.tier(tier).len() as u32);
        let below_brands: f64 = (0..TIERS - 1).map(size).sum();
        let buyers: f64 = (1..TIERS - 1).map(size).sum::<f64>() + BRAND_FACTOR * size(TIERS - 1);
        match options.shape {
            Shape::Tiered => Self { mean: links / (TRACED * buyers), back: 0.0, sold: 0.0 },
            Shape::Giant => Self { mean: links / (TRACED * sites), back: 0.0, sold: 0.0 },
            Shape::Hub => {
                let sold = (MOST_SOLD * links / below_brands).min(SOLD);
                let mean = ((1.0 - options.back) * links - sold * below_brands) / (TRACED * buyers);
                Self { mean, back: options.back * links / below_brands, sold }
            }
        }
    }
}

impl Generator<'_> {
    /// Places of the suppliers of a place, each once.
    pub(super) fn suppliers(&self, place: u32) -> Vec<u32> {
        let standing = self.layout.standing(place);
        let mut suppliers = self.forward(place, standing);
        if let Some(back) = self.back(place, standing)
            && !suppliers.contains(&back)
        {
            suppliers.push(back);
        }
        suppliers
    }

    /// True when some supplier of a place is known.
    pub(super) fn buys(&self, place: u32) -> bool {
        let standing = self.layout.standing(place);
        self.traced(standing, &mut self.draw(Stream::Suppliers, place)) || self.back(place, standing).is_some()
    }

    fn traced(&self, standing: Standing, draw: &mut Draw) -> bool {
        let may = standing.trader || standing.tier > 0 || self.options.shape == Shape::Giant;
        draw.chance(TRACED) && may || standing.trader
    }

    /// Suppliers further up the chain; for the giant shape, all.
    fn forward(&self, place: u32, standing: Standing) -> Vec<u32> {
        let mut draw = self.draw(Stream::Suppliers, place);
        if !self.traced(standing, &mut draw) {
            return Vec::new();
        }
        if standing.trader {
            return self.sellers(standing, place, &mut draw);
        }
        let brand = standing.tier == TIERS - 1 && self.options.shape != Shape::Giant;
        let count = draw.geometric(self.counts.mean * if brand { BRAND_FACTOR } else { 1.0 }) as usize;
        let mut found: Vec<u32> = Vec::with_capacity(count);
        for _ in 0..count {
            for attempt in 0..TRIES {
                let supplier = match self.options.shape {
                    Shape::Tiered => self.of_tiers(place, standing, &mut draw),
                    Shape::Hub => self.of_traders(place, standing, attempt < TRIES / 2, &mut draw),
                    Shape::Giant => self.of_anyone(&mut draw),
                };
                if supplier != place && !found.contains(&supplier) {
                    found.push(supplier);
                    break;
                }
            }
        }
        found
    }

    fn of_tiers(&self, place: u32, standing: Standing, draw: &mut Draw) -> u32 {
        let tier = standing.tier;
        let higher = self.layout.tier(tier).end..self.layout.tier(TIERS - 1).end;
        if draw.chance(self.options.back) && !higher.is_empty() {
            return higher.start + draw.below(higher.len() as u32);
        }
        let way = draw.unit();
        if way < NEAR {
            return near(self.layout.across(place, tier, tier - 1), &self.layout.tier(tier - 1), draw);
        }
        if way < NEAR + POPULAR {
            return popular(&self.layout.industry(tier - 1, standing.industry), draw);
        }
        if way < NEAR + POPULAR + LOWER {
            return popular(&self.layout.industry(draw.below(tier as u32) as usize, standing.industry), draw);
        }
        draw.below(self.layout.tier(tier).start)
    }

    /// A trader, or now and then a maker: always where the buyer has the popular traders already.
    fn of_traders(&self, place: u32, standing: Standing, traders: bool, draw: &mut Draw) -> u32 {
        if draw.chance(TRADERS) && traders {
            return popular(&self.layout.traders(standing.tier - 1), draw);
        }
        near(self.layout.across(place, standing.tier, standing.tier - 1), &self.layout.tier(standing.tier - 1), draw)
    }

    fn of_anyone(&self, draw: &mut Draw) -> u32 {
        let sites = self.options.sites;
        if draw.chance(POPULAR_ANYWHERE) { self.popular.to(popular(&(0..sites), draw)) } else { draw.below(sites) }
    }

    /// Hub: a trader buys from its tier, one site of each of so many equal stretches.
    fn sellers(&self, standing: Standing, place: u32, draw: &mut Draw) -> Vec<u32> {
        let (tier, traders) = (self.layout.tier(standing.tier), self.layout.traders(standing.tier));
        let size = tier.len() as u64;
        // popular traders buy more, as they sell more; the sum over all of them is what the tier sells
        let (rank, of) = (f64::from(place - traders.start), traders.len() as f64);
        let part = (libm::sqrt((rank + 1.0) / of) - libm::sqrt(rank / of)).max(0.0);
        let count = (libm::round(part * self.counts.sold * size as f64) as u64).clamp(1, size.max(1));
        let at = |k: u64| tier.start + (k * size / count) as u32;
        (0..count).map(|k| at(k) + draw.below(at(k + 1) - at(k))).collect()
    }

    /// Hub: a trader who buys from the site's tier, or further down the chain, and sells to it all the same.
    fn back(&self, place: u32, standing: Standing) -> Option<u32> {
        if self.options.shape != Shape::Hub || standing.trader || standing.tier + 1 >= TIERS {
            return None;
        }
        let mut draw = self.draw(Stream::Back, place);
        if !draw.chance(self.counts.back) {
            return None;
        }
        let further = (TIERS - 2 - standing.tier) as u32;
        let tier = standing.tier + if draw.chance(CLOSE) { 0 } else { draw.below(further + 1) as usize };
        Some(popular(&self.layout.traders(tier), &mut draw))
    }
}

/// A place of a range close to another.
fn near(place: u32, range: &Range<u32>, draw: &mut Draw) -> u32 {
    let from = place.saturating_sub(WINDOW).max(range.start);
    let to = (place + WINDOW + 1).min(range.end).max(from + 1);
    from + draw.below(to - from)
}

/// A place of a range, the first ones far more often than the last.
fn popular(range: &Range<u32>, draw: &mut Draw) -> u32 {
    let x = draw.unit() * draw.unit();
    range.start + libm::floor(x * f64::from(range.end - range.start)) as u32
}
