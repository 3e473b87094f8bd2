//! Runs: asked for, looked at, taken away; their files and what they come to.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Payload, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tierlight_answers::compare::{Comparison, compare};
use tierlight_store::{FileRole, NetworkId, NewRun, Redaction, ResultId, RunId, VersionId};
use utoipa::{IntoParams, ToSchema};

use super::model::{File, Run};
use super::named;
use super::page::{Listed, PageQuery};
use super::question::{ask, digests};
use super::summary::{Summary, summary};
use crate::access::Allowed;
use crate::access::permission::{DeleteRuns, MakeRuns, ReadRuns};
use crate::once::{once, told};
use crate::options::{Arguments, CompareOptions, ExportForm, ExportOptions, ExportTable, HazardWord, Question, ScoreOptions};
use crate::problem::table::{NOT_FOUND, NOT_READY};
use crate::problem::{Answer, Problem};
use crate::reply::{self, IfMatch, Made};
use crate::routes::{BASE, Routes};
use crate::state::{State, blocking};
use crate::{audit, reading};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_runs, list_runs)
        .add(__path_create_run, create_run)
        .add(__path_get_run, get_run)
        .add(__path_delete_run, delete_run)
        .add(__path_get_run_record, get_run_record)
        .add(__path_get_run_summary, get_run_summary)
        .add(__path_list_run_files, list_run_files)
        .add(__path_get_run_file, get_run_file)
        .add(__path_export_run, export_run)
        .add(__path_compare_runs, compare_runs)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RunPath {
    /// Id of the run.
    #[param(value_type = String, example = "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f")]
    pub(super) run: RunId,
}

/// What is to be scored, and how.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": "ver_0192f0c1e2d37a4c9f5b6a7d8e9f0a1c", "options": { "draws": 400 } }))]
struct RunQuestion {
    /// Version that is ready.
    #[schema(value_type = String)]
    version: VersionId,
    /// How it is scored.
    #[serde(default)]
    options: ScoreOptions,
}

impl Question for RunQuestion {
    fn check(&self) -> Result<(), Problem> {
        self.options.check()
    }

    fn arguments(&self) -> Arguments {
        self.options.arguments()
    }

    fn files() -> &'static [&'static str] {
        ScoreOptions::files()
    }

    fn packs(&self) -> Vec<ResultId> {
        self.options.packs()
    }
}

/// What is to be scored, with a reviewed table of matches.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described: parts of the form are read one by one")]
struct RunForm {
    /// What is asked for: what else is the body.
    options: RunQuestion,
    /// Table of matches that people reviewed (`matches.csv`): rows with accept yes make one site of several entries.
    #[schema(value_type = Option<String>, format = Binary)]
    matches: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RunsQuery {
    /// Only of this network.
    #[param(value_type = Option<String>)]
    network: Option<NetworkId>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Runs of the organisation, the newest first. Runs of others are found by their grants.
#[utoipa::path(get, path = "/runs", tag = "runs", params(RunsQuery), responses((status = 200, description = "A page", body = Listed<Run>)))]
async fn list_runs(at: Allowed<ReadRuns>, state: Data<State>, query: Query<RunsQuery>, request: HttpRequest) -> Answer {
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit }.request(state.limits())?;
    let page = state.store.runs(&at.who.organisation, query.network.as_ref(), &page).await?;
    reply::json(&request, &Listed::of(page, Run::from))
}

/// Scores a version. A job does it; poll it or follow its events. A reviewed table of matches goes with it in a form.
#[utoipa::path(post, path = "/runs", tag = "runs", request_body(content((RunQuestion = "application/json"), (RunForm = "multipart/form-data"))),
    responses((status = 202, description = "Asked for", body = Run)))]
async fn create_run(at: Allowed<MakeRuns>, state: Data<State>, body: Payload, request: HttpRequest) -> Answer {
    let (asked, files): (RunQuestion, _) = ask(&state, &at.who.organisation, &request, body).await?;
    let told = told(&(&asked, digests(&files)))?;
    once(&state, &at.who, &request, told, move |state, who, request| async move {
        named::packs(&state, &who.organisation, &asked.options.packs).await?;
        named::packs_of(&state, &who.organisation, &asked.version).await?;
        let options = serde_json::to_value(&asked.options).map_err(|e| Problem::internal(&e))?;
        let new = NewRun { version: asked.version, options, files };
        let run = state.store.create_run(&who.organisation, &new, state.queue()).await?;
        audit::changed(&state, &who.organisation, &who, &request, "run.create", [run.id.to_string()]).await;
        Made::accepted(format!("{BASE}/runs/{}", run.id), &Run::from(run))
    })
    .await
}

