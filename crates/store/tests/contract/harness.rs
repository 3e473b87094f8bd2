//! Stores of tests.

use std::path::Path;

use jiff::SignedDuration;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tierlight_store::{
    Blob, Database, Done, Job, NetworkId, NewFile, NewRun, NewVersion, OrganisationId, QueueLimits, Run, State, Store, Subject, Version,
    Worker, now,
};

/// A store in a folder of its own, and for PostgreSQL in a database of its own.
pub struct Fresh {
    pub store: Store,
    pub folder: tempfile::TempDir,
}

impl std::ops::Deref for Fresh {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Fresh {
    pub fn data_dir(&self) -> &Path {
        self.store.data_dir()
    }
}

pub async fn sqlite() -> Fresh {
    fresh(Database::Sqlite).await
}

pub async fn postgres() -> Fresh {
    fresh(new_postgres().await).await
}

async fn fresh(database: Database) -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(database, &folder.path().join("data")).await.unwrap().with_reserve(0);
    Fresh { store, folder }
}

/// A new database on the server of the tests.
pub async fn new_postgres() -> Database {
    let url = std::env::var("TIERLIGHT_TEST_POSTGRES").expect(
        "TIERLIGHT_TEST_POSTGRES must name a PostgreSQL server: `cargo xtask test` starts one; or set it to postgres://user@host/postgres. \
         `cargo test -p tierlight-store sqlite` does without",
    );
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let name = format!("t{}", uuid::Uuid::now_v7().simple());
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    Database::Postgres(format!("{server}/{name}"))
}

pub const LIMITS: QueueLimits = QueueLimits { all: 1000, organisation: 1000 };
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

pub async fn organisation(store: &Store) -> OrganisationId {
    store.create_organisation("Example").await.unwrap().id
}

pub async fn file(store: &Store, text: &str) -> NewFile {
    let blob: Blob = store.keep_bytes(text.as_bytes()).await.unwrap();
    NewFile::named("sites.csv", "text/csv", blob).unwrap()
}

/// A network with a version of these words.
pub async fn upload(store: &Store, organisation: &OrganisationId, text: &str) -> (NetworkId, Version) {
    let network = store.create_network(organisation, "Footballs").await.unwrap();
    let new = NewVersion { files: vec![file(store, text).await], options: json!({}) };
    let version = store.create_version(organisation, &network.id, &new, LIMITS).await.unwrap();
    assert!(version.new);
    (network.id, version.value)
}

pub async fn claim(worker: &Worker) -> Job {
    worker.claim(now(), LEASE).await.unwrap().expect("a job waits")
}

/// Does the job that waits: reads the version.
pub async fn read(store: &Store, organisation: &OrganisationId, version: &Version) -> Version {
    let worker = store.worker("reader");
    let job = claim(&worker).await;
    assert_eq!(job.subject, Subject::Version(version.id.clone()));
    let issues = NewFile::named("issues.csv", "text/csv", store.keep_bytes(b"code\n").await.unwrap()).unwrap();
    let done = Done::Version { state: State::Ready, summary: json!({"sites": 3}), reason: None, files: vec![issues] };
    worker.finish(&job, done).await.unwrap();
    store.version(organisation, &version.id).await.unwrap()
}

/// A folder as a job leaves it.
pub fn made_folder(store: &Store, text: &str) -> std::path::PathBuf {
    let folder = store.work_dir().join(format!("made-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir_all(folder.join("rejected")).unwrap();
    std::fs::write(folder.join("run.json"), text).unwrap();
    std::fs::write(folder.join("rejected/sites.csv"), "x").unwrap();
    folder
}

/// A run that is ready.
pub async fn ready_run(store: &Store, organisation: &OrganisationId) -> Run {
    let (_, version) = upload(store, organisation, &format!("site {}", now())).await;
    let version = read(store, organisation, &version).await;
    let run =
        store.create_run(organisation, &NewRun { version: version.id, options: json!({"seed": 1}), files: vec![] }, LIMITS).await.unwrap();
    let worker = store.worker("scorer");
    let job = claim(&worker).await;
    worker.finish(&job, Done::Run { folder: made_folder(store, "{}"), summary: json!({"sites": 3}) }).await.unwrap();
    store.run(organisation, &run.id).await.unwrap()
}

/// Says something to the database behind the store's back.
pub async fn behind_its_back(store: &Fresh, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    match store.database() {
        Database::Sqlite => {
            let url = format!("sqlite://{}", store.data_dir().join("tierlight.db").display());
            sqlx::query(sql).execute(&mut SqliteConnection::connect(&url).await?).await.map(|_| ())
        }
        Database::Postgres(url) => sqlx::query(sql).execute(&mut PgConnection::connect(url).await?).await.map(|_| ()),
    }
}
