//! Grants: a run is shown to another organisation, for a time and to a degree.

use jiff::Timestamp;
use serde::Serialize;

use crate::db::{Row, values};
use crate::runs::Run;
use crate::word::words;
use crate::{Cursor, Error, GrantId, OrganisationId, Page, PageRequest, Result, RunId, Store, now};

words! {
    /// What a grant leaves out.
    Redaction("redaction") {
        /// Nothing.
        Full "full",
        /// Names and ids of sites.
        NoSites "no_sites",
        /// All but sums.
        Aggregate "aggregate",
    }
}

/// A grant of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Whose run it is.
    pub organisation: OrganisationId,
    /// Which run.
    pub run: RunId,
    /// Who may see it.
    pub grantee: OrganisationId,
    /// What is left out.
    pub redaction: Redaction,
    /// When it was given.
    pub created: Timestamp,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// Since when it is taken back.
    pub revoked: Option<Timestamp>,
}

/// A grant to be given.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// Which run.
    pub run: RunId,
    /// Who may see it.
    pub grantee: OrganisationId,
    /// What is left out.
    pub redaction: Redaction,
    /// When it ends by itself.
    pub expires: Timestamp,
}

/// A run, and why it may be seen.
#[derive(Debug, Clone)]
pub struct Access {
    /// The run.
    pub run: Run,
    /// The grant by which it is seen; none by its owner.
    pub grant: Option<Grant>,
}

impl Grant {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            run: row.parsed("run")?,
            grantee: row.parsed("grantee")?,
            redaction: row.parsed("redaction")?,
            created: row.time("created")?,
            expires: row.time("expires")?,
            revoked: row.maybe_time("revoked")?,
        })
    }
}

impl Store {
    /// Gives a grant.
    ///
    /// # Errors
    /// No such run, no such organisation to grant to, or it is the owner itself.
    pub async fn create_grant(&self, organisation: &OrganisationId, new: &NewGrant) -> Result<Grant> {
        if new.grantee == *organisation {
            let found = "is the owner of the run".to_owned();
            return Err(Error::Conflict { what: "organisation", id: organisation.to_string(), found, expected: "another organisation" });
        }
        self.run(organisation, &new.run).await?;
        self.organisation(&new.grantee).await?;
        let id = GrantId::new();
        let sql = "INSERT INTO grants (id, organisation, run, grantee, redaction, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values =
            values![id.as_str(), organisation.as_str(), new.run.as_str(), new.grantee.as_str(), new.redaction.as_str(), now(), new.expires];
        self.db.run(sql, values).await?;
        self.grant(organisation, &id).await
    }

    /// A grant that an organisation gave.
    pub async fn grant(&self, organisation: &OrganisationId, id: &GrantId) -> Result<Grant> {
        let sql = "SELECT * FROM grants WHERE organisation = $1 AND id = $2";
        let row = self.db.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Grant::of(&row.ok_or_else(|| Error::missing("grant", id))?)
    }

    /// Grants that an organisation gave, of one run or of all, live or not.
    pub async fn grants(&self, organisation: &OrganisationId, run: Option<&RunId>, page: &PageRequest) -> Result<Page<Grant>> {
        let sql = "SELECT * FROM grants WHERE organisation = $1 AND ($2 IS NULL OR run = $2) AND (created, id) < ($3, $4)
            ORDER BY created DESC, id DESC LIMIT $5";
        let (created, id) = page.before();
        let run = run.map(RunId::as_str);
        let rows = self.db.rows(sql, values![organisation.as_str(), run, created, id, page.rows()]).await?;
        let grants = rows.iter().map(Grant::of).collect::<Result<_>>()?;
        Ok(Page::of(grants, page, |g| Cursor::new(g.created, &g.id)))
    }

    /// Grants that an organisation was given and that are live.
    pub async fn grants_to(&self, grantee: &OrganisationId, page: &PageRequest) -> Result<Page<Grant>> {
        let sql = "SELECT * FROM grants WHERE grantee = $1 AND revoked IS NULL AND expires > $2 AND (created, id) < ($3, $4)
            ORDER BY created DESC, id DESC LIMIT $5";
        let (created, id) = page.before();
        let rows = self.db.rows(sql, values![grantee.as_str(), now(), created, id, page.rows()]).await?;
        let grants = rows.iter().map(Grant::of).collect::<Result<_>>()?;
        Ok(Page::of(grants, page, |g| Cursor::new(g.created, &g.id)))
    }

    /// Takes a grant back.
    pub async fn revoke_grant(&self, organisation: &OrganisationId, id: &GrantId) -> Result<Grant> {
        let sql = "UPDATE grants SET revoked = coalesce(revoked, $3) WHERE organisation = $1 AND id = $2";
        self.db.run(sql, values![organisation.as_str(), id.as_str(), now()]).await?;
        self.grant(organisation, id).await
    }

    /// A run that an organisation owns or was granted; of several grants the one that leaves out least.
    ///
    /// # Errors
    /// [`Error::Missing`], whether the run is not there or may not be seen.
    pub async fn access_run(&self, organisation: &OrganisationId, id: &RunId) -> Result<Access> {
        match self.run(organisation, id).await {
            Err(Error::Missing { .. }) => {}
            found => return Ok(Access { run: found?, grant: None }),
        }
        let sql = "SELECT * FROM grants WHERE grantee = $1 AND run = $2 AND revoked IS NULL AND expires > $3";
        let rows = self.db.rows(sql, values![organisation.as_str(), id.as_str(), now()]).await?;
        let grants = rows.iter().map(Grant::of).collect::<Result<Vec<_>>>()?;
        let grant = grants.into_iter().min_by_key(|g| g.redaction).ok_or_else(|| Error::missing("run", id))?;
        let run = self.run(&grant.organisation, id).await?;
        Ok(Access { run, grant: Some(grant) })
    }
}
