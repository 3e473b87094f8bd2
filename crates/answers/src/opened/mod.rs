//! A run that stays in memory: its model assessed again, what its tables add, orders and names to look things up by.

mod bits;
mod chain;
mod cursor;
mod filter;
mod item;
mod links;
mod lists;
mod names;
mod order;
mod packed;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lru::LruCache;
use self_cell::self_cell;
use serde_json::Value;
use tierlight_core::model::Hazard;
use tierlight_core::network::paths::heaviest_paths;
use tierlight_core::network::reach::reach;
use tierlight_core::network::throughput::final_buyers;
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::read::FileRows;
use tierlight_data::run::{Columns, Intervals, RunRecord, Saved, columns, load, load_rows, read_record};
use tierlight_data::text::did_you_mean;

pub use chain::{Children, ReachItem};
pub use filter::{SiteFilter, Wanted, hazard};
pub use item::{AgentItem, ByHazard, LinkItem, Quantile, SiteItem};
pub use links::LinkFilter;
pub use lists::{AgentFilter, Page};
pub use names::Hit;
pub use order::SortBy;

use crate::Sources;
use crate::error::{Error, Result};
use crate::explain::explain;
use crate::trace::{paths_json, trace, trace_json};
use bits::Bits;
use links::BySupplier;
use names::Names;
use order::Orders;
use packed::Packed;

self_cell! {
    struct Assessed {
        owner: Saved,
        #[covariant]
        dependent: Assessment,
    }
}

/// Sites that are named where one is not found.
const NEAR: usize = 3;
/// Filters of one run whose rows are kept, a bit a site: who pages on finds them again.
const FILTERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(31);

/// An opened run. Every answer is that of the command line on the same folder.
pub struct Opened {
    folder: PathBuf,
    assessed: Assessed,
    record: RunRecord,
    columns: Columns,
    packed: Packed,
    finals: Vec<u32>,
    rows: OnceLock<FileRows>,
    names: OnceLock<Names>,
    by_supplier: OnceLock<BySupplier>,
    orders: Orders,
    wanted: Mutex<LruCache<String, Arc<Bits>>>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Opened {
    /// Opens a run folder: reads the model, assesses it, reads what its tables add.
    ///
    /// # Errors
    /// Not a run folder, one of another version, or one that cannot be read.
    pub fn open(folder: &Path) -> Result<Self> {
        let saved = load(folder)?;
        let record = read_record(folder)?;
        let columns = columns(folder, saved.network.sites().len())?;
        // what lies upstream is in the tables; of one buyer it is counted when asked
        let options = Options { reach: ReachBy::Nothing, ..Options::default() };
        let assessed = Assessed::try_new(saved, |saved| assess(&saved.network, &saved.parameters, &options, &Silent))?;
        let a = assessed.borrow_dependent();
        let finals: Vec<u32> = final_buyers(&a.plan).into_iter().map(|row| row as u32).collect();
        let packed = Packed::new(a, &finals);
        let opened = Self {
            folder: folder.to_owned(),
            record,
            columns,
            packed,
            finals,
            rows: OnceLock::new(),
            names: OnceLock::new(),
            by_supplier: OnceLock::new(),
            orders: Orders::default(),
            wanted: Mutex::new(LruCache::new(FILTERS)),
            assessed,
        };
        opened.warm();
        Ok(opened)
    }

    /// Makes what nearly every reader asks for first.
    fn warm(&self) {
        self.names();
        for sort in [SortBy::default(), SortBy::presence()] {
            self.orders.get(self, sort);
        }
    }

    /// The assessment.
    #[must_use]
    pub fn assessment(&self) -> &Assessment<'_> {
        self.assessed.borrow_dependent()
    }

    /// The record of the run.
    #[must_use]
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// Memory that it takes, bytes: an estimate from the sizes of its tables.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let network = self.assessment().network;
        let drawn = self.columns.drawn.len() * size_of::<tierlight_data::run::DrawnSite>();
        let upstream = self.columns.upstream.len() * size_of::<Option<tierlight_data::run::Upstream>>();
        // sites: model, state, exposure, orders and names of each; links: both ways in the plan, and as stated
        (network.sites().len() * 1_400 + network.links().len() * 140 + network.evidence().len() * 400 + drawn + upstream) as u64
    }

    /// Row of a site by id or name.
    ///
    /// # Errors
    /// No site is called so, or several are.
    pub fn find(&self, wanted: &str) -> Result<usize> {
        let network = self.assessment().network;
        if let Some(row) = network.find_site(wanted) {
            return Ok(row);
        }
        // by the names that are prepared: looking at each anew takes seconds in a large run
        let named = self.names().called(wanted);
        match named.as_slice() {
            [one] => Ok(*one as usize),
            [] => {
                let near = self.search(wanted, NEAR);
                let shown: Vec<String> = near.iter().map(|hit| format!("{} ({})", hit.name, hit.site_id)).collect();
                let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
                Err(Error::NoSite { wanted: wanted.to_owned(), hint: did_you_mean(&shown) })
            }
            many => Err(Error::many_sites(wanted, many.len(), many.iter().map(|row| network.site_id(*row as usize)))),
        }
    }

    /// Id of the site of a row.
    #[must_use]
    pub fn site_id(&self, row: usize) -> &str {
        self.assessment().network.site_id(row)
    }

    /// What the draws say of a site.
    fn intervals(&self, row: usize) -> Option<&Intervals> {
        self.columns.drawn.get(row).map(|d| &d.intervals)
    }

    /// Why a site scores as it does; with every number's source on request.
    ///
    /// # Errors
    /// The rows of the input cannot be read.
    pub fn explain(&self, row: usize, sources: bool) -> Result<Value> {
        let a = self.assessment();
        let mut out = explain(a, row, self.intervals(row));
        if sources {
            let rows = if let Some(rows) = self.rows.get() {
                rows
            } else {
                let rows = load_rows(&self.folder)?;
                self.rows.get_or_init(|| rows)
            };
            Sources::new(a, row, rows).add_to(&mut out);
        }
        Ok(out)
    }

    /// Where a buyer's linked share comes from, with so many paths, contributions and dark places.
    #[must_use]
    pub fn trace(&self, buyer: usize, hazard: Hazard, paths: usize, most: usize) -> Value {
        let a = self.assessment();
        trace_json(a, &trace(a, buyer, hazard, paths, self.intervals(buyer).copied()), most)
    }

    /// Heaviest paths up a buyer's chain.
    #[must_use]
    pub fn paths(&self, buyer: usize, hazard: Hazard, paths: usize) -> Value {
        let a = self.assessment();
        paths_json(a, &heaviest_paths(&a.plan, &a.updated, &a.exposure, buyer, hazard, paths), hazard)
    }

    /// What lies upstream of a buyer, counted by search.
    #[must_use]
    pub fn reach(&self, buyer: usize) -> ReachItem {
        let a = self.assessment();
        ReachItem::new(a.network.site_id(buyer), &reach(&a.plan, &a.updated, buyer), self.intervals(buyer))
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::new(self.assessment().network))
    }

    /// Rows that a filter wants; `None` is all.
    fn wanted(&self, filter: &Wanted) -> Option<Arc<Bits>> {
        let (kept, key) = (|| self.wanted.lock().unwrap_or_else(PoisonError::into_inner), filter.tag());
        if let Some(rows) = kept().get(&key) {
            return Some(rows.clone());
        }
        // made without the lock: others go on reading
        let rows = Arc::new(filter.rows(self)?);
        kept().put(key, rows.clone());
        Some(rows)
    }
}
