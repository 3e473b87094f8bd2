//! Blobs, and the data folder.

use jiff::SignedDuration;
use serde_json::json;
use tierlight_store::{Digest, Error, NewFile, NewVersion, now};

use crate::harness::{Fresh, LIMITS, behind_its_back, organisation, upload};

pub async fn blobs_are_whole_and_found_by_digest(store: Fresh) {
    let bytes: Vec<u8> = (0..5_000_000u32).map(|n| (n % 251) as u8).collect();
    let mut writer = store.write_blob(None).await.unwrap();
    for part in bytes.chunks(60_001) {
        writer.write(part).await.unwrap();
    }
    let blob = writer.finish().await.unwrap();
    assert_eq!((blob.digest(), blob.size()), (Digest::of(&bytes), bytes.len() as u64));
    assert_eq!(std::fs::read(store.blob_path(&blob.digest())).unwrap(), bytes);
    let again = store.keep_bytes(&bytes).await.unwrap();
    assert_eq!(again.digest(), blob.digest());
    // one that is broken off never was
    let mut writer = store.write_blob(None).await.unwrap();
    writer.write(&bytes).await.unwrap();
    drop(writer);
    assert_eq!(std::fs::read_dir(store.data_dir().join("incoming")).unwrap().count(), 0);
    let place = store.work_dir().join("job/input/sites.csv");
    store.materialise(&blob.digest(), place.clone()).await.unwrap();
    assert_eq!(std::fs::read(place).unwrap(), bytes);
    let known = store.pin_blob(&blob.digest()).await.unwrap();
    assert_eq!(known.size(), bytes.len() as u64);
    assert!(matches!(store.pin_blob(&Digest::of(b"nothing")).await, Err(Error::Missing { .. })));
}

pub async fn collecting_takes_what_nobody_refers_to(store: Fresh) {
    let org = organisation(&store).await;
    let (_, version) = upload(&store, &org, "kept").await;
    let digest = store.keep_bytes(b"left").await.unwrap().digest();
    let collected = store.collect().await.unwrap();
    assert_eq!((collected.blobs, collected.bytes), (1, 4));
    assert!(!store.blob_path(&digest).exists());
    let kept = store.version_files(&org, &version.id).await.unwrap().remove(0).digest;
    assert_eq!(std::fs::read(store.blob_path(&kept)).unwrap(), b"kept");
    let left = store.work_dir().join("job_1");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("part"), "x").unwrap();
    store.sweep().await.unwrap();
    assert!(!left.exists());
}

pub async fn what_is_about_to_be_referred_to_stays(store: Fresh) {
    let org = organisation(&store).await;
    let collector = {
        let store = store.store.clone();
        tokio::spawn(async move {
            loop {
                store.collect().await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    };
    let until = now() + SignedDuration::from_secs(2);
    let mut uploads = 0_u32;
    while now() < until || uploads < 20 {
        let network = store.create_network(&org, "n").await.unwrap().id;
        // the same bytes again and again: those that just became nobody's are taken up
        let blob = store.keep_bytes(&[(uploads % 2) as u8]).await.unwrap();
        let digest = blob.digest();
        let new = NewVersion { files: vec![NewFile::named("a.csv", "text/csv", blob).unwrap()], options: json!({}) };
        store.create_version(&org, &network, &new, LIMITS).await.unwrap();
        drop(new);
        tokio::task::yield_now().await;
        assert!(store.blob_path(&digest).exists(), "an acknowledged upload is gone");
        store.delete_network(&org, &network, None).await.unwrap();
        uploads += 1;
    }
    collector.abort();
}

pub async fn a_full_disk_is_told_apart(store: Fresh) {
    let free = store.free_bytes().unwrap();
    let full = store.store.clone().with_reserve(free * 2);
    assert!(matches!(full.write_blob(None).await, Err(Error::Full { .. })));
    assert!(matches!(full.keep_bytes(b"x").await, Err(Error::Full { .. })));
    assert!(matches!(store.write_blob(Some(free * 2)).await, Err(Error::Full { .. })));
    store.keep_bytes(b"x").await.unwrap();
}

pub async fn names_of_files_are_harmless(store: Fresh) {
    let blob = store.keep_bytes(b"x").await.unwrap();
    for good in ["sites.csv", "Lieferanten 2026 (neu).xlsx", "فراہم کنندہ.csv", "rejected/sites.csv"] {
        NewFile::named(good, "text/csv", blob.clone()).unwrap();
    }
    for bad in ["", ".", "..", "../x", "/etc/passwd", "a/../b", ".hidden", "a\\b", "a\0b", "a//b", "a/b/c/d", "x\n", &"a".repeat(201)] {
        assert!(matches!(NewFile::named(bad, "text/csv", blob.clone()), Err(Error::Malformed { .. })), "{bad:?}");
    }
}

pub async fn the_folder_is_one_process_s(store: Fresh) {
    let lock = store.lock().await.unwrap();
    assert!(matches!(store.lock().await, Err(Error::InUse { .. })));
    if let tierlight_store::Database::Postgres(_) = store.database() {
        // the same database from another folder
        let second = tierlight_store::Store::open(store.database().clone(), &store.folder.path().join("second")).await.unwrap();
        assert!(matches!(second.lock().await, Err(Error::InUse { .. })));
    }
    drop(lock);
    let until = now() + SignedDuration::from_secs(10);
    // a server takes a moment to see that who held it is gone
    while store.lock().await.is_err() {
        assert!(now() < until);
    }
}

pub async fn nobody_else_reads_the_data(store: Fresh) {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(store.data_dir()), 0o700);
    // a folder that somebody made for it, and a file of an older version
    let open = store.folder.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(open.join("tierlight.db"), "").unwrap();
    let opened = tierlight_store::Store::open(tierlight_store::Database::Sqlite, &open).await.unwrap();
    opened.create_organisation("o").await.unwrap();
    for name in ["tierlight.db", "tierlight.db-wal", "tierlight.db-shm"] {
        assert_eq!(mode(&open.join(name)), 0o600, "{name}");
    }
}

pub async fn files_of_what_is_gone_go(store: Fresh) {
    let org = organisation(&store).await;
    let (network, version) = upload(&store, &org, "kept").await;
    let left = store.keep_bytes(b"left").await.unwrap().digest();
    // as it is when a version is added while its network is deleted
    let sql = format!("INSERT INTO files VALUES ('ver_gone', 'input', 'a.csv', '{left}', 4, 'text/csv')");
    behind_its_back(&store, &sql).await.unwrap();
    assert_eq!(store.collect().await.unwrap().blobs, 1);
    assert!(!store.blob_path(&left).exists());
    assert_eq!(store.version_files(&org, &version.id).await.unwrap().len(), 1);
    store.network(&org, &network).await.unwrap();
}
