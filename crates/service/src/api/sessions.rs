//! Browser sessions, one-time links, and who asks.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tierlight_store::{AuditFilter, Role, SessionId, now};
use utoipa::{IntoParams, ToSchema};

use super::model::{AuditEntry, Session};
use super::page::{Listed, PageQuery};
use crate::access::permission::ManageAccess;
use crate::access::secret::Secret;
use crate::access::{Allowed, Anyone, from_own_page, present, session};
use crate::problem::table::{INVALID, NOT_SIGNED_IN};
use crate::problem::{Answer, Problem};
use crate::routes::Routes;
use crate::state::State;
use crate::{audit, reply};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_get_self, get_self)
        .add(__path_end_self, end_self)
        .add(__path_list_sessions, list_sessions)
        .add(__path_end_session, end_session)
        .add(__path_create_link, create_link)
        .add(__path_list_audit, list_audit)
}

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "organisation": "org_0192f0c1e2d37a4c9f5b6a7d8e9f0a25", "principal": "key_0192f0c1e2d37a4c9f5b6a7d8e9f0a24", "role": "admin", "scopes": [], "csrf": null }))]
struct Myself {
    /// Organisation.
    organisation: String,
    /// Key, or subject of the session.
    principal: String,
    /// viewer, analyst, inspector or admin.
    role: String,
    /// What it is held to; empty is all but operation.
    scopes: Vec<String>,
    /// Of a session: the token that changes must send as X-CSRF-Token.
    csrf: Option<String>,
}

/// Who asks, and the token that a browser's session sends with changes.
#[utoipa::path(get, path = "/session", tag = "access", responses((status = 200, description = "Who asks", body = Myself), (status = 401, description = "Nobody", body = crate::problem::ProblemBody<'static>, content_type = "application/problem+json")))]
async fn get_self(_at: Anyone, request: HttpRequest) -> Answer {
    let Some(who) = present(&request) else {
        return Err(Problem::new(NOT_SIGNED_IN, "nobody is signed in").hint("send a key, or open the link that the service printed"));
    };
    let myself = Myself {
        organisation: who.organisation.to_string(),
        principal: who.name,
        role: who.role.to_string(),
        scopes: who.scopes,
        csrf: who.session,
    };
    // the token is for this page alone: nothing keeps it
    Ok(HttpResponse::Ok().json(myself))
}

/// Ends the browser's session.
#[utoipa::path(delete, path = "/session", tag = "access", responses((status = 204, description = "Ended"), (status = 403, description = "A session's request without its token", body = crate::problem::ProblemBody<'static>, content_type = "application/problem+json")))]
async fn end_self(_at: Anyone, state: Data<State>, request: HttpRequest) -> Answer {
    from_own_page(&request)?;
    if present(&request).is_some_and(|who| who.session.is_some()) {
        session::end(&state, &request).await?;
        if let Some(who) = present(&request) {
            audit::note(&state, &who.organisation, &who, &request, "session.end", [who.name.clone()]).await?;
        }
    }
    Ok(HttpResponse::NoContent().cookie(session::forgotten(&state)).finish())
}

/// Browser sessions of the organisation, the newest first.
#[utoipa::path(get, path = "/sessions", tag = "access", params(PageQuery), responses((status = 200, description = "A page", body = Listed<Session>)))]
async fn list_sessions(at: Allowed<ManageAccess>, state: Data<State>, page: Query<PageQuery>, request: HttpRequest) -> Answer {
    let page = state.store.sessions(&at.who.organisation, &page.request(state.limits())?).await?;
    reply::json(&request, &Listed::of(page, Session::from))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SessionPath {
    /// Id of the session.
    #[param(value_type = String, example = "ses_0192f0c1e2d37a4c9f5b6a7d8e9f0a28")]
    session: SessionId,
}

/// Ends a session of the organisation.
#[utoipa::path(delete, path = "/sessions/{session}", tag = "access", params(SessionPath), responses((status = 204, description = "Ended")))]
async fn end_session(at: Allowed<ManageAccess>, state: Data<State>, path: Path<SessionPath>, request: HttpRequest) -> Answer {
    state.store.end_session(&at.who.organisation, &path.session).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "session.end", [path.session.to_string()]).await?;
    Ok(reply::gone())
}

/// A link to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "role": "viewer" }))]
struct LinkQuestion {
    /// What a session begun with it may do: no more than who asks.
    role: String,
}

/// A link, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "url": "http://127.0.0.1:7878/sign-in/3q2-7w…", "expires": "2026-11-26T11:00:00Z" }))]
struct Link {
    /// Opens the app once.
    url: String,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires: jiff::Timestamp,
}

/// Makes a one-time link that signs a browser in.
#[utoipa::path(post, path = "/links", tag = "access", request_body = LinkQuestion, responses((status = 201, description = "Made", body = Link)))]
async fn create_link(at: Allowed<ManageAccess>, state: Data<State>, body: Json<LinkQuestion>, request: HttpRequest) -> Answer {
    let role: Role = body.role.parse().map_err(|_| Problem::new(INVALID, "role is not viewer, analyst, inspector or admin"))?;
    // a session is held to no scopes: who is cannot give one
    if role > at.who.role || crate::access::permission::Scope::ALL[..5].iter().any(|s| !s.held(&at.who.scopes)) {
        return Err(
            Problem::new(INVALID, "the session could do more than who asks").hint("ask with a key that has the role and all scopes")
        );
    }
    let secret = Secret::new("").map_err(|e| Problem::internal(&e))?;
    let lasts = SignedDuration::try_from(state.config.link).unwrap_or_default();
    let expires = now().saturating_add(lasts).map_err(|e| Problem::internal(&e))?;
    let payload = serde_json::json!({ "key": at.who.name });
    let id = state.store.create_link(&at.who.organisation, &secret.digest(), role, &payload, expires).await?;
    audit::note(&state, &at.who.organisation, &at.who, &request, "link.create", [id.to_string()]).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Cache-Control", "no-store"))
        .json(Link { url: format!("{}/sign-in/{}", state.url, secret.show()), expires }))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Only of this key, session's subject or organisation.
    principal: Option<String>,
    /// Only of this action: a thing and what was done with it.
    #[param(example = "site.explain")]
    action: Option<String>,
    /// Only of this subject: a run, network, version, result, key …
    subject: Option<String>,
    /// Only entries by which a site of this id was seen. Who took a run as a whole (its files, an export, a report) saw every site of it:
    /// ask for them by `subject`.
    #[param(example = "HC-11")]
    site: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// The audit log: who saw which site, and who changed what, the newest first. It is only added to.
#[utoipa::path(get, path = "/audit", tag = "access", params(AuditQuery), responses((status = 200, description = "A page", body = Listed<AuditEntry>)))]
async fn list_audit(at: Allowed<ManageAccess>, state: Data<State>, query: Query<AuditQuery>, request: HttpRequest) -> Answer {
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit }.request(state.limits())?;
    let q = query.into_inner();
    audit::known(q.action.as_deref())?;
    let [principal, action, subject, site] = [&q.principal, &q.action, &q.subject, &q.site].map(Option::as_deref);
    let page = state.store.audit(&at.who.organisation, AuditFilter { principal, action, subject, site }, &page).await?;
    reply::json(&request, &Listed::of(page, AuditEntry::from))
}
