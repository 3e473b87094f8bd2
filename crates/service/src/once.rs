//! `Idempotency-Key`: the same request under the same key is done once.

use std::future::Future;

use actix_web::HttpRequest;
use actix_web::web::Data;
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

/// Text that tells requests under one key apart.
///
/// # Errors
/// The body is no JSON.
pub fn told(body: &impl Serialize) -> Answer<String> {
    serde_json::to_string(body).map_err(|e| Problem::internal(&e))
}

/// Does what `make` does, or tells what came of it before. It is done to its end, whether who asked stays or goes away.
///
/// # Errors
/// The key was used for something else or is being used, or what `make` returns.
pub async fn once<F: Future<Output = Answer<Made>> + 'static>(
    state: &Data<State>,
    who: &Principal,
    request: &HttpRequest,
    told: String,
    make: impl FnOnce(Data<State>, Principal, HttpRequest) -> F,
) -> Answer {
    let key = key(request)?;
    let making = make(state.clone(), who.clone(), request.clone());
    let Some(key) = key else { return task(making).await?.map(Made::response) };
    let digest = Digest::of(format!("{} {}\n{told}", request.method(), request.path()).as_bytes());
    let (store, who) = (state.store.clone(), who.clone());
    // all of it: a key that was taken by a request that is gone would be busy for ever
    let noted = async move {
        let (organisation, name) = (&who.organisation, who.name.as_str());
        let until = now().saturating_add(REMEMBERED).unwrap_or(now());
        match store.begin_request(organisation, name, &key, &digest, until).await? {
            Attempt::New => {}
            Attempt::Running => {
                return Err(Problem::new(KEY_BUSY, "a request with this key is under way").hint("wait for it").retry_after(1));
            }
            Attempt::Different => return Err(Problem::new(KEY_REUSED, "the key was used for another request").hint("take a new key")),
            Attempt::Done { body, .. } => return kept(&body),
        }
        let made = making.await;
        let written = match &made {
            Ok(made) => {
                let (status, text) = made.kept();
                store.finish_request(organisation, name, &key, status, &text).await
            }
            Err(_) => store.forget_request(organisation, name, &key).await,
        };
        if let Err(error) = written {
            // what was made is there all the same
            tracing::error!(%error, "the answer to a request with a key is not kept");
        }
        made
    };
    task(noted).await?.map(Made::response)
}

/// Runs to its end whoever waits for it.
async fn task<T: 'static>(work: impl Future<Output = T> + 'static) -> Answer<T> {
    actix_web::rt::spawn(work).await.map_err(|e| Problem::internal(&e))
}

/// The key of a request.
fn key(request: &HttpRequest) -> Answer<Option<String>> {
    let Some(key) = request.headers().get(HEADER) else { return Ok(None) };
    let key = key.to_str().ok().filter(|k| (1..=LONGEST).contains(&k.len()) && k.bytes().all(|b| b.is_ascii_graphic()));
    let bad = || Problem::new(BAD_HEADER, format!("Idempotency-Key is not 1 to {LONGEST} visible letters")).hint("a UUID does");
    key.map(|k| Some(k.to_owned())).ok_or_else(bad)
}

fn kept(text: &str) -> Answer<Made> {
    serde_json::from_str(text).map_err(|e| Problem::internal(&e))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::{Duration, Instant};

    use actix_web::test::TestRequest;
    use serde_json::json;
    use tierlight_store::{Database, Role, Store};
    use tokio::sync::watch;

    use super::*;
    use crate::config::{Config, Layers};

    #[actix_web::test]
    async fn what_was_begun_is_made_once_though_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Database::Sqlite, folder.path()).await.unwrap().with_reserve(0);
        let organisation = store.create_organisation("Example").await.unwrap().id;
        let config = Config::new(&Layers::defaults(Some(folder.path().to_owned()))).unwrap();
        let state = Data::new(State::new(store, config, "http://localhost".to_owned(), None));
        let who = Principal { organisation, name: "key_1".to_owned(), role: Role::Analyst, scopes: Vec::new(), session: None };
        let made = Rc::new(Cell::new(0));
        let (begun, mut has_begun) = watch::channel(false);
        let (go, may_go) = watch::channel(false);
        let ask = async || {
            let request = TestRequest::post().uri("/things").insert_header((HEADER, "k")).to_http_request();
            let (made, begun, mut may_go) = (made.clone(), begun.clone(), may_go.clone());
            once(&state, &who, &request, "{}".to_owned(), move |_, _, _| async move {
                begun.send_replace(true);
                may_go.wait_for(|go| *go).await.map_err(|e| Problem::internal(&e))?;
                made.set(made.get() + 1);
                Made::created("/things/1".to_owned(), &json!({ "number": made.get() }))
            })
            .await
        };
        // whoever asked goes away while it is made
        tokio::select! {
            answer = ask() => panic!("it was answered: {answer:?}"),
            begun = has_begun.wait_for(|begun| *begun) => assert!(begun.is_ok()),
        }
        assert_eq!(ask().await.unwrap_err().kind().code, "idempotency_key_busy");
        go.send_replace(true);
        let since = Instant::now();
        let answer = loop {
            match ask().await {
                Ok(answer) => break answer,
                Err(problem) => assert_eq!(problem.kind().code, "idempotency_key_busy"),
            }
            assert!(since.elapsed() < Duration::from_secs(10), "the key is busy for ever");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        assert_eq!((answer.status().as_u16(), made.get()), (201, 1));
    }
}
