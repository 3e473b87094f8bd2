//! `explain`: why one site scores as it does.

use std::fmt::Write;

use serde_json::{Value, json};
use tierlight_core::assess::update_site;
use tierlight_core::model::{Finding, HAZARDS, Hazard};
use tierlight_core::risk::area::AreaEstimate;
use tierlight_core::risk::evidence::{Weighed, weigh_rows};
use tierlight_core::risk::logit::{expit, logit};
use tierlight_core::risk::term::{Contribution, Known};
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::run::{load, load_rows};

use super::sources::Sources;
use super::summary::{by_hazard, name, place};
use crate::args::{ExplainArgs, Format};
use crate::exit::{Output, usage};
use crate::view::{count, heading, log_odds, percent, probability, table};

pub fn run(args: &ExplainArgs, format: Format) -> anyhow::Result<Output> {
    let saved = load(&args.run)?;
    // exposure of other sites needs the whole network; reach does not
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let a = assess(&saved.network, &saved.parameters, &options, &Silent).map_err(tierlight_data::Error::Core)?;
    let row = find(&a, &args.site)?;
    let steps = steps(&a, row);
    let sources = if args.sources { Some(Sources::new(&a, row, load_rows(&args.run)?)) } else { None };
    let text = match format {
        Format::Json => {
            let mut out = as_json(&a, row, &steps);
            if let Some(sources) = &sources {
                out["numbers"] = sources.numbers_json();
                out["sources"] = sources.sources_json();
            }
            serde_json::to_string_pretty(&out)? + "\n"
        }
        Format::Text => text(&a, row, &steps)? + &sources.map_or_else(String::new, |s| s.text()),
    };
    Ok(Output::done(text))
}

/// Small-area estimate of the site's district, and the area that it is held against.
fn district_estimate<'a>(a: &'a Assessment<'_>, row: usize) -> Option<(&'a AreaEstimate, String, f64)> {
    let site = &a.network.sites()[row];
    let estimate = a.model.districts().estimate(usize::from(site.district?))?;
    let prior = a.model.prior(row);
    let area = &a.parameters.bases[prior.levels.base_row].area;
    let name = if area.is_empty() { a.parameters.countries[usize::from(site.country)].name.clone() } else { area.join(", ") };
    Some((estimate, name, expit(prior.area_level?)))
}

fn district_rate(a: &Assessment<'_>, row: usize) -> String {
    let Some((estimate, area, level)) = district_estimate(a, row) else { return String::new() };
    let [low, high] = estimate.interval();
    let flags: Vec<&str> = estimate.flags.iter().map(|f| f.slug()).collect();
    format!(
        "   district: child labour at 5-17 {}, 90 % interval {} to {}, against {} in {area}, where the base is from; weight of its own survey {:.2}{}{}\n",
        percent(estimate.combined()),
        percent(low),
        percent(high),
        percent(level),
        estimate.weight,
        if flags.is_empty() { "" } else { "; " },
        flags.join(", ")
    )
}

fn district_json(a: &Assessment<'_>, row: usize) -> Value {
    let Some((estimate, area, level)) = district_estimate(a, row) else { return Value::Null };
    let [low, high] = estimate.interval();
    json!({
        "rate": estimate.combined(),
        "low": low,
        "high": high,
        "weight": estimate.weight,
        "flags": estimate.flags.iter().map(|f| f.slug()).collect::<Vec<_>>(),
        "area": area,
        "area_rate": level,
    })
}

/// Row of a site by id, else by a name that one site has.
pub fn find(a: &Assessment<'_>, wanted: &str) -> anyhow::Result<usize> {
    if let Some(row) = a.network.find_site(wanted) {
        return Ok(row);
    }
    let key = tierlight_data::text::key(wanted);
    let n = a.network.sites().len();
    let named: Vec<usize> = (0..n).filter(|&r| tierlight_data::text::key(a.network.site_name(r)) == key).collect();
    match named.as_slice() {
        [one] => Ok(*one),
        [] => {
            let near = tierlight_data::text::nearest(wanted, (0..n).flat_map(|r| [a.network.site_id(r), a.network.site_name(r)]));
            Err(usage(format!("no site `{wanted}` in the run"), tierlight_data::text::did_you_mean(&near)))
        }
        many => {
            let ids: Vec<&str> = many.iter().take(5).map(|&r| a.network.site_id(r)).collect();
            Err(usage(format!("{} sites are called `{wanted}`", many.len()), format!("use an id: {}", ids.join(", "))))
        }
    }
}

