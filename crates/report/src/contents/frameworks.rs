//! Laws and guides as checklists.

use super::writer::{Writer, anchor, join, n, paragraph, section};
use crate::document::{Block, Check, CheckState, KeyFigure, Section, Text};
use crate::findings::framework::{ElementFinding, FrameworkFinding, FromRun};
use crate::format::{count, percent, whole};
use crate::language::Language;
use crate::words::fill;

pub(super) fn frameworks(w: &Writer<'_>) -> Option<Section> {
    let (words, f) = (w.w, w.f);
    if f.frameworks.is_empty() {
        return None;
    }
    let mut out = section("frameworks", words.h_frameworks, vec![paragraph(words.frameworks_intro)]);
    out.new_page = true;
    for (k, x) in f.frameworks.iter().enumerate() {
        let mut part = section(&anchor("framework", k), "", vec![readiness(w, x), facts(w, x), checklist(w, x)]);
        part.title = Text::name(&x.name);
        out.sections.push(part);
    }
    Some(out)
}

fn readiness(w: &Writer<'_>, x: &FrameworkFinding) -> Block {
    let there = x.elements.iter().filter(|e| e.state != CheckState::Missing).count();
    Block::KeyFigures(vec![KeyFigure {
        value: Text::number(percent(x.readiness)),
        interval: None,
        label: Text::plain(w.w.readiness),
        note: Some(fill(w.w.readiness_is, &[("there", n(there)), ("all", n(x.elements.len()))])),
    }])
}

fn facts(w: &Writer<'_>, x: &FrameworkFinding) -> Block {
    let words = w.w;
    let status = join(vec![Text::plain(w.named("status", &x.status)), Text::name(&x.jurisdiction)], ", ");
    let verified = fill(
        words.element_source,
        &[
            ("source", Text::name(&x.source)),
            ("grade", Text::plain(&x.grade)),
            ("verified", Text::plain(w.named("verification", &x.verification))),
        ],
    );
    let dated = |date: &str| if date.is_empty() { Text::plain(words.unknown) } else { Text::number(date) };
    let facts = vec![
        (words.f_status, status),
        (words.f_in_force, dated(&x.in_force)),
        (words.f_applies, dated(&x.applies_from)),
        (words.f_reach, Text::name(&x.thresholds)),
        (words.f_scope, Text::name(&x.scope)),
        (words.f_enforcement, Text::name(&x.enforcement)),
        (words.f_caveat, if x.caveat.is_empty() { Text::plain(words.none) } else { Text::name(&x.caveat) }),
        (words.f_verified, verified),
    ];
    Block::Facts(facts.into_iter().map(|(name, is)| (Text::plain(name), is)).collect())
}

fn checklist(w: &Writer<'_>, x: &FrameworkFinding) -> Block {
    let words = w.w;
    let check = |e: &ElementFinding| {
        let requirement =
            if w.language == Language::Urdu && !e.text_ur.is_empty() { Text::plain(&e.text_ur) } else { Text::plain(&e.text) };
        let word = match e.state {
            CheckState::Filled => words.state_filled,
            CheckState::Answered => words.state_answered,
            CheckState::Missing => words.state_missing,
        };
        let mut source = vec![fill(
            words.element_source,
            &[
                ("source", Text::name(&e.source)),
                ("grade", Text::plain(&e.grade)),
                ("verified", Text::plain(w.named("verification", &e.verification))),
            ],
        )];
        if !e.note.is_empty() {
            source.push(Text::name(&e.note));
        }
        Check { state: e.state, state_word: word.to_owned(), requirement, answer: answer(w, e), source: join(source, ". ") }
    };
    Block::Checklist(x.elements.iter().map(check).collect())
}

/// What the user says, then what the run says; or that nothing of the run can fill it.
fn answer(w: &Writer<'_>, e: &ElementFinding) -> Text {
    let words = w.w;
    let mut parts = Vec::new();
    if let Some(a) = &e.answer {
        parts.push(fill(words.answer_is, &[("answer", Text::name(&a.answer))]));
        if !a.evidence.is_empty() {
            parts.push(fill(words.answer_evidence, &[("evidence", Text::name(&a.evidence))]));
        }
        if !a.date.is_empty() {
            parts.push(fill(words.answer_date, &[("date", Text::number(&a.date))]));
        }
    }
    match &e.from_run {
        Some(run) => parts.push(from_run(w, run)),
        None if e.answer.is_none() => parts.push(Text::plain(words.r_nothing)),
        None => {}
    }
    join(parts, " ")
}

fn from_run(w: &Writer<'_>, run: &FromRun) -> Text {
    let words = w.w;
    let template = match (run.kind.as_str(), run.fills) {
        ("risk", _) => words.r_risk,
        ("structure", true) => words.r_structure,
        ("structure", false) => words.r_structure_missing,
        ("tracing", true) => words.r_tracing,
        ("tracing", false) => words.r_tracing_missing,
        ("forced", _) => words.r_forced,
        ("monitoring", true) => words.r_monitoring,
        ("monitoring", false) => words.r_monitoring_missing,
        ("remedy", true) => words.r_remedy,
        ("remedy", false) => words.r_remedy_missing,
        _ => words.r_records,
    };
    // shares are in percent, the expected number of sites has decimals, all else is counted
    let shown = |k: usize, x: f64| match (run.kind.as_str(), k) {
        ("tracing", _) | ("forced", 1) => percent(x),
        ("risk", 1) => count(x),
        _ => whole(x),
    };
    let numbers: Vec<(String, Text)> = run.numbers.iter().enumerate().map(|(k, &x)| (k.to_string(), Text::number(shown(k, x)))).collect();
    let with: Vec<(&str, Text)> = numbers.iter().map(|(k, t)| (k.as_str(), t.clone())).collect();
    fill(template, &with)
}
