//! One page about a site: its score term by term, which visit would tell most, what to ask.

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::decide::answer::{Answer, answers};
use tierlight_core::decide::visit::{Approach, Visit, visit};
use tierlight_core::model::{Condition, Method, Role};
use tierlight_core::risk::logit::expit;
use tierlight_core::risk::term::Known;

use super::site::SiteRef;

/// Everything about one site that its row in the table does not say.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Page {
    /// Who.
    pub site: SiteRef,
    /// Prevalence of child labour in log-odds, term by term: they sum.
    pub terms: Vec<TermFinding>,
    /// Prevalence before evidence.
    pub prevalence: f64,
    /// Presence before evidence.
    pub before_evidence: f64,
    /// Presence after evidence.
    pub presence: f64,
    /// Ways of looking at the site, the most telling first.
    pub visits: Vec<VisitFinding>,
    /// What to ask, the most telling first.
    pub questions: Vec<Question>,
}

/// A term of the log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TermFinding {
    /// Its name.
    pub term: String,
    /// Log-odds it adds.
    pub value: f64,
    /// Probability of the running sum.
    pub so_far: f64,
    /// stated, implied, unknown.
    pub known: String,
    /// Grade of its parameter; empty for arithmetic.
    pub grade: String,
    /// Key of its source; empty for arithmetic.
    pub source: String,
}

/// What a visit would tell (6.2).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VisitFinding {
    /// Name of the way of looking.
    pub approach: String,
    /// Chance that it finds children who are there.
    pub sensitivity: f64,
    /// Chance that it finds children, by all that is known.
    pub finds: f64,
    /// Presence after it has found.
    pub if_found: f64,
    /// Presence after it has not found.
    pub if_not_found: f64,
    /// Expected change of presence, either way.
    pub tells: f64,
}

/// A condition to ask about (6.3).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Question {
    /// Condition.
    pub condition: String,
    /// What is known: true, false; null is unknown.
    pub state: Option<bool>,
    /// Presence if it is so.
    pub if_yes: f64,
    /// Presence if it is not.
    pub if_no: f64,
}

/// Ways of looking that are compared, by name.
pub const APPROACHES: [(&str, Approach); 7] = [
    ("questionnaire", Approach::plain(Method::SupplierQuestionnaire)),
    ("announced_paid_audit", Approach { supplier_paid: true, ..Approach::plain(Method::AnnouncedSocialAudit) }),
    ("unannounced_audit", Approach::plain(Method::UnannouncedAudit)),
    ("unannounced_audit_off_site", Approach { children_interviewed: true, off_site: true, ..Approach::plain(Method::UnannouncedAudit) }),
    ("labour_inspection", Approach::plain(Method::LabourInspection)),
    ("home_visit", Approach::plain(Method::HomeVisit)),
    ("child_interview_off_site", Approach { off_site: true, ..Approach::plain(Method::ChildInterview) }),
];

/// Spread of presence between the answers below which a question is not worth asking.
const TELLING: f64 = 0.002;

pub(crate) fn page(a: &Assessment<'_>, row: usize) -> Page {
    let mut sum = 0.0;
    let mut terms = Vec::new();
    a.model.child_labour_terms(row, &mut |c| {
        sum += c.value;
        terms.push(TermFinding {
            term: c.term.slug().to_owned(),
            value: c.value,
            so_far: expit(sum),
            known: match c.known {
                Known::Stated => "stated",
                Known::Implied => "implied",
                Known::Unknown => "unknown",
            }
            .to_owned(),
            grade: c.provenance.map_or("", |p| p.grade.letter()).to_owned(),
            source: c.provenance.map(|p| p.source.clone()).unwrap_or_default(),
        });
    });
    Page {
        site: SiteRef::new(a, row),
        terms,
        prevalence: a.inherent[row].prevalence[0],
        before_evidence: a.inherent[row].presence()[0],
        presence: a.updated[row].presence[0],
        visits: visits(a, row),
        questions: questions(a, row),
    }
}

/// True when a site can be looked at in a way: home visits are for homes.
#[must_use]
pub fn fits(a: &Assessment<'_>, row: usize, approach: &Approach) -> bool {
    let site = &a.network.sites()[row];
    let homes = site.role == Role::HomeCluster || a.model.condition(row, Condition::HomeBased) != Some(false);
    approach.method != Method::HomeVisit || homes
}

/// Ways of looking at a site, the most telling first.
pub(crate) fn visits(a: &Assessment<'_>, row: usize) -> Vec<VisitFinding> {
    let found = APPROACHES.iter().filter(|(_, approach)| fits(a, row, approach));
    let mut out: Vec<VisitFinding> = found.filter_map(|(name, approach)| visit(a, row, *approach).map(|v| of_visit(name, &v))).collect();
    out.sort_by(|x, y| y.tells.total_cmp(&x.tells));
    out
}

fn of_visit(name: &str, v: &Visit) -> VisitFinding {
    VisitFinding {
        approach: name.to_owned(),
        sensitivity: v.sensitivity,
        finds: v.finds,
        if_found: v.if_found,
        if_not_found: v.if_not_found,
        tells: v.expected_change,
    }
}

/// Unknown conditions and those that raise the site, the most telling first.
fn questions(a: &Assessment<'_>, row: usize) -> Vec<Question> {
    let worth = |x: &Answer| {
        let risky = match x.state {
            None => true,
            Some(true) => x.if_yes > x.if_no,
            Some(false) => x.if_no > x.if_yes,
        };
        risky && x.spread() >= TELLING
    };
    let question = |x: Answer| Question { condition: x.condition.slug().to_owned(), state: x.state, if_yes: x.if_yes, if_no: x.if_no };
    answers(a, row).into_iter().filter(worth).map(question).collect()
}
