//! What was found, or not found, at a site on a date.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Hazard, site::slugs};

slugs! {
    /// How a site was looked at. Each method has its own sensitivity (3.1).
    Method {
        /// An audit the site knew of.
        AnnouncedSocialAudit = "announced_social_audit",
        /// An audit without notice.
        UnannouncedAudit = "unannounced_audit",
        /// A visit by a labour inspector.
        LabourInspection = "labour_inspection",
        /// Answers by the supplier itself.
        SupplierQuestionnaire = "supplier_questionnaire",
        /// A visit to homes by a community monitor.
        HomeVisit = "home_visit",
        /// Children asked in person.
        ChildInterview = "child_interview",
        /// A complaint: only ever found.
        Grievance = "grievance",
        /// A report by press or an organisation: only ever found.
        MediaOrNgo = "media_or_ngo",
    }
}

/// Number of methods.
pub const METHODS: usize = Method::ALL.len();

impl Method {
    /// True for methods whose silence says nothing.
    #[must_use]
    pub fn found_only(self) -> bool {
        matches!(self, Method::Grievance | Method::MediaOrNgo)
    }
}

/// The outcome of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Finding {
    /// Children were found in the hazard.
    Found,
    /// None were found, which is not the same as none being there.
    NotFound,
}

impl Finding {
    /// Name in tables and files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Finding::Found => "found",
            Finding::NotFound => "not_found",
        }
    }
}

/// One item of evidence. Children are counts, never people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Id as the user wrote it.
    pub id: String,
    /// Row of the site.
    pub site: u32,
    /// Day of the visit or report.
    pub date: Date,
    /// How the site was looked at.
    pub method: Method,
    /// What came out.
    pub finding: Finding,
    /// On which hazard.
    pub hazard: Hazard,
    /// Form of exploitation, by the pack's `exploitation_forms`.
    pub form: Option<String>,
    /// Girls counted.
    pub girls: Option<u32>,
    /// Boys counted.
    pub boys: Option<u32>,
    /// The supplier paid for the visit.
    pub supplier_paid: Option<bool>,
    /// The team had been there before.
    pub returning_team: Option<bool>,
    /// No woman on the team.
    pub all_male_team: Option<bool>,
    /// Children were asked.
    pub children_interviewed: Option<bool>,
    /// Questions were asked away from the site.
    pub off_site: Option<bool>,
    /// Case the item belongs to.
    pub case_id: Option<String>,
    /// Day on which remediation of the case was verified.
    pub remediated_on: Option<Date>,
    /// Where the report can be read.
    pub source: Option<String>,
}

impl Evidence {
    /// Children counted in all; `None` when nothing was counted.
    #[must_use]
    pub fn children(&self) -> Option<u32> {
        match (self.girls, self.boys) {
            (None, None) => None,
            (girls, boys) => Some(girls.unwrap_or(0).saturating_add(boys.unwrap_or(0))),
        }
    }
}
