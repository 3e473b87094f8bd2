//! Keys of an organisation.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tierlight_store::{KeyId, NewKey, Role, now};
use utoipa::{IntoParams, ToSchema};

use super::model::{Key, check_name};
use super::page::{Listed, PageQuery};
use super::question::parsed;
use crate::access::permission::{ManageAccess, Scope};
use crate::access::secret::{KEY_PREFIX, Secret};
use crate::access::{Allowed, Principal};
use crate::problem::table::INVALID;
use crate::problem::{Answer, Problem};
use crate::routes::{BASE, Routes};
use crate::state::State;
use crate::{audit, reply};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_keys, list_keys)
        .add(__path_create_key, create_key)
        .add(__path_get_key, get_key)
        .add(__path_rotate_key, rotate_key)
        .add(__path_revoke_key, revoke_key)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct KeyPath {
    /// Id of the key.
    #[param(value_type = String, example = "key_0192f0c1e2d37a4c9f5b6a7d8e9f0a24")]
    key: KeyId,
}

/// A key to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "ERP upload", "role": "analyst", "scopes": ["networks"], "days": 365 }))]
pub(super) struct KeyQuestion {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) name: String,
    /// What it may do: viewer, analyst, inspector or admin; no more than who asks.
    pub(super) role: String,
    /// What it is held to: networks, runs, evidence, results, access, operation. Empty is all but operation.
    #[serde(default)]
    pub(super) scopes: Vec<String>,
    /// Days after which it is not taken any more; never if it is left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3650)]
    pub(super) days: Option<u32>,
}

/// Longest life of a key, days.
const DAYS: u32 = 3_650;

impl KeyQuestion {
    /// A key that may no more than who asks.
    pub(super) fn new_key(&self, who: &Principal, secret: &Secret) -> Result<NewKey, Problem> {
        check_name(&self.name)?;
        let role: Role = self.role.parse().map_err(|_| Problem::new(INVALID, "role is not viewer, analyst, inspector or admin"))?;
        if role > who.role {
            return Err(Problem::new(INVALID, "the key would have a role that who asks has not").hint("ask with a key that has it"));
        }
        if self.scopes.iter().any(|word| Scope::of(word).is_none()) {
            let known = Scope::ALL.map(Scope::word).join(", ");
            return Err(Problem::new(INVALID, "a scope is not known").hint(format!("scopes are {known}")));
        }
        within(&self.scopes, who)?;
        Ok(NewKey {
            name: self.name.trim().to_owned(),
            role,
            scopes: self.scopes.clone(),
            digest: secret.digest(),
            prefix: secret.prefix().to_owned(),
            expires: self.days.map(expires).transpose()?,
        })
    }
}

/// Refuses scopes that who asks has not. None stated are all but operation.
fn within(scopes: &[String], who: &Principal) -> Result<(), Problem> {
    let wanted: Vec<Option<Scope>> = match scopes {
        [] => Scope::ALL.into_iter().filter(|s| *s != Scope::Operation).map(Some).collect(),
        words => words.iter().map(|word| Scope::of(word)).collect(),
    };
    if wanted.into_iter().all(|scope| scope.is_some_and(|s| s.held(&who.scopes))) {
        return Ok(());
    }
    Err(Problem::new(INVALID, "the key would have a scope that who asks has not").hint("ask with a key that has it"))
}

fn expires(days: u32) -> Result<Timestamp, Problem> {
    if days == 0 || days > DAYS {
        return Err(Problem::new(INVALID, format!("days is {days}, expected from 1 to {DAYS}")));
    }
    now().saturating_add(SignedDuration::from_hours(24 * i64::from(days))).map_err(|e| Problem::internal(&e))
}

/// A key with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "secret": "tl_Q2x9bD0f…", "key": { "id": "key_0192f0c1e2d37a4c9f5b6a7d8e9f0a24", "name": "ERP upload", "role": "analyst" } }))]
pub(super) struct KeyWithSecret {
    /// To be sent as `Authorization: Bearer`.
    secret: String,
    /// The key.
    key: Key,
}

impl KeyWithSecret {
    /// As it is sent: not kept, by nobody.
    pub(super) fn response(secret: &Secret, key: tierlight_store::Key) -> HttpResponse {
        let location = format!("{BASE}/keys/{}", key.id);
        let body = Self { secret: secret.show().to_owned(), key: Key::from(key) };
        HttpResponse::Created().insert_header(("Location", location)).insert_header(("Cache-Control", "no-store")).json(body)
    }
}

