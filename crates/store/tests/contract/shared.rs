//! Runs that are shown to others.

use jiff::SignedDuration;
use tierlight_store::{Error, NewGrant, PageRequest, Redaction, now};

use crate::harness::{Fresh, organisation, ready_run};

pub async fn grants_open_and_close(store: Fresh) {
    let (owner, agency, third) = (organisation(&store).await, organisation(&store).await, organisation(&store).await);
    let run = ready_run(&store, &owner).await;
    let new = |redaction, expires| NewGrant { run: run.id.clone(), grantee: agency.clone(), redaction, expires };
    let later = now() + SignedDuration::from_hours(1);
    assert!(store.access_run(&owner, &run.id).await.unwrap().grant.is_none());
    assert!(matches!(store.create_grant(&agency, &new(Redaction::Full, later)).await, Err(Error::Conflict { .. })));
    assert!(matches!(store.create_grant(&third, &new(Redaction::Full, later)).await, Err(Error::Missing { .. })));
    store.create_grant(&owner, &new(Redaction::Full, now())).await.unwrap();
    assert!(store.access_run(&agency, &run.id).await.is_err(), "its time is up");
    let narrow = store.create_grant(&owner, &new(Redaction::Aggregate, later)).await.unwrap();
    let wide = store.create_grant(&owner, &new(Redaction::NoSites, later)).await.unwrap();
    let access = store.access_run(&agency, &run.id).await.unwrap();
    assert_eq!((access.run.id, access.grant.unwrap().id), (run.id.clone(), wide.id.clone()), "the one that leaves out least");
    assert!(store.access_run(&third, &run.id).await.is_err());
    let page = PageRequest::default();
    assert_eq!(store.grants_to(&agency, &page).await.unwrap().items.len(), 2);
    assert_eq!(store.grants(&owner, Some(&run.id), &page).await.unwrap().items.len(), 3);
    assert!(store.revoke_grant(&agency, &wide.id).await.is_err(), "only its giver takes it back");
    store.revoke_grant(&owner, &wide.id).await.unwrap();
    assert_eq!(store.access_run(&agency, &run.id).await.unwrap().grant.unwrap().redaction, Redaction::Aggregate);
    store.revoke_grant(&owner, &narrow.id).await.unwrap();
    assert!(matches!(store.access_run(&agency, &run.id).await, Err(Error::Missing { .. })));
    store.delete_run(&owner, &run.id, None).await.unwrap();
    assert!(store.grants(&owner, None, &page).await.unwrap().items.is_empty());
}
