//! Jobs: looked at, followed, stopped.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, Responder};
use actix_web_lab::sse;
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use tierlight_store::{JobEvent, JobFilter, JobId, JobKind, JobState, OrganisationId, Subject};
use tokio::sync::watch;
use utoipa::IntoParams;

use super::model::Job;
use super::page::{Listed, PageQuery};
use crate::access::permission::{FollowJobs, StopJobs};
use crate::access::{Allowed, kinds};
use crate::problem::table::{BAD_HEADER, BAD_QUERY};
use crate::problem::{Answer, Problem};
use crate::routes::Routes;
use crate::state::{Place, State};
use crate::{audit, reply};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_jobs, list_jobs)
        .add(__path_get_job, get_job)
        .add(__path_cancel_job, cancel_job)
        .add(__path_follow_job, follow_job)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct JobPath {
    /// Id of the job.
    #[param(value_type = String, example = "job_0192f0c1e2d37a4c9f5b6a7d8e9f0a20")]
    job: JobId,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct JobsQuery {
    /// ingest, score, plan, what-if, report, qualify, learn, check-pack, diff-packs, match, trace, validate or export.
    kind: Option<String>,
    /// queued, running, done, failed or cancelled.
    state: Option<String>,
    /// Of this version, run or result.
    subject: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Jobs, the newest first: of the kinds that the key may see.
#[utoipa::path(get, path = "/jobs", tag = "jobs", params(JobsQuery), responses((status = 200, description = "A page", body = Listed<Job>)))]
async fn list_jobs(at: Allowed<FollowJobs>, state: Data<State>, query: Query<JobsQuery>, request: HttpRequest) -> Answer {
    fn word<T: std::str::FromStr<Err = tierlight_store::Error>>(text: Option<&String>) -> Result<Option<T>, Problem> {
        text.map(|t| t.parse().map_err(|e: tierlight_store::Error| Problem::new(BAD_QUERY, e.to_string()))).transpose()
    }
    let filter = JobFilter {
        kind: word::<JobKind>(query.kind.as_ref())?,
        state: word::<JobState>(query.state.as_ref())?,
        subject: word::<Subject>(query.subject.as_ref())?,
    };
    if let Some(kind) = filter.kind {
        kinds::may_see(&at.who, kind)?;
    }
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit }.request(state.limits())?;
    let mut page = state.store.jobs(&at.who.organisation, &filter, &page).await?;
    page.items.retain(|job| kinds::may_see(&at.who, job.kind).is_ok());
    reply::json(&request, &Listed::of(page, Job::from))
}

/// A job: how far it is, and why it failed.
#[utoipa::path(get, path = "/jobs/{job}", tag = "jobs", params(JobPath), responses((status = 200, description = "The job", body = Job)))]
async fn get_job(at: Allowed<FollowJobs>, state: Data<State>, path: Path<JobPath>, request: HttpRequest) -> Answer {
    let job = state.store.job(&at.who.organisation, &path.job).await?;
    kinds::may_see(&at.who, job.kind)?;
    reply::json(&request, &Job::from(job))
}

/// Stops a job: for who may ask for one of its kind. One that waits is cancelled at once, one that runs within two seconds.
#[utoipa::path(post, path = "/jobs/{job}/cancel", tag = "jobs", params(JobPath), responses((status = 200, description = "The job", body = Job)))]
async fn cancel_job(at: Allowed<StopJobs>, state: Data<State>, path: Path<JobPath>, request: HttpRequest) -> Answer {
    kinds::may_make(&at.who, state.store.job(&at.who.organisation, &path.job).await?.kind)?;
    let job = state.store.cancel_job(&at.who.organisation, &path.job).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "job.cancel", [job.id.to_string()]).await?;
    reply::json(&request, &Job::from(job))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct EventsQuery {
    /// Number of the last event that was seen, where no header can be sent.
    after: Option<u64>,
}

/// An event of a stream.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described: the stream writes it")]
#[schema(example = json!({ "id": "3", "event": "running",
    "data": "{\"sequence\":3,\"at\":\"2026-11-26T10:01:01Z\",\"state\":\"running\",\"stage\":\"draws\",\"share\":0.4}" }))]
