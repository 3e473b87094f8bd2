//! Quantiles of what lies upstream of every site, (4.6): distinct sites make no linear system, so the sites of a sketch (4.7) are summed
//! in each draw, and scaled to what reach says of the point values.

use rayon::prelude::*;

use super::Drawer;
#[cfg(doc)]
use super::Uncertainty;
use super::lanes::{F, L, ln, map};
use super::presence::{absence, presence};
use super::quantile::{Quantiles, Scratch};
use super::shared::Shared;
use super::site::Drawn;
use crate::error::Result;
use crate::model::Hazard;
use crate::network::kernel::{Kernel, dispatch};
use crate::network::lane::{Lane, Narrow};
use crate::network::reach::Reach;
use crate::network::sketch::Samples;
use crate::observer::Observer;
use crate::risk::update::Updated;
use crate::risk::weighing::Weighing;

/// Blocks of draws at most.
const BLOCKS: usize = 16;
/// Fewer blocks say nothing of a twentieth of the draws.
const LEAST_BLOCKS: usize = 2;
/// Draws of all sites take at most so many bytes.
const MEMORY: usize = 768 << 20;
/// Positions that one thread takes at a time.
const CHUNK: usize = 1024;
/// A certain presence weighs no more than this in −ln(1−P1), as in sketches.
const MOST_SURVIVAL: f64 = 40.0;
const HAZARD: usize = Hazard::ChildLabour as usize;

/// What the draws say of child labour upstream of a site.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReachQuantiles {
    /// π: probability that at least one upstream site (itself included) has child labour.
    pub any_site: Quantiles,
    /// Number of such sites, itself included.
    pub expected_sites: Quantiles,
    /// Children at upstream sites, itself left out.
    pub children: Quantiles,
}

/// What is summed of a site in the draws of a block: −ln(1−P1), P1, E1.
#[derive(Clone, Copy, Default)]
struct Row([Narrow; 3]);

/// How many draws, and their quantiles by site; see [`Uncertainty::reach`].
///
/// Cost: k sites per component and block; memory as [`MEMORY`] says, and k u32 per component.
pub(super) fn pass(drawer: &Drawer<'_>, shared: &[Shared], seed: u64, observer: &dyn Observer) -> Result<(usize, Vec<ReachQuantiles>)> {
    let a = drawer.a;
    let n = a.plan.len();
    let blocks = shared.len().min(BLOCKS).min(MEMORY / (size_of::<Row>() * n.max(1)));
    if a.reach.is_empty() || blocks < LEAST_BLOCKS.min(shared.len()) {
        return Ok((0, Vec::new()));
    }
    let shared = &shared[..blocks];
    // by site, then block: a site's draws lie together
    let mut rows = vec![Row::default(); n * blocks];
    rows.par_chunks_mut(CHUNK * blocks).enumerate().for_each_init(Weighing::default, |weighing, (chunk, rows)| {
        if observer.cancelled() {
            return;
        }
        for (k, rows) in rows.chunks_mut(blocks).enumerate() {
            let site = drawer.site(chunk * CHUNK + k);
            dispatch(Fill { site: &site, shared, rows, weighing: &mut *weighing });
        }
    });
    observer.check()?;
    let samples = Samples::new(&a.plan, &a.updated, seed, &|| observer.cancelled());
    observer.check()?;
    let draws = drawer.draws.min(blocks * L);
    let work = Work { a: drawer.a, rows: &rows, blocks, draws, samples: &samples };
    let mut by_position = vec![ReachQuantiles::default(); n];
    // positions of a component lie together: its sums are found once a chunk
    by_position.par_chunks_mut(CHUNK).enumerate().for_each_init(Memory::default, |memory, (chunk, out)| {
        for (k, out) in out.iter_mut().enumerate() {
            if observer.cancelled() {
                return;
            }
            *out = work.site(chunk * CHUNK + k, memory);
        }
    });
    observer.check()?;
    Ok((draws, a.plan.position_of.iter().map(|&p| by_position[p as usize]).collect()))
}

/// Takes down a site's draws.
struct Fill<'a> {
    site: &'a Drawn<'a>,
    shared: &'a [Shared],
    rows: &'a mut [Row],
    weighing: &'a mut Weighing<L>,
}

