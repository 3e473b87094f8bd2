//! Visits of plans, with what they found and what the run had expected.

use std::collections::{BTreeMap, HashMap};

use tierlight_core::Assessment;
use tierlight_core::decide::learn::{GROUPS, Prediction, Visited};
use tierlight_core::model::{Evidence, Finding, Hazard};
use tierlight_core::risk::logit::logit;

use crate::read::visits::{PlannedVisit, VisitResult};

/// A plan, and what came back.
#[derive(Debug)]
pub struct Round {
    /// Visits of the plan.
    pub visits: Vec<PlannedVisit>,
    /// What was found.
    pub results: Vec<VisitResult>,
}

/// Visits to learn from, and what was left out of them.
#[derive(Debug)]
pub struct Joined {
    /// Visits with a result about child labour.
    pub visits: Vec<Visited>,
    /// Presence that parts the sites of the run into tenths.
    pub edges: Vec<f64>,
    /// Random visits of the plans.
    pub planned_random: usize,
    /// Of them without a result.
    pub random_without_result: usize,
    /// Results of visits that no plan has; they count as targeted.
    pub unplanned: usize,
    /// Results of sites that the run does not have.
    pub unknown_sites: usize,
    /// Visits that the run had seen the result of, or a later one: what it says of them is no expectation.
    pub seen: usize,
}

/// A visit as it was planned, if it was, and its results.
type Outcome<'a> = (Option<&'a PlannedVisit>, Vec<&'a Evidence>);

/// Largest log-odds of a presence that is told apart from certainty.
const CERTAIN: f64 = 30.0;

/// Joins rounds with a run. A visit found children when one of its results did; a result that did not find only tells when it is about
/// child labour as a whole.
#[must_use]
pub fn join(a: &Assessment<'_>, rounds: &[Round]) -> Joined {
    let mut out = Joined {
        visits: Vec::new(),
        edges: edges(a),
        planned_random: 0,
        random_without_result: 0,
        unplanned: 0,
        unknown_sites: 0,
        seen: 0,
    };
    let mut districts: BTreeMap<String, u32> = BTreeMap::new();
    for (round, Round { visits, results }) in rounds.iter().enumerate() {
        let by_id: HashMap<&str, &PlannedVisit> = visits.iter().map(|v| (v.id.as_str(), v)).collect();
        let by_site: HashMap<&str, &PlannedVisit> = visits.iter().map(|v| (v.site.as_str(), v)).collect();
        let mut items: BTreeMap<(&str, &str), Outcome<'_>> = BTreeMap::new();
        for result in results {
            let planned = if result.visit.is_empty() { by_site.get(result.site.as_str()) } else { by_id.get(result.visit.as_str()) };
            let site = planned.map_or(result.site.as_str(), |v| v.site.as_str());
            let visit = planned.map_or(result.visit.as_str(), |v| v.id.as_str());
            items.entry((visit, site)).or_insert((planned.copied(), Vec::new())).1.push(&result.item);
        }
        let random: Vec<&PlannedVisit> = visits.iter().filter(|v| v.inclusion.is_some()).collect();
        let mut answered = 0;
        for ((_, site), (planned, items)) in items {
            out.unplanned += usize::from(planned.is_none());
            let Some(row) = a.network.find_site(site) else {
                out.unknown_sites += 1;
                continue;
            };
            let Some(item) = outcome(&items) else { continue };
            if a.network.evidence().iter().any(|e| e.site as usize == row && e.date >= item.date) {
                out.seen += 1;
                continue;
            }
            let inclusion = planned.and_then(|v| v.inclusion);
            answered += usize::from(inclusion.is_some());
            let next = districts.len() as u32;
            let district = *districts.entry(district(a, row, planned)).or_insert(next);
            out.visits.push(visited(a, row, round as u32, district, inclusion, item));
        }
        out.planned_random += random.len();
        out.random_without_result += random.len() - answered;
    }
    out
}

/// What a visit said about child labour.
fn outcome(items: &[&Evidence]) -> Option<Evidence> {
    let found = items.iter().find(|e| e.finding == Finding::Found);
    found.or_else(|| items.iter().find(|e| e.hazard == Hazard::ChildLabour)).map(|e| (*e).clone())
}

/// The district that the plan names, else the site's.
fn district(a: &Assessment<'_>, row: usize, planned: Option<&PlannedVisit>) -> String {
    let named = planned.map(|v| v.district.clone()).filter(|d| !d.is_empty());
    let of_site = || a.network.sites()[row].district.map(|d| a.parameters.districts[usize::from(d)].id.clone());
    named.or_else(of_site).unwrap_or_default()
}

fn visited(a: &Assessment<'_>, row: usize, round: u32, district: u32, inclusion: Option<f64>, item: Evidence) -> Visited {
    let h = Hazard::ChildLabour.index();
    let log_odds = |presence: f64| logit(presence).clamp(-CERTAIN, CERTAIN);
    let prior = &a.inherent[row];
    let sector = &a.parameters.sectors[usize::from(a.network.sites()[row].sector)];
    Visited {
        round,
        district,
        inclusion,
        peak_season: sector.is_peak(item.date.month()),
        item,
        prediction: Prediction {
            prevalence: prior.prevalence[h],
            workers: prior.workers,
            evidence: log_odds(a.updated[row].presence[h]) - log_odds(prior.presence()[h]),
        },
    }
}

fn edges(a: &Assessment<'_>) -> Vec<f64> {
    let mut presence: Vec<f64> = a.updated.iter().map(|u| u.presence[Hazard::ChildLabour.index()]).collect();
    presence.sort_by(f64::total_cmp);
    (1..GROUPS).filter_map(|k| presence.get((presence.len() * k / GROUPS).saturating_sub(1)).copied()).collect()
}
