//! Backup and restore.

use std::path::Path;

use serde_json::json;
use tierlight_store::{Database, Digest, Error, NewEvidence, NewKey, PageRequest, Role, State, Store, backup, check_backup, now, restore};

use crate::harness::{Fresh, claim, new_postgres, organisation, ready_run, upload};

pub async fn comes_back_whole_in_either_database(store: Fresh) {
    let org = organisation(&store).await;
    let run = ready_run(&store, &org).await;
    let key = NewKey {
        name: "k".to_owned(),
        role: Role::Admin,
        scopes: vec![],
        digest: Digest::of(b"s"),
        prefix: "p".to_owned(),
        expires: Some(now()),
    };
    store.create_key(&org, &key).await.unwrap();
    let entry = |corrects| NewEvidence { entry: json!({"site_id": "ü \" x"}), corrects, principal: "p".to_owned() };
    let first = store.add_evidence(&org, &run.network, &[entry(None)]).await.unwrap();
    store.add_evidence(&org, &run.network, &[entry(Some(first[0].id.clone()))]).await.unwrap();
    let (_, unread) = upload(&store, &org, "being read").await;
    claim(&store.worker("w")).await;
    let here = store.folder.path();
    // from SQLite into PostgreSQL and back is asked of the suite of PostgreSQL
    let databases = match store.database() {
        Database::Sqlite => vec![("a.tar", Database::Sqlite), ("b", Database::Sqlite)],
        Database::Postgres(_) => vec![("a.tar", Database::Sqlite), ("b", new_postgres().await)],
    };
    for (name, database) in databases {
        let file = here.join(name);
        let manifest = backup(&store, &file, false).await.unwrap();
        assert_eq!((manifest.blobs, manifest.run_files), (3, 2));
        assert_eq!(check_backup(&file).await.unwrap().blobs, 3);
        let place = here.join(format!("restored-{name}"));
        restore(&file, &database, &place, false).await.unwrap();
        let restored = Store::open(database, &place).await.unwrap();
        let again = restored.run(&org, &run.id).await.unwrap();
        assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&run).unwrap());
        assert_eq!(std::fs::read(restored.run_folder(&run.id).join("run.json")).unwrap(), b"{}");
        let files = restored.version_files(&org, &run.version).await.unwrap();
        for file in files {
            let bytes = std::fs::read(restored.blob_path(&file.digest)).unwrap();
            assert_eq!(Digest::of(&bytes), file.digest);
        }
        assert_eq!(restored.evidence(&org, &run.network, 0, 10).await.unwrap().len(), 2);
        let keys = restored.keys(&org, &PageRequest::default()).await.unwrap().items;
        assert_eq!((keys.len(), keys[0].expires), (1, key.expires));
        let events = restored.job_events(&org, &run.job, 0, 10).await.unwrap();
        assert_eq!((events.len(), events[0].share), (3, 0.0));
        // the job that ran then waits again
        assert_eq!(restored.worker("new").recover().await.unwrap(), 1);
        assert_eq!(restored.version(&org, &unread.id).await.unwrap().state, State::Waiting);
        restored.create_network(&org, "after").await.unwrap();
        if let (Database::Sqlite, Database::Postgres(_)) = (restored.database(), store.database()) {
            let back = here.join("back.tar");
            backup(&restored, &back, false).await.unwrap();
            let (database, place) = (new_postgres().await, here.join("back"));
            restore(&back, &database, &place, false).await.unwrap();
            let back = Store::open(database, &place).await.unwrap();
            assert_eq!(back.networks(&org, &PageRequest::default()).await.unwrap().items.len(), 3);
            assert_eq!(back.version(&org, &unread.id).await.unwrap().number, 1);
        }
        restored.close().await;
    }
}

