//! Organisations, and runs shared between them.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Query};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tierlight_store::{GrantId, NewGrant, OrganisationId, Redaction, RunId, now};
use utoipa::{IntoParams, ToSchema};

use super::keys::{KeyQuestion, KeyWithSecret};
use super::model::{Grant, Named, Organisation, check_name};
use super::page::{Listed, PageQuery};
use crate::access::Allowed;
use crate::access::permission::{ManageAccess, Operate, ReadRuns};
use crate::access::secret::{KEY_PREFIX, Secret};
use crate::audit;
use crate::once::{once, told};
use crate::problem::table::INVALID;
use crate::problem::{Answer, Problem};
use crate::reply::{self, IfMatch, Made};
use crate::routes::{BASE, Routes};
use crate::state::State;

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_organisations, list_organisations)
        .add(__path_create_organisation, create_organisation)
        .add(__path_get_any_organisation, get_any_organisation)
        .add(__path_create_organisation_key, create_organisation_key)
        .add(__path_get_organisation, get_organisation)
        .add(__path_rename_organisation, rename_organisation)
        .add(__path_list_grants, list_grants)
        .add(__path_create_grant, create_grant)
        .add(__path_revoke_grant, revoke_grant)
        .add(__path_list_granted, list_granted)
}

/// All organisations, the oldest first: for who operates the service.
#[utoipa::path(get, path = "/organisations", tag = "operation", responses((status = 200, description = "All", body = Listed<Organisation>)))]
async fn list_organisations(_at: Allowed<Operate>, state: Data<State>, request: HttpRequest) -> Answer {
    let items = state.store.organisations().await?.into_iter().map(Organisation::from).collect();
    reply::json(&request, &Listed { items, next: None })
}

