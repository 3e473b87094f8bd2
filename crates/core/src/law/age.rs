//! Ages of work of a jurisdiction and branch: a row of `minimum_age`.

use super::condition::LawNumbers;
use crate::parameters::Provenance;

/// Ages that the law of a place sets for a branch of work. `None` is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct AgeLaw {
    /// Slug.
    pub id: String,
    /// Country.
    pub country: String,
    /// Province; empty for the whole country.
    pub province: String,
    /// Place and branch in words.
    pub jurisdiction: String,
    /// Branch: `general`, or a branch with ages of its own.
    pub branch: String,
    /// Provision that the ages are from; empty when it is none of the packs'.
    pub provision: String,
    /// Age for work.
    pub general: Option<f64>,
    /// Age for light work.
    pub light: Option<f64>,
    /// Age for hazardous work.
    pub hazardous: Option<f64>,
    /// Age to which schooling is compulsory.
    pub schooling: Option<f64>,
    /// Act and section.
    pub act: String,
    /// Who and what is covered.
    pub scope: String,
    /// Where sources or editions differ.
    pub conflict: String,
    /// False for ages that were set aside as doubtful.
    pub reliable: bool,
    /// What was read of it.
    pub verification: super::Verification,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl AgeLaw {
    /// Names of the numbers that rules may compare with.
    pub const NUMBERS: [&str; 4] = ["general_min_age", "light_work_min_age", "hazardous_min_age", "compulsory_education_age"];

    /// The numbers by their names.
    #[must_use]
    pub fn numbers(&self) -> LawNumbers<'static> {
        Self::NUMBERS.into_iter().zip([self.general, self.light, self.hazardous, self.schooling]).collect()
    }
}