/// Keys of the organisation, live or not, the newest first.
#[utoipa::path(get, path = "/keys", tag = "access", params(PageQuery), responses((status = 200, description = "A page", body = Listed<Key>)))]
async fn list_keys(at: Allowed<ManageAccess>, state: Data<State>, page: Query<PageQuery>, request: HttpRequest) -> Answer {
    let page = state.store.keys(&at.who.organisation, &page.request(state.limits())?).await?;
    reply::json(&request, &Listed::of(page, Key::from))
}

/// Makes a key. The answer is not kept: `Idempotency-Key` does nothing here.
#[utoipa::path(post, path = "/keys", tag = "access", request_body = KeyQuestion, responses((status = 201, description = "Made", body = KeyWithSecret)))]
async fn create_key(at: Allowed<ManageAccess>, state: Data<State>, body: Json<KeyQuestion>, request: HttpRequest) -> Answer {
    let secret = Secret::new(KEY_PREFIX).map_err(|e| Problem::internal(&e))?;
    let new = body.new_key(&at.who, &secret)?;
    let key = state.store.create_key(&at.who.organisation, &new).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "key.create", [key.id.to_string()]).await?;
    Ok(KeyWithSecret::response(&secret, key))
}

/// A key.
#[utoipa::path(get, path = "/keys/{key}", tag = "access", params(KeyPath), responses((status = 200, description = "The key", body = Key)))]
async fn get_key(at: Allowed<ManageAccess>, state: Data<State>, path: Path<KeyPath>, request: HttpRequest) -> Answer {
    reply::json(&request, &Key::from(state.store.key(&at.who.organisation, &path.key).await?))
}

/// How a key is replaced.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "overlap_hours": 24 }))]
struct Rotation {
    /// Hours for which the old key is still taken; 24 if it is left out.
    #[schema(minimum = 0, maximum = 720)]
    overlap_hours: Option<u32>,
    /// Days after which the new key is not taken any more; never if it is left out.
    #[schema(minimum = 1, maximum = 3650)]
    days: Option<u32>,
}

/// Longest overlap, hours.
const OVERLAP: u32 = 720;

/// Makes a key that takes the place of another, which is taken for some hours more.
#[utoipa::path(post, path = "/keys/{key}/rotate", tag = "access", params(KeyPath), request_body = Rotation, responses((status = 201, description = "Made", body = KeyWithSecret)))]
async fn rotate_key(
    at: Allowed<ManageAccess>,
    state: Data<State>,
    path: Path<KeyPath>,
    body: Json<Map<String, Value>>,
    request: HttpRequest,
) -> Answer {
    // a list would be taken for the fields in their order
    let body: Rotation = parsed(Value::Object(body.into_inner()))?;
    let hours = body.overlap_hours.unwrap_or(24);
    if hours > OVERLAP {
        return Err(Problem::new(INVALID, format!("overlap_hours is {hours}, at most {OVERLAP} are taken")));
    }
    let old = state.store.key(&at.who.organisation, &path.key).await?;
    within(&old.scopes, &at.who)?;
    let secret = Secret::new(KEY_PREFIX).map_err(|e| Problem::internal(&e))?;
    let expires = body.days.map(expires).transpose()?;
    let overlap = SignedDuration::from_hours(i64::from(hours));
    let key = state.store.rotate_key(&at.who.organisation, &path.key, secret.digest(), secret.prefix(), expires, overlap).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "key.rotate", [path.key.to_string(), key.id.to_string()]).await?;
    Ok(KeyWithSecret::response(&secret, key))
}

/// Takes a key back: from now on it is not taken any more.
#[utoipa::path(post, path = "/keys/{key}/revoke", tag = "access", params(KeyPath), responses((status = 200, description = "The key", body = Key)))]
async fn revoke_key(at: Allowed<ManageAccess>, state: Data<State>, path: Path<KeyPath>, request: HttpRequest) -> Answer {
    let key = state.store.revoke_key(&at.who.organisation, &path.key).await?;
    // sessions of links that it made go with it
    state.store.end_sessions_of(&at.who.organisation, key.id.as_str()).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "key.revoke", [key.id.to_string()]).await?;
    reply::json(&request, &Key::from(key))
}
