//! Results: asked for, looked at, taken away. Packs, what is made of them, and matches are in files of their own.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Payload, Query};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tierlight_store::{NewFile, NewResult, ResultFilter, ResultId, ResultKind, RunId, VersionId};
use utoipa::IntoParams;

use super::known::known;
use super::model::{File, RunResult};
use super::named;
use super::page::{Listed, PageQuery};
use super::question::{ask, digests};
use super::runs::RunPath;
use crate::access::permission::{AddEvidence, DeleteResults, MakeReports, MakeRuns, PlanVisits, ReadResults};
use crate::access::{Allowed, Principal, kinds};
use crate::audit;
use crate::once::{once, told};
use crate::options::{
    ContributionsOptions, ExportOptions, LearnOptions, PlanOptions, PlanPurpose, QualifyOptions, Question, ReportOptions, WhatIfOptions,
};
use crate::problem::table::{BAD_QUERY, INVALID, NOT_FOUND};
use crate::problem::{Answer, Problem};
use crate::reply::{self, IfMatch, Made};
use crate::routes::{BASE, Routes};
use crate::state::State;

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_results, list_results)
        .add(__path_get_result, get_result)
        .add(__path_delete_result, delete_result)
        .add(__path_list_result_files, list_result_files)
        .add(__path_get_result_file, get_result_file)
        .add(__path_create_what_if, create_what_if)
        .add(__path_create_plan, create_plan)
        .add(__path_create_report, create_report)
        .add(__path_create_export, create_export)
        .add(__path_create_learned, create_learned)
        .add(__path_create_qualification, create_qualification)
        .add(__path_create_contributions, create_contributions)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ResultPath {
    /// Id of the result.
    #[param(value_type = String, example = "res_0192f0c1e2d37a4c9f5b6a7d8e9f0a21")]
    result: ResultId,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ResultsQuery {
    /// Only of this run.
    #[param(value_type = Option<String>)]
    run: Option<RunId>,
    /// Only of this version.
    #[param(value_type = Option<String>)]
    version: Option<VersionId>,
    /// plan, what-if, report, qualification, learned, pack, pack-diff, matches, contributions, model-card or export.
    kind: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Results, the newest first, without their options and summaries: those may name sites, and are told one by one.
#[utoipa::path(get, path = "/results", tag = "results", params(ResultsQuery), responses((status = 200, description = "A page", body = Listed<RunResult>)))]
async fn list_results(at: Allowed<ReadResults>, state: Data<State>, query: Query<ResultsQuery>, request: HttpRequest) -> Answer {
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit }.request(state.limits())?;
    let kind = query.kind.as_ref().map(|k| k.parse::<ResultKind>()).transpose().map_err(|e| Problem::new(BAD_QUERY, e.to_string()))?;
    if let Some(kind) = kind {
        may_see(&at.who, kind)?;
    }
    let filter = ResultFilter { run: query.run.clone(), version: query.version.clone(), kind };
    let mut page = state.store.results(&at.who.organisation, &filter, &page).await?;
    page.items.retain(|result| may_see(&at.who, result.kind).is_ok());
    reply::json(&request, &Listed::of(page, RunResult::from))
}

/// A result; its `summary` is what the command line prints with `--format json`.
#[utoipa::path(get, path = "/results/{result}", tag = "results", params(ResultPath), responses((status = 200, description = "The result", body = RunResult)))]
async fn get_result(at: Allowed<ReadResults>, state: Data<State>, path: Path<ResultPath>, request: HttpRequest) -> Answer {
    let result = state.store.result(&at.who.organisation, &path.result).await?;
    may_see(&at.who, result.kind)?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "result.get", [result.id.to_string()]).await?;
    reply::json(&request, &RunResult::from(result))
}

/// Takes a result away; its job stops. A pack that a version is read with stays (409).
#[utoipa::path(delete, path = "/results/{result}", tag = "results", params(ResultPath, IfMatch), responses((status = 204, description = "Gone")))]
async fn delete_result(at: Allowed<DeleteResults>, state: Data<State>, path: Path<ResultPath>, request: HttpRequest) -> Answer {
    let (store, organisation) = (&state.store, &at.who.organisation);
    kinds::may_make(&at.who, store.result(organisation, &path.result).await?.kind.job())?;
    let read = reply::read::<_, RunResult>(&request, store.result(organisation, &path.result)).await?;
    store.delete_result(organisation, &path.result, read.as_ref()).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "result.delete", [path.result.to_string()]).await?;
    Ok(reply::gone())
}

/// Files of a result: what came with the question, and what was made.
#[utoipa::path(get, path = "/results/{result}/files", tag = "results", params(ResultPath), responses((status = 200, description = "All files", body = Listed<File>)))]
async fn list_result_files(at: Allowed<ReadResults>, state: Data<State>, path: Path<ResultPath>, request: HttpRequest) -> Answer {
    may_see(&at.who, state.store.result(&at.who.organisation, &path.result).await?.kind)?;
    let files = state.store.result_files(&at.who.organisation, &path.result).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "result.files", [path.result.to_string()]).await?;
    reply::json(&request, &Listed { items: files.into_iter().map(File::from).collect(), next: None })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ResultFilePath {
    /// Id of the result.
    #[param(value_type = String, example = "res_0192f0c1e2d37a4c9f5b6a7d8e9f0a21")]
    result: ResultId,
    /// input, or output for what was made.
    #[param(example = "output")]
    role: String,
    /// Name of the file; a slash is written %2F.
    #[param(example = "visits.csv")]
    name: String,
}

