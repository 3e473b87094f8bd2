//! The queue and its workers.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tierlight_store::{
    Beat, Done, Error, Failure, FileRole, JobFilter, JobKind, JobState, NewResult, NewRun, NewVersion, PageRequest, QueueLimits,
    ResultFilter, ResultKind, State, Subject, now,
};

use crate::harness::{Fresh, LEASE, LIMITS, claim, file, made_folder, organisation, read, ready_run, upload};

pub async fn a_job_is_claimed_once(store: Fresh) {
    let org = organisation(&store).await;
    for n in 0..20 {
        upload(&store, &org, &n.to_string()).await;
    }
    let workers: Vec<_> = (0..8)
        .map(|n| {
            let worker = store.worker(&format!("w{n}"));
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(job) = worker.claim(now(), LEASE).await.unwrap() {
                    mine.push(job.id);
                }
                mine
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    // of workers that looked at the same job, one got it and another may have gone home
    while let Some(job) = store.worker("last").claim(now(), LEASE).await.unwrap() {
        claimed.push(job.id);
    }
    let each: HashSet<_> = claimed.iter().cloned().collect();
    assert_eq!((claimed.len(), each.len()), (20, 20));
    assert_eq!(store.queue().await.unwrap().running, 20);
}

pub async fn the_queue_is_bounded(store: Fresh) {
    let (org, other) = (organisation(&store).await, organisation(&store).await);
    let limits = QueueLimits { all: 3, organisation: 2 };
    let add = |org: tierlight_store::OrganisationId, text: &'static str| {
        let store = store.store.clone();
        async move {
            let network = store.create_network(&org, "n").await.unwrap().id;
            let new = NewVersion { files: vec![file(&store, text).await], options: json!({}) };
            let added = store.create_version(&org, &network, &new, limits).await;
            (added, store.network(&org, &network).await.unwrap().versions)
        }
    };
    add(org.clone(), "a").await.0.unwrap();
    add(org.clone(), "b").await.0.unwrap();
    let (full, versions) = add(org.clone(), "c").await;
    assert!(matches!(full, Err(Error::QueueFull { waiting: 2, limit: 2, organisation: true })), "{full:?}");
    assert_eq!(versions, 0, "nothing of it was kept");
    add(other.clone(), "a").await.0.unwrap();
    let (full, _) = add(other.clone(), "b").await;
    assert!(matches!(full, Err(Error::QueueFull { waiting: 3, limit: 3, organisation: false })), "{full:?}");
    let queue = store.queue().await.unwrap();
    assert_eq!((queue.queued, queue.running, queue.oldest.is_some()), (3, 0, true));
    claim(&store.worker("w")).await;
    add(other, "b").await.0.unwrap();
}

pub async fn organisations_take_turns(store: Fresh) {
    let (busy, quiet) = (organisation(&store).await, organisation(&store).await);
    for n in 0..3 {
        upload(&store, &busy, &n.to_string()).await;
    }
    upload(&store, &quiet, "one").await;
    let worker = store.worker("w");
    let order: Vec<_> = [claim(&worker).await, claim(&worker).await, claim(&worker).await].map(|j| j.organisation).into();
    assert_eq!(order, [busy.clone(), quiet, busy]);
}

pub async fn cancelling(store: Fresh) {
    let org = organisation(&store).await;
    let (_, version) = upload(&store, &org, "a").await;
    let job = store.cancel_job(&org, &version.job).await.unwrap();
    assert_eq!(job.state, JobState::Cancelled, "it waited");
    assert_eq!(store.version(&org, &version.id).await.unwrap().state, State::Cancelled);
    assert!(matches!(store.cancel_job(&org, &version.job).await, Err(Error::Conflict { .. })));
    let (_, version) = upload(&store, &org, "b").await;
    let worker = store.worker("w");
    let job = claim(&worker).await;
    assert_eq!(worker.look(&job).await.unwrap(), Beat::Going);
    assert_eq!(worker.beat(&job, now(), LEASE).await.unwrap(), Beat::Going);
    let mut changes = store.job_changes();
    changes.mark_unchanged();
    assert_eq!(store.cancel_job(&org, &version.job).await.unwrap().state, JobState::Running);
    assert!(changes.has_changed().unwrap(), "whoever waits is woken");
    assert_eq!(worker.look(&job).await.unwrap(), Beat::CancelAsked);
    assert_eq!(worker.beat(&job, now(), LEASE).await.unwrap(), Beat::CancelAsked);
    worker.cancelled(&job).await.unwrap();
    assert_eq!(store.job(&org, &version.job).await.unwrap().state, JobState::Cancelled);
    assert_eq!(store.version(&org, &version.id).await.unwrap().state, State::Cancelled);
    assert!(matches!(worker.cancelled(&job).await, Err(Error::LeaseLost { .. })));
}

pub async fn lost_leases_wait_again_three_times(store: Fresh) {
    let org = organisation(&store).await;
    let (_, version) = upload(&store, &org, "a").await;
    let first = store.worker("first");
    let lost = claim(&first).await;
    let second = store.worker("second");
    assert!(second.claim(now(), LEASE).await.unwrap().is_none(), "the lease holds");
    let later = now() + LEASE + SignedDuration::from_secs(1);
    let job = second.claim(later, LEASE).await.unwrap().unwrap();
    assert_eq!((job.id.clone(), job.attempts), (lost.id.clone(), 2));
    assert_eq!(first.look(&lost).await.unwrap(), Beat::Lost);
    assert_eq!(first.beat(&lost, now(), LEASE).await.unwrap(), Beat::Lost);
    let done = Done::Version { state: State::Ready, summary: json!({}), reason: None, files: vec![] };
    assert!(matches!(first.finish(&lost, done).await, Err(Error::LeaseLost { .. })));
    assert_eq!(store.version(&org, &version.id).await.unwrap().state, State::Waiting, "nothing is seen of it");
    // the process ends and starts
    assert_eq!(second.recover().await.unwrap(), 1);
    let job = claim(&second).await;
    assert_eq!(job.attempts, 3);
    assert_eq!(second.recover().await.unwrap(), 0, "three times is enough");
    let version = store.version(&org, &version.id).await.unwrap();
    assert_eq!((version.state, version.code.as_deref()), (State::Failed, Some("job_lost")));
    assert_eq!(store.job(&org, &job.id).await.unwrap().state, JobState::Failed);
    // one that somebody wanted stopped is cancelled
    let (_, version) = upload(&store, &org, "b").await;
    claim(&first).await;
    store.cancel_job(&org, &version.job).await.unwrap();
    second.recover().await.unwrap();
    assert_eq!(store.version(&org, &version.id).await.unwrap().state, State::Cancelled);
}

pub async fn a_run_is_seen_whole_or_not_at_all(store: Fresh) {
    let org = organisation(&store).await;
    let (_, version) = upload(&store, &org, "a").await;
    let new = NewRun { version: version.id.clone(), options: json!({"seed": 1}), files: vec![] };
    assert!(matches!(store.create_run(&org, &new, LIMITS).await, Err(Error::Conflict { .. })), "the version is not read yet");
    read(&store, &org, &version).await;
    let run = store.create_run(&org, &new, LIMITS).await.unwrap();
    assert_eq!((run.state, run.size), (State::Waiting, None));
    let (slow, quick) = (store.worker("slow"), store.worker("quick"));
    let stale = claim(&slow).await;
    let job = quick.claim(now() + LEASE + LEASE, LEASE).await.unwrap().unwrap();
    let (first, second) = (made_folder(&store, "slow"), made_folder(&store, "quick"));
    let done = Done::Run { folder: first.clone(), summary: json!({}) };
    assert!(matches!(slow.finish(&stale, done).await, Err(Error::LeaseLost { .. })));
    assert!(!store.run_folder(&run.id).exists() && first.exists());
    // left by a worker that ended between moving the folder and the row
    std::fs::rename(&first, store.run_folder(&run.id)).unwrap();
    quick.finish(&job, Done::Run { folder: second, summary: json!({"sites": 3}) }).await.unwrap();
    assert_eq!(std::fs::read_to_string(store.run_folder(&run.id).join("run.json")).unwrap(), "quick");
    let run = store.run(&org, &run.id).await.unwrap();
    assert_eq!((run.state, run.size, run.summary), (State::Ready, Some(6), Some(json!({"sites": 3}))));
    let files = store.run_files(&org, &run.id).await.unwrap();
    let named: Vec<_> = files.iter().map(|f| (f.role, f.name.as_str(), f.size)).collect();
    assert_eq!(named, [(FileRole::Folder, "rejected/sites.csv", 1), (FileRole::Folder, "run.json", 5)]);
    assert_eq!(store.collect().await.unwrap(), tierlight_store::Collected::default());
    store.delete_run(&org, &run.id, None).await.unwrap();
    assert_eq!(store.collect().await.unwrap().folders, 1);
    assert!(!store.run_folder(&run.id).exists());
}

pub async fn events_are_replayed(store: Fresh) {
    let org = organisation(&store).await;
    let (_, version) = upload(&store, &org, "a").await;
    let worker = store.worker("w");
    let job = claim(&worker).await;
    worker.progress(&job, "reading", 0.25).await.unwrap();
    worker.progress(&job, "writing", 7.0).await.unwrap();
    let done = Done::Version { state: State::Rejected, summary: json!({}), reason: Some(("a".to_owned(), "b".to_owned())), files: vec![] };
    worker.finish(&job, done).await.unwrap();
    worker.progress(&job, "late", 0.5).await.unwrap();
    let events = store.job_events(&org, &job.id, 0, 100).await.unwrap();
    let seen: Vec<_> = events.iter().map(|e| (e.sequence, e.state, e.stage.as_deref(), e.share)).collect();
    assert_eq!(
        seen,
        [
            (1, JobState::Queued, None, 0.0),
            (2, JobState::Running, None, 0.0),
            (3, JobState::Running, Some("reading"), 0.25),
            (4, JobState::Running, Some("writing"), 1.0),
            (5, JobState::Done, Some("writing"), 1.0),
        ]
    );
    let rest = store.job_events(&org, &job.id, 3, 1).await.unwrap();
    assert_eq!(rest.iter().map(|e| e.sequence).collect::<Vec<_>>(), [4]);
    assert_eq!(store.job(&org, &job.id).await.unwrap().events, 5);
    let version = store.version(&org, &version.id).await.unwrap();
    assert_eq!((version.state, version.code.as_deref(), version.message.as_deref()), (State::Rejected, Some("a"), Some("b")));
}

pub async fn handing_back_is_no_attempt(store: Fresh) {
    let org = organisation(&store).await;
    upload(&store, &org, "a").await;
    let worker = store.worker("w");
    for _ in 0..5 {
        let job = claim(&worker).await;
        assert_eq!(job.attempts, 1);
        worker.hand_back(&job).await.unwrap();
        assert!(matches!(worker.hand_back(&job).await, Err(Error::LeaseLost { .. })));
    }
    let crash = Failure { code: "crashed".to_owned(), message: "the program ended".to_owned(), again: true };
    for attempt in 1..=3 {
        let job = claim(&worker).await;
        assert_eq!(job.attempts, attempt);
        worker.fail(&job, &crash).await.unwrap();
    }
    assert!(worker.claim(now(), LEASE).await.unwrap().is_none());
    let filter = JobFilter { state: Some(JobState::Failed), kind: Some(JobKind::Ingest), ..JobFilter::default() };
    let failed = store.jobs(&org, &filter, &PageRequest::default()).await.unwrap();
    assert_eq!(failed.items.len(), 1);
    assert_eq!(failed.items[0].code.as_deref(), Some("crashed"));
}

pub async fn what_failed_is_read_again(store: Fresh) {
    let org = organisation(&store).await;
    let (network, version) = upload(&store, &org, "a").await;
    let worker = store.worker("w");
    let job = claim(&worker).await;
    worker.fail(&job, &Failure { code: "x".to_owned(), message: "y".to_owned(), again: false }).await.unwrap();
    assert_eq!(store.version(&org, &version.id).await.unwrap().state, State::Failed);
    let new = NewVersion { files: vec![file(&store, "a").await], options: json!({}) };
    let again = store.create_version(&org, &network, &new, LIMITS).await.unwrap();
    assert!(!again.new && again.value.id == version.id && again.value.job != version.job);
    assert_eq!((again.value.state, again.value.code), (State::Waiting, None));
    assert_eq!(store.network(&org, &network).await.unwrap().versions, 1);
    assert_eq!(read(&store, &org, &version).await.state, State::Ready);
    // a result, with a file of the question and one of the answer
    let run = ready_run(&store, &org).await;
    let of = |kind| NewResult { run: None, version: None, against: None, kind, options: json!({}), files: vec![] };
    let new = NewResult { run: Some(run.id.clone()), files: vec![file(&store, "teams").await], ..of(ResultKind::Plan) };
    let result = store.create_result(&org, &new, LIMITS).await.unwrap();
    let job = claim(&worker).await;
    assert_eq!((job.kind, &job.subject), (JobKind::Plan, &Subject::Result(result.id.clone())));
    let done = |state, reason, files| Done::Result { state, summary: json!(1), reason, files };
    worker.finish(&job, done(State::Ready, None, vec![file(&store, "plan").await])).await.unwrap();
    let roles: Vec<_> = store.result_files(&org, &result.id).await.unwrap().iter().map(|f| f.role).collect();
    assert_eq!(roles, [FileRole::Input, FileRole::Output]);
    let page = PageRequest::default();
    let found = async |filter: ResultFilter| store.results(&org, &filter, &page).await.unwrap().items.len();
    let of_run = |kind| ResultFilter { run: Some(run.id.clone()), kind: Some(kind), ..ResultFilter::default() };
    assert_eq!((found(of_run(ResultKind::Plan)).await, found(of_run(ResultKind::Report)).await), (1, 0));
    store.delete_result(&org, &result.id, None).await.unwrap();
    assert!(matches!(store.result(&org, &result.id).await, Err(Error::Missing { .. })));
    // one from a version, held against another: refused by what it read, and gone with either network
    let (network, other) = upload(&store, &org, "register").await;
    let new = NewResult { version: Some(run.version.clone()), against: Some(other.id.clone()), ..of(ResultKind::Matches) };
    assert!(matches!(store.create_result(&org, &new, LIMITS).await, Err(Error::Conflict { .. })), "the register is not read yet");
    read(&store, &org, &other).await;
    let result = store.create_result(&org, &new, LIMITS).await.unwrap();
    let job = claim(&worker).await;
    assert_eq!((job.kind, &job.subject), (JobKind::Match, &Subject::Result(result.id.clone())));
    worker.finish(&job, done(State::Rejected, Some(("x".to_owned(), "y".to_owned())), vec![])).await.unwrap();
    let rejected = store.result(&org, &result.id).await.unwrap();
    assert_eq!((rejected.state, rejected.code.as_deref(), rejected.summary), (State::Rejected, Some("x"), Some(json!(1))));
    let of_version = || ResultFilter { version: Some(run.version.clone()), ..ResultFilter::default() };
    assert_eq!(found(of_version()).await, 1);
    let again = store.create_result(&org, &new, LIMITS).await.unwrap();
    store.delete_network(&org, &network, None).await.unwrap();
    assert_eq!(found(of_version()).await, 0);
    assert_eq!(store.job(&org, &again.job).await.unwrap().state, JobState::Cancelled);
}

pub async fn forgetting(store: Fresh) {
    let org = organisation(&store).await;
    let run = ready_run(&store, &org).await;
    let (_, waits) = upload(&store, &org, "waits").await;
    store.forget(now() - SignedDuration::from_hours(1), now()).await.unwrap();
    store.job(&org, &run.job).await.unwrap();
    store.forget(Timestamp::MAX, now()).await.unwrap();
    assert!(matches!(store.job(&org, &run.job).await, Err(Error::Missing { .. })));
    assert_eq!(store.job(&org, &waits.job).await.unwrap().state, JobState::Queued, "what is not over stays");
    assert_eq!(store.run(&org, &run.id).await.unwrap().state, State::Ready);
}
