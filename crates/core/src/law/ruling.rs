//! One rule against the facts of one finding.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::condition::LawNumbers;
use super::{AgeLaw, Answer, Element, Fact, Facts, Lacking, Law, Provision, Rule, Verification};
use crate::parameters::{Grade, Provenance};

/// What the elements of a rule come to. A person decides what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// An element is not met.
    NotMet,
    /// Facts, or what the law says, are missing.
    Unknown,
    /// Met but for what the law itself leaves open, or what nobody has read of it.
    Arguable,
    /// All elements are met.
    Met,
}

impl Verdict {
    /// Name in tables and files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        ["not_met", "unknown", "arguable", "met"][self as usize]
    }

    /// Name in sentences.
    #[must_use]
    pub fn label(self) -> &'static str {
        ["elements not met", "unknown", "arguable", "elements met"][self as usize]
    }
}

/// Where and when a finding was made, and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Country, ISO 3166-1 alpha-3.
    pub country: String,
    /// Province as conditions spell it; `None` when unknown.
    pub province: Option<String>,
    /// Day of the finding.
    pub date: Date,
    /// Facts, with those that follow from the place.
    pub facts: Facts,
}

impl Case {
    /// A case, with the facts that follow from where it is.
    #[must_use]
    pub fn new(country: &str, province: Option<&str>, date: Date, mut facts: Facts) -> Self {
        facts.insert("country".to_owned(), Fact::word(&country.to_lowercase()));
        if let Some(province) = province {
            facts.insert("province".to_owned(), Fact::word(province));
        }
        Self { country: country.to_owned(), province: province.map(str::to_owned), date, facts }
    }
}

/// What a rule comes to for a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its provision; `None` for ages of a place whose provision the packs do not have.
    pub provision: Option<&'a Provision>,
    /// Ages of work, for rules on ages, and for provisions that ages are from.
    pub age: Option<&'a AgeLaw>,
    /// Whether it holds at the place.
    pub place: Answer,
    /// Whether it was law on the day, or binds the country.
    pub in_force: Answer,
    /// Answer of each element that the rule has, in the order of [`Element::ALL`].
    pub elements: [Option<Answer>; super::ELEMENTS],
    /// The element that is open in law here.
    pub open: Option<Element>,
    /// What the elements come to.
    pub verdict: Verdict,
    /// What an unknown answer waits for.
    pub lacking: BTreeSet<Lacking>,
}

impl<'a> Ruling<'a> {
    /// True when something that was done, or how, is met, and not only whom the rule protects.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        let beyond = &self.elements[1..];
        beyond.iter().all(Option::is_none) || beyond.contains(&Some(Answer::Yes))
    }

    /// True when nobody read what the rule rests on.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        !self.verification().is_read() || self.provenance().grade == Grade::E
    }

    /// What was read of it.
    #[must_use]
    pub fn verification(&self) -> Verification {
        let of_age = self.age.map(|age| age.verification);
        self.provision.map(|p| p.verification).or(of_age).unwrap_or(Verification::NotRead)
    }

    /// Where the law comes from.
    #[must_use]
    pub fn provenance(&self) -> &'a Provenance {
        let of_age = self.age.map(|age| &age.provenance);
        self.provision.map(|p| &p.provenance).or(of_age).unwrap_or(&self.rule.provenance)
    }

    /// True for an article of a treaty.
    #[must_use]
    pub fn is_international(&self) -> bool {
        self.provision.is_some_and(Provision::is_international)
    }

    /// Act or treaty, and its sections.
    #[must_use]
    pub fn citation(&self) -> String {
        match (self.provision, self.age) {
            (Some(p), _) if p.sections.is_empty() => p.act.clone(),
            (Some(p), _) => format!("{}, {}", p.act, p.sections),
            (None, Some(age)) if age.act.is_empty() => format!("ages of work, {}", age.jurisdiction),
            (None, Some(age)) => age.act.clone(),
            (None, None) => self.rule.id.clone(),
        }
    }

    /// The question that an arguable answer raises.
    #[must_use]
    pub fn question(&self) -> Option<String> {
        if self.verdict != Verdict::Arguable {
            return None;
        }
        match (&self.rule.doubt, self.open) {
            (Some(doubt), Some(_)) => Some(doubt.question.clone()),
            _ => Some(format!("Nobody here has read the text of {}: does it say what is put down for it?", self.citation())),
        }
    }
}

/// What a rule rests on at a place.
#[derive(Clone, Copy)]
pub(super) struct Footing<'a> {
    pub provision: Option<&'a Provision>,
    pub age: Option<&'a AgeLaw>,
    pub place: Answer,
}

/// Holds a rule against a finding.
pub(super) fn ruling<'a>(law: &'a Law, rule: &'a Rule, footing: Footing<'a>, case: &Case) -> Ruling<'a> {
    let Footing { provision, age, place } = footing;
    let numbers = numbers(provision, age);
    let answer = |condition: &super::Condition| condition.answer(&case.facts, &numbers, &law.vocabulary);
    let elements = rule.elements.each_ref().map(|element| element.as_ref().map(answer));
    let is_open =
        |element: Element, when: &super::Condition| elements[element as usize] != Some(Answer::Yes) && answer(when) == Answer::Yes;
    let open = rule.doubt.as_ref().filter(|doubt| is_open(doubt.element, &doubt.when)).map(|doubt| doubt.element);
    let settled = elements.iter().enumerate().filter(|(k, _)| open.is_none_or(|open| open as usize != *k));
    let all = settled.filter_map(|(_, answer)| *answer).fold(place, Answer::and);
    let mut out = Ruling {
        rule,
        provision,
        age,
        place,
        in_force: provision.map_or(Answer::Yes, |p| in_force(law, p, case)),
        elements,
        open,
        verdict: Verdict::Unknown,
        lacking: BTreeSet::new(),
    };
    out.verdict = match all {
        Answer::No => Verdict::NotMet,
        Answer::Unknown => Verdict::Unknown,
        Answer::Yes if open.is_some() || out.is_unread() => Verdict::Arguable,
        Answer::Yes => Verdict::Met,
    };
    if matches!(out.verdict, Verdict::Unknown | Verdict::Arguable) {
        for element in rule.elements.iter().flatten() {
            element.lacking(&case.facts, &numbers, &law.vocabulary, &mut out.lacking);
        }
        if place == Answer::Unknown {
            out.lacking.insert(Lacking::Fact(if case.province.is_none() { "province" } else { "sector" }.to_owned()));
        }
    }
    out
}

fn numbers(provision: Option<&Provision>, age: Option<&AgeLaw>) -> LawNumbers<'static> {
    let mut out = age.map(AgeLaw::numbers).unwrap_or_default();
    if let Some(provision) = provision {
        out.insert(Provision::MIN_AGE, provision.min_age);
    }
    out
}

/// Whether it was law on the day; of a treaty, whether it also binds the country.
fn in_force(law: &Law, provision: &Provision, case: &Case) -> Answer {
    let party = if provision.treaty.is_empty() {
        Answer::from(if provision.is_international() { None } else { Some(true) })
    } else {
        Answer::from(law.parties.get(&(case.country.clone(), provision.treaty.clone())).copied())
    };
    provision.in_force(case.date).and(party)
}
