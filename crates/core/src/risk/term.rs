//! A score is a list of named terms that sum.

use crate::model::Condition;
use crate::parameters::{Grade, Provenance};

/// Name of a term of the log-odds of (1.1), (1.2) or (1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Log-odds of the sector's base prevalence (or share, for forced labour and girls).
    SectorBase,
    /// Level of the country against the world.
    CountryLevel,
    /// The sector is listed, or not, in this country.
    Listing,
    /// α − logit b: from the average site to the typical one.
    Centring,
    /// κ·δ of the district.
    District,
    /// The district was declared calamity-hit.
    Calamity,
    /// A condition of the site.
    Condition(Condition),
    /// Subcontracting depth.
    Depth,
    /// A brand's own offices.
    BrandOffice,
    /// Birth-registration gap of the district.
    BirthRegistration,
    /// Girls' school gap of the district.
    GirlsSchoolGap,
    /// A prevalence measured at the site replaces all else.
    Measured,
}

impl Term {
    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Term::SectorBase => "sector_base",
            Term::CountryLevel => "country_level",
            Term::Listing => "listing",
            Term::Centring => "centring",
            Term::District => "district",
            Term::Calamity => "calamity_district",
            Term::Condition(condition) => condition.slug(),
            Term::Depth => "subcontracting_depth",
            Term::BrandOffice => "brand_office",
            Term::BirthRegistration => "birth_registration",
            Term::GirlsSchoolGap => "girls_school_gap",
            Term::Measured => "measured",
        }
    }
}

/// What is known of a term's input at this site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Stated or looked up.
    Stated,
    /// Implied by workforce, role or agents.
    Implied,
    /// Unknown: adds 0 to the point value, and spread to the interval.
    Unknown,
}

/// One term of a sum of log-odds.
#[derive(Debug, Clone, Copy)]
pub struct Contribution<'a> {
    /// Name.
    pub term: Term,
    /// Log-odds it adds.
    pub value: f64,
    /// What is known of its input.
    pub known: Known,
    /// Where its parameter comes from; `None` for arithmetic (centring).
    pub provenance: Option<&'a Provenance>,
}

/// What a sum of terms rests on (5.3): each term counts by its absolute log-odds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Footing {
    /// On grades A and B.
    pub sourced: f64,
    /// On grades C to E: estimates, models, judgements.
    pub modelled: f64,
    /// Conditions unknown, of all conditions the sum asks for.
    pub unknown: f64,
}

/// Gathers a [`Footing`].
#[derive(Debug, Default)]
pub struct FootingSum {
    weights: [f64; 2],
    conditions: [u32; 2],
}

impl FootingSum {
    /// Adds a term.
    pub fn add(&mut self, contribution: &Contribution<'_>) {
        // a survey of the site itself is all there is to stand on
        if contribution.term == Term::Measured {
            self.weights[0] += 1.0;
        }
        if let Some(provenance) = contribution.provenance {
            let modelled = provenance.grade > Grade::B;
            self.weights[usize::from(modelled)] += contribution.value.abs();
        }
        if matches!(contribution.term, Term::Condition(_) | Term::District | Term::Depth) {
            self.conditions[usize::from(contribution.known == Known::Unknown)] += 1;
        }
    }

    /// The shares.
    #[must_use]
    pub fn footing(&self) -> Footing {
        let total = self.weights[0] + self.weights[1];
        let asked = self.conditions[0] + self.conditions[1];
        Footing {
            sourced: if total > 0.0 { self.weights[0] / total } else { 0.0 },
            modelled: if total > 0.0 { self.weights[1] / total } else { 0.0 },
            unknown: if asked > 0 { f64::from(self.conditions[1]) / f64::from(asked) } else { 0.0 },
        }
    }
}
