//! Events of a job, numbered from 1: whoever missed some asks for those after the last he saw.

use jiff::Timestamp;
use serde::Serialize;

use super::JobState;
use crate::db::{Transaction, values};
use crate::{Error, JobId, OrganisationId, Result, Store, now};

/// Something that happened to a job.
#[derive(Debug, Clone, Serialize)]
pub struct JobEvent {
    /// Its number among those of the job.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Where the job is since.
    pub state: JobState,
    /// What is being done.
    pub stage: Option<String>,
    /// How much of it is done, from 0 to 1.
    pub share: f64,
}

/// Adds an event that says how the job stands now.
pub(super) async fn add(change: &mut Transaction, job: &JobId) -> Result<()> {
    change.run("UPDATE jobs SET events = events + 1 WHERE id = $1", values![job.as_str()]).await?;
    let sql = "INSERT INTO job_events (job, sequence, at, state, stage, share)
        SELECT id, events, $2, state, stage, share FROM jobs WHERE id = $1";
    change.run(sql, values![job.as_str(), now()]).await.map(|_| ())
}

impl Store {
    /// Events of a job after one that was seen (0 for none), at most so many, the oldest first.
    pub async fn job_events(&self, organisation: &OrganisationId, job: &JobId, after: u64, limit: u32) -> Result<Vec<JobEvent>> {
        let sql = "SELECT e.* FROM job_events e JOIN jobs j ON j.id = e.job WHERE j.organisation = $1 AND e.job = $2 AND e.sequence > $3
            ORDER BY e.sequence LIMIT $4";
        let after = i64::try_from(after).map_err(|_| Error::Malformed { what: "event", expected: "the number of an event" })?;
        let rows = self.db.rows(sql, values![organisation.as_str(), job.as_str(), after, i64::from(limit)]).await?;
        rows.iter()
            .map(|row| {
                Ok(JobEvent {
                    sequence: row.count("sequence")?,
                    at: row.time("at")?,
                    state: row.parsed("state")?,
                    stage: row.maybe_text("stage")?,
                    share: row.real("share")?,
                })
            })
            .collect()
    }
}
