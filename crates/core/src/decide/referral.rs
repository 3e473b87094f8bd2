//! Whom to refer to at a place, and what no service was found for.

use serde::{Deserialize, Serialize};

use crate::model::site::slugs;
use crate::parameters::{Referral, Reporting};

slugs! {
    /// What a service can help with.
    Need {
        /// Taking a child into care, shelter, case work.
        ChildProtection = "child_protection",
        /// A line to call.
        Helpline = "helpline",
        /// Advice on rights and courts.
        LegalAid = "legal_aid",
        /// Freeing and settling bonded workers.
        BondedLabour = "bonded_labour",
        /// Trafficking.
        Trafficking = "trafficking",
        /// Inspection and enforcement.
        LabourInspection = "labour_inspection",
        /// A child that is missing.
        MissingChild = "missing_child",
        /// Abuse by way of images and messages.
        OnlineAbuse = "online_abuse",
        /// Danger now.
        Emergency = "emergency",
    }
}

/// What every place needs: where a service for one of these is not found, that is a gap.
pub const EXPECTED: [Need; 4] = [Need::ChildProtection, Need::Helpline, Need::LegalAid, Need::BondedLabour];

slugs! {
    /// What is missing.
    Gap {
        /// No service was found.
        NoService = "no_service",
        /// A service is named, and no number or address of it was confirmed.
        NoContact = "no_contact",
    }
}

/// Services for a place, and the gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Services<'a> {
    /// Of the district, then of the province, then of the whole country.
    pub services: Vec<&'a Referral>,
    /// Needs of [`EXPECTED`] that are not met.
    pub gaps: Vec<(Need, Gap)>,
}

impl Services<'_> {
    /// True when no service of the province or district itself is known.
    #[must_use]
    pub fn only_national(&self) -> bool {
        self.services.iter().all(|s| s.province.is_empty() && s.district.is_none())
    }
}

/// Services for a place. `province` is spelt as the packs spell it; a service of a district is only for that district, and one of a
/// province only for that province. Linear in the services.
#[must_use]
pub fn services<'a>(reporting: &'a Reporting, country: u16, province: Option<&str>, district: Option<u16>) -> Services<'a> {
    let here = |r: &&Referral| {
        r.country == country
            && (r.province.is_empty() || Some(r.province.as_str()) == province)
            && (r.district.is_none() || r.district == district)
    };
    let mut services: Vec<&Referral> = reporting.referrals.iter().filter(here).collect();
    services.sort_by_key(|r| (r.district.is_none(), r.province.is_empty()));
    let gap = |need: &Need| {
        let mut of = services.iter().filter(|r| r.needs.contains(need)).peekable();
        let found = of.peek().is_some();
        let reachable = of.any(|r| !r.contact.is_empty() && r.is_confirmed());
        match (found, reachable) {
            (false, _) => Some((*need, Gap::NoService)),
            (true, false) => Some((*need, Gap::NoContact)),
            (true, true) => None,
        }
    };
    let gaps = EXPECTED.iter().filter_map(gap).collect();
    Services { services, gaps }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::{Grade, Provenance};

    fn referral(id: &str, province: &str, district: Option<u16>, need: Need, contact: &str, verification: &str) -> Referral {
        Referral {
            id: id.to_owned(),
            province: province.to_owned(),
            district,
            needs: vec![need],
            contact: contact.to_owned(),
            verification: verification.to_owned(),
            country: 0,
            jurisdiction: String::new(),
            service: String::new(),
            contact_type: String::new(),
            what: String::new(),
            hours: String::new(),
            caveat: String::new(),
            year: String::new(),
            provenance: Provenance { grade: Grade::C, source: "s".into(), pack: "p".into(), row: 2 },
        }
    }

    #[test]
    fn the_nearest_first_and_what_is_not_found_is_a_gap() {
        let reporting = Reporting {
            referrals: vec![
                referral("line", "", None, Need::Helpline, "1099", "press"),
                referral("care", "Punjab", None, Need::ChildProtection, "1121", "press"),
                referral("unit", "Punjab", Some(3), Need::ChildProtection, "1121", "press"),
                referral("committee", "", None, Need::BondedLabour, "", "primary_text"),
                referral("rumour", "", None, Need::LegalAid, "1098", "unconfirmed"),
            ],
            ..Reporting::default()
        };
        let ids = |s: &Services<'_>| s.services.iter().map(|r| r.id.clone()).collect::<Vec<_>>();
        let here = services(&reporting, 0, Some("Punjab"), Some(3));
        assert_eq!(ids(&here), ["unit", "care", "line", "committee", "rumour"]);
        assert_eq!(here.gaps, [(Need::LegalAid, Gap::NoContact), (Need::BondedLabour, Gap::NoContact)]);
        let elsewhere = services(&reporting, 0, Some("Sindh"), None);
        assert!(elsewhere.only_national() && elsewhere.gaps.contains(&(Need::ChildProtection, Gap::NoService)));
        assert_eq!(services(&reporting, 1, None, None).gaps.len(), EXPECTED.len());
    }
}
