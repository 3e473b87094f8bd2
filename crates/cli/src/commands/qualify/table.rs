//! Rulings as a table: one row for each finding and rule.

use std::path::Path;

use tierlight_core::law::{Lacking, Ruling};
use tierlight_data::cells::write_cells;

use super::Qualified;
use super::text::{elements, in_force, penalty};

const COLUMNS: [&str; 18] = [
    "finding_id",
    "date",
    "rule_id",
    "outcome",
    "verdict",
    "elements",
    "open_element",
    "question",
    "missing",
    "act",
    "sections",
    "wording",
    "conclusion",
    "in_force",
    "penalty",
    "verification",
    "source_key",
    "grade",
];

/// Writes all rulings of all findings, those that are no law as well.
pub(super) fn write(path: &Path, force: bool, all: &[Qualified<'_>]) -> anyhow::Result<()> {
    let rulings = all.iter().flat_map(|q| q.law.rulings.iter().chain(&q.law.not_in_force).map(move |r| row(q, r)));
    Ok(write_cells(path, force, &COLUMNS, rulings)?)
}

fn row(q: &Qualified<'_>, r: &Ruling<'_>) -> [String; COLUMNS.len()] {
    let missing = r.lacking.iter().map(|lacking| match lacking {
        Lacking::Fact(name) => name.clone(),
        Lacking::OfLaw(name) => format!("law: {name}"),
    });
    let of = |get: fn(&tierlight_core::law::Provision) -> &String| r.provision.map(get).cloned().unwrap_or_default();
    [
        q.finding.id.clone(),
        q.finding.case.date.to_string(),
        r.rule.id.clone(),
        r.rule.outcome.slug().to_owned(),
        r.verdict.slug().to_owned(),
        elements(r),
        r.open.map_or_else(String::new, |open| open.slug().to_owned()),
        r.question().unwrap_or_default(),
        missing.collect::<Vec<_>>().join("; "),
        r.provision.map_or_else(|| r.citation(), |p| p.act.clone()),
        of(|p| &p.sections),
        of(|p| &p.wording),
        r.rule.conclusion.clone(),
        in_force(r),
        r.provision.map(|p| penalty(&p.penalty)).unwrap_or_default(),
        r.verification().slug().to_owned(),
        r.provenance().source.clone(),
        r.provenance().grade.letter().to_owned(),
    ]
}
