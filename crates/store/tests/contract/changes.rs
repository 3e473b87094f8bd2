//! Changes of what was read: of several at the same time one is made.

use std::future::Future;

use serde_json::json;
use tierlight_store::{Error, NewResult, NewVersion, Result, ResultKind, Store};

use crate::harness::{Fresh, LIMITS, claim, file, organisation, ready_run};

/// How many of some changes at the same time are made; the others are told that the thing has changed.
async fn made<F: Future<Output = Result<()>> + Send + 'static>(change: impl Fn(Store, String) -> F, store: &Fresh) -> usize {
    let changes: Vec<_> = (0..8).map(|n| tokio::spawn(change(store.store.clone(), format!("name {n}")))).collect();
    let mut made = 0;
    for change in changes {
        match change.await.unwrap() {
            Ok(()) => made += 1,
            Err(Error::Changed { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    made
}

pub async fn of_changes_of_the_same_one_is_made(store: Fresh) {
    let org = organisation(&store).await;
    let network = store.create_network(&org, "n").await.unwrap();
    let mapping = store.create_mapping(&org, "m", &json!({})).await.unwrap();
    let read = store.organisation(&org).await.unwrap();

    let renamed = |store: Store, name: String| {
        let (org, network) = (org.clone(), network.clone());
        async move { store.rename_network(&org, &network.id, &name, Some(&network)).await.map(|_| ()) }
    };
    assert_eq!(made(renamed, &store).await, 1, "a network");
    let saved = |store: Store, name: String| {
        let (org, mapping) = (org.clone(), mapping.clone());
        async move { store.change_mapping(&org, &mapping.id, &name, &json!({}), Some(&mapping)).await.map(|_| ()) }
    };
    assert_eq!(made(saved, &store).await, 1, "a mapping");
    let called = |store: Store, name: String| {
        let read = read.clone();
        async move { store.rename_organisation(&read.id, &name, Some(&read)).await.map(|_| ()) }
    };
    assert_eq!(made(called, &store).await, 1, "an organisation");

    // who does not say what was read changes whatever is there; who has read it since, too
    let now = store.rename_network(&org, &network.id, "any", None).await.unwrap();
    assert_eq!(store.rename_network(&org, &network.id, "again", Some(&now)).await.unwrap().name, "again");
    assert!(matches!(store.rename_network(&org, &network.id, "late", Some(&now)).await, Err(Error::Changed { .. })));
    assert_eq!(store.network(&org, &network.id).await.unwrap().name, "again");
}

pub async fn what_has_changed_is_not_taken_away(store: Fresh) {
    let org = organisation(&store).await;
    let changed = |done: Result<()>| assert!(matches!(done, Err(Error::Changed { .. })), "{done:?}");

    let mapping = store.create_mapping(&org, "m", &json!({})).await.unwrap();
    let now = store.change_mapping(&org, &mapping.id, "n", &json!({}), None).await.unwrap();
    changed(store.delete_mapping(&org, &mapping.id, Some(&mapping)).await);
    assert_eq!(store.mapping(&org, &mapping.id).await.unwrap(), now);
    store.delete_mapping(&org, &mapping.id, Some(&now)).await.unwrap();

    let run = ready_run(&store, &org).await;
    let new = NewResult { run: Some(run.id.clone()), ..of(ResultKind::Plan) };
    let result = store.create_result(&org, &new, LIMITS).await.unwrap();
    let mut before = result.clone();
    before.state = tierlight_store::State::Ready;
    changed(store.delete_result(&org, &result.id, Some(&before)).await);
    let mut before = run.clone();
    before.state = tierlight_store::State::Waiting;
    changed(store.delete_run(&org, &run.id, Some(&before)).await);
    let network = store.network(&org, &run.network).await.unwrap();
    store.rename_network(&org, &run.network, "again", None).await.unwrap();
    changed(store.delete_network(&org, &run.network, Some(&network)).await);
    // nothing went with what was refused: neither files nor jobs
    assert!(!store.run_files(&org, &run.id).await.unwrap().is_empty());
    assert_eq!(claim(&store.worker("planner")).await.id, result.job);
    let result = store.result(&org, &result.id).await.unwrap();
    store.delete_result(&org, &result.id, Some(&result)).await.unwrap();
    store.delete_run(&org, &run.id, Some(&run)).await.unwrap();
    let network = store.network(&org, &run.network).await.unwrap();
    store.delete_network(&org, &run.network, Some(&network)).await.unwrap();
}

/// A result of a kind, from nothing.
fn of(kind: ResultKind) -> NewResult {
    NewResult { run: None, version: None, against: None, kind, options: json!({}), files: vec![] }
}

pub async fn a_pack_that_a_version_is_read_with_stays(store: Fresh) {
    let org = organisation(&store).await;
    let mine = store.create_result(&org, &of(ResultKind::Pack), LIMITS).await.unwrap();
    let other = store.create_result(&org, &of(ResultKind::Pack), LIMITS).await.unwrap();
    let network = store.create_network(&org, "n").await.unwrap();
    let new = NewVersion { files: vec![file(&store, "a").await], options: json!({ "packs": [mine.id] }) };
    let version = store.create_version(&org, &network.id, &new, LIMITS).await.unwrap().value;
    store.delete_result(&org, &other.id, None).await.unwrap();
    let refused = store.delete_result(&org, &mine.id, None).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }) && refused.to_string().contains(version.id.as_str()), "{refused}");
    store.result(&org, &mine.id).await.unwrap();
    store.delete_network(&org, &network.id, None).await.unwrap();
    store.delete_result(&org, &mine.id, None).await.unwrap();
}
