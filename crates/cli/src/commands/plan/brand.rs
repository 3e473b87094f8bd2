//! `plan --for brand`: which tier, and which site, to find out about next.

use std::fmt::Write;
use std::path::Path;

use serde_json::json;
use tierlight_core::decide::narrowing::{Action, Narrowing, Narrowings, TierNarrowing, narrowings};
use tierlight_core::decide::visit::Approach;
use tierlight_core::{Assessment, Options, ReachBy, assess};
use tierlight_data::Error;
use tierlight_data::plan::{ACTIONS, ChainRecord, Origin, PlanRecord, ShareRecord, TierRecord, write_table_plan};
use tierlight_data::run::{load, read_record};

use crate::args::Format;
use crate::commands::explain::find;
use crate::commands::summary::{name, place};
use crate::exit::{Output, usage};
use crate::plan_args::PlanArgs;
use crate::progress::Progress;
use crate::view::{heading, percent, short, table};

/// Draws when the run had none.
const DRAWS: usize = 400;

pub fn run(args: &PlanArgs, format: Format, folder: &Path) -> anyhow::Result<Output> {
    let Some(buyer) = &args.buyer else {
        return Err(usage("a plan for a brand needs a buyer", "name it with --buyer: its chain is what is looked at"));
    };
    let saved = load(&args.run)?;
    let record = read_record(&args.run)?;
    let progress = Progress::of(12);
    let options = Options { reach: ReachBy::Nothing, seed: record.seed, draws: 0 };
    let a = assess(&saved.network, &saved.parameters, &options, &progress).map_err(Error::Core)?;
    let buyer = find(&a, buyer)?;
    let approach = Approach {
        method: args.method.method(),
        supplier_paid: false,
        children_interviewed: args.children_interviewed,
        off_site: args.off_site,
    };
    let hazard = args.hazard.hazard();
    let draws = record.draws.as_ref().map_or(DRAWS, |d| d.draws);
    progress.next("draws of the chain");
    let found = narrowings(&a, buyer, hazard, approach, draws, record.seed, &progress).map_err(Error::Core)?;
    let summary = PlanRecord::Brand(ChainRecord {
        origin: Origin::new(&record, a.network.as_of()),
        buyer: a.network.site_id(buyer).to_owned(),
        hazard: hazard.slug().to_owned(),
        method: approach.method.slug().to_owned(),
        draws,
        seed: record.seed,
        linked_share: ShareRecord { mean: found.mean, p05: found.interval[0], p95: found.interval[1] },
        tiers: found.tiers.iter().map(of_tier).collect(),
    });
    let rows = found.actions.iter().enumerate().map(|(k, x)| {
        vec![
            (k + 1).to_string(),
            kind(x.action).to_owned(),
            a.network.site_id(x.site).to_owned(),
            a.network.site_name(x.site).to_owned(),
            x.tier.to_string(),
            x.value.to_string(),
            x.linked.to_string(),
            x.narrowing.to_string(),
        ]
    });
    let columns = ["order", "action", "site_id", "name", "tier", "value", "linked_share", "narrowing"];
    write_table_plan(folder, &summary, ACTIONS, &columns, rows, &progress)?;
    progress.finish();
    Ok(Output::done(match format {
        Format::Json => serde_json::to_string_pretty(&json!({ "folder": folder, "plan": summary }))? + "\n",
        Format::Text => text(&a, buyer, &found, approach, args.top.max(15), folder),
    }))
}

fn of_tier(t: &TierNarrowing) -> TierRecord {
    TierRecord { tier: t.tier, sites: t.sites, untraced_value: t.value, linked_share: t.linked, narrowing_at_most: t.narrowing }
}

fn kind(action: Action) -> &'static str {
    match action {
        Action::OpenSuppliers => "open_suppliers",
        Action::Visit(_) => "visit",
    }
}

fn to_do(x: &Narrowing) -> &'static str {
    match x.action {
        Action::OpenSuppliers if x.tier == 0 => "name its other suppliers",
        Action::OpenSuppliers => "ask for its suppliers",
        Action::Visit(_) => "visit",
    }
}

fn text(a: &Assessment<'_>, buyer: usize, found: &Narrowings, approach: Approach, top: usize, folder: &Path) -> String {
    let width = found.interval[1] - found.interval[0];
    let part = |x: f64| if width > 0.0 { percent((x / width).max(0.0)) } else { "-".to_owned() };
    let mut out = String::new();
    // writing to a String cannot fail
    let _ = writeln!(
        out,
        "{}  {}: linked share {} [{}, {}] over draws",
        a.network.site_id(buyer),
        name(a, buyer),
        percent(found.mean),
        percent(found.interval[0]),
        percent(found.interval[1])
    );
    out += &heading("Which tier to open (naming the suppliers behind all its untraced purchases):");
    out += &table(
        &["  tier", ">sites that do not say", ">untraced value", ">linked share it carries", ">narrower by at most", ">of the interval"],
        found.tiers.iter().map(|t| {
            vec![
                format!("  {}", t.tier),
                t.sites.to_string(),
                percent(t.value),
                percent(t.linked),
                percent(t.narrowing.max(0.0)),
                part(t.narrowing),
            ]
        }),
    );
    let shown = found.actions.len().min(top);
    out += &heading(&format!(
        "What to do next (first {shown} of {}; a visit is a {})",
        found.actions.len(),
        approach.method.slug().replace('_', " ")
    ));
    out += &table(
        &["  do", "site", "name", "place", ">tier", ">value", ">linked share", ">narrower by", ">of the interval"],
        found.actions.iter().take(top).map(|x| {
            let at_most = if x.action == Action::OpenSuppliers { "≤ " } else { "" };
            vec![
                format!("  {}", to_do(x)),
                a.network.site_id(x.site).to_owned(),
                short(&name(a, x.site), 34),
                place(a, x.site),
                x.tier.to_string(),
                percent(x.value),
                percent(x.linked),
                format!("{at_most}{}", percent(x.narrowing.max(0.0))),
                part(x.narrowing),
            ]
        }),
    );
    out += "  narrower by: expected, of the 90 % interval of the linked share, in points; asking for suppliers at most so much, as if all behind\n";
    out += "  them were then known. A visit that finds children may widen it: knowing worse is knowing more\n";
    let _ = writeln!(out, "\nplan: {}  (plan.json, actions.csv)", folder.display());
    out
}
