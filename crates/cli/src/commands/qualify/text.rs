//! Qualifications as text.

use std::fmt::Write;

use tierlight_core::law::{Answer, ConflictKind, Fact, Outcome, Penalty, Ruling, Verdict};
use tierlight_data::packs::Packs;

use super::super::referral;
use super::Qualified;
use crate::qualify_args::QualifyArgs;
use crate::view::{clean, heading, table};

/// Said with every result.
const CARE: &str = "Decision support for a person: rules and facts are set side by side, and nobody is labelled. No legal advice; read the text of a\n\
provision before you rely on it. Children first: safety, family income and school; do not warn the site where force or debt is seen.\n";

pub(super) fn of(all: &[Qualified<'_>], packs: &Packs, args: &QualifyArgs) -> anyhow::Result<String> {
    let mut out = CARE.to_owned();
    for one in all.iter().take(args.limit) {
        out += &finding(one, packs, args)?;
    }
    if all.len() > args.limit {
        writeln!(out, "\n… and {} more findings; --limit shows more, --format json and -o all", all.len() - args.limit)?;
    }
    if let Some(path) = &args.output {
        writeln!(out, "\ntable of rulings: {}", path.display())?;
    }
    Ok(out)
}

fn finding(q: &Qualified<'_>, packs: &Packs, args: &QualifyArgs) -> anyhow::Result<String> {
    let f = q.finding;
    let country = &packs.parameters.countries[usize::from(f.country)].name;
    let place: Vec<&str> = f.province.as_deref().into_iter().chain([country.as_str()]).collect();
    let mut out = format!("\n== {}  {}  {}\n", clean(&f.id), f.case.date, place.join(", "));
    writeln!(out, "   facts: {}", facts(q))?;
    out += &rulings("What the rules say (for a person to decide)", q.law.rulings.iter().filter(|r| is_shown(r, args.all)));
    let left = q.law.rulings.iter().filter(|r| !is_shown(r, args.all)).count();
    if left > 0 {
        writeln!(out, "   {left} more rules hold at the place and nothing stated touches them; --all lists them")?;
    }
    if !q.law.not_in_force.is_empty() {
        out += &rulings("Met, but no law on the day, or not binding the State", q.law.not_in_force.iter());
    }
    out += &questions(q, args)?;
    out += &conflicts(q)?;
    out += &signs(q)?;
    out += &referral::text(&q.services);
    Ok(out)
}

/// Rules that say something: met, open, or waiting for a fact with something met already.
fn is_shown(r: &Ruling<'_>, all: bool) -> bool {
    let trafficking = r.rule.outcome == Outcome::Trafficking && r.is_touched();
    all || r.verdict >= Verdict::Arguable
        || (r.verdict == Verdict::Unknown && r.is_touched())
        || (r.verdict == Verdict::NotMet && trafficking)
}

fn rulings<'a>(title: &str, rulings: impl Iterator<Item = &'a Ruling<'a>>) -> String {
    let rows = rulings.map(|r| {
        vec![
            format!("   {}", r.rule.outcome.label()),
            r.verdict.label().to_owned(),
            r.citation(),
            elements(r),
            in_force(r),
            format!("{}, {}", r.verification().slug().replace('_', " "), r.provenance().source),
            r.provision.map(|p| penalty(&p.penalty)).unwrap_or_default(),
            r.rule.conclusion.clone(),
        ]
    });
    heading(&format!("   {title}"))
        + &table(&["   outcome", "elements", "provision", "element by element", "in force", "read", "penalty", "if so"], rows)
}

