//! Countries and districts.

use serde::{Deserialize, Serialize};

use super::{Origin, Provenance};

/// A country, or the row `WLD` for the world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Country {
    /// ISO 3166-1 alpha-3 code.
    pub iso3: String,
    /// Name for people.
    pub name: String,
    /// UN sub-region; empty when unknown.
    pub subregion: String,
    /// World Bank income group; empty when unknown.
    pub income_group: String,
    /// Published child-labour rate in percent of children; `None` is unknown.
    pub rate: Option<f64>,
    /// True when the rate counts economic activity at 5 to 17, as that of the world does; other ages compare less well.
    pub rate_comparable: bool,
    /// Where the rate comes from.
    pub rate_provenance: Option<Provenance>,
    /// People who are poor by the Multidimensional Poverty Index, percent; `None` is unknown.
    pub poverty: Option<f64>,
    /// Where the index comes from.
    pub poverty_provenance: Option<Provenance>,
    /// Latitude and longitude ranges: south, north, west, east.
    pub bounds: Option<[f64; 4]>,
    /// The row it was read from.
    pub origin: Origin,
}

/// A district.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct District {
    /// P-code, or a made id where none exists.
    pub id: String,
    /// Name.
    pub name: String,
    /// Other spellings and the Urdu name.
    pub variants: Vec<String>,
    /// Province or territory.
    pub province: String,
    /// Row in the countries.
    pub country: u16,
    /// Id of the district it was split from or merged into.
    pub parent: Option<String>,
    /// Inhabitants.
    pub population: Option<f64>,
    /// Births registered, percent of children of 0 to 4.
    pub birth_registration: Option<f64>,
    /// Where birth registration comes from.
    pub birth_provenance: Option<Provenance>,
    /// Girls out of school, percent of 5 to 16.
    pub out_of_school_girls: Option<f64>,
    /// Boys out of school, percent of 5 to 16.
    pub out_of_school_boys: Option<f64>,
    /// Where the school figures come from.
    pub school_provenance: Option<Provenance>,
    /// Declared calamity-hit; `false` is unknown, never "spared".
    pub calamity: bool,
    /// Where the calamity flag comes from.
    pub calamity_provenance: Option<Provenance>,
    /// Centre, degrees north and east.
    pub centre: Option<[f64; 2]>,
    /// The row it was read from.
    pub origin: Origin,
}
