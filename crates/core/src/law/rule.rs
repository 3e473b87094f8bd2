//! A rule: a provision's elements as conditions on facts, and what follows when they are met.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::model::site::slugs;
use crate::parameters::Provenance;

slugs! {
    /// What a finding may be under a provision.
    Outcome {
        /// Work that the law opens to a child of this age.
        Permitted = "permitted",
        /// Light work.
        LightWork = "light_work",
        /// Work below the legal age.
        BelowMinimumAge = "below_minimum_age",
        /// Hours or times that are barred.
        Hours = "hours",
        /// Schooling that is owed and not given.
        Schooling = "schooling",
        /// Hazardous work.
        Hazardous = "hazardous",
        /// A worst form of child labour.
        WorstForm = "worst_form",
        /// Forced labour.
        Forced = "forced",
        /// Bonded labour.
        Bonded = "bonded",
        /// Elements of trafficking.
        Trafficking = "trafficking",
        /// Marriage of a child, or without consent.
        Marriage = "marriage",
        /// Cruelty or abuse.
        Abuse = "abuse",
        /// Care and protection that the law provides.
        Protection = "protection",
        /// Rules of proof, liability and procedure.
        Procedure = "procedure",
    }
}

impl Outcome {
    /// Name in sentences.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Outcome::Permitted => "work open to this age",
            Outcome::LightWork => "light work",
            Outcome::BelowMinimumAge => "work below the legal age",
            Outcome::Hours => "barred hours",
            Outcome::Schooling => "schooling owed",
            Outcome::Hazardous => "hazardous work",
            Outcome::WorstForm => "worst form of child labour",
            Outcome::Forced => "forced labour",
            Outcome::Bonded => "bonded labour",
            Outcome::Trafficking => "elements of trafficking",
            Outcome::Marriage => "child or forced marriage",
            Outcome::Abuse => "cruelty or abuse",
            Outcome::Protection => "care and protection",
            Outcome::Procedure => "proof, liability and procedure",
        }
    }
}

slugs! {
    /// Part of a provision that must be met.
    Element {
        /// Who it protects: age and sex.
        Person = "person",
        /// What was done: recruiting, moving, harbouring, receiving.
        Act = "act",
        /// By what means: force, threat, deception.
        Means = "means",
        /// To what end.
        Purpose = "purpose",
        /// Work, hours, debt, hazard and what else matters.
        Circumstance = "circumstance",
    }
}

/// Number of elements.
pub const ELEMENTS: usize = Element::ALL.len();

/// What a rule rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// A provision, by its id.
    Provision(String),
    /// Each row of `minimum_age` that holds at the place.
    MinimumAge,
}

/// An element that the provision itself leaves open in some cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// Which.
    pub element: Element,
    /// When it is open whether it has to be met.
    pub when: Condition,
    /// The question to settle.
    pub question: String,
}

/// A rule of the packs.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Slug.
    pub id: String,
    /// What it rests on.
    pub basis: Basis,
    /// What a finding is when its elements are met.
    pub outcome: Outcome,
    /// Conditions of the elements; `None` where the rule does not have one.
    pub elements: [Option<Condition>; ELEMENTS],
    /// An element that is open in law.
    pub doubt: Option<Doubt>,
    /// What follows, in a sentence.
    pub conclusion: String,
    /// How the wording was turned into conditions.
    pub note: String,
    /// Where the reading comes from.
    pub provenance: Provenance,
}
