//! Browser sessions: begun by a one-time link or a provider, ended by the browser or by time.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieAge};
use tierlight_store::{NewSession, OrganisationId, Role, now};

use super::principal::COOKIE;
use super::secret::{Secret, csrf, digest};
use crate::problem::Problem;
use crate::state::State;

/// Begins a session; the cookie holds its secret, which nothing else does.
///
/// # Errors
/// The store cannot keep it.
pub async fn begin(state: &State, organisation: &OrganisationId, subject: String, role: Role) -> Result<Cookie<'static>, Problem> {
    let secret = Secret::new("").map_err(|e| Problem::internal(&e))?;
    let lasts = jiff::SignedDuration::try_from(state.config.session).unwrap_or_default();
    let new = NewSession {
        subject,
        role,
        token: secret.digest(),
        csrf: digest(&csrf(secret.show())),
        expires: now().saturating_add(lasts).unwrap_or(now()),
    };
    state.store.create_session(organisation, &new).await?;
    let age = CookieAge::seconds(i64::try_from(state.config.session.as_secs()).unwrap_or(i64::MAX));
    Ok(cookie(state, secret.show().to_owned(), age))
}

/// The cookie that takes a session's away.
#[must_use]
pub fn forgotten(state: &State) -> Cookie<'static> {
    cookie(state, String::new(), CookieAge::ZERO)
}

fn cookie(state: &State, value: String, age: CookieAge) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.config.is_encrypted())
        .path("/")
        .max_age(age)
        .finish()
}

/// Ends the session of a request, if it has one.
///
/// # Errors
/// The store cannot note it.
pub async fn end(state: &State, request: &HttpRequest) -> Result<(), Problem> {
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(()) };
    if let Some(session) = state.store.session_by_token(&digest(cookie.value())).await? {
        state.store.end_session(&session.organisation, &session.id).await?;
    }
    Ok(())
}