struct Frame {
    /// Number of the event.
    id: String,
    /// State of the job since.
    event: String,
    /// `{sequence, at, state, stage, share}` as JSON.
    data: String,
}

/// Events of a job as they happen (server-sent events); those after `Last-Event-ID` come first. The stream ends with the job.
///
/// Each event has its number as id, the job's state as name, and `{sequence, at, state, stage, share}` as data.
#[utoipa::path(get, path = "/jobs/{job}/events", tag = "jobs", params(JobPath, EventsQuery, ("Last-Event-ID" = Option<u64>, Header, description = "Number of the last event that was seen")),
    responses((status = 200, description = "Events", body = Frame, content_type = "text/event-stream")))]
async fn follow_job(
    at: Allowed<FollowJobs>,
    state: Data<State>,
    path: Path<JobPath>,
    query: Query<EventsQuery>,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let header = request.headers().get("last-event-id");
    let seen = match header.map(|v| v.to_str().ok().and_then(|t| t.trim().parse::<u64>().ok())) {
        None => query.after.unwrap_or(0),
        Some(Some(seen)) => seen,
        Some(None) => return Err(Problem::new(BAD_HEADER, "Last-Event-ID is no number of an event")),
    };
    // a job that is not there is a problem, not an empty stream
    kinds::may_see(&at.who, state.store.job(&at.who.organisation, &path.job).await?.kind)?;
    let place = state.streams.take(&at.who.organisation)?;
    let events = Events {
        changes: state.store.job_changes(),
        stopping: state.stopping.subscribe(),
        state: state.into_inner(),
        organisation: at.who.organisation,
        job: path.into_inner().job,
        seen,
        waiting: VecDeque::new(),
        over: false,
        _place: place,
    };
    Ok(sse::Sse::from_stream(events.stream()).with_keep_alive(KEEP_ALIVE).with_retry_duration(RETRY).respond_to(&request))
}

/// How often a comment keeps the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// When a browser comes again after the connection is lost.
const RETRY: Duration = Duration::from_secs(2);
/// How often the store is asked although nothing in this process has changed: another may do the job.
const LOOK: Duration = Duration::from_secs(2);
/// Events that are read at once.
const AT_ONCE: u32 = 100;

/// A stream of events of one job.
struct Events {
    state: std::sync::Arc<State>,
    organisation: OrganisationId,
    job: JobId,
    /// Number of the last event that was sent.
    seen: u64,
    waiting: VecDeque<JobEvent>,
    over: bool,
    changes: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    _place: Place,
}

impl Events {
    fn stream(self) -> impl Stream<Item = Result<sse::Event, Infallible>> {
        unfold(self, |mut events| async move {
            let event = events.next().await?;
            let data = serde_json::to_string(&event).unwrap_or_default();
            let data = sse::Data::new(data).id(event.sequence.to_string()).event(event.state.as_str());
            Some((Ok(sse::Event::Data(data)), events))
        })
    }

    async fn next(&mut self) -> Option<JobEvent> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                self.seen = event.sequence;
                self.over = event.state.is_over();
                return Some(event);
            }
            if self.over || *self.stopping.borrow() {
                return None;
            }
            self.changes.mark_unchanged();
            // a store that fails ends the stream: the browser comes again and goes on after the last event
            let store = &self.state.store;
            let found = store.job_events(&self.organisation, &self.job, self.seen, AT_ONCE).await.ok()?;
            if found.is_empty() {
                // who has seen the last event has seen the end
                if store.job(&self.organisation, &self.job).await.ok()?.state.is_over() {
                    return None;
                }
                tokio::select! {
                    _ = self.changes.changed() => {}
                    _ = self.stopping.changed() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            self.waiting.extend(found);
        }
    }
}
