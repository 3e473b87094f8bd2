//! From how a program ended, and what it wrote, to what a job came to.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitStatus;

use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use tierlight_data::text::neutral;
use tierlight_store::{Done, Error, Failure, Job, JobKind, NewFile, Result, State, Store, Subject};

use super::child::{Ended, Told};
use super::ledger;
use super::place::Place;
use super::printed::{printed, without};
use super::written::Written;
use crate::wording::over_http;

/// Exit code of `score` when too many rows are rejected, of `check` and `qualify` when there are issues, of `packs check` when there are
/// errors.
const ISSUES: i32 = 1;
/// Errors of a program that are no fault of the input: another attempt may fare better.
const PASSING: [&str; 3] = ["memory", "unwritable", "cancelled"];

/// What the program came to.
pub(super) async fn of_child(store: &Store, job: &Job, place: &Place, ended: Ended, reserve: u64) -> Result<Result<Done, Failure>> {
    let code = ended.status.and_then(|status| status.code());
    let complete = Written::by(job.kind).is_there(place);
    match (&job.subject, code) {
        (Subject::Version(_), Some(0 | ISSUES)) if complete => version(store, place).await.map(Ok),
        (Subject::Run(_), Some(0)) if complete => run(place).await.map(Ok),
        (Subject::Run(_), Some(ISSUES)) => Ok(Err(failure("too_many_rejected", &over_http(job.kind, &rejected(place)), false))),
        (Subject::Result(_), Some(ISSUES)) if job.kind == JobKind::CheckPack => pack_with_errors(place).await.map(Ok),
        (Subject::Result(_), Some(0 | ISSUES)) if complete => result(store, place).await.map(Ok),
        _ => {
            let mut failure = of_end(store, ended, reserve);
            failure.message = over_http(job.kind, &without(place.names(), &failure.message));
            match (&job.subject, failure.again) {
                // what cannot be read is no fault of the service
                (Subject::Version(_), false) => Ok(Ok(Done::Version {
                    state: State::Rejected,
                    summary: Value::Null,
                    reason: Some((failure.code, failure.message)),
                    files: Vec::new(),
                })),
                (Subject::Result(_), false) if job.kind == JobKind::CheckPack => Ok(Ok(Done::Result {
                    state: State::Rejected,
                    summary: Value::Null,
                    reason: Some((failure.code, failure.message)),
                    files: Vec::new(),
                })),
                _ => Ok(Err(failure)),
            }
        }
    }
}

fn failure(code: &str, message: &str, again: bool) -> Failure {
    Failure { code: code.to_owned(), message: message.to_owned(), again }
}

/// Why a program ended before it was done.
fn of_end(store: &Store, ended: Ended, reserve: u64) -> Failure {
    if store.free_bytes().is_ok_and(|free| free < reserve) {
        return failure("storage_full", "the disk became full while it was being done", true);
    }
    match ended.error {
        Some(Told { code, message, hint }) => {
            let message = if hint.is_empty() { message } else { format!("{message}. {hint}") };
            Failure { again: PASSING.contains(&code.as_str()), code, message }
        }
        None => failure("crashed", &format!("the program ended without a word ({})", how(ended.status)), true),
    }
}

fn how(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "it is unknown how".to_owned(), |status| status.to_string())
}

/// What the store says when a job cannot go on.
pub(super) fn of_store(error: &Error) -> Failure {
    match error {
        Error::Full { .. } => failure("storage_full", &format!("{error}. {}", error.hint()), true),
        Error::Missing { .. } | Error::Conflict { .. } | Error::Malformed { .. } => failure("not_possible", &error.to_string(), false),
        // paths of the service are nobody's business
        _ => {
            tracing::error!(%error, "a job failed on the store");
            failure("store", "the store of the service failed; its log says how", true)
        }
    }
}

/// Why a program could not be started.
pub(super) fn of_start(error: &std::io::Error) -> Failure {
    tracing::error!(%error, "the program of a job cannot be started");
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => failure("storage_full", "the disk is full", true),
        _ => failure("not_started", "the program could not be started; the log of the service says why", true),
    }
}

/// What of the record of a version is looked at: tables whole, issues counted as they are read.
#[derive(Deserialize)]
struct Record {
    tables: Vec<Value>,
    issues: Severities,
}

/// How many issues there are of each severity.
#[derive(Default)]
struct Severities(BTreeMap<String, u64>);

impl<'de> Deserialize<'de> for Severities {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Issue {
            severity: String,
        }
        struct Count;
        impl<'de> Visitor<'de> for Count {
            type Value = Severities;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of issues")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut issues: A) -> std::result::Result<Severities, A::Error> {
                let mut counts = Severities::default();
                while let Some(Issue { severity }) = issues.next_element()? {
                    *counts.0.entry(severity).or_default() += 1;
                }
                Ok(counts)
            }
        }
        deserializer.deserialize_seq(Count)
    }
}

