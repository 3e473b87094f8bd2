//! The audit log: who did and saw what. Only added to.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use crate::db::{Row, values};
use crate::{AuditId, Cursor, Error, OrganisationId, Page, PageRequest, Result, Store, now};

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
    /// Ids of the sites that were seen of it, each once; none where it was seen as a whole.
    pub sites: Vec<String>,
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
    /// Ids of the sites that were seen of it.
    pub sites: BTreeSet<String>,
    /// In which request.
    pub request: String,
}

/// Which entries; all unless told otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditFilter<'a> {
    /// Of one principal.
    pub principal: Option<&'a str>,
    /// Of one action.
    pub action: Option<&'a str>,
    /// Of one subject.
    pub subject: Option<&'a str>,
    /// By which a site was seen, by its id.
    pub site: Option<&'a str>,
}

/// Ids as they are kept: JSON texts with a comma before, between and after them, so that a text with its commas is in there only where
/// the id is.
fn kept<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for id in ids {
        out.push(',');
        out.push_str(&serde_json::Value::from(id).to_string());
    }
    if !out.is_empty() {
        out.push(',');
    }
    out
}

fn ids(kept: &str) -> Result<Vec<String>> {
    let malformed = |_| Error::Malformed { what: "sites of an audit entry", expected: "ids as this program keeps them" };
    serde_json::from_str(&format!("[{}]", kept.trim_matches(','))).map_err(malformed)
}

impl AuditEntry {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            principal: row.text("principal")?,
            action: row.text("action")?,
            subject: row.text("subject")?,
            sites: ids(&row.text("sites")?)?,
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
            let sql = "INSERT INTO audit (id, organisation, principal, action, subject, sites, request, created)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
            let sites = kept(new.sites.iter().map(String::as_str));
            let values = values![
                id.as_str(),
                organisation.as_str(),
                new.principal.as_str(),
                new.action.as_str(),
                new.subject.as_str(),
                sites.as_str(),
                new.request.as_str(),
                now()
            ];
            change.run(sql, values).await?;
        }
        change.commit().await
    }

    /// The log of an organisation. Who saw a site is found by looking through the log.
    pub async fn audit(&self, organisation: &OrganisationId, filter: AuditFilter<'_>, page: &PageRequest) -> Result<Page<AuditEntry>> {
        let sql = "SELECT * FROM audit WHERE organisation = $1 AND ($2 IS NULL OR principal = $2) AND ($3 IS NULL OR action = $3)
            AND ($4 IS NULL OR subject = $4) AND ($5 IS NULL OR replace(sites, $5, '') <> sites) AND (created, id) < ($6, $7)
            ORDER BY created DESC, id DESC LIMIT $8";
        let AuditFilter { principal, action, subject, site } = filter;
        let site = site.map(|id| kept([id]));
        let (created, id) = page.before();
        let values = values![organisation.as_str(), principal, action, subject, site.as_deref(), created, id, page.rows()];
        let rows = self.db.rows(sql, values).await?;
        let entries = rows.iter().map(AuditEntry::of).collect::<Result<_>>()?;
        Ok(Page::of(entries, page, |e| Cursor::new(e.created, &e.id)))
    }
}
