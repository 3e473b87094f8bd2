//! The worker's side of jobs, across organisations: take one, say that it is being worked on, say what became of it.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::queue::give_up;
use super::{Job, JobState, Subject, events};
use crate::db::{Transaction, values};
use crate::files::{self, FileRole, NewFile, blocking};
use crate::folders::{remove_folder, sync_folder};
use crate::{Error, File, Result, State, Store, now};

/// How often a job is begun at most: one that ends its worker each time is given up.
const ATTEMPTS: i64 = 3;

/// Somebody who does jobs, under a name that no other worker has.
#[derive(Debug, Clone)]
pub struct Worker {
    store: Store,
    name: String,
}

/// How a job stands with its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// Go on.
    Going,
    /// Somebody wants it stopped: end the program, then [`Worker::cancelled`].
    CancelAsked,
    /// It is this worker's no more: end the program and drop what it made.
    Lost,
}

/// What a job came to.
#[derive(Debug)]
pub enum Done {
    /// A version was read.
    Version {
        /// Ready or rejected.
        state: State,
        /// What was read.
        summary: Value,
        /// Why it was rejected: code and words.
        reason: Option<(String, String)>,
        /// Issues, rejected rows.
        files: Vec<NewFile>,
    },
    /// A run was made.
    Run {
        /// Its folder, complete and on the disk, below [`Store::work_dir`]; it is moved to its place.
        folder: PathBuf,
        /// What there is to say of it at a glance.
        summary: Value,
    },
    /// A result was made.
    Result {
        /// Ready or rejected.
        state: State,
        /// What the program printed.
        summary: Value,
        /// Why it was rejected: code and words.
        reason: Option<(String, String)>,
        /// What it wrote.
        files: Vec<NewFile>,
    },
}

/// Why a job could not be done.
#[derive(Debug, Clone)]
pub struct Failure {
    /// A code.
    pub code: String,
    /// The same in words; no value of the input.
    pub message: String,
    /// True if another attempt may fare better.
    pub again: bool,
}

impl Store {
    /// A worker under a name that no other has.
    #[must_use]
    pub fn worker(&self, name: &str) -> Worker {
        Worker { store: self.clone(), name: name.to_owned() }
    }
}

impl Worker {
    /// Puts back what a process that is gone has left running: to be called once, at the start, with the data folder locked. Jobs that
    /// were begun too often are given up; those that somebody wanted stopped are cancelled. How many were put back.
    pub async fn recover(&self) -> Result<u64> {
        self.put_back(Timestamp::MAX).await
    }

    /// Takes the next job, if one waits: of the organisation with the fewest that run, the oldest. Jobs whose lease ran out wait again.
    pub async fn claim(&self, at: Timestamp, lease: SignedDuration) -> Result<Option<Job>> {
        let sql = "SELECT 1 AS one FROM jobs WHERE state = 'queued' OR (state = 'running' AND lease_until <= $1) LIMIT 1";
        if self.store.db.row(sql, values![at]).await?.is_none() {
            return Ok(None);
        }
        self.put_back(at).await?;
        let mut change = self.store.db.begin().await?;
        let sql = "UPDATE jobs SET state = 'running', owner = $1, lease_until = $3, heartbeat = $2, started = $2, attempts = attempts + 1,
                stage = NULL, share = 0.0
            WHERE state = 'queued' AND id = (SELECT q.id FROM jobs q WHERE q.state = 'queued' ORDER BY
                (SELECT count(*) FROM jobs r WHERE r.state = 'running' AND r.organisation = q.organisation), q.created, q.id LIMIT 1)
            RETURNING *";
        let until = at.saturating_add(lease).unwrap_or(Timestamp::MAX);
        let Some(row) = change.row(sql, values![self.name.as_str(), at, until]).await? else { return Ok(None) };
        let job = Job::of(&row)?;
        events::add(&mut change, &job.id).await?;
        change.commit().await?;
        self.store.changed();
        Ok(Some(job))
    }

