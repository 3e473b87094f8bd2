//! Surveys and covariates that the small-area model of section 2 is fitted to.

use serde::{Deserialize, Serialize};

use super::Provenance;

/// What a survey measures, against child labour of children of 5 to 17 in the sense of MICS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SurveyKind {
    /// The reference definition itself.
    Reference,
    /// Child labour by another definition, as in provincial child labour surveys.
    OtherDefinition,
    /// Any work: follows child labour, at a level of its own.
    AnyWork,
}

impl SurveyKind {
    /// Every kind.
    pub const ALL: [SurveyKind; 3] = [SurveyKind::Reference, SurveyKind::OtherDefinition, SurveyKind::AnyWork];

    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            SurveyKind::Reference => "reference",
            SurveyKind::OtherDefinition => "other_definition",
            SurveyKind::AnyWork => "any_work",
        }
    }
}

/// Where an observation was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// A district, by its row.
    District(u16),
    /// All districts of a province.
    Province(String),
}

/// One published rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Where.
    pub place: Place,
    /// Share of children, 0 to 1.
    pub rate: f64,
    /// Children interviewed; `None` is not published.
    pub sample: Option<f64>,
    /// Published for a larger area and repeated for its parts.
    pub copied: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A survey: rates that may be compared with each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Id in `surveys.csv`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Row in the countries.
    pub country: u16,
    /// What it measures.
    pub kind: SurveyKind,
    /// Only its most extreme districts were published.
    pub extremes_only: bool,
    /// Its rates.
    pub observations: Vec<Observation>,
}

/// A covariate of the small-area model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaCovariate {
    /// Id in `area_covariates.csv`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Row in the countries.
    pub country: u16,
    /// One value per district of the packs; `None` is unknown.
    pub values: Vec<Option<AreaValue>>,
}

/// What a covariate is in a district.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaValue {
    /// In the unit of the indicator; only its standardised form is used.
    pub value: f64,
    /// Where it comes from.
    pub provenance: Provenance,
}
