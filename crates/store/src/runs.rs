//! Runs: one assessment of a version of a network.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::db::{Row, values};
use crate::files;
use crate::jobs::{self, JobKind, QueueLimits};
use crate::{
    Cursor, Error, File, FileRole, JobId, NetworkId, NewFile, OrganisationId, Page, PageRequest, Result, RunId, State, Store, VersionId,
    now,
};

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Of which network.
    pub network: NetworkId,
    /// Of which version.
    pub version: VersionId,
    /// How it is scored.
    pub options: Value,
    /// What became of it.
    pub state: State,
    /// What there is to say of it at a glance, once it is ready.
    pub summary: Option<Value>,
    /// Bytes of its folder.
    pub size: Option<u64>,
    /// Why it failed: a code.
    pub code: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    /// The job that makes it.
    pub job: JobId,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it was ready, or failed.
    pub finished: Option<Timestamp>,
}

/// A run to be made.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// Of which version; it must be ready.
    pub version: VersionId,
    /// How it is to be scored.
    pub options: Value,
    /// Files that come with it: a reviewed table of matches.
    pub files: Vec<NewFile>,
}

impl Run {
    pub(crate) fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            network: row.parsed("network")?,
            version: row.parsed("version")?,
            options: row.json("options")?,
            state: row.parsed("state")?,
            summary: row.maybe_json("summary")?,
            size: row.maybe_int("size")?.and_then(|size| size.try_into().ok()),
            code: row.maybe_text("code")?,
            message: row.maybe_text("message")?,
            job: row.parsed("job")?,
            created: row.time("created")?,
            finished: row.maybe_time("finished")?,
        })
    }
}

impl Store {
    /// Asks for a run: adds it, and the job that makes it.
    ///
    /// # Errors
    /// No such version, [`Error::Conflict`] when it is not ready, [`Error::QueueFull`].
    pub async fn create_run(&self, organisation: &OrganisationId, new: &NewRun, limits: QueueLimits) -> Result<Run> {
        let version = self.version(organisation, &new.version).await?;
        if version.state != State::Ready {
            let found = format!("is {}", version.state);
            return Err(Error::Conflict { what: "version", id: version.id.to_string(), found, expected: "one that is ready" });
        }
        let id = RunId::new();
        let mut change = self.db.begin().await?;
        let job = jobs::enqueue(&mut change, organisation, JobKind::Score, id.as_str(), limits).await?;
        let sql = "INSERT INTO runs (id, organisation, network, version, options, state, job, created)
            SELECT $1, organisation, network, id, $4, 'waiting', $5, $6 FROM versions WHERE organisation = $2 AND id = $3";
        let values = values![id.as_str(), organisation.as_str(), new.version.as_str(), &new.options, job.as_str(), now()];
        if change.run(sql, values).await? == 0 {
            return Err(Error::missing("version", &new.version));
        }
        files::insert(&mut change, id.as_str(), FileRole::Input, &new.files).await?;
        change.commit().await?;
        self.changed();
        self.run(organisation, &id).await
    }

    /// A run of an organisation; for runs of others that it was granted, see [`Store::access_run`].
    pub async fn run(&self, organisation: &OrganisationId, id: &RunId) -> Result<Run> {
        let sql = "SELECT * FROM runs WHERE organisation = $1 AND id = $2";
        let row = self.db.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        Run::of(&row.ok_or_else(|| Error::missing("run", id))?)
    }

    /// Runs of an organisation, of one network or of all.
    pub async fn runs(&self, organisation: &OrganisationId, network: Option<&NetworkId>, page: &PageRequest) -> Result<Page<Run>> {
        let sql = "SELECT * FROM runs WHERE organisation = $1 AND ($2 IS NULL OR network = $2) AND (created, id) < ($3, $4)
            ORDER BY created DESC, id DESC LIMIT $5";
        let (created, id) = page.before();
        let network = network.map(NetworkId::as_str);
        let rows = self.db.rows(sql, values![organisation.as_str(), network, created, id, page.rows()]).await?;
        let runs = rows.iter().map(Run::of).collect::<Result<_>>()?;
        Ok(Page::of(runs, page, |r| Cursor::new(r.created, &r.id)))
    }

    /// Files in the folder of a run, and those that came with it.
    pub async fn run_files(&self, organisation: &OrganisationId, id: &RunId) -> Result<Vec<File>> {
        self.run(organisation, id).await?;
        self.files_of(id.as_str()).await
    }

    /// Takes a run away, with its results and grants; jobs of it stop. The files go with the next [`Store::collect`]. Where it is stated
    /// what was read of it, only as long as it is that.
    ///
    /// # Errors
    /// No such run, [`Error::Changed`].
    pub async fn delete_run(&self, organisation: &OrganisationId, id: &RunId, read: Option<&Run>) -> Result<()> {
        let mut change = self.db.begin().await?;
        let values = || values![id.as_str(), organisation.as_str()];
        let sql = "SELECT id FROM jobs WHERE organisation = $2 AND state IN ('queued', 'running')
            AND (subject = $1 OR subject IN (SELECT id FROM results WHERE run = $1))";
        jobs::stop(&mut change, sql, values()).await?;
        let sql = "DELETE FROM files WHERE (owner = $1 OR owner IN (SELECT id FROM results WHERE run = $1))
            AND EXISTS (SELECT 1 FROM runs WHERE id = $1 AND organisation = $2)";
        change.run(sql, values()).await?;
        let row = change.row("DELETE FROM runs WHERE id = $1 AND organisation = $2 RETURNING *", values()).await?;
        Error::unless_read("run", id, &Run::of(&row.ok_or_else(|| Error::missing("run", id))?)?, read)?;
        change.commit().await?;
        self.removed();
        Ok(())
    }
}