/// One term of a waterfall.
struct Step {
    part: &'static str,
    term: &'static str,
    value: f64,
    known: Known,
    grade: &'static str,
    source: String,
    /// Probability of the running sum.
    running: f64,
}

/// All terms of child labour, of forced labour given child labour, and of the girls' share.
fn steps(a: &Assessment<'_>, row: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut sum = 0.0;
    let mut push = |part: &'static str, c: &Contribution<'_>, sum: &mut f64| {
        *sum += c.value;
        steps.push(Step {
            part,
            term: c.term.slug(),
            value: c.value,
            known: c.known,
            grade: c.provenance.map_or("", |p| p.grade.letter()),
            source: c
                .provenance
                .map_or(String::new(), |p| if p.pack.is_empty() { p.source.clone() } else { format!("{} ({})", p.source, p.pack) }),
            running: expit(*sum),
        });
    };
    a.model.child_labour_terms(row, &mut |c| push("child_labour", &c, &mut sum));
    sum = 0.0;
    a.model.forced_terms(row, &mut |c| push("forced_given_child_labour", &c, &mut sum));
    sum = 0.0;
    a.model.girls_terms(row, &mut |c| push("girls_share", &c, &mut sum));
    steps
}

/// An item of evidence and what the site would be without it.
struct Item {
    row: usize,
    /// Presence of each hazard without this item.
    without: [f64; 3],
}

/// Evidence of a site, each item left out in turn.
fn items(a: &Assessment<'_>, site: usize) -> Vec<Item> {
    let evidence = a.network.evidence();
    let rows: Vec<usize> = (0..evidence.len()).filter(|&k| evidence[k].site as usize == site).collect();
    rows.iter()
        .map(|&left_out| {
            let kept: Vec<usize> = rows.iter().copied().filter(|&k| k != left_out).collect();
            let items: Vec<_> = kept.iter().map(|&k| evidence[k].clone()).collect();
            let weights = weigh_rows(a.network, a.parameters, &kept);
            let without = update_site(a.parameters, &a.inherent[site], &items, &weights, a.agent_ratio[site]);
            Item { row: left_out, without: without.presence }
        })
        .collect()
}

fn text(a: &Assessment<'_>, row: usize, steps: &[Step]) -> anyhow::Result<String> {
    let p = a.parameters;
    let site = &a.network.sites()[row];
    let sector = &p.sectors[usize::from(site.sector)];
    let inherent = &a.inherent[row];
    let base = &p.bases[a.model.prior(row).levels.base_row];
    let mut out = String::new();
    writeln!(out, "{}  {}", a.network.site_id(row), name(a, row))?;
    writeln!(
        out,
        "{} · {} · {} (district by {}) · {} workers{}",
        site.role.slug().replace('_', " "),
        sector.name,
        place(a, row),
        site.place.slug(),
        inherent.workers,
        if inherent.workers_assumed { " (assumed: the sector's median)" } else { "" }
    )?;
    writeln!(out, "hazards of the work: {}", sector.hazard_notes)?;

    out += &heading("1. Prevalence: share of the workforce in child labour (log-odds, terms sum)");
    out += &waterfall(steps, "child_labour");
    writeln!(
        out,
        "   base {} of the workforce, 90 % interval {} to {} ({}); as reported {}, reporting factor {}",
        percent(base.base),
        percent(base.low),
        percent(base.high),
        base.derivation.slug(),
        percent(base.reported),
        base.reporting
    )?;
    out += &district_rate(a, row);
    writeln!(out, "   prevalence before evidence {}", percent(inherent.prevalence[0]))?;

    out += &heading("2. Of these, forced or trafficked (log-odds, terms sum), and hazardous");
    out += &waterfall(steps, "forced_given_child_labour");
    let hazardous = &sector.profile.hazardous_share;
    writeln!(
        out,
        "   hazardous share {}, 90 % interval {} to {} ({}, {}, grade {})",
        percent(hazardous.value),
        percent(hazardous.low),
        percent(hazardous.high),
        hazardous.derivation.slug(),
        hazardous.provenance.source,
        hazardous.provenance.grade.letter()
    )?;

    out += &heading("3. Girls among the children (log-odds, terms sum)");
    out += &waterfall(steps, "girls_share");

    out += &heading("4. Presence: at least one child among the workforce, before evidence");
    let before = inherent.presence();
    writeln!(out, "   child labour {}   hazardous {}   forced {}", probability(before[0]), probability(before[1]), probability(before[2]))?;

    out += &evidence_text(a, row)?;
    out += &result_text(a, row)?;
    writeln!(out, "\nWhat to do: {}", advice(a, row))?;
    Ok(out)
}

