//! Comparisons as text.

use std::fmt::Write;

use tierlight_core::Assessment;
use tierlight_core::decide::whatif::{Comparison, Departure, Drawn, Effect, Spread};
use tierlight_core::model::{HAZARDS, PerSex};
use tierlight_report::findings::care::referrals;

use super::Shown;
use crate::view::{count, heading, percent, probability, short, table};
use tierlight_answers::sites::name;

/// Differences below this are rounding.
const ROUNDING: f64 = 1e-12;
/// Width of a name.
const NAME: usize = 30;

pub(super) fn of(s: &Shown<'_>) -> anyhow::Result<String> {
    let mut out = String::new();
    if let [one] = s.outcomes.as_slice() {
        writeln!(out, "Scenario: {}{}", one.scenario.name, noted(&one.scenario.note))?;
        out += &effects(s.a, &one.comparison);
        out += &buyers(s, &one.comparison);
        out += &children(&one.comparison);
        out += &sites(s, &one.comparison);
        out += &care(s.a, &one.comparison)?;
    } else {
        for (k, one) in s.outcomes.iter().enumerate() {
            writeln!(out, "Scenario {}: {}{}", k + 1, one.scenario.name, noted(&one.scenario.note))?;
            out += &effects(s.a, &one.comparison);
        }
        out += &side_by_side(s);
        for (k, one) in s.outcomes.iter().enumerate() {
            let told = care(s.a, &one.comparison)?;
            if !told.is_empty() {
                write!(out, "\nScenario {}, {}:{told}", k + 1, one.scenario.name)?;
            }
        }
    }
    out += &footnote(s);
    Ok(out)
}

fn noted(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!(" ({note})") }
}

