//! What all handlers share.

use std::sync::Arc;
use std::time::Instant;

use tierlight_answers::cache::Cache;
use tierlight_store::{QueueLimits, Store};
use tokio::sync::{Semaphore, watch};

use crate::access::Rates;
use crate::access::oidc::Provider;
use crate::audit::Log;
use crate::config::Config;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::problem::table::{BUSY, Kind};

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
    pub uploads: Arc<Semaphore>,
    /// Event streams that are open.
    pub streams: Arc<Semaphore>,
    /// Questions about runs that wait or are being answered.
    pub questions: Arc<Semaphore>,
    /// Questions that are being answered: more at a time than there are cores make all of them late.
    pub answering: Arc<Semaphore>,
    /// Runs that are being opened.
    pub opening: Arc<Semaphore>,
    /// Signing in at an identity provider.
    pub provider: Option<Provider>,
    /// True once the service stops: streams end, nothing new is begun.
    pub stopping: watch::Sender<bool>,
    /// When the service began.
    pub begun: Instant,
}

impl State {
    /// Shared things of a service; within a runtime.
    #[must_use]
    pub fn new(store: Store, config: Config, provider: Option<Provider>) -> Self {
        let limits = &config.limits;
        let permits = |most: u64| Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)));
        Self {
            log: Log::begin(store.clone()),
            runs: Cache::new(limits.opened_bytes),
            rates: Rates::new(limits),
            uploads: permits(limits.uploads),
            streams: permits(limits.event_streams),
            questions: permits(limits.questions),
            answering: permits(2 * cores() as u64),
            opening: permits(OPENING),
            store,
            provider,
            stopping: watch::Sender::new(false),
            begun: Instant::now(),
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

/// A place among so many; given back when it is dropped.
///
/// # Errors
/// All are taken.
pub fn place(of: &Arc<Semaphore>, kind: Kind, what: &str) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
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
