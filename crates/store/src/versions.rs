//! Versions of a network: what was uploaded, and how it is to be read. They never change.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::db::{Row, Transaction, values};
use crate::files;
use crate::jobs::{self, JobKind, QueueLimits};
use crate::{
    Cursor, Digest, Error, File, FileRole, JobId, NetworkId, NewFile, OrganisationId, Page, PageRequest, Result, State, Store, VersionId,
    now,
};

/// A version of a network.
#[derive(Debug, Clone, Serialize)]
pub struct Version {
    /// Its id.
    pub id: VersionId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Of which network.
    pub network: NetworkId,
    /// Versions of a network are numbered from 1.
    pub number: u64,
    /// Digest over its files and options: the same upload is the same version.
    pub digest: Digest,
    /// How its files are to be read.
    pub options: Value,
    /// What became of it.
    pub state: State,
    /// What was read: counts of tables and issues.
    pub summary: Option<Value>,
    /// Why it was rejected or failed: a code.
    pub code: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    /// The job that reads it.
    pub job: JobId,
    /// When it was uploaded.
    pub created: Timestamp,
    /// When it was read.
    pub finished: Option<Timestamp>,
}

/// A version to be made.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// What was uploaded.
    pub files: Vec<NewFile>,
    /// How it is to be read.
    pub options: Value,
}

/// Something that was added, or was there before.
#[derive(Debug, Clone)]
pub struct Added<T> {
    /// The thing.
    pub value: T,
    /// False if it was there before.
    pub new: bool,
}

impl Version {
    pub(crate) fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            network: row.parsed("network")?,
            number: row.count("number")?,
            digest: row.parsed("digest")?,
            options: row.json("options")?,
            state: row.parsed("state")?,
            summary: row.maybe_json("summary")?,
            code: row.maybe_text("code")?,
            message: row.maybe_text("message")?,
            job: row.parsed("job")?,
            created: row.time("created")?,
            finished: row.maybe_time("finished")?,
        })
    }
}

impl NewVersion {
    /// Over names and digests of the files, in order of names, and the options.
    fn digest(&self) -> Digest {
        let mut files: Vec<String> = self.files.iter().map(|f| format!("{} {}", f.blob.digest(), f.name)).collect();
        files.sort();
        let mut text = files.join("\n");
        // writing to a string cannot fail
        let _ = write!(text, "\n\n{}", self.options);
        Digest::of(text.as_bytes())
    }
}

async fn by_digest(change: &mut Transaction, network: &NetworkId, digest: Digest) -> Result<Option<Version>> {
    let sql = "SELECT * FROM versions WHERE network = $1 AND digest = $2";
    change.row(sql, values![network.as_str(), digest]).await?.as_ref().map(Version::of).transpose()
}

impl Store {
    /// Adds a version to a network, and the job that reads it. The same files with the same options again are the version that there is;
    /// if reading it failed or was cancelled, it is read again. Once this returns, the upload is kept: files and rows are on the disk.
    ///
    /// # Errors
    /// [`Error::QueueFull`], [`Error::Full`], no such network.
    pub async fn create_version(
        &self,
        organisation: &OrganisationId,
        network: &NetworkId,
        new: &NewVersion,
        limits: QueueLimits,
    ) -> Result<Added<Version>> {
        let mut change = self.db.begin().await?;
        // whoever adds a version to the same network at the same time waits here
        let sql = "UPDATE networks SET versions = versions + 1, changed = $3 WHERE organisation = $1 AND id = $2 RETURNING versions";
        let now = now();
        let row = change.row(sql, values![organisation.as_str(), network.as_str(), now]).await?;
        let number = row.ok_or_else(|| Error::missing("network", network))?.int("versions")?;
        let digest = new.digest();
        if let Some(value) = by_digest(&mut change, network, digest).await? {
            if !matches!(value.state, State::Failed | State::Cancelled) {
                return Ok(Added { value, new: false });
            }
            // no fault of the input: it is read again
            let job = jobs::enqueue(&mut change, organisation, JobKind::Ingest, value.id.as_str(), limits).await?;
            let sql = "UPDATE versions SET state = 'waiting', job = $2, code = NULL, message = NULL, finished = NULL WHERE id = $1";
            change.run(sql, values![value.id.as_str(), job.as_str()]).await?;
            // the number that was taken above stays free
            let sql = "UPDATE networks SET versions = versions - 1 WHERE id = $1";
            change.run(sql, values![network.as_str()]).await?;
            change.commit().await?;
            self.changed();
            return Ok(Added { value: self.version(organisation, &value.id).await?, new: false });
        }
        let id = VersionId::new();
        let job = jobs::enqueue(&mut change, organisation, JobKind::Ingest, id.as_str(), limits).await?;
        let sql = "INSERT INTO versions (id, organisation, network, number, digest, options, state, job, created)
            VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)";
        let values = values![id.as_str(), organisation.as_str(), network.as_str(), number, digest, &new.options, job.as_str(), now];
        change.run(sql, values).await?;
        files::insert(&mut change, id.as_str(), FileRole::Input, &new.files).await?;
        change.commit().await?;
        self.changed();
        Ok(Added { value: self.version(organisation, &id).await?, new: true })
    }

    /// A version of an organisation's network.
    pub async fn version(&self, organisation: &OrganisationId, id: &VersionId) -> Result<Version> {
        let sql = "SELECT * FROM versions WHERE organisation = $1 AND id = $2";
        let row = self.db.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Version::of(&row.ok_or_else(|| Error::missing("version", id))?)
    }

    /// Versions of a network.
    pub async fn versions(&self, organisation: &OrganisationId, network: &NetworkId, page: &PageRequest) -> Result<Page<Version>> {
        let sql = "SELECT * FROM versions WHERE organisation = $1 AND network = $2 AND (created, id) < ($3, $4)
            ORDER BY created DESC, id DESC LIMIT $5";
        let (created, id) = page.before();
        let rows = self.db.rows(sql, values![organisation.as_str(), network.as_str(), created, id, page.rows()]).await?;
        let versions = rows.iter().map(Version::of).collect::<Result<_>>()?;
        Ok(Page::of(versions, page, |v| Cursor::new(v.created, &v.id)))
    }

    /// The last version of a network that is ready.
    pub async fn ready_version(&self, organisation: &OrganisationId, network: &NetworkId) -> Result<Option<Version>> {
        let sql = "SELECT * FROM versions WHERE organisation = $1 AND network = $2 AND state = 'ready' ORDER BY number DESC LIMIT 1";
        let row = self.db.row(sql, values![organisation.as_str(), network.as_str()]).await?;
        row.as_ref().map(Version::of).transpose()
    }

    /// Files of a version: what was uploaded, and issues and rejected rows that were found.
    pub async fn version_files(&self, organisation: &OrganisationId, id: &VersionId) -> Result<Vec<File>> {
        self.version(organisation, id).await?;
        self.files_of(id.as_str()).await
    }
}
