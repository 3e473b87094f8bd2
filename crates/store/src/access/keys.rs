//! Keys of an organisation.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Role;
use crate::db::{Row, values};
use crate::{Cursor, Digest, Error, KeyId, OrganisationId, Page, PageRequest, Result, Store, now};

/// How exactly the last use of a key is known: not every request writes.
const USE_IS_KNOWN_TO: SignedDuration = SignedDuration::from_mins(1);
/// Keys of a series that may be live at once: the old and the new one.
const LIVE: u64 = 2;

/// A key. Its secret is kept nowhere.
#[derive(Debug, Clone, Serialize)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// First key of those that replaced each other.
    pub series: KeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// What it is limited to; empty for all that its role may.
    pub scopes: Vec<String>,
    /// The first letters of the secret, to recognise it by.
    pub prefix: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when it is not taken any more.
    pub expires: Option<Timestamp>,
    /// Since when it is not taken any more.
    pub revoked: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// What it is limited to; empty for all that its role may.
    pub scopes: Vec<String>,
    /// Digest of the secret.
    pub digest: Digest,
    /// The first letters of the secret.
    pub prefix: String,
    /// From when it is not to be taken any more.
    pub expires: Option<Timestamp>,
}

impl Key {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            series: row.parsed("series")?,
            name: row.text("name")?,
            role: row.parsed("role")?,
            scopes: row.json("scopes")?,
            prefix: row.text("prefix")?,
            created: row.time("created")?,
            expires: row.maybe_time("expires")?,
            revoked: row.maybe_time("revoked")?,
            last_used: row.maybe_time("last_used")?,
        })
    }

    /// True if it opens the door at that instant.
    #[must_use]
    pub fn is_live(&self, at: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|end| at < end)
    }
}

const INSERT: &str = "INSERT INTO keys (id, organisation, series, name, role, scopes, digest, prefix, created, expires)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

impl Store {
    /// Makes a key.
    pub async fn create_key(&self, organisation: &OrganisationId, new: &NewKey) -> Result<Key> {
        let id = KeyId::new();
        let scopes = serde_json::Value::from(new.scopes.clone());
        let values = values![
            id.as_str(),
            organisation.as_str(),
            id.as_str(),
            new.name.as_str(),
            new.role.as_str(),
            &scopes,
            new.digest,
            new.prefix.as_str(),
            now(),
            new.expires
        ];
        self.db.run(INSERT, values).await?;
        self.key(organisation, &id).await
    }

    /// Makes a key that takes the place of another, with the same name, role and scopes; the old one is taken for `overlap` more at
    /// most, so that its users can change over.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the key is not live, or two of its series are.
    pub async fn rotate_key(
        &self,
        organisation: &OrganisationId,
        id: &KeyId,
        digest: Digest,
        prefix: &str,
        expires: Option<Timestamp>,
        overlap: SignedDuration,
    ) -> Result<Key> {
        let now = now();
        let new = KeyId::new();
        let mut change = self.db.begin().await?;
        // whoever rotates the same key at the same time waits here
        let sql = "UPDATE keys SET name = name WHERE organisation = $1 AND id = $2 RETURNING *";
        let row = change.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        let old = Key::of(&row.ok_or_else(|| Error::missing("key", id))?)?;
        let conflict = |found: &str, expected| Error::Conflict { what: "key", id: id.to_string(), found: found.to_owned(), expected };
        if !old.is_live(now) {
            return Err(conflict("is not live", "a live key"));
        }
        let sql = "SELECT count(*) AS live FROM keys WHERE series = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)";
        let live = change.row(sql, values![old.series.as_str(), now]).await?.map_or(Ok(0), |row| row.count("live"))?;
        if live >= LIVE {
            return Err(conflict("was rotated already, and both keys are live", "one live key; revoke the older first"));
        }
        let end = now.saturating_add(overlap).unwrap_or(now);
        let end = old.expires.map_or(end, |e| e.min(end));
        change.run("UPDATE keys SET expires = $2 WHERE id = $1", values![id.as_str(), end]).await?;
        let scopes = serde_json::Value::from(old.scopes);
        let values = values![
            new.as_str(),
            organisation.as_str(),
            old.series.as_str(),
            old.name,
            old.role.as_str(),
            &scopes,
            digest,
            prefix,
            now,
            expires
        ];
        change.run(INSERT, values).await?;
        change.commit().await?;
        self.key(organisation, &new).await
    }

    /// A key of an organisation.
    pub async fn key(&self, organisation: &OrganisationId, id: &KeyId) -> Result<Key> {
        let sql = "SELECT * FROM keys WHERE organisation = $1 AND id = $2";
        let row = self.db.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Key::of(&row.ok_or_else(|| Error::missing("key", id))?)
    }

    /// Keys of an organisation, live or not.
    pub async fn keys(&self, organisation: &OrganisationId, page: &PageRequest) -> Result<Page<Key>> {
        let sql = "SELECT * FROM keys WHERE organisation = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4";
        let (created, id) = page.before();
        let rows = self.db.rows(sql, values![organisation.as_str(), created, id, page.rows()]).await?;
        let keys = rows.iter().map(Key::of).collect::<Result<_>>()?;
        Ok(Page::of(keys, page, |k| Cursor::new(k.created, &k.id)))
    }

    /// From now on a key is not taken any more.
    pub async fn revoke_key(&self, organisation: &OrganisationId, id: &KeyId) -> Result<Key> {
        let sql = "UPDATE keys SET revoked = coalesce(revoked, $3) WHERE organisation = $1 AND id = $2";
        self.db.run(sql, values![organisation.as_str(), id.as_str(), now()]).await?;
        self.key(organisation, id).await
    }

    /// The key whose secret has this digest, live or not: see [`Key::is_live`].
    pub async fn key_by_digest(&self, digest: &Digest) -> Result<Option<Key>> {
        let row = self.db.row("SELECT * FROM keys WHERE digest = $1", values![*digest]).await?;
        row.as_ref().map(Key::of).transpose()
    }

    /// Notes that a key was used, unless that is known for the last minute.
    pub async fn note_use(&self, key: &Key) -> Result<()> {
        let now = now();
        if key.last_used.is_some_and(|last| now.duration_since(last) < USE_IS_KNOWN_TO) {
            return Ok(());
        }
        let before = now.saturating_sub(USE_IS_KNOWN_TO).unwrap_or(now);
        let sql = "UPDATE keys SET last_used = $2 WHERE id = $1 AND (last_used IS NULL OR last_used <= $3)";
        self.db.run(sql, values![key.id.as_str(), now, before]).await.map(|_| ())
    }
}
