//! `trace`: where a buyer's linked share comes from, and where its chain is dark.

use std::fmt::Write;

use serde_json::json;
use tierlight_answers::trace::{Trace, trace, trace_json};
use tierlight_core::model::HAZARDS;
use tierlight_core::network::throughput::final_buyers;
use tierlight_core::network::tiers::TIERS;
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::run::{intervals, load, write_contributions};

use super::explain::find;
use crate::args::{Format, TraceArgs};
use crate::exit::{Output, usage};
use crate::output;
use crate::view::{count, heading, percent, probability, short, table, with_interval};
use tierlight_answers::sites::{name, place};

pub fn run(args: &TraceArgs, format: Format) -> anyhow::Result<Output> {
    if let Some(path) = &args.output {
        output::check(path, args.force, &[&args.run])?;
    } else if args.buyer.len() > 1 {
        return Err(usage("more than one --buyer without -o", "write the contributions to many buyers with -o contributions.csv"));
    }
    let saved = load(&args.run)?;
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let a = assess(&saved.network, &saved.parameters, &options, &Silent).map_err(tierlight_data::Error::Core)?;
    let hazard = args.hazard.hazard();
    let mut buyers = args.buyer.iter().map(|name| find(&a, name)).collect::<anyhow::Result<Vec<usize>>>()?;
    if args.all_buyers {
        buyers = final_buyers(&a.plan);
        if buyers.is_empty() {
            return Err(usage("no buyer is at the end of the chain: everybody is bought from", "name buyers with --buyer"));
        }
    }
    if let Some(path) = &args.output {
        let rows = write_contributions(path, args.force, &a, &buyers, hazard, args.top)?;
        return Ok(Output::done(match format {
            Format::Json => serde_json::to_string_pretty(&json!({ "table": path, "buyers": buyers.len(), "rows": rows }))? + "\n",
            Format::Text => format!("contributions to {} buyers: {} ({rows} rows)\n", buyers.len(), path.display()),
        }));
    }
    let Some(&buyer) = buyers.first() else { return Err(usage("no buyer to trace", "name one with --buyer")) };
    let trace = trace(&a, buyer, hazard, args.paths, intervals(&args.run, buyer)?);
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&trace_json(&a, &trace, usize::MAX))? + "\n",
        Format::Text => text(&a, &trace, args.top)?,
    };
    Ok(Output::done(text))
}

fn text(a: &Assessment<'_>, t: &Trace, top: usize) -> anyhow::Result<String> {
    let e = &a.exposure[t.buyer];
    let h = t.hazard.index();
    let mut out = String::new();
    writeln!(out, "{}  {}  ({})", a.network.site_id(t.buyer), name(a, t.buyer), place(a, t.buyer))?;
    writeln!(
        out,
        "traced: {} of the product's value, {} links up on average; dark: {}",
        percent(e.traced_share),
        count(e.mean_tier),
        percent(1.0 - e.traced_share)
    )?;
    out += &by_hazard(a, t);

    out += &heading(&format!("By tier ({}; tier 0 is the buyer itself)", t.hazard.label()));
    out += &table(
        &["   tier", ">value added here", ">untraced here", ">linked, girls", ">linked, boys"],
        t.tiers.iter().filter(|x| x.value > 0.0 || x.dark > 0.0).map(|x| {
            let label = if x.tier == TIERS { format!("   {TIERS} and up") } else { format!("   {}", x.tier) };
            vec![label, percent(x.value), percent(x.dark), percent(x.traced[h][0]), percent(x.traced[h][1])]
        }),
    );

    out += &heading(&format!("Sites that contribute most ({}; of {} upstream)", t.hazard.label(), t.reach.sites));
    out += &table(
        &["   site", "name", "place", ">linked share", ">girls", ">boys", ">value through it", ">presence"],
        t.contributions.iter().take(top).map(|c| {
            vec![
                format!("   {}", a.network.site_id(c.site)),
                short(&name(a, c.site), 34),
                place(a, c.site),
                percent(c.traced[h][0] + c.traced[h][1]),
                percent(c.traced[h][0]),
                percent(c.traced[h][1]),
                percent(c.multiplier),
                probability(a.updated[c.site].presence[h]),
            ]
        }),
    );

    out += &heading(&format!("Heaviest paths ({})", t.hazard.label()));
    for path in &t.paths.paths {
        let ids: Vec<&str> = path.sites.iter().map(|&s| a.network.site_id(s)).collect();
        let girls = a.updated[path.sites[path.sites.len() - 1]].girls_share;
        writeln!(
            out,
            "   {:>9}  (girls {}, boys {})  {}",
            percent(path.linked),
            percent(path.linked * girls),
            percent(path.linked * (1.0 - girls)),
            ids.join(" ← ")
        )?;
    }
    writeln!(
        out,
        "   {:>9}  on all other traced paths{}",
        percent(t.paths.remainder),
        if t.paths.capped { " (search stopped at its cap)" } else { "" }
    )?;
    writeln!(out, "   {:>9}  in untraced purchases", percent(e.linked_untraced(h)))?;

    out += &heading("Dark: ask these sites first for their suppliers");
    out += &table(
        &["   site", "name", "sector", ">untraced value", ">linked share it carries"],
        t.dark.iter().take(top).map(|&(site, value, linked)| {
            let sector = &a.parameters.sectors[usize::from(a.network.sites()[site].sector)].id;
            vec![format!("   {}", a.network.site_id(site)), short(&name(a, site), 34), sector.clone(), percent(value), percent(linked)]
        }),
    );
    out += &control_points(a, t, top);
    Ok(out)
}

