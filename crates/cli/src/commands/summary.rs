//! The answers that `score` and `demo` print: sites first, buyers, and what is not known.

use std::fmt::Write;

use tierlight_answers::sites::{by_priority, final_buyers};
pub use tierlight_answers::sites::{name, place, why};
use tierlight_core::Assessment;
use tierlight_core::draws::{ReachQuantiles, Uncertainty};
use tierlight_core::model::HAZARDS;
use tierlight_core::network::reach::Reach;
use tierlight_data::run::RunRecord;

use crate::view::{count, heading, interval, percent, probability, short, table, with_interval};

/// What the draws say.
fn drawn<'a>(a: &'a Assessment<'_>) -> Option<&'a Uncertainty> {
    a.uncertainty.as_ref()
}

/// True when the draws do not tell a site's rank from that of another.
fn shares_rank(u: &Uncertainty, a: &Assessment<'_>, row: usize) -> bool {
    let from = u.tied_from[row];
    let next = a.priority.iter().zip(&u.tied_from).any(|(p, t)| *t == from && p.rank != a.priority[row].rank);
    from > 0 && (from != a.priority[row].rank || next)
}

/// Rank of a site; `=` and the first rank of the group where the draws do not tell ranks apart.
fn rank(a: &Assessment<'_>, row: usize) -> String {
    match drawn(a).filter(|u| shares_rank(u, a, row)) {
        Some(u) => format!("={}", u.tied_from[row]),
        None => a.priority[row].rank.to_string(),
    }
}

/// Sites to look at first.
pub fn sites(a: &Assessment<'_>, top: usize) -> String {
    let rows = by_priority(a, top);
    let last = rows.last().map_or(0, |&r| a.priority[r].rank);
    let mut out = heading(&format!(
        "Look here first ({} of {} sites; recorded findings before modelled likelihood):",
        rows.len(),
        a.network.sites().len()
    ));
    out += &table(
        &[">rank", "site", "name", "sector", "place", ">children present", ">forced", ">children (girls/boys)", "why"],
        rows.into_iter().map(|r| {
            let u = &a.updated[r];
            let e = u.expected[0];
            vec![
                rank(a, r),
                a.network.site_id(r).to_owned(),
                short(a.network.site_name(r), 34),
                a.parameters.sectors[usize::from(a.network.sites()[r].sector)].id.clone(),
                place(a, r),
                with_interval(u.presence[0], drawn(a).map(|d| &d.sites[r].presence[0]), probability),
                with_interval(u.presence[2], drawn(a).map(|d| &d.sites[r].presence[2]), probability),
                format!("{} ({}/{})", count(e), count(e * u.girls_share), count(e * (1.0 - u.girls_share))),
                why(a, r),
            ]
        }),
    );
    if let Some(u) = drawn(a).filter(|u| by_priority(a, top).iter().any(|&r| shares_rank(u, a, r))) {
        let _ = writeln!(out, " =rank: {} draws do not tell these sites apart (nine in ten would have to agree)", u.draws);
    }
    let tied = a.priority.iter().filter(|p| p.rank == last).count();
    let shown = by_priority(a, top).iter().filter(|&&r| a.priority[r].rank == last).count();
    if tied > shown {
        let more = tied - shown;
        let _ = writeln!(out, " … {more} more share rank {last}: nothing that is known tells them apart");
    }
    out
}

/// Districts with most expected children, when the sites are spread over several.
pub fn districts(a: &Assessment<'_>, top: usize) -> String {
    let mut found: std::collections::BTreeMap<u16, [f64; 5]> = std::collections::BTreeMap::new();
    for (site, u) in a.network.sites().iter().zip(&a.updated) {
        if let Some(district) = site.district {
            let sums = found.entry(district).or_default();
            let girls = u.expected[0] * u.girls_share;
            for (sum, x) in sums.iter_mut().zip([1.0, u.presence[0], u.expected[0], girls, u.expected[2]]) {
                *sum += x;
            }
        }
    }
    if found.len() < 4 {
        return String::new();
    }
    let mut rows: Vec<(u16, [f64; 5])> = found.into_iter().collect();
    rows.sort_by(|x, y| y.1[2].total_cmp(&x.1[2]).then(x.0.cmp(&y.0)));
    let mut out = heading(&format!("Districts with most expected children ({} of {}):", rows.len().min(top), rows.len()));
    out += &table(
        &["district", "province", ">sites", ">with children", ">children (girls/boys)", ">forced", "child-labour rate 5-17 [90 %]"],
        rows.into_iter().take(top).map(|(row, [sites, present, children, girls, forced])| {
            let d = &a.parameters.districts[usize::from(row)];
            let rate = a.model.districts().estimate(usize::from(row)).map_or_else(
                || "no survey in the country".to_owned(),
                |e| {
                    let [low, high] = e.interval();
                    format!(
                        "{} [{}, {}]{}",
                        percent(e.combined()),
                        percent(low),
                        percent(high),
                        if e.direct.is_empty() { " modelled" } else { "" }
                    )
                },
            );
            vec![
                d.name.clone(),
                d.province.clone(),
                format!("{sites:.0}"),
                count(present),
                format!(
                    "{} ({}/{})",
                    with_interval(children, drawn(a).map(|u| &u.districts[usize::from(row)][0]), count),
                    count(girls),
                    count(children - girls)
                ),
                count(forced),
                rate,
            ]
        }),
    );
    out
}

