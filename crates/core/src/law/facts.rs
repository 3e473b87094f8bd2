//! Facts of a finding, and the words that facts may have.

use std::collections::{BTreeMap, BTreeSet};

/// Name of a fact, as the packs spell it.
pub type FactName = String;

/// What a finding says of a fact. A fact that is not there is unknown.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// Yes or no.
    YesNo(bool),
    /// A number, or the ends of a band that holds it: an age of 12 to 14.
    Number {
        /// Least it may be.
        low: f64,
        /// Most it may be.
        high: f64,
    },
    /// Words that apply, words that were looked for and do not apply, and whether nothing else applies. Of all others nothing is known.
    Words {
        /// Words that apply.
        present: BTreeSet<String>,
        /// Words that do not.
        absent: BTreeSet<String>,
        /// No other word applies.
        complete: bool,
    },
}

impl Fact {
    /// A number that is known exactly.
    #[must_use]
    pub fn number(value: f64) -> Self {
        Fact::Number { low: value, high: value }
    }

    /// One word, and no other.
    #[must_use]
    pub fn word(word: &str) -> Self {
        Fact::Words { present: [word.to_owned()].into(), absent: BTreeSet::new(), complete: true }
    }
}

/// Facts of one finding by name.
pub type Facts = BTreeMap<FactName, Fact>;

/// What a fact is.
#[derive(Debug, Clone, PartialEq)]
pub enum FactKind {
    /// Yes or no.
    YesNo,
    /// A number.
    Number,
    /// Words of a list; of any words where the list is empty.
    Words(Vec<String>),
    /// Follows from other facts.
    Derived(super::Condition),
}

/// A fact that conditions may name, and how to ask for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// What it is.
    pub kind: FactKind,
    /// How to ask for it.
    pub question: String,
    /// What to be careful about when asking.
    pub care: String,
}

/// All facts that conditions may name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    /// By name.
    pub terms: BTreeMap<FactName, Term>,
}

impl Vocabulary {
    /// Kind of a fact.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&FactKind> {
        self.terms.get(name).map(|t| &t.kind)
    }

    /// Adds a fact.
    pub fn add(&mut self, name: &str, kind: FactKind, question: &str, care: &str) {
        self.terms.insert(name.to_owned(), Term { kind, question: question.to_owned(), care: care.to_owned() });
    }
}