/// A version as `check` saw it.
async fn version(store: &Store, place: &Place) -> Result<Done> {
    let folder = place.output();
    let record: Record = beside(move || {
        harmless(&folder.join("rejected"))?;
        read(&folder.join("check.json"))
    })
    .await?;
    let files = outputs(store, &place.output()).await?;
    let used = |table: &Value| table.get("used").and_then(Value::as_u64).unwrap_or(0);
    let of_network = |table: &&Value| matches!(table.get("table").and_then(Value::as_str), Some("sites" | "links"));
    let sites: u64 = record.tables.iter().filter(of_network).map(used).sum();
    let summary = json!({ "tables": record.tables, "issues": record.issues.0 });
    let reason = (sites == 0).then(|| ("no_site_used".to_owned(), "no site could be used; the issues say why".to_owned()));
    let state = if reason.is_some() { State::Rejected } else { State::Ready };
    Ok(Done::Version { state, summary, reason, files })
}

/// Rejected rows are read by others than who uploaded them, in a spreadsheet: a cell that begins a formula gets an apostrophe, as in all
/// tables that are written. What was uploaded is kept as it is.
fn harmless(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for path in entries.filter_map(|entry| entry.ok().map(|e| e.path())) {
        let failed = |source: std::io::Error| Error::Io { path: path.clone(), source };
        let safe = path.with_extension("safe");
        let mut rows = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_path(&path).map_err(|e| failed(e.into()))?;
        let mut out = csv::WriterBuilder::new().flexible(true).from_path(&safe).map_err(|e| failed(e.into()))?;
        let mut row = csv::StringRecord::new();
        while rows.read_record(&mut row).map_err(|e| failed(e.into()))? {
            let cells = row.iter().map(|cell| if cell.parse::<f64>().is_ok() { cell.into() } else { neutral(cell) });
            cells.into_iter().try_for_each(|cell| out.write_field(cell.as_bytes())).map_err(|e| failed(e.into()))?;
            out.write_record(None::<&[u8]>).map_err(|e| failed(e.into()))?;
        }
        out.flush().map_err(failed)?;
        std::fs::rename(&safe, &path).map_err(failed)?;
    }
    Ok(())
}

/// Does work on files where it holds nobody up.
pub(super) async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let broken = |_| Error::Malformed { what: "output of the program", expected: "files that can be read" };
    tokio::task::spawn_blocking(work).await.map_err(broken)?
}

/// A run as `score` wrote it.
async fn run(place: &Place) -> Result<Done> {
    let folder = place.output();
    let record: Value = beside(move || {
        harmless(&folder.join("rejected"))?;
        read(&folder.join("run.json"))
    })
    .await?;
    let of = |key: &str| record.get(key).cloned().unwrap_or_default();
    let summary = json!({
        "engine_version": of("engine_version"),
        "method_version": of("method_version"),
        "counts": of("counts"),
        "tables": of("tables"),
        "issues": of("issues"),
        "coverage": of("coverage"),
        "expected_children": of("expected_children"),
        "ledger": ledger::told(&place.output(), &of("tables"))?,
    });
    Ok(Done::Run { folder: place.output(), summary })
}

/// A result: what was printed, and what was written.
async fn result(store: &Store, place: &Place) -> Result<Done> {
    let mut files = outputs(store, &place.output()).await?;
    let (summary, whole) = printed(place).await?;
    if let Some(whole) = whole {
        files.push(NewFile::named("result.json", "application/json", store.keep_file(&whole).await?)?);
    }
    Ok(Done::Result { state: State::Ready, summary, reason: None, files })
}

/// A pack that has errors: what was found is told, and nothing is made.
async fn pack_with_errors(place: &Place) -> Result<Done> {
    let (summary, _) = printed(place).await?;
    let issues = summary.get("issues").and_then(Value::as_array);
    let errors = issues.map_or(0, |all| all.iter().filter(|i| i.get("severity").is_some_and(|s| s == "error")).count());
    let told = if errors > 0 { format!("{errors} errors; the summary lists them") } else { "it has errors".to_owned() };
    Ok(Done::Result { state: State::Rejected, summary, reason: Some(("pack".to_owned(), told)), files: Vec::new() })
}

/// Keeps the files that a program wrote.
async fn outputs(store: &Store, output: &Path) -> Result<Vec<NewFile>> {
    let mut found = Vec::new();
    let mut todo = vec![output.to_owned()];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).map_err(|source| Error::Io { path: path.clone(), source })?;
            todo.extend(entries.filter_map(|entry| entry.ok().map(|e| e.path())));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    let mut files = Vec::with_capacity(found.len());
    for path in found {
        let name = path.strip_prefix(output).unwrap_or(&path);
        let blob = store.keep_file(&path).await?;
        files.push(NewFile::named(&name.to_string_lossy(), media_type(name), blob)?);
    }
    Ok(files)
}

fn media_type(name: &Path) -> &'static str {
    match name.extension().and_then(|e| e.to_str()) {
        Some("csv") => "text/csv; charset=utf-8",
        Some("json") => "application/json",
        Some("html") => "text/html; charset=utf-8",
        Some("pdf") => "application/pdf",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("geojson") => "application/geo+json",
        Some("parquet") => "application/vnd.apache.parquet",
        Some("graphml") => "application/graphml+xml",
        Some("md" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let file = std::fs::File::open(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    serde_json::from_reader(std::io::BufReader::new(file)).map_err(|_| Error::Malformed { what: "output of the program", expected: "JSON" })
}

/// Why a run was refused, in the last words that `score` printed.
fn rejected(place: &Place) -> String {
    let text = std::fs::read_to_string(place.printed()).unwrap_or_default();
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("too many rows are rejected");
    last.to_owned()
}
