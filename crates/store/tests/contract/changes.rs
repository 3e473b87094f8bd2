//! Changes of what was read: of several at the same time one is made.

use std::future::Future;

use serde_json::json;
use tierlight_store::{Error, Result, Store};

use crate::harness::{Fresh, organisation};

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
