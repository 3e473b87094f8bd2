//! From a job to a command line: files are put into its folder, options become arguments.

use tierlight_store::{Error, FileRole, Job, OrganisationId, Result, ResultId, ResultKind, RunResult, Store, Subject};

use super::Settings;
use super::child::memory;
use super::inputs::{flag, flags, json, made, map, packs, plain, read, stem, version};
use super::place::{AGAINST, FILES, OUTPUT, Place, UPLOAD};
use super::written::Written;
use crate::options::{
    ContributionsOptions, ExportOptions, LearnOptions, MatchesOptions, PackDiffOptions, PackName, PacksOptions, PlanOptions,
    QualifyOptions, Question, ReadOptions, ReportOptions, ScoreOptions, WhatIfOptions,
};

/// First rows of each table that are shown with a version.
const PREVIEW: usize = 50;

/// Puts what a job reads into its folder, and tells the arguments of the program that does it.
pub(super) async fn prepare(store: &Store, job: &Job, place: &Place, settings: &Settings) -> Result<Vec<String>> {
    let organisation = &job.organisation;
    let mut arguments = match &job.subject {
        Subject::Version(id) => {
            let (options, input) = version(store, place, organisation, id, UPLOAD).await?;
            let mut arguments = vec!["check".to_owned(), plain(&input), format!("--preview={PREVIEW}")];
            arguments.extend(options.arguments().into_vec());
            arguments.extend(map(place, options.map.as_ref())?);
            arguments.extend(packs(store, place, organisation, &options.packs).await?);
            arguments
        }
        Subject::Run(id) => {
            let run = store.run(organisation, id).await?;
            let (reading, input) = version(store, place, organisation, &run.version, UPLOAD).await?;
            let options: ScoreOptions = read(&run.options)?;
            let reading = ReadOptions { as_of: options.as_of.clone().or(reading.as_of), ..reading };
            let mut arguments = vec!["score".to_owned(), plain(&input), "--format=json".to_owned()];
            arguments.extend(reading.arguments().into_vec());
            arguments.extend(map(place, reading.map.as_ref())?);
            arguments.extend(options.arguments().into_vec());
            // those that the version is read with lie below
            let own = options.packs.iter().filter(|pack| !reading.packs.contains(pack));
            let all: Vec<ResultId> = reading.packs.iter().chain(own).cloned().collect();
            arguments.extend(packs(store, place, organisation, &all).await?);
            let files = place.put(store, FILES, &store.run_files(organisation, id).await?, FileRole::Input).await?;
            arguments.extend(flags(ScoreOptions::files(), &files));
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
    match Written::by(job.kind) {
        Written::Folder => arguments.push(flag("output", &place.output())),
        Written::File(name) => arguments.push(flag("output", &place.output_file(name)?)),
        // its name is that of what is asked for
        Written::Named | Written::Nothing => {}
    }
    Ok(arguments)
}

async fn result_arguments(store: &Store, organisation: &OrganisationId, result: &RunResult, place: &Place) -> Result<Vec<String>> {
    let files = store.result_files(organisation, &result.id).await?;
    // a pack is checked where it stays: what came in is what is made
    let folder = if result.kind == ResultKind::Pack { OUTPUT } else { FILES };
    let files = place.put(store, folder, &files, FileRole::Input).await?;
    let run = result.run.as_ref().map(|run| plain(&store.run_folder(run)));
    let mut arguments: Vec<String> = Vec::new();
    let command = |name: &str| std::iter::once(name.to_owned()).chain(run.clone());
    match result.kind {
        ResultKind::Plan => {
            let options: PlanOptions = read(&result.options)?;
            arguments.extend(command("plan").chain(options.arguments().into_vec()));
            arguments.extend(flags(PlanOptions::files(), &files));
            arguments.extend(packs(store, place, organisation, &options.packs).await?);
            arguments.push("--format=json".to_owned());
        }
        ResultKind::Report => {
            let options: ReportOptions = read(&result.options)?;
            arguments.extend(command("report").chain(options.arguments().into_vec()));
            arguments.extend(flags(ReportOptions::files(), &files));
            if let Some(plan) = &options.plan {
                arguments.push(flag("plan", &made(store, place, organisation, plan).await?));
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
            arguments.extend(map(place, options.map.as_ref())?);
            arguments.extend(packs(store, place, organisation, &options.packs).await?);
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
            for (plan, number) in options.plans.iter().zip(1..) {
                arguments.push(flag("plan", &made(store, place, organisation, plan).await?));
                let findings = format!("findings-{number}");
                arguments.extend(files.iter().filter(|path| stem(path) == findings).map(|path| flag("findings", path)));
            }
            arguments.push("--format=json".to_owned());
        }
        ResultKind::Pack => {
            let options: PacksOptions = read(&result.options)?;
            arguments.extend(["packs", "check"].map(str::to_owned));
            arguments.push(plain(&place.output()));
            arguments.extend(packs(store, place, organisation, &options.packs).await?);
            arguments.push("--format=json".to_owned());
        }
        ResultKind::PackDiff => {
            let options: PackDiffOptions = read(&result.options)?;
            arguments.extend(["packs", "diff"].map(str::to_owned));
            for name in [&options.before, &options.after] {
                arguments.push(match name {
                    PackName::BuiltIn(name) => name.clone(),
                    PackName::Result(id) => plain(&made(store, place, organisation, id).await?),
                });
            }
            arguments.extend(options.arguments().into_vec());
            arguments.extend(run.map(|run| format!("--run={run}")));
            arguments.push("--format=json".to_owned());
        }
        ResultKind::Matches => arguments = matching(store, organisation, result, place).await?,
        ResultKind::Contributions => {
            let options: ContributionsOptions = read(&result.options)?;
            arguments.extend(command("trace").chain(options.arguments().into_vec()));
            arguments.push("--format=json".to_owned());
        }
        ResultKind::ModelCard => {
            let options: PacksOptions = read(&result.options)?;
            arguments.push("validate".to_owned());
            arguments.extend(packs(store, place, organisation, &options.packs).await?);
            arguments.push("--format=json".to_owned());
        }
    }
    Ok(arguments)
}

/// Arguments by which the lists of versions are held against each other.
async fn matching(store: &Store, organisation: &OrganisationId, result: &RunResult, place: &Place) -> Result<Vec<String>> {
    let options: MatchesOptions = read(&result.options)?;
    let of = result.version.as_ref().ok_or(Error::Malformed { what: "result", expected: "one that is from a version" })?;
    let (reading, input) = version(store, place, organisation, of, UPLOAD).await?;
    let mut arguments = vec!["match".to_owned(), plain(&input)];
    arguments.extend(reading.list_arguments().into_vec());
    arguments.extend(map(place, reading.map.as_ref())?);
    arguments.extend(packs(store, place, organisation, &reading.packs).await?);
    if let Some(against) = &options.against {
        arguments.push(flag("against", &version(store, place, organisation, against, AGAINST).await?.1));
    }
    arguments.push("--format=json".to_owned());
    Ok(arguments)
}