fn waterfall(steps: &[Step], part: &str) -> String {
    let rows = steps.iter().filter(|s| s.part == part).map(|s| {
        let known = match s.known {
            Known::Stated => "",
            Known::Implied => "implied",
            Known::Unknown => "unknown",
        };
        vec![format!("   {}", s.term), log_odds(s.value), percent(s.running), known.to_owned(), s.grade.to_owned(), s.source.clone()]
    });
    table(&["   term", ">log-odds", ">so far", "known", "grade", "source (pack)"], rows)
}

fn evidence_text(a: &Assessment<'_>, row: usize) -> anyhow::Result<String> {
    let mut out = heading("5. Evidence (what each item weighs today, and what presence would be without it)");
    let items = items(a, row);
    let after = a.updated[row].presence;
    if items.is_empty() {
        writeln!(out, "   none on file: nobody has looked, which is not a clean result")?;
    } else {
        let rows = items.iter().map(|item| {
            let e = &a.network.evidence()[item.row];
            let w = &a.weighed[item.row];
            let h = e.hazard.index();
            vec![
                format!("   {}", e.id),
                e.date.to_string(),
                e.method.slug().to_owned(),
                e.finding.slug().to_owned(),
                e.hazard.slug().to_owned(),
                w.sensitivity.map_or("-".to_owned(), percent),
                format!("{:.2}", w.age_weight),
                format!("{:.2}", w.repeat_weight * w.remediation_weight),
                log_odds(w.log_odds()),
                probability(item.without[h]),
                probability(after[h]),
            ]
        });
        out += &table(
            &[
                "   item",
                "date",
                "method",
                "finding",
                "on",
                ">finds children",
                ">age",
                ">repeat",
                ">log-odds today",
                ">presence without",
                ">with",
            ],
            rows,
        );
    }
    if a.agent_ratio[row] > 1.0 {
        writeln!(out, "   record of its agents at other sites: forced labour ×{:.2}", a.agent_ratio[row])?;
    }
    Ok(out)
}

fn result_text(a: &Assessment<'_>, row: usize) -> anyhow::Result<String> {
    let u = &a.updated[row];
    let mut out = heading("6. Result");
    out += &table(
        &["   hazard", ">presence", ">prevalence", ">children", ">girls", ">boys"],
        HAZARDS.iter().map(|h| {
            let e = u.expected[h.index()];
            vec![
                format!("   {}", h.slug()),
                probability(u.presence[h.index()]),
                percent(u.prevalence[h.index()]),
                count(e),
                count(e * u.girls_share),
                count(e * (1.0 - u.girls_share)),
            ]
        }),
    );
    let priority = &a.priority[row];
    writeln!(
        out,
        "   priority {} of {}: {}; severity {} (weighted children if present); band {}",
        priority.rank,
        a.priority.len(),
        priority.class.label(),
        count(priority.severity),
        a.parameters.band(u.presence[Hazard::ChildLabour.index()]).replace('_', " ")
    )?;
    let e = &a.exposure[row];
    writeln!(
        out,
        "   as a buyer: linked share {} ({} of it untraced), traced {} of its value, mean tier {:.2}",
        percent(e.linked(0)),
        percent(if e.linked(0) > 0.0 { e.linked_untraced(0) / e.linked(0) } else { 0.0 }),
        percent(e.traced_share),
        e.mean_tier
    )?;
    let f = &a.inherent[row].footing;
    writeln!(
        out,
        "   footing: {} of the log-odds on grades A and B, {} on estimates and judgement; {} of the conditions asked for are unknown",
        percent(f.sourced),
        percent(f.modelled),
        percent(f.unknown)
    )?;
    Ok(out)
}

