//! Saved column mappings.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::db::{Row, values};
use crate::{Cursor, Error, MappingId, OrganisationId, Page, PageRequest, Result, Store, now};

/// A column mapping under a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mapping {
    /// Its id.
    pub id: MappingId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What it is called; one of each name.
    pub name: String,
    /// As `check --suggest-map` writes it.
    pub mapping: Value,
    /// When it was saved first.
    pub created: Timestamp,
    /// When it was saved last.
    pub changed: Timestamp,
}

impl Mapping {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            name: row.text("name")?,
            mapping: row.json("mapping")?,
            created: row.time("created")?,
            changed: row.time("changed")?,
        })
    }

    fn found(row: Option<Row>, id: &MappingId) -> Result<Self> {
        Self::of(&row.ok_or_else(|| Error::missing("mapping", id))?)
    }
}

/// A name that is taken is a conflict.
fn taken(error: Error, name: &str) -> Error {
    if error.is_duplicate() {
        let found = "is the name of another".to_owned();
        return Error::Conflict { what: "mapping", id: format!("`{name}`"), found, expected: "another name" };
    }
    error
}

impl Store {
    /// Saves a mapping.
    pub async fn create_mapping(&self, organisation: &OrganisationId, name: &str, mapping: &Value) -> Result<Mapping> {
        let id = MappingId::new();
        let sql = "INSERT INTO mappings (id, organisation, name, mapping, created, changed) VALUES ($1, $2, $3, $4, $5, $5)";
        let values = values![id.as_str(), organisation.as_str(), name, mapping, now()];
        self.db.run(sql, values).await.map_err(|e| taken(e, name))?;
        self.mapping(organisation, &id).await
    }

    /// A mapping of an organisation.
    pub async fn mapping(&self, organisation: &OrganisationId, id: &MappingId) -> Result<Mapping> {
        let sql = "SELECT * FROM mappings WHERE organisation = $1 AND id = $2";
        let row = self.db.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Mapping::found(row, id)
    }

    /// Mappings of an organisation.
    pub async fn mappings(&self, organisation: &OrganisationId, page: &PageRequest) -> Result<Page<Mapping>> {
        let sql = "SELECT * FROM mappings WHERE organisation = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4";
        let (created, id) = page.before();
        let rows = self.db.rows(sql, values![organisation.as_str(), created, id, page.rows()]).await?;
        let mappings = rows.iter().map(Mapping::of).collect::<Result<_>>()?;
        Ok(Page::of(mappings, page, |m| Cursor::new(m.created, &m.id)))
    }

    /// Saves a mapping anew; where it is stated what was read of it, only as long as it is that.
    ///
    /// # Errors
    /// No such mapping, [`Error::Changed`], [`Error::Conflict`] when another has the name.
    pub async fn change_mapping(
        &self,
        organisation: &OrganisationId,
        id: &MappingId,
        name: &str,
        mapping: &Value,
        read: Option<&Mapping>,
    ) -> Result<Mapping> {
        let mut change = self.db.begin().await?;
        // whoever changes the same mapping at the same time waits here
        let sql = "UPDATE mappings SET name = name WHERE organisation = $1 AND id = $2 RETURNING *";
        let row = change.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Error::unless_read("mapping", id, &Mapping::found(row, id)?, read)?;
        let sql = "UPDATE mappings SET name = $3, mapping = $4, changed = $5 WHERE organisation = $1 AND id = $2 RETURNING *";
        let values = values![organisation.as_str(), id.as_str(), name, mapping, now()];
        let row = change.row(sql, values).await.map_err(|e| taken(e, name))?;
        let mapping = Mapping::found(row, id)?;
        change.commit().await?;
        Ok(mapping)
    }

    /// Takes a mapping away; where it is stated what was read of it, only as long as it is that.
    ///
    /// # Errors
    /// No such mapping, [`Error::Changed`].
    pub async fn delete_mapping(&self, organisation: &OrganisationId, id: &MappingId, read: Option<&Mapping>) -> Result<()> {
        let mut change = self.db.begin().await?;
        let sql = "DELETE FROM mappings WHERE organisation = $1 AND id = $2 RETURNING *";
        let row = change.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Error::unless_read("mapping", id, &Mapping::found(row, id)?, read)?;
        change.commit().await
    }
}
