//! Section 9 of the method: what a finding may be in law, provision by provision. Decision support for a person, who decides.
//!
//! Rules are data: a [`Rule`] ties a [`Provision`] (a section of an act, or an article of a treaty) to conditions on facts. Answers are
//! three-valued ([`Answer`]): what nobody looked at is unknown, and what is unknown is asked for, never assumed. A provision whose
//! own text is open, or was not read, is at most [`Verdict::Arguable`]. No number of a law is in the code.

mod age;
mod condition;
mod facts;
mod logic;
mod parse;
mod period;
mod provision;
mod qualify;
mod rule;
mod ruling;

pub use age::AgeLaw;
pub use condition::{Condition, Lacking, LawNumbers, Operand, Relation};
pub use facts::{Fact, FactKind, FactName, Facts, Term, Vocabulary};
pub use logic::Answer;
pub use parse::parse;
pub use period::Period;
pub use provision::{Penalty, Provision, Status, Verification};
pub use qualify::{Conflict, ConflictKind, Qualification, Question, Sign, qualify};
pub use rule::{Basis, Doubt, ELEMENTS, Element, Outcome, Rule};
pub use ruling::{Case, Ruling, Verdict};

/// Everything of the law that a finding is held against.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Law {
    /// Facts that conditions may name.
    pub vocabulary: Vocabulary,
    /// Sections of acts and articles of treaties.
    pub provisions: Vec<Provision>,
    /// Ages of work by jurisdiction and branch.
    pub ages: Vec<AgeLaw>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Treaties a country is party to: (alpha-3 code, treaty), yes or no; a pair that is not there is unknown.
    pub parties: std::collections::BTreeMap<(String, String), bool>,
    /// Signs of forced labour: (id, name, explanation), in the order of the ILO.
    pub signs: Vec<(String, String, String)>,
}

impl Law {
    /// The provision of an id.
    #[must_use]
    pub fn provision(&self, id: &str) -> Option<&Provision> {
        self.provisions.iter().find(|p| p.id == id)
    }
}