pub async fn damage_is_found(store: Fresh) {
    let org = organisation(&store).await;
    let run = ready_run(&store, &org).await;
    let file = store.folder.path().join("backup");
    backup(&store, &file, false).await.unwrap();
    let restored = store.folder.path().join("restored");
    let digest = store.version_files(&org, &run.version).await.unwrap().remove(0).digest;
    let mut harms: Vec<(std::path::PathBuf, Option<&str>)> = vec![
        (format!("blobs/{digest}").into(), Some("changed")),
        (format!("blobs/{digest}").into(), None),
        (format!("runs/{}/run.json", run.id).into(), Some("[]")),
        (format!("runs/{}/rejected/sites.csv", run.id).into(), None),
        ("rows/runs.jsonl".into(), Some("{\"id\":1}\n")),
        ("rows/audit.jsonl".into(), None),
        ("manifest.json".into(), Some("{")),
        ("manifest.json".into(), None),
        ("blobs/other".into(), Some("x")),
        ("more/x".into(), Some("x")),
    ];
    for (name, text) in harms.drain(..) {
        let path = file.join(&name);
        let before = std::fs::read(&path).ok();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text {
            Some(text) => std::fs::write(&path, text).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        assert!(check_backup(&file).await.is_err(), "{} {text:?}", name.display());
        assert!(restore(&file, &Database::Sqlite, &restored, false).await.is_err(), "{} {text:?}", name.display());
        assert!(!restored.exists(), "nothing half restored");
        match before {
            Some(before) => std::fs::write(&path, before).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
    }
    std::fs::remove_dir(file.join("more")).unwrap();
    check_backup(&file).await.unwrap();
    // of the store itself
    std::fs::write(store.blob_path(&digest), "changed").unwrap();
    let target = store.folder.path().join("c.tar");
    assert!(matches!(backup(&store, &target, false).await, Err(Error::Damaged { .. })));
    assert!(!target.exists());
    let left =
        std::fs::read_dir(store.folder.path()).unwrap().filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(left.count(), 0, "nothing half written");
}

pub async fn never_over_something_else(fresh: Fresh) {
    let store = &fresh.store;
    let org = organisation(store).await;
    ready_run(store, &org).await;
    let here = fresh.folder.path();
    let file = here.join("backup.tar");
    backup(store, &file, false).await.unwrap();
    assert!(matches!(backup(store, &file, false).await, Err(Error::Unusable { .. })));
    backup(store, &file, true).await.unwrap();
    let full = here.join("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("thesis.txt"), "x").unwrap();
    assert!(backup(store, &full, true).await.is_err(), "something else than a backup");
    assert!(restore(&file, &Database::Sqlite, &full, true).await.is_err(), "something else than a store");
    let left: Vec<_> = std::fs::read_dir(&full).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["thesis.txt"]);
    let place = here.join("place");
    restore(&file, &Database::Sqlite, &place, false).await.unwrap();
    assert!(matches!(restore(&file, &Database::Sqlite, &place, false).await, Err(Error::Unusable { .. })));
    let running = Store::open(Database::Sqlite, &place).await.unwrap();
    running.create_organisation("later").await.unwrap();
    let lock = running.lock().await.unwrap();
    assert!(matches!(restore(&file, &Database::Sqlite, &place, true).await, Err(Error::InUse { .. })));
    assert_eq!(running.organisations().await.unwrap().len(), 2);
    drop(lock);
    running.close().await;
    restore(&file, &Database::Sqlite, &place, true).await.unwrap();
    let store = Store::open(Database::Sqlite, &place).await.unwrap();
    assert_eq!(store.organisations().await.unwrap().len(), 1);
    store.close().await;
    // a data folder that others name by a link, as systemd has it
    let (link, private) = (here.join("link"), here.join("private"));
    std::fs::create_dir(&private).unwrap();
    std::os::unix::fs::symlink(&private, &link).unwrap();
    for _ in 0..2 {
        restore(&file, &Database::Sqlite, &link, true).await.unwrap();
        assert!(link.is_symlink() && private.join("tierlight.db").is_file());
    }
    if let Database::Postgres(_) = fresh.database() {
        let taken = crate::harness::postgres().await;
        organisation(&taken).await;
        let refused = restore(&file, taken.database(), &here.join("third"), true).await;
        assert!(matches!(refused, Err(Error::Unusable { .. })), "a server's database is never replaced");
        assert!(!Path::exists(&here.join("third")));
    }
}
