//! Conditions on facts, and what keeps them from being answered.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, Fact, FactKind, FactName, Facts, Vocabulary};

/// A condition: what [`parse`](super::parse) makes of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All hold; of none, yes.
    All(Vec<Condition>),
    /// One of them holds; of none, no.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A yes-or-no fact is yes, some word of a list applies, or what a derived fact says holds.
    Holds(FactName),
    /// A number against another.
    Compare(FactName, Relation, Operand),
    /// One of some words applies.
    In(FactName, Vec<String>),
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Below.
    Less,
    /// At most.
    AtMost,
    /// Above.
    More,
    /// At least.
    AtLeast,
}

/// What a number is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A number.
    Number(f64),
    /// A number that the law sets, by the name of its column; it may be unknown.
    OfLaw(String),
}

/// Numbers that a law sets, by the names of their columns; `None` is not known.
pub type LawNumbers<'a> = BTreeMap<&'a str, Option<f64>>;

/// What keeps a condition from being answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lacking {
    /// A fact of the finding that nobody has stated.
    Fact(FactName),
    /// A number of the law that the packs do not have.
    OfLaw(String),
}

impl Condition {
    /// Whether it holds. Linear in its length.
    #[must_use]
    pub fn answer(&self, facts: &Facts, law: &LawNumbers<'_>, vocabulary: &Vocabulary) -> Answer {
        match self {
            Condition::All(parts) => parts.iter().fold(Answer::Yes, |all, p| all.and(p.answer(facts, law, vocabulary))),
            Condition::Any(parts) => parts.iter().fold(Answer::No, |any, p| any.or(p.answer(facts, law, vocabulary))),
            Condition::Not(part) => part.answer(facts, law, vocabulary).negated(),
            Condition::Holds(name) => match vocabulary.kind(name) {
                Some(FactKind::Derived(condition)) => condition.answer(facts, law, vocabulary),
                _ => holds(facts.get(name)),
            },
            Condition::Compare(name, relation, operand) => {
                let bound = match operand {
                    Operand::Number(x) => Some(*x),
                    Operand::OfLaw(column) => law.get(column.as_str()).copied().flatten(),
                };
                match (facts.get(name), bound) {
                    (Some(Fact::Number { low, high }), Some(bound)) => relation.answer(*low, *high, bound),
                    _ => Answer::Unknown,
                }
            }
            Condition::In(name, words) => one_of(facts.get(name), words),
        }
    }

    /// What an unknown answer waits for; nothing when the answer is known.
    pub fn lacking(&self, facts: &Facts, law: &LawNumbers<'_>, vocabulary: &Vocabulary, out: &mut BTreeSet<Lacking>) {
        if self.answer(facts, law, vocabulary) != Answer::Unknown {
            return;
        }
        match self {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|p| p.lacking(facts, law, vocabulary, out)),
            Condition::Not(part) => part.lacking(facts, law, vocabulary, out),
            Condition::Holds(name) => {
                if let Some(FactKind::Derived(condition)) = vocabulary.kind(name) {
                    condition.lacking(facts, law, vocabulary, out);
                } else {
                    out.insert(Lacking::Fact(name.clone()));
                }
            }
            Condition::Compare(name, _, operand) => {
                if let Operand::OfLaw(column) = operand
                    && law.get(column.as_str()).copied().flatten().is_none()
                {
                    out.insert(Lacking::OfLaw(column.clone()));
                } else {
                    out.insert(Lacking::Fact(name.clone()));
                }
            }
            Condition::In(name, _) => {
                out.insert(Lacking::Fact(name.clone()));
            }
        }
    }
}

impl Relation {
    /// Whether it holds for all numbers of a band, for none, or for some.
    fn answer(self, low: f64, high: f64, bound: f64) -> Answer {
        let holds = |x: f64| match self {
            Relation::Less => x < bound,
            Relation::AtMost => x <= bound,
            Relation::More => x > bound,
            Relation::AtLeast => x >= bound,
        };
        match (holds(low), holds(high)) {
            (true, true) => Answer::Yes,
            (false, false) => Answer::No,
            _ => Answer::Unknown,
        }
    }
}

fn holds(fact: Option<&Fact>) -> Answer {
    match fact {
        Some(Fact::YesNo(yes)) => Answer::from(*yes),
        Some(Fact::Words { present, complete, .. }) => match (present.is_empty(), complete) {
            (false, _) => Answer::Yes,
            (true, true) => Answer::No,
            (true, false) => Answer::Unknown,
        },
        _ => Answer::Unknown,
    }
}

fn one_of(fact: Option<&Fact>, words: &[String]) -> Answer {
    let Some(Fact::Words { present, absent, complete }) = fact else { return Answer::Unknown };
    let each = words.iter().map(|word| {
        if present.contains(word) {
            Answer::Yes
        } else if *complete || absent.contains(word) {
            Answer::No
        } else {
            Answer::Unknown
        }
    });
    each.fold(Answer::No, Answer::or)
}