/// What lies upstream of a site, with the interval of its draws; `~` when estimated.
fn reach(a: &Assessment<'_>, row: usize, show: impl Fn(&Reach, Option<&ReachQuantiles>) -> String) -> String {
    let drawn = drawn(a).and_then(|u| u.reach.get(row));
    a.reach.get(row).map_or("-".to_owned(), |x| format!("{}{}", if x.exact { "" } else { "~" }, show(x, drawn)))
}

/// Final buyers.
pub fn buyers(a: &Assessment<'_>, top: usize) -> String {
    let rows = final_buyers(a, top);
    if rows.is_empty() {
        return String::new();
    }
    let mut out = heading("Buyers at the end of the chain (linked share of product value; untraced is counted at its sector's level):");
    out += &table(
        &[
            "site",
            "name",
            ">untraced",
            ">linked share",
            ">of it untraced",
            ">by labour",
            ">hazardous",
            ">forced",
            ">sites with children",
            ">children upstream",
        ],
        rows.into_iter().map(|r| {
            let e = &a.exposure[r];
            vec![
                a.network.site_id(r).to_owned(),
                short(&name(a, r), 34),
                percent(1.0 - e.traced_share),
                with_interval(e.linked(0), drawn(a).map(|u| &u.linked[r][0]), percent),
                percent(if e.linked(0) > 0.0 { e.linked_untraced(0) / e.linked(0) } else { 0.0 }),
                percent(e.labour[0]),
                percent(e.linked(1)),
                with_interval(e.linked(2), drawn(a).map(|u| &u.linked[r][2]), percent),
                reach(a, r, |x, q| {
                    format!("{} of {}", with_interval(x.expected_sites[0], q.map(|q| &q.expected_sites), count), x.sites + 1)
                }),
                reach(a, r, |x, q| with_interval(x.children[0].iter().sum(), q.map(|q| &q.children), count)),
            ]
        }),
    );
    out
}

/// What is known, and what is not.
pub fn known(a: &Assessment<'_>, record: &RunRecord) -> String {
    let mut out = heading("What this rests on:");
    let c = &record.counts;
    let mut line = |text: String| {
        // writing to a String cannot fail
        let _ = writeln!(out, "  {text}");
    };
    let children = &record.expected_children;
    for h in HAZARDS {
        if let Some([girls, boys]) = children.get(h.slug()) {
            let total = girls + boys;
            let spread = drawn(a).map(|u| &u.total[h.index()]);
            let mean =
                spread.map_or(String::new(), |q| format!("; mean over draws {}, 90 % {}", count(f64::from(q.mean)), interval(q, count)));
            line(format!("expected children in {}: {} ({} girls, {} boys){mean}", h.label(), count(total), count(*girls), count(*boys)));
        }
    }
    line("counts are at typical sites: where conditions are unknown the mean over what they may be is higher".to_owned());
    line(match drawn(a) {
        Some(u) => format!("[…] hold nine tenths of {} draws of everything that is not known; link shares are taken as they are", u.draws),
        None => "no draws: nothing says how far these numbers may be off (--draws)".to_owned(),
    });
    let placed: usize = record.coverage.districts_by.iter().filter(|(how, _)| *how != "none").map(|(_, n)| n).sum();
    let border = record.coverage.districts_by.get("border").copied().unwrap_or(0);
    line(format!("{placed} of {} sites placed in a district ({border} within a cell of a border: lower confidence)", c.sites));
    line(format!("{} workforces and {} link shares are assumed", c.workers_assumed, c.shares_assumed));
    line(format!(
        "{} of the conditions asked for are unknown; {} of the log-odds rest on surveys or sound studies (grades A, B), the rest on estimates and judgement",
        percent(record.coverage.mean_share_unknown),
        percent(record.coverage.mean_share_on_grades_a_b)
    ));
    let elsewhere = &a.model.hidden().elsewhere;
    if !elsewhere.is_empty() {
        let children: f64 = elsewhere.iter().map(|e| a.updated[e.site as usize].expected[0]).sum();
        line(format!(
            "{} of the sites are modelled, for orders of which part may have been made elsewhere: {} of these children; --hidden off leaves them out",
            elsewhere.len(),
            count(children)
        ));
    }
    let world = record.coverage.country_levels_by.get("world").copied().unwrap_or(0);
    if world > 0 {
        line(format!("{world} sites are at the world's level: their country is unresolved or nowhere near measured"));
    }
    if c.reach_estimated > 0 {
        line(format!(
            "what lies upstream of {} sites (~) is estimated, give or take {}; `trace` counts that of one, `--reach search` of all",
            c.reach_estimated,
            percent(c.reach_relative_error)
        ));
    }
    if a.plan.sites_in_cycles() > 0 {
        line(format!("{} sites buy in circles; exposure is exact to {:.0e}", a.plan.sites_in_cycles(), a.error_bound));
    }
    line("these are estimates for deciding where to look: a finding, and what to call it, is for people on site".to_owned());
    out
}
