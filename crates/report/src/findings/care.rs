//! What to do, protection and remediation first; and whom to refer to.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::decide::priority::RecordedClass;
use tierlight_core::decide::referral::services;
use tierlight_core::parameters::Referral;

use super::Findings;
use super::page::{VisitFinding, visits};
use super::site::SiteRef;

/// Sites that an action names.
const NAMED: usize = 10;
/// Sites for which the most telling visit is looked for.
const LOOKED_FOR: usize = 10;

/// Something to do, in the order of the list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Action {
    /// remediate, support, look, disclose, agents, purchasing, repeat.
    pub kind: String,
    /// Sites it is about, most urgent first.
    pub sites: Vec<SiteRef>,
    /// Sites beyond those.
    pub more: usize,
    /// The visit that would tell most at each of the sites; only for `look`.
    pub visits: Vec<VisitFinding>,
}

/// Services to refer to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Service {
    /// Province or territory; empty for every one.
    pub province: String,
    /// Id of the district that it is only for; empty for the whole province or country.
    pub district: String,
    /// Country, ISO 3166-1 alpha-3.
    pub country: String,
    /// What it can help with: child_protection, helpline, legal_aid, bonded_labour and others.
    pub needs: Vec<String>,
    /// Service.
    pub service: String,
    /// Public number; empty when none was found.
    pub contact: String,
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
    /// Key of the source.
    pub source: String,
    /// Grade.
    pub grade: String,
}

/// What a district needs and no service is known for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServiceGap {
    /// child_protection, helpline, legal_aid, bonded_labour.
    pub need: String,
    /// no_service: none was found; no_contact: one is named, and no line of it was confirmed.
    pub gap: String,
}

/// Services of a run's places, and where none are known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Referrals {
    /// Services: of the provinces in scope first, then of the whole country.
    pub services: Vec<Service>,
    /// Provinces in scope without a service of their own.
    pub provinces_without: Vec<String>,
    /// Countries in scope for which no service is known.
    pub countries_without: Vec<String>,
}

/// Province and district of sites, where they are known.
type Place<'a> = (Option<&'a str>, Option<u16>);

/// Services of the places of some sites, and where none are known. Cost: linear in the sites.
#[must_use]
pub fn referrals(a: &Assessment<'_>, rows: &[usize]) -> Referrals {
    let p = a.parameters;
    let mut places: BTreeMap<u16, BTreeSet<Place<'_>>> = BTreeMap::new();
    for &row in rows {
        let site = &a.network.sites()[row];
        let district = site.district.filter(|d| usize::from(*d) < p.districts.len());
        let province = district.map(|d| p.districts[usize::from(d)].province.as_str());
        places.entry(site.country).or_default().insert((province, district));
    }
    let mut out = Referrals::default();
    for (country, places) in places {
        let iso3 = &p.countries[usize::from(country)].iso3;
        let (mut of, mut without): (Vec<&Referral>, BTreeSet<&str>) = (Vec::new(), BTreeSet::new());
        for &(province, district) in &places {
            let here = services(&p.reporting, country, province, district);
            without.extend(province.filter(|_| here.only_national()));
            of.extend(here.services.iter().filter(|s| !of.iter().any(|known| known.id == s.id)).copied().collect::<Vec<_>>());
        }
        if of.is_empty() {
            out.countries_without.push(iso3.clone());
            continue;
        }
        of.sort_by_key(|r| (r.province.is_empty(), r.district.is_none()));
        out.provinces_without.extend(without.into_iter().map(str::to_owned));
        out.services.extend(of.into_iter().map(|r| Service {
            province: r.province.clone(),
            district: r.district.map_or_else(String::new, |d| p.districts[usize::from(d)].id.clone()),
            country: iso3.clone(),
            needs: r.needs.iter().map(|need| need.slug().to_owned()).collect(),
            service: r.service.clone(),
            contact: r.contact.clone(),
            what: r.what.clone(),
            hours: r.hours.clone(),
            caveat: r.caveat.clone(),
            verification: r.verification.clone(),
            year: r.year.clone(),
            source: r.provenance.source.clone(),
            grade: r.provenance.grade.letter().to_owned(),
        }));
    }
    out
}

/// Needs of a district that no service is known for.
pub(crate) fn gaps(a: &Assessment<'_>, district: u16) -> Vec<ServiceGap> {
    let d = &a.parameters.districts[usize::from(district)];
    let here = services(&a.parameters.reporting, d.country, Some(&d.province), Some(district));
    here.gaps.into_iter().map(|(need, gap)| ServiceGap { need: need.slug().to_owned(), gap: gap.slug().to_owned() }).collect()
}

/// Actions in their order: children first, leaving never.
pub(crate) fn actions(a: &Assessment<'_>, f: &Findings, rows: &[usize]) -> Vec<Action> {
    let mut out = Vec::new();
    let mut push = |kind: &str, sites: Vec<SiteRef>, visits: Vec<VisitFinding>| {
        let more = sites.len().saturating_sub(NAMED);
        out.push(Action { kind: kind.to_owned(), sites: sites.into_iter().take(NAMED).collect(), more, visits });
    };
    let mut open: Vec<SiteRef> = Vec::new();
    for follow in f.follow_ups.iter().filter(|u| matches!(u.kind.as_str(), "open_finding" | "check_remediation")) {
        if !open.contains(&follow.site) {
            open.push(follow.site.clone());
        }
    }
    push("remediate", open, Vec::new());
    push("support", Vec::new(), Vec::new());
    let look = most_telling(a, rows);
    push("look", look.iter().map(|l| l.0.clone()).collect(), look.into_iter().map(|l| l.1).collect());
    let mut dark: Vec<SiteRef> = Vec::new();
    for d in f.buyers.iter().filter_map(|b| b.chain.as_ref()).flat_map(|c| &c.dark) {
        if !dark.contains(&d.site) {
            dark.push(d.site.clone());
        }
    }
    if !dark.is_empty() {
        push("disclose", dark, Vec::new());
    }
    if !f.agents.is_empty() {
        push("agents", Vec::new(), Vec::new());
    }
    push("purchasing", Vec::new(), Vec::new());
    push("repeat", Vec::new(), Vec::new());
    out
}

/// Sites without a finding on record first in the order of priority, each with the visit that would tell most there: where something
/// was found, help comes before another look.
fn most_telling(a: &Assessment<'_>, rows: &[usize]) -> Vec<(SiteRef, VisitFinding)> {
    let mut order: Vec<usize> = rows.iter().copied().filter(|&r| a.priority[r].class == RecordedClass::None).collect();
    if order.is_empty() {
        order = rows.to_vec();
    }
    order.sort_by_key(|&r| (a.priority[r].rank, r));
    let first = order.into_iter().take(LOOKED_FOR);
    first.filter_map(|r| visits(a, r).into_iter().next().map(|v| (SiteRef::new(a, r), v))).collect()
}
