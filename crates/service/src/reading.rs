//! Runs that may be read: one's own, or granted by another organisation.

use std::sync::Arc;

use tierlight_answers::opened::Opened;
use tierlight_store::{Redaction, Run, RunId, State as Became};

use crate::access::Principal;
use crate::problem::Problem;
use crate::problem::table::{NOT_READY, REDACTED};
use crate::state::{State, blocking};

/// A run as somebody may see it.
#[derive(Debug)]
pub struct Readable {
    /// The run.
    pub run: Run,
    /// What of it; `None` is one's own.
    pub granted: Option<Redaction>,
}

impl Readable {
    /// The run, if it is shown in full.
    ///
    /// # Errors
    /// A grant that does not show sites.
    pub fn in_full(self) -> Result<Run, Problem> {
        match self.granted {
            None | Some(Redaction::Full) => Ok(self.run),
            Some(level) => {
                let detail = format!("the run is shared with redaction `{level}`, which shows no sites");
                Err(Problem::new(REDACTED, detail).hint("GET /api/v1/runs/{run}/summary shows what the grant does"))
            }
        }
    }
}

/// A run by id.
///
/// # Errors
/// There is none, it belongs to others who have not granted it, or the grant is over.
pub async fn run(state: &State, who: &Principal, id: &RunId) -> Result<Readable, Problem> {
    let access = state.store.access_run(&who.organisation, id).await?;
    Ok(Readable { run: access.run, granted: access.grant.map(|g| g.redaction) })
}

/// Refuses a run that is not complete.
///
/// # Errors
/// It waits, or came to nothing.
pub fn ready(run: &Run) -> Result<(), Problem> {
    if run.state == Became::Ready {
        return Ok(());
    }
    let why = run.message.as_ref().map(|m| format!(": {m}")).unwrap_or_default();
    let problem = Problem::new(NOT_READY, format!("the run is {}{why}", run.state));
    Err(problem.hint(match run.state {
        Became::Failed | Became::Cancelled | Became::Rejected => "ask for another run of the version: POST /api/v1/runs".to_owned(),
        Became::Waiting | Became::Ready => format!("GET /api/v1/jobs/{} tells how far it is", run.job),
    }))
}

/// Answers a question about a run on a thread that may block, opening the run if it is not open.
///
/// # Errors
/// The run is not ready or cannot be opened, or what `ask` returns.
pub async fn ask<T: Send + 'static>(
    state: &Arc<State>,
    run: &Run,
    question: impl FnOnce(&Opened) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    open(state, run).await?;
    let (shared, id) = (state.clone(), run.id.clone());
    blocking(state, move || {
        let opened = shared.runs.get(id.as_str(), &shared.store.run_folder(&id))?;
        question(&opened)
    })
    .await
}

/// Opens a run if it is not open: apart from questions, which go on meanwhile.
///
/// # Errors
/// The run is not ready or cannot be opened.
pub async fn open(state: &Arc<State>, run: &Run) -> Result<(), Problem> {
    ready(run)?;
    if state.runs.is_open(run.id.as_str()) {
        return Ok(());
    }
    let turn = state.opening.clone().acquire_owned().await.map_err(|e| Problem::internal(&e))?;
    let (shared, id) = (state.clone(), run.id.clone());
    actix_web::web::block(move || {
        let _held = turn;
        shared.runs.get(id.as_str(), &shared.store.run_folder(&id)).map(|_| ()).map_err(Problem::from)
    })
    .await?
}