/// A run.
#[utoipa::path(get, path = "/runs/{run}", tag = "runs", params(RunPath), responses((status = 200, description = "The run", body = Run)))]
async fn get_run(at: Allowed<ReadRuns>, state: Data<State>, path: Path<RunPath>, request: HttpRequest) -> Answer {
    let found = reading::run(&state, &at.who, &path.run).await?;
    if found.granted.is_some() {
        audit::note(&state, &found.run.organisation, &at.who, &request, "run.get", [path.run.to_string()]).await?;
    }
    let mut run = Run::from(found.run);
    if found.granted.is_some_and(|level| level != Redaction::Full) {
        // options may name columns and packs of the owner; what it says at a glance may name sites
        (run.options, run.summary, run.ledger, run.message) = (Value::Null, None, None, None);
    }
    reply::json(&request, &run)
}

/// Takes a run away, with its results and grants; its jobs stop.
#[utoipa::path(delete, path = "/runs/{run}", tag = "runs", params(RunPath, IfMatch), responses((status = 204, description = "Gone")))]
async fn delete_run(at: Allowed<DeleteRuns>, state: Data<State>, path: Path<RunPath>, request: HttpRequest) -> Answer {
    let (store, organisation) = (&state.store, &at.who.organisation);
    let read = reply::read::<_, Run>(&request, store.run(organisation, &path.run)).await?;
    store.delete_run(organisation, &path.run, read.as_ref()).await?;
    state.runs.forget(path.run.as_str());
    audit::note(&state, &at.who.organisation, &at.who, &request, "run.delete", [path.run.to_string()]).await?;
    Ok(reply::gone())
}

/// The record of a run: `run.json` of its folder, by `schemas/run.json`.
#[utoipa::path(get, path = "/runs/{run}/record", tag = "runs", params(RunPath),
    responses((status = 200, description = "The record", body = Object, example = json!({ "engine_version": "0.1.0", "method_version": "1.8", "seed": 1, "counts": { "sites": 60 } }))))]
async fn get_run_record(at: Allowed<ReadRuns>, state: Data<State>, path: Path<RunPath>, request: HttpRequest) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    reading::ready(&run)?;
    audit::note(&state, &run.organisation, &at.who, &request, "run.record", [run.id.to_string()]).await?;
    let folder = state.store.run_folder(&run.id);
    let record: Value = blocking(&state, move || {
        let text = std::fs::read(folder.join("run.json")).map_err(|e| Problem::internal(&e))?;
        serde_json::from_slice(&text).map_err(|e| Problem::internal(&e))
    })
    .await?;
    reply::json(&request, &record)
}

/// Sums of a run by district and sector: what every grant shows. With the redaction `aggregate` numbers under ten children and rows of
/// fewer than ten sites are kept back, and as many others as it takes that no total reveals them.
#[utoipa::path(get, path = "/runs/{run}/summary", tag = "runs", params(RunPath), responses((status = 200, description = "The summary", body = Summary)))]
async fn get_run_summary(at: Allowed<ReadRuns>, state: Data<State>, path: Path<RunPath>, request: HttpRequest) -> Answer {
    let found = reading::run(&state, &at.who, &path.run).await?;
    let small_kept_back = found.granted == Some(Redaction::Aggregate);
    if found.granted.is_some() && found.run.state != tierlight_store::State::Ready {
        // why it failed is the owner's
        return Err(Problem::new(NOT_READY, "the run is not ready"));
    }
    audit::note(&state, &found.run.organisation, &at.who, &request, "run.summary", [path.run.to_string()]).await?;
    let summary = reading::ask(&state.into_inner(), &found.run, move |opened| summary(opened, small_kept_back)).await?;
    reply::json(&request, &summary)
}

/// Files of a run's folder, and those that came with it.
#[utoipa::path(get, path = "/runs/{run}/files", tag = "runs", params(RunPath), responses((status = 200, description = "All files", body = Listed<File>)))]
async fn list_run_files(at: Allowed<ReadRuns>, state: Data<State>, path: Path<RunPath>, request: HttpRequest) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let files = state.store.run_files(&run.organisation, &run.id).await?;
    audit::note(&state, &run.organisation, &at.who, &request, "run.files", [run.id.to_string()]).await?;
    reply::json(&request, &Listed { items: files.into_iter().map(File::from).collect(), next: None })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RunFilePath {
    /// Id of the run.
    #[param(value_type = String, example = "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f")]
    run: RunId,
    /// folder for what the run wrote, or input for what came with it.
    #[param(example = "folder")]
    role: String,
    /// Name of the file; a slash is written %2F.
    #[param(example = "packs_used.csv")]
    name: String,
}

