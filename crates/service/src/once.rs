//! `Idempotency-Key`: the same request under the same key is done once.

use std::future::Future;

use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;
use serde::Serialize;
use tierlight_store::{Attempt, Digest, now};

use crate::access::Principal;
use crate::problem::table::{BAD_HEADER, KEY_BUSY, KEY_REUSED};
use crate::problem::{Answer, Problem};
use crate::reply::Made;
use crate::state::State;

/// Header with the key.
pub const HEADER: &str = "idempotency-key";
/// Longest key.
const LONGEST: usize = 128;
/// How long a key is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Does what `make` does, or tells what came of it before.
///
/// # Errors
/// The key was used for something else or is being used, or what `make` returns.
pub async fn once(
    state: &State,
    who: &Principal,
    request: &HttpRequest,
    body: &impl Serialize,
    make: impl Future<Output = Answer<Made>>,
) -> Answer {
    let Some(key) = request.headers().get(HEADER) else { return make.await.map(Made::response) };
    let key = key.to_str().ok().filter(|k| (1..=LONGEST).contains(&k.len()) && k.bytes().all(|b| b.is_ascii_graphic()));
    let Some(key) = key else {
        return Err(Problem::new(BAD_HEADER, format!("Idempotency-Key is not 1 to {LONGEST} visible letters")).hint("a UUID does"));
    };
    let body = serde_json::to_string(body).map_err(|e| Problem::internal(&e))?;
    let digest = Digest::of(format!("{} {}\n{body}", request.method(), request.path()).as_bytes());
    let (organisation, principal) = (&who.organisation, who.name.as_str());
    let until = now().saturating_add(REMEMBERED).unwrap_or(now());
    match state.store.begin_request(organisation, principal, key, &digest, until).await? {
        Attempt::New => {}
        Attempt::Running => return Err(Problem::new(KEY_BUSY, "a request with this key is under way").hint("wait for it").retry_after(1)),
        Attempt::Different => return Err(Problem::new(KEY_REUSED, "the key was used for another request").hint("take a new key")),
        Attempt::Done { body, .. } => return kept(&body),
    }
    match make.await {
        Ok(made) => {
            let (status, text) = made.kept();
            state.store.finish_request(organisation, principal, key, status, &text).await?;
            Ok(made.response())
        }
        Err(problem) => {
            state.store.forget_request(organisation, principal, key).await?;
            Err(problem)
        }
    }
}

fn kept(text: &str) -> Answer<HttpResponse> {
    let made: Made = serde_json::from_str(text).map_err(|e| Problem::internal(&e))?;
    Ok(made.response())
}
