//! Saved column mappings.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tierlight_store::MappingId;
use utoipa::{IntoParams, ToSchema};

use super::model::{Mapping, check_name};
use super::page::{Listed, PageQuery};
use crate::access::Allowed;
use crate::access::permission::{ReadNetworks, WriteNetworks};
use crate::audit;
use crate::once::{once, told};
use crate::options::{Question, ReadOptions};
use crate::problem::{Answer, Problem};
use crate::reply::{self, IfMatch, Made};
use crate::routes::{BASE, Routes};
use crate::state::State;

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_mappings, list_mappings)
        .add(__path_create_mapping, create_mapping)
        .add(__path_get_mapping, get_mapping)
        .add(__path_change_mapping, change_mapping)
        .add(__path_delete_mapping, delete_mapping)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MappingPath {
    /// Id of the mapping.
    #[param(value_type = String, example = "map_0192f0c1e2d37a4c9f5b6a7d8e9f0a1e")]
    mapping: MappingId,
}

/// A column mapping under a name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Our ERP", "mapping": { "sites": { "workers": "Headcount" } } }))]
struct NewMapping {
    /// What it is called; one of each name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Table, column of the format, header of the file; as a preview shows it.
    mapping: BTreeMap<String, BTreeMap<String, String>>,
}

impl NewMapping {
    fn check(&self) -> Result<serde_json::Value, Problem> {
        check_name(&self.name)?;
        ReadOptions { map: Some(self.mapping.clone()), ..ReadOptions::default() }.check()?;
        serde_json::to_value(&self.mapping).map_err(|e| Problem::internal(&e))
    }
}

/// Saved column mappings, the newest first.
#[utoipa::path(get, path = "/mappings", tag = "networks", params(PageQuery), responses((status = 200, description = "A page", body = Listed<Mapping>)))]
async fn list_mappings(at: Allowed<ReadNetworks>, state: Data<State>, page: Query<PageQuery>, request: HttpRequest) -> Answer {
    let page = state.store.mappings(&at.who.organisation, &page.request(state.limits())?).await?;
    reply::json(&request, &Listed::of(page, Mapping::from))
}

/// Saves a column mapping.
#[utoipa::path(post, path = "/mappings", tag = "networks", request_body = NewMapping, responses((status = 201, description = "Saved", body = Mapping)))]
async fn create_mapping(at: Allowed<WriteNetworks>, state: Data<State>, body: Json<NewMapping>, request: HttpRequest) -> Answer {
    let value = body.check()?;
    let told = told(&*body)?;
    once(&state, &at.who, &request, told, move |state, who, request| async move {
        let mapping = state.store.create_mapping(&who.organisation, body.name.trim(), &value).await?;
        audit::changed(&state, &who.organisation, &who, &request, "mapping.create", [mapping.id.to_string()]).await;
        Made::created(format!("{BASE}/mappings/{}", mapping.id), &Mapping::from(mapping))
    })
    .await
}

/// A column mapping.
#[utoipa::path(get, path = "/mappings/{mapping}", tag = "networks", params(MappingPath), responses((status = 200, description = "The mapping", body = Mapping)))]
async fn get_mapping(at: Allowed<ReadNetworks>, state: Data<State>, path: Path<MappingPath>, request: HttpRequest) -> Answer {
    reply::json(&request, &Mapping::from(state.store.mapping(&at.who.organisation, &path.mapping).await?))
}

/// Saves a column mapping anew. Versions that were read with it stay as they are.
#[utoipa::path(put, path = "/mappings/{mapping}", tag = "networks", params(MappingPath, IfMatch), request_body = NewMapping, responses((status = 200, description = "The mapping", body = Mapping)))]
async fn change_mapping(
    at: Allowed<WriteNetworks>,
    state: Data<State>,
    path: Path<MappingPath>,
    body: Json<NewMapping>,
    request: HttpRequest,
) -> Answer {
    let value = body.check()?;
    let (store, organisation) = (&state.store, &at.who.organisation);
    let read = reply::read::<_, Mapping>(&request, store.mapping(organisation, &path.mapping)).await?;
    let mapping = store.change_mapping(organisation, &path.mapping, body.name.trim(), &value, read.as_ref()).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "mapping.change", [mapping.id.to_string()]).await?;
    reply::json(&request, &Mapping::from(mapping))
}

/// Takes a column mapping away.
#[utoipa::path(delete, path = "/mappings/{mapping}", tag = "networks", params(MappingPath, IfMatch), responses((status = 204, description = "Gone")))]
async fn delete_mapping(at: Allowed<WriteNetworks>, state: Data<State>, path: Path<MappingPath>, request: HttpRequest) -> Answer {
    let (store, organisation) = (&state.store, &at.who.organisation);
    let read = reply::read::<_, Mapping>(&request, store.mapping(organisation, &path.mapping)).await?;
    store.delete_mapping(organisation, &path.mapping, read.as_ref()).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "mapping.delete", [path.mapping.to_string()]).await?;
    Ok(reply::gone())
}