/// Weight below which a finding on record is no reason to act at once, but one to look again.
const FADED: f64 = 0.25;

/// Remediation first, leaving last; a person decides.
fn advice(a: &Assessment<'_>, row: usize) -> &'static str {
    let evidence = a.network.evidence();
    let found = a.weighed.iter().filter(|w| evidence[w.row].site as usize == row && w.finding == Finding::Found);
    let strongest = found.map(Weighed::weight).fold(0.0, f64::max);
    match a.priority[row].class.number() {
        1.. if strongest < FADED => {
            "the finding on record is old or remediated: ask after the children it was about, and look again with a method that finds children"
        }
        0 => "look again with a method that finds children (interviews away from the site), before relying on audits",
        3 => {
            "refer to the child-protection authority now, keep the children safe and schooled, do not warn the site; stay as a buyer and fund remediation"
        }
        _ => {
            "start or check remediation with a child-protection service: school, income for the family, follow-up visits; leaving the supplier does not remove the child"
        }
    }
}

fn as_json(a: &Assessment<'_>, row: usize, steps: &[Step]) -> Value {
    let site = &a.network.sites()[row];
    let base = &a.parameters.bases[a.model.prior(row).levels.base_row];
    let known = |k: Known| match k {
        Known::Stated => "stated",
        Known::Implied => "implied",
        Known::Unknown => "unknown",
    };
    let terms: Vec<Value> = steps
        .iter()
        .map(|s| json!({ "part": s.part, "term": s.term, "log_odds": s.value, "known": known(s.known), "grade": s.grade, "source": s.source }))
        .collect();
    let evidence: Vec<Value> = items(a, row)
        .iter()
        .map(|item| {
            let e = &a.network.evidence()[item.row];
            let w = &a.weighed[item.row];
            let h = e.hazard.index();
            json!({
                "evidence_id": e.id, "date": e.date.to_string(), "method": e.method.slug(), "finding": e.finding.slug(), "hazard": e.hazard.slug(),
                "sensitivity": w.sensitivity, "weight": w.weight(), "log_odds_today": w.log_odds(),
                "presence_without": item.without[h], "presence_with": a.updated[row].presence[h],
                "moves_log_odds": logit(a.updated[row].presence[h]) - logit(item.without[h]),
            })
        })
        .collect();
    json!({
        "site_id": a.network.site_id(row),
        "name": a.network.site_name(row),
        "sector": a.parameters.sectors[usize::from(site.sector)].id,
        "place": place(a, row),
        "workers": a.inherent[row].workers,
        "workers_assumed": a.inherent[row].workers_assumed,
        "district_estimate": district_json(a, row),
        "base": { "value": base.base, "low": base.low, "high": base.high, "reported": base.reported, "reporting": base.reporting },
        "terms": terms,
        "presence_before_evidence": by_hazard(&a.inherent[row].presence()),
        "evidence": evidence,
        "agent_ratio": a.agent_ratio[row],
        "presence": by_hazard(&a.updated[row].presence),
        "prevalence": by_hazard(&a.updated[row].prevalence),
        "expected_children": by_hazard(&a.updated[row].expected),
        "girls_share": a.updated[row].girls_share,
        "priority_rank": a.priority[row].rank,
        "recorded_class": a.priority[row].class.number(),
        "advice": advice(a, row),
    })
}
