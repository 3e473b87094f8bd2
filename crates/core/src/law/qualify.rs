//! All rules against one finding: what they come to, where they disagree, and what to ask.

use std::collections::BTreeMap;

use super::ruling::{Case, Footing, ruling};
use super::{AgeLaw, Answer, Basis, Condition, Element, Lacking, Law, Outcome, Provision, Rule, Ruling, Status, Verdict};

/// What the rules say about a finding. Nothing here is a label on a case: a person decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Qualification<'a> {
    /// Rules that hold at the place and were or may have been law on the day: by outcome, the strongest first.
    pub rulings: Vec<Ruling<'a>>,
    /// Rules whose elements are met, but that were no law on the day, or do not bind the country.
    pub not_in_force: Vec<Ruling<'a>>,
    /// Where rules or sources disagree.
    pub conflicts: Vec<Conflict<'a>>,
    /// Facts that nobody has stated, those that decide most first.
    pub questions: Vec<Question<'a>>,
    /// Numbers of laws that the packs do not have: (rule, name of the number).
    pub law_gaps: Vec<(&'a str, String)>,
    /// The ILO's signs of forced labour.
    pub signs: Vec<Sign<'a>>,
}

/// A sign of forced labour, and whether it was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Sign<'a> {
    /// Slug.
    pub id: &'a str,
    /// Name.
    pub name: &'a str,
    /// What it means.
    pub explanation: &'a str,
    /// Seen, looked for and not seen, or not looked for.
    pub seen: Answer,
}

/// A fact to ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Question<'a> {
    /// The fact.
    pub fact: String,
    /// How to ask for it.
    pub question: &'a str,
    /// What to be careful about.
    pub care: &'a str,
    /// Rules that wait for it.
    pub rules: Vec<&'a str>,
}

/// What kind of disagreement it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictKind {
    /// Provisions of the country disagree.
    National,
    /// The law of the country leaves open what a treaty bars.
    International,
    /// Sources disagree about what the law is.
    Sources,
}

impl ConflictKind {
    /// Name in tables and files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        ["national", "international", "sources"][self as usize]
    }
}

/// A disagreement.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict<'a> {
    /// What kind.
    pub kind: ConflictKind,
    /// What it is about.
    pub outcome: Outcome,
    /// Rules under which it holds.
    pub holds: Vec<&'a str>,
    /// Rules under which it does not.
    pub fails: Vec<&'a str>,
    /// What the sources say; empty where the rules say it.
    pub note: &'a str,
}

/// Fact that lists the signs of forced labour.
const SIGNS: &str = "indicators";
/// Branch of ages that hold for all work not named apart.
const GENERAL: &str = "general";

/// Holds a finding against all rules. Linear in rules and ages.
#[must_use]
pub fn qualify<'a>(law: &'a Law, case: &Case) -> Qualification<'a> {
    let mut rulings = Vec::new();
    let ages = ages(law, case);
    for rule in &law.rules {
        match &rule.basis {
            Basis::Provision(id) => {
                let Some(provision) = law.provision(id) else { continue };
                let place = place(&provision.country, &provision.province, case);
                if place != Answer::No {
                    let age = ages.iter().find(|(age, _)| age.provision == *id).map(|(age, _)| *age);
                    rulings.push(ruling(law, rule, Footing { provision: Some(provision), age, place }, case));
                }
            }
            Basis::MinimumAge => {
                let own = ages.iter().filter(|(age, _)| !is_covered(law, age, rule));
                rulings.extend(own.map(|&(age, place)| {
                    let provision = law.provision(&age.provision);
                    ruling(law, rule, Footing { provision, age: Some(age), place }, case)
                }));
            }
        }
    }
    let key = |r: &Ruling<'a>| (r.rule.outcome as u8, std::cmp::Reverse(r.verdict), r.is_international(), &r.rule.id, r.age.map(|a| &a.id));
    rulings.sort_by(|a, b| key(a).cmp(&key(b)));
    let (not_in_force, rulings): (Vec<_>, Vec<_>) = rulings.into_iter().partition(|r| r.in_force == Answer::No);
    Qualification {
        conflicts: conflicts(&rulings),
        questions: questions(law, &rulings),
        law_gaps: law_gaps(&rulings),
        signs: signs(law, case),
        not_in_force: not_in_force.into_iter().filter(|r| r.verdict >= Verdict::Arguable).collect(),
        rulings,
    }
}

/// Whether a law of a country and province holds at the place; a treaty does everywhere.
fn place(country: &str, province: &str, case: &Case) -> Answer {
    match case.province.as_deref() {
        _ if country.is_empty() => Answer::Yes,
        _ if country != case.country => Answer::No,
        _ if province.is_empty() => Answer::Yes,
        Some(known) => Answer::from(known == province),
        None => Answer::Unknown,
    }
}

/// Ages that hold at the place: the province's own, else the country's; and those of the branch.
fn ages<'a>(law: &'a Law, case: &Case) -> Vec<(&'a AgeLaw, Answer)> {
    let here = |age: &&AgeLaw| age.country == case.country && (age.province.is_empty() || Some(&age.province) == case.province.as_ref());
    let own_general = law.ages.iter().filter(here).any(|age| age.branch == GENERAL && !age.province.is_empty());
    let branch = |age: &AgeLaw| {
        if age.branch == GENERAL {
            return Answer::from(!own_general || !age.province.is_empty());
        }
        Condition::Holds(age.branch.clone()).answer(&case.facts, &BTreeMap::new(), &law.vocabulary)
    };
    law.ages.iter().filter(here).map(|age| (age, branch(age))).filter(|(_, place)| *place != Answer::No).collect()
}