/// A file of a result, to keep.
#[utoipa::path(get, path = "/results/{result}/files/{role}/{name}", tag = "results", params(ResultFilePath),
    responses((status = 200, description = "The file", body = serde_json::Value, content_type = "*/*")))]
async fn get_result_file(at: Allowed<ReadResults>, state: Data<State>, path: Path<ResultFilePath>, request: HttpRequest) -> Answer {
    may_see(&at.who, state.store.result(&at.who.organisation, &path.result).await?.kind)?;
    let files = state.store.result_files(&at.who.organisation, &path.result).await?;
    let file = files.into_iter().find(|f| f.role.as_str() == path.role && f.name == path.name);
    let file = file.ok_or_else(|| Problem::new(NOT_FOUND, "the result has no such file").hint("GET …/files lists them"))?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "result.file", [format!("{}/{}", path.result, path.name)]).await?;
    reply::file(&request, state.store.blob_path(&file.digest), &file.name, &file.media_type).await
}

/// Refuses a key that is held to other scopes than that of the kind.
fn may_see(who: &Principal, kind: ResultKind) -> Result<(), Problem> {
    kinds::may_see(who, kind.job())
}

/// Asks for a result by what a body says: adds it and its job.
pub(super) async fn create<Q: Question + DeserializeOwned + serde::Serialize>(
    state: &Data<State>,
    who: &Principal,
    request: &HttpRequest,
    run: Option<RunId>,
    kind: ResultKind,
    body: Payload,
    check: impl FnOnce(&Q, &[&str]) -> Result<(), Problem>,
) -> Answer {
    let (question, files): (Q, _) = ask(state, &who.organisation, request, body).await?;
    let stems: Vec<&str> = files.iter().filter_map(|f| f.name.split('.').next()).collect();
    check(&question, &stems)?;
    let new = asked(kind, &question, files)?;
    make(state, who, request, &question, NewResult { run, ..new }).await
}

/// A result of a question, from no run or version.
pub(super) fn asked(kind: ResultKind, question: &impl serde::Serialize, files: Vec<NewFile>) -> Result<NewResult, Problem> {
    let options = serde_json::to_value(question).map_err(|e| Problem::internal(&e))?;
    Ok(NewResult { run: None, version: None, against: None, kind, options, files })
}

/// Asks for a result: adds it and its job.
pub(super) async fn make(state: &Data<State>, who: &Principal, request: &HttpRequest, question: &impl Question, new: NewResult) -> Answer {
    let (kind, packs, plans, names) = (new.kind, question.packs(), question.plans(), question.pack_names());
    let told = told(&(kind.as_str(), &new.run, &new.options, digests(&new.files)))?;
    once(state, who, request, told, move |state, who, request| async move {
        named::packs(&state, &who.organisation, &packs).await?;
        named::plans(&state, &who.organisation, &plans).await?;
        known(&state, &who.organisation, new.run.as_ref(), names).await?;
        let result = state.store.create_result(&who.organisation, &new, state.queue()).await?;
        audit::changed(&state, &who.organisation, &who, &request, &format!("{kind}.create"), [result.id.to_string()]).await;
        Made::accepted(format!("{BASE}/results/{}", result.id), &RunResult::from(result))
    })
    .await
}

/// What a change would do: remediate, formalise, end advance debt, drop, move, disclose. A job does it.
#[utoipa::path(post, path = "/runs/{run}/what-ifs", tag = "results", params(RunPath), request_body = WhatIfOptions, responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_what_if(at: Allowed<MakeRuns>, state: Data<State>, path: Path<RunPath>, body: Payload, request: HttpRequest) -> Answer {
    create::<WhatIfOptions>(&state, &at.who, &request, Some(path.run.clone()), ResultKind::WhatIf, body, |_, _| Ok(())).await
}

/// A plan with its tables.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described: parts of the form are read one by one")]
struct PlanForm {
    /// What is asked for.
    options: PlanOptions,
    /// Table of teams: team_id, home_district, days, daily_sites.
    #[schema(value_type = Option<String>, format = Binary)]
    teams: Option<String>,
    /// Table of travel times.
    #[schema(value_type = Option<String>, format = Binary)]
    travel: Option<String>,
    /// Earlier list of sites.
    #[schema(value_type = Option<String>, format = Binary)]
    previous: Option<String>,
    /// Sites that must be visited.
    #[schema(value_type = Option<String>, format = Binary)]
    follow_ups: Option<String>,
}

