//! The queue: jobs wait their turn, and only so many may.

use jiff::Timestamp;
use serde::Serialize;

use super::{Job, JobKind, JobState, Subject, events};
use crate::db::{Lock, Transaction, Value, values};
use crate::{Error, JobId, OrganisationId, Result, State, Store, now};

/// Most jobs that may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueLimits {
    /// Of all organisations together.
    pub all: u64,
    /// Of one.
    pub organisation: u64,
}

/// How long the queue is.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Queue {
    /// Jobs that wait.
    pub queued: u64,
    /// Jobs that are being done.
    pub running: u64,
    /// Since when the first of those that wait does.
    pub oldest: Option<Timestamp>,
}

/// Adds a job within a change that adds its subject.
pub(crate) async fn enqueue(
    change: &mut Transaction,
    organisation: &OrganisationId,
    kind: JobKind,
    subject: &str,
    limits: QueueLimits,
) -> Result<JobId> {
    change.lock(Lock::Queue).await?;
    let sql = "SELECT count(*) AS n, count(CASE WHEN organisation = $1 THEN 1 END) AS own FROM jobs WHERE state = 'queued'";
    let row = change.row(sql, values![organisation.as_str()]).await?;
    let (waiting, own) = row.map_or(Ok((0, 0)), |row| Ok::<_, Error>((row.count("n")?, row.count("own")?)))?;
    if own >= limits.organisation {
        return Err(Error::QueueFull { waiting: own, limit: limits.organisation, organisation: true });
    }
    if waiting >= limits.all {
        return Err(Error::QueueFull { waiting, limit: limits.all, organisation: false });
    }
    let id = JobId::new();
    let sql = "INSERT INTO jobs (id, organisation, kind, subject, state, attempts, share, events, cancel, created)
        VALUES ($1, $2, $3, $4, 'queued', 0, 0.0, 0, 0, $5)";
    change.run(sql, values![id.as_str(), organisation.as_str(), kind.as_str(), subject, now()]).await?;
    events::add(change, &id).await?;
    Ok(id)
}

/// Notes what became of what a job was for, when it did not become ready.
pub(super) async fn give_up(change: &mut Transaction, job: &Job, to: JobState, code: Option<&str>, message: Option<&str>) -> Result<()> {
    let now = now();
    let sql = "UPDATE jobs SET state = $2, owner = NULL, lease_until = NULL, code = $3, message = $4, finished = $5 WHERE id = $1";
    change.run(sql, values![job.id.as_str(), to.as_str(), code, message, now]).await?;
    events::add(change, &job.id).await?;
    let state = if to == JobState::Cancelled { State::Cancelled } else { State::Failed };
    let sql = match job.subject {
        Subject::Version(_) => "UPDATE versions SET state = $2, code = $3, message = $4, finished = $5 WHERE id = $1",
        Subject::Run(_) => "UPDATE runs SET state = $2, code = $3, message = $4, finished = $5 WHERE id = $1",
        Subject::Result(_) => "UPDATE results SET state = $2, code = $3, message = $4, finished = $5 WHERE id = $1",
    };
    change.run(sql, values![job.subject.as_str(), state.as_str(), code, message, now]).await.map(|_| ())
}

/// Cancels jobs whose subjects go away; the workers of those that run find their lease lost.
pub(crate) async fn stop(change: &mut Transaction, which: &'static str, values: Vec<Value>) -> Result<()> {
    for row in change.rows(which, values).await? {
        let sql = "UPDATE jobs SET state = 'cancelled', cancel = 1, owner = NULL, lease_until = NULL, finished = $2
            WHERE id = $1 AND state IN ('queued', 'running')";
        let id: JobId = row.parsed("id")?;
        if change.run(sql, values![id.as_str(), now()]).await? > 0 {
            events::add(change, &id).await?;
        }
    }
    Ok(())
}

impl Store {
    /// How long the queue is, of all organisations; for operation.
    pub async fn queue(&self) -> Result<Queue> {
        let sql = "SELECT state, count(*) AS n, min(created) AS oldest FROM jobs WHERE state IN ('queued', 'running') GROUP BY state";
        let mut queue = Queue::default();
        for row in self.db.rows(sql, vec![]).await? {
            if row.parsed::<JobState>("state")? == JobState::Queued {
                queue.queued = row.count("n")?;
                queue.oldest = row.maybe_time("oldest")?;
            } else {
                queue.running = row.count("n")?;
            }
        }
        Ok(queue)
    }

    /// Asks a job to stop. One that waits is cancelled at once; one that runs, as soon as its worker has ended the program.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is over.
    pub async fn cancel_job(&self, organisation: &OrganisationId, id: &JobId) -> Result<Job> {
        let mut change = self.db.begin().await?;
        let sql = "UPDATE jobs SET cancel = 1 WHERE organisation = $1 AND id = $2 RETURNING *";
        let row = change.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        let job = Job::of(&row.ok_or_else(|| Error::missing("job", id))?)?;
        if job.state.is_over() {
            let found = format!("is {} already", job.state);
            return Err(Error::Conflict { what: "job", id: id.to_string(), found, expected: "one that waits or runs" });
        }
        if job.state == JobState::Queued {
            give_up(&mut change, &job, JobState::Cancelled, None, None).await?;
        }
        change.commit().await?;
        self.changed();
        self.job(organisation, id).await
    }
}
