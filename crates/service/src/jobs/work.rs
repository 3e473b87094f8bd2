//! A worker: takes a job, has it done, says what became of it.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tierlight_store::{Beat, Done, Error, Failure, Job, Store, Worker, now};
use tokio::sync::watch;

use super::child::{Child, Ended, Said, Step};
use super::place::Place;
use super::{Settings, Stop, arguments, outcome};

/// Signs of life in the time of a lease.
const BEATS: u32 = 3;
/// How long a worker waits for work before it looks again by itself; it is woken when there is some.
const IDLE: Duration = Duration::from_secs(5);
/// How long it waits after an error of the store.
const PAUSE: Duration = Duration::from_secs(1);
/// Least time between two looks at whether a job was cancelled, and between two notes of its progress.
const LOOK: Duration = Duration::from_millis(200);

/// A worker.
pub(super) struct Work {
    store: Store,
    worker: Worker,
    settings: Arc<Settings>,
    stop: watch::Receiver<Stop>,
}

/// Why a job ended.
enum End {
    /// Done.
    Done(Done),
    /// Could not be done.
    Failed(Failure),
    /// Somebody wanted it stopped.
    Cancelled,
    /// It is another worker's now, or gone.
    Lost,
    /// The service stops.
    Stopped,
}

impl Work {
    pub fn new(store: &Store, name: &str, settings: Arc<Settings>, stop: watch::Receiver<Stop>) -> Self {
        Self { store: store.clone(), worker: store.worker(name), settings, stop }
    }

