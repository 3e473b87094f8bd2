//! Uniting the sketches of suppliers, level by level.

use rayon::prelude::*;

use super::super::plan::Plan;
use super::ENTRIES;
use super::condense::Condensed;
use super::estimate::{Sums, estimate};
use super::rank::Ranked;
use crate::risk::update::Updated;

/// Components united by one task; levels smaller than this are united in turn.
const TASK: usize = 512;
/// Small levels are gathered up to so many components before their sums are estimated in parallel.
const GATHERED: usize = 8 * TASK;
/// Sketches shorter than this are gathered and sorted, longer ones merged.
const SHORT: usize = 32;

/// So many sketches of suppliers are united together.
const AT_ONCE: usize = 64;

/// Sketches made by one task.
#[derive(Default)]
struct Batch {
    entries: Vec<u32>,
    /// Where each sketch ends.
    ends: Vec<u32>,
    sums: Vec<Sums>,
    /// Last level that reads the entries.
    last_use: u32,
}

impl Batch {
    fn push(&mut self, number: u32, sketch: &[u32]) -> Id {
        let id = Id { batch: number, index: self.ends.len() as u32, start: self.entries.len() as u32, len: sketch.len() as u32 };
        self.entries.extend_from_slice(sketch);
        self.ends.push(self.entries.len() as u32);
        id
    }

    fn get(&self, id: Id) -> &[u32] {
        &self.entries[id.start as usize..(id.start + id.len) as usize]
    }

    /// Estimates the sums of all sketches.
    fn sum(&mut self, updated: &[Updated], ranked: &Ranked) {
        let sums = self.ends.par_iter().enumerate().map(|(k, &end)| {
            let start = if k == 0 { 0 } else { self.ends[k - 1] };
            estimate(updated, ranked, &self.entries[start as usize..end as usize])
        });
        self.sums = sums.collect();
    }
}

/// Where a sketch is: components that hold the same entries share one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Id {
    /// Batch, or [`ALONE`].
    batch: u32,
    /// Number in the batch; of a site alone its place.
    index: u32,
    start: u32,
    len: u32,
}

/// A single site without suppliers: it needs no sketch.
const ALONE: u32 = u32::MAX;

/// Sketches of all components.
pub(super) struct Sketches {
    batches: Vec<Batch>,
    of: Vec<Id>,
}

impl Sketches {
    /// Unites level by level: large levels in parallel, runs of small ones in turn. Once `stopped`, no further level. Entries that no
    /// buyer reads any more are given up unless they are to be kept.
    pub(super) fn new(
        plan: &Plan,
        updated: &[Updated],
        condensed: &Condensed,
        ranked: &Ranked,
        keep: bool,
        stopped: &(dyn Fn() -> bool + Sync),
    ) -> Self {
        let mut own = Self { batches: Vec::new(), of: vec![Id::default(); condensed.by_level.len()] };
        let work = Work { plan, condensed, ranked };
        let mut alive = Vec::new();
        let levels = condensed.level_first.len() - 1;
        let mut level = 0;
        while level < levels && !stopped() {
            let start = condensed.level_first[level] as usize;
            let mut end = condensed.level_first[level + 1] as usize;
            level += 1;
            let before = own.batches.len() as u32;
            if end - start >= TASK {
                let components = &condensed.by_level[start..end];
                let made: Vec<(Batch, Vec<Id>)> = components
                    .par_chunks(TASK)
                    .enumerate()
                    .map(|(k, task)| {
                        let (mut batch, mut ids, mut lists) = (Batch::default(), Vec::with_capacity(task.len()), Lists::default());
                        for &c in task.iter().take_while(|_| !stopped()) {
                            ids.push(work.unite(&own, &mut batch, before + k as u32, c, &mut lists));
                        }
                        batch.sum(updated, ranked);
                        (batch, ids)
                    })
                    .collect();
                for ((batch, ids), task) in made.into_iter().zip(components.chunks(TASK)) {
                    own.batches.push(batch);
                    for (&c, id) in task.iter().zip(ids) {
                        own.of[c as usize] = id;
                    }
                }
            } else {
                while level < levels {
                    let next = condensed.level_first[level + 1] as usize;
                    if next - end >= TASK || next - start > GATHERED {
                        break;
                    }
                    end = next;
                    level += 1;
                }
                let (mut batch, mut lists) = (Batch::default(), Lists::default());
                for &c in &condensed.by_level[start..end] {
                    own.of[c as usize] = work.unite(&own, &mut batch, before, c, &mut lists);
                }
                batch.sum(updated, ranked);
                own.batches.push(batch);
            }
            for &c in &condensed.by_level[start..end] {
                if let Some(batch) = own.batches.get_mut(own.of[c as usize].batch as usize) {
                    batch.last_use = batch.last_use.max(condensed.last_use[c as usize]);
                }
            }
            alive.extend(before..own.batches.len() as u32);
            alive.retain(|&b| {
                let batch = &mut own.batches[b as usize];
                let used = batch.last_use as usize >= level;
                if !used && !keep {
                    batch.entries = Vec::new();
                }
                used
            });
        }
        own
    }

    /// Sums over a component and all upstream of it; `None` for a site alone.
    pub(super) fn sums(&self, component: u32) -> Option<&Sums> {
        let id = self.of[component as usize];
        self.batches.get(id.batch as usize).map(|batch| &batch.sums[id.index as usize])
    }