/// Plans visits of an inspectorate's teams, an exporter's audits, or what a brand is to find out next. A job does it.
#[utoipa::path(post, path = "/runs/{run}/plans", tag = "results", params(RunPath),
    request_body(content((PlanOptions = "application/json"), (PlanForm = "multipart/form-data"))), responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_plan(at: Allowed<PlanVisits>, state: Data<State>, path: Path<RunPath>, body: Payload, request: HttpRequest) -> Answer {
    create::<PlanOptions>(&state, &at.who, &request, Some(path.run.clone()), ResultKind::Plan, body, |plan, stems| {
        if plan.purpose == PlanPurpose::Inspectorate && !stems.contains(&"teams") {
            return Err(Problem::new(INVALID, "the file teams is missing").hint("send a form with options and teams=@teams.csv"));
        }
        Ok(())
    })
    .await
}

/// A report with its files.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described: parts of the form are read one by one")]
struct ReportWithFiles {
    /// What is asked for.
    options: ReportOptions,
    /// What you say where the run cannot (TOML).
    #[schema(value_type = Option<String>, format = Binary)]
    answers: Option<String>,
    /// Boundaries of districts (GeoJSON).
    #[schema(value_type = Option<String>, format = Binary)]
    boundaries: Option<String>,
}

/// Writes a report as HTML, PDF, XLSX or JSON, in English or Urdu. A job does it.
#[utoipa::path(post, path = "/runs/{run}/reports", tag = "results", params(RunPath),
    request_body(content((ReportOptions = "application/json"), (ReportWithFiles = "multipart/form-data"))), responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_report(at: Allowed<MakeReports>, state: Data<State>, path: Path<RunPath>, body: Payload, request: HttpRequest) -> Answer {
    create::<ReportOptions>(&state, &at.who, &request, Some(path.run.clone()), ResultKind::Report, body, |_, _| Ok(())).await
}

/// Writes a table of the run in any form: CSV, XLSX, Parquet, GeoJSON, GraphML; all tables as one workbook. A job does it.
///
/// The file is among those of the result. What the run wrote is given out at once by `GET /runs/{run}/export`.
#[utoipa::path(post, path = "/runs/{run}/exports", tag = "results", params(RunPath), request_body = ExportOptions, responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_export(at: Allowed<MakeReports>, state: Data<State>, path: Path<RunPath>, body: Payload, request: HttpRequest) -> Answer {
    create::<ExportOptions>(&state, &at.who, &request, Some(path.run.clone()), ResultKind::Export, body, |_, _| Ok(())).await
}

/// What was found, and from which plans.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described: parts of the form are read one by one")]
struct LearnForm {
    /// What is asked for.
    options: LearnOptions,
    /// What the visits of each plan found: as many files as plans, in the order of the plans.
    #[schema(value_type = Vec<String>, format = Binary)]
    findings: Vec<String>,
}

/// Learns from visits of plans: a pack that moves scores, which a run may name. A job does it.
#[utoipa::path(post, path = "/runs/{run}/learned", tag = "results", params(RunPath), request_body(content = LearnForm, content_type = "multipart/form-data"), responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_learned(at: Allowed<PlanVisits>, state: Data<State>, path: Path<RunPath>, body: Payload, request: HttpRequest) -> Answer {
    create::<LearnOptions>(&state, &at.who, &request, Some(path.run.clone()), ResultKind::Learned, body, |learn, stems| {
        if stems.len() == learn.plans.len() {
            return Ok(());
        }
        let detail = format!("{} files of findings for {} plans", stems.len(), learn.plans.len());
        Err(Problem::new(INVALID, detail).hint("send a form with options and findings=@findings.csv for each plan"))
    })
    .await
}

/// Findings to be held against rules of law.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described: parts of the form are read one by one")]
struct QualifyForm {
    /// How they are read.
    options: Option<QualifyOptions>,
    /// Table of findings: counts and facts, no names.
    #[schema(value_type = String, format = Binary)]
    findings: String,
}

/// Holds findings against rules of law, for a person to decide. A job does it.
#[utoipa::path(post, path = "/qualifications", tag = "evidence", request_body(content = QualifyForm, content_type = "multipart/form-data"), responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_qualification(at: Allowed<AddEvidence>, state: Data<State>, body: Payload, request: HttpRequest) -> Answer {
    create::<QualifyOptions>(&state, &at.who, &request, None, ResultKind::Qualification, body, |_, stems| {
        if stems.contains(&"findings") {
            return Ok(());
        }
        Err(Problem::new(INVALID, "the file findings is missing").hint("send a form with options and findings=@findings.csv"))
    })
    .await
}

/// What sites contribute to buyers, as a table (`contributions.csv`): of each buyer a row for every contributing site, the largest first,
/// then one for what all others add and one for untraced purchases. A job does it.
#[utoipa::path(post, path = "/runs/{run}/contributions", tag = "chains", params(RunPath), request_body = ContributionsOptions, responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_contributions(
    at: Allowed<MakeRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    body: Payload,
    request: HttpRequest,
) -> Answer {
    let (run, kind) = (Some(path.run.clone()), ResultKind::Contributions);
    create::<ContributionsOptions>(&state, &at.who, &request, run, kind, body, |_, _| Ok(())).await
}
