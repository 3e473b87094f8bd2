//! What laws and guides ask for, element by element: filled from the run, answered by the user, or missing. Nothing fills a gap.

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::parameters::{Framework, FrameworkElement};

use super::Findings;
use super::answers::Answers;
use crate::document::CheckState;

/// Traced share from which a chain counts as traced.
const TRACED: f64 = 0.999;

/// A law or guide, and how far a report meets it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FrameworkFinding {
    /// Id.
    pub framework: String,
    /// Name.
    pub name: String,
    /// Where it is in force.
    pub jurisdiction: String,
    /// Kind.
    pub kind: String,
    /// Status when it was read: in_use, in_force, amended.
    pub status: String,
    /// In force since; empty when unknown.
    pub in_force: String,
    /// First duties apply from; empty when unknown.
    pub applies_from: String,
    /// Who is reached.
    pub thresholds: String,
    /// How far into the supply chain.
    pub scope: String,
    /// Who enforces.
    pub enforcement: String,
    /// What to be careful about.
    pub caveat: String,
    /// How it was read.
    pub verification: String,
    /// Key of its source.
    pub source: String,
    /// Grade.
    pub grade: String,
    /// Elements that are there, of all: no judgement on compliance.
    pub readiness: f64,
    /// What it asks for.
    pub elements: Vec<ElementFinding>,
}

/// An element of a law or guide.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ElementFinding {
    /// Id.
    pub element: String,
    /// What is asked for.
    pub text: String,
    /// The same in Urdu; empty when not translated.
    pub text_ur: String,
    /// Whether it is there.
    pub state: CheckState,
    /// What of the run fills it, or why the run does not: a code with numbers; null where only the user can.
    pub from_run: Option<FromRun>,
    /// What the user says.
    pub answer: Option<AnswerFinding>,
    /// How far it is the law's own element.
    pub note: String,
    /// How it was read.
    pub verification: String,
    /// Key of its source.
    pub source: String,
    /// Grade.
    pub grade: String,
}

/// What a user says of an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerFinding {
    /// What is there.
    pub answer: String,
    /// Where it can be read.
    pub evidence: String,
    /// Its date.
    pub date: String,
}

/// What a run says of an element.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FromRun {
    /// risk, structure, tracing, forced, monitoring, remedy, records.
    pub kind: String,
    /// It fills the element.
    pub fills: bool,
    /// Counts and shares that the words of a report need, in the order of the kind.
    pub numbers: Vec<f64>,
}

/// A framework against findings and answers.
pub(crate) fn framework(f: &Framework, findings: &Findings, answers: &Answers) -> FrameworkFinding {
    let elements: Vec<ElementFinding> = f.elements.iter().map(|e| element(f, e, findings, answers)).collect();
    let there = elements.iter().filter(|e| e.state != CheckState::Missing).count();
    FrameworkFinding {
        framework: f.id.clone(),
        name: f.name.clone(),
        jurisdiction: f.jurisdiction.clone(),
        kind: f.kind.clone(),
        status: f.status.clone(),
        in_force: f.in_force.clone(),
        applies_from: f.applies_from.clone(),
        thresholds: f.thresholds.clone(),
        scope: f.scope.clone(),
        enforcement: f.enforcement.clone(),
        caveat: f.caveat.clone(),
        verification: f.verification.clone(),
        source: f.provenance.source.clone(),
        grade: f.provenance.grade.letter().to_owned(),
        readiness: if elements.is_empty() { 0.0 } else { there as f64 / elements.len() as f64 },
        elements,
    }
}

fn element(f: &Framework, e: &FrameworkElement, findings: &Findings, answers: &Answers) -> ElementFinding {
    let from_run = from_run(&e.fills_from, findings);
    let answer = answers.get(&f.id, &e.id);
    let state = match (&from_run, answer) {
        (_, Some(_)) => CheckState::Answered,
        (Some(run), None) if run.fills => CheckState::Filled,
        _ => CheckState::Missing,
    };
    ElementFinding {
        element: e.id.clone(),
        text: e.text.clone(),
        text_ur: e.text_ur.clone(),
        state,
        from_run,
        answer: answer.map(|a| AnswerFinding { answer: a.answer.clone(), evidence: a.evidence.clone(), date: a.date.clone() }),
        note: e.note.clone(),
        verification: e.verification.clone(),
        source: e.provenance.source.clone(),
        grade: e.provenance.grade.letter().to_owned(),
    }
}

fn from_run(kind: &str, f: &Findings) -> Option<FromRun> {
    let (fills, numbers) = match kind {
        // sites ranked, with an expected child at how many of them
        "risk" => (f.scope.sites > 0, vec![f.scope.sites as f64, f.coverage.sites_with_children.child_labour]),
        // sites, links, countries: a list of sites without links is no chain
        "structure" => (f.scope.links > 0, vec![f.scope.sites as f64, f.scope.links as f64, f.scope.countries.len() as f64]),
        // least traced share of the buyers
        "tracing" => {
            let least = f.buyers.iter().map(|b| b.traced_share).fold(f64::INFINITY, f64::min);
            (least.is_finite() && least >= TRACED, vec![if least.is_finite() { least } else { 0.0 }])
        }
        // sites ranked on forced labour, largest linked share of forced labour of the buyers
        "forced" => {
            let most = f.buyers.iter().map(|b| b.linked.forced.share.value).fold(0.0, f64::max);
            (f.scope.sites > 0, vec![f.scope.sites as f64, most])
        }
        // items of evidence, sites looked at, sites
        "monitoring" => (f.scope.evidence > 0, vec![f.scope.evidence as f64, f.coverage.looked_at as f64, f.scope.sites as f64]),
        // findings on record, of these with verified remediation: only a record with all of them remediated fills it
        "remedy" => {
            let found: usize = f.evidence_summary.iter().map(|s| s.found).sum();
            let remediated: usize = f.evidence_summary.iter().map(|s| s.remediated).sum();
            (found > 0 && found == remediated, vec![found as f64, remediated as f64])
        }
        // input files with digests
        "records" => (!f.run.inputs.is_empty(), vec![f.run.inputs.len() as f64]),
        _ => return None,
    };
    Some(FromRun { kind: kind.to_owned(), fills, numbers })
}
