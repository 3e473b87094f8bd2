//! What all handlers share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tierlight_answers::cache::Cache;
use tierlight_store::{OrganisationId, QueueLimits, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::access::Rates;
use crate::access::oidc::Provider;
use crate::audit::Log;
use crate::config::Config;
use crate::layered::Layered;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::problem::table::{BUSY, Kind, TOO_MANY_STREAMS, TOO_MANY_UPLOADS};

/// What all handlers share. Cheap to clone behind its `Arc`.
#[derive(Debug)]
pub struct State {
    /// Rows and files.
    pub store: Store,
    /// Settings.
    pub config: Config,
    /// Opened runs.
    pub runs: Cache,
    /// Who did what.
    pub log: Log,
    /// Requests by principal and address.
    pub rates: Rates,
    /// Uploads under way.
    pub uploads: Places,
    /// Event streams that are open.
    pub streams: Places,
    /// Questions about runs that wait or are being answered.
    pub questions: Arc<Semaphore>,
    /// Questions that are being answered: more at a time than there are cores make all of them late.
    pub answering: Arc<Semaphore>,
    /// Runs that are being opened.
    pub opening: Arc<Semaphore>,
    /// Packs of users that are looked at.
    pub layered: Layered,
    /// Signing in at an identity provider.
    pub provider: Option<Provider>,
    /// True once the service stops: streams end, nothing new is begun.
    pub stopping: watch::Sender<bool>,
    /// URL under which browsers reach it.
    pub url: String,
}

impl State {
    /// Shared things of a service; within a runtime.
    #[must_use]
    pub fn new(store: Store, config: Config, url: String, provider: Option<Provider>) -> Self {
        let limits = &config.limits;
        Self {
            log: Log::begin(store.clone()),
            runs: Cache::new(limits.opened_bytes),
            rates: Rates::new(limits),
            uploads: Places::new(limits.uploads, TOO_MANY_UPLOADS, "uploads"),
            streams: Places::new(limits.event_streams, TOO_MANY_STREAMS, "event streams"),
            questions: permits(limits.questions),
            answering: permits(2 * cores() as u64),
            opening: permits(OPENING),
            layered: Layered::default(),
            store,
            provider,
            stopping: watch::Sender::new(false),
            url,
            config,
        }
    }

    /// Limits of the service.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.config.limits
    }

    /// Limits of the queue of jobs.
    #[must_use]
    pub fn queue(&self) -> QueueLimits {
        QueueLimits { all: self.limits().queued_jobs, organisation: self.limits().queued_jobs_of_organisation }
    }
}

/// Runs that are opened at a time: each takes all cores.
const OPENING: u64 = 2;

/// Cores of this machine.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Places of all, of which no organisation has more than half.
#[derive(Debug)]
pub struct Places {
    all: Arc<Semaphore>,
    each: usize,
    by: Mutex<HashMap<OrganisationId, Arc<Semaphore>>>,
    kind: Kind,
    what: &'static str,
}

/// A place among so many; given back when it is dropped.
#[derive(Debug)]
pub struct Place(#[allow(dead_code, reason = "given back when dropped")] [OwnedSemaphorePermit; 2]);

impl Places {
    /// So many places of a kind.
    #[must_use]
    pub fn new(most: u64, kind: Kind, what: &'static str) -> Self {
        let each = usize::try_from(most.div_ceil(2)).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { all: permits(most), each, by: Mutex::default(), kind, what }
    }

    /// A place for an organisation.
    ///
    /// # Errors
    /// All are taken, or all that it may have.
    pub fn take(&self, organisation: &OrganisationId) -> Result<Place, Problem> {
        let own = {
            let mut by = self.by.lock().unwrap_or_else(PoisonError::into_inner);
            // those that hold none are forgotten
            by.retain(|_, own| own.available_permits() < self.each);
            by.entry(organisation.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.each))).clone()
        };
        Ok(Place([place(&own, self.kind, self.what)?, place(&self.all, self.kind, self.what)?]))
    }

    /// Places that are taken.
    #[must_use]
    pub fn taken(&self, most: u64) -> u64 {
        most.saturating_sub(self.all.available_permits() as u64)
    }
}

fn permits(most: u64) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)))
}

/// A place among so many; given back when it is dropped.
///
/// # Errors
/// All are taken.
fn place(of: &Arc<Semaphore>, kind: Kind, what: &str) -> Result<OwnedSemaphorePermit, Problem> {
    of.clone().try_acquire_owned().map_err(|_| {
        Problem::new(kind, format!("as many {what} as are taken at a time are under way")).hint("try again in some seconds").retry_after(2)
    })
}

/// Works on a thread that may block: never on those that answer requests.
///
/// # Errors
/// What `work` returns; as many wait already as may.
pub async fn blocking<T: Send + 'static>(state: &State, work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    let place = place(&state.questions, BUSY, "questions")?;
    let turn = state.answering.clone().acquire_owned().await.map_err(|e| Problem::internal(&e))?;
    actix_web::web::block(move || {
        let _held = (place, turn);
        work()
    })
    .await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_organisation_takes_all_places() {
        let [one, two]: [OrganisationId; 2] =
            ["org_0192f0c1e2d37a4c9f5b6a7d8e9f0a25", "org_0192f0c1e2d37a4c9f5b6a7d8e9f0a26"].map(|id| id.parse().unwrap());
        let places = Places::new(4, TOO_MANY_UPLOADS, "uploads");
        let held = [places.take(&one).unwrap(), places.take(&one).unwrap()];
        assert!(places.take(&one).is_err());
        let others = [places.take(&two).unwrap(), places.take(&two).unwrap()];
        assert_eq!(places.taken(4), 4);
        drop(held);
        assert!(places.take(&one).is_ok());
        drop(others);
    }
}