impl Kernel for Fill<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        for (block, (row, shared)) in self.rows.iter_mut().zip(self.shared).enumerate() {
            let (present, children) = if self.site.known.nothing() {
                let prior = self.site.prior(shared, block);
                let mut children = [0.0; L];
                for k in 0..L {
                    children[k] = prior.prevalence[HAZARD][k] * prior.workers[k];
                }
                (presence(&absence(&prior, shared))[HAZARD], children)
            } else {
                let after = self.site.updated(shared, block, self.weighing);
                (after.presence[HAZARD], after.expected[HAZARD])
            };
            let survival = map(&present, |p| -ln((1.0 - p).max(f64::MIN_POSITIVE)).max(-MOST_SURVIVAL));
            row.put(&[survival, present, children]);
        }
    }
}

impl Row {
    #[inline(always)]
    fn put(&mut self, values: &[F; 3]) {
        for m in 0..3 {
            for k in 0..L {
                self.0[m].0[k] = values[m][k] as f32;
            }
        }
    }
}

/// −ln(1−P1), P1 and E1 of a state.
fn measures(state: &Updated) -> [f64; 3] {
    [state.survival[HAZARD].min(MOST_SURVIVAL), state.presence[HAZARD], state.expected[HAZARD]]
}

struct Work<'a> {
    a: &'a crate::Assessment<'a>,
    rows: &'a [Row],
    blocks: usize,
    draws: usize,
    samples: &'a Samples,
}

/// What a thread uses again.
#[derive(Default)]
struct Memory {
    component: Option<u32>,
    entries: Vec<(u32, f32)>,
    /// Sums over the sketch in each block.
    sums: Vec<Row>,
    /// The same of the point values.
    base: [f64; 3],
    bits: [Vec<u32>; 3],
    scratch: Scratch,
}

impl Work<'_> {
    fn site(&self, position: usize, memory: &mut Memory) -> ReachQuantiles {
        let component = self.samples.component(position);
        if memory.component != Some(component) {
            memory.component = Some(component);
            self.samples.stand_for(component, &mut memory.entries);
            memory.sums.clear();
            memory.sums.resize(self.blocks, Row::default());
            dispatch(Sum { work: self, entries: &memory.entries, sums: &mut memory.sums });
            memory.base = [0.0; 3];
            for &(site, times) in &memory.entries {
                for (base, own) in memory.base.iter_mut().zip(measures(&self.a.updated[site as usize])) {
                    *base += f64::from(times) * own;
                }
            }
        }
        let site = self.a.plan.site_at[position] as usize;
        let scale = Self::scale(&self.a.reach[site], &self.a.updated[site], &memory.base);
        memory.bits.iter_mut().for_each(Vec::clear);
        let own = &self.rows[site * self.blocks..(site + 1) * self.blocks];
        for (block, (sums, own)) in memory.sums.iter().zip(own).enumerate() {
            for k in 0..L.min(self.draws - block * L) {
                let sum = |m: usize| (scale[m] * sums.0[m].get(k)).max(own.0[m].get(k));
                let values = [-libm::expm1(-sum(0)), sum(1), sum(2) - own.0[2].get(k)];
                for (bits, value) in memory.bits.iter_mut().zip(values) {
                    bits.push((value.max(0.0) as f32).to_bits());
                }
            }
        }
        let [any_site, expected_sites, children] = [0, 1, 2].map(|m| Quantiles::of(&memory.bits[m], &mut memory.scratch));
        ReachQuantiles { any_site, expected_sites, children }
    }

    /// What the sums of a sketch are multiplied by, so that the point values give the reach of the site.
    fn scale(reach: &Reach, state: &Updated, base: &[f64; 3]) -> [f64; 3] {
        let own = measures(state);
        let children: f64 = reach.children[HAZARD].iter().sum();
        let said = [-libm::log1p(-reach.any_site[HAZARD]), reach.expected_sites[HAZARD], children + own[2]];
        let ratio = |m: usize| if base[m] > 0.0 && said[m].is_finite() { said[m] / base[m] } else { 1.0 };
        [ratio(0), ratio(1), ratio(2)]
    }
}

/// Sums the sites of a sketch in every draw.
struct Sum<'a> {
    work: &'a Work<'a>,
    entries: &'a [(u32, f32)],
    sums: &'a mut [Row],
}

impl Kernel for Sum<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        for &(site, times) in self.entries {
            let first = site as usize * self.work.blocks;
            for (sums, row) in self.sums.iter_mut().zip(&self.work.rows[first..first + self.work.blocks]) {
                for (sum, own) in sums.0.iter_mut().zip(&row.0) {
                    sum.add_scaled(f64::from(times), own);
                }
            }
        }
    }
}
