//! `learn`: results of inspections come back: what random visits say of all sites, how well the scores held, and a pack that moves them.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};
use tierlight_core::decide::learn::{LearnOptions, Learned, Reliability, Share, USUAL_DRAWS, learn};
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::learn::{Joined, Round, join, write_learned};
use tierlight_data::packs::read_packs;
use tierlight_data::read::visits::{read_results, read_visits};
use tierlight_data::run::load;
use tierlight_data::{Issue, Severity};

use crate::args::Format;
use crate::commands::check::first_issues;
use crate::exit::{Output, usage};
use crate::input;
use crate::learn_args::LearnArgs;
use crate::progress::{Progress, note};
use crate::view::{heading, percent, table};

/// Visits of a plan, in its folder.
const VISITS: &str = "visits.csv";
/// Issues that are told, and those of them that an error tells.
const ISSUES_SHOWN: usize = 20;
const ISSUES_IN_ERROR: usize = 3;
/// Share of random visits without a result from which learning is refused: who was skipped is rarely chance.
const MISSING: f64 = 0.2;

pub fn run(args: &LearnArgs, format: Format) -> anyhow::Result<Output> {
    if args.plans.len() != args.findings.len() {
        let message = format!("{} plans and {} tables of findings", args.plans.len(), args.findings.len());
        return Err(usage(message, "give --plan and --findings in pairs, one pair for each round"));
    }
    let progress = Progress::of(5);
    progress.next("the run");
    let saved = load(&args.run)?;
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let a = assess(&saved.network, &saved.parameters, &options, &Silent).map_err(tierlight_data::Error::Core)?;
    progress.next("plans and findings");
    let (rounds, issues) = rounds(args)?;
    let joined = join(&a, &rounds);
    refuse(&joined, &issues)?;
    progress.next("learning");
    let options = LearnOptions { prior_sd: prior_sd(&a), draws: USUAL_DRAWS, seed: args.seed };
    let learned = learn(&joined.visits, &joined.edges, &saved.parameters.coefficients, &options).map_err(tierlight_data::Error::Core)?;
    let summary = json(&learned, &joined, args);
    progress.next("writing the pack");
    let year = joined.visits.iter().map(|v| v.item.date.year()).max().unwrap_or(a.network.as_of().year());
    let bases = write_learned(&args.output, &a, &learned, year, &summary, &progress)?;
    // what is written is read as `score --pack` will read it
    read_packs(std::slice::from_ref(&args.output))?;
    progress.finish();
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&summary)? + "\n",
        Format::Text => text(&learned, &joined, args, bases)?,
    };
    Ok(Output::done(text))
}

/// Rounds of visits, and what keeps rows of them out.
fn rounds(args: &LearnArgs) -> anyhow::Result<(Vec<Round>, Vec<Issue>)> {
    let packs = read_packs(&[])?;
    let mut options = tierlight_data::read::NetworkOptions::new(args.date.unwrap_or_else(input::today));
    options.encoding.clone_from(&args.encoding);
    options.drop_personal = args.drop_personal;
    let (mut out, mut rejected) = (Vec::new(), Vec::new());
    for (plan, findings) in args.plans.iter().zip(&args.findings) {
        let file = if plan.is_dir() { plan.join(VISITS) } else { plan.clone() };
        let visits = read_visits(&file, &options)?;
        let results = read_results(findings, &packs, &options)?;
        rejected.extend(tell(&file, visits.issues));
        rejected.extend(tell(findings, results.issues));
        out.push(Round { visits: visits.rows, results: results.rows });
    }
    Ok((out, rejected))
}

/// Tells the first issues of a file, and returns those that keep rows out.
fn tell(file: &Path, issues: Vec<Issue>) -> Vec<Issue> {
    let mut worth: Vec<Issue> = issues.into_iter().filter(|i| i.severity > Severity::Info).collect();
    for issue in &mut worth {
        // the reader names the flag of other commands
        issue.hint = issue.hint.replace("--as-of", "--date");
    }
    if !worth.is_empty() {
        let left = worth.len().saturating_sub(ISSUES_SHOWN);
        let more = if left > 0 { format!("… and {left} more\n") } else { String::new() };
        note(&format!("{}\n{}{more}", file.display(), first_issues(&worth, ISSUES_SHOWN)));
    }
    worth.retain(|i| i.severity == Severity::Error);
    worth
}

/// The first issues in words: who asked over a queue of jobs sees no table.
fn first_words(issues: &[Issue]) -> String {
    let row = |i: &Issue| i.row.map_or_else(String::new, |row| format!(" row {row}"));
    let word = |i: &Issue| format!("{}{} {} `{}`, expected {} ({}; {})", i.file, row(i), i.column, i.found, i.expected, i.code, i.hint);
    issues.iter().take(ISSUES_IN_ERROR).map(word).collect::<Vec<_>>().join("; ")
}

/// What would make a wrong estimate look sound.
fn refuse(joined: &Joined, issues: &[Issue]) -> anyhow::Result<()> {
    if joined.seen > 0 {
        return Err(usage(
            format!("the run has evidence of the day of {} visits, or later: what it says of those sites is no expectation", joined.seen),
            "give the run that the plan was made from",
        ));
    }
    let missing = joined.random_without_result as f64 / joined.planned_random.max(1) as f64;
    if missing > MISSING {
        let found = format!("{} of {} random visits have no result", joined.random_without_result, joined.planned_random);
        if !issues.is_empty() {
            let found = format!("{found}; {} issues keep rows out, the first: {}", issues.len(), first_words(issues));
            return Err(usage(found, "correct the rows: a result that is kept out is none"));
        }
        return Err(usage(found, "which visits were left out is rarely chance: write down each, also when nothing was found"));
    }
    Ok(())
}

