//! Sites in words and in order: names, places, reasons, who comes first.

use serde_json::{Value, json};
use tierlight_core::Assessment;
use tierlight_core::model::Finding;
use tierlight_core::risk::term::{Known, Term};

use crate::by_hazard::{by_hazard, intervals_json};

/// Sites in order of priority.
#[must_use]
pub fn by_priority(a: &Assessment<'_>, top: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..a.priority.len()).collect();
    rows.sort_by_key(|&r| (a.priority[r].rank, r));
    rows.truncate(top);
    rows
}

/// Buyers that nobody buys from in turn, by linked share.
#[must_use]
pub fn final_buyers(a: &Assessment<'_>, top: usize) -> Vec<usize> {
    let mut sells = vec![false; a.network.sites().len()];
    let mut buys = vec![false; a.network.sites().len()];
    for link in a.network.links().iter().filter(|l| l.supplier != l.buyer) {
        sells[link.supplier as usize] = true;
        buys[link.buyer as usize] = true;
    }
    let mut rows: Vec<usize> = (0..sells.len()).filter(|&r| buys[r] && !sells[r]).collect();
    rows.sort_by(|&x, &y| a.exposure[y].linked(0).total_cmp(&a.exposure[x].linked(0)).then(x.cmp(&y)));
    rows.truncate(top);
    rows
}

/// Name of a site, else its id.
#[must_use]
pub fn name(a: &Assessment<'_>, row: usize) -> String {
    let name = a.network.site_name(row);
    if name.is_empty() { a.network.site_id(row).to_owned() } else { name.to_owned() }
}

/// Where a site is.
#[must_use]
pub fn place(a: &Assessment<'_>, row: usize) -> String {
    let site = &a.network.sites()[row];
    let country = &a.parameters.countries[usize::from(site.country)];
    match site.district.and_then(|d| a.parameters.districts.get(usize::from(d))) {
        Some(district) => format!("{}, {}", district.name, country.iso3),
        None => country.name.clone(),
    }
}

/// The two or three largest known reasons of a site, and what its record says.
#[must_use]
pub fn why(a: &Assessment<'_>, row: usize) -> String {
    let mut terms: Vec<(f64, &'static str)> = Vec::new();
    a.model.child_labour_terms(row, &mut |t| {
        if t.known != Known::Unknown && t.value > 0.05 && !matches!(t.term, Term::SectorBase | Term::Centring | Term::CountryLevel) {
            terms.push((t.value, t.term.slug()));
        }
    });
    terms.sort_by(|x, y| y.0.total_cmp(&x.0));
    let mut parts: Vec<String> = Vec::new();
    if a.priority[row].class.number() > 0 {
        let rows = a.network.evidence_of(row);
        let found = a.network.evidence()[rows.clone()].iter().zip(&a.weighed[rows]).filter(|(e, _)| e.finding == Finding::Found);
        let (mut year, mut remediated) = (0, true);
        for (item, weight) in found {
            year = year.max(item.date.year());
            remediated &= weight.remediation_weight < 1.0;
        }
        parts.push(format!("{} ({year}{})", a.priority[row].class.label(), if remediated { ", remediated" } else { "" }));
    }
    if a.agent_ratio[row] > 1.05 {
        parts.push(format!("agent's record ×{:.1}", a.agent_ratio[row]));
    }
    parts.extend(terms.iter().take(3).map(|(_, slug)| slug.replace('_', " ")));
    let sector = &a.parameters.sectors[usize::from(a.network.sites()[row].sector)];
    if parts.is_empty() {
        parts.push(format!("usual for {}", sector.name.to_lowercase()));
    }
    parts.join("; ")
}

/// Sites for programs.
#[must_use]
pub fn top_sites_json(a: &Assessment<'_>, top: usize) -> Vec<Value> {
    let one = |r: usize| {
        json!({
            "rank": a.priority[r].rank,
            "site_id": a.network.site_id(r),
            "name": a.network.site_name(r),
            "tied_from_rank": a.uncertainty.as_ref().map(|u| u.tied_from[r]).filter(|rank| *rank > 0),
            "top_probability": a.uncertainty.as_ref().map(|u| u.sites[r].top),
            "presence": by_hazard(&a.updated[r].presence),
            "presence_interval": a.uncertainty.as_ref().map(|u| intervals_json(&u.sites[r].presence)),
            "expected_children_interval": a.uncertainty.as_ref().map(|u| intervals_json(&u.sites[r].expected)),
            "expected_children": by_hazard(&a.updated[r].expected),
            "girls_share": a.updated[r].girls_share,
            "why": why(a, r),
        })
    };
    by_priority(a, top).into_iter().map(one).collect()
}

/// Buyers for programs.
#[must_use]
pub fn buyers_json(a: &Assessment<'_>, top: usize) -> Vec<Value> {
    let one = |r: usize| {
        let e = &a.exposure[r];
        json!({
            "site_id": a.network.site_id(r),
            "name": a.network.site_name(r),
            "traced_share": e.traced_share,
            "linked_share": by_hazard(&[e.linked(0), e.linked(1), e.linked(2)]),
            "linked_share_interval": a.uncertainty.as_ref().map(|u| intervals_json(&u.linked[r])),
            "linked_share_untraced": by_hazard(&[e.linked_untraced(0), e.linked_untraced(1), e.linked_untraced(2)]),
            "linked_labour_share": by_hazard(&e.labour),
        })
    };
    final_buyers(a, top).into_iter().map(one).collect()
}
