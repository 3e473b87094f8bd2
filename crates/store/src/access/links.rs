//! One-time links: open the app once, without typing a key.

use jiff::Timestamp;
use serde_json::Value;

use super::Role;
use crate::db::values;
use crate::{Digest, LinkId, OrganisationId, Result, Store, now};

/// A link that was taken; it works no second time.
#[derive(Debug, Clone)]
pub struct OneTimeLink {
    /// Its id.
    pub id: LinkId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What a session begun with it may do.
    pub role: Role,
    /// What was kept with it.
    pub payload: Value,
}

impl Store {
    /// Makes a link, by the digest of its secret.
    pub async fn create_link(
        &self,
        organisation: &OrganisationId,
        digest: &Digest,
        role: Role,
        payload: &Value,
        expires: Timestamp,
    ) -> Result<LinkId> {
        let id = LinkId::new();
        let sql = "INSERT INTO one_time_links (id, organisation, digest, role, payload, created, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = values![id.as_str(), organisation.as_str(), *digest, role.as_str(), payload, now(), expires];
        self.db.run(sql, values).await?;
        Ok(id)
    }

    /// Takes a link: the first who asks gets it, and nobody after.
    pub async fn take_link(&self, digest: &Digest) -> Result<Option<OneTimeLink>> {
        let sql = "UPDATE one_time_links SET used = $2 WHERE digest = $1 AND used IS NULL AND expires > $2 RETURNING *";
        let mut change = self.db.begin().await?;
        let row = change.row(sql, values![*digest, now()]).await?;
        let taken = row.map(|row| {
            Ok::<_, crate::Error>(OneTimeLink {
                id: row.parsed("id")?,
                organisation: row.parsed("organisation")?,
                role: row.parsed("role")?,
                payload: row.json("payload")?,
            })
        });
        change.commit().await?;
        taken.transpose()
    }
}
