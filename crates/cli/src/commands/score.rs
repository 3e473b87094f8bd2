//! `score`: from a network to a run folder.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use tierlight_answers::sites::{buyers_json, top_sites_json};
use tierlight_core::assess::{MOST_USUAL_DRAWS, usual_draws};
use tierlight_core::risk::district::{DistrictEffects, district_effects};
use tierlight_core::{Assessment, Options, ReachBy, assess_in};
use tierlight_data::memory::{Budget, available};
use tierlight_data::packs::Packs;
use tierlight_data::read::{NetworkOptions, OrderUse, Reading, read_network_within};
use tierlight_data::run::{RunInputs, RunRecord, write_run};

use super::{batch, check, summary};
use crate::args::{Format, ScoreArgs};
use crate::exit::{ISSUES, Output, usage};
use crate::input;
use crate::progress::Progress;
use crate::stop;
use crate::view::{percent, table};

/// Part of the free memory that a run may take unless told otherwise: the rest keeps the machine from swapping.
const SHARE_OF_FREE: f64 = 0.8;

pub fn run(args: &ScoreArgs, format: Format) -> anyhow::Result<Output> {
    if !(0.0..=1.0).contains(&args.max_rejected) {
        return Err(usage(format!("--max-rejected is {}, expected a share from 0 to 1", args.max_rejected), "0.05 is 5 %"));
    }
    input::check_draws(args.draws)?;
    stop::listen();
    let [input] = args.inputs.as_slice() else { return batch::run(args, format) };
    let scorer = Scorer::new(args)?;
    let outcome = scorer.score(input, &args.output, |reading, assessment, record| {
        scorer.progress.finish();
        match format {
            Format::Json => {
                let top = top_sites_json(assessment, args.top);
                let buyers = buyers_json(assessment, args.top);
                let shown = json!({ "run": args.output, "record": record, "sites": top, "buyers": buyers });
                Ok(serde_json::to_string_pretty(&shown)? + "\n")
            }
            Format::Text => text(reading, assessment, record, &args.output, args.top),
        }
    })?;
    Ok(match outcome {
        Outcome::Written(text) => Output::done(text),
        Outcome::Rejected(rejected) => {
            scorer.progress.finish();
            Output { text: rejected.text, exit: ExitCode::from(ISSUES) }
        }
    })
}

/// What networks of one call share: arguments, packs, the small-area model, the memory they may take.
pub struct Scorer<'a> {
    args: &'a ScoreArgs,
    packs: Packs,
    options: NetworkOptions,
    districts: DistrictEffects,
    budget: Budget,
    pub progress: Progress,
}

/// What became of a network.
pub enum Outcome<T> {
    /// Its run folder is written.
    Written(T),
    /// Too much of it was rejected.
    Rejected(TooMuch),
}

/// Why a network was rejected, in short and in full.
pub struct TooMuch {
    pub why: String,
    pub rows: usize,
    text: String,
}

impl<'a> Scorer<'a> {
    /// Reads the packs and fits the small-area model.
    pub fn new(args: &'a ScoreArgs) -> anyhow::Result<Self> {
        let progress = Progress::of_runs(args.inputs.len());
        let (packs, mut options) = input::network(&args.input, args.matches.as_deref(), &progress)?;
        options.orders = args.hidden.into();
        options.ledger.clone_from(&args.evidence);
        let districts = district_effects(&packs.parameters).map_err(tierlight_data::Error::Core)?;
        let free = || available().map(|free| (free as f64 * SHARE_OF_FREE) as u64);
        let budget = Budget { most: args.memory.or_else(free), draws: args.draws, reach: ReachBy::from(args.reach) != ReachBy::Nothing };
        Ok(Self { args, packs, options, districts, budget, progress })
    }

    /// Reads, assesses and writes a network; `show` sees it before it is gone.
    pub fn score<T>(
        &self,
        input: &Path,
        output: &Path,
        show: impl FnOnce(&Reading, &Assessment<'_>, &RunRecord) -> anyhow::Result<T>,
    ) -> anyhow::Result<Outcome<T>> {
        let (args, packs, options) = (self.args, &self.packs, &self.options);
        self.progress.next("reading the network");
        let reading = read_network_within(input, packs, options, &self.budget, &self.progress)?;
        if let Some(rejected) = rejected_beyond(&reading, args) {
            return Ok(Outcome::Rejected(rejected));
        }
        let draws = draws(args, reading.network.sites().len());
        let limits = Options { reach: args.reach.into(), seed: args.seed, draws };
        let assessment = assess_in(&reading.network, &packs.parameters, self.districts.clone(), &limits, &self.progress)
            .map_err(tierlight_data::Error::Core)?;
        self.progress.next("writing the run folder");
        let sector = options.sector.map(|s| packs.parameters.sectors[usize::from(s)].id.clone());
        let country = options.country.map(|c| packs.parameters.countries[usize::from(c)].iso3.clone());
        let inputs = RunInputs {
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
                "hidden": options.orders == OrderUse::Model,
                "reach": limits.reach,
                "draws": draws,
                "max_rejected": args.max_rejected,
                "matches": args.matches.as_ref().map(|_| options.merges.file()),
            }),
            seed: args.seed,
            graphml: args.graphml,
        };
        let record = write_run(output, &assessment, &inputs, &self.progress)?;
        Ok(Outcome::Written(show(&reading, &assessment, &record)?))
    }
}

/// Draws as asked for, else as many as are usual; says so when they are fewer than usual.
fn draws(args: &ScoreArgs, sites: usize) -> usize {
    args.draws.unwrap_or_else(|| {
        let usual = usual_draws(sites);
        if usual < MOST_USUAL_DRAWS {
            crate::progress::note(&format!(
                "{sites} sites: {usual} draws instead of {MOST_USUAL_DRAWS}; --draws takes another number, 0 is none"
            ));
        }
        usual
    })
}

/// The run fails when too much of a table was rejected: a ranking of the rest would mislead.
fn rejected_beyond(reading: &Reading, args: &ScoreArgs) -> Option<TooMuch> {
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
    Some(TooMuch { why, rows: reading.reports.iter().map(|r| r.rejected).sum(), text })
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
