//! Quantiles of what is said of sites: all draws of a site at once, exact order statistics.

use rayon::prelude::*;

use super::lanes::{F, L, zip};
use super::quantile::Quantiles;
use super::random::Words;
use super::shared::Shared;
use super::site::{Facts, Known, presence, survival};
use super::ties::tied_from;
use super::top::Top;
use super::{Drawer, site_key};
use crate::decide::priority::exclusive_children;
use crate::error::{Error, Result};
use crate::model::{HAZARDS, PerHazard};
use crate::network::kernel::{Kernel, dispatch};
use crate::observer::Observer;
use crate::risk::weighing::Weighing;

/// Sites that one thread takes at a time.
const TILE: usize = 256;
/// Sites in order of rank whose ranks are compared draw by draw.
pub const COMPARED: u32 = 2_000;

/// What the draws say of one site.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SiteQuantiles {
    /// θ1.
    pub prevalence: PerHazard<Quantiles>,
    /// P1.
    pub presence: PerHazard<Quantiles>,
    /// E1.
    pub expected: PerHazard<Quantiles>,
    /// Probability to be among the first K by priority.
    pub top: f32,
}

pub(super) struct Found {
    pub top: usize,
    pub sites: Vec<SiteQuantiles>,
    pub total: PerHazard<Quantiles>,
    pub districts: Vec<PerHazard<Quantiles>>,
    pub tied_from: Vec<u32>,
}

/// Draws of one site, by measure; all but the score as bits of numbers of single precision.
#[derive(Default)]
struct Draws {
    prevalence: PerHazard<Vec<u32>>,
    presence: PerHazard<Vec<u32>>,
    expected: PerHazard<Vec<u32>>,
    score: Vec<f32>,
}

/// What a tile of sites leaves.
struct Tile {
    sites: Vec<SiteQuantiles>,
    /// (site, scores) of sites whose ranks are compared.
    compared: Vec<(u32, Vec<f32>)>,
    /// (draw, key, site) of sites that may be among the first.
    candidates: Vec<(u32, u64, u32)>,
    /// (district or none, sums by draw and hazard).
    sums: std::collections::BTreeMap<Option<u16>, Vec<PerHazard<f64>>>,
}

/// All sites.
pub(super) fn pass(drawer: &Drawer<'_>, shared: &[Shared], observer: &dyn Observer) -> Result<Found> {
    let n = drawer.a.network.sites().len();
    let k = top_of(n);
    let tiles = n.div_ceil(TILE);
    let mut found =
        Found { top: k, sites: Vec::with_capacity(n), total: PerHazard::default(), districts: Vec::new(), tied_from: vec![0; n] };
    let mut top: Vec<Top> = vec![Top::new(k); drawer.draws];
    let mut compared = Vec::new();
    let mut sums = std::collections::BTreeMap::new();
    // rounds bound what waits to be taken in; the order of tiles is that of the sites, so that sums do not depend on threads
    let mut start = 0;
    while start < tiles {
        if observer.cancelled() {
            return Err(Error::Cancelled);
        }
        observer.progress(start * TILE, n);
        // the first tile says what a site needs to be among the first at all
        let end = if start == 0 { 1 } else { tiles.min(start + 8 * rayon::current_num_threads()) };
        let least: Vec<u64> = top.iter().map(Top::least).collect();
        let here: Vec<Tile> = (start..end).into_par_iter().map(|t| tile(drawer, shared, t * TILE..n.min((t + 1) * TILE), &least)).collect();
        start = end;
        for tile in here {
            found.sites.extend(tile.sites);
            compared.extend(tile.compared);
            for (draw, key, site) in tile.candidates {
                top[draw as usize].offer(key, site);
            }
            for (district, own) in tile.sums {
                let all = sums.entry(district).or_insert_with(|| vec![[0.0; 3]; drawer.draws]);
                all.iter_mut().zip(own).for_each(|(all, own)| (0..3).for_each(|h| all[h] += own[h]));
            }
        }
    }
    for row in top.into_iter().flat_map(Top::rows) {
        found.sites[row as usize].top += 1.0;
    }
    found.sites.iter_mut().for_each(|s| s.top /= drawer.draws as f32);
    let priority = &drawer.a.priority;
    compared.sort_by_key(|(site, _)| (priority[*site as usize].rank, *site));
    let (sites, rows): (Vec<u32>, Vec<_>) = compared
        .into_iter()
        .map(|(site, scores)| (site, (priority[site as usize].rank, priority[site as usize].class.number(), scores)))
        .unzip();
    for (site, rank) in sites.into_iter().zip(tied_from(&rows)) {
        found.tied_from[site as usize] = rank;
    }
    let quantiles = |draws: &[PerHazard<f64>]| -> PerHazard<Quantiles> {
        HAZARDS.map(|h| Quantiles::of(&mut draws.iter().map(|x| (x[h.index()] as f32).to_bits()).collect::<Vec<u32>>()))
    };
    let mut total = vec![[0.0; 3]; drawer.draws];
    for own in sums.values() {
        total.iter_mut().zip(own).for_each(|(all, own)| (0..3).for_each(|h| all[h] += own[h]));
    }
    found.total = quantiles(&total);
    found.districts = vec![PerHazard::default(); drawer.a.parameters.districts.len()];
    for (district, own) in sums {
        if let Some(place) = district.and_then(|d| found.districts.get_mut(usize::from(d))) {
            *place = quantiles(&own);
        }
    }
    Ok(found)
}