/// "act yes, means unknown (open), purpose yes".
pub(super) fn elements(r: &Ruling<'_>) -> String {
    let named = tierlight_core::law::Element::ALL.iter().zip(r.elements);
    let each = named.filter_map(|(element, answer)| {
        let open = if r.open == Some(*element) { " (open in law)" } else { "" };
        Some(format!("{} {}{open}", element.slug(), answer?.slug()))
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Whether it was law on the day, and what its status says.
pub(super) fn in_force(r: &Ruling<'_>) -> String {
    let known = match r.in_force {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "not known",
    };
    let Some(p) = r.provision else { return known.to_owned() };
    let dates = match (p.valid_from_text.as_str(), p.valid_to_text.as_str()) {
        ("", "") => String::new(),
        (from, "") => format!(" from {from}"),
        (from, to) => format!(" {from} to {to}"),
    };
    let status = p.status.slug().replace('_', " ");
    if status == "in force" { format!("{known}{dates}") } else { format!("{known}{dates}, {status}") }
}

/// "2 to 10 years; up to 1000000".
pub(super) fn penalty(p: &Penalty) -> String {
    let range = |[low, high]: [Option<f64>; 2], unit: &str| match (low, high) {
        (Some(low), Some(high)) if low < high => format!("{low} to {high}{unit}"),
        (Some(only), Some(_)) => format!("{only}{unit}"),
        (Some(low), None) => format!("from {low}{unit}"),
        (None, Some(high)) => format!("up to {high}{unit}"),
        (None, None) => String::new(),
    };
    let parts = [range(p.prison, " years"), range(p.fine, " fine"), p.note.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

pub(super) fn facts(q: &Qualified<'_>) -> String {
    let word = |name: &String, fact: &Fact| match fact {
        Fact::YesNo(yes) => format!("{name} {}", if *yes { "yes" } else { "no" }),
        Fact::Number { low, high } if low.to_bits() == high.to_bits() => format!("{name} {low}"),
        Fact::Number { low, high } if high.is_infinite() => format!("{name} {low}+"),
        Fact::Number { low, high } => format!("{name} {low} to {high:.0}"),
        Fact::Words { present, absent, complete } => {
            let none = (present.is_empty() && *complete).then(|| "none".to_owned());
            let each = present.iter().cloned().chain(absent.iter().map(|w| format!("not {w}"))).chain(none);
            format!("{name} {}", each.collect::<Vec<_>>().join("/"))
        }
    };
    let stated = q.finding.case.facts.iter().filter(|(name, _)| !["country", "province", "broad"].contains(&name.as_str()));
    stated.map(|(name, fact)| word(name, fact)).collect::<Vec<_>>().join(", ")
}

fn questions(q: &Qualified<'_>, args: &QualifyArgs) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut open: Vec<String> = Vec::new();
    for question in q.law.rulings.iter().filter_map(Ruling::question) {
        if !open.contains(&question) {
            open.push(question);
        }
    }
    if !open.is_empty() {
        out += &heading("   Open in law (for a lawyer or a court)");
        for question in open {
            writeln!(out, "   - {question}")?;
        }
    }
    if !q.law.questions.is_empty() {
        out += &heading("   Facts that are missing (those that decide most first)");
        for question in q.law.questions.iter().take(args.questions) {
            let care = if question.care.is_empty() { String::new() } else { format!(" [{}]", question.care) };
            writeln!(out, "   - {}: {}{care}", question.fact, question.question)?;
            writeln!(out, "     bears on {}", question.rules.join(", "))?;
        }
        if q.law.questions.len() > args.questions {
            writeln!(out, "   … and {} more; --questions shows more", q.law.questions.len() - args.questions)?;
        }
    }
    if !q.law.law_gaps.is_empty() {
        let gaps: Vec<String> = q.law.law_gaps.iter().map(|(rule, number)| format!("{number} of {rule}")).collect();
        writeln!(out, "   not in the packs: {}", gaps.join(", "))?;
    }
    Ok(out)
}

fn conflicts(q: &Qualified<'_>) -> anyhow::Result<String> {
    if q.law.conflicts.is_empty() {
        return Ok(String::new());
    }
    let mut out = heading("   Where rules or sources disagree");
    for c in &q.law.conflicts {
        let (about, holds) = (c.outcome.label(), c.holds.join(", "));
        match c.kind {
            ConflictKind::National => writeln!(out, "   - {about}: under {holds}, not under {}", c.fails.join(", "))?,
            ConflictKind::International => {
                writeln!(out, "   - {about}: barred by {holds}, left open by {}", c.fails.join(", "))?;
            }
            ConflictKind::Sources => writeln!(out, "   - {holds}: {}", c.note)?,
        }
    }
    Ok(out)
}

fn signs(q: &Qualified<'_>) -> anyhow::Result<String> {
    let names = |answer| q.law.signs.iter().filter(move |s| s.seen == answer).map(|s| s.name).collect::<Vec<_>>();
    let (seen, not_seen, unknown) = (names(Answer::Yes), names(Answer::No), names(Answer::Unknown));
    let mut out = String::new();
    if !seen.is_empty() || !not_seen.is_empty() {
        out += &heading("   Signs of forced labour (ILO)");
        writeln!(
            out,
            "   seen {} of {}: {}",
            seen.len(),
            q.law.signs.len(),
            if seen.is_empty() { "none".to_owned() } else { seen.join("; ") }
        )?;
        writeln!(out, "   looked for and not seen {}; not looked for {}", not_seen.len(), unknown.len())?;
    }
    Ok(out)
}
