//! Networks and their versions.

use actix_web::web::{Data, Json, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::Value;
use tierlight_store::{FileRole, JobKind, MappingId, NetworkId, NewFile, NewVersion, State as Became, VersionId};
use utoipa::IntoParams;

use super::known::known;
use super::model::{File, Named, Network, Version, check_name};
use super::named;
use super::page::{Listed, PageQuery};
use super::question::{digests, parsed};
use crate::access::Allowed;
use crate::access::permission::{DeleteNetworks, ReadNetworks, WriteNetworks};
use crate::audit;
use crate::once::{once, told};
use crate::options::{Question, ReadOptions};
use crate::problem::table::{INVALID, NOT_FOUND, NOT_READY};
use crate::problem::{Answer, Problem};
use crate::reply::{self, Encoded, IfMatch, Made};
use crate::routes::{BASE, Routes};
use crate::state::State;
use crate::upload::{self, Names};
use crate::wording::over_http;

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_networks, list_networks)
        .add(__path_create_network, create_network)
        .add(__path_get_network, get_network)
        .add(__path_rename_network, rename_network)
        .add(__path_delete_network, delete_network)
        .add(__path_list_versions, list_versions)
        .add(__path_upload_version, upload_version)
        .add(__path_get_version, get_version)
        .add(__path_list_version_files, list_version_files)
        .add(__path_get_version_file, get_version_file)
        .add(__path_preview_version, preview_version)
        .add(__path_list_version_issues, list_version_issues)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct NetworkPath {
    /// Id of the network.
    #[param(value_type = String, example = "net_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b")]
    network: NetworkId,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct VersionPath {
    /// Id of the version.
    #[param(value_type = String, example = "ver_0192f0c1e2d37a4c9f5b6a7d8e9f0a1c")]
    pub(super) version: VersionId,
}

/// Networks, the newest first.
#[utoipa::path(get, path = "/networks", tag = "networks", params(PageQuery), responses((status = 200, description = "A page", body = Listed<Network>)))]
async fn list_networks(at: Allowed<ReadNetworks>, state: Data<State>, page: Query<PageQuery>, request: HttpRequest) -> Answer {
    let page = state.store.networks(&at.who.organisation, &page.request(state.limits())?).await?;
    reply::json(&request, &Listed::of(page, Network::from))
}

/// Makes a network without a version.
#[utoipa::path(post, path = "/networks", tag = "networks", request_body = Named, responses((status = 201, description = "Made", body = Network)))]
async fn create_network(at: Allowed<WriteNetworks>, state: Data<State>, body: Json<Named>, request: HttpRequest) -> Answer {
    check_name(&body.name)?;
    let told = told(&*body)?;
    once(&state, &at.who, &request, told, move |state, who, request| async move {
        let network = state.store.create_network(&who.organisation, body.name.trim()).await?;
        audit::changed(&state, &who.organisation, &who, &request, "network.create", [network.id.to_string()]).await;
        Made::created(format!("{BASE}/networks/{}", network.id), &Network::from(network))
    })
    .await
}

/// A network.
#[utoipa::path(get, path = "/networks/{network}", tag = "networks", params(NetworkPath), responses((status = 200, description = "The network", body = Network)))]
async fn get_network(at: Allowed<ReadNetworks>, state: Data<State>, path: Path<NetworkPath>, request: HttpRequest) -> Answer {
    reply::json(&request, &Network::from(state.store.network(&at.who.organisation, &path.network).await?))
}

/// Gives a network another name. `If-Match` with its ETag keeps from overwriting what another changed.
#[utoipa::path(patch, path = "/networks/{network}", tag = "networks", params(NetworkPath, IfMatch), request_body = Named, responses((status = 200, description = "The network", body = Network)))]
async fn rename_network(
    at: Allowed<WriteNetworks>,
    state: Data<State>,
    path: Path<NetworkPath>,
    body: Json<Named>,
    request: HttpRequest,
) -> Answer {
    check_name(&body.name)?;
    let (store, organisation) = (&state.store, &at.who.organisation);
    let read = reply::read::<_, Network>(&request, store.network(organisation, &path.network)).await?;
    let network = store.rename_network(organisation, &path.network, body.name.trim(), read.as_ref()).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "network.rename", [network.id.to_string()]).await?;
    reply::json(&request, &Network::from(network))
}

