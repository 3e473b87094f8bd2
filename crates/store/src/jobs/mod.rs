//! Jobs: work that takes longer than a request may. Rows, so that they survive a restart.

mod events;
mod queue;
mod worker;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use events::JobEvent;
pub use queue::{Queue, QueueLimits};
pub(crate) use queue::{enqueue, stop};
pub use worker::{Beat, Done, Failure, Worker};

use crate::db::{Row, values};
use crate::word::words;
use crate::{Cursor, Error, JobId, OrganisationId, Page, PageRequest, Result, ResultId, RunId, Store, VersionId};

words! {
    /// Kind of a job.
    JobKind("kind of job") {
        /// Reads a version.
        Ingest "ingest",
        /// Makes a run.
        Score "score",
        /// Makes a report.
        Report "report",
        /// Makes a plan.
        Plan "plan",
        /// Compares a run with one after changes.
        WhatIf "what-if",
        /// Learns from visits.
        Learn "learn",
        /// Holds findings against rules of law.
        Qualify "qualify",
        /// Checks a pack.
        CheckPack "check-pack",
        /// Holds two packs against each other.
        DiffPacks "diff-packs",
        /// Finds entries that are the same site.
        Match "match",
        /// Writes what sites contribute to buyers.
        Trace "trace",
        /// Tests the method where it was not fitted.
        Validate "validate",
        /// Writes a table of a run in another form.
        Export "export",
    }
}

words! {
    /// Where a job is.
    JobState("state of a job") {
        /// Waits for a worker.
        Queued "queued",
        /// Is being done.
        Running "running",
        /// Is done: what it was for is ready, or rejected.
        Done "done",
        /// Could not be done.
        Failed "failed",
        /// Was stopped by somebody.
        Cancelled "cancelled",
    }
}

impl JobState {
    /// True if nothing more happens.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// What a job makes or reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A version of a network.
    Version(VersionId),
    /// A run.
    Run(RunId),
    /// A result.
    Result(ResultId),
}

impl Subject {
    /// Its id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Version(id) => id.as_str(),
            Self::Run(id) => id.as_str(),
            Self::Result(id) => id.as_str(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Subject {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split('_').next() {
            Some(VersionId::PREFIX) => text.parse().map(Self::Version),
            Some(RunId::PREFIX) => text.parse().map(Self::Run),
            Some(ResultId::PREFIX) => text.parse().map(Self::Result),
            _ => Err(Error::Malformed { what: "subject of a job", expected: "the id of a version, run or result" }),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.as_str().to_owned()
    }
}

/// A job.
#[derive(Debug, Clone, Serialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its kind.
    pub kind: JobKind,
    /// What it makes or reads.
    pub subject: Subject,
    /// Where it is.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u64,
    /// What is being done.
    pub stage: Option<String>,
    /// How much of it is done, from 0 to 1.
    pub share: f64,
    /// Number of its last event.
    pub events: u64,
    /// True once somebody asked it to stop.
    pub cancel: bool,
    /// Why it failed: a code.
    pub code: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it was begun last.
    pub started: Option<Timestamp>,
    /// When its worker was last heard of.
    pub heartbeat: Option<Timestamp>,
    /// When it was over.
    pub finished: Option<Timestamp>,
}

impl Job {
    pub(crate) fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            kind: row.parsed("kind")?,
            subject: row.parsed("subject")?,
            state: row.parsed("state")?,
            attempts: row.count("attempts")?,
            stage: row.maybe_text("stage")?,
            share: row.real("share")?,
            events: row.count("events")?,
            cancel: row.flag("cancel")?,
            code: row.maybe_text("code")?,
            message: row.maybe_text("message")?,
            created: row.time("created")?,
            started: row.maybe_time("started")?,
            heartbeat: row.maybe_time("heartbeat")?,
            finished: row.maybe_time("finished")?,
        })
    }
}

/// Which jobs.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Of one kind.
    pub kind: Option<JobKind>,
    /// In one state.
    pub state: Option<JobState>,
    /// Of one version, run or result.
    pub subject: Option<Subject>,
}

impl Store {
    /// A job of an organisation.
    pub async fn job(&self, organisation: &OrganisationId, id: &JobId) -> Result<Job> {
        let sql = "SELECT * FROM jobs WHERE organisation = $1 AND id = $2";
        let row = self.db.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Job::of(&row.ok_or_else(|| Error::missing("job", id))?)
    }

    /// Jobs of an organisation.
    pub async fn jobs(&self, organisation: &OrganisationId, filter: &JobFilter, page: &PageRequest) -> Result<Page<Job>> {
        let sql = "SELECT * FROM jobs WHERE organisation = $1 AND ($2 IS NULL OR kind = $2) AND ($3 IS NULL OR state = $3)
            AND ($4 IS NULL OR subject = $4) AND (created, id) < ($5, $6) ORDER BY created DESC, id DESC LIMIT $7";
        let (created, id) = page.before();
        let kind = filter.kind.map(JobKind::as_str);
        let state = filter.state.map(JobState::as_str);
        let subject = filter.subject.as_ref().map(Subject::as_str);
        let rows = self.db.rows(sql, values![organisation.as_str(), kind, state, subject, created, id, page.rows()]).await?;
        let jobs = rows.iter().map(Job::of).collect::<Result<_>>()?;
        Ok(Page::of(jobs, page, |j| Cursor::new(j.created, &j.id)))
    }
}
