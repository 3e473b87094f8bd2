//! Networks, versions, mappings, pages.

use std::collections::HashSet;

use serde_json::json;
use tierlight_store::{Error, FileRole, JobState, NewEvidence, NewRun, NewVersion, PageRequest, State, Store};

use crate::harness::{Fresh, LIMITS, claim, file, organisation, read, ready_run, upload};

pub async fn the_same_upload_is_the_same_version(store: Fresh) {
    let org = organisation(&store).await;
    let (network, first) = upload(&store, &org, "a").await;
    let again = |text: &'static str, options| {
        let (store, org, network) = (store.store.clone(), org.clone(), network.clone());
        async move {
            let new = NewVersion { files: vec![file(&store, text).await], options };
            store.create_version(&org, &network, &new, LIMITS).await.unwrap()
        }
    };
    let same = again("a", json!({})).await;
    assert!(!same.new && same.value.id == first.id);
    assert!(again("a", json!({"country": "PK"})).await.new, "other options");
    let third = again("b", json!({})).await;
    assert!(third.new && third.value.number == 3);
    assert_eq!(store.network(&org, &network).await.unwrap().versions, 3);
    assert!(store.ready_version(&org, &network).await.unwrap().is_none());
    let ready = read(&store, &org, &first).await;
    assert_eq!((ready.state, ready.summary), (State::Ready, Some(json!({"sites": 3}))));
    assert_eq!(store.ready_version(&org, &network).await.unwrap().unwrap().id, first.id);
    let files = store.version_files(&org, &first.id).await.unwrap();
    let named: Vec<_> = files.iter().map(|f| (f.role, f.name.as_str())).collect();
    assert_eq!(named, [(FileRole::Input, "sites.csv"), (FileRole::Output, "issues.csv")]);
}

pub async fn versions_are_numbered_and_paged(store: Fresh) {
    let org = organisation(&store).await;
    let network = store.create_network(&org, "n").await.unwrap().id;
    for n in 0..7 {
        let new = NewVersion { files: vec![file(&store, &n.to_string()).await], options: json!({}) };
        store.create_version(&org, &network, &new, LIMITS).await.unwrap();
    }
    let mut numbers = Vec::new();
    let mut page = PageRequest { after: None, limit: 3 };
    loop {
        let found = store.versions(&org, &network, &page).await.unwrap();
        numbers.extend(found.items.iter().map(|v| v.number));
        let Some(next) = found.next else { break };
        page.after = Some(next.to_string().parse().unwrap());
    }
    assert_eq!(numbers, [7, 6, 5, 4, 3, 2, 1]);
}

pub async fn others_see_nothing(store: Fresh) {
    let org = organisation(&store).await;
    let run = ready_run(&store, &org).await;
    let other = organisation(&store).await;
    let page = PageRequest::default();
    let missing = |error: &Error| matches!(error, Error::Missing { .. });
    assert!(missing(&store.network(&other, &run.network).await.unwrap_err()));
    assert!(missing(&store.version(&other, &run.version).await.unwrap_err()));
    assert!(missing(&store.version_files(&other, &run.version).await.unwrap_err()));
    assert!(missing(&store.run(&other, &run.id).await.unwrap_err()));
    assert!(missing(&store.run_files(&other, &run.id).await.unwrap_err()));
    assert!(missing(&store.access_run(&other, &run.id).await.unwrap_err()));
    assert!(missing(&store.job(&other, &run.job).await.unwrap_err()));
    assert!(missing(&store.cancel_job(&other, &run.job).await.unwrap_err()));
    assert!(missing(&store.delete_run(&other, &run.id, None).await.unwrap_err()));
    assert!(missing(&store.delete_network(&other, &run.network, None).await.unwrap_err()));
    assert!(missing(&store.rename_network(&other, &run.network, "mine", None).await.unwrap_err()));
    assert!(missing(&store.evidence(&other, &run.network, 0, 10).await.unwrap_err()));
    let new = NewRun { version: run.version.clone(), options: json!({}), files: vec![] };
    assert!(missing(&store.create_run(&other, &new, LIMITS).await.unwrap_err()));
    let new = NewVersion { files: vec![], options: json!({}) };
    assert!(missing(&store.create_version(&other, &run.network, &new, LIMITS).await.unwrap_err()));
    assert!(store.job_events(&other, &run.job, 0, 10).await.unwrap().is_empty());
    assert!(store.networks(&other, &page).await.unwrap().items.is_empty());
    assert!(store.runs(&other, Some(&run.network), &page).await.unwrap().items.is_empty());
    assert!(store.jobs(&other, &tierlight_store::JobFilter::default(), &page).await.unwrap().items.is_empty());
    // nothing of it was changed
    assert_eq!(store.run(&org, &run.id).await.unwrap().state, State::Ready);
    assert_eq!(store.network(&org, &run.network).await.unwrap().name, "Footballs");
}

