//! A section of an act or an article of a treaty, as the packs have it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Answer, Period};
use crate::model::site::slugs;
use crate::parameters::Provenance;

slugs! {
    /// Status of a provision when it was read.
    Status {
        /// In force.
        InForce = "in_force",
        /// In force, changed since.
        Amended = "amended",
        /// No longer in force.
        Repealed = "repealed",
        /// An ordinance, which lapses unless it is passed.
        Ordinance = "ordinance",
        /// Nobody could confirm that it is law.
        Unconfirmed = "unconfirmed",
    }
}

slugs! {
    /// What was read of a provision.
    Verification {
        /// Its text, in full.
        PrimaryText = "primary_text",
        /// Its text, in part.
        PrimaryPart = "primary_part",
        /// A summary by a public body.
        OfficialSummary = "official_summary",
        /// A summary by another.
        Secondary = "secondary",
        /// The press.
        Press = "press",
        /// Nothing: from our own knowledge.
        OurKnowledge = "our_knowledge",
        /// Nothing that confirms it.
        Unconfirmed = "unconfirmed",
        /// Nothing.
        NotRead = "not_read",
    }
}

impl Verification {
    /// True when somebody read something of it.
    #[must_use]
    pub fn is_read(self) -> bool {
        !matches!(self, Verification::OurKnowledge | Verification::Unconfirmed | Verification::NotRead)
    }
}

/// What a court may impose.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Penalty {
    /// Least and greatest prison term, years.
    pub prison: [Option<f64>; 2],
    /// Least and greatest fine, in the country's currency.
    pub fine: [Option<f64>; 2],
    /// What the numbers do not say.
    pub note: String,
}

/// A section of an act or an article of a treaty. No legal advice.
#[derive(Debug, Clone, PartialEq)]
pub struct Provision {
    /// Slug.
    pub id: String,
    /// Country; empty for a treaty.
    pub country: String,
    /// Province as conditions spell it, lower case and with `_`; empty for the whole country.
    pub province: String,
    /// Treaty, by its column in `ratifications`; empty for an act, or a treaty whose parties the packs do not list.
    pub treaty: String,
    /// Act or treaty.
    pub act: String,
    /// Number and year of the act.
    pub number: String,
    /// Sections or articles.
    pub sections: String,
    /// What it asks or bars, in our words.
    pub wording: String,
    /// Age that it sets.
    pub min_age: Option<f64>,
    /// Penalty.
    pub penalty: Penalty,
    /// Who enforces it.
    pub enforced_by: String,
    /// What it leaves open.
    pub gap: String,
    /// Status when read.
    pub status: Status,
    /// Since when, or what is open.
    pub status_note: String,
    /// In force since; `None` when unknown.
    pub valid_from: Option<Period>,
    /// The same as the pack writes it.
    pub valid_from_text: String,
    /// Out of force since; `None` while in force.
    pub valid_to: Option<Period>,
    /// The same as the pack writes it.
    pub valid_to_text: String,
    /// What was read of it.
    pub verification: Verification,
    /// Which part was read.
    pub verification_note: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Provision {
    /// Name of the age that it sets, for rules that compare with it.
    pub const MIN_AGE: &str = "min_age";

    /// True for an article of a treaty.
    #[must_use]
    pub fn is_international(&self) -> bool {
        self.country.is_empty()
    }

    /// Whether it was law on a day, as far as its dates and its status say.
    #[must_use]
    pub fn in_force(&self, on: Date) -> Answer {
        let begun = self.valid_from.map_or(Answer::Unknown, |from| from.begun(on));
        let ended = self.valid_to.map_or(Answer::No, |to| to.begun(on));
        let doubt = matches!(self.status, Status::Ordinance | Status::Unconfirmed);
        begun.and(ended.negated()).and(if doubt { Answer::Unknown } else { Answer::Yes })
    }
}
