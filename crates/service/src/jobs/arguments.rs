//! From a job to a command line: files are put into its folder, options become arguments.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tierlight_store::{Error, File, FileRole, Job, JobKind, OrganisationId, Result, ResultId, ResultKind, RunResult, Store, Subject};

use super::Settings;
use super::child::memory;
use super::place::Place;
use crate::options::{
    ExportOptions, LearnOptions, PlanOptions, QualifyOptions, Question, ReadOptions, ReportOptions, ScoreOptions, WhatIfOptions,
};

/// First rows of each table that are shown with a version.
const PREVIEW: usize = 50;

/// Puts what a job reads into its folder, and tells the arguments of the program that does it.
pub(super) async fn prepare(store: &Store, job: &Job, place: &Place, settings: &Settings) -> Result<Vec<String>> {
    let organisation = &job.organisation;
    let mut arguments = match &job.subject {
        Subject::Version(id) => {
            let version = store.version(organisation, id).await?;
            let input = network(store, place, &store.version_files(organisation, id).await?).await?;
            let mut arguments = vec!["check".to_owned(), plain(&input), format!("--preview={PREVIEW}")];
            arguments.extend(reading(place, &version.options)?);
            arguments
        }
        Subject::Run(id) => {
            let run = store.run(organisation, id).await?;
            let version = store.version(organisation, &run.version).await?;
            let input = network(store, place, &store.version_files(organisation, &run.version).await?).await?;
            let options: ScoreOptions = read(&run.options)?;
            let mut arguments = vec!["score".to_owned(), plain(&input), "--format=json".to_owned()];
            arguments.extend(reading(place, &version.options)?);
            arguments.extend(options.arguments().into_vec());
            for pack in &options.packs {
                let folder = made(store, place, organisation, pack, ResultKind::Learned).await?;
                arguments.push(flag("pack", &folder));
            }
            if let Some(ledger) = super::ledger::write(store, organisation, &run.network, place).await? {
                arguments.push(flag("evidence", &ledger));
            }
            arguments.extend(memory(settings).map(|bytes| format!("--memory={bytes}")));
            arguments
        }
        Subject::Result(id) => {
            let result = store.result(organisation, id).await?;
            result_arguments(store, organisation, &result, place).await?
        }
    };
    // what a change would do is printed only; an export is a file with a name of its own
    if !matches!(job.kind, JobKind::WhatIf | JobKind::Export) {
        arguments.push(flag("output", &place.output()));
    }
    Ok(arguments)
}

async fn result_arguments(store: &Store, organisation: &OrganisationId, result: &RunResult, place: &Place) -> Result<Vec<String>> {
    let files = store.result_files(organisation, &result.id).await?;
    let files = place.put(store, "files", &files, FileRole::Input).await?;
    let run = result.run.as_ref().map(|run| plain(&store.run_folder(run)));
    let mut arguments: Vec<String> = Vec::new();
    let command = |name: &str| std::iter::once(name.to_owned()).chain(run.clone());
    match result.kind {
        ResultKind::Plan => {
            let options: PlanOptions = read(&result.options)?;
            arguments.extend(command("plan").chain(options.arguments().into_vec()));
            arguments.extend(flags(PlanOptions::files(), &files));
            arguments.push("--format=json".to_owned());
        }
        ResultKind::Report => {
            let options: ReportOptions = read(&result.options)?;
            arguments.extend(command("report").chain(options.arguments().into_vec()));
            arguments.extend(flags(ReportOptions::files(), &files));
            if let Some(plan) = &options.plan {
                arguments.push(flag("plan", &made(store, place, organisation, plan, ResultKind::Plan).await?));
            }
        }
        ResultKind::WhatIf => {
            let options: WhatIfOptions = read(&result.options)?;
            arguments.extend(command("whatif").chain(options.arguments().into_vec()));
            for (number, scenario) in options.scenarios.iter().enumerate() {
                let path = place.write(&format!("scenario-{}.json", number + 1), &json(scenario)?)?;
                arguments.push(flag(if number == 0 { "scenario" } else { "compare" }, &path));
            }
            arguments.push("--format=json".to_owned());
        }
        ResultKind::Qualification => {
            let options: QualifyOptions = read(&result.options)?;
            arguments.push("qualify".to_owned());
            arguments.extend(files.iter().filter(|path| stem(path) == "findings").map(|path| plain(path)));
            arguments.extend(options.arguments().into_vec());
            arguments.push("--format=json".to_owned());
        }
        ResultKind::Export => {
            let options: ExportOptions = read(&result.options)?;
            arguments.extend(command("export").chain(options.arguments().into_vec()));
            arguments.push(flag("output", &place.output_file(&options.name())?));
            arguments.push("--format=json".to_owned());
        }
        ResultKind::Learned => {
            let options: LearnOptions = read(&result.options)?;
            arguments.extend(command("learn").chain(options.arguments().into_vec()));
            let plan = made(store, place, organisation, &options.plan, ResultKind::Plan).await?;
            arguments.push(flag("plan", &plan));
            arguments.extend(flags(LearnOptions::files(), &files));
            arguments.push("--format=json".to_owned());
        }
    }
    Ok(arguments)
}

/// Puts the files of a version where the program reads them: a file alone, or a folder of several.
async fn network(store: &Store, place: &Place, files: &[File]) -> Result<PathBuf> {
    let paths = place.put(store, "input", files, FileRole::Input).await?;
    Ok(match paths.as_slice() {
        [one] => one.clone(),
        _ => place.root().join("input"),
    })
}

/// How a version is read, as arguments; its map as a file.
fn reading(place: &Place, options: &Value) -> Result<Vec<String>> {
    let options: ReadOptions = read(options)?;
    let mut arguments = options.arguments().into_vec();
    if let Some(map) = &options.map {
        arguments.push(flag("map", &place.write("map.json", &json(map)?)?));
    }
    Ok(arguments)
}

/// The folder that another result of the organisation is: what its job wrote.
async fn made(store: &Store, place: &Place, organisation: &OrganisationId, id: &ResultId, kind: ResultKind) -> Result<PathBuf> {
    let result = store.result(organisation, id).await?;
    if result.kind != kind || result.state != tierlight_store::State::Ready {
        let found = format!("is a {} that is {}", result.kind, result.state);
        return Err(Error::Conflict {
            what: "result",
            id: id.to_string(),
            found,
            expected: "one that is ready, of the kind that is needed",
        });
    }
    let files = store.result_files(organisation, id).await?;
    place.put(store, id.as_str(), &files, FileRole::Output).await?;
    Ok(place.root().join(id.as_str()))
}

/// Flags of files by their stems: `follow_ups.csv` is behind `--follow-ups=`.
fn flags(stems: &[&str], files: &[PathBuf]) -> Vec<String> {
    let known = |path: &&PathBuf| stems.contains(&stem(path));
    files.iter().filter(known).map(|path| flag(&stem(path).replace('_', "-"), path)).collect()
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}

fn flag(name: &str, path: &Path) -> String {
    format!("--{name}={}", path.display())
}

/// A path as an argument; it begins with the data folder, so never with a dash.
fn plain(path: &Path) -> String {
    path.display().to_string()
}

fn read<T: DeserializeOwned>(options: &Value) -> Result<T> {
    let malformed = |_| Error::Malformed { what: "options of a job", expected: "those that this version of the program writes" };
    serde_json::from_value(options.clone()).map_err(malformed)
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|_| Error::Malformed { what: "options of a job", expected: "JSON" })
}