    /// Makes the lease longer, and tells whether to go on.
    pub async fn beat(&self, job: &Job, at: Timestamp, lease: SignedDuration) -> Result<Beat> {
        let sql = "UPDATE jobs SET heartbeat = $3, lease_until = $4 WHERE id = $1 AND owner = $2 AND state = 'running' RETURNING cancel";
        let until = at.saturating_add(lease).unwrap_or(Timestamp::MAX);
        let mut change = self.store.db.begin().await?;
        let row = change.row(sql, values![job.id.as_str(), self.name.as_str(), at, until]).await?;
        let beat = match row.map(|row| row.flag("cancel")).transpose()? {
            None => Beat::Lost,
            Some(true) => Beat::CancelAsked,
            Some(false) => Beat::Going,
        };
        change.commit().await?;
        Ok(beat)
    }

    /// How a job stands, without making its lease longer: cheap, to be asked after every change of jobs.
    pub async fn look(&self, job: &Job) -> Result<Beat> {
        let sql = "SELECT cancel FROM jobs WHERE id = $1 AND owner = $2 AND state = 'running'";
        let row = self.store.db.row(sql, values![job.id.as_str(), self.name.as_str()]).await?;
        Ok(match row.map(|row| row.flag("cancel")).transpose()? {
            None => Beat::Lost,
            Some(true) => Beat::CancelAsked,
            Some(false) => Beat::Going,
        })
    }

    /// Says what is being done, and how much of it is done (0 to 1).
    pub async fn progress(&self, job: &Job, stage: &str, share: f64) -> Result<()> {
        let sql = "UPDATE jobs SET stage = $3, share = $4 WHERE id = $1 AND owner = $2 AND state = 'running'";
        let mut change = self.store.db.begin().await?;
        if change.run(sql, values![job.id.as_str(), self.name.as_str(), stage, share.clamp(0.0, 1.0)]).await? > 0 {
            events::add(&mut change, &job.id).await?;
        }
        change.commit().await?;
        self.store.changed();
        Ok(())
    }

    /// Notes what a job came to. All of it is seen at once, or nothing.
    ///
    /// # Errors
    /// [`Error::LeaseLost`], [`Error::Full`]; nothing is then seen of it.
    pub async fn finish(&self, job: &Job, done: Done) -> Result<()> {
        let listed = match &done {
            Done::Run { folder, .. } => list(folder.clone()).await?,
            _ => Vec::new(),
        };
        let mut change = self.store.db.begin().await?;
        let now = now();
        let sql = "UPDATE jobs SET state = 'done', owner = NULL, lease_until = NULL, share = 1.0, finished = $3
            WHERE id = $1 AND owner = $2 AND state = 'running'";
        if change.run(sql, values![job.id.as_str(), self.name.as_str(), now]).await? == 0 {
            return Err(Error::LeaseLost { job: job.id.to_string() });
        }
        events::add(&mut change, &job.id).await?;
        let owner = job.subject.as_str();
        match (&job.subject, done) {
            (Subject::Version(_), Done::Version { state, summary, reason, files })
            | (Subject::Result(_), Done::Result { state, summary, reason, files }) => {
                let sql = match job.subject {
                    Subject::Version(_) => {
                        "UPDATE versions SET state = $2, summary = $3, code = $4, message = $5, finished = $6 WHERE id = $1"
                    }
                    _ => "UPDATE results SET state = $2, summary = $3, code = $4, message = $5, finished = $6 WHERE id = $1",
                };
                let (code, message) = reason.unzip();
                change.run(sql, values![owner, state.as_str(), &summary, code, message, now]).await?;
                self.outputs(&mut change, owner, &files).await?;
                change.commit().await?;
            }
            (Subject::Run(id), Done::Run { folder, summary }) => {
                let size: u64 = listed.iter().map(|f| f.size).sum();
                let sql = "UPDATE runs SET state = 'ready', summary = $2, size = $3, finished = $4 WHERE id = $1";
                change.run(sql, values![owner, &summary, i64::try_from(size).unwrap_or(i64::MAX), now]).await?;
                for file in &listed {
                    files::insert_entry(&mut change, owner, file).await?;
                }
                // the lease is this worker's until the end of the change: nobody else moves a folder there
                let place = self.store.folders.run(id);
                let runs = self.store.folders.runs();
                blocking(move || {
                    // left by a worker that ended between this and the change
                    remove_folder(&place)?;
                    std::fs::rename(&folder, &place).map_err(|e| Error::io(&place, e))?;
                    sync_folder(&runs)
                })
                .await?;
                change.commit().await?;
            }
            _ => return Err(Error::Malformed { what: "outcome of a job", expected: "one of its kind" }),
        }
        self.store.changed();
        Ok(())
    }

