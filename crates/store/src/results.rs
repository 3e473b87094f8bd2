//! Results: what was made from a run, or beside one.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::db::{Row, values};
use crate::files;
use crate::jobs::{self, JobKind, QueueLimits};
use crate::word::words;
use crate::{
    Cursor, Error, File, FileRole, JobId, NewFile, OrganisationId, Page, PageRequest, Result, ResultId, RunId, State, Store, VersionId, now,
};

words! {
    /// Kind of a result.
    ResultKind("kind of result") {
        /// Visits of teams, or what to do next.
        Plan "plan",
        /// What a change would do.
        WhatIf "what-if",
        /// A document.
        Report "report",
        /// Findings held against rules of law.
        Qualification "qualification",
        /// A pack that moves scores by what visits found.
        Learned "learned",
        /// A reference pack of a user, held against schemas and the packs below it.
        Pack "pack",
        /// Two packs side by side, and which results would move.
        PackDiff "pack-diff",
        /// Entries of a version that are the same site, for review.
        Matches "matches",
        /// What sites contribute to buyers, as a table.
        Contributions "contributions",
        /// How well the method does with packs laid over.
        ModelCard "model-card",
        /// A table of a run in another form.
        Export "export",
    }
}

impl ResultKind {
    /// The kind of job that makes it.
    #[must_use]
    pub fn job(self) -> JobKind {
        match self {
            Self::Plan => JobKind::Plan,
            Self::WhatIf => JobKind::WhatIf,
            Self::Report => JobKind::Report,
            Self::Qualification => JobKind::Qualify,
            Self::Learned => JobKind::Learn,
            Self::Pack => JobKind::CheckPack,
            Self::PackDiff => JobKind::DiffPacks,
            Self::Matches => JobKind::Match,
            Self::Contributions => JobKind::Trace,
            Self::ModelCard => JobKind::Validate,
            Self::Export => JobKind::Export,
        }
    }

    /// True if a run may be scored, and a table read, with it laid over the built-in packs.
    #[must_use]
    pub fn is_pack(self) -> bool {
        matches!(self, Self::Pack | Self::Learned)
    }
}

/// A result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunResult {
    /// Its id.
    pub id: ResultId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// From which run; none where no run is needed.
    pub run: Option<RunId>,
    /// From which version, where it is made from one.
    pub version: Option<VersionId>,
    /// What it is.
    pub kind: ResultKind,
    /// What was asked for; null in lists.
    pub options: Value,
    /// What became of it.
    pub state: State,
    /// What the program printed, as JSON; none in lists.
    pub summary: Option<Value>,
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

/// Which results.
#[derive(Debug, Clone, Default)]
pub struct ResultFilter {
    /// From one run.
    pub run: Option<RunId>,
    /// From one version.
    pub version: Option<VersionId>,
    /// Of one kind.
    pub kind: Option<ResultKind>,
}

/// A result to be made.
#[derive(Debug, Clone)]
pub struct NewResult {
    /// From which run; it must be ready.
    pub run: Option<RunId>,
    /// From which version; it must be ready.
    pub version: Option<VersionId>,
    /// The version that it is held against; it must be ready. The result goes with either.
    pub against: Option<VersionId>,
    /// What it is.
    pub kind: ResultKind,
    /// What is asked for.
    pub options: Value,
    /// Files that come with the question: teams, results of visits, findings.
    pub files: Vec<NewFile>,
}

impl RunResult {
    pub(crate) fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parsed("id")?,
            organisation: row.parsed("organisation")?,
            run: row.maybe_parsed("run")?,
            version: row.maybe_parsed("version")?,
            kind: row.parsed("kind")?,
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

impl Store {
    /// Asks for a result: adds it, and the job that makes it.
    ///
    /// # Errors
    /// No such run or version, [`Error::Conflict`] when it is not ready, [`Error::QueueFull`].
    pub async fn create_result(&self, organisation: &OrganisationId, new: &NewResult, limits: QueueLimits) -> Result<RunResult> {
        let mut change = self.db.begin().await?;
        let run = new.run.as_ref().map(RunId::as_str);
        let [version, against] = [&new.version, &new.against].map(|id| id.as_ref().map(VersionId::as_str));
        let of_run = "SELECT state FROM runs WHERE organisation = $1 AND id = $2";
        let of_version = "SELECT state FROM versions WHERE organisation = $1 AND id = $2";
        for (what, sql, id) in [("run", of_run, run), ("version", of_version, version), ("version", of_version, against)] {
            let Some(id) = id else { continue };
            let row = change.row(sql, values![organisation.as_str(), id]).await?;
            let state: State = row.ok_or_else(|| Error::missing(what, &id))?.parsed("state")?;
            if state != State::Ready {
                return Err(Error::Conflict { what, id: id.to_owned(), found: format!("is {state}"), expected: "one that is ready" });
            }
        }
        let id = ResultId::new();
        let job = jobs::enqueue(&mut change, organisation, new.kind.job(), id.as_str(), limits).await?;
        let sql = "INSERT INTO results (id, organisation, run, version, against, kind, options, state, job, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9)";
        let (kind, job) = (new.kind.as_str(), job.as_str());
        change.run(sql, values![id.as_str(), organisation.as_str(), run, version, against, kind, &new.options, job, now()]).await?;
        files::insert(&mut change, id.as_str(), FileRole::Input, &new.files).await?;
        change.commit().await?;
        self.changed();
        self.result(organisation, &id).await
    }

