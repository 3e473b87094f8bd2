//! Who asks.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpMessage, HttpRequest};
use tierlight_store::{OrganisationId, Role, Store, now};

use super::permission::Scope;
use super::secret::{self, KEY_PREFIX};
use crate::problem::Problem;
use crate::problem::table::{FORGED, NOT_ALLOWED, NOT_SIGNED_IN};

/// Name of the session's cookie.
pub const COOKIE: &str = "tierlight_session";
/// Header with the token of a session's page.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// A key or a session that was looked up.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Its organisation: whatever it asks for is looked for there.
    pub organisation: OrganisationId,
    /// Id of the key, or the subject of the session. No name of a person.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// What it is held to; none stated is everything but operation.
    pub scopes: Vec<String>,
    /// A browser's session, with the token of its pages.
    pub session: Option<String>,
}

impl Principal {
    /// Refuses a lesser role.
    ///
    /// # Errors
    /// It is.
    pub fn is(&self, least: Role) -> Result<(), Problem> {
        if self.role >= least {
            return Ok(());
        }
        let detail = format!("the role is {}, expected {least} or more", self.role);
        Err(Problem::new(NOT_ALLOWED, detail).hint("ask an admin of the organisation"))
    }

    /// Refuses a key that is held to other scopes; none is any.
    ///
    /// # Errors
    /// It is.
    pub fn holds(&self, scope: Option<Scope>) -> Result<(), Problem> {
        let Some(scope) = scope.filter(|s| !s.held(&self.scopes)) else { return Ok(()) };
        let found = if self.scopes.is_empty() { "none, which is all but operation".to_owned() } else { self.scopes.join(", ") };
        let detail = format!("the key's scopes are {found}; expected {}", scope.word());
        Err(Problem::new(NOT_ALLOWED, detail).hint("use a key with this scope"))
    }
}

/// What a request brings along: nothing, a principal, or something that opens no door.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Nothing.
    None,
    /// A live key or session.
    Live(Box<Principal>),
    /// A key or session that is unknown or over.
    Dead,
    /// A session without the token of its page.
    Forged,
}

/// Looks up what a request brings along.
///
/// # Errors
/// The store cannot answer.
pub async fn credentials(store: &Store, request: &HttpRequest) -> Result<Credentials, Problem> {
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        let Some(key) = header.to_str().ok().and_then(bearer) else { return Ok(Credentials::Dead) };
        let found = store.key_by_digest(&secret::digest(key)).await?;
        let Some(key) = found.filter(|k| k.is_live(now())) else { return Ok(Credentials::Dead) };
        if let Err(error) = store.note_use(&key).await {
            // a disk that is full keeps nobody from reading
            tracing::warn!(%error, "the use of a key is not noted");
        }
        return Ok(Credentials::Live(Box::new(Principal {
            organisation: key.organisation,
            name: key.id.to_string(),
            role: key.role,
            scopes: key.scopes,
            session: None,
        })));
    }
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(Credentials::None) };
    let found = store.session_by_token(&secret::digest(cookie.value())).await?;
    let Some(session) = found.filter(|s| s.is_live(now())) else { return Ok(Credentials::Dead) };
    if !request.method().is_safe() {
        let sent = request.headers().get(CSRF_HEADER).and_then(|h| h.to_str().ok()).unwrap_or_default();
        if !secret::same(&secret::digest(sent), &session.csrf) {
            return Ok(Credentials::Forged);
        }
    }
    Ok(Credentials::Live(Box::new(Principal {
        organisation: session.organisation,
        name: session.subject,
        role: session.role,
        scopes: Vec::new(),
        session: Some(secret::csrf(cookie.value())),
    })))
}

/// The key of an `Authorization: Bearer` header.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, key) = header.split_once(' ')?;
    Some(key.trim()).filter(|key| scheme.eq_ignore_ascii_case("bearer") && key.starts_with(KEY_PREFIX))
}

/// Who asks, if a role and scope allow it.
///
/// # Errors
/// Nobody, or somebody who may not.
pub fn allowed(request: &HttpRequest, role: Role, scope: Option<Scope>) -> Result<Principal, Problem> {
    let principal = match request.extensions().get::<Credentials>() {
        Some(Credentials::Live(principal)) => principal.clone(),
        Some(Credentials::Forged) => return Err(forged()),
        Some(Credentials::Dead) => {
            return Err(
                Problem::new(NOT_SIGNED_IN, "the key or session is unknown or over").hint("ask an admin of the organisation for a key")
            );
        }
        _ => {
            let hint = "send Authorization: Bearer tl_…, or open the link that the service printed";
            return Err(Problem::new(NOT_SIGNED_IN, "no key and no session").hint(hint));
        }
    };
    principal.is(role)?;
    principal.holds(scope)?;
    Ok(*principal)
}

/// Refuses a session's request that does not come from its page.
///
/// # Errors
/// The token is missing or wrong.
pub fn from_own_page(request: &HttpRequest) -> Result<(), Problem> {
    if matches!(request.extensions().get::<Credentials>(), Some(Credentials::Forged)) {
        return Err(forged());
    }
    Ok(())
}

fn forged() -> Problem {
    let hint = format!("send the token of /api/v1/session in the header {CSRF_HEADER}");
    Problem::new(FORGED, "the session's token is missing or wrong").hint(hint)
}

/// Who asks, if anybody.
#[must_use]
pub fn present(request: &HttpRequest) -> Option<Principal> {
    match request.extensions().get::<Credentials>() {
        Some(Credentials::Live(principal)) => Some((**principal).clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn only_bearer_keys_are_looked_up() {
        assert_eq!(bearer("Bearer tl_abc"), Some("tl_abc"));
        assert_eq!(bearer("bearer  tl_abc "), Some("tl_abc"));
        for other in ["tl_abc", "Basic tl_abc", "Bearer abc", "Bearer"] {
            assert_eq!(bearer(other), None, "{other}");
        }
    }
}