    async fn outputs(&self, change: &mut Transaction, owner: &str, files: &[NewFile]) -> Result<()> {
        change.run("DELETE FROM files WHERE owner = $1 AND role = 'output'", values![owner]).await?;
        files::insert(change, owner, FileRole::Output, files).await
    }

    /// Notes why a job could not be done; it waits for another attempt if that may fare better and it was not begun too often.
    pub async fn fail(&self, job: &Job, failure: &Failure) -> Result<()> {
        let mut change = self.own(job).await?;
        if failure.again && job.attempts < ATTEMPTS.unsigned_abs() {
            requeue(&mut change, job, 0).await?;
        } else {
            give_up(&mut change, job, JobState::Failed, Some(&failure.code), Some(&failure.message)).await?;
        }
        change.commit().await?;
        self.store.changed();
        Ok(())
    }

    /// Notes that a job was stopped because somebody asked for it.
    pub async fn cancelled(&self, job: &Job) -> Result<()> {
        let mut change = self.own(job).await?;
        give_up(&mut change, job, JobState::Cancelled, None, None).await?;
        change.commit().await?;
        self.store.changed();
        Ok(())
    }

    /// Puts a job back into the queue because this worker ends; that was no attempt.
    pub async fn hand_back(&self, job: &Job) -> Result<()> {
        let mut change = self.own(job).await?;
        requeue(&mut change, job, 1).await?;
        change.commit().await?;
        self.store.changed();
        Ok(())
    }

    /// Begins a change of a job that is this worker's.
    async fn own(&self, job: &Job) -> Result<Transaction> {
        let mut change = self.store.db.begin().await?;
        let sql = "UPDATE jobs SET owner = owner WHERE id = $1 AND owner = $2 AND state = 'running'";
        match change.run(sql, values![job.id.as_str(), self.name.as_str()]).await? {
            0 => Err(Error::LeaseLost { job: job.id.to_string() }),
            _ => Ok(change),
        }
    }

    /// Lets jobs whose lease ran out wait again.
    async fn put_back(&self, at: Timestamp) -> Result<u64> {
        // an update: of two workers who see the same job, one waits and then sees that it is done
        let sql = "UPDATE jobs SET owner = NULL WHERE state = 'running' AND lease_until <= $1 RETURNING *";
        let mut change = self.store.db.begin().await?;
        let rows = change.rows(sql, values![at]).await?;
        let mut back = 0;
        for row in &rows {
            let job = Job::of(row)?;
            if job.cancel {
                give_up(&mut change, &job, JobState::Cancelled, None, None).await?;
            } else if job.attempts >= ATTEMPTS.unsigned_abs() {
                let message = format!("its worker ended {} times before it was done", job.attempts);
                give_up(&mut change, &job, JobState::Failed, Some("job_lost"), Some(&message)).await?;
            } else {
                requeue(&mut change, &job, 0).await?;
                back += 1;
            }
        }
        change.commit().await?;
        if !rows.is_empty() {
            self.store.changed();
        }
        Ok(back)
    }
}

/// Lets a job wait again.
async fn requeue(change: &mut Transaction, job: &Job, attempts_less: i64) -> Result<()> {
    let sql = "UPDATE jobs SET state = 'queued', owner = NULL, lease_until = NULL, attempts = attempts - $2, stage = NULL, share = 0.0
        WHERE id = $1";
    change.run(sql, values![job.id.as_str(), attempts_less]).await?;
    events::add(change, &job.id).await
}

/// Files in a folder, with digests.
async fn list(folder: PathBuf) -> Result<Vec<File>> {
    blocking(move || {
        crate::folders::files_below(&folder)?
            .into_iter()
            .map(|path| {
                let (digest, size) = files::digest_of(&folder.join(&path))?;
                let media_type = "application/octet-stream".to_owned();
                Ok(File { role: FileRole::Folder, name: path.to_string_lossy().into_owned(), digest, size, media_type })
            })
            .collect()
    })
    .await
}
