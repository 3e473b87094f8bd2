//! Parameters: every number the method uses, each with spread, source and grade. The code holds none.

mod coefficients;
mod district;
mod sector;

use serde::{Deserialize, Serialize};

pub use coefficients::Coefficients;
pub use district::{Country, District, RateLevel};
pub use sector::{Derivation, Listing, Recipe, Sector, SectorBase, SectorProfile, SectorShare, sector_weights};

use crate::model::{HAZARDS, Hazard};

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
}

/// A number with spread and provenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Point value.
    pub mean: f64,
    /// Standard deviation on the parameter's scale; `None` is not stated.
    pub sd: Option<f64>,
    /// Lower bound; `None` is not stated.
    pub low: Option<f64>,
    /// Upper bound; `None` is not stated.
    pub high: Option<f64>,
    /// Where it comes from.
    pub provenance: Provenance,
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
    /// Input recipes of sectors.
    pub recipes: Vec<Recipe>,
    /// Goods listings.
    pub listings: Vec<Listing>,
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
