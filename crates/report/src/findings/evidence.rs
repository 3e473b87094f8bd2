//! The evidence ledger: what each item weighs today, what it moved, and what is to be followed up.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::assess::update_site;
use tierlight_core::model::Finding;
use tierlight_core::risk::evidence::weigh_rows;

use super::site::SiteRef;

/// An item of evidence and what it is worth.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Item {
    /// Id as the user wrote it.
    pub id: String,
    /// Where.
    pub site: SiteRef,
    /// Day of the visit or report.
    pub date: String,
    /// How the site was looked at.
    pub method: String,
    /// found, not_found.
    pub finding: String,
    /// On which hazard.
    pub hazard: String,
    /// Girls counted.
    pub girls: Option<u32>,
    /// Boys counted.
    pub boys: Option<u32>,
    /// Chance that such a visit finds children who are there; null for methods that only find.
    pub sensitivity: Option<f64>,
    /// What age leaves of its weight.
    pub age_weight: f64,
    /// What age, repeats and remediation leave of its weight together.
    pub weight: f64,
    /// Log-odds that it moves its hazard by today.
    pub log_odds: f64,
    /// Presence of its hazard without it.
    pub without: f64,
    /// Presence of its hazard with it.
    pub with: f64,
    /// The supplier paid for the visit.
    pub supplier_paid: Option<bool>,
    /// Case.
    pub case: Option<String>,
    /// Day on which remediation was verified.
    pub remediated_on: Option<String>,
    /// Where the report can be read.
    pub source: Option<String>,
}

/// Evidence by method and outcome: what may be said in public.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Summary {
    /// Method.
    pub method: String,
    /// Items that found.
    pub found: usize,
    /// Items that did not find.
    pub not_found: usize,
    /// Of those that found, with remediation verified.
    pub remediated: usize,
    /// Year of the last.
    pub last_year: i16,
    /// Mean chance to find children who are there; null for methods that only find.
    pub sensitivity: Option<f64>,
    /// Sum of what their log-odds move today, up.
    pub up: f64,
    /// The same, down.
    pub down: f64,
}

/// Something to do about evidence on record.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FollowUp {
    /// Where.
    pub site: SiteRef,
    /// `open_finding`, `check_remediation`, `faded_finding`, `faded_silence`.
    pub kind: String,
    /// The item it is about.
    pub item: String,
    /// Its date.
    pub date: String,
    /// Its method.
    pub method: String,
    /// Its hazard.
    pub hazard: String,
    /// What is left of its weight.
    pub weight: f64,
}

/// Items at sites in scope, by site and date.
pub(crate) fn items(a: &Assessment<'_>, inside: &[bool]) -> Vec<Item> {
    let evidence = a.network.evidence();
    let mut out = Vec::new();
    let mut start = 0;
    for same in evidence.chunk_by(|x, y| x.site == y.site) {
        let rows: Vec<usize> = (start..start + same.len()).collect();
        start += same.len();
        if inside[same[0].site as usize] {
            out.extend(rows.iter().map(|&k| item(a, &rows, k)));
        }
    }
    out
}

fn item(a: &Assessment<'_>, of_site: &[usize], k: usize) -> Item {
    let (e, w) = (&a.network.evidence()[k], &a.weighed[k]);
    let site = e.site as usize;
    let kept: Vec<usize> = of_site.iter().copied().filter(|&other| other != k).collect();
    let others: Vec<_> = kept.iter().map(|&other| a.network.evidence()[other].clone()).collect();
    let weights = weigh_rows(a.network, a.parameters, &kept);
    let without = update_site(&a.parameters.coefficients, &a.inherent[site], &others, &weights, a.agent_ratio[site]);
    let h = e.hazard.index();
    Item {
        id: e.id.clone(),
        site: SiteRef::new(a, site),
        date: e.date.to_string(),
        method: e.method.slug().to_owned(),
        finding: e.finding.slug().to_owned(),
        hazard: e.hazard.slug().to_owned(),
        girls: e.girls,
        boys: e.boys,
        sensitivity: w.sensitivity,
        age_weight: w.age_weight,
        weight: w.weight(),
        log_odds: w.log_odds(),
        without: without.presence[h],
        with: a.updated[site].presence[h],
        supplier_paid: e.supplier_paid,
        case: e.case_id.clone(),
        remediated_on: e.remediated_on.map(|d| d.to_string()),
        source: e.source.clone(),
    }
}

/// By method.
pub(crate) fn summary(items: &[Item]) -> Vec<Summary> {
    let mut by: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items {
        by.entry(&item.method).or_default().push(item);
    }
    let one = |(method, items): (&str, Vec<&Item>)| {
        let found = items.iter().filter(|i| i.finding == Finding::Found.slug());
        let known: Vec<f64> = items.iter().filter_map(|i| i.sensitivity).collect();
        let sum = |sign: f64| items.iter().map(|i| (i.log_odds * sign).max(0.0)).sum::<f64>() * sign;
        Summary {
            method: method.to_owned(),
            found: found.clone().count(),
            not_found: items.len() - found.clone().count(),
            remediated: found.filter(|i| i.remediated_on.is_some()).count(),
            last_year: items.iter().filter_map(|i| i.date.get(..4)?.parse().ok()).max().unwrap_or(0),
            sensitivity: (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64),
            up: sum(1.0),
            down: sum(-1.0),
        }
    };
    by.into_iter().map(one).collect()
}

/// Weight below which a finding is a reason to look again rather than to act at once.
const FADED: f64 = 0.25;
/// Age weight below which silence has lost half of what little it said.
const FADED_SILENCE: f64 = 0.5;

/// What to follow up: open findings first, worst hazard first.
pub(crate) fn follow_ups(items: &[Item]) -> Vec<FollowUp> {
    let mut out: Vec<(u8, u8, FollowUp)> = Vec::new();
    for same in items.chunk_by(|x, y| x.site == y.site) {
        let latest_silence = same.iter().filter(|i| i.finding != Finding::Found.slug()).max_by(|x, y| x.date.cmp(&y.date));
        for i in same {
            let found = i.finding == Finding::Found.slug();
            let kind = match (found, i.remediated_on.is_some()) {
                (true, true) => "check_remediation",
                (true, false) if i.weight < FADED => "faded_finding",
                (true, false) => "open_finding",
                (false, _) if i.age_weight < FADED_SILENCE && latest_silence.is_some_and(|last| last.id == i.id) => "faded_silence",
                (false, _) => continue,
            };
            let order = ["open_finding", "check_remediation", "faded_finding", "faded_silence"];
            let place = order.iter().position(|k| *k == kind).unwrap_or(order.len()) as u8;
            let worst = ["forced", "hazardous", "child_labour"].iter().position(|h| *h == i.hazard).unwrap_or(3) as u8;
            let follow = FollowUp {
                site: i.site.clone(),
                kind: kind.to_owned(),
                item: i.id.clone(),
                date: i.date.clone(),
                method: i.method.clone(),
                hazard: i.hazard.clone(),
                weight: i.weight,
            };
            out.push((place, worst, follow));
        }
    }
    out.sort_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then_with(|| y.2.date.cmp(&x.2.date)).then_with(|| x.2.item.cmp(&y.2.item)));
    out.into_iter().map(|f| f.2).collect()
}
