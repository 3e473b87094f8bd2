//! Parameters: every number the method uses, each with spread, source and grade. The code holds none.

mod coefficients;
mod district;
mod planning;
mod reporting;
mod sector;
mod survey;

use serde::{Deserialize, Serialize};

pub use coefficients::Coefficients;
pub use district::{Country, District};
pub use planning::{Planning, PlanningScalars, Season, SeasonState};
pub use reporting::{DistrictCells, Framework, FrameworkElement, Referral, Reporting};
pub use sector::{Derivation, InputRow, Inputs, Listing, Recipe, Sector, SectorBase, SectorProfile, SectorShare, sector_weights};
pub use survey::{AreaCovariate, AreaValue, Observation, Place, Survey, SurveyKind};

use crate::model::{HAZARDS, Hazard};
use crate::risk::logit::{expit, logit};

/// How well a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// A survey or census.
    A,
    /// A sound study, or an official figure read at second hand.
    B,
    /// An estimate, or a value derived from surveys.
    C,
    /// An anecdote, or a tally by an organisation.
    D,
    /// A judgement.
    E,
}

impl Grade {
    /// Letter in tables and files.
    #[must_use]
    pub fn letter(self) -> &'static str {
        ["A", "B", "C", "D", "E"][self as usize]
    }

    /// The grade of a letter.
    #[must_use]
    pub fn from_letter(letter: &str) -> Option<Self> {
        [Grade::A, Grade::B, Grade::C, Grade::D, Grade::E].into_iter().find(|g| g.letter() == letter)
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Grade of the value.
    pub grade: Grade,
    /// Key in the pack's `sources.csv`.
    pub source: String,
    /// Pack the row was read from.
    pub pack: String,
    /// Row in the pack's table; the header is row 1. 0 is no row of a table.
    pub row: u32,
}

/// The row of a pack that something was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Pack.
    pub pack: String,
    /// Row in the pack's table; the header is row 1.
    pub row: u32,
}

/// A source that values cite.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Key that values cite.
    pub key: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Year of publication, or of the survey.
    pub year: String,
    /// What is counted, and its unit.
    pub definition: String,
    /// What to be careful about.
    pub caveats: String,
    /// The row it was read from.
    pub origin: Origin,
}

/// The scale on which a number varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// Any number: normal.
    LogOdds,
    /// Between 0 and 1: normal in log-odds.
    Share,
    /// Above 0: normal in the logarithm.
    Positive,
}

impl Scale {
    /// The scale of a name in `parameters.csv`; counts, hours, months, percents, ratios and speeds are positive.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "log_odds" | "log_odds_per_sd" => Some(Scale::LogOdds),
            "share" | "probability" => Some(Scale::Share),
            "count" | "hours" | "kilometres_per_hour" | "months" | "percent" | "ratio" | "scale" => Some(Scale::Positive),
            _ => None,
        }
    }
}

/// A number with spread and provenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Point value.
    pub mean: f64,
    /// The scale on which it varies.
    pub scale: Scale,
    /// Standard deviation in its own unit; `None` is not stated.
    pub sd: Option<f64>,
    /// Lower bound; `None` is not stated.
    pub low: Option<f64>,
    /// Upper bound; `None` is not stated.
    pub high: Option<f64>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Value {
    /// The value `z` standard deviations from its middle (5.1): normal on its scale, with the stated spread to first order, within its
    /// bounds. The point value where no spread is stated.
    #[must_use]
    pub fn at(&self, z: f64) -> f64 {
        let Some(sd) = self.sd.filter(|sd| *sd > 0.0) else { return self.mean };
        let value = match self.scale {
            Scale::LogOdds => self.mean + sd * z,
            Scale::Share => expit(logit(self.mean) + sd / (self.mean * (1.0 - self.mean)).max(f64::EPSILON) * z),
            Scale::Positive => self.mean * libm::exp(sd / self.mean.max(f64::EPSILON) * z),
        };
        value.max(self.low.unwrap_or(f64::NEG_INFINITY)).min(self.high.unwrap_or(f64::INFINITY))
    }
}

/// Identity of a pack, for the run's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackStamp {
    /// Name in its descriptor.
    pub name: String,
    /// Version in its descriptor.
    pub version: String,
    /// SHA-256 over its files.
    pub digest: String,
}

/// All reference data of a run, packs layered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// Packs in the order they were layered.
    pub packs: Vec<PackStamp>,
    /// Scalars.
    pub coefficients: Coefficients,
    /// Sectors in order of their ids.
    pub sectors: Vec<Sector>,
    /// Base prevalence rows.
    pub bases: Vec<SectorBase>,
    /// Countries in order of their codes, with the row `WLD`.
    pub countries: Vec<Country>,
    /// Districts in order of their ids.
    pub districts: Vec<District>,
    /// Surveys of child labour and work by district.
    pub surveys: Vec<Survey>,
    /// Covariates of the small-area model.
    pub area_covariates: Vec<AreaCovariate>,
    /// Input recipes of sectors.
    pub recipes: Vec<Recipe>,
    /// Goods listings.
    pub listings: Vec<Listing>,
    /// Sources in order of their keys.
    pub sources: Vec<Source>,
    /// What reports show and no score uses.
    pub reporting: Reporting,
    /// What plans of visits need beside scores.
    pub planning: Planning,
}

impl Parameters {
    /// Row of a sector.
    #[must_use]
    pub fn sector(&self, id: &str) -> Option<u16> {
        self.sectors.binary_search_by(|s| s.id.as_str().cmp(id)).ok().map(|row| row as u16)
    }

    /// Row of a country by its alpha-3 code.
    #[must_use]
    pub fn country(&self, iso3: &str) -> Option<u16> {
        self.countries.binary_search_by(|c| c.iso3.as_str().cmp(iso3)).ok().map(|row| row as u16)
    }

    /// Row of a district by its id.
    #[must_use]
    pub fn district(&self, id: &str) -> Option<u16> {
        self.districts.binary_search_by(|d| d.id.as_str().cmp(id)).ok().map(|row| row as u16)
    }

    /// The source of a key.
    #[must_use]
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.binary_search_by(|s| s.key.as_str().cmp(key)).ok().map(|row| &self.sources[row])
    }

    /// Severity weight w_h of a hazard (method section 6).
    #[must_use]
    pub fn severity_weight(&self, hazard: Hazard) -> f64 {
        let c = &self.coefficients;
        [&c.severity_weight_child_labour, &c.severity_weight_hazardous, &c.severity_weight_forced][hazard.index()].mean
    }

    /// Label of a presence: low, moderate, high, very high, critical. Ranking never uses it.
    #[must_use]
    pub fn band(&self, presence: f64) -> &'static str {
        let c = &self.coefficients;
        let bands =
            [(&c.band_critical, "critical"), (&c.band_very_high, "very_high"), (&c.band_high, "high"), (&c.band_moderate, "moderate")];
        bands.iter().find(|(from, _)| presence >= from.mean).map_or("low", |(_, label)| label)
    }

    /// Severity weights in hazard order.
    #[must_use]
    pub fn severity_weights(&self) -> [f64; 3] {
        HAZARDS.map(|h| self.severity_weight(h))
    }
}
