//! From flags and files to a scenario, and from its ids to the actions of the core.

use tierlight_core::Assessment;
use tierlight_core::decide::whatif::Action;
use tierlight_data::scenario::{Scenario, ScenarioAction, read_scenario};
use tierlight_data::text::{did_you_mean, nearest};

use super::super::explain::find;
use crate::args::WhatIfArgs;
use crate::exit::usage;

/// Name of a scenario that flags make.
const UNNAMED: &str = "scenario";

/// The scenario of `--scenario` and the flags, whose actions come after those of the file; `None` without any.
pub(super) fn scenario(args: &WhatIfArgs) -> anyhow::Result<Option<Scenario>> {
    let mut scenario = args.scenario.as_deref().map(read_scenario).transpose()?;
    let own = flags(args)?;
    if !own.is_empty() {
        let from_file = scenario.take().unwrap_or_else(|| Scenario { name: UNNAMED.to_owned(), note: String::new(), actions: Vec::new() });
        scenario = Some(Scenario { actions: [from_file.actions, own].concat(), ..from_file });
    }
    if let (Some(name), Some(scenario)) = (&args.name, &mut scenario) {
        scenario.name.clone_from(name);
    }
    if args.save.is_some() && scenario.is_none() {
        return Err(usage("--save without an action", "add for instance --remediate SITE"));
    }
    Ok(scenario)
}

fn flags(args: &WhatIfArgs) -> anyhow::Result<Vec<ScenarioAction>> {
    let mut out = Vec::new();
    out.extend(args.remediate.iter().map(|site| ScenarioAction::Remediate { site: site.clone() }));
    out.extend(args.formalise.iter().map(|site| ScenarioAction::Formalise { site: site.clone() }));
    out.extend(args.end_advance_debt.iter().map(|agent| ScenarioAction::EndAdvanceDebt { agent: agent.clone() }));
    for text in &args.drop {
        let [supplier, buyer] = parts("drop", text, "SUPPLIER:BUYER")?;
        out.push(ScenarioAction::Drop { supplier, buyer });
    }
    for text in &args.relocate {
        let [buyer, from, to, share] = parts("move", text, "BUYER:FROM:TO:SHARE")?;
        let parsed = share.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
        let Some(share) = parsed else {
            return Err(usage(format!("--move {text}: `{share}` is no share from 0 to 1"), "0.3 moves 30 % of what BUYER buys from FROM"));
        };
        out.push(ScenarioAction::Move { buyer, from, to, share });
    }
    out.extend(args.disclose.iter().map(|buyer| ScenarioAction::Disclose { buyer: buyer.clone() }));
    Ok(out)
}

/// Parts between colons.
fn parts<const N: usize>(flag: &str, text: &str, form: &str) -> anyhow::Result<[String; N]> {
    let parts: Vec<String> = text.split(':').map(|part| part.trim().to_owned()).collect();
    let found = parts.len();
    let parts = <[String; N]>::try_from(parts).ok().filter(|parts| parts.iter().all(|part| !part.is_empty()));
    parts.ok_or_else(|| {
        usage(
            format!("--{flag} {text} has {found} part{}, expected {form}", if found == 1 { "" } else { "s" }),
            "ids that hold a colon go into a scenario file (--scenario)",
        )
    })
}

/// Actions with the rows of their sites and agents.
pub(super) fn actions(a: &Assessment<'_>, scenario: &Scenario) -> anyhow::Result<Vec<Action>> {
    let agent = |id: &str| {
        let agents = a.network.agents();
        agents.iter().position(|agent| agent.id == id).ok_or_else(|| {
            usage(format!("no agent `{id}` in the run"), did_you_mean(&nearest(id, agents.iter().map(|agent| agent.id.as_str()))))
        })
    };
    let action = |action: &ScenarioAction| -> anyhow::Result<Action> {
        Ok(match action {
            ScenarioAction::Remediate { site } => Action::Remediate { site: find(a, site)? },
            ScenarioAction::Formalise { site } => Action::Formalise { site: find(a, site)? },
            ScenarioAction::EndAdvanceDebt { agent: id } => Action::EndAdvanceDebt { agent: agent(id)? },
            ScenarioAction::Drop { supplier, buyer } => Action::Drop { supplier: find(a, supplier)?, buyer: find(a, buyer)? },
            ScenarioAction::Move { buyer, from, to, share } => {
                Action::Move { buyer: find(a, buyer)?, from: find(a, from)?, to: find(a, to)?, share: *share }
            }
            ScenarioAction::Disclose { buyer } => Action::Disclose { buyer: find(a, buyer)? },
        })
    };
    scenario.actions.iter().map(action).collect()
}
