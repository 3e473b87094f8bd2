//! Results: what was made from a run, or beside one.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::db::{Row, values};
use crate::files;
use crate::jobs::{self, JobKind, QueueLimits};
use crate::word::words;
use crate::{Cursor, Error, File, FileRole, JobId, NewFile, OrganisationId, Page, PageRequest, Result, ResultId, RunId, State, Store, now};

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
            Self::Export => JobKind::Export,
        }
    }
}

/// A result.
#[derive(Debug, Clone, Serialize)]
pub struct RunResult {
    /// Its id.
    pub id: ResultId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// From which run; none where no run is needed.
    pub run: Option<RunId>,
    /// What it is.
    pub kind: ResultKind,
    /// What was asked for.
    pub options: Value,
    /// What became of it.
    pub state: State,
    /// What the program printed, as JSON.
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

/// A result to be made.
#[derive(Debug, Clone)]
pub struct NewResult {
    /// From which run; it must be ready.
    pub run: Option<RunId>,
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
    /// No such run, [`Error::Conflict`] when it is not ready, [`Error::QueueFull`].
    pub async fn create_result(&self, organisation: &OrganisationId, new: &NewResult, limits: QueueLimits) -> Result<RunResult> {
        let mut change = self.db.begin().await?;
        if let Some(run) = &new.run {
            let sql = "SELECT state FROM runs WHERE organisation = $1 AND id = $2";
            let row = change.row(sql, values![organisation.as_str(), run.as_str()]).await?;
            let state: State = row.ok_or_else(|| Error::missing("run", run))?.parsed("state")?;
            if state != State::Ready {
                let found = format!("is {state}");
                return Err(Error::Conflict { what: "run", id: run.to_string(), found, expected: "one that is ready" });
            }
        }
        let id = ResultId::new();
        let job = jobs::enqueue(&mut change, organisation, new.kind.job(), id.as_str(), limits).await?;
        let sql = "INSERT INTO results (id, organisation, run, kind, options, state, job, created)
            VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7)";
        let run = new.run.as_ref().map(RunId::as_str);
        let values = values![id.as_str(), organisation.as_str(), run, new.kind.as_str(), &new.options, job.as_str(), now()];
        change.run(sql, values).await?;
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

    /// Results of an organisation: of one run or all, of one kind or all.
    pub async fn results(
        &self,
        organisation: &OrganisationId,
        run: Option<&RunId>,
        kind: Option<ResultKind>,
        page: &PageRequest,
    ) -> Result<Page<RunResult>> {
        let sql = "SELECT * FROM results WHERE organisation = $1 AND ($2 IS NULL OR run = $2) AND ($3 IS NULL OR kind = $3)
            AND (created, id) < ($4, $5) ORDER BY created DESC, id DESC LIMIT $6";
        let (created, id) = page.before();
        let values = values![organisation.as_str(), run.map(RunId::as_str), kind.map(ResultKind::as_str), created, id, page.rows()];
        let rows = self.db.rows(sql, values).await?;
        let results = rows.iter().map(RunResult::of).collect::<Result<_>>()?;
        Ok(Page::of(results, page, |r| Cursor::new(r.created, &r.id)))
    }

    /// Files of a result: what came with the question, and what was made.
    pub async fn result_files(&self, organisation: &OrganisationId, id: &ResultId) -> Result<Vec<File>> {
        self.result(organisation, id).await?;
        self.files_of(id.as_str()).await
    }

    /// Takes a result away; its job stops. The files go with the next [`Store::collect`].
    pub async fn delete_result(&self, organisation: &OrganisationId, id: &ResultId) -> Result<()> {
        let mut change = self.db.begin().await?;
        let values = || values![id.as_str(), organisation.as_str()];
        if change.run("DELETE FROM results WHERE id = $1 AND organisation = $2", values()).await? == 0 {
            return Err(Error::missing("result", id));
        }
        change.run("DELETE FROM files WHERE owner = $1", values![id.as_str()]).await?;
        let sql = "SELECT id FROM jobs WHERE organisation = $2 AND state IN ('queued', 'running') AND subject = $1";
        jobs::stop(&mut change, sql, values()).await?;
        change.commit().await?;
        self.removed();
        Ok(())
    }
}