/// Adds an organisation. It sees nothing of others, and they nothing of it.
#[utoipa::path(post, path = "/organisations", tag = "operation", request_body = Named, responses((status = 201, description = "Added", body = Organisation)))]
async fn create_organisation(at: Allowed<Operate>, state: Data<State>, body: Json<Named>, request: HttpRequest) -> Answer {
    check_name(&body.name)?;
    let told = told(&*body)?;
    once(&state, &at.who, &request, told, move |state, who, request| async move {
        let organisation = state.store.create_organisation(body.name.trim()).await?;
        audit::changed(&state, &who.organisation, &who, &request, "organisation.create", [organisation.id.to_string()]).await;
        Made::created(format!("{BASE}/organisations/{}", organisation.id), &Organisation::from(organisation))
    })
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OrganisationPath {
    /// Id of the organisation.
    #[param(value_type = String, example = "org_0192f0c1e2d37a4c9f5b6a7d8e9f0a25")]
    organisation: OrganisationId,
}

/// An organisation: for who operates the service.
#[utoipa::path(get, path = "/organisations/{organisation}", tag = "operation", params(OrganisationPath), responses((status = 200, description = "The organisation", body = Organisation)))]
async fn get_any_organisation(_at: Allowed<Operate>, state: Data<State>, path: Path<OrganisationPath>, request: HttpRequest) -> Answer {
    reply::json(&request, &Organisation::from(state.store.organisation(&path.organisation).await?))
}

/// Makes a key of another organisation, so that its admin can begin.
#[utoipa::path(post, path = "/organisations/{organisation}/keys", tag = "operation", params(OrganisationPath), request_body = KeyQuestion, responses((status = 201, description = "Made", body = KeyWithSecret)))]
async fn create_organisation_key(
    at: Allowed<Operate>,
    state: Data<State>,
    path: Path<OrganisationPath>,
    body: Json<KeyQuestion>,
    request: HttpRequest,
) -> Answer {
    state.store.organisation(&path.organisation).await?;
    let secret = Secret::new(KEY_PREFIX).map_err(|e| Problem::internal(&e))?;
    let new = body.new_key(&at.who, &secret)?;
    let key = state.store.create_key(&path.organisation, &new).await?;
    audit::note(&state, &path.organisation, &at.who, &request, "key.create", [key.id.to_string()]).await?;
    Ok(KeyWithSecret::response(&secret, key))
}

/// One's own organisation.
#[utoipa::path(get, path = "/organisation", tag = "access", responses((status = 200, description = "The organisation", body = Organisation)))]
async fn get_organisation(at: Allowed<ReadRuns>, state: Data<State>, request: HttpRequest) -> Answer {
    reply::json(&request, &Organisation::from(state.store.organisation(&at.who.organisation).await?))
}

/// Gives one's own organisation another name.
#[utoipa::path(patch, path = "/organisation", tag = "access", params(IfMatch), request_body = Named, responses((status = 200, description = "The organisation", body = Organisation)))]
async fn rename_organisation(at: Allowed<ManageAccess>, state: Data<State>, body: Json<Named>, request: HttpRequest) -> Answer {
    check_name(&body.name)?;
    let read = reply::read::<_, Organisation>(&request, state.store.organisation(&at.who.organisation)).await?;
    let organisation = state.store.rename_organisation(&at.who.organisation, body.name.trim(), read.as_ref()).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "organisation.rename", [organisation.id.to_string()]).await?;
    reply::json(&request, &Organisation::from(organisation))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct GrantsQuery {
    /// Only of this run.
    #[param(value_type = Option<String>)]
    run: Option<RunId>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Grants that the organisation gave, live or not, the newest first.
#[utoipa::path(get, path = "/grants", tag = "access", params(GrantsQuery), responses((status = 200, description = "A page", body = Listed<Grant>)))]
async fn list_grants(at: Allowed<ManageAccess>, state: Data<State>, query: Query<GrantsQuery>, request: HttpRequest) -> Answer {
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit }.request(state.limits())?;
    let page = state.store.grants(&at.who.organisation, query.run.as_ref(), &page).await?;
    reply::json(&request, &Listed::of(page, Grant::from))
}

/// A grant to be given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "run": "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f", "grantee": "org_0192f0c1e2d37a4c9f5b6a7d8e9f0a25", "redaction": "aggregate", "days": 30 }))]
struct GrantQuestion {
    /// Run.
    #[schema(value_type = String)]
    run: RunId,
    /// Organisation that may see it.
    #[schema(value_type = String)]
    grantee: OrganisationId,
    /// full shows all of it to read; no_sites sums by district and sector; aggregate the same with small numbers kept back.
    #[schema(value_type = String)]
    redaction: Redaction,
    /// Days after which it ends.
    #[schema(minimum = 1, maximum = 366)]
    days: u32,
}

/// Longest grant, days.
const DAYS: u32 = 366;

/// Shows a run to another organisation, for a time and to a degree. What they read is noted in the audit log of the owner.
#[utoipa::path(post, path = "/grants", tag = "access", request_body = GrantQuestion, responses((status = 201, description = "Given", body = Grant)))]
async fn create_grant(at: Allowed<ManageAccess>, state: Data<State>, body: Json<GrantQuestion>, request: HttpRequest) -> Answer {
    if body.days == 0 || body.days > DAYS {
        return Err(Problem::new(INVALID, format!("days is {}, expected from 1 to {DAYS}", body.days)));
    }
    let expires = now().saturating_add(SignedDuration::from_hours(24 * i64::from(body.days))).map_err(|e| Problem::internal(&e))?;
    let told = told(&*body)?;
    once(&state, &at.who, &request, told, move |state, who, request| async move {
        let new = NewGrant { run: body.run.clone(), grantee: body.grantee.clone(), redaction: body.redaction, expires };
        let grant = state.store.create_grant(&who.organisation, &new).await?;
        let subject = format!("{}/{}/{}", grant.run, grant.grantee, grant.redaction);
        audit::changed(&state, &who.organisation, &who, &request, "grant.create", [subject]).await;
        Made::created(format!("{BASE}/grants?run={}", grant.run), &Grant::from(grant))
    })
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct GrantPath {
    /// Id of the grant.
    #[param(value_type = String, example = "gra_0192f0c1e2d37a4c9f5b6a7d8e9f0a26")]
    grant: GrantId,
}

/// Takes a grant back.
#[utoipa::path(post, path = "/grants/{grant}/revoke", tag = "access", params(GrantPath), responses((status = 200, description = "The grant", body = Grant)))]
async fn revoke_grant(at: Allowed<ManageAccess>, state: Data<State>, path: Path<GrantPath>, request: HttpRequest) -> Answer {
    let grant = state.store.revoke_grant(&at.who.organisation, &path.grant).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "grant.revoke", [grant.id.to_string()]).await?;
    reply::json(&request, &Grant::from(grant))
}

/// Runs of others that the organisation may see: grants that are live.
#[utoipa::path(get, path = "/granted", tag = "access", params(PageQuery), responses((status = 200, description = "A page", body = Listed<Grant>)))]
async fn list_granted(at: Allowed<ReadRuns>, state: Data<State>, page: Query<PageQuery>, request: HttpRequest) -> Answer {
    let page = state.store.grants_to(&at.who.organisation, &page.request(state.limits())?).await?;
    reply::json(&request, &Listed::of(page, Grant::from))
}