fn effects(a: &Assessment<'_>, c: &Comparison) -> String {
    let of = |site: usize| format!("{} {}", a.network.site_id(site), short(a.network.site_name(site), NAME)).trim_end().to_owned();
    let line = |e: &Effect| match *e {
        Effect::Remediated { site, items: 0 } => {
            format!("remediate {}: nothing found is open there, so nothing changes in the model", of(site))
        }
        Effect::Remediated { site, items } => {
            format!(
                "remediate {}: counted as remediated today: {items} finding{}, which keep the relapse factor of their weight (3.6)",
                of(site),
                plural(items)
            )
        }
        Effect::Formalised { site, conditions } => {
            format!("formalise {}: registered, not home based; {conditions} condition{} changed", of(site), plural(conditions))
        }
        Effect::DebtEnded { agent, sites } => format!(
            "end advance debt of {}: at {sites} site{} it is unknown from now on whether advances bind workers, unless another agent gives some",
            a.network.agents()[agent].id,
            plural(sites)
        ),
        Effect::Moved { buyer, from, to: Some(to), share } => {
            format!("move: {} of all that {} buys, from {} to {}", percent(share), of(buyer), of(from), of(to))
        }
        Effect::Moved { buyer, from, to: None, share } => {
            format!(
                "drop: {} of all that {} buys no longer comes from {}; nobody has said from whom instead",
                percent(share),
                of(buyer),
                of(from)
            )
        }
        Effect::Disclosed { buyer, share, .. } if share <= 0.0 => format!("disclose {}: nothing it buys is untraced", of(buyer)),
        Effect::Disclosed { buyer, share, sectors } => format!(
            "disclose {}: {} of its purchases linked to typical (modelled) suppliers, of {sectors} sector{} that recipes name and of all others by their employed",
            of(buyer),
            percent(share),
            plural(sectors)
        ),
    };
    c.effects.iter().flat_map(|e| ["   ".to_owned(), crate::view::clean(&line(e)), "\n".to_owned()]).collect()
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// A difference of shares in percentage points.
fn points(x: f64) -> String {
    if x.abs() < ROUNDING {
        "0".to_owned()
    } else if x.abs() < 5e-6 {
        format!("{}0.001", if x > 0.0 { "<+" } else { ">−" })
    } else {
        format!("{:+.3}", 100.0 * x).replace('-', "−")
    }
}

/// A difference of expected children.
fn people(x: f64) -> String {
    let sign = if x > 0.0 { "+" } else { "−" };
    if x.abs() < ROUNDING { "0".to_owned() } else { format!("{sign}{}", count(x.abs())) }
}

fn with_interval(x: f64, drawn: Option<&Drawn>, show: fn(f64) -> String) -> String {
    drawn.map_or_else(|| show(x), |d| format!("{} {}", show(x), interval(&d.difference, show)))
}

fn interval(s: &Spread, show: fn(f64) -> String) -> String {
    format!("[{}, {}]", show(s.p05), show(s.p95))
}

fn buyers(s: &Shown<'_>, c: &Comparison) -> String {
    let mut order: Vec<usize> = (0..c.buyers.len()).collect();
    let change = |k: usize| (c.buyers[k].after.linked(0) - c.buyers[k].before.linked(0)).abs();
    order.sort_by(|&x, &y| change(y).total_cmp(&change(x)).then(x.cmp(&y)));
    let mut out = heading("Buyers: linked share of product value (differences in percentage points, and 90 % of the draws)");
    let rows = order.iter().take(s.top).flat_map(|&k| {
        let b = &c.buyers[k];
        HAZARDS.iter().map(move |hazard| {
            let h = hazard.index();
            let first = hazard.index() == 0;
            let drawn = b.drawn.as_ref().map(|d| &d[h]);
            let show =
                |x: f64, spread: Option<&Spread>| spread.map_or_else(|| percent(x), |q| format!("{} {}", percent(x), interval(q, percent)));
            let sex = |sex: usize| points(b.after.linked_sex(h, sex) - b.before.linked_sex(h, sex));
            vec![
                if first { format!("   {}", s.a.network.site_id(b.buyer)) } else { String::new() },
                if first { short(&name(s.a, b.buyer), NAME) } else { String::new() },
                hazard.slug().to_owned(),
                show(b.before.linked(h), drawn.map(|d| &d.before)),
                show(b.after.linked(h), drawn.map(|d| &d.after)),
                with_interval(b.after.linked(h) - b.before.linked(h), drawn, points),
                sex(0),
                sex(1),
                format!("{} → {}", percent(b.before.linked_untraced(h)), percent(b.after.linked_untraced(h))),
                if first { format!("{} → {}", percent(b.before.traced_share), percent(b.after.traced_share)) } else { String::new() },
            ]
        })
    });
    out += &table(
        &["   buyer", "name", "hazard", ">before", ">after", ">difference", ">girls", ">boys", ">of it untraced", ">value traced"],
        rows,
    );
    let more = order.len().saturating_sub(s.top);
    if more > 0 { out + &format!("   … and {more} more; --top shows more, --format json all\n") } else { out }
}

fn sum(x: &PerSex<f64>) -> f64 {
    x[0] + x[1]
}

fn children(c: &Comparison) -> String {
    let t = &c.total;
    let mut out = heading("Children expected at all sites (leaving a site takes nobody out of this count)");
    out += &table(
        &["   hazard", ">before", ">after", ">difference", ">girls", ">boys"],
        HAZARDS.iter().map(|hazard| {
            let h = hazard.index();
            vec![
                format!("   {}", hazard.slug()),
                count(sum(&t.before[h])),
                count(sum(&t.after[h])),
                with_interval(sum(&t.after[h]) - sum(&t.before[h]), t.drawn.as_ref().map(|d| &d[h]), people),
                people(t.after[h][0] - t.before[h][0]),
                people(t.after[h][1] - t.before[h][1]),
            ]
        }),
    );
    out
}

fn sites(s: &Shown<'_>, c: &Comparison) -> String {
    if c.sites.is_empty() {
        return heading("Sites: none changes");
    }
    let mut out = heading(&format!("Sites that change ({} of {})", c.sites.len().min(s.top), c.sites.len()));
    out += &table(
        &["   site", "name", ">children present", ">forced", ">children (girls/boys)"],
        c.sites.iter().take(s.top).map(|x| {
            let arrow = |h: usize| format!("{} → {}", probability(x.before.presence[h]), probability(x.after.presence[h]));
            let (girls, boys) = (x.after.girls_share, 1.0 - x.after.girls_share);
            let after = x.after.expected[0];
            vec![
                format!("   {}", s.a.network.site_id(x.site)),
                short(&name(s.a, x.site), NAME),
                arrow(0),
                arrow(2),
                format!("{} → {} ({}/{})", count(x.before.expected[0]), count(after), count(after * girls), count(after * boys)),
            ]
        }),
    );
    out
}

/// Buyers and children under every scenario.
fn side_by_side(s: &Shown<'_>) -> String {
    let h = s.hazard.index();
    let columns = |first: &[&str]| -> Vec<String> {
        let scenarios = s.outcomes.iter().enumerate().map(|(k, o)| format!(">{} {}", k + 1, short(&o.scenario.name, NAME)));
        first.iter().map(|x| (*x).to_owned()).chain(scenarios).collect()
    };
    let mut out = heading(&format!(
        "Buyers: linked share of product value, {} (difference in percentage points, and 90 % of the draws)",
        s.hazard.label()
    ));
    let Some(first) = s.outcomes.first().map(|o| &o.comparison) else { return out };
    let header = columns(&["   buyer", "name", ">now"]);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    out += &table(
        &header,
        first.buyers.iter().enumerate().take(s.top).map(|(k, b)| {
            let own = [format!("   {}", s.a.network.site_id(b.buyer)), short(&name(s.a, b.buyer), NAME), percent(b.before.linked(h))];
            let after = s.outcomes.iter().map(|o| {
                let b = &o.comparison.buyers[k];
                let change = with_interval(b.after.linked(h) - b.before.linked(h), b.drawn.as_ref().map(|d| &d[h]), points);
                format!("{} ({change})", percent(b.after.linked(h)))
            });
            own.into_iter().chain(after).collect()
        }),
    );
    out += &heading("Children expected at all sites");
    let header = columns(&["   hazard", ">now"]);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    out += &table(
        &header,
        HAZARDS.iter().map(|hazard| {
            let h = hazard.index();
            let own = [format!("   {}", hazard.slug()), count(sum(&first.total.before[h]))];
            let after = s.outcomes.iter().map(|o| {
                let t = &o.comparison.total;
                let change = with_interval(sum(&t.after[h]) - sum(&t.before[h]), t.drawn.as_ref().map(|d| &d[h]), people);
                format!("{} ({change})", count(sum(&t.after[h])))
            });
            own.into_iter().chain(after).collect()
        }),
    );
    out
}

/// What to think of before acting.
fn care(a: &Assessment<'_>, c: &Comparison) -> anyhow::Result<String> {
    let mut out = String::new();
    for d in c.departures.iter().filter(|d| d.share > 0.0) {
        writeln!(out, "   {}", crate::view::clean(&departure(a, d)))?;
    }
    if !c.departures.is_empty() {
        writeln!(
            out,
            "   Cut and run helps no child: remediate and support first, with time, prices that pay for it, and school; leave last, and say so early."
        )?;
    }
    for e in &c.effects {
        match e {
            Effect::Remediated { items: 1.., .. } => {
                writeln!(
                    out,
                    "   Remediation counts when it is verified: school, income for the family, follow-up visits. Children taken out of one site are at risk of being exploited at another."
                )?;
            }
            Effect::Formalised { .. } => {
                writeln!(
                    out,
                    "   Formalising: registered sites outside homes have less child labour; that is an association. Work that leaves homes may also leave mothers without income: plan for it."
                )?;
            }
            Effect::DebtEnded { .. } => {
                writeln!(
                    out,
                    "   Advance debt: ending a scheme is no proof that no debt is left. Ask the families, away from the site, and record what they say."
                )?;
            }
            Effect::Disclosed { share, .. } if *share > 0.0 => {
                writeln!(
                    out,
                    "   Disclosure: names alone move value from untraced to traced and change no expectation. What is found there will: visit them."
                )?;
            }
            _ => {}
        }
    }
    if out.is_empty() {
        return Ok(out);
    }
    let mut concerned: Vec<usize> = c.departures.iter().map(|d| d.site).collect();
    concerned.extend(c.effects.iter().filter_map(|e| if let Effect::Remediated { site, .. } = e { Some(*site) } else { None }));
    if !concerned.is_empty() {
        let found = referrals(a, &concerned);
        let services: Vec<String> =
            found.services.iter().take(3).map(|r| format!("{} {}", r.service, r.contact).trim_end().to_owned()).collect();
        if services.is_empty() {
            writeln!(out, "   Refer children to the child-protection authority of the place; the packs know no service there.")?;
        } else {
            writeln!(out, "   Refer children to: {}.", services.join("; "))?;
        }
    }
    // each remark once, whatever was done how often
    let mut lines: Vec<&str> = Vec::new();
    out.lines().for_each(|line| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    });
    Ok(heading("Before you act") + &lines.join("\n") + "\n")
}

