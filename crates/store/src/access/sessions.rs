//! Browser sessions.

use jiff::Timestamp;
use serde::Serialize;

use super::Role;
use crate::db::{Row, values};
use crate::{Cursor, Digest, Error, OrganisationId, Page, PageRequest, Result, SessionId, Store, now};

/// A session of a browser.
#[derive(Debug, Clone, Serialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Who signed in: a key's id, a one-time link's, or a pseudonym of an identity provider. No name of a person.
    pub subject: String,
    /// What it may do.
    pub role: Role,
    /// Digest of the token that proves that a request comes from our page.
    #[serde(skip)]
    pub csrf: Digest,
    /// When it began.
    pub created: Timestamp,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// Since when it is over.
    pub ended: Option<Timestamp>,
}

/// A session to be begun.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Who signed in.
    pub subject: String,
    /// What it may do.
    pub role: Role,
    /// Digest of the cookie.
    pub token: Digest,
    /// Digest of the token against forged requests.
    pub csrf: Digest,
    /// When it ends by itself.
    pub expires: Timestamp,
}

impl Session {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            subject: row.text("subject")?,
            role: row.parsed("role")?,
            csrf: row.parsed("csrf")?,
            created: row.time("created")?,
            expires: row.time("expires")?,
            ended: row.maybe_time("ended")?,
        })
    }

    /// True if it opens the door at that instant.
    #[must_use]
    pub fn is_live(&self, at: Timestamp) -> bool {
        self.ended.is_none() && at < self.expires
    }
}

impl Store {
    /// Begins a session.
    pub async fn create_session(&self, organisation: &OrganisationId, new: &NewSession) -> Result<Session> {
        let id = SessionId::new();
        let created = now();
        let sql = "INSERT INTO sessions (id, organisation, subject, role, token, csrf, created, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values =
            values![id.as_str(), organisation.as_str(), new.subject.as_str(), new.role.as_str(), new.token, new.csrf, created, new.expires];
        self.db.run(sql, values).await?;
        Ok(Session {
            id,
            organisation: organisation.clone(),
            subject: new.subject.clone(),
            role: new.role,
            csrf: new.csrf,
            created,
            expires: new.expires,
            ended: None,
        })
    }

    /// The session whose cookie has this digest, live or not: see [`Session::is_live`].
    pub async fn session_by_token(&self, token: &Digest) -> Result<Option<Session>> {
        let row = self.db.row("SELECT * FROM sessions WHERE token = $1", values![*token]).await?;
        row.as_ref().map(Session::of).transpose()
    }

    /// Sessions of an organisation.
    pub async fn sessions(&self, organisation: &OrganisationId, page: &PageRequest) -> Result<Page<Session>> {
        let sql = "SELECT * FROM sessions WHERE organisation = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4";
        let (created, id) = page.before();
        let rows = self.db.rows(sql, values![organisation.as_str(), created, id, page.rows()]).await?;
        let sessions = rows.iter().map(Session::of).collect::<Result<_>>()?;
        Ok(Page::of(sessions, page, |s| Cursor::new(s.created, &s.id)))
    }

    /// Ends a session.
    pub async fn end_session(&self, organisation: &OrganisationId, id: &SessionId) -> Result<()> {
        let sql = "UPDATE sessions SET ended = coalesce(ended, $3) WHERE organisation = $1 AND id = $2";
        match self.db.run(sql, values![organisation.as_str(), id.as_str(), now()]).await? {
            0 => Err(Error::missing("session", id)),
            _ => Ok(()),
        }
    }

    /// Ends all sessions of a subject, e.g. of a key that was revoked.
    pub async fn end_sessions_of(&self, organisation: &OrganisationId, subject: &str) -> Result<u64> {
        let sql = "UPDATE sessions SET ended = $3 WHERE organisation = $1 AND subject = $2 AND ended IS NULL";
        self.db.run(sql, values![organisation.as_str(), subject, now()]).await
    }
}
