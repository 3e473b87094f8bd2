//! Quantiles of the linked share: blocks of draws through the plan, counted in bins.

use rayon::prelude::*;

use super::lanes::{F, L};
use super::quantile::Quantiles;
use super::random::Words;
use super::shared::Shared;
use super::site::{Facts, Known};
use super::{Drawer, site_key};
use crate::error::{Error, Result};
use crate::model::PerHazard;
use crate::network::kernel::{Kernel, dispatch};
use crate::network::lane::Wide;
use crate::network::solve::solve_forward;
use crate::observer::Observer;
use crate::risk::weighing::Weighing;

/// Bins of a site and hazard.
const BINS: i32 = 64;
/// Bits of the odds that name a bin: eight bins to a doubling.
const BIN_SHIFT: u32 = 49;
/// Positions that one thread takes at a time.
const CHUNK: usize = 4096;
/// Blocks solved side by side hold at most so many bytes, but at least one.
const SIDE_BY_SIDE: usize = 1 << 30;

/// Draws of one site's linked share of one hazard.
#[derive(Clone)]
struct Counted {
    sum: f64,
    /// Bin of the odds at the first count.
    first: i32,
    counts: [u16; BINS as usize],
}

impl Counted {
    const EMPTY: Self = Self { sum: 0.0, first: 0, counts: [0; BINS as usize] };

    /// Bin of a share: its odds' exponent and first three binary digits.
    #[inline(always)]
    fn bin(share: f64) -> i32 {
        let odds = share / (1.0 - share).max(f64::MIN_POSITIVE);
        (odds.to_bits() >> BIN_SHIFT) as i32
    }

    /// Lower end of a bin, a share.
    fn end(bin: i32) -> f64 {
        let odds = f64::from_bits((bin.max(0) as u64) << BIN_SHIFT);
        odds / (1.0 + odds)
    }

    /// Bins lie around the median of the first draws.
    fn place(&mut self, first: &[f64]) {
        let mut bins: Vec<i32> = first.iter().map(|x| Self::bin(*x)).collect();
        bins.sort_unstable();
        self.first = bins[bins.len() / 2] - BINS / 2;
    }

    #[inline(always)]
    fn count(&mut self, share: f64) {
        self.sum += share;
        let at = (Self::bin(share) - self.first).clamp(0, BINS - 1);
        self.counts[at as usize] += 1;
    }

    /// The share below which a part of the draws lies, interpolated within its bin.
    fn quantile(&self, draws: usize, part: f64) -> f32 {
        let wanted = part * draws as f64;
        let mut below = 0.0;
        for (bin, &count) in (self.first..).zip(&self.counts) {
            let count = f64::from(count);
            if below + count >= wanted && count > 0.0 {
                let (low, high) = (Self::end(bin), Self::end(bin + 1));
                return (low + (high - low) * (wanted - below) / count) as f32;
            }
            below += count;
        }
        Self::end(self.first + BINS) as f32
    }

    fn quantiles(&self, draws: usize) -> Quantiles {
        let [p05, p50, p95] = [0.05, 0.5, 0.95].map(|part| self.quantile(draws, part));
        Quantiles { mean: (self.sum / draws as f64) as f32, p05, p50, p95 }
    }
}

