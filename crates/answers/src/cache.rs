//! A few opened runs: the ones that were asked for last.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use crate::error::Result;
use crate::opened::Opened;

/// A run that is open or being opened: who comes meanwhile waits for the one that opens it.
type Slot = Arc<Mutex<Option<Arc<Opened>>>>;

/// Opened runs within a budget of memory. The run asked for last stays, whatever it takes.
#[derive(Debug)]
pub struct Cache {
    most: u64,
    runs: Mutex<LruCache<String, Slot>>,
}

impl Cache {
    /// Keeps runs that take so many bytes together.
    #[must_use]
    pub fn new(most: u64) -> Self {
        Self { most, runs: Mutex::new(LruCache::unbounded()) }
    }

    fn runs(&self) -> std::sync::MutexGuard<'_, LruCache<String, Slot>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The run of that id, opened from its folder if it is not.
    ///
    /// # Errors
    /// The folder cannot be opened; the next who asks tries again.
    pub fn get(&self, id: &str, folder: &Path) -> Result<Arc<Opened>> {
        let slot = self.runs().get_or_insert(id.to_owned(), Slot::default).clone();
        let run = {
            let mut held = slot.lock().unwrap_or_else(PoisonError::into_inner);
            match &*held {
                Some(run) => return Ok(run.clone()),
                None => match Opened::open(folder) {
                    Ok(run) => held.insert(Arc::new(run)).clone(),
                    Err(error) => {
                        drop(held);
                        self.runs().pop(id);
                        return Err(error);
                    }
                },
            }
        };
        self.shrink(id);
        Ok(run)
    }

    /// True when the run is open now.
    #[must_use]
    pub fn is_open(&self, id: &str) -> bool {
        self.runs().peek(id).is_some_and(|slot| slot.try_lock().is_ok_and(|held| held.is_some()))
    }

    /// Runs that are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs().len()
    }

    /// True when none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets a run that is gone.
    pub fn forget(&self, id: &str) {
        self.runs().pop(id);
    }

    /// Lets go of the runs that were asked for longest ago until the others fit.
    fn shrink(&self, keep: &str) {
        let mut runs = self.runs();
        loop {
            // one that is being opened counts once it is open
            let taken: u64 = runs.iter().filter_map(|(_, slot)| Some(slot.try_lock().ok()?.as_ref()?.bytes())).sum();
            if taken <= self.most {
                return;
            }
            let oldest = runs.iter().rev().map(|(id, _)| id.clone()).find(|id| id != keep);
            let Some(oldest) = oldest else { return };
            runs.pop(&oldest);
        }
    }
}