/// Linked share and what lies upstream, by hazard.
fn by_hazard(a: &Assessment<'_>, t: &Trace) -> String {
    let e = &a.exposure[t.buyer];
    let drawn = t.drawn.as_ref().and_then(|d| d.reach.as_ref());
    let mut out = heading("Linked share: expected prevalence at the place where a random rupee of the product's value was added");
    out += &table(
        &[
            "   hazard",
            ">linked share",
            ">girls",
            ">boys",
            ">traced",
            ">untraced",
            ">by labour",
            ">any site",
            ">sites with children",
            ">girls upstream",
            ">boys upstream",
        ],
        HAZARDS.iter().map(|hz| {
            let k = hz.index();
            vec![
                format!("   {}", hz.slug()),
                with_interval(e.linked(k), t.drawn.as_ref().map(|d| &d.linked_share[k]), percent),
                percent(e.linked_sex(k, 0)),
                percent(e.linked_sex(k, 1)),
                percent(e.linked_traced(k)),
                percent(e.linked_untraced(k)),
                percent(e.labour[k]),
                with_interval(t.reach.any_site[k], drawn.filter(|_| k == 0).map(|q| &q.any_site), probability),
                format!(
                    "{} of {}",
                    with_interval(t.reach.expected_sites[k], drawn.filter(|_| k == 0).map(|q| &q.expected_sites), count),
                    t.reach.sites + 1
                ),
                count(t.reach.children[k][0]),
                count(t.reach.children[k][1]),
            ]
        }),
    );
    out
}

/// Sites and agents through whose hands much of this buyer's chain passes.
fn control_points(a: &Assessment<'_>, t: &Trace, top: usize) -> String {
    let through: std::collections::HashMap<usize, f64> = t.contributions.iter().map(|c| (c.site, c.multiplier)).collect();
    let mut agents: Vec<(usize, f64, usize)> = (0..a.network.agents().len()).map(|k| (k, 0.0, 0)).collect();
    for link in a.network.agent_links() {
        if let Some(value) = through.get(&(link.site as usize)) {
            agents[link.agent as usize].1 += value;
            agents[link.agent as usize].2 += 1;
        }
    }
    agents.retain(|x| x.1 > 0.0);
    agents.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    if agents.is_empty() {
        return String::new();
    }
    let mut out = heading("Agents with most of this chain in their hands");
    out += &table(
        &["   agent", "kind", ">sites of the chain", ">value through them"],
        agents.iter().take(top).map(|&(k, value, sites)| {
            let agent = &a.network.agents()[k];
            vec![format!("   {}", agent.id), agent.kind.map_or("-", |x| x.slug()).to_owned(), sites.to_string(), percent(value)]
        }),
    );
    out
}
