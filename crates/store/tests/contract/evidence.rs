//! The ledger and the audit log.

use serde_json::json;
use tierlight_store::{AuditFilter, Error, NewAuditEntry, NewEvidence, PageRequest};

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
    assert_eq!(sites(store.standing_evidence(&org, &network, None, 0, 10).await.unwrap()), ["c"]);
    assert_eq!(sites(store.standing_evidence(&org, &network, Some(2), 0, 10).await.unwrap()), ["a", "b"], "as it was then");
    let all = store.evidence(&org, &network, 0, 10).await.unwrap();
    assert_eq!(all[0].corrected_by.as_ref(), Some(&corrected[0].id));
    assert_eq!(all[2].corrects.as_ref(), Some(&added[0].id));
    let elsewhere = store.create_network(&org, "m").await.unwrap().id;
    let foreign = store.add_evidence(&org, &elsewhere, &[correction(&corrected[0].id, json!({}))]).await;
    assert!(matches!(foreign, Err(Error::Missing { .. })));
}

pub async fn what_stands_comes_page_by_page(store: Fresh) {
    let org = organisation(&store).await;
    let network = store.create_network(&org, "n").await.unwrap().id;
    let entries: Vec<_> = (1..=10).map(|n| entry(&n.to_string())).collect();
    let added = store.add_evidence(&org, &network, &entries).await.unwrap();
    // 2 and 3, on either side of the first border, are corrected and withdrawn; 9 twice
    let correct = async |of: &tierlight_store::EvidenceEntry, entry| {
        let new = NewEvidence { entry, corrects: Some(of.id.clone()), principal: "key_1".to_owned() };
        store.add_evidence(&org, &network, &[new]).await.unwrap().remove(0)
    };
    correct(&added[1], json!({"site_id": "2b"})).await;
    correct(&added[2], json!(null)).await;
    let ninth = correct(&added[8], json!({"site_id": "9b"})).await;
    correct(&ninth, json!({"site_id": "9c"})).await;
    let pages = async |up_to: Option<u64>, limit: u32| {
        let (mut pages, mut after) = (Vec::new(), 0);
        loop {
            let page = store.standing_evidence(&org, &network, up_to, after, limit).await.unwrap();
            let Some(last) = page.last() else { return pages };
            assert!(page.len() <= limit as usize && page[0].sequence > after, "{page:?}");
            after = last.sequence;
            pages.push(page.iter().map(|e| e.entry["site_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        }
    };
    let expected = [vec!["1", "4", "5"], vec!["6", "7", "8"], vec!["10", "2b", "9c"]];
    assert_eq!(pages(None, 3).await, expected);
    assert_eq!(pages(None, 100).await, [expected.concat()]);
    assert_eq!(pages(Some(13), 4).await, [vec!["1", "4", "5", "6"], vec!["7", "8", "10", "2b"], vec!["9b"]], "as it was then");
}

pub async fn the_audit_log_is_only_added_to(store: Fresh) {
    let (org, other) = (organisation(&store).await, organisation(&store).await);
    let saw = |site: &str| NewAuditEntry {
        principal: "key_1".to_owned(),
        action: "explain".to_owned(),
        subject: "run_1".to_owned(),
        sites: [site.to_owned(), "A,B".to_owned()].into(),
        request: "r1".to_owned(),
    };
    store.add_audit(&org, &[saw("a"), saw("b")]).await.unwrap();
    store.add_audit(&other, &[saw("c")]).await.unwrap();
    for sql in ["UPDATE audit SET principal = 'nobody'", "DELETE FROM audit"] {
        let refused = behind_its_back(&store, sql).await.unwrap_err().to_string();
        assert!(refused.contains("is only added to"), "{sql}: {refused}");
    }
    let page = PageRequest::default();
    let all = AuditFilter::default();
    let seen: Vec<_> = store.audit(&org, all, &page).await.unwrap().items.into_iter().map(|e| e.sites).collect();
    assert_eq!(seen, [["A,B", "b"], ["A,B", "a"]]);
    let one = AuditFilter { principal: Some("key_1"), action: Some("explain"), subject: Some("run_1"), site: Some("a") };
    assert_eq!(store.audit(&org, one, &page).await.unwrap().items.len(), 1);
    assert!(store.audit(&org, AuditFilter { principal: Some("key_2"), ..all }, &page).await.unwrap().items.is_empty());
    // an id is found whole, whatever letters it has, and as it is written
    let odd = ["x\"a\\", "\",\"c", "100%_", "ہنر", "x,c,y"];
    let whole = NewAuditEntry { sites: odd.map(str::to_owned).into(), ..saw("c") };
    let none = NewAuditEntry { sites: [].into(), ..saw("c") };
    store.add_audit(&org, &[whole, none]).await.unwrap();
    for (site, times) in [("A", 0), ("B", 0), ("A,B", 2), ("a\\", 0), ("c", 0), ("100__", 0), ("hnr", 0), ("HNR", 0), ("b", 1), ("", 0)] {
        let found = store.audit(&org, AuditFilter { site: Some(site), ..all }, &page).await.unwrap().items;
        assert_eq!(found.len(), times, "{site}: {found:?}");
    }
    for site in odd {
        assert_eq!(store.audit(&org, AuditFilter { site: Some(site), ..all }, &page).await.unwrap().items.len(), 1, "{site}");
    }
    assert!(store.audit(&org, all, &page).await.unwrap().items[0].sites.is_empty());
}