    /// A result of an organisation.
    pub async fn result(&self, organisation: &OrganisationId, id: &ResultId) -> Result<RunResult> {
        let sql = "SELECT * FROM results WHERE organisation = $1 AND id = $2";
        let row = self.db.row(sql, values![organisation.as_str(), id.as_str()]).await?;
        RunResult::of(&row.ok_or_else(|| Error::missing("result", id))?)
    }

    /// Results of an organisation, without options and summaries: they may name sites, and a page of them be larger than memory.
    pub async fn results(&self, organisation: &OrganisationId, filter: &ResultFilter, page: &PageRequest) -> Result<Page<RunResult>> {
        let sql =
            "SELECT id, organisation, run, version, kind, 'null' AS options, state, CAST(NULL AS TEXT) AS summary, code, message, job,
            created, finished FROM results WHERE organisation = $1 AND ($2 IS NULL OR run = $2) AND ($3 IS NULL OR version = $3)
            AND ($4 IS NULL OR kind = $4) AND (created, id) < ($5, $6) ORDER BY created DESC, id DESC LIMIT $7";
        let (created, id) = page.before();
        let (run, version) = (filter.run.as_ref().map(RunId::as_str), filter.version.as_ref().map(VersionId::as_str));
        let kind = filter.kind.map(ResultKind::as_str);
        let rows = self.db.rows(sql, values![organisation.as_str(), run, version, kind, created, id, page.rows()]).await?;
        let results = rows.iter().map(RunResult::of).collect::<Result<_>>()?;
        Ok(Page::of(results, page, |r| Cursor::new(r.created, &r.id)))
    }

    /// Files of a result: what came with the question, and what was made.
    pub async fn result_files(&self, organisation: &OrganisationId, id: &ResultId) -> Result<Vec<File>> {
        self.result(organisation, id).await?;
        self.files_of(id.as_str()).await
    }

    /// Takes a result away; its job stops. The files go with the next [`Store::collect`]. Where it is stated what was read of it, only as
    /// long as it is that.
    ///
    /// # Errors
    /// No such result, [`Error::Changed`], [`Error::Conflict`] for a pack that a version is read with: no run could be made of it any more.
    pub async fn delete_result(&self, organisation: &OrganisationId, id: &ResultId, read: Option<&RunResult>) -> Result<()> {
        let mut change = self.db.begin().await?;
        let values = || values![id.as_str(), organisation.as_str()];
        // the job first, as its worker does
        let sql = "SELECT id FROM jobs WHERE organisation = $2 AND state IN ('queued', 'running') AND subject = $1";
        jobs::stop(&mut change, sql, values()).await?;
        let row = change.row("DELETE FROM results WHERE id = $1 AND organisation = $2 RETURNING *", values()).await?;
        let gone = RunResult::of(&row.ok_or_else(|| Error::missing("result", id))?)?;
        Error::unless_read("result", id, &gone, read)?;
        if gone.kind.is_pack() {
            // ids are texts that stand nowhere else in options
            let sql = "SELECT id, network FROM versions WHERE organisation = $2 AND state IN ('waiting', 'ready')
                AND options LIKE '%\"' || $1 || '\"%' ORDER BY created, id LIMIT 1";
            if let Some(row) = change.row(sql, values()).await? {
                let found = format!("is a pack that {} of {} is read with", row.text("id")?, row.text("network")?);
                let expected = "one that no version names; delete its network first";
                return Err(Error::Conflict { what: "result", id: id.to_string(), found, expected });
            }
        }
        change.run("DELETE FROM files WHERE owner = $1", values![id.as_str()]).await?;
        change.commit().await?;
        self.removed();
        Ok(())
    }
}
