//! `plan --for exporter`: how to look at which sites on a budget.

use std::fmt::Write;
use std::path::Path;

use serde_json::json;
use tierlight_core::decide::audits::{AuditPlan, Priced, audits};
use tierlight_core::decide::plan::frame::open_findings;
use tierlight_core::network::contribution::contributions;
use tierlight_core::{Assessment, Options, ReachBy, assess};
use tierlight_data::plan::{AUDITS, AuditRecord, Origin, PlanRecord, write_table_plan};
use tierlight_data::read::planning::{Known, read_list};
use tierlight_data::run::{RunRecord, load, read_record};
use tierlight_data::text::{did_you_mean, nearest};
use tierlight_data::{Error, packs::read_packs};
use tierlight_report::findings::page::{APPROACHES, fits};

use crate::args::Format;
use crate::commands::explain::find;
use crate::commands::summary::{name, place, why};
use crate::exit::{Output, usage};
use crate::input;
use crate::plan_args::PlanArgs;
use crate::progress::Progress;
use crate::view::{count, heading, percent, probability, short, table};

/// A way of looking by its name, with its price.
struct Way {
    name: &'static str,
    priced: Priced,
}

pub fn run(args: &PlanArgs, format: Format, folder: &Path) -> anyhow::Result<Output> {
    let Some(budget) = args.budget else {
        return Err(usage("a plan for an exporter needs a budget", "pass --budget AMOUNT and --cost WAY=AMOUNT,…"));
    };
    let ways = ways(&args.cost)?;
    let priced: Vec<Priced> = ways.iter().map(|w| w.priced).collect();
    let saved = load(&args.run)?;
    let record = read_record(&args.run)?;
    let progress = Progress::of(10);
    let options = Options { reach: ReachBy::Nothing, seed: record.seed, draws: 0 };
    let a = assess(&saved.network, &saved.parameters, &options, &progress).map_err(Error::Core)?;
    let mut sites: Vec<usize> = (0..saved.network.sites().len()).collect();
    if let Some(buyer) = &args.buyer {
        let buyer = find(&a, buyer)?;
        sites = contributions(&a.plan, &a.updated, buyer).iter().map(|c| c.site).collect();
        sites.sort_unstable();
    }
    let mut must: Vec<usize> = match &args.follow_ups {
        None => open_findings(&a).iter().map(|&s| s as usize).collect(),
        Some(path) => {
            let packs = read_packs(&args.packs)?;
            let country = args.country.as_deref().map(|text| input::country(&packs, text)).transpose()?;
            let known = Known { network: &saved.network, parameters: &saved.parameters, packs: &packs, country };
            let (listed, issues) = read_list(path, &known)?;
            super::tell(path, &issues);
            listed.iter().map(|l| l.site as usize).collect()
        }
    };
    must.retain(|s| sites.binary_search(s).is_ok());
    progress.next("choosing visits");
    let plan = audits(&a, &sites, &must, &priced, budget, |row, approach| fits(&a, row, approach));
    let summary = PlanRecord::Exporter(of_plan(&a, &record, args, &plan, budget));
    let rows = plan.audits.iter().enumerate().map(|(k, x)| {
        vec![
            (k + 1).to_string(),
            a.network.site_id(x.site).to_owned(),
            a.network.site_name(x.site).to_owned(),
            ways[x.way].name.to_owned(),
            x.cost.to_string(),
            if x.follow_up { "follow_up" } else { "chosen" }.to_owned(),
            x.visit.sensitivity.to_string(),
            a.updated[x.site].presence[0].to_string(),
            x.visit.finds.to_string(),
            x.visit.if_found.to_string(),
            x.visit.if_not_found.to_string(),
            x.visit.expected_change.to_string(),
            x.tells.to_string(),
            why(&a, x.site),
        ]
    });
    write_table_plan(folder, &summary, AUDITS, &COLUMNS, rows, &progress)?;
    progress.finish();
    Ok(Output::done(match format {
        Format::Json => serde_json::to_string_pretty(&json!({ "folder": folder, "plan": summary }))? + "\n",
        Format::Text => text(&a, &ways, &plan, budget, args.top.max(20), folder),
    }))
}

const COLUMNS: [&str; 14] = [
    "order",
    "site_id",
    "name",
    "way",
    "cost",
    "kind",
    "sensitivity",
    "presence",
    "chance_to_find",
    "presence_if_found",
    "presence_if_not_found",
    "expected_change",
    "tells",
    "reasons",
];

/// The way of looking that only the state has: inspectors may enter any place of work, an auditor where a contract lets him in.
const INSPECTION: &str = "labour_inspection";

