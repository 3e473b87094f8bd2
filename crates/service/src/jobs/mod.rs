//! Jobs are done by the program itself as a child process: the same numbers as on the command line, no heavy work on threads that answer
//! requests, and an input that breaks the child does not break the service.

mod arguments;
mod child;
mod housekeeping;
mod inputs;
mod ledger;
mod outcome;
mod place;
mod printed;
#[cfg(test)]
mod tests;
mod work;
mod written;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tierlight_store::{Result, Store};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How jobs are done.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The program: this one.
    pub program: PathBuf,
    /// Jobs at a time.
    pub workers: usize,
    /// Memory that a job may take, bytes; 0 is a share of what is free.
    pub memory: u64,
    /// Free space below which no job is begun, bytes.
    pub reserve: u64,
    /// How long jobs under way may take to end when the service stops; after that they wait for the next start.
    pub patience: Duration,
    /// How long jobs that are over are remembered.
    pub memory_of_jobs: Duration,
    /// How long a job is a worker's without a sign of life; it gives one three times as often.
    pub lease: Duration,
}

impl Settings {
    /// Two jobs at a time, and the usual rest.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            workers: 2,
            memory: 0,
            reserve: 64 << 20,
            patience: Duration::from_secs(5),
            memory_of_jobs: Duration::from_hours(90 * 24),
            lease: Duration::from_secs(30),
        }
    }
}

/// How urgently workers are to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Stop {
    /// Not at all.
    No,
    /// No new job is begun.
    Soon,
    /// Jobs under way are handed back.
    Now,
}

/// Workers that do jobs, on threads of their own.
#[derive(Debug)]
pub struct Workers {
    runtime: Option<Runtime>,
    tasks: Vec<JoinHandle<()>>,
    stop: watch::Sender<Stop>,
    patience: Duration,
}

impl Workers {
    /// Takes away what an earlier process left, puts its jobs back into the queue, and begins to work. Whoever calls it holds the lock
    /// of the data folder.
    ///
    /// # Errors
    /// The store fails.
    pub async fn start(store: Store, settings: Settings) -> Result<Self> {
        store.sweep().await?;
        store.worker("start").recover().await?;
        let build = tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("jobs").enable_all().build();
        let runtime = build.map_err(|source| tierlight_store::Error::Io { path: PathBuf::from("threads of jobs"), source })?;
        let stop = watch::Sender::new(Stop::No);
        let patience = settings.patience;
        let count = settings.workers.max(1);
        let settings = Arc::new(settings);
        let mut tasks = Vec::with_capacity(count + 1);
        for number in 0..count {
            let name = format!("{}-{number}", std::process::id());
            let worker = work::Work::new(&store, &name, Arc::clone(&settings), stop.subscribe());
            tasks.push(runtime.spawn(worker.run()));
        }
        tasks.push(runtime.spawn(housekeeping::run(store, settings, stop.subscribe())));
        Ok(Self { runtime: Some(runtime), tasks, stop, patience })
    }

    /// Begins no more jobs, gives those under way their time, and hands back those that take longer.
    pub async fn stop(mut self) {
        self.stop.send_replace(Stop::Soon);
        let tasks = std::mem::take(&mut self.tasks);
        let ended = async {
            for task in tasks {
                // a task that panicked has ended as well
                let _ = task.await;
            }
        };
        tokio::pin!(ended);
        if tokio::time::timeout(self.patience, &mut ended).await.is_err() {
            self.stop.send_replace(Stop::Now);
            ended.await;
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // a wait is not allowed where other tasks run
            runtime.shutdown_background();
        }
    }
}
