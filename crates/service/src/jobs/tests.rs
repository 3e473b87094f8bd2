//! A job is one worker's at a time, however long what comes after its program takes.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::json;
use tierlight_store::{Database, Digest, Done, NewFile, NewRun, NewVersion, OrganisationId, QueueLimits, Run, State, Store, now};
use tokio::sync::watch;

use super::place::Place;
use super::work::Work;
use super::{Settings, Stop};

const LEASE: Duration = Duration::from_millis(400);
const LIMITS: QueueLimits = QueueLimits { all: 10, organisation: 10 };

/// A store with a run that waits to be scored.
async fn waiting(folder: &Path) -> (Store, OrganisationId, Run) {
    let store = Store::open(Database::Sqlite, &folder.join("data")).await.unwrap().with_reserve(0);
    let organisation = store.create_organisation("Example").await.unwrap().id;
    let network = store.create_network(&organisation, "n").await.unwrap();
    let file = NewFile::named("sites.csv", "text/csv", store.keep_bytes(b"site_id\nA\n").await.unwrap()).unwrap();
    let new = NewVersion { files: vec![file], options: json!({}) };
    let version = store.create_version(&organisation, &network.id, &new, LIMITS).await.unwrap().value;
    let reader = store.worker("reader");
    let job = reader.claim(now(), SignedDuration::from_secs(30)).await.unwrap().unwrap();
    let done = Done::Version { state: State::Ready, summary: json!({}), reason: None, files: Vec::new() };
    reader.finish(&job, done).await.unwrap();
    let run = store.create_run(&organisation, &NewRun { version: version.id, options: json!({}), files: vec![] }, LIMITS).await.unwrap();
    (store, organisation, run)
}

/// A program that at once writes a run folder with a file of so many bytes.
fn program(folder: &Path, bytes: u64) -> std::path::PathBuf {
    let path = folder.join("program");
    let text = format!(
        "#!/bin/sh\nfor a; do case $a in --output=*) o=${{a#--output=}};; esac; done\n\
         mkdir \"$o\" && echo '{{}}' > \"$o/run.json\" && truncate -s {bytes} \"$o/large\"\n"
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lease_is_kept_while_what_was_made_is_put_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let (store, organisation, run) = waiting(folder.path()).await;
    // its digest takes several leases
    let piece = vec![0; 4 << 20];
    let begun = Instant::now();
    let _ = Digest::of(&piece);
    let bytes = piece.len() as f64 * 4.0 * LEASE.as_secs_f64() / begun.elapsed().as_secs_f64();
    let settings = Settings { workers: 1, reserve: 0, lease: LEASE, ..Settings::new(program(folder.path(), bytes as u64)) };
    let stop = watch::Sender::new(Stop::No);
    let work = tokio::spawn(Work::new(&store, "one", Arc::new(settings), stop.subscribe()).run());
    while store.job(&organisation, &run.job).await.unwrap().attempts == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (other, begun) = (store.worker("other"), Instant::now());
    while store.run(&organisation, &run.id).await.unwrap().state == State::Waiting {
        let taken = other.claim(now(), SignedDuration::from_secs(30)).await.unwrap();
        assert!(taken.is_none(), "after {:?} it is another's", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_mins(2), "it does not end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(begun.elapsed() > 2 * LEASE, "it was over before its lease was: {:?}", begun.elapsed());
    let run = store.run(&organisation, &run.id).await.unwrap();
    let job = store.job(&organisation, &run.job).await.unwrap();
    assert_eq!((run.state, job.attempts), (State::Ready, 1), "{job:?}");
    assert_eq!(store.run_folder(&run.id).join("large").metadata().unwrap().len(), bytes as u64);
    stop.send_replace(Stop::Now);
    work.await.unwrap();
}

#[tokio::test]
async fn attempts_have_folders_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (store, ..) = waiting(folder.path()).await;
    let job = store.worker("one").claim(now(), SignedDuration::from_secs(1)).await.unwrap().unwrap();
    let first = Place::new(&store, &job).unwrap();
    first.write("of the first", b"x").unwrap();
    // its lease ran out while its program still runs
    let later = now() + SignedDuration::from_secs(2);
    let again = store.worker("two").claim(later, SignedDuration::from_secs(30)).await.unwrap().unwrap();
    assert_eq!((&again.id, again.attempts), (&job.id, 2));
    let second = Place::new(&store, &again).unwrap();
    assert!(first.root().join("of the first").exists(), "the folder of an attempt under way is gone");
    let written = second.write("of the second", b"y").unwrap();
    drop(first);
    assert!(written.exists(), "the end of the first attempt took the folder of the second");
}