/// Linked share of all sites and hazards, by site.
pub(super) fn pass(drawer: &Drawer<'_>, shared: &[Shared], observer: &dyn Observer) -> Result<Vec<PerHazard<Quantiles>>> {
    let plan = &drawer.a.plan;
    let n = plan.len();
    let mut counted = vec![[Counted::EMPTY, Counted::EMPTY, Counted::EMPTY]; n];
    let at_once = (SIDE_BY_SIDE / (3 * size_of::<Wide>() * n.max(1))).clamp(1, rayon::current_num_threads());
    for start in (0..shared.len()).step_by(at_once) {
        if observer.cancelled() {
            return Err(Error::Cancelled);
        }
        observer.progress(start, shared.len());
        let end = shared.len().min(start + at_once);
        let mut blocks: Vec<(usize, PerHazard<Vec<Wide>>)> =
            (start..end).map(|b| (b, [0, 1, 2].map(|_| vec![Wide::default(); n]))).collect();
        fill(drawer, shared, &mut blocks, observer);
        observer.check()?;
        blocks.par_iter_mut().flat_map(|(_, columns)| columns.par_iter_mut()).for_each(|columns| solve_forward(plan, columns));
        observer.check()?;
        // draws are taken in by their number, whatever was solved side by side
        counted.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, counted)| {
            for (at, counted) in counted.iter_mut().enumerate() {
                let p = chunk * CHUNK + at;
                for (block, columns) in &blocks {
                    for (counted, columns) in counted.iter_mut().zip(columns) {
                        let draws = &columns[p].0[..drawer.lanes(*block)];
                        if *block == 0 {
                            counted.place(draws);
                        }
                        for x in draws {
                            counted.count(*x);
                        }
                    }
                }
            }
        });
    }
    Ok(plan.position_of.par_iter().map(|&p| [0, 1, 2].map(|h| counted[p as usize][h].quantiles(drawer.draws))).collect())
}

/// A block's number, and some positions of its columns.
type PartOfBlock<'a> = (usize, PerHazard<&'a mut [Wide]>);

/// Right-hand sides of blocks of draws, by position; once cancelled, nothing that counts.
fn fill(drawer: &Drawer<'_>, shared: &[Shared], blocks: &mut [(usize, PerHazard<Vec<Wide>>)], observer: &dyn Observer) {
    let plan = &drawer.a.plan;
    let mut chunks: Vec<Vec<PartOfBlock<'_>>> = (0..plan.len().div_ceil(CHUNK)).map(|_| Vec::new()).collect();
    for (block, [a, b, c]) in blocks {
        let parts = a.chunks_mut(CHUNK).zip(b.chunks_mut(CHUNK)).zip(c.chunks_mut(CHUNK));
        for (chunk, ((a, b), c)) in chunks.iter_mut().zip(parts) {
            chunk.push((*block, [a, b, c]));
        }
    }
    chunks.into_par_iter().enumerate().for_each_init(
        || (drawer.sources.random(), Weighing::default()),
        |(random, weighing), (chunk, mut parts)| {
            if observer.cancelled() {
                return;
            }
            for at in 0..CHUNK.min(plan.len() - chunk * CHUNK) {
                let p = chunk * CHUNK + at;
                let site = plan.site_at[p] as usize;
                let (key, facts, known) = (site_key(drawer.a, site), drawer.facts(site), drawer.known(site));
                let (v, u, purchase) = (plan.value_added[p], plan.untraced[p], drawer.purchase(site));
                for (block, columns) in &mut parts {
                    let (words, shared) = (random.words(key, *block), &shared[*block]);
                    let q = &shared.untraced[purchase];
                    let out = columns.each_mut().map(|column| &mut column[at]);
                    let stop = Stop { facts: &facts, shared, words: &words, known: None, v, u, q, out };
                    if known.nothing() {
                        dispatch(stop);
                    } else {
                        dispatch(Stop { known: Some((&known, &mut *weighing)), ..stop });
                    }
                }
            }
        },
    );
}

/// What a site adds where the walk stops, (4.2), in each draw: v·θ1 + u·q.
struct Stop<'a> {
    facts: &'a Facts<'a>,
    shared: &'a Shared,
    words: &'a Words,
    /// What more is known.
    known: Option<(&'a Known<'a>, &'a mut Weighing<L>)>,
    v: f64,
    u: f64,
    q: &'a PerHazard<F>,
    out: PerHazard<&'a mut Wide>,
}

impl Kernel for Stop<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let prior = self.facts.prior(self.shared, self.words);
        let prevalence = match self.known {
            Some((known, weighing)) => known.updated(&prior, self.shared, weighing).prevalence,
            None => prior.prevalence,
        };
        for (h, out) in self.out.into_iter().enumerate() {
            for k in 0..L {
                out.0[k] = self.v * prevalence[h][k] + self.u * self.q[h][k];
            }
        }
    }
}
