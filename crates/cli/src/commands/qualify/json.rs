//! Qualifications as JSON.

use serde_json::{Map, Value, json};
use tierlight_answers::referral_json;
use tierlight_core::law::{Element, Fact, Lacking, Provision, Ruling};
use tierlight_data::packs::Packs;
use tierlight_data::read::alone::Alone;
use tierlight_data::read::findings::LegalFinding;

use super::Qualified;

pub(super) fn of(all: &[Qualified<'_>], read: &Alone<LegalFinding>, packs: &Packs) -> Value {
    json!({
        "note": "decision support for a person, who decides; no legal advice",
        "packs": packs.tables.stamps,
        "table": read.report,
        "issues": read.issues,
        "findings": all.iter().map(|q| finding(q, packs)).collect::<Vec<_>>(),
    })
}

fn finding(q: &Qualified<'_>, packs: &Packs) -> Value {
    let f = q.finding;
    let district = f.district.map(|d| &packs.parameters.districts[usize::from(d)].id);
    let questions = q.law.questions.iter().map(|x| json!({ "fact": x.fact, "question": x.question, "care": x.care, "rules": x.rules }));
    let conflicts = q
        .law
        .conflicts
        .iter()
        .map(|c| json!({ "kind": c.kind.slug(), "outcome": c.outcome.slug(), "holds": c.holds, "fails": c.fails, "note": c.note }));
    let signs = q.law.signs.iter().map(|s| json!({ "id": s.id, "name": s.name, "explanation": s.explanation, "seen": s.seen.slug() }));
    let law_gaps = q.law.law_gaps.iter().map(|(rule, number)| json!({ "rule": rule, "number": number }));
    json!({
        "finding_id": f.id,
        "site_id": f.site,
        "date": f.case.date.to_string(),
        "country": f.case.country,
        "province": f.province,
        "district": district,
        "girls": f.children[0],
        "boys": f.children[1],
        "facts": facts(q),
        "rulings": q.law.rulings.iter().map(ruling).collect::<Vec<_>>(),
        "not_in_force": q.law.not_in_force.iter().map(ruling).collect::<Vec<_>>(),
        "questions": questions.collect::<Vec<_>>(),
        "law_gaps": law_gaps.collect::<Vec<_>>(),
        "conflicts": conflicts.collect::<Vec<_>>(),
        "signs": signs.collect::<Vec<_>>(),
        "referral": referral_json(&q.services),
    })
}

fn facts(q: &Qualified<'_>) -> Map<String, Value> {
    let value = |fact: &Fact| match fact {
        Fact::YesNo(yes) => json!(yes),
        Fact::Number { low, high } => json!({ "low": low, "high": if high.is_finite() { json!(high) } else { Value::Null } }),
        Fact::Words { present, absent, complete } => json!({ "present": present, "absent": absent, "complete": complete }),
    };
    q.finding.case.facts.iter().map(|(name, fact)| (name.clone(), value(fact))).collect()
}

fn ruling(r: &Ruling<'_>) -> Value {
    let elements: Map<String, Value> =
        Element::ALL.iter().zip(r.elements).filter_map(|(e, answer)| Some((e.slug().to_owned(), answer?.slug().into()))).collect();
    let missing = r.lacking.iter().map(|lacking| match lacking {
        Lacking::Fact(name) => json!({ "fact": name }),
        Lacking::OfLaw(name) => json!({ "law": name }),
    });
    json!({
        "rule_id": r.rule.id,
        "outcome": r.rule.outcome.slug(),
        "verdict": r.verdict.slug(),
        "elements": elements,
        "open_element": r.open.map(Element::slug),
        "question": r.question(),
        "missing": missing.collect::<Vec<_>>(),
        "place": r.place.slug(),
        "in_force": r.in_force.slug(),
        "international": r.is_international(),
        "citation": r.citation(),
        "conclusion": r.rule.conclusion,
        "reading": { "note": r.rule.note, "source": r.rule.provenance.source, "grade": r.rule.provenance.grade.letter(), "pack": r.rule.provenance.pack, "row": r.rule.provenance.row },
        "provision": r.provision.map(provision),
        "ages": r.age.map(|a| json!({
            "jurisdiction_id": a.id, "jurisdiction": a.jurisdiction, "branch": a.branch, "general": a.general, "light": a.light,
            "hazardous": a.hazardous, "schooling": a.schooling, "act": a.act, "scope": a.scope, "conflict": a.conflict, "reliable": a.reliable,
            "verification": a.verification.slug(), "source": a.provenance.source, "grade": a.provenance.grade.letter(),
        })),
    })
}

fn provision(p: &Provision) -> Value {
    json!({
        "provision_id": p.id, "act": p.act, "number": p.number, "sections": p.sections, "wording": p.wording, "province": p.province,
        "min_age": p.min_age, "prison_years": p.penalty.prison, "fine": p.penalty.fine, "penalty_note": p.penalty.note,
        "enforced_by": p.enforced_by, "gap": p.gap, "status": p.status.slug(), "status_note": p.status_note, "valid_from": p.valid_from_text,
        "valid_to": p.valid_to_text, "verification": p.verification.slug(), "verification_note": p.verification_note,
        "source": p.provenance.source, "grade": p.provenance.grade.letter(), "pack": p.provenance.pack, "row": p.provenance.row,
    })
}