/// A file of a run's folder, or one that came with it, to keep.
#[utoipa::path(get, path = "/runs/{run}/files/{role}/{name}", tag = "runs", params(RunFilePath),
    responses((status = 200, description = "The file", body = serde_json::Value, content_type = "*/*")))]
async fn get_run_file(at: Allowed<ReadRuns>, state: Data<State>, path: Path<RunFilePath>, request: HttpRequest) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let files = state.store.run_files(&run.organisation, &run.id).await?;
    let file = files.into_iter().find(|f| f.role.as_str() == path.role && f.name == path.name);
    let file = file.ok_or_else(|| Problem::new(NOT_FOUND, "the run has no such file").hint("GET …/files lists them"))?;
    audit::note(&state, &run.organisation, &at.who, &request, "run.file", [format!("{}/{}", run.id, file.name)]).await?;
    let place = match file.role {
        FileRole::Folder => state.store.run_folder(&run.id).join(&file.name),
        FileRole::Input | FileRole::Output => state.store.blob_path(&file.digest),
    };
    reply::file(&request, place, &file.name, &file.media_type).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// Which table.
    #[serde(default)]
    #[param(inline)]
    table: ExportTable,
    /// In which form.
    #[serde(default)]
    #[param(inline)]
    form: ExportForm,
}

/// A table of a run, to keep: the files that the run wrote. `POST /runs/{run}/exports` makes any other form.
#[utoipa::path(get, path = "/runs/{run}/export", tag = "runs", params(RunPath, ExportQuery),
    responses((status = 200, description = "The file", body = serde_json::Value, content_type = "*/*")))]
async fn export_run(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    query: Query<ExportQuery>,
    request: HttpRequest,
) -> Answer {
    let (name, media_type) = ExportOptions { table: query.table, form: query.form }.file()?;
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    reading::ready(&run)?;
    let file = state.store.run_folder(&run.id).join(name);
    if !tokio::fs::try_exists(&file).await.unwrap_or(false) {
        let hint = "network.graphml is written up to 200,000 links; POST …/exports makes it of any size";
        return Err(Problem::new(NOT_FOUND, format!("the run has no {name}")).hint(hint));
    }
    audit::note(&state, &run.organisation, &at.who, &request, "run.export", [format!("{}/{name}", run.id)]).await?;
    reply::file(&request, file, name, media_type).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CompareQuery {
    /// The earlier run.
    #[param(value_type = String, example = "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f")]
    before: RunId,
    /// Hazard of presence and linked shares.
    #[serde(default)]
    #[param(inline)]
    hazard: HazardWord,
    /// Rows of each list; 100 unless stated, 10,000 at most.
    #[param(minimum = 1, maximum = 10000)]
    top: Option<usize>,
}

/// A run held against an earlier one: what they rest on, and which sites and buyers differ.
#[utoipa::path(get, path = "/runs/{run}/comparison", tag = "runs", params(RunPath, CompareQuery),
    responses((status = 200, description = "The comparison", body = Comparison,
        example = json!({ "hazard": "child_labour", "basis": { "seed": { "before": 1, "after": 2 } }, "sites_in_both": 60, "added": [], "added_count": 0,
            "removed": [], "removed_count": 0, "expected_children_before": { "child_labour": 51.2, "hazardous": 30.1, "forced": 4.2 },
            "expected_children_after": { "child_labour": 51.2, "hazardous": 30.1, "forced": 4.2 }, "presence": [], "presence_count": 0,
            "linked_share": [], "linked_share_count": 0 }))))]
async fn compare_runs(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    query: Query<CompareQuery>,
    request: HttpRequest,
) -> Answer {
    let asked = CompareOptions { before: query.before.clone(), hazard: query.hazard, top: query.top.unwrap_or(100) };
    asked.check()?;
    let after = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let before = reading::run(&state, &at.who, &asked.before).await?.in_full()?;
    let shared = state.clone().into_inner();
    reading::open(&shared, &before).await?;
    let (id, folder) = (before.id.clone(), state.store.run_folder(&before.id));
    let comparison = reading::ask(&state.clone().into_inner(), &after, move |after| {
        let before = shared.runs.get(id.as_str(), &folder)?;
        Ok(compare(&before, after, asked.hazard.hazard(), asked.top))
    })
    .await?;
    let Comparison { added, removed, presence, linked_share, .. } = &comparison;
    for (run, alone) in [(&after, added), (&before, removed)] {
        let both = presence.iter().chain(linked_share).map(|moved| &moved.site_id);
        audit::saw(&state, &run.organisation, &at.who, &request, "run.compare", &run.id, alone.iter().chain(both)).await?;
    }
    reply::json(&request, &comparison)
}