fn departure(a: &Assessment<'_>, d: &Departure) -> String {
    let id = |site: usize| a.network.site_id(site);
    let goes = match d.to {
        Some(to) => format!("to {} ({} children present)", id(to), probability(a.updated[to].presence[0])),
        None => "to sites nobody has named, counted at the level of what the sector buys".to_owned(),
    };
    let children = |h: usize| format!("{} girls and {} boys", count(d.children[h][0]), count(d.children[h][1]));
    format!(
        "{} takes {} of its purchases from {}: they go {goes}. The children stay: {} in child labour ({} in forced labour) are expected at {} as before, \
         and {}.",
        id(d.buyer),
        percent(d.share),
        id(d.site),
        children(0),
        children(2),
        id(d.site),
        match d.other_buyers {
            0 => "nobody else in the network buys there".to_owned(),
            n => format!("{n} other buyer{} would still be there to act", plural(n)),
        }
    )
}

fn footnote(s: &Shown<'_>) -> String {
    let draws = if s.draws > 0 {
        format!(
            "\n[…] hold nine tenths of {} draws (seed {}), the same numbers before and after: what a scenario does not touch cancels.\n",
            s.draws, s.seed
        )
    } else {
        String::from("\n")
    };
    draws
        + "What is compared is the model's expectation. Its conditions are associations, not effects of an action; docs/whatif.md says what each action changes.\n"
}