/// Takes a network away, with its versions, runs, results and grants. Its evidence ledger is kept as a record, and shown to nobody.
#[utoipa::path(delete, path = "/networks/{network}", tag = "networks", params(NetworkPath, IfMatch), responses((status = 204, description = "Gone")))]
async fn delete_network(at: Allowed<DeleteNetworks>, state: Data<State>, path: Path<NetworkPath>, request: HttpRequest) -> Answer {
    let organisation = &at.who.organisation;
    let read = reply::read::<_, Network>(&request, state.store.network(organisation, &path.network)).await?;
    let mut page = tierlight_store::PageRequest { limit: tierlight_store::MOST_ITEMS, ..tierlight_store::PageRequest::default() };
    let mut runs = Vec::new();
    loop {
        let some = state.store.runs(organisation, Some(&path.network), &page).await?;
        runs.extend(some.items.into_iter().map(|run| run.id));
        page.after = some.next;
        if page.after.is_none() {
            break;
        }
    }
    state.store.delete_network(organisation, &path.network, read.as_ref()).await?;
    for run in &runs {
        state.runs.forget(run.as_str());
    }
    audit::note(&state, &at.who.organisation, &at.who, &request, "network.delete", [path.network.to_string()]).await?;
    Ok(reply::gone())
}

/// Versions of a network, the newest first.
#[utoipa::path(get, path = "/networks/{network}/versions", tag = "networks", params(NetworkPath, PageQuery), responses((status = 200, description = "A page", body = Listed<Version>)))]
async fn list_versions(
    at: Allowed<ReadNetworks>,
    state: Data<State>,
    path: Path<NetworkPath>,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Answer {
    state.store.network(&at.who.organisation, &path.network).await?;
    let page = state.store.versions(&at.who.organisation, &path.network, &page.request(state.limits())?).await?;
    reply::json(&request, &Listed::of(page, Version::from))
}

/// What can be said of an upload in its query.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the name is read where the body is")]
struct UploadQuery {
    /// Name of the file, where it is the body and not part of a form: its ending says what it is.
    #[param(example = "suppliers.csv")]
    name: Option<String>,
    /// A saved column mapping.
    #[param(value_type = Option<String>, example = "map_0192f0c1e2d37a4c9f5b6a7d8e9f0a1e")]
    mapping: Option<MappingId>,
    /// Country of rows that state none: ISO code or name. For more, send a form with `options`.
    country: Option<String>,
    /// Sector of rows that state none.
    sector: Option<String>,
    /// Day on which the network is looked at, YYYY-MM-DD.
    #[param(format = Date)]
    as_of: Option<String>,
}

/// Files of an upload in a form, with options of reading.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described: parts of the form are read one by one")]
struct UploadForm {
    /// How the files are read.
    options: Option<ReadOptions>,
    /// A table, a workbook, a JSON document or a zip of tables; other names of the field are taken as well, and several of them.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

/// Uploads a version: one file as the body with `?name=`, or a form with several files and `options`.
///
/// Any form that the reader takes: csv, tsv, xlsx, parquet, json, or a zip of tables. The same files with the same options are the same
/// version: 200 then, 202 for a new one. A job reads it; poll it or follow its events.
#[utoipa::path(post, path = "/networks/{network}/versions", tag = "networks", params(NetworkPath, UploadQuery),
    request_body(content((UploadForm = "multipart/form-data"), (String = "text/csv"), (String = "application/octet-stream")), description = "Files"),
    responses((status = 202, description = "Uploaded, and being read", body = Version), (status = 200, description = "Was there before", body = Version)))]
async fn upload_version(
    at: Allowed<WriteNetworks>,
    state: Data<State>,
    path: Path<NetworkPath>,
    query: Query<UploadQuery>,
    body: Payload,
    request: HttpRequest,
) -> Answer {
    let organisation = &at.who.organisation;
    let form = upload::receive(&state, organisation, &request, body, Names::Last).await?;
    let mut options: ReadOptions = form.options.map(parsed).transpose()?.unwrap_or_default();
    options.country = options.country.or(query.country.clone());
    options.sector = options.sector.or(query.sector.clone());
    options.as_of = options.as_of.or(query.as_of.clone());
    let mapping = query.into_inner().mapping;
    if mapping.is_some() && options.map.is_some() {
        return Err(Problem::new(INVALID, "a mapping is stated both in the query and in options").hint("state one of them"));
    }
    options.check()?;
    if form.files.is_empty() {
        return Err(Problem::new(INVALID, "the form has no file").hint("send at least one table"));
    }
    upload::names_apart(&form.files)?;
    let files: Vec<NewFile> = form.files.into_iter().map(|(_, file)| file).collect();
    let told = told(&(digests(&files), &options, &mapping))?;
    once(&state, &at.who, &request, told, move |state, who, request| async move {
        if let Some(id) = &mapping {
            options.map = Some(parsed(state.store.mapping(&who.organisation, id).await?.mapping)?);
        }
        named::packs(&state, &who.organisation, &options.packs).await?;
        known(&state, &who.organisation, None, options.pack_names()).await?;
        let new = NewVersion { files, options: serde_json::to_value(&options).map_err(|e| Problem::internal(&e))? };
        let added = state.store.create_version(&who.organisation, &path.network, &new, state.queue()).await?;
        audit::changed(&state, &who.organisation, &who, &request, "version.upload", [added.value.id.to_string()]).await;
        let location = format!("{BASE}/versions/{}", added.value.id);
        let version = Version::from(added.value);
        if added.new { Made::accepted(location, &version) } else { Made::present(location, &version) }
    })
    .await
}