    /// Works until it is told to stop.
    pub async fn run(mut self) {
        let mut changes = self.store.job_changes();
        while *self.stop.borrow() == Stop::No {
            changes.mark_unchanged();
            let wait = match self.next().await {
                Ok(Some(job)) => {
                    self.work(&job).await;
                    continue;
                }
                Ok(None) => IDLE,
                Err(error) => {
                    tracing::warn!(%error, "no job can be taken");
                    PAUSE
                }
            };
            tokio::select! {
                _ = changes.changed() => {}
                _ = self.stop.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn lease(&self) -> SignedDuration {
        SignedDuration::try_from(self.settings.lease).unwrap_or(SignedDuration::MAX)
    }

    async fn next(&self) -> Result<Option<Job>, Error> {
        // what cannot be written need not be begun
        if self.store.free_bytes()? < self.settings.reserve {
            return Ok(None);
        }
        self.worker.claim(now(), self.lease()).await
    }

    /// Does a job and notes what became of it; if the store cannot note it, for as long as the job is this worker's.
    async fn work(&mut self, job: &Job) {
        tracing::info!(job = %job.id, kind = %job.kind, attempt = job.attempts, "job begins");
        let begun = std::time::Instant::now();
        let place = Place::new(&self.store, job);
        let end = match place {
            Ok(ref place) => match self.attempt(job, place).await {
                Ok(end) => end,
                Err(Error::LeaseLost { .. }) => End::Lost,
                Err(error) => End::Failed(outcome::of_store(&error)),
            },
            Err(ref error) => End::Failed(outcome::of_store(error)),
        };
        let told = |outcome: &'static str, code: &str| {
            metrics::counter!("tierlight_jobs_total", "kind" => job.kind.as_str(), "outcome" => outcome, "code" => code.to_owned())
                .increment(1);
            metrics::histogram!("tierlight_job_seconds", "kind" => job.kind.as_str()).record(begun.elapsed().as_secs_f64());
        };
        let failure = match end {
            End::Done(done) => match self.finish(job, done).await {
                Ok(()) => None,
                Err(Error::LeaseLost { .. }) => return tracing::info!(job = %job.id, "job was lost"),
                Err(error) => Some(outcome::of_store(&error)),
            },
            End::Failed(failure) => Some(failure),
            End::Lost => return tracing::info!(job = %job.id, "job was lost"),
            End::Cancelled => {
                told("cancelled", "");
                return self.note(job, || self.worker.cancelled(job), "cancelled").await;
            }
            End::Stopped => return self.note(job, || self.worker.hand_back(job), "handed back").await,
        };
        match failure {
            None => {
                told("done", "");
                tracing::info!(job = %job.id, "job done");
            }
            Some(failure) => {
                told("failed", &failure.code);
                tracing::info!(job = %job.id, code = failure.code, again = failure.again, "job failed");
                self.note(job, || self.worker.fail(job, &failure), "failed").await;
            }
        }
    }

    /// Notes something about a job until the store takes it.
    async fn note<F: Future<Output = Result<(), Error>>>(&self, job: &Job, say: impl Fn() -> F, what: &str) {
        loop {
            match say().await {
                Ok(()) => return tracing::info!(job = %job.id, what, "noted"),
                Err(Error::LeaseLost { .. }) => return,
                Err(error) => tracing::warn!(job = %job.id, %error, what, "cannot be noted"),
            }
            // at the next start it counts as lost
            if *self.stop.borrow() == Stop::Now {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Has a job done by the program.
    async fn attempt(&self, job: &Job, place: &Place) -> Result<End, Error> {
        let prepared = tokio::select! {
            arguments = arguments::prepare(&self.store, job, place, &self.settings) => arguments?,
            end = self.kept(job) => return Ok(end),
        };
        let mut child = match Child::start(&self.settings, &prepared, place.root()) {
            Ok(child) => child,
            Err(error) => return Ok(End::Failed(outcome::of_start(&error))),
        };
        let ended = tokio::select! {
            ended = self.told(job, &mut child) => Ok(ended),
            end = self.kept(job) => Err(end),
        };
        let ended = match ended {
            Ok(ended) => ended,
            Err(end) => {
                child.kill().await;
                return Ok(end);
            }
        };
        tokio::select! {
            done = outcome::of_child(&self.store, job, place, ended, self.settings.reserve) => Ok(match done? {
                Ok(done) => End::Done(done),
                Err(failure) => End::Failed(failure),
            }),
            end = self.kept(job) => Ok(end),
        }
    }

    /// Notes what a job came to. Once begun this is not broken off: a folder may be on its way to its place.
    async fn finish(&self, job: &Job, done: Done) -> Result<(), Error> {
        let kept = async {
            // whatever is wanted of it now, it is done
            self.kept(job).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            finished = self.worker.finish(job, done) => finished,
            () = kept => Err(Error::LeaseLost { job: job.id.to_string() }),
        }
    }

    /// Waits for the program to end, and notes how far it is.
    async fn told(&self, job: &Job, child: &mut Child) -> Ended {
        let mut last = tokio::time::Instant::now();
        let mut told: Option<Step> = None;
        loop {
            tokio::select! {
                said = child.next() => match said {
                    Said::Ended(ended) => return ended,
                    Said::Step(step) => told = Some(step),
                },
                () = tokio::time::sleep_until(last + LOOK), if told.is_some() => {
                    if let Some(step) = told.take() {
                        // what cannot be noted is noted with the next
                        let _ = self.worker.progress(job, &step.stage, step.share()).await;
                    }
                    last = tokio::time::Instant::now();
                }
            }
        }
    }

    /// Keeps the lease of a job, until it is not wanted any more, or lost, or the service stops.
    async fn kept(&self, job: &Job) -> End {
        let (mut changes, mut stop) = (self.store.job_changes(), self.stop.clone());
        let mut beat = tokio::time::interval(self.settings.lease / BEATS);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let (mut looked, mut news) = (tokio::time::Instant::now(), false);
        loop {
            let found = tokio::select! {
                // the store may be out of reach for a while; the lease tells how long
                _ = beat.tick() => self.worker.beat(job, now(), self.lease()).await.unwrap_or(Beat::Going),
                _ = changes.changed(), if !news => {
                    news = true;
                    Beat::Going
                }
                () = tokio::time::sleep_until(looked + LOOK), if news => {
                    (looked, news) = (tokio::time::Instant::now(), false);
                    self.worker.look(job).await.unwrap_or(Beat::Going)
                }
                _ = stop.changed() => Beat::Going,
            };
            match found {
                Beat::CancelAsked => return End::Cancelled,
                Beat::Lost => return End::Lost,
                Beat::Going if *stop.borrow() == Stop::Now => return End::Stopped,
                Beat::Going => {}
            }
        }
    }
}