/// True when the provision that ages are from has a rule of its own about the same.
fn is_covered(law: &Law, age: &AgeLaw, rule: &Rule) -> bool {
    let own = |other: &&Rule| matches!(&other.basis, Basis::Provision(id) if *id == age.provision) && other.outcome == rule.outcome;
    !age.provision.is_empty() && law.rules.iter().any(|other| own(&other))
}

fn signs<'a>(law: &'a Law, case: &Case) -> Vec<Sign<'a>> {
    let seen = |id: &String| Condition::In(SIGNS.to_owned(), vec![id.clone()]).answer(&case.facts, &BTreeMap::new(), &law.vocabulary);
    law.signs.iter().map(|(id, name, explanation)| Sign { id, name, explanation, seen: seen(id) }).collect()
}

/// Facts that rules wait for. Those of rules of which something is met already come first, then those that more rules wait for.
fn questions<'a>(law: &'a Law, rulings: &[Ruling<'a>]) -> Vec<Question<'a>> {
    let mut waiting: BTreeMap<&String, (Vec<&'a str>, usize)> = BTreeMap::new();
    for r in rulings {
        for fact in r.lacking.iter().filter_map(|l| if let Lacking::Fact(fact) = l { Some(fact) } else { None }) {
            let (rules, touched) = waiting.entry(fact).or_default();
            rules.push(&r.rule.id);
            *touched += usize::from(r.is_touched());
        }
    }
    let mut order: Vec<_> = waiting.into_iter().collect();
    order.sort_by_key(|(fact, (rules, touched))| (std::cmp::Reverse((*touched, rules.len())), *fact));
    let question = |(fact, (mut rules, _)): (&String, (Vec<&'a str>, usize))| {
        rules.dedup();
        let term = law.vocabulary.terms.get(fact)?;
        Some(Question { fact: fact.clone(), question: &term.question, care: &term.care, rules })
    };
    order.into_iter().filter_map(question).collect()
}

fn law_gaps<'a>(rulings: &[Ruling<'a>]) -> Vec<(&'a str, String)> {
    let of = |r: &Ruling<'a>| {
        let numbers = r.lacking.iter().filter_map(|l| if let Lacking::OfLaw(name) = l { Some(name.clone()) } else { None });
        numbers.map(|name| (r.rule.id.as_str(), name)).collect::<Vec<_>>()
    };
    rulings.iter().flat_map(of).collect()
}

fn conflicts<'a>(rulings: &[Ruling<'a>]) -> Vec<Conflict<'a>> {
    let mut out = Vec::new();
    for &outcome in Outcome::ALL {
        let of: Vec<&Ruling<'a>> = rulings.iter().filter(|r| r.rule.outcome == outcome).collect();
        let ids =
            |keep: &dyn Fn(&Ruling<'a>) -> bool| -> Vec<&'a str> { of.iter().filter(|r| keep(r)).map(|r| r.rule.id.as_str()).collect() };
        let push = |out: &mut Vec<Conflict<'a>>, kind, holds: Vec<&'a str>, fails: Vec<&'a str>| {
            if !holds.is_empty() && !fails.is_empty() {
                out.push(Conflict { kind, outcome, holds, fails, note: "" });
            }
        };
        let national = |r: &Ruling<'a>| !r.is_international();
        if !matches!(outcome, Outcome::Permitted | Outcome::Procedure | Outcome::Protection) {
            let met = ids(&|r| national(r) && r.verdict == Verdict::Met);
            push(&mut out, ConflictKind::National, met.clone(), ids(&|r| national(r) && fails_by_person(r)));
            if met.is_empty() && ids(&|r| national(r) && r.verdict == Verdict::Arguable).is_empty() {
                let treaty = ids(&|r| !national(r) && r.verdict == Verdict::Met && r.in_force == Answer::Yes);
                push(&mut out, ConflictKind::International, treaty, ids(&|r| national(r) && fails_by_person(r)));
            }
        }
        for r in of.iter().filter(|r| r.verdict >= Verdict::Arguable) {
            for note in notes(r) {
                let holds = vec![r.rule.id.as_str()];
                if !out.iter().any(|c| c.note == note && c.holds == holds) {
                    out.push(Conflict { kind: ConflictKind::Sources, outcome, holds, fails: Vec::new(), note });
                }
            }
        }
    }
    out
}

/// True when only the age or sex keeps a rule from being met.
fn fails_by_person(r: &Ruling<'_>) -> bool {
    let person = r.elements[Element::Person as usize];
    let others = r.elements.iter().enumerate().filter(|(k, _)| *k != Element::Person as usize).filter_map(|(_, a)| *a);
    r.place == Answer::Yes && person == Some(Answer::No) && others.fold(Answer::Yes, Answer::and) == Answer::Yes
}

/// What sources say about the status of a provision and about ages, where they disagree or leave it open.
fn notes<'a>(r: &Ruling<'a>) -> impl Iterator<Item = &'a str> {
    let doubtful = |p: &&Provision| !matches!(p.status, Status::InForce | Status::Repealed) && !p.status_note.is_empty();
    let status = r.provision.filter(doubtful).map(|p| p.status_note.as_str());
    let gap = r.provision.filter(|p| !p.gap.is_empty()).map(|p| p.gap.as_str());
    let ages = r.age.map(|age| age.conflict.as_str()).filter(|note| !note.is_empty());
    status.into_iter().chain(gap).chain(ages)
}
