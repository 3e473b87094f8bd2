//! Keys, sessions, links, answers.

use jiff::SignedDuration;
use serde_json::json;
use tierlight_store::{Attempt, Digest, Error, NewKey, NewSession, PageRequest, Role, Store, now};

use crate::harness::{Fresh, organisation};

fn key(secret: &str) -> NewKey {
    NewKey {
        name: "ci".to_owned(),
        role: Role::Analyst,
        scopes: vec!["runs".to_owned()],
        digest: Digest::of(secret.as_bytes()),
        prefix: "tl_ab".to_owned(),
        expires: None,
    }
}

async fn is_live(store: &Store, secret: &str) -> bool {
    store.key_by_digest(&Digest::of(secret.as_bytes())).await.unwrap().is_some_and(|k| k.is_live(now()))
}

pub async fn keys_open_until_they_are_revoked_or_expire(store: Fresh) {
    let org = organisation(&store).await;
    let made = store.create_key(&org, &key("a")).await.unwrap();
    assert_eq!((made.role, made.scopes.as_slice(), made.series.clone()), (Role::Analyst, &["runs".to_owned()][..], made.id.clone()));
    assert!(is_live(&store, "a").await && !is_live(&store, "b").await);
    let other = organisation(&store).await;
    assert!(matches!(store.revoke_key(&other, &made.id).await, Err(Error::Missing { .. })));
    assert!(is_live(&store, "a").await);
    let revoked = store.revoke_key(&org, &made.id).await.unwrap();
    assert!(!is_live(&store, "a").await);
    assert_eq!(store.revoke_key(&org, &made.id).await.unwrap().revoked, revoked.revoked, "the first time counts");
    let brief = NewKey { expires: Some(now() - SignedDuration::from_secs(1)), ..key("c") };
    store.create_key(&org, &brief).await.unwrap();
    assert!(!is_live(&store, "c").await);
    assert_eq!(store.keys(&org, &PageRequest::default()).await.unwrap().items.len(), 2);
    assert!(store.keys(&other, &PageRequest::default()).await.unwrap().items.is_empty());
    assert!(store.create_key(&org, &key("a")).await.is_err(), "a secret is used once");
}

pub async fn rotation_has_two_live_keys_at_most(store: Fresh) {
    let org = organisation(&store).await;
    let overlap = SignedDuration::from_hours(24);
    let first = store.create_key(&org, &key("a")).await.unwrap();
    let second = store.rotate_key(&org, &first.id, Digest::of(b"b"), "tl_b", None, overlap).await.unwrap();
    assert_eq!((second.series, second.scopes, second.role), (first.series, first.scopes, first.role));
    assert!(is_live(&store, "a").await && is_live(&store, "b").await);
    assert!(store.key(&org, &first.id).await.unwrap().expires.unwrap() <= now() + overlap);
    let third = store.rotate_key(&org, &second.id, Digest::of(b"c"), "tl_c", None, overlap).await;
    assert!(matches!(third, Err(Error::Conflict { .. })), "{third:?}");
    store.revoke_key(&org, &first.id).await.unwrap();
    store.rotate_key(&org, &second.id, Digest::of(b"c"), "tl_c", None, overlap).await.unwrap();
    assert!(matches!(store.rotate_key(&org, &first.id, Digest::of(b"d"), "d", None, overlap).await, Err(Error::Conflict { .. })));
}

pub async fn sessions_end(store: Fresh) {
    let org = organisation(&store).await;
    let new = |token: &str, expires| NewSession {
        subject: "key_x".to_owned(),
        role: Role::Viewer,
        token: Digest::of(token.as_bytes()),
        csrf: Digest::of(b"csrf"),
        expires,
    };
    let later = now() + SignedDuration::from_hours(1);
    let made = store.create_session(&org, &new("t", later)).await.unwrap();
    let found = store.session_by_token(&Digest::of(b"t")).await.unwrap().unwrap();
    assert!(found.is_live(now()) && !found.is_live(later) && found.csrf == Digest::of(b"csrf"));
    store.end_session(&org, &made.id).await.unwrap();
    assert!(!store.session_by_token(&Digest::of(b"t")).await.unwrap().unwrap().is_live(now()));
    store.create_session(&org, &new("u", later)).await.unwrap();
    assert_eq!(store.end_sessions_of(&org, "key_x").await.unwrap(), 1);
    assert!(!store.session_by_token(&Digest::of(b"u")).await.unwrap().unwrap().is_live(now()));
    assert!(matches!(store.end_session(&organisation(&store).await, &made.id).await, Err(Error::Missing { .. })));
}

pub async fn one_time_links_work_once(store: Fresh) {
    let org = organisation(&store).await;
    let digest = Digest::of(b"link");
    store.create_link(&org, &digest, Role::Admin, &json!({"to": "/"}), now() + SignedDuration::from_mins(5)).await.unwrap();
    let takers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.store.clone();
            tokio::spawn(async move { store.take_link(&digest).await.unwrap() })
        })
        .collect();
    let mut taken = Vec::new();
    for taker in takers {
        taken.extend(taker.await.unwrap());
    }
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].role, &taken[0].payload), (Role::Admin, &json!({"to": "/"})));
    let late = Digest::of(b"late");
    store.create_link(&org, &late, Role::Admin, &json!(null), now()).await.unwrap();
    assert!(store.take_link(&late).await.unwrap().is_none());
}

pub async fn the_last_use_is_known_to_the_minute(store: Fresh) {
    let org = organisation(&store).await;
    let made = store.create_key(&org, &key("a")).await.unwrap();
    assert_eq!(made.last_used, None);
    store.note_use(&made).await.unwrap();
    let used = store.key(&org, &made.id).await.unwrap();
    assert!(used.last_used.is_some());
    // two requests that both saw the key unused
    store.note_use(&made).await.unwrap();
    assert_eq!(store.key(&org, &made.id).await.unwrap().last_used, used.last_used);
}

pub async fn answers_are_given_again(store: Fresh) {
    let org = organisation(&store).await;
    let later = now() + SignedDuration::from_hours(24);
    let digest = Digest::of(b"body");
    let begin = |key: &'static str, digest| {
        let (store, org) = (store.store.clone(), org.clone());
        async move { store.begin_request(&org, "key_1", key, &digest, later).await.unwrap() }
    };
    assert_eq!(begin("k", digest).await, Attempt::New);
    assert_eq!(begin("k", digest).await, Attempt::Running);
    store.finish_request(&org, "key_1", "k", 201, "{}").await.unwrap();
    assert_eq!(begin("k", digest).await, Attempt::Done { status: 201, body: "{}".to_owned() });
    assert_eq!(begin("k", Digest::of(b"other")).await, Attempt::Different);
    assert_eq!(store.begin_request(&org, "key_2", "k", &digest, later).await.unwrap(), Attempt::New, "keys are each principal's own");
    assert_eq!(begin("failed", digest).await, Attempt::New);
    store.forget_request(&org, "key_1", "failed").await.unwrap();
    assert_eq!(begin("failed", digest).await, Attempt::New);
    assert_eq!(store.forget_broken_requests().await.unwrap(), 2);
    assert_eq!(store.begin_request(&org, "key_1", "brief", &digest, now()).await.unwrap(), Attempt::New);
    assert_eq!(begin("brief", digest).await, Attempt::New, "its time was up");
}