/// Spread of the base prevalences of the run's sites, log-odds: how far the intercept may be off by what was known before.
fn prior_sd(a: &Assessment<'_>) -> f64 {
    let n = a.network.sites().len();
    let spread = |row: usize| {
        let levels = &a.model.prior(row).levels;
        (levels.base_sd * levels.base_sd + levels.level_sd * levels.level_sd).sqrt()
    };
    (0..n).map(spread).sum::<f64>() / n.max(1) as f64
}

fn text(learned: &Learned, joined: &Joined, args: &LearnArgs, bases: usize) -> anyhow::Result<String> {
    let (s, i) = (&learned.share, &learned.intercept);
    let mut out = String::new();
    writeln!(
        out,
        "{} visits with a result, {} of them drawn at random in {} districts over {} rounds; {} random visits have no result",
        joined.visits.len(),
        s.visits,
        s.districts,
        s.rounds,
        joined.random_without_result
    )?;
    if joined.unplanned + joined.unknown_sites > 0 {
        writeln!(
            out,
            "{} results of no planned visit count as targeted; {} of sites that the run does not have are left out",
            joined.unplanned, joined.unknown_sites
        )?;
    }
    out += &heading("Share of all sites where children work, from the random visits alone");
    writeln!(out, "   found rate {} ± {} (by 1/π, spread between districts)", percent(s.found_rate), percent(s.found_rate_sd))?;
    writeln!(
        out,
        "   at a stated sensitivity of {}: {}, 90 % interval {} to {}; sd {:.3} ({:.3} from the sample, {:.3} from the sensitivity)",
        percent(s.sensitivity),
        percent(s.presence),
        percent(s.interval[0]),
        percent(s.interval[1]),
        s.sd,
        s.sample_sd,
        s.sensitivity_sd
    )?;
    writeln!(
        out,
        "   random visits show Se·P only: half the sensitivity would mean twice the children. Visits by child interview to part of the sites tell Se"
    )?;
    if !(0.0..=1.0).contains(&s.raw) {
        writeln!(
            out,
            "   it came out as {}, and is held within 0 and 1: few visits, or the stated sensitivities cannot be right",
            percent(s.raw)
        )?;
    }
    writeln!(out, "   {}", until(s, args.target_sd))?;
    out += &heading("Expected and found, by tenth of expected presence");
    let rows = learned.reliability.iter().map(|r: &Reliability| {
        let kind = if r.random { "random" } else { "targeted" };
        vec![format!("   {kind}"), r.tenth.to_string(), r.visits.to_string(), percent(r.presence), percent(r.expected), percent(r.found)]
    });
    out += &table(&["   visits", ">tenth", ">number", ">expected presence", ">expected found", ">found"], rows);
    writeln!(out, "   targeted visits check the order of sites, never the level of all of them")?;
    out += &heading("Intercept");
    writeln!(
        out,
        "   the visits ask for {:+.2} ± {:.2} log-odds; with what was known before (± {:.2}): {:+.2} ± {:.2}{}",
        i.found,
        i.found_sd,
        i.prior_sd,
        i.moved,
        i.sd,
        if i.bounded { "; the visits ask for more than is looked for: check the findings first" } else { "" }
    )?;
    writeln!(out, "\npack: {} ({bases} base prevalences moved, reliability.csv, learned.json)", args.output.display())?;
    writeln!(out, "next: tierlight score INPUT -o out --pack {}", args.output.display())?;
    Ok(out)
}

fn until(s: &Share, target: f64) -> String {
    match s.rounds_until(target) {
        _ if s.sd <= target => format!("the standard deviation is at most {target}: enough"),
        Some(rounds) => format!(
            "about {rounds} rounds like these in all bring the standard deviation to {target}; pool months with more --plan and --findings"
        ),
        None => format!("more visits of this kind cannot bring it to {target}: the sensitivity has to be known better first"),
    }
}

fn json(learned: &Learned, joined: &Joined, args: &LearnArgs) -> Value {
    let (s, i) = (&learned.share, &learned.intercept);
    json!({
        "visits": joined.visits.len(),
        "random_visits": s.visits,
        "random_without_result": joined.random_without_result,
        "unplanned": joined.unplanned,
        "unknown_sites": joined.unknown_sites,
        "districts": s.districts,
        "rounds": s.rounds,
        "seed": args.seed,
        "share": {
            "found_rate": s.found_rate, "found_rate_sd": s.found_rate_sd, "sensitivity": s.sensitivity, "presence": s.presence, "raw": s.raw,
            "sd": s.sd, "sample_sd": s.sample_sd, "sensitivity_sd": s.sensitivity_sd, "low": s.interval[0], "high": s.interval[1],
            "target_sd": args.target_sd, "rounds_until_target": s.rounds_until(args.target_sd),
        },
        "intercept": { "found": i.found, "found_sd": i.found_sd, "prior_sd": i.prior_sd, "moved": i.moved, "sd": i.sd, "bounded": i.bounded },
        "reliability": learned.reliability.iter().map(|r| json!({
            "random": r.random, "tenth": r.tenth, "visits": r.visits, "presence_expected": r.presence, "found_rate_expected": r.expected, "found_rate": r.found,
        })).collect::<Vec<_>>(),
        "note": "learned at stated sensitivities: random visits show Se·P only",
    })
}
