//! `whatif`: what a change would do to every buyer, and to the children who are expected to work now.

mod json;
mod plan;
mod text;

use tierlight_core::decide::whatif::{Comparison, WhatIf};
use tierlight_core::model::Hazard;
use tierlight_core::network::throughput::final_buyers;
use tierlight_core::{Assessment, Options, ReachBy, assess, usual_draws};
use tierlight_data::run::{load, read_record};
use tierlight_data::scenario::{Scenario, read_scenario, write_scenario};

use super::explain::find;
use crate::args::{Format, WhatIfArgs};
use crate::exit::{Output, usage};
use crate::progress::Progress;
use crate::{input, output, stop};

/// A scenario with what it does.
struct Outcome {
    scenario: Scenario,
    comparison: Comparison,
}

/// What is shown of all scenarios.
struct Shown<'a> {
    a: &'a Assessment<'a>,
    outcomes: Vec<Outcome>,
    hazard: Hazard,
    draws: usize,
    seed: u64,
    top: usize,
}

pub fn run(args: &WhatIfArgs, format: Format) -> anyhow::Result<Output> {
    input::check_draws(args.draws)?;
    if let Some(path) = &args.save {
        output::check(path, args.force, &[&args.run])?;
    }
    let own = plan::scenario(args)?;
    let mut scenarios: Vec<Scenario> = own.iter().cloned().collect();
    for path in &args.compare {
        scenarios.push(read_scenario(path)?);
    }
    if scenarios.is_empty() {
        return Err(usage("no action and no scenario", "for instance --remediate SITE, or --scenario FILE; see `tierlight whatif --help`"));
    }
    stop::listen();
    let progress = Progress::of(6 + 8 * (1 + scenarios.len()) as u64);
    progress.next("loading the run");
    let saved = load(&args.run)?;
    let seed = read_record(&args.run)?.seed;
    let options = Options { reach: ReachBy::Nothing, seed, draws: 0 };
    let a = assess(&saved.network, &saved.parameters, &options, &progress).map_err(tierlight_data::Error::Core)?;
    let mut buyers = args.buyer.iter().map(|name| find(&a, name)).collect::<anyhow::Result<Vec<usize>>>()?;
    if buyers.is_empty() {
        buyers = final_buyers(&a.plan);
    }
    if buyers.is_empty() {
        return Err(usage("no buyer is at the end of the chain: everybody is bought from", "name buyers with --buyer"));
    }
    let actions = scenarios.iter().map(|s| plan::actions(&a, s)).collect::<anyhow::Result<Vec<_>>>()?;
    let draws = args.draws.unwrap_or_else(|| usual_draws(a.network.sites().len()));
    let whatif = WhatIf::new(&a, buyers, draws, seed, &progress).map_err(tierlight_data::Error::Core)?;
    let mut outcomes = Vec::with_capacity(scenarios.len());
    for (scenario, actions) in scenarios.into_iter().zip(&actions) {
        let comparison = whatif.compare(actions, &progress).map_err(tierlight_data::Error::Core)?;
        outcomes.push(Outcome { scenario, comparison });
    }
    // a scenario that cannot be applied is not saved
    if let (Some(path), Some(own)) = (&args.save, &own) {
        write_scenario(path, args.force, own)?;
    }
    progress.finish();
    let shown = Shown { a: &a, outcomes, hazard: args.hazard.hazard(), draws, seed, top: args.top };
    Ok(Output::done(match format {
        Format::Json => serde_json::to_string_pretty(&json::of(&shown))? + "\n",
        Format::Text => text::of(&shown)?,
    }))
}
