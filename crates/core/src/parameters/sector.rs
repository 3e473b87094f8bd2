//! Sectors: codes, usual conditions, base prevalence, inputs, listings.

use serde::{Deserialize, Serialize};

use super::{Parameters, Provenance};
use crate::model::{CONDITIONS, Condition};
use crate::risk::logit::Interval;

/// A sector of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sector {
    /// Slug.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Broad industry: agriculture, mining, manufacturing, construction, trade, services, other.
    pub broad: String,
    /// ISIC Rev.4 codes.
    pub isic: Vec<String>,
    /// HS 2022 codes.
    pub hs: Vec<String>,
    /// What makes the work dangerous.
    pub hazard_notes: String,
    /// Bit k is set when month k + 1 is peak season; 0 is unknown.
    pub peak_months: u16,
    /// Where codes, hazards and peak months come from.
    pub provenance: Provenance,
    /// Usual conditions.
    pub profile: SectorProfile,
}

impl Sector {
    /// True when a month (1 to 12) is known to be peak season.
    #[must_use]
    pub fn is_peak(&self, month: i8) -> bool {
        (1..=12).contains(&month) && self.peak_months & (1 << (month - 1)) != 0
    }
}

/// The usual conditions of a sector, over which its base prevalence is an average.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SectorProfile {
    /// m: share of output value that is bought in.
    pub input_share: f64,
    /// Median workforce of a site.
    pub workers_median: f64,
    /// Geometric standard deviation of the workforce.
    pub workers_gsd: f64,
    /// p_k: share of sites with each condition, in order of [`CONDITIONS`].
    pub shares: [f64; CONDITIONS.len()],
    /// ḡ: mean subcontracting depth.
    pub mean_depth: f64,
    /// ℓ: workers per million USD of value added.
    pub labour_intensity: f64,
    /// h: share of child labour that is hazardous.
    pub hazardous_share: SectorShare,
    /// f: share of child labour that is forced.
    pub forced_share: SectorShare,
    /// φ: girls among the children.
    pub girls_share: SectorShare,
    /// Where the usual conditions come from.
    pub provenance: Provenance,
    /// What the pack says of them.
    pub note: String,
}

/// How a value was found. Measured beats derived beats judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derivation {
    /// Counted at workplaces or among the children themselves.
    Measured,
    /// From counts that were not made for it.
    Derived,
    /// A judgement.
    Judged,
}

impl Derivation {
    /// Name in tables and files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        ["measured", "derived", "judged"][self as usize]
    }

    /// The derivation of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Derivation::Measured, Derivation::Derived, Derivation::Judged].into_iter().find(|d| d.slug() == slug)
    }
}

/// What the packs' own derivation made a value of, before any run; empty for a value that its pack states.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Rows that stand behind this value.
    pub rows: Vec<InputRow>,
    /// Tables whose rows stand behind many values alike.
    pub tables: Vec<String>,
}

/// A row of a pack that a value was derived from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputRow {
    /// Table.
    pub table: String,
    /// Primary key, joined by ", ".
    pub key: String,
    /// Column of the number.
    pub column: String,
    /// The number; `None` is blank.
    pub value: Option<f64>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Part of a sector's child labour: hazardous, forced, or girls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SectorShare {
    /// The share.
    pub value: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end of the 90 % interval.
    pub high: f64,
    /// How it was found.
    pub derivation: Derivation,
    /// Where it comes from.
    pub provenance: Provenance,
    /// What the pack says of it.
    pub note: String,
    /// What it was derived from.
    pub inputs: Inputs,
}

impl SectorShare {
    /// The share with its 90 % interval.
    #[must_use]
    pub fn interval(&self) -> Interval {
        Interval { mean: self.value, low: self.low, high: self.high }
    }
}

impl SectorProfile {
    /// p_k of a condition.
    #[must_use]
    pub fn share(&self, condition: Condition) -> f64 {
        self.shares[condition.index()]
    }
}

/// Base prevalence b of child labour in a sector's workforce.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SectorBase {
    /// Row in the sectors.
    pub sector: u16,
    /// Row in the countries; `None` is the reference profile that any country starts from.
    pub country: Option<u16>,
    /// As reported, before the reporting factor.
    pub reported: f64,
    /// r: part of the children that respondents report.
    pub reporting: f64,
    /// b.
    pub base: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end of the 90 % interval.
    pub high: f64,
    /// How it was found.
    pub derivation: Derivation,
    /// Provinces over which b is the average; empty is the whole country, or any for the reference profile.
    pub area: Vec<String>,
    /// Where it comes from.
    pub provenance: Provenance,
    /// What the pack says of it.
    pub note: String,
    /// What it was derived from.
    pub inputs: Inputs,
}

impl SectorBase {
    /// b with its 90 % interval.
    #[must_use]
    pub fn interval(&self) -> Interval {
        Interval { mean: self.base, low: self.low, high: self.high }
    }
}

/// One input of a sector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Row of the sector that buys.
    pub output: u16,
    /// Row of the sector that sells.
    pub input: u16,
    /// Row of the country the row is for; `None` is any.
    pub country: Option<u16>,
    /// Share of the purchases; `None` is unknown.
    pub share: Option<f64>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A sector that is listed for a country. Listings say that someone looked, never how much there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Row of the country.
    pub country: u16,
    /// Row of the sector.
    pub sector: u16,
    /// Listed for child labour.
    pub child_labour: bool,
    /// Listed for forced child labour.
    pub forced_child_labour: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Weight of each sector among the employed: its broad industry's share, parted equally among the
/// industry's sectors (no finer table is published). Sums to 1.
#[must_use]
pub fn sector_weights(parameters: &Parameters) -> Vec<f64> {
    let (sectors, c) = (&parameters.sectors, &parameters.coefficients);
    let share = |broad: &str| match broad {
        "agriculture" => c.employment_agriculture.mean,
        "mining" => c.employment_mining.mean,
        "manufacturing" => c.employment_manufacturing.mean,
        "construction" => c.employment_construction.mean,
        "trade" => c.employment_trade.mean,
        "services" => c.employment_services.mean,
        _ => 0.0,
    };
    let count = |broad: &str| sectors.iter().filter(|s| s.broad == broad).count() as f64;
    let raw: Vec<f64> = sectors.iter().map(|s| share(&s.broad) / count(&s.broad)).collect();
    let total: f64 = raw.iter().sum();
    if total > 0.0 { raw.into_iter().map(|w| w / total).collect() } else { vec![1.0 / sectors.len().max(1) as f64; sectors.len()] }
}
