//! Orders of sites: by a column, then by row, so that every order is total.

use std::cmp::Ordering;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use rayon::prelude::*;
use tierlight_core::model::{HAZARDS, Hazard};

use super::Opened;
use super::bits::Bits;
use crate::error::{Error, Result};

/// Columns that sites are put in order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Id,
    Name,
    PriorityRank,
    Severity,
    RecordedClass,
    Workers,
    TracedShare,
    MeanTier,
    Tier,
    Throughput,
    SubcontractingDepth,
    TopProbability,
    AnySiteProbability,
    ExpectedSites,
    UpstreamChildren,
    Prevalence,
    Presence,
    ExpectedChildren,
    LinkedShare,
    LinkedShareTraced,
    LinkedShareUntraced,
    LinkedLabourShare,
}

/// Names of the columns.
const KEYS: [(&str, Key); 22] = [
    ("site_id", Key::Id),
    ("name", Key::Name),
    ("priority_rank", Key::PriorityRank),
    ("severity", Key::Severity),
    ("recorded_class", Key::RecordedClass),
    ("workers", Key::Workers),
    ("traced_share", Key::TracedShare),
    ("mean_tier", Key::MeanTier),
    ("tier", Key::Tier),
    ("throughput", Key::Throughput),
    ("subcontracting_depth", Key::SubcontractingDepth),
    ("top_probability", Key::TopProbability),
    ("any_site_probability", Key::AnySiteProbability),
    ("expected_sites", Key::ExpectedSites),
    ("upstream_children", Key::UpstreamChildren),
    ("prevalence", Key::Prevalence),
    ("presence", Key::Presence),
    ("expected_children", Key::ExpectedChildren),
    ("linked_share", Key::LinkedShare),
    ("linked_share_traced", Key::LinkedShareTraced),
    ("linked_share_untraced", Key::LinkedShareUntraced),
    ("linked_labour_share", Key::LinkedLabourShare),
];

/// An order of sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SortBy {
    key: Key,
    hazard: Hazard,
    down: bool,
}

impl Default for SortBy {
    fn default() -> Self {
        Self { key: Key::PriorityRank, hazard: HAZARDS[0], down: false }
    }
}

impl SortBy {
    /// Highest presence of child labour first.
    pub(super) fn presence() -> Self {
        Self { key: Key::Presence, hazard: HAZARDS[0], down: true }
    }

    /// Highest linked share first: what buyers are listed by.
    #[must_use]
    pub fn linked_share(hazard: Hazard) -> Self {
        Self { key: Key::LinkedShare, hazard, down: true }
    }

    /// From a column's name, with `-` in front for the highest first; columns of scores are those of the hazard.
    ///
    /// # Errors
    /// Not the name of a column to sort by.
    pub fn parse(text: &str, hazard: Hazard) -> Result<Self> {
        let (name, down) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        if let Some((_, key)) = KEYS.iter().find(|(known, _)| *known == name) {
            return Ok(Self { key: *key, hazard, down });
        }
        let names: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
        Err(Error::asked("sort", text, format!("one of {}, with - in front for the highest first", names.join(", "))))
    }

    /// Text that tells orders apart.
    pub(super) fn tag(self) -> String {
        let name = KEYS.iter().find(|(_, key)| *key == self.key).map_or("", |(name, _)| name);
        format!("{}{name}/{}", if self.down { "-" } else { "" }, self.hazard.slug())
    }

    /// Value of a number's column; unknown comes last in either direction.
    fn number(self, run: &Opened, row: usize) -> Option<f64> {
        let a = run.assessment();
        let h = self.hazard.index();
        let upstream = || run.columns.upstream.get(row).copied().flatten();
        Some(match self.key {
            Key::Id | Key::Name => return None,
            Key::PriorityRank => f64::from(a.priority[row].rank),
            Key::Severity => a.priority[row].severity,
            Key::RecordedClass => f64::from(a.priority[row].class.number()),
            Key::Workers => a.updated[row].workers,
            Key::TracedShare => a.exposure[row].traced_share,
            Key::MeanTier => a.exposure[row].mean_tier,
            Key::Tier => f64::from(Some(run.packed.tier[row]).filter(|t| *t != super::packed::NO_TIER)?),
            Key::Throughput => a.throughput[row],
            Key::SubcontractingDepth => f64::from(a.model.depth()[row]?),
            Key::TopProbability => f64::from(run.columns.drawn.get(row)?.top),
            Key::AnySiteProbability => upstream()?.any_site_probability,
            Key::ExpectedSites => upstream()?.expected_sites,
            Key::UpstreamChildren => upstream()?.girls + upstream()?.boys,
            Key::Prevalence => a.updated[row].prevalence[h],
            Key::Presence => a.updated[row].presence[h],
            Key::ExpectedChildren => a.updated[row].expected[h],
            Key::LinkedShare => a.exposure[row].linked(h),
            Key::LinkedShareTraced => a.exposure[row].linked_traced(h),
            Key::LinkedShareUntraced => a.exposure[row].linked_untraced(h),
            Key::LinkedLabourShare => a.exposure[row].labour[h],
        })
    }

