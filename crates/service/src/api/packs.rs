//! Reference packs: the built-in ones and those of users, what is in them, and how they differ.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Payload, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tierlight_answers::packs::{RATES, list, show};
use tierlight_data::packs::Packs;
use tierlight_store::{NewFile, NewResult, OrganisationId, ResultId, ResultKind};
use utoipa::{IntoParams, ToSchema};

use super::model::RunResult;
use super::named;
use super::page::{Listed, items};
use super::question::{ask, parsed};
use super::results::{asked, make};
use crate::access::Allowed;
use crate::access::permission::{MakeRuns, ReadRuns};
use crate::layered::{layered, within};
use crate::options::{PackDiffOptions, PacksOptions, Question};
use crate::problem::table::{BAD_QUERY, INVALID, NOT_FOUND};
use crate::problem::{Answer, Problem};
use crate::reply::Encoded;
use crate::routes::Routes;
use crate::state::{State, blocking};
use crate::upload::{self, Names};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_packs, list_packs)
        .add(__path_upload_pack, upload_pack)
        .add(__path_list_pack_rows, list_pack_rows)
        .add(__path_create_pack_diff, create_pack_diff)
}

/// A pack that comes in.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only described: parts of the form are read one by one")]
struct PackForm {
    /// What it lies over.
    options: Option<PacksOptions>,
    /// The files of its folder, `datapackage.json` among them, or one zip of it; other names of the field are taken as well.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

/// Uploads a reference pack: the files of its folder in a form, or one zip.
///
/// A job checks it as `tierlight packs check` does; the summary lists what it sets and every issue. A pack with errors is `rejected`. One
/// that is `ready` may be named by uploads (`options.packs`: its sectors and districts are known when they are read), runs, plans,
/// qualifications and model cards.
#[utoipa::path(post, path = "/packs", tag = "reference", request_body(content((PackForm = "multipart/form-data"), (String = "application/zip"))),
    responses((status = 202, description = "Uploaded, and being checked", body = RunResult)))]
async fn upload_pack(at: Allowed<MakeRuns>, state: Data<State>, body: Payload, request: HttpRequest) -> Answer {
    let form = upload::receive(&state, &at.who.organisation, &request, body, Names::Whole).await?;
    upload::names_apart(&form.files)?;
    let options: PacksOptions = form.options.map(parsed).transpose()?.unwrap_or_default();
    options.check()?;
    within(&state, form.files.iter().map(|(_, file)| file.blob.size()).sum())?;
    let files = folder(form.files.into_iter().map(|(_, file)| file).collect())?;
    let new = asked(ResultKind::Pack, &options, files)?;
    make(&state, &at.who, &request, &options, new).await
}

/// What describes a pack.
const DESCRIPTOR: &str = "datapackage.json";

/// Files of a pack under their paths in its folder, which is where its descriptor lies.
fn folder(mut files: Vec<NewFile>) -> Result<Vec<NewFile>, Problem> {
    let hint = "a pack is a folder with datapackage.json and its tables: docs/data.md";
    let described = files.iter().filter_map(|f| f.name.strip_suffix(DESCRIPTOR)).filter(|root| root.is_empty() || root.ends_with('/'));
    let root = described.min_by_key(|root| root.len()).map(str::to_owned);
    let root = root.ok_or_else(|| Problem::new(INVALID, format!("no file is called {DESCRIPTOR}")).hint(hint))?;
    for file in &mut files {
        let Some(name) = file.name.strip_prefix(&root) else {
            return Err(Problem::new(INVALID, format!("a file lies outside the folder of {DESCRIPTOR}")).hint(hint));
        };
        file.name = name.to_owned();
    }
    Ok(files)
}

/// Holds two packs against each other: rows that differ, and which results would move; with a run, what moves in it. A job does it; the
/// summary is what `tierlight packs diff --format json` prints.
#[utoipa::path(post, path = "/packs/diffs", tag = "reference", request_body = PackDiffOptions, responses((status = 202, description = "Asked for", body = RunResult)))]
async fn create_pack_diff(at: Allowed<MakeRuns>, state: Data<State>, body: Payload, request: HttpRequest) -> Answer {
    let (question, _): (PackDiffOptions, _) = ask(&state, &at.who.organisation, &request, body).await?;
    let new = asked(ResultKind::PackDiff, &question, Vec::new())?;
    let new = NewResult { run: question.run.clone(), ..new };
    make(&state, &at.who, &request, &question, new).await
}

