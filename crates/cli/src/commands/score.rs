//! `score`: from a network to a run folder.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use tierlight_core::assess::{MOST_USUAL_DRAWS, usual_draws};
use tierlight_core::draws::MOST_DRAWS;
use tierlight_core::{Assessment, Options, assess};
use tierlight_data::read::Reading;
use tierlight_data::run::{RunInputs, RunRecord, write_run};

use super::{check, summary};
use crate::args::{Format, ScoreArgs};
use crate::exit::{ISSUES, Output, usage};
use crate::input;
use crate::progress::Progress;
use crate::view::{percent, table};

pub fn run(args: &ScoreArgs, format: Format) -> anyhow::Result<Output> {
    if !(0.0..=1.0).contains(&args.max_rejected) {
        return Err(usage(format!("--max-rejected is {}, expected a share from 0 to 1", args.max_rejected), "0.05 is 5 %"));
    }
    let progress = Progress::new();
    let (packs, options, reading) = input::read(&args.input, args.matches.as_deref(), &progress)?;
    if let Some(failed) = rejected_beyond(&reading, args) {
        return Ok(failed);
    }
    let sites = reading.network.sites().len();
    let draws = draws(args, sites)?;
    let limits = Options { reach: args.reach.into(), seed: args.seed, draws };
    let assessment = assess(&reading.network, &packs.parameters, &limits, &progress).map_err(tierlight_data::Error::Core)?;
    progress.next("writing the run folder");
    let sector = options.sector.map(|s| packs.parameters.sectors[usize::from(s)].id.clone());
    let country = options.country.map(|c| packs.parameters.countries[usize::from(c)].iso3.clone());
    let record = write_run(
        &args.output,
        &assessment,
        &RunInputs {
            issues: &reading.issues,
            reports: &reading.reports,
            rejected: &reading.rejected,
            inputs: &reading.inputs,
            rows: &reading.rows,
            options: json!({
                "as_of": options.as_of.to_string(),
                "country": country,
                "sector": sector,
                "mapping": reading.mapping,
                "rescale_shares": options.rescale_shares,
                "trust_inferred": options.trust_inferred,
                "drop_personal": options.drop_personal,
                "encoding": options.encoding,
                "reach": limits.reach,
                "draws": draws,
                "max_rejected": args.max_rejected,
                "matches": args.matches.as_ref().map(|_| options.merges.file()),
            }),
            seed: args.seed,
            graphml: args.graphml,
        },
    )?;
    progress.finish();
    let text = match format {
        Format::Json => {
            let top = summary::top_sites_json(&assessment, args.top);
            let buyers = summary::buyers_json(&assessment, args.top);
            serde_json::to_string_pretty(&json!({ "run": args.output, "record": record, "sites": top, "buyers": buyers }))? + "\n"
        }
        Format::Text => text(&reading, &assessment, &record, &args.output, args.top)?,
    };
    Ok(Output::done(text))
}

/// Draws as asked for, else as many as are usual; says so when they are fewer than usual.
fn draws(args: &ScoreArgs, sites: usize) -> anyhow::Result<usize> {
    let Some(draws) = args.draws else {
        let usual = usual_draws(sites);
        if usual < MOST_USUAL_DRAWS {
            crate::progress::note(&format!(
                "{sites} sites: {usual} draws instead of {MOST_USUAL_DRAWS}; --draws takes another number, 0 is none"
            ));
        }
        return Ok(usual);
    };
    if draws > MOST_DRAWS || (1..20).contains(&draws) {
        return Err(usage(
            format!("--draws is {draws}, expected 0, or from 20 to {MOST_DRAWS}"),
            "400 is usual; a 5 % point needs at least 20",
        ));
    }
    Ok(draws)
}

/// The run fails when too much of a table was rejected: a ranking of the rest would mislead.
fn rejected_beyond(reading: &Reading, args: &ScoreArgs) -> Option<Output> {
    let empty = reading.network.sites().is_empty();
    if reading.rejected_share() <= args.max_rejected && !empty {
        return None;
    }
    let mut codes = std::collections::BTreeMap::new();
    for issue in reading.issues.iter().filter(|i| i.severity == tierlight_data::Severity::Error) {
        let entry = codes.entry(issue.code).or_insert((0, issue));
        entry.0 += 1;
    }
    let rows = codes.iter().map(|(code, (count, first))| {
        let at = format!("{} row {}, {}", first.file, first.row.map_or_else(|| "-".to_owned(), |r| r.to_string()), first.column);
        vec![(*code).to_owned(), count.to_string(), at, first.expected.clone(), first.hint.clone()]
    });
    let why = if empty {
        "no site could be used".to_owned()
    } else {
        format!("more than {} of a table's rows are rejected", percent(args.max_rejected))
    };
    let next = if reading.reports.iter().all(|r| r.rows_in == 0) {
        "the tables have a header and no rows"
    } else {
        "`tierlight check` lists every issue; --max-rejected raises the allowance"
    };
    let text = format!(
        "{}\n{}\nnothing was written: {why}. {next}.\n",
        check::tables(reading),
        table(&["code", ">times", "first at", "expected", "hint"], rows)
    );
    Some(Output { text, exit: ExitCode::from(ISSUES) })
}

/// What a run prints for people.
pub fn text(reading: &Reading, a: &Assessment<'_>, record: &RunRecord, output: &Path, top: usize) -> anyhow::Result<String> {
    let mut out = check::tables(reading);
    let noted: Vec<String> = ["error", "warning", "info"]
        .iter()
        .filter_map(|severity| record.issues.get(*severity))
        .flatten()
        .map(|(code, count)| format!("{count} {code}"))
        .collect();
    if !noted.is_empty() {
        writeln!(out, "\nnoted: {} (issues.csv)", noted.join(", "))?;
    }
    out += &summary::sites(a, top);
    out += &summary::districts(a, top);
    out += &summary::buyers(a, top);
    out += &summary::known(a, record);
    writeln!(out, "\nrun folder: {}", output.display())?;
    let first = a.priority.iter().position(|p| p.rank == 1).map_or("ID", |r| a.network.site_id(r));
    writeln!(out, "next: tierlight explain {} --site {first}", output.display())?;
    Ok(out)
}