/// A version of a network.
#[utoipa::path(get, path = "/versions/{version}", tag = "networks", params(VersionPath), responses((status = 200, description = "The version", body = Version)))]
async fn get_version(at: Allowed<ReadNetworks>, state: Data<State>, path: Path<VersionPath>, request: HttpRequest) -> Answer {
    reply::json(&request, &Version::from(state.store.version(&at.who.organisation, &path.version).await?))
}

/// Files of a version: what was uploaded, and the issues and rejected rows that were found.
#[utoipa::path(get, path = "/versions/{version}/files", tag = "networks", params(VersionPath), responses((status = 200, description = "All files", body = Listed<File>)))]
async fn list_version_files(at: Allowed<ReadNetworks>, state: Data<State>, path: Path<VersionPath>, request: HttpRequest) -> Answer {
    let files = state.store.version_files(&at.who.organisation, &path.version).await?;
    reply::json(&request, &Listed { items: files.into_iter().map(File::from).collect(), next: None })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct VersionFilePath {
    /// Id of the version.
    #[param(value_type = String, example = "ver_0192f0c1e2d37a4c9f5b6a7d8e9f0a1c")]
    version: VersionId,
    /// input, or output for what was found.
    #[param(example = "output")]
    role: String,
    /// Name of the file; a slash is written %2F.
    #[param(example = "issues.csv")]
    name: String,
}

/// A file of a version, to keep: `issues.csv`, and `rejected/TABLE.csv` with the columns `row` and `codes` in front.
#[utoipa::path(get, path = "/versions/{version}/files/{role}/{name}", tag = "networks", params(VersionFilePath),
    responses((status = 200, description = "The file", body = serde_json::Value, content_type = "*/*")))]
async fn get_version_file(at: Allowed<ReadNetworks>, state: Data<State>, path: Path<VersionFilePath>, request: HttpRequest) -> Answer {
    let files = state.store.version_files(&at.who.organisation, &path.version).await?;
    let file = files.into_iter().find(|f| f.role.as_str() == path.role && f.name == path.name);
    let file = file.ok_or_else(|| Problem::new(NOT_FOUND, "the version has no such file").hint("GET …/files lists them"))?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "version.file", [format!("{}/{}", path.version, path.name)]).await?;
    reply::file(&request, state.store.blob_path(&file.digest), &file.name, &file.media_type).await
}

/// Names of what reading found among the files of a version.
const RECORD: &str = "check.json";
const ISSUES: &str = "issues.csv";

/// Where a file is that reading a version made.
async fn found(state: &State, at: &Allowed<ReadNetworks>, id: &VersionId, name: &str) -> Result<std::path::PathBuf, Problem> {
    let version = state.store.version(&at.who.organisation, id).await?;
    let files = state.store.version_files(&at.who.organisation, id).await?;
    let Some(file) = files.iter().find(|f| f.role == FileRole::Output && f.name == name) else {
        let why = version.message.map(|m| format!(": {m}")).unwrap_or_default();
        let problem = Problem::new(NOT_READY, format!("the version is {}{why}", version.state));
        return Err(problem.hint(match version.state {
            Became::Waiting => format!("GET {BASE}/jobs/{} tells how far it is", version.job),
            Became::Rejected => "correct the files, or how `options` says that they are read, and upload them again".to_owned(),
            Became::Ready | Became::Failed | Became::Cancelled => "upload the same files again: they are read anew".to_owned(),
        }));
    };
    Ok(state.store.blob_path(&file.digest))
}