pub async fn deletion_takes_all_but_the_ledger(store: Fresh) {
    let org = organisation(&store).await;
    let run = ready_run(&store, &org).await;
    let waiting =
        store.create_run(&org, &NewRun { version: run.version.clone(), options: json!({}), files: vec![] }, LIMITS).await.unwrap();
    let worker = store.worker("w");
    let job = claim(&worker).await;
    let entry = NewEvidence { entry: json!({"site_id": "a"}), corrects: None, principal: "key_1".to_owned() };
    store.add_evidence(&org, &run.network, &[entry]).await.unwrap();
    store.delete_network(&org, &run.network, None).await.unwrap();
    assert!(matches!(store.run(&org, &run.id).await, Err(Error::Missing { .. })));
    assert!(matches!(store.version(&org, &run.version).await, Err(Error::Missing { .. })));
    assert_eq!(worker.look(&job).await.unwrap(), tierlight_store::Beat::Lost);
    let job = store.job(&org, &waiting.job).await.unwrap();
    assert_eq!(job.state, JobState::Cancelled);
    let events = store.job_events(&org, &job.id, 0, 100).await.unwrap();
    assert_eq!(events.last().unwrap().state, JobState::Cancelled);
    let collected = store.collect().await.unwrap();
    assert_eq!((collected.blobs, collected.folders), (2, 1), "the upload, its issues, the folder of the run");
    assert!(!store.run_folder(&run.id).exists());
    assert!(matches!(store.delete_network(&org, &run.network, None).await, Err(Error::Missing { .. })));
}

pub async fn names_of_mappings_are_taken_once(store: Fresh) {
    let org = organisation(&store).await;
    let made = store.create_mapping(&org, "SAP", &json!({"sites": {}})).await.unwrap();
    assert!(matches!(store.create_mapping(&org, "SAP", &json!({})).await, Err(Error::Conflict { .. })));
    let other = store.create_mapping(&org, "Excel", &json!({})).await.unwrap();
    assert!(matches!(store.change_mapping(&org, &other.id, "SAP", &json!({}), None).await, Err(Error::Conflict { .. })));
    let changed = store.change_mapping(&org, &made.id, "SAP", &json!({"links": {}}), None).await.unwrap();
    assert_eq!(changed.mapping, json!({"links": {}}));
    store.create_mapping(&organisation(&store).await, "SAP", &json!({})).await.unwrap();
    store.delete_mapping(&org, &made.id, None).await.unwrap();
    assert_eq!(store.mappings(&org, &PageRequest::default()).await.unwrap().items.len(), 1);
}

pub async fn pages_hold_everything_once(store: Fresh) {
    let org = organisation(&store).await;
    let mut made = HashSet::new();
    for n in 0..25 {
        made.insert(store.create_network(&org, &n.to_string()).await.unwrap().id);
    }
    let (mut seen, mut last) = (HashSet::new(), None);
    let mut page = PageRequest { after: None, limit: 10 };
    let mut pages = 0;
    loop {
        let found = store.networks(&org, &page).await.unwrap();
        pages += 1;
        for network in found.items {
            let place = (network.created, network.id.clone());
            assert!(last.replace(place.clone()).is_none_or(|l| l > place), "the newest first");
            assert!(seen.insert(network.id));
        }
        // one that is added meanwhile is not among the older ones
        store.create_network(&org, "late").await.unwrap();
        let Some(next) = found.next else { break };
        page.after = Some(next);
    }
    assert_eq!((pages, seen), (3, made));
    assert!("x".parse::<tierlight_store::Cursor>().is_err());
    assert!("1f-';--".parse::<tierlight_store::Cursor>().is_err());
}

pub async fn many_writers_lose_nothing(store: Fresh) {
    let org = organisation(&store).await;
    let network = store.create_network(&org, "n").await.unwrap().id;
    let writers: Vec<_> = (0..64)
        .map(|n| {
            let (store, org, network): (Store, _, _) = (store.store.clone(), org.clone(), network.clone());
            tokio::spawn(async move {
                for m in 0..4 {
                    let new = NewVersion { files: vec![file(&store, &format!("{n} {m}")).await], options: json!({}) };
                    store.create_version(&org, &network, &new, LIMITS).await.unwrap();
                    let entry = NewEvidence { entry: json!({"n": n}), corrects: None, principal: "p".to_owned() };
                    store.add_evidence(&org, &network, &[entry]).await.unwrap();
                    store.networks(&org, &PageRequest::default()).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let network = store.network(&org, &network).await.unwrap();
    assert_eq!((network.versions, network.entries), (256, 256));
    let numbers: Vec<u64> = store.evidence(&org, &network.id, 0, 1000).await.unwrap().iter().map(|e| e.sequence).collect();
    assert_eq!(numbers, (1..=256).collect::<Vec<_>>());
    let all = PageRequest { after: None, limit: 1000 };
    let numbers: HashSet<u64> = store.versions(&org, &network.id, &all).await.unwrap().items.iter().map(|v| v.number).collect();
    assert_eq!(numbers.len(), 256);
}