    /// All rows in this order.
    fn rows(self, run: &Opened) -> Vec<u32> {
        let n = run.assessment().network.sites().len();
        let mut rows: Vec<u32> = (0..n as u32).collect();
        match self.key {
            // rows are in the order of ids
            Key::Id if self.down => rows.reverse(),
            Key::Id => {}
            Key::Name => {
                let names = run.names();
                let compare = |x: &u32, y: &u32| names.key(*x as usize).cmp(names.key(*y as usize));
                rows.par_sort_by(|x, y| if self.down { compare(y, x) } else { compare(x, y) });
            }
            _ => {
                let values: Vec<Option<f64>> = (0..n).into_par_iter().map(|row| self.number(run, row)).collect();
                rows.par_sort_by(|&x, &y| self.compare(values[x as usize], values[y as usize]));
            }
        }
        rows
    }

    fn compare(self, x: Option<f64>, y: Option<f64>) -> Ordering {
        match (x, y) {
            (Some(x), Some(y)) if self.down => y.total_cmp(&x),
            (Some(x), Some(y)) => x.total_cmp(&y),
            (x, y) => y.is_some().cmp(&x.is_some()),
        }
    }
}

/// Orders that are kept: 4 bytes a site each.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(23);

/// An order, and the place of each row in it.
#[derive(Debug)]
pub(super) struct Ranking {
    pub(super) rows: Arc<[u32]>,
    /// By row.
    pub(super) place: Vec<u32>,
}

/// Rows out of so many that are sought out one by one rather than met on the way.
const FEW: usize = 64;

impl Ranking {
    /// The first rows of a set of so many, from a place on.
    pub(super) fn first(&self, from: usize, set: &Bits, count: usize, most: usize) -> Vec<u32> {
        let place = |row: &u32| self.place[*row as usize];
        if count.saturating_mul(FEW) >= self.rows.len() {
            let rest = self.rows.get(from..).unwrap_or_default();
            return rest.iter().copied().filter(|row| set.has(*row)).take(most).collect();
        }
        let mut rows: Vec<u32> = set.rows().filter(|row| place(row) as usize >= from).collect();
        if rows.len() > most {
            rows.select_nth_unstable_by_key(most, place);
            rows.truncate(most);
        }
        rows.sort_unstable_by_key(place);
        rows
    }
}

/// Orders of one run, made when first asked for.
pub(super) struct Orders(Mutex<LruCache<SortBy, Arc<Ranking>>>);

impl Default for Orders {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Orders {
    pub(super) fn get(&self, run: &Opened, sort: SortBy) -> Arc<Ranking> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(order) = kept().get(&sort) {
            return order.clone();
        }
        let rows: Arc<[u32]> = sort.rows(run).into();
        let mut place = vec![0u32; rows.len()];
        for (at, &row) in rows.iter().enumerate() {
            place[row as usize] = at as u32;
        }
        let order = Arc::new(Ranking { rows, place });
        kept().put(sort, order.clone());
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_rows_are_found_in_order() {
        let n = 1_000u32;
        // 7 is prime to 1,000: every row once
        let rows: Arc<[u32]> = (0..n).map(|k| 7 * k % n).collect();
        let mut place = vec![0; n as usize];
        rows.iter().zip(0..).for_each(|(&row, at)| place[row as usize] = at);
        let order = Ranking { rows, place };
        for every in [1, 3, 100, 500] {
            let set = Bits::listed(n as usize, (0..n).filter(|row| row % every == 0));
            for (from, most) in [(0, 5), (0, 1_000), (400, 4), (999, 3), (1_000, 3), (4_000, 1)] {
                let expected: Vec<u32> = order.rows.iter().copied().skip(from).filter(|row| row % every == 0).take(most).collect();
                assert_eq!(order.first(from, &set, set.count(), most), expected, "{every} {from} {most}");
            }
        }
    }
}
