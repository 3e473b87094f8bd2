//! Quantiles of the linked share: blocks of draws through the plan, counted in bins.

use rayon::prelude::*;

use super::Drawer;
use super::lanes::{F, L};
use super::quantile::Quantiles;
use super::shared::Shared;
use super::site::Drawn;
use crate::error::{Error, Result};
use crate::model::PerHazard;
use crate::network::kernel::{Kernel, dispatch};
use crate::network::lane::Narrow;
use crate::network::solve::solve_forward;
use crate::observer::Observer;
use crate::risk::weighing::Weighing;

/// Bins of a site and hazard.
const BINS: i32 = 64;
/// Bits of the odds that name a bin: eight bins to a doubling.
const BIN_SHIFT: u32 = 20;
/// Positions that one thread takes at a time.
const CHUNK: usize = 4096;
/// Blocks solved side by side hold at most so many bytes, but at least one.
const SIDE_BY_SIDE: usize = 768 << 20;
/// Blocks solved side by side at most.
const BLOCKS: usize = 16;

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
    fn bin(share: f32) -> i32 {
        let odds = share / (1.0 - share).max(f32::MIN_POSITIVE);
        (odds.to_bits() >> BIN_SHIFT).cast_signed()
    }

    /// Lower end of a bin, a share.
    fn end(bin: i32) -> f64 {
        let odds = f64::from(f32::from_bits(bin.max(0).cast_unsigned() << BIN_SHIFT));
        odds / (1.0 + odds)
    }

    /// Bins lie around the median of the first draws.
    fn place(&mut self, first: &[f32]) {
        let mut bins: Vec<i32> = first.iter().map(|x| Self::bin(*x)).collect();
        bins.sort_unstable();
        self.first = bins[bins.len() / 2] - BINS / 2;
    }

    /// Counts the draws of a block, so many of them.
    #[inline(always)]
    fn count(&mut self, shares: &[f32; L], lanes: usize) {
        let (mut odds, mut at) = ([0.0; L], [0; L]);
        for k in 0..L {
            odds[k] = shares[k] / (1.0 - shares[k]).max(f32::MIN_POSITIVE);
        }
        for k in 0..L {
            at[k] = ((odds[k].to_bits() >> BIN_SHIFT).cast_signed() - self.first).clamp(0, BINS - 1);
        }
        for k in 0..lanes {
            self.sum += f64::from(shares[k]);
            self.counts[at[k] as usize] += 1;
        }
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
    let mut counted = vec![[Counted::EMPTY, Counted::EMPTY, Counted::EMPTY]; plan.len()];
    let lanes = |block: usize| drawer.lanes(block);
    solve_blocks(drawer, shared, observer, |blocks| {
        // draws are taken in by their number, whatever was solved side by side
        counted.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, counted)| {
            dispatch(TakeIn { counted, first: chunk * CHUNK, blocks, lanes: &lanes });
        });
    })?;
    Ok(plan.position_of.par_iter().map(|&p| [0, 1, 2].map(|h| counted[p as usize][h].quantiles(drawer.draws))).collect())
}

/// A block's number, and the linked share of every hazard by position.
pub(super) type Block = (usize, PerHazard<Vec<Narrow>>);

/// Draws of some sites' linked shares, by site and hazard.
pub(super) fn linked_of(
    drawer: &Drawer<'_>,
    shared: &[Shared],
    sites: &[usize],
    observer: &dyn Observer,
) -> Result<Vec<PerHazard<Vec<f32>>>> {
    let mut out = vec![PerHazard::<Vec<f32>>::default(); sites.len()];
    solve_blocks(drawer, shared, observer, |blocks| {
        for (block, columns) in blocks {
            let lanes = drawer.lanes(*block);
            for (&site, out) in sites.iter().zip(&mut out) {
                let position = drawer.a.plan.position_of[site] as usize;
                for (out, column) in out.iter_mut().zip(columns) {
                    out.extend_from_slice(&column[position].0[..lanes]);
                }
            }
        }
    })?;
    Ok(out)
}

/// Solves all blocks, some side by side, and gives them to `take` in their order.
fn solve_blocks(drawer: &Drawer<'_>, shared: &[Shared], observer: &dyn Observer, mut take: impl FnMut(&[Block])) -> Result<()> {
    let plan = &drawer.a.plan;
    let n = plan.len();
    let at_once = (SIDE_BY_SIDE / (3 * size_of::<Narrow>() * n.max(1))).clamp(1, BLOCKS);
    let mut blocks: Vec<Block> = Vec::new();
    for start in (0..shared.len()).step_by(at_once) {
        if observer.cancelled() {
            return Err(Error::Cancelled);
        }
        observer.progress(start, shared.len());
        let end = shared.len().min(start + at_once);
        // the same memory for every round
        blocks.resize_with(end - start, || (0, [0, 1, 2].map(|_| vec![Narrow::default(); n])));
        blocks.iter_mut().zip(start..end).for_each(|(block, number)| block.0 = number);
        fill(drawer, shared, &mut blocks, observer);
        observer.check()?;
        blocks.par_iter_mut().flat_map(|(_, columns)| columns.par_iter_mut()).for_each(|columns| solve_forward(plan, columns));
        observer.check()?;
        take(&blocks);
    }
    Ok(())
}

