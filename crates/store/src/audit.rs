//! The audit log: who did and saw what. Only added to.

use jiff::Timestamp;
use serde::Serialize;

use crate::db::{Row, values};
use crate::{AuditId, Cursor, OrganisationId, Page, PageRequest, Result, Store, now};

/// An entry of the log.
#[derive(Debug, Clone, Serialize)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// Whose log it is in: the organisation whose data was met.
    pub organisation: OrganisationId,
    /// Who: a key or session, of another organisation where a grant let it in.
    pub principal: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// In which request.
    pub request: String,
    /// When.
    pub created: Timestamp,
}

/// An entry to be added.
#[derive(Debug, Clone)]
pub struct NewAuditEntry {
    /// Who: a key or session.
    pub principal: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// In which request.
    pub request: String,
}

impl AuditEntry {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            principal: row.text("principal")?,
            action: row.text("action")?,
            subject: row.text("subject")?,
            request: row.text("request")?,
            created: row.time("created")?,
        })
    }
}

impl Store {
    /// Adds entries to the log of an organisation, all or none.
    pub async fn add_audit(&self, organisation: &OrganisationId, new: &[NewAuditEntry]) -> Result<()> {
        let mut change = self.db.begin().await?;
        for new in new {
            let id = AuditId::new();
            let sql =
                "INSERT INTO audit (id, organisation, principal, action, subject, request, created) VALUES ($1, $2, $3, $4, $5, $6, $7)";
            let values = values![
                id.as_str(),
                organisation.as_str(),
                new.principal.as_str(),
                new.action.as_str(),
                new.subject.as_str(),
                new.request.as_str(),
                now()
            ];
            change.run(sql, values).await?;
        }
        change.commit().await
    }

    /// The log of an organisation: of one principal or all, one action or all, one subject or all.
    pub async fn audit(
        &self,
        organisation: &OrganisationId,
        principal: Option<&str>,
        action: Option<&str>,
        subject: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<AuditEntry>> {
        let sql = "SELECT * FROM audit WHERE organisation = $1 AND ($2 IS NULL OR principal = $2) AND ($3 IS NULL OR action = $3)
            AND ($4 IS NULL OR subject = $4) AND (created, id) < ($5, $6) ORDER BY created DESC, id DESC LIMIT $7";
        let (created, id) = page.before();
        let rows = self.db.rows(sql, values![organisation.as_str(), principal, action, subject, created, id, page.rows()]).await?;
        let entries = rows.iter().map(AuditEntry::of).collect::<Result<_>>()?;
        Ok(Page::of(entries, page, |e| Cursor::new(e.created, &e.id)))
    }
}