    /// Places that a component's sketch holds, where they were kept.
    pub(super) fn entries(&self, component: u32) -> &[u32] {
        let id = &self.of[component as usize];
        self.batches.get(id.batch as usize).map_or(std::slice::from_ref(&id.index), |batch| batch.get(*id))
    }
}

/// Lists that are used again for every component.
#[derive(Default)]
struct Lists {
    suppliers: Vec<Id>,
    loose: Vec<u32>,
    full: Vec<Full>,
    current: Vec<u32>,
    merged: Vec<u32>,
}

struct Work<'a> {
    plan: &'a Plan,
    condensed: &'a Condensed,
    ranked: &'a Ranked,
}

impl Work<'_> {
    /// The sketch of a component: that of a supplier when nothing else enters it, else a new one in `batch`, whose number is `number`.
    fn unite(&self, done: &Sketches, batch: &mut Batch, number: u32, component: u32, lists: &mut Lists) -> Id {
        let Lists { suppliers, loose, full, current, merged } = lists;
        let members = self.condensed.members(component);
        suppliers.clear();
        loose.clear();
        for &p in members {
            loose.push(self.ranked.place[p as usize]);
            for &s in self.plan.suppliers.neighbours(p as usize) {
                let other = self.condensed.of[s as usize];
                let id = done.of[other as usize];
                if id.batch == ALONE {
                    loose.push(id.index);
                } else if other != component {
                    suppliers.push(id);
                }
            }
        }
        if loose.len() == 1 && suppliers.is_empty() {
            return Id { batch: ALONE, index: loose[0], start: 0, len: 1 };
        }
        suppliers.sort_unstable();
        suppliers.dedup();
        let sketch = |id: Id| if id.batch == number { batch.get(id) } else { done.batches[id.batch as usize].get(id) };
        // the full sketch with the smallest last rank bounds what can still enter
        let lasts = suppliers.iter().filter(|id| id.len as usize == ENTRIES).map(|&id| (sketch(id)[ENTRIES - 1], id));
        let base = lasts.min();
        let mut bound = base.map_or(u32::MAX, |(bound, _)| bound);
        loose.retain(|&r| r <= bound);
        full.clear();
        for &id in suppliers.iter() {
            if let Ok(other) = <&Full>::try_from(sketch(id))
                && other[0] <= bound
            {
                full.push(*other);
            }
            if full.len() == AT_ONCE {
                reduce(full);
                bound = full[0][ENTRIES - 1];
            }
        }
        reduce(full);
        current.clear();
        current.extend(full.iter().flatten());
        for &id in suppliers.iter().filter(|id| (id.len as usize) < ENTRIES) {
            let other = sketch(id);
            if other.len() < SHORT {
                loose.extend(other.iter().copied().filter(|&r| r <= bound));
            } else if other[0] <= bound {
                merge(current, other, merged);
                std::mem::swap(current, merged);
            }
        }
        if !loose.is_empty() {
            loose.sort_unstable();
            loose.dedup();
            loose.truncate(ENTRIES);
            if current.is_empty() {
                std::mem::swap(current, loose);
            } else {
                merge(current, loose, merged);
                std::mem::swap(current, merged);
            }
        }
        match base {
            Some((_, id)) if sketch(id) == current.as_slice() => id,
            _ => batch.push(number, current),
        }
    }
}

/// A sketch that has all its entries.
type Full = [u32; ENTRIES];

/// Unites full sketches into the first, pair by pair.
fn reduce(lists: &mut Vec<Full>) {
    while lists.len() > 1 {
        let pairs = lists.len() / 2;
        for pair in (0..pairs).step_by(2) {
            let at = 2 * pair;
            if pair + 1 < pairs {
                let merged = merge_full([[&lists[at], &lists[at + 1]], [&lists[at + 2], &lists[at + 3]]]);
                lists[pair..pair + 2].copy_from_slice(&merged);
            } else {
                let [merged] = merge_full([[&lists[at], &lists[at + 1]]]);
                lists[pair] = merged;
            }
        }
        let odd = lists.len() % 2;
        lists.copy_within(2 * pairs.., pairs);
        lists.truncate(pairs + odd);
    }
}

/// The k smallest of N pairs of full sketches, each once. A step waits for the one before it: pairs side by side wait together.
fn merge_full<const N: usize>(pairs: [[&Full; 2]; N]) -> [Full; N] {
    let mut out = [[0; ENTRIES]; N];
    let mut next = [[0; 2]; N];
    for slot in 0..ENTRIES {
        for (([a, b], [i, j]), out) in pairs.iter().zip(&mut next).zip(&mut out) {
            // neither ends before the k smallest are found
            let (x, y) = (a[*i], b[*j]);
            out[slot] = x.min(y);
            *i += usize::from(x <= y);
            *j += usize::from(y <= x);
        }
    }
    out
}

/// Puts the k smallest of two ascending lists into `out`, each once.
fn merge(a: &[u32], b: &[u32], out: &mut Vec<u32>) {
    out.clear();
    let (mut i, mut j) = (0, 0);
    while out.len() < ENTRIES {
        let next = match (a.get(i), b.get(j)) {
            (Some(&x), Some(&y)) => {
                i += usize::from(x <= y);
                j += usize::from(y <= x);
                x.min(y)
            }
            (Some(&x), None) => {
                i += 1;
                x
            }
            (None, Some(&y)) => {
                j += 1;
                y
            }
            (None, None) => break,
        };
        out.push(next);
    }
}
