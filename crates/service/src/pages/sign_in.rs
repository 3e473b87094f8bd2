//! Signing a browser in: by a one-time link, or at a provider.

use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieAge};
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::access::oidc::Attempt;
use crate::access::secret::{LETTERS, digest};
use crate::access::{Principal, session};
use crate::audit;
use crate::operation::observe::address;
use crate::problem::table::{NO_ROUTE, NOT_SIGNED_IN};
use crate::problem::{Answer, Problem};
use crate::state::State;

#[derive(Template)]
#[template(path = "signed_in.html")]
struct SignedIn {
    message: &'static str,
}

fn answer(cookies: &[Cookie<'_>]) -> Answer {
    let text = SignedIn { message: "You are signed in." }.render().map_err(|e| Problem::internal(&e))?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "text/html; charset=utf-8"));
    for cookie in cookies {
        response.cookie(cookie.clone());
    }
    Ok(response.body(text))
}

/// `GET /sign-in/{secret}`: takes a one-time link.
///
/// # Errors
/// It was taken before, is over, or never was.
pub async fn by_link(path: Path<String>, state: Data<State>, request: HttpRequest) -> Answer {
    let used = || {
        let hint = "start the service again, or have an admin make a link with POST /api/v1/links";
        Problem::new(NOT_SIGNED_IN, "the link was used, is over, or never was").hint(hint)
    };
    let secret = path.into_inner();
    if secret.len() != LETTERS {
        return Err(used());
    }
    let Some(link) = state.store.take_link(&digest(&secret)).await? else {
        state.rates.stranger(&address(&request, state.config.behind_proxy))?;
        return Err(used());
    };
    let subject = match link.payload.get("key").and_then(serde_json::Value::as_str) {
        // a session goes with the key that made its link
        Some(key) => key.to_owned(),
        None => link.id.to_string(),
    };
    let cookie = session::begin(&state, &link.organisation, subject.clone(), link.role).await?;
    let who = Principal { organisation: link.organisation, name: subject, role: link.role, scopes: Vec::new(), session: None };
    audit::note(&state, &who.organisation, &who, &request, "session.begin", [link.id.to_string()]).await?;
    answer(&[cookie])
}

/// Cookie that holds what a sign-in at a provider must come back with.
const ATTEMPT: &str = "tierlight_sign_in";
/// How long a sign-in at a provider may take.
const PATIENCE: CookieAge = CookieAge::minutes(10);

fn attempt_cookie(state: &State, value: String, age: CookieAge) -> Cookie<'static> {
    // the provider's page leads back here: a strict cookie would not come along
    Cookie::build(ATTEMPT, value)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.config.is_encrypted())
        .path("/sign-in")
        .max_age(age)
        .finish()
}

/// `GET /sign-in`: goes to the provider.
///
/// # Errors
/// There is none, or it does not answer.
pub async fn at_provider(state: Data<State>, request: HttpRequest) -> Answer {
    state.rates.stranger(&address(&request, state.config.behind_proxy))?;
    let none = || Problem::new(NO_ROUTE, "no provider is configured").hint("open the link that the service printed when it started");
    let provider = state.provider.as_ref().ok_or_else(none)?;
    let (url, attempt) = provider.begin().await?;
    let value = serde_json::to_string(&attempt).map_err(|e| Problem::internal(&e))?;
    let value = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, value);
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, url)).cookie(attempt_cookie(&state, value, PATIENCE)).finish())
}

/// What a provider sends back.
#[derive(Debug, Deserialize)]
pub struct Returned {
    code: Option<String>,
    state: Option<String>,
}

/// `GET /sign-in/callback`: comes back from the provider.
///
/// # Errors
/// What came back is not what was begun, or the provider does not vouch for it.
pub async fn from_provider(query: Query<Returned>, state: Data<State>, request: HttpRequest) -> Answer {
    state.rates.stranger(&address(&request, state.config.behind_proxy))?;
    let provider = state.provider.as_ref().ok_or_else(|| Problem::new(NO_ROUTE, "no provider is configured"))?;
    let broken = || Problem::new(NOT_SIGNED_IN, "the sign-in did not come back as it was begun").hint("begin again at /sign-in");
    let cookie = request.cookie(ATTEMPT).ok_or_else(broken)?;
    let text = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, cookie.value()).map_err(|_| broken())?;
    let attempt: Attempt = serde_json::from_slice(&text).map_err(|_| broken())?;
    let (Some(code), Some(returned)) = (query.code.clone(), query.state.as_ref()) else { return Err(broken()) };
    if !attempt.is_of(returned) {
        return Err(broken());
    }
    let (subject, role) = provider.finish(code, attempt).await?;
    let cookie = session::begin(&state, provider.organisation(), subject.clone(), role).await?;
    let who = Principal { organisation: provider.organisation().clone(), name: subject.clone(), role, scopes: Vec::new(), session: None };
    audit::note(&state, &who.organisation, &who, &request, "session.begin", [subject]).await?;
    answer(&[cookie, attempt_cookie(&state, String::new(), CookieAge::ZERO)])
}
