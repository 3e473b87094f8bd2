//! Quantiles of what is said of sites: all draws of a site at once, exact order statistics.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Drawer;
use super::lanes::{F, L, zip};
use super::presence::{absence, presence};
use super::quantile::{Quantiles, Scratch};
use super::shared::Shared;
use super::site::Drawn;
use super::ties::tied_from;
use super::top::Top;
use crate::decide::priority::exclusive_children;
use crate::error::{Error, Result};
use crate::model::PerHazard;
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

/// Draws of one site, by measure: bits of numbers of single precision, which have their order, since none is negative.
#[derive(Default)]
struct Draws {
    prevalence: PerHazard<Vec<u32>>,
    presence: PerHazard<Vec<u32>>,
    expected: PerHazard<Vec<u32>>,
    /// Severity times presence, (6).
    score: Vec<u32>,
}

/// Sums over sites, by hazard and draw.
type Sums = PerHazard<Vec<f64>>;

/// What a tile of sites leaves.
struct Tile {
    sites: Vec<SiteQuantiles>,
    /// (site, scores) of sites whose ranks are compared.
    compared: Vec<(u32, Vec<f32>)>,
    /// (draw, key, site) of sites that may be among the first.
    candidates: Vec<(u32, u64, u32)>,
    /// By district or none.
    sums: BTreeMap<Option<u16>, Sums>,
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
    let mut sums: BTreeMap<Option<u16>, Sums> = BTreeMap::new();
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
                add(sums.entry(district).or_insert_with(|| none(drawer.draws)), &own);
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
    let mut scratch = Scratch::default();
    let mut quantiles = |sums: &Sums| -> PerHazard<Quantiles> {
        [0, 1, 2].map(|h| Quantiles::of(&sums[h].iter().map(|x| (*x as f32).to_bits()).collect::<Vec<u32>>(), &mut scratch))
    };
    let mut total = none(drawer.draws);
    for own in sums.values() {
        add(&mut total, own);
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

fn none(draws: usize) -> Sums {
    [0, 1, 2].map(|_| vec![0.0; draws])
}

fn add(all: &mut Sums, own: &Sums) {
    all.iter_mut().flatten().zip(own.iter().flatten()).for_each(|(all, own)| *all += own);
}

/// K: a tenth of the sites, ten to a hundred.
fn top_of(sites: usize) -> usize {
    (sites / 10).clamp(10, 100)
}

fn tile(drawer: &Drawer<'_>, shared: &[Shared], rows: std::ops::Range<usize>, least: &[u64]) -> Tile {
    let weights = drawer.a.parameters.severity_weights();
    let mut out = Tile { sites: Vec::with_capacity(rows.len()), compared: Vec::new(), candidates: Vec::new(), sums: BTreeMap::new() };
    let mut draws = Draws::default();
    let mut weighing = Weighing::default();
    let mut scratch = Scratch::default();
    for row in rows {
        let site = drawer.site(row);
        draws.clear();
        let take = Take { site: &site, drawer, shared, weights: &weights, draws: &mut draws };
        if site.known.nothing() {
            dispatch(take);
        } else {
            dispatch(TakeSeen { take, weighing: &mut weighing });
        }
        let priority = &drawer.a.priority[row];
        let class = u64::from(priority.class.number()) << 32;
        let modelled = drawer.a.network.sites()[row].modelled.is_some();
        for (draw, (score, least)) in draws.score.iter().zip(least).enumerate() {
            let key = class | u64::from(*score);
            if key >= *least && !modelled {
                out.candidates.push((draw as u32, key, row as u32));
            }
        }
        if priority.rank <= COMPARED {
            out.compared.push((row as u32, draws.score.iter().map(|x| f32::from_bits(*x)).collect()));
        }
        let sums = out.sums.entry(drawer.a.network.sites()[row].district).or_insert_with(|| none(drawer.draws));
        for (sums, expected) in sums.iter_mut().zip(&draws.expected) {
            sums.iter_mut().zip(expected).for_each(|(sum, x)| *sum += f64::from(f32::from_bits(*x)));
        }
        out.sites.push(draws.quantiles(site.facts.workers().filter(|_| site.known.nothing()), &mut scratch));
    }
    out
}

/// Takes down all draws of a site of which nothing more is known.
struct Take<'a> {
    site: &'a Drawn<'a>,
    drawer: &'a Drawer<'a>,
    shared: &'a [Shared],
    /// Severity weights by worst hazard.
    weights: &'a [f64; 3],
    draws: &'a mut Draws,
}

impl Kernel for Take<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        for (block, shared) in self.shared.iter().enumerate() {
            let prior = self.site.prior(shared, block);
            let mut presence = presence(&absence(&prior, shared));
            if let Some(likelihood) = &prior.likelihood {
                for presence in &mut presence {
                    *presence = zip(presence, likelihood, |presence, likelihood| presence * likelihood);
                }
            }
            self.draws.push(&prior.prevalence, &presence, &prior.expected(), self.weights, self.drawer.lanes(block));
        }
    }
}

/// [`Take`] of a site with evidence, or with agents that have a record.
struct TakeSeen<'a> {
    take: Take<'a>,
    weighing: &'a mut Weighing<L>,
}

impl Kernel for TakeSeen<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let Take { site, drawer, shared, weights, draws } = self.take;
        for (block, shared) in shared.iter().enumerate() {
            let after = site.updated(shared, block, self.weighing);
            draws.push(&after.prevalence, &after.presence, &after.expected, weights, drawer.lanes(block));
        }
    }
}

impl Draws {
    fn clear(&mut self) {
        let measures = [&mut self.prevalence, &mut self.presence, &mut self.expected];
        measures.into_iter().flatten().chain([&mut self.score]).for_each(Vec::clear);
    }

    #[inline(always)]
    fn push(&mut self, prevalence: &PerHazard<F>, presence: &PerHazard<F>, expected: &PerHazard<F>, weights: &[f64; 3], lanes: usize) {
        for h in 0..3 {
            put(&mut self.prevalence[h], &prevalence[h], lanes);
            put(&mut self.presence[h], &presence[h], lanes);
            put(&mut self.expected[h], &expected[h], lanes);
        }
        let mut score = [0.0; L];
        for k in 0..L {
            let [only, hazardous, forced] = exclusive_children(&[expected[0][k], expected[1][k], expected[2][k]]);
            score[k] = only * weights[0] + hazardous * weights[1] + forced * weights[2];
        }
        put(&mut self.score, &score, lanes);
    }

    /// Quantiles of a site; where its workforce is stated and nothing else is known, prevalence and expected children go together.
    fn quantiles(&self, workers: Option<f64>, scratch: &mut Scratch) -> SiteQuantiles {
        let mut of = |measure: &PerHazard<Vec<u32>>| -> PerHazard<Quantiles> { [0, 1, 2].map(|h| Quantiles::of(&measure[h], scratch)) };
        let expected = of(&self.expected);
        let prevalence = match workers {
            Some(workers) => expected.map(|e| e.scaled((1.0 / workers) as f32)),
            None => of(&self.prevalence),
        };
        SiteQuantiles { prevalence, presence: of(&self.presence), expected, top: 0.0 }
    }
}

/// Adds the draws of a block that count.
#[inline(always)]
fn put(to: &mut Vec<u32>, draws: &F, lanes: usize) {
    let mut bits = [0; L];
    for k in 0..L {
        bits[k] = (draws[k] as f32).to_bits();
    }
    to.extend_from_slice(&bits[..lanes]);
}
