//! Reference data that reports show and no score uses: laws and guides, services to refer to, shapes of districts, names in Urdu.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Provenance;
use crate::decide::referral::Need;
use crate::law::Verification;

/// What reports need beside the parameters of the method.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reporting {
    /// Laws and guides on due diligence, in order of the pack.
    pub frameworks: Vec<Framework>,
    /// Public services to refer a case to, in order of the pack.
    pub referrals: Vec<Referral>,
    /// Cells of districts, in order of the pack.
    pub cells: Vec<DistrictCells>,
    /// Provinces that are territories: their outer borders are drawn as disputed.
    pub territories: BTreeSet<String>,
    /// Urdu names of sectors, by id.
    pub sectors_ur: BTreeMap<String, String>,
    /// Urdu names of districts, by id.
    pub districts_ur: BTreeMap<String, String>,
}

/// A law or guide on due diligence. No legal advice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Framework {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it is in force.
    pub jurisdiction: String,
    /// Kind: `soft_law`, `directive`, `regulation`, `statute`.
    pub kind: String,
    /// Status when it was read: `in_use`, `in_force`, `amended`.
    pub status: String,
    /// In force since, as exact as known; empty when unknown.
    pub in_force: String,
    /// First duties apply from; empty when unknown.
    pub applies_from: String,
    /// Who is reached.
    pub thresholds: String,
    /// How far into the supply chain.
    pub scope: String,
    /// Who enforces, with what.
    pub enforcement: String,
    /// What to be careful about.
    pub caveat: String,
    /// How it was read.
    pub verification: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// What it asks for, in order.
    pub elements: Vec<FrameworkElement>,
}

/// One thing that a law or guide asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameworkElement {
    /// Slug, unique in its framework.
    pub id: String,
    /// What is asked for.
    pub text: String,
    /// The same in Urdu; empty when not translated.
    pub text_ur: String,
    /// What of a run can fill it; empty when only the user can.
    pub fills_from: String,
    /// How far it is the law's own element.
    pub note: String,
    /// How it was read.
    pub verification: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A public service to refer a case to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Referral {
    /// Slug.
    pub id: String,
    /// Where it works, in words.
    pub jurisdiction: String,
    /// Province or territory; empty for every one.
    pub province: String,
    /// Row in the countries.
    pub country: u16,
    /// Row in the districts; `None` for the whole province or country.
    pub district: Option<u16>,
    /// What it can help with.
    pub needs: Vec<Need>,
    /// Service.
    pub service: String,
    /// Public number; empty when none was found.
    pub contact: String,
    /// Kind of contact.
    pub contact_type: String,
    /// What it does.
    pub what: String,
    /// Hours.
    pub hours: String,
    /// What to be careful about.
    pub caveat: String,
    /// How it was read.
    pub verification: String,
    /// Year of the source.
    pub year: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Referral {
    /// True when somebody read something that confirms it.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        Verification::from_slug(&self.verification).is_some_and(Verification::is_read)
    }
}

/// Cells of 0.05 degrees of a district that lie side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistrictCells {
    /// Degrees north of the centres.
    pub latitude: f64,
    /// Degrees east of the first centre.
    pub from: f64,
    /// Degrees east of the last centre.
    pub to: f64,
    /// Row in the districts.
    pub district: u16,
}