/// What was guessed of an upload.
#[allow(clippy::struct_field_names, reason = "names of the API")]
#[derive(Debug, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[schema(example = json!({ "mapping": { "sites": { "site_id": "Factory ID", "name": "Factory" } },
    "tables": [{ "table": "sites", "file": "suppliers.csv", "rows_in": 120, "used": 118, "merged": 0, "rejected": 2, "unmapped_columns": [], "dropped_columns": [] }],
    "preview": [{ "table": "sites", "file": "suppliers.csv", "columns": ["Factory ID", "Factory"], "rows": [["HC-11", "Home cluster 11"]] }] }))]
struct Preview {
    /// Column of the file by table and column of the format, as understood.
    #[schema(value_type = Object)]
    mapping: Value,
    /// What became of each table.
    #[schema(value_type = Vec<Object>)]
    tables: Value,
    /// First rows of each table.
    #[schema(value_type = Vec<Object>)]
    preview: Value,
}

/// The column mapping as it was guessed, and the first 50 rows of each table.
#[utoipa::path(get, path = "/versions/{version}/preview", tag = "networks", params(VersionPath), responses((status = 200, description = "The preview", body = Preview)))]
async fn preview_version(at: Allowed<ReadNetworks>, state: Data<State>, path: Path<VersionPath>, request: HttpRequest) -> Answer {
    let file = found(&state, &at, &path.version, RECORD).await?;
    // issues, which may be a million, are passed over
    let preview = crate::state::blocking(&state, move || {
        let file = std::fs::File::open(file).map_err(|e| Problem::internal(&e))?;
        let preview: Preview = serde_json::from_reader(std::io::BufReader::new(file)).map_err(|e| Problem::internal(&e))?;
        Encoded::of(&preview)
    })
    .await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "version.preview", [path.version.to_string()]).await?;
    Ok(preview.response(&request))
}

/// How bad an issue is: the row was rejected, or used with an assumption; or it is worth knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Severity {
    /// The row was rejected.
    Error,
    /// The row was used with an assumption.
    Warning,
    /// Worth knowing.
    Info,
}

/// An issue of an upload.
#[derive(Debug, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[schema(example = json!({ "code": "sector_unknown", "severity": "error", "file": "suppliers.csv", "row": 14, "column": "Sector", "found": "brik kiln",
    "expected": "a sector of the packs", "hint": "did you mean brick_kilns?" }))]
struct Issue {
    /// Code, as `tierlight check` prints it.
    code: String,
    /// How bad it is.
    severity: Severity,
    /// File or sheet.
    file: String,
    /// Row; the header is row 1.
    row: Option<u64>,
    /// Column.
    column: String,
    /// What was found.
    found: String,
    /// What was expected.
    expected: String,
    /// What to do.
    hint: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IssueQuery {
    /// Only of this severity.
    #[param(inline)]
    severity: Option<Severity>,
    /// Only of this code.
    code: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Issues of a version, in the order of files and rows.
#[utoipa::path(get, path = "/versions/{version}/issues", tag = "networks", params(VersionPath, IssueQuery), responses((status = 200, description = "A page", body = Listed<Issue>)))]
async fn list_version_issues(
    at: Allowed<ReadNetworks>,
    state: Data<State>,
    path: Path<VersionPath>,
    query: Query<IssueQuery>,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let limit = super::page::items(query.limit, state.limits())? as usize;
    let from: usize = match &query.cursor {
        None => 0,
        Some(text) => text.parse().map_err(|_| Problem::new(crate::problem::table::BAD_QUERY, "cursor is not `next` of a page"))?,
    };
    let file = found(&state, &at, &path.version, ISSUES).await?;
    let (severity, code) = (query.severity, query.code.clone());
    let page = crate::state::blocking(&state, move || {
        let wanted = |i: &Issue| severity.is_none_or(|s| s == i.severity) && code.as_ref().is_none_or(|c| *c == i.code);
        let mut reader = csv::Reader::from_path(file).map_err(|e| Problem::internal(&e))?;
        let mut items: Vec<Issue> = Vec::new();
        let mut left = from;
        for issue in reader.deserialize() {
            let mut issue: Issue = issue.map_err(|e| Problem::internal(&e))?;
            if !wanted(&issue) {
                continue;
            }
            if left > 0 {
                left -= 1;
                continue;
            }
            issue.hint = over_http(JobKind::Ingest, &issue.hint);
            items.push(issue);
            if items.len() > limit {
                break;
            }
        }
        let more = items.len() > limit;
        items.truncate(limit);
        Encoded::of(&Listed { items, next: more.then(|| (from + limit).to_string()) })
    })
    .await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "version.issues", [path.version.to_string()]).await?;
    Ok(page.response(&request))
}
