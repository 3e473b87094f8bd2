//! The ledger and the audit log.

use serde_json::json;
use tierlight_store::{Error, NewAuditEntry, NewEvidence, PageRequest};

use crate::harness::{Fresh, behind_its_back, organisation};

fn entry(text: &str) -> NewEvidence {
    NewEvidence { entry: json!({ "site_id": text }), corrects: None, principal: "key_1".to_owned() }
}

pub async fn the_ledger_is_only_added_to(store: Fresh) {
    let org = organisation(&store).await;
    let network = store.create_network(&org, "n").await.unwrap().id;
    store.add_evidence(&org, &network, &[entry("a"), entry("b")]).await.unwrap();
    for sql in ["UPDATE evidence SET entry = '{}'", "DELETE FROM evidence", "DELETE FROM evidence WHERE sequence = 1"] {
        let refused = behind_its_back(&store, sql).await.unwrap_err().to_string();
        assert!(refused.contains("is only added to"), "{sql}: {refused}");
    }
    let entries = store.evidence(&org, &network, 1, 10).await.unwrap();
    assert_eq!((entries.len(), entries[0].sequence, &entries[0].entry), (1, 2, &json!({"site_id": "b"})));
}

pub async fn corrections_stand_in_for_what_they_correct(store: Fresh) {
    let org = organisation(&store).await;
    let network = store.create_network(&org, "n").await.unwrap().id;
    let added = store.add_evidence(&org, &network, &[entry("a"), entry("b")]).await.unwrap();
    let correction =
        |id: &tierlight_store::EntryId, entry| NewEvidence { entry, corrects: Some(id.clone()), principal: "key_1".to_owned() };
    let corrected = store.add_evidence(&org, &network, &[correction(&added[0].id, json!({"site_id": "c"}))]).await.unwrap();
    let twice = store.add_evidence(&org, &network, &[entry("d"), correction(&added[0].id, json!({}))]).await;
    assert!(matches!(twice, Err(Error::Conflict { .. })));
    assert_eq!(store.network(&org, &network).await.unwrap().entries, 3, "all or none");
    store.add_evidence(&org, &network, &[correction(&added[1].id, json!(null))]).await.unwrap();
    let sites =
        |entries: Vec<tierlight_store::EvidenceEntry>| -> Vec<_> { entries.into_iter().map(|e| e.entry["site_id"].clone()).collect() };
    assert_eq!(sites(store.standing_evidence(&org, &network, None).await.unwrap()), ["c"]);
    assert_eq!(sites(store.standing_evidence(&org, &network, Some(2)).await.unwrap()), ["a", "b"], "as it was then");
    let all = store.evidence(&org, &network, 0, 10).await.unwrap();
    assert_eq!(all[0].corrected_by.as_ref(), Some(&corrected[0].id));
    assert_eq!(all[2].corrects.as_ref(), Some(&added[0].id));
    let elsewhere = store.create_network(&org, "m").await.unwrap().id;
    let foreign = store.add_evidence(&org, &elsewhere, &[correction(&corrected[0].id, json!({}))]).await;
    assert!(matches!(foreign, Err(Error::Missing { .. })));
}

pub async fn the_audit_log_is_only_added_to(store: Fresh) {
    let (org, other) = (organisation(&store).await, organisation(&store).await);
    let saw = |site: &str| NewAuditEntry {
        principal: "key_1".to_owned(),
        action: "explain".to_owned(),
        subject: site.to_owned(),
        request: "r1".to_owned(),
    };
    store.add_audit(&org, &[saw("a"), saw("b")]).await.unwrap();
    store.add_audit(&other, &[saw("c")]).await.unwrap();
    for sql in ["UPDATE audit SET principal = 'nobody'", "DELETE FROM audit"] {
        let refused = behind_its_back(&store, sql).await.unwrap_err().to_string();
        assert!(refused.contains("is only added to"), "{sql}: {refused}");
    }
    let page = PageRequest::default();
    let seen: Vec<_> = store.audit(&org, None, None, None, &page).await.unwrap().items.into_iter().map(|e| e.subject).collect();
    assert_eq!(seen, ["b", "a"]);
    assert_eq!(store.audit(&org, Some("key_1"), Some("explain"), Some("a"), &page).await.unwrap().items.len(), 1);
    assert!(store.audit(&org, Some("key_2"), None, None, &page).await.unwrap().items.is_empty());
}
