//! What every request gets: an id, a line in the log, a count, and headers that keep browsers from doing harm.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, ResponseError};

use crate::access::{Credentials, credentials, present};
use crate::problem::table::{BAD_BODY, INTERNAL, KINDS, STOPPING};
use crate::problem::{PROBLEM_JSON, Problem};
use crate::state::State;

/// Pages run their own scripts only, and are in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Longest id that a caller may give.
const ID: usize = 64;

/// Id of a request: the caller's, else a new one.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl RequestId {
    fn of(request: &ServiceRequest) -> Self {
        let told = request
            .headers()
            .get("x-request-id")
            .and_then(|v| v.to_str().ok())
            .filter(|id| (1..=ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        Self(told.map_or_else(|| uuid::Uuid::now_v7().simple().to_string(), str::to_owned))
    }

    /// The id of a request that is being answered.
    #[must_use]
    pub fn present(request: &HttpRequest) -> String {
        request.extensions().get::<Self>().map_or_else(String::new, |id| id.0.clone())
    }
}

/// Gives a request its id, looks up who asks, answers, and tells of it.
///
/// # Errors
/// What a layer below returns; handlers answer with problems.
pub async fn observe<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let begun = Instant::now();
    let id = RequestId::of(&request);
    request.extensions_mut().insert(id.clone());
    let state = request.app_data::<Data<State>>().cloned();
    let mut response = match let_in(state.as_ref(), &request).await {
        Ok(()) => whole(next.call(request).await?),
        Err(problem) => request.into_response(problem.error_response().map_into_right_body()),
    };
    let encrypted = state.as_ref().is_some_and(|s| s.config.is_encrypted());
    headers(response.headers_mut(), &id, encrypted);
    tell(&response, &id, begun);
    Ok(response)
}

/// Looks up who asks and counts the request.
async fn let_in(state: Option<&Data<State>>, request: &ServiceRequest) -> Result<(), Problem> {
    let Some(state) = state else { return Ok(()) };
    // whether it lives must be told whatever else fails
    if matches!(request.path(), "/livez" | "/readyz") {
        return Ok(());
    }
    if *state.stopping.borrow() {
        return Err(Problem::new(STOPPING, "the service is stopping").retry_after(5));
    }
    let found = credentials(&state.store, request.request()).await?;
    match &found {
        Credentials::Live(principal) => state.rates.principal(&principal.name)?,
        Credentials::Dead | Credentials::Forged => {
            state.rates.stranger(&address(request.request(), state.config.behind_proxy))?;
        }
        Credentials::None => {}
    }
    request.extensions_mut().insert(found);
    Ok(())
}

/// Address of who asks. Behind a proxy it is what the proxy added to X-Forwarded-For: the last address, since all before it are the
/// caller's own word.
#[must_use]
pub fn address(request: &HttpRequest, behind_proxy: bool) -> String {
    let told = || {
        let last = request.headers().get_all("x-forwarded-for").last()?.to_str().ok()?.rsplit(',').next()?.trim();
        let plain = last.parse::<IpAddr>().or_else(|_| last.parse::<SocketAddr>().map(|a| a.ip()));
        plain.ok()
    };
    let peer = || request.peer_addr().map(|a| a.ip());
    let found = if behind_proxy { told().or_else(peer) } else { peer() };
    found.map_or_else(|| "unknown".to_owned(), |ip| ip.to_string())
}

/// What the framework itself refuses becomes a problem as well.
fn whole<B: MessageBody>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
    let status = response.status().as_u16();
    let told = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON || kind.as_bytes().starts_with(b"text/html"));
    if status < 400 || told {
        return response.map_into_left_body();
    }
    let other = if status < 500 { BAD_BODY } else { INTERNAL };
    let kind = KINDS.iter().find(|k| k.status == status).copied().unwrap_or(other);
    let detail = response.response().error().map_or_else(|| kind.title.to_owned(), ToString::to_string);
    let problem = if kind.status >= 500 { Problem::internal(&detail) } else { Problem::new(kind, detail) };
    response.into_response(problem.error_response().map_into_right_body())
}

fn headers(headers: &mut HeaderMap, id: &RequestId, encrypted: bool) {
    let mut usual = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    usual(X_CONTENT_TYPE_OPTIONS, "nosniff");
    usual(X_FRAME_OPTIONS, "DENY");
    usual(REFERRER_POLICY, "no-referrer");
    usual(CONTENT_SECURITY_POLICY, POLICY);
    usual(CACHE_CONTROL, "no-store");
    usual(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    usual(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    usual(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if encrypted {
        usual(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// A line in the log and a count, by the pattern of the route: paths may hold secrets and ids.
fn tell<B>(response: &ServiceResponse<B>, id: &RequestId, begun: Instant) {
    let request = response.request();
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let (status, seconds) = (response.status().as_u16(), begun.elapsed().as_secs_f64());
    // any word is a method: each would be counted for good
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let method = known.into_iter().find(|m| *m == request.method().as_str()).unwrap_or("other");
    metrics::counter!("tierlight_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("tierlight_request_seconds", "route" => route.clone()).record(seconds);
    let who = present(request);
    let name = who.as_ref().map_or("", |w| w.name.as_str());
    let organisation = who.as_ref().map_or("", |w| w.organisation.as_str());
    let milliseconds = (seconds * 1e4).round() / 10.0;
    if status >= 500 {
        tracing::warn!(request = %id.0, method = %request.method(), %route, status, milliseconds, who = name, organisation, "request");
    } else {
        tracing::info!(request = %id.0, method = %request.method(), %route, status, milliseconds, who = name, organisation, "request");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_proxy_says_where_from_and_not_the_caller() {
        let from = |headers: &[(&'static str, &'static str)], behind: bool| {
            let request = TestRequest::default().peer_addr("10.0.0.1:1".parse().unwrap());
            let request = headers.iter().fold(request, |r, (name, value)| r.append_header((*name, *value)));
            address(&request.to_http_request(), behind)
        };
        let told = [("x-forwarded-for", "6.6.6.6, 1.2.3.4"), ("forwarded", "for=9.9.9.9")];
        assert_eq!(from(&told, true), "1.2.3.4");
        assert_eq!(from(&told, false), "10.0.0.1");
        assert_eq!(from(&[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "[2001:db8::1]:80")], true), "2001:db8::1");
        assert_eq!(from(&[("x-forwarded-for", "anything at all")], true), "10.0.0.1");
    }
}