/// Counts what blocks found at some positions.
struct TakeIn<'a, F> {
    counted: &'a mut [PerHazard<Counted>],
    first: usize,
    blocks: &'a [Block],
    lanes: &'a F,
}

impl<F: Fn(usize) -> usize> Kernel for TakeIn<'_, F> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        for (at, counted) in self.counted.iter_mut().enumerate() {
            for (block, columns) in self.blocks {
                let lanes = (self.lanes)(*block);
                for (counted, columns) in counted.iter_mut().zip(columns) {
                    let shares = &columns[self.first + at].0;
                    if *block == 0 {
                        counted.place(&shares[..lanes]);
                    }
                    counted.count(shares, lanes);
                }
            }
        }
    }
}

/// A block's number, and some positions of its columns.
type PartOfBlock<'a> = (usize, PerHazard<&'a mut [Narrow]>);

/// Right-hand sides of blocks of draws, by position; once cancelled, nothing that counts.
fn fill(drawer: &Drawer<'_>, shared: &[Shared], blocks: &mut [Block], observer: &dyn Observer) {
    let plan = &drawer.a.plan;
    let mut chunks: Vec<Vec<PartOfBlock<'_>>> = (0..plan.len().div_ceil(CHUNK)).map(|_| Vec::new()).collect();
    for (block, [a, b, c]) in blocks {
        let parts = a.chunks_mut(CHUNK).zip(b.chunks_mut(CHUNK)).zip(c.chunks_mut(CHUNK));
        for (chunk, ((a, b), c)) in chunks.iter_mut().zip(parts) {
            chunk.push((*block, [a, b, c]));
        }
    }
    chunks.into_par_iter().enumerate().for_each_init(Weighing::default, |weighing, (chunk, mut parts)| {
        if observer.cancelled() {
            return;
        }
        for at in 0..CHUNK.min(plan.len() - chunk * CHUNK) {
            let p = chunk * CHUNK + at;
            let site = plan.site_at[p] as usize;
            let drawn = drawer.site(site);
            let (v, u) = (plan.value_added[p], plan.untraced[p]);
            let stop = Stop { site: &drawn, shared, v, u, purchase: drawer.purchases[site] as usize, at, parts: &mut parts };
            if drawn.known.nothing() {
                dispatch(stop);
            } else {
                dispatch(StopSeen { stop, weighing: &mut *weighing });
            }
        }
    });
}

/// What a site of which nothing more is known adds where the walk stops, (4.2), in each draw of some blocks: v·θ1 + u·q.
struct Stop<'a, 'b> {
    site: &'a Drawn<'a>,
    shared: &'a [Shared],
    v: f64,
    u: f64,
    /// Kind of its untraced purchases.
    purchase: usize,
    /// Its place in the parts.
    at: usize,
    parts: &'a mut [PartOfBlock<'b>],
}

impl Kernel for Stop<'_, '_> {
    type Out = ();

    // loops, not closures: those are compiled apart and lose the wide instructions
    #[inline(always)]
    fn run(mut self) {
        for part in 0..self.parts.len() {
            let block = self.parts[part].0;
            let prior = self.site.prior(&self.shared[block], block);
            self.put(part, &prior.prevalence);
        }
    }
}

impl Stop<'_, '_> {
    #[inline(always)]
    fn put(&mut self, part: usize, prevalence: &PerHazard<F>) {
        let (block, columns) = &mut self.parts[part];
        let shared = &self.shared[*block];
        let q = &shared.untraced[self.purchase];
        if let Some(moved) = &self.site.moved {
            let scale = moved.scale(shared, *block);
            for ((column, prevalence), q) in columns.iter_mut().zip(prevalence).zip(q) {
                for k in 0..L {
                    column[self.at].0[k] = (self.v * scale[k] * prevalence[k] + self.u * q[k]) as f32;
                }
            }
            return;
        }
        for ((column, prevalence), q) in columns.iter_mut().zip(prevalence).zip(q) {
            let out = &mut column[self.at].0;
            for k in 0..L {
                out[k] = (self.v * prevalence[k] + self.u * q[k]) as f32;
            }
        }
    }
}

/// [`Stop`] of a site with evidence, or with agents that have a record.
struct StopSeen<'a, 'b> {
    stop: Stop<'a, 'b>,
    weighing: &'a mut Weighing<L>,
}

impl Kernel for StopSeen<'_, '_> {
    type Out = ();

    #[inline(always)]
    fn run(mut self) {
        for part in 0..self.stop.parts.len() {
            let block = self.stop.parts[part].0;
            let after = self.stop.site.updated(&self.stop.shared[block], block, self.weighing);
            self.stop.put(part, &after.prevalence);
        }
    }
}
