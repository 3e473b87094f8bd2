//! The explanation as text.

use std::fmt::Write;

use tierlight_answers::explain::{Step, advice, district_estimate, items, referral as services_at};
use tierlight_answers::sites::{name, place};
use tierlight_core::Assessment;
use tierlight_core::model::{HAZARDS, Hazard};
use tierlight_core::risk::term::Known;
use tierlight_data::run::Intervals;

use super::super::referral;
use super::orders;
use crate::view::{count, heading, log_odds, percent, probability, table, with_interval};

pub(super) fn of(a: &Assessment<'_>, row: usize, steps: &[Step], drawn: Option<&Intervals>) -> anyhow::Result<String> {
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
        if inherent.modelled { count(inherent.workers) } else { inherent.workers.to_string() },
        match (inherent.modelled, inherent.workers_assumed) {
            (true, _) => " expected, if there is any",
            (_, true) => " (assumed: the sector's median)",
            _ => "",
        }
    )?;
    writeln!(out, "hazards of the work: {}", sector.hazard_notes)?;
    out += &orders::modelled(a, row)?;

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
    out += &result_text(a, row, drawn)?;
    out += &orders::text(a, row)?;
    writeln!(out, "\nWhat to do: {}", advice(a, row))?;
    out += &referral::text(&services_at(a, row));
    Ok(out)
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

fn result_text(a: &Assessment<'_>, row: usize, drawn: Option<&Intervals>) -> anyhow::Result<String> {
    let u = &a.updated[row];
    let mut out = heading("6. Result");
    out += &table(
        &["   hazard", ">presence", ">prevalence", ">children", ">girls", ">boys"],
        HAZARDS.iter().map(|h| {
            let e = u.expected[h.index()];
            vec![
                format!("   {}", h.slug()),
                with_interval(u.presence[h.index()], drawn.map(|d| &d.presence[h.index()]), probability),
                with_interval(u.prevalence[h.index()], drawn.map(|d| &d.prevalence[h.index()]), percent),
                with_interval(e, drawn.map(|d| &d.expected_children[h.index()]), count),
                count(e * u.girls_share),
                count(e * (1.0 - u.girls_share)),
            ]
        }),
    );
    writeln!(
        out,
        "   {}",
        match drawn {
            Some(_) => "[…]: nine tenths of the draws of everything that is not known lie inside",
            None => "scored without draws: nothing says how far these numbers may be off",
        }
    )?;
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
        with_interval(e.linked(0), drawn.map(|d| &d.linked_share[0]), percent),
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