/// A table of the packs.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "only described: it is made where the command line's is")]
struct PackTable {
    /// Name.
    table: String,
    /// Rows, of all packs as they are layered.
    rows: usize,
}

/// Packs as they are layered.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "only described: it is made where the command line's is")]
#[schema(example = json!({ "packs": [{ "name": "world", "version": "0.3.0", "digest": "9f86d081…" }], "tables": [{ "table": "parameters", "rows": 150 }] }))]
struct PackList {
    /// Packs in the order in which they are layered.
    #[schema(value_type = Vec<Object>)]
    packs: Value,
    /// Their tables.
    tables: Vec<PackTable>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct PacksQuery {
    /// Packs to lay over the built-in ones, later ones winning: ids of results, separated by commas.
    packs: Option<String>,
}

/// The reference packs and their tables: the built-in ones, and those that are laid over them.
#[utoipa::path(get, path = "/packs", tag = "reference", params(PacksQuery), responses((status = 200, description = "Packs and tables", body = PackList)))]
async fn list_packs(at: Allowed<ReadRuns>, state: Data<State>, query: Query<PacksQuery>, request: HttpRequest) -> Answer {
    let packs = laid(&state, &at.who.organisation, query.packs.as_deref()).await?;
    let found = blocking(&state, move || Encoded::of(&list(&packs))).await?;
    Ok(found.response(&request))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TablePath {
    /// Name of the table; districts come with their estimates, and rates are computed for a country.
    #[param(example = "parameters")]
    table: String,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// Only rows with a cell that contains this text.
    find: Option<String>,
    /// Country of rates or districts: ISO code or name.
    country: Option<String>,
    /// Packs to lay over the built-in ones, later ones winning: ids of results, separated by commas.
    packs: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Rows of a table of the packs, with source and grade: what `tierlight packs show` prints.
#[utoipa::path(get, path = "/packs/tables/{table}", tag = "reference", params(TablePath, RowsQuery),
    responses((status = 200, description = "A page", body = Listed<Object>, example = json!({ "items": [{ "parameter_id": "rho", "mean": "0.3", "grade": "C", "pack": "world", "row": 2 }], "next": null }))))]
async fn list_pack_rows(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<TablePath>,
    query: Query<RowsQuery>,
    request: HttpRequest,
) -> Answer {
    let limit = items(query.limit, state.limits())? as usize;
    let from: usize = match &query.cursor {
        None => 0,
        Some(text) => text.parse().map_err(|_| Problem::new(BAD_QUERY, "cursor is not `next` of a page"))?,
    };
    let packs = laid(&state, &at.who.organisation, query.packs.as_deref()).await?;
    let (table, query) = (path.into_inner().table, query.into_inner());
    let page = blocking(&state, move || {
        if table != RATES && packs.tables.rows(&table).next().is_none() {
            return Err(Problem::new(NOT_FOUND, "no such table in the packs").hint("GET /api/v1/packs lists them"));
        }
        let unknown = |hint| Problem::new(INVALID, "the country is unknown").hint(hint);
        let country = query.country.map(|name| packs.country(&name).map_err(unknown)).transpose()?;
        let mut found = show(&packs, &table, country, query.find.as_deref(), from, limit + 1)?;
        let more = found.len() > limit;
        found.truncate(limit);
        Encoded::of(&Listed { items: found, next: more.then(|| (from + limit).to_string()) })
    })
    .await?;
    Ok(page.response(&request))
}

/// Packs as they are layered.
///
/// # Errors
/// An id is none, or no pack of the organisation that is ready; see also [`layered`].
async fn laid(state: &State, organisation: &OrganisationId, ids: Option<&str>) -> Result<Arc<Packs>, Problem> {
    let ids = ids.unwrap_or_default().split(',').map(str::trim).filter(|id| !id.is_empty());
    let ids = ids.map(str::parse).collect::<Result<Vec<ResultId>, _>>().map_err(|e| Problem::new(BAD_QUERY, e.to_string()))?;
    let packs = PacksOptions { packs: ids };
    packs.check()?;
    named::packs(state, organisation, &packs.packs).await?;
    layered(state, organisation, &packs.packs).await
}