/// Ways with their prices.
fn ways(costs: &[String]) -> anyhow::Result<Vec<Way>> {
    let names = || APPROACHES.iter().map(|(name, _)| *name).filter(|name| *name != INSPECTION);
    let hint = || format!("ways are {}", names().collect::<Vec<_>>().join(", "));
    if costs.is_empty() {
        return Err(usage("no price is stated: what a visit costs is yours to say", format!("pass --cost WAY=AMOUNT,…; {}", hint())));
    }
    let mut out: Vec<Way> = Vec::new();
    for text in costs {
        let Some((way, cost)) = text.split_once('=') else {
            return Err(usage(format!("--cost `{text}` is no WAY=AMOUNT"), hint()));
        };
        if way.trim() == INSPECTION {
            return Err(usage(
                "a labour inspection is the state's: nobody can buy one",
                format!("ask the labour department for it; {}", hint()),
            ));
        }
        let Some((name, approach)) = APPROACHES.iter().find(|(name, _)| *name == way.trim()) else {
            let near = nearest(way, names());
            return Err(usage(format!("--cost `{way}` is no way of looking"), if near.is_empty() { hint() } else { did_you_mean(&near) }));
        };
        let Some(cost) = cost.trim().parse::<f64>().ok().filter(|x| x.is_finite() && *x > 0.0) else {
            return Err(usage(format!("--cost `{text}`: the amount is no number above 0"), "e.g. unannounced_audit=60000"));
        };
        if out.iter().any(|w| w.name == *name) {
            return Err(usage(format!("--cost states {name} twice"), "state each way once"));
        }
        out.push(Way { name, priced: Priced { approach: *approach, cost } });
    }
    Ok(out)
}

fn of_plan(a: &Assessment<'_>, record: &RunRecord, args: &PlanArgs, plan: &AuditPlan, budget: f64) -> AuditRecord {
    AuditRecord {
        origin: Origin::new(record, a.network.as_of()),
        buyer: args.buyer.clone(),
        budget,
        cost: args.cost.clone(),
        spent: plan.spent,
        visits: plan.audits.len(),
        follow_ups: plan.audits.iter().filter(|x| x.follow_up).count(),
        unmet_follow_ups: plan.unmet.iter().map(|&s| a.network.site_id(s).to_owned()).collect(),
        tells: plan.tells,
        bound: plan.bound,
        gap: gap(plan),
    }
}

fn gap(plan: &AuditPlan) -> f64 {
    if plan.tells > 0.0 { (plan.bound - plan.tells) / plan.tells } else { 0.0 }
}

fn text(a: &Assessment<'_>, ways: &[Way], plan: &AuditPlan, budget: f64, top: usize, folder: &Path) -> String {
    let mut out = String::new();
    // writing to a String cannot fail
    let _ = writeln!(out, "Visits on a budget: {} visits for {:.0} of {budget:.0}", plan.audits.len(), plan.spent);
    out += &heading(&format!(
        "Visits (first {} of {}; follow-ups first, then what tells most for its cost):",
        top.min(plan.audits.len()),
        plan.audits.len()
    ));
    out += &table(
        &["site", "name", "place", "way", ">cost", "kind", ">children present", ">chance to find", ">if found", ">if not found", "why"],
        plan.audits.iter().take(top).map(|x| {
            vec![
                a.network.site_id(x.site).to_owned(),
                short(&name(a, x.site), 30),
                place(a, x.site),
                ways[x.way].name.replace('_', " "),
                format!("{:.0}", x.cost),
                if x.follow_up { "follow-up" } else { "chosen" }.to_owned(),
                probability(a.updated[x.site].presence[0]),
                percent(x.visit.finds),
                probability(x.visit.if_found),
                probability(x.visit.if_not_found),
                why(a, x.site),
            ]
        }),
    );
    out += &heading("How much they tell:");
    let by_way = ways.iter().enumerate().map(|(k, w)| {
        let own = plan.audits.iter().filter(|x| x.way == k);
        let tells: f64 = own.clone().map(|x| x.tells).sum();
        vec![format!("  {}", w.name.replace('_', " ")), own.count().to_string(), format!("{:.0}", w.priced.cost), count(tells)]
    });
    out += &table(&["  way", ">visits", ">cost each", ">tells"], by_way);
    let _ = writeln!(
        out,
        "  all tell {} (expected change of presence, times severity of what may be there); no choice on this budget tells more than {} (gap {})",
        count(plan.tells),
        count(plan.bound),
        percent(gap(plan))
    );
    for &site in &plan.unmet {
        let _ = writeln!(out, "  not met: the follow-up of {} does not fit into the budget", a.network.site_id(site));
    }
    let _ = writeln!(out, "\nplan: {}  (plan.json, audits.csv)", folder.display());
    out += "a visit that finds nothing is no proof; what is found is remedied and the family supported first, leaving is the last resort\n";
    out
}
