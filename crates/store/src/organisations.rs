//! Organisations: each sees what is its own.

use jiff::Timestamp;
use serde::Serialize;

use crate::db::{Row, values};
use crate::{Error, OrganisationId, Result, Store, now};

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is called.
    pub name: String,
    /// When it was added.
    pub created: Timestamp,
}

impl Organisation {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self { id: row.parsed("id")?, name: row.text("name")?, created: row.time("created")? })
    }

    fn found(row: Option<Row>, id: &OrganisationId) -> Result<Self> {
        Self::of(&row.ok_or_else(|| Error::missing("organisation", id))?)
    }
}

impl Store {
    /// Adds an organisation.
    pub async fn create_organisation(&self, name: &str) -> Result<Organisation> {
        let organisation = Organisation { id: OrganisationId::new(), name: name.to_owned(), created: now() };
        let sql = "INSERT INTO organisations (id, name, created) VALUES ($1, $2, $3)";
        self.db.run(sql, values![organisation.id.as_str(), name, organisation.created]).await?;
        Ok(organisation)
    }

    /// An organisation: who asks is in it, or names it in a grant.
    pub async fn organisation(&self, id: &OrganisationId) -> Result<Organisation> {
        let row = self.db.row("SELECT * FROM organisations WHERE id = $1", values![id.as_str()]).await?;
        Organisation::found(row, id)
    }

    /// All organisations, the oldest first; for operation.
    pub async fn organisations(&self) -> Result<Vec<Organisation>> {
        let rows = self.db.rows("SELECT * FROM organisations ORDER BY created, id", vec![]).await?;
        rows.iter().map(Organisation::of).collect()
    }

    /// Another name for an organisation; where it is stated what was read of it, only as long as it is that.
    ///
    /// # Errors
    /// No such organisation, [`Error::Changed`].
    pub async fn rename_organisation(&self, id: &OrganisationId, name: &str, read: Option<&Organisation>) -> Result<Organisation> {
        let mut change = self.db.begin().await?;
        // whoever changes the same organisation at the same time waits here
        let row = change.row("UPDATE organisations SET name = name WHERE id = $1 RETURNING *", values![id.as_str()]).await?;
        Error::unless_read("organisation", id, &Organisation::found(row, id)?, read)?;
        let row = change.row("UPDATE organisations SET name = $2 WHERE id = $1 RETURNING *", values![id.as_str(), name]).await?;
        let organisation = Organisation::found(row, id)?;
        change.commit().await?;
        Ok(organisation)
    }
}
