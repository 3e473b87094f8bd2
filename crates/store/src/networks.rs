//! Networks: a name, and versions of what was uploaded.

use jiff::Timestamp;
use serde::Serialize;

use crate::db::{Row, values};
use crate::jobs;
use crate::{Cursor, Error, NetworkId, OrganisationId, Page, PageRequest, Result, Store, now};

/// A network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Network {
    /// Its id.
    pub id: NetworkId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What it is called.
    pub name: String,
    /// Number of its last version; 0 while it has none.
    pub versions: u64,
    /// Entries of its evidence ledger.
    pub entries: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed: renamed, or given a version or an entry.
    pub changed: Timestamp,
}

impl Network {
    pub(crate) fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            name: row.text("name")?,
            versions: row.count("versions")?,
            entries: row.count("entries")?,
            created: row.time("created")?,
            changed: row.time("changed")?,
        })
    }

    fn found(row: Option<Row>, id: &NetworkId) -> Result<Self> {
        Self::of(&row.ok_or_else(|| Error::missing("network", id))?)
    }
}

/// Ids of all that goes with a network.
macro_rules! of_network {
    () => {
        "(SELECT id FROM versions WHERE network = $1 UNION ALL SELECT id FROM runs WHERE network = $1
        UNION ALL SELECT id FROM results WHERE run IN (SELECT id FROM runs WHERE network = $1)
            OR version IN (SELECT id FROM versions WHERE network = $1) OR against IN (SELECT id FROM versions WHERE network = $1))"
    };
}

impl Store {
    /// Makes a network without a version.
    pub async fn create_network(&self, organisation: &OrganisationId, name: &str) -> Result<Network> {
        let id = NetworkId::new();
        let sql = "INSERT INTO networks (id, organisation, name, versions, entries, created, changed) VALUES ($1, $2, $3, 0, 0, $4, $4)";
        self.db.run(sql, values![id.as_str(), organisation.as_str(), name, now()]).await?;
        self.network(organisation, &id).await
    }

    /// A network of an organisation.
    pub async fn network(&self, organisation: &OrganisationId, id: &NetworkId) -> Result<Network> {
        let sql = "SELECT * FROM networks WHERE organisation = $1 AND id = $2";
        let row = self.db.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Network::found(row, id)
    }

    /// Networks of an organisation.
    pub async fn networks(&self, organisation: &OrganisationId, page: &PageRequest) -> Result<Page<Network>> {
        let sql = "SELECT * FROM networks WHERE organisation = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4";
        let (created, id) = page.before();
        let rows = self.db.rows(sql, values![organisation.as_str(), created, id, page.rows()]).await?;
        let networks = rows.iter().map(Network::of).collect::<Result<_>>()?;
        Ok(Page::of(networks, page, |n| Cursor::new(n.created, &n.id)))
    }

    /// Another name for a network; where it is stated what was read of it, only as long as it is that.
    ///
    /// # Errors
    /// No such network, [`Error::Changed`].
    pub async fn rename_network(
        &self,
        organisation: &OrganisationId,
        id: &NetworkId,
        name: &str,
        read: Option<&Network>,
    ) -> Result<Network> {
        let mut change = self.db.begin().await?;
        // whoever changes the same network at the same time waits here
        let sql = "UPDATE networks SET name = name WHERE organisation = $1 AND id = $2 RETURNING *";
        let row = change.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Error::unless_read("network", id, &Network::found(row, id)?, read)?;
        let sql = "UPDATE networks SET name = $3, changed = $4 WHERE organisation = $1 AND id = $2 RETURNING *";
        let row = change.row(sql, values![organisation.as_str(), id.as_str(), name, now()]).await?;
        let network = Network::found(row, id)?;
        change.commit().await?;
        Ok(network)
    }

    /// Takes a network away, with its versions, runs, results and grants; jobs of it stop. Its evidence ledger stays, as the record of
    /// what was stated, and nobody is shown it any more. The files go with the next [`Store::collect`]. Where it is stated what was read
    /// of it, only as long as it is that.
    ///
    /// # Errors
    /// No such network, [`Error::Changed`].
    pub async fn delete_network(&self, organisation: &OrganisationId, id: &NetworkId, read: Option<&Network>) -> Result<()> {
        let mut change = self.db.begin().await?;
        let sql = concat!("SELECT id FROM jobs WHERE organisation = $2 AND state IN ('queued', 'running') AND subject IN ", of_network!());
        jobs::stop(&mut change, sql, values![id.as_str(), organisation.as_str()]).await?;
        let sql = concat!(
            "DELETE FROM files WHERE EXISTS (SELECT 1 FROM networks WHERE id = $1 AND organisation = $2) AND owner IN ",
            of_network!()
        );
        change.run(sql, values![id.as_str(), organisation.as_str()]).await?;
        let sql = "DELETE FROM networks WHERE organisation = $1 AND id = $2 RETURNING *";
        let row = change.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Error::unless_read("network", id, &Network::found(row, id)?, read)?;
        change.commit().await?;
        self.removed();
        Ok(())
    }
}