/// K: a tenth of the sites, ten to a hundred.
fn top_of(sites: usize) -> usize {
    (sites / 10).clamp(10, 100)
}

fn tile(drawer: &Drawer<'_>, shared: &[Shared], rows: std::ops::Range<usize>, least: &[u64]) -> Tile {
    let mut out = Tile {
        sites: Vec::with_capacity(rows.len()),
        compared: Vec::new(),
        candidates: Vec::new(),
        sums: std::collections::BTreeMap::new(),
    };
    let mut random = drawer.sources.random();
    let mut draws = Draws::default();
    let mut weighing = Weighing::default();
    let weights = drawer.a.parameters.severity_weights();
    for row in rows {
        let (facts, known) = (drawer.facts(row), drawer.known(row));
        draws.clear();
        for (block, shared) in shared.iter().enumerate() {
            let words = random.words(site_key(drawer.a, row), block);
            let lanes = drawer.lanes(block);
            let block = BlockOfSite { facts: &facts, shared, words: &words, lanes, draws: &mut draws };
            if known.nothing() {
                dispatch(Unseen(block));
            } else {
                dispatch(Seen { block, known: &known, weighing: &mut weighing });
            }
        }
        draws.score(&weights);
        let priority = &drawer.a.priority[row];
        let class = u64::from(priority.class.number()) << 32;
        for (draw, (score, least)) in draws.score.iter().zip(least).enumerate() {
            // positive floats are ordered as their bits
            let key = class | u64::from(score.to_bits());
            if key >= *least {
                out.candidates.push((draw as u32, key, row as u32));
            }
        }
        if priority.rank <= COMPARED {
            out.compared.push((row as u32, draws.score.clone()));
        }
        let sums = out.sums.entry(drawer.a.network.sites()[row].district).or_insert_with(|| vec![[0.0; 3]; drawer.draws]);
        for h in 0..3 {
            sums.iter_mut().zip(&draws.expected[h]).for_each(|(sum, x)| sum[h] += f64::from(f32::from_bits(*x)));
        }
        out.sites.push(draws.quantiles(facts.workers().filter(|_| known.nothing())));
    }
    out
}

/// A site in a block of draws, which are taken down.
struct BlockOfSite<'a> {
    facts: &'a Facts<'a>,
    shared: &'a Shared,
    words: &'a Words,
    lanes: usize,
    draws: &'a mut Draws,
}

/// A site of which nothing more is known.
struct Unseen<'a>(BlockOfSite<'a>);

impl Kernel for Unseen<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let BlockOfSite { facts, shared, words, lanes, draws } = self.0;
        let prior = facts.prior(shared, words);
        let presence = presence(&survival(&prior, shared));
        let expected = prior.prevalence.map(|theta| zip(&theta, &prior.workers, |theta, n| theta * n));
        draws.push(&prior.prevalence, &presence, &expected, lanes);
    }
}

/// A site with evidence, or with agents that have a record.
struct Seen<'a> {
    block: BlockOfSite<'a>,
    known: &'a Known<'a>,
    weighing: &'a mut Weighing<L>,
}

impl Kernel for Seen<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let BlockOfSite { facts, shared, words, lanes, draws } = self.block;
        let after = self.known.updated(&facts.prior(shared, words), shared, self.weighing);
        draws.push(&after.prevalence, &after.presence, &after.expected, lanes);
    }
}

impl Draws {
    fn clear(&mut self) {
        for measure in [&mut self.prevalence, &mut self.presence, &mut self.expected] {
            measure.iter_mut().for_each(Vec::clear);
        }
        self.score.clear();
    }

    #[inline(always)]
    fn push(&mut self, prevalence: &PerHazard<F>, presence: &PerHazard<F>, expected: &PerHazard<F>, lanes: usize) {
        for h in 0..3 {
            put(&mut self.prevalence[h], &prevalence[h], lanes);
            put(&mut self.presence[h], &presence[h], lanes);
            put(&mut self.expected[h], &expected[h], lanes);
        }
    }

    fn score(&mut self, weights: &[f64; 3]) {
        let [all, hazardous, forced] = &self.expected;
        self.score.extend(all.iter().zip(hazardous).zip(forced).map(|((all, hazardous), forced)| {
            let expected = [*all, *hazardous, *forced].map(|x| f64::from(f32::from_bits(x)));
            exclusive_children(&expected).iter().zip(weights).map(|(e, w)| e * w).sum::<f64>() as f32
        }));
    }

    /// Quantiles of a site; where its workforce is stated and nothing else is known, prevalence and expected children go together.
    fn quantiles(&mut self, workers: Option<f64>) -> SiteQuantiles {
        let of = |measure: &mut PerHazard<Vec<u32>>| -> PerHazard<Quantiles> { [0, 1, 2].map(|h| Quantiles::of(&mut measure[h])) };
        let expected = of(&mut self.expected);
        let prevalence = match workers {
            Some(workers) => expected.map(|e| e.scaled((1.0 / workers) as f32)),
            None => of(&mut self.prevalence),
        };
        SiteQuantiles { prevalence, presence: of(&mut self.presence), expected, top: 0.0 }
    }
}

/// Adds the draws of a block that count.
#[inline(always)]
fn put(to: &mut Vec<u32>, draws: &F, lanes: usize) {
    to.extend(draws[..lanes].iter().map(|x| (*x as f32).to_bits()));
}
