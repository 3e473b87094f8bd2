//! Idempotency keys: a request that is sent again is not done again.

use jiff::Timestamp;

use crate::db::values;
use crate::{Digest, OrganisationId, Result, Store, now};

/// What is known of a request under its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Nothing: do it, then [`Store::finish_request`] or [`Store::forget_request`].
    New,
    /// It is being done.
    Running,
    /// It was done, with this answer.
    Done {
        /// Status of the answer.
        status: u16,
        /// Body of the answer.
        body: String,
    },
    /// The key was used for another request.
    Different,
}

impl Store {
    /// Begins a request under the key of a principal, unless it was begun before.
    pub async fn begin_request(
        &self,
        organisation: &OrganisationId,
        principal: &str,
        key: &str,
        digest: &Digest,
        expires: Timestamp,
    ) -> Result<Attempt> {
        let now = now();
        let mut change = self.db.begin().await?;
        let sql = "DELETE FROM requests WHERE organisation = $1 AND principal = $2 AND key = $3 AND expires <= $4";
        change.run(sql, values![organisation.as_str(), principal, key, now]).await?;
        let sql = "INSERT INTO requests (organisation, principal, key, digest, created, expires) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (organisation, principal, key) DO NOTHING";
        if change.run(sql, values![organisation.as_str(), principal, key, *digest, now, expires]).await? > 0 {
            change.commit().await?;
            return Ok(Attempt::New);
        }
        let sql = "SELECT digest, status, body FROM requests WHERE organisation = $1 AND principal = $2 AND key = $3";
        let row = change.row(sql, values![organisation.as_str(), principal, key]).await?;
        change.commit().await?;
        // taken away between the two: as good as being done
        let Some(row) = row else { return Ok(Attempt::Running) };
        if row.parsed::<Digest>("digest")? != *digest {
            return Ok(Attempt::Different);
        }
        Ok(match (row.maybe_int("status")?, row.maybe_text("body")?) {
            (Some(status), Some(body)) => Attempt::Done { status: status.try_into().unwrap_or(500), body },
            _ => Attempt::Running,
        })
    }

    /// Notes the answer to a request.
    pub async fn finish_request(&self, organisation: &OrganisationId, principal: &str, key: &str, status: u16, body: &str) -> Result<()> {
        let sql = "UPDATE requests SET status = $4, body = $5 WHERE organisation = $1 AND principal = $2 AND key = $3";
        self.db.run(sql, values![organisation.as_str(), principal, key, i64::from(status), body]).await.map(|_| ())
    }

    /// Forgets a request that failed, so that it may be sent again.
    pub async fn forget_request(&self, organisation: &OrganisationId, principal: &str, key: &str) -> Result<()> {
        let sql = "DELETE FROM requests WHERE organisation = $1 AND principal = $2 AND key = $3 AND status IS NULL";
        self.db.run(sql, values![organisation.as_str(), principal, key]).await.map(|_| ())
    }

    /// Forgets requests that were being done when a process ended; to be called once, at the start.
    pub async fn forget_broken_requests(&self) -> Result<u64> {
        self.db.run("DELETE FROM requests WHERE status IS NULL", vec![]).await
    }
}
