//! Reference packs and model cards: what every run rests on.

use std::sync::OnceLock;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tierlight_data::packs::{Packs, read_packs};
use utoipa::{IntoParams, ToSchema};

use super::page::{Listed, items};
use crate::access::Allowed;
use crate::access::permission::ReadRuns;
use crate::problem::table::{BAD_QUERY, NOT_FOUND};
use crate::problem::{Answer, Problem};
use crate::reply;
use crate::routes::Routes;
use crate::state::{State, blocking};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_packs, list_packs)
        .add(__path_list_pack_rows, list_pack_rows)
        .add(__path_list_models, list_models)
        .add(__path_get_model_card, get_model_card)
}

/// The built-in packs, read once.
fn built_in() -> Result<&'static Packs, Problem> {
    static PACKS: OnceLock<Packs> = OnceLock::new();
    if let Some(packs) = PACKS.get() {
        return Ok(packs);
    }
    let packs = read_packs(&[]).map_err(|e| Problem::internal(&e))?;
    Ok(PACKS.get_or_init(|| packs))
}

/// A table of the packs.
#[derive(Debug, Serialize, ToSchema)]
struct PackTable {
    /// Name.
    table: String,
    /// Rows, of all packs as they are layered.
    rows: usize,
}

/// The built-in packs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "packs": [{ "name": "world", "version": "0.3.0", "digest": "9f86d081…" }], "tables": [{ "table": "parameters", "rows": 150 }] }))]
struct PackList {
    /// Packs in the order in which they are layered.
    #[schema(value_type = Vec<Object>)]
    packs: Value,
    /// Their tables.
    tables: Vec<PackTable>,
}

/// The built-in reference packs and their tables.
#[utoipa::path(get, path = "/packs", tag = "reference", responses((status = 200, description = "Packs and tables", body = PackList)))]
async fn list_packs(_at: Allowed<ReadRuns>, state: Data<State>, request: HttpRequest) -> Answer {
    let list = blocking(&state, || {
        let packs = built_in()?;
        let tables = packs.tables.tables().map(|(name, rows)| PackTable { table: name.to_owned(), rows }).collect();
        Ok(PackList { packs: serde_json::to_value(&packs.tables.stamps).map_err(|e| Problem::internal(&e))?, tables })
    })
    .await?;
    reply::json(&request, &list)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TablePath {
    /// Name of the table.
    #[param(example = "parameters")]
    table: String,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// Only rows with a cell that contains this text.
    find: Option<String>,
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
    _at: Allowed<ReadRuns>,
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
    let (table, find) = (path.into_inner().table, query.into_inner().find.map(|f| f.to_lowercase()));
    let page = blocking(&state, move || {
        let packs = built_in()?;
        if packs.tables.rows(&table).next().is_none() {
            return Err(Problem::new(NOT_FOUND, "no such table in the packs").hint("GET /api/v1/packs lists them"));
        }
        let mut found: Vec<Value> = packs
            .tables
            .rows(&table)
            .filter(|row| find.as_ref().is_none_or(|text| row.columns().iter().any(|c| row.get(c).to_lowercase().contains(text.as_str()))))
            .skip(from)
            .take(limit + 1)
            .map(|row| {
                let mut cells: Map<String, Value> = row.columns().iter().map(|c| (c.clone(), row.get(c).into())).collect();
                cells.insert("pack".to_owned(), row.pack.to_string().into());
                cells.insert("row".to_owned(), row.number.into());
                Value::Object(cells)
            })
            .collect();
        let more = found.len() > limit;
        found.truncate(limit);
        Ok(Listed { items: found, next: more.then(|| (from + limit).to_string()) })
    })
    .await?;
    reply::json(&request, &page)
}

/// A version of the method.
#[allow(clippy::struct_field_names, reason = "names of the API")]
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "model": "1.8", "engine": "0.1.0", "card": "/api/v1/models/1.8/card" }))]
struct Model {
    /// Version of the method.
    model: String,
    /// Version of the program.
    engine: String,
    /// Where its card is.
    card: String,
}

/// Versions of the method that this service scores with.
#[utoipa::path(get, path = "/models", tag = "reference", responses((status = 200, description = "All", body = Listed<Model>)))]
async fn list_models(_at: Allowed<ReadRuns>, request: HttpRequest) -> Answer {
    let model = tierlight_core::METHOD_VERSION.to_owned();
    let card = format!("{}/models/{model}/card", crate::routes::BASE);
    let items = vec![Model { model, engine: env!("CARGO_PKG_VERSION").to_owned(), card }];
    reply::json(&request, &Listed { items, next: None })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ModelPath {
    /// Version of the method.
    #[param(example = "1.8")]
    model: String,
}

/// The card of the built-in packs; a test holds it to what `tierlight validate` prints.
const CARD: &str = include_str!("../../../../docs/model-card.md");

/// The model card: how well the method does where it was not fitted.
#[utoipa::path(get, path = "/models/{model}/card", tag = "reference", params(ModelPath),
    responses((status = 200, description = "The card", body = String, content_type = "text/markdown", example = json!("# Model card\n"))))]
async fn get_model_card(_at: Allowed<ReadRuns>, path: Path<ModelPath>) -> Answer {
    if path.model != tierlight_core::METHOD_VERSION {
        return Err(Problem::new(NOT_FOUND, "no such model here").hint("GET /api/v1/models lists them"));
    }
    Ok(HttpResponse::Ok().insert_header(("Content-Type", "text/markdown; charset=utf-8")).body(CARD))
}
