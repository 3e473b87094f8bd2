//! Why one site scores as it does: every term, every piece of evidence, and what to do.

mod json;
mod orders;

use serde_json::Value;
use tierlight_core::Assessment;
use tierlight_core::assess::update_site;
use tierlight_core::decide::referral::{Services, services};
use tierlight_core::model::Finding;
use tierlight_core::risk::area::AreaEstimate;
use tierlight_core::risk::evidence::{Weighed, weigh_rows};
use tierlight_core::risk::logit::expit;
use tierlight_core::risk::term::{Contribution, Known};
use tierlight_data::run::Intervals;

pub use orders::recent_orders;

/// The explanation of a site, with the intervals of its draws where there are any.
#[must_use]
pub fn explain(a: &Assessment<'_>, row: usize, drawn: Option<&Intervals>) -> Value {
    json::of(a, row, &steps(a, row), drawn)
}

/// Services to refer to at a site.
#[must_use]
pub fn referral<'a>(a: &'a Assessment<'_>, row: usize) -> Services<'a> {
    let site = &a.network.sites()[row];
    let province = site.district.and_then(|d| a.parameters.districts.get(usize::from(d))).map(|d| d.province.as_str());
    services(&a.parameters.reporting, site.country, province, site.district)
}

/// Small-area estimate of the site's district, and the area that it is held against.
#[must_use]
pub fn district_estimate<'a>(a: &'a Assessment<'_>, row: usize) -> Option<(&'a AreaEstimate, String, f64)> {
    let site = &a.network.sites()[row];
    let estimate = a.model.districts().estimate(usize::from(site.district?))?;
    let prior = a.model.prior(row);
    let area = &a.parameters.bases[prior.levels.base_row].area;
    let name = if area.is_empty() { a.parameters.countries[usize::from(site.country)].name.clone() } else { area.join(", ") };
    Some((estimate, name, expit(prior.area_level?)))
}

/// One term of a waterfall.
#[derive(Debug)]
pub struct Step {
    /// Sum it is a term of.
    pub part: &'static str,
    /// Name.
    pub term: &'static str,
    /// Log-odds.
    pub value: f64,
    /// How it is known.
    pub known: Known,
    /// Grade of its number; empty where there is none.
    pub grade: &'static str,
    /// Source of its number and the pack it is from.
    pub source: String,
    /// Probability of the running sum.
    pub running: f64,
}

/// All terms of child labour, of forced labour given child labour, and of the girls' share.
#[must_use]
pub fn steps(a: &Assessment<'_>, row: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut sum = 0.0;
    let mut push = |part: &'static str, c: &Contribution<'_>, sum: &mut f64| {
        *sum += c.value;
        steps.push(Step {
            part,
            term: c.term.slug(),
            value: c.value,
            known: c.known,
            grade: c.provenance.map_or("", |p| p.grade.letter()),
            source: c
                .provenance
                .map_or(String::new(), |p| if p.pack.is_empty() { p.source.clone() } else { format!("{} ({})", p.source, p.pack) }),
            running: expit(*sum),
        });
    };
    a.model.child_labour_terms(row, &mut |c| push("child_labour", &c, &mut sum));
    sum = 0.0;
    a.model.forced_terms(row, &mut |c| push("forced_given_child_labour", &c, &mut sum));
    sum = 0.0;
    a.model.girls_terms(row, &mut |c| push("girls_share", &c, &mut sum));
    steps
}

/// An item of evidence and what the site would be without it.
#[derive(Debug)]
pub struct Item {
    /// Row of the evidence.
    pub row: usize,
    /// Presence of each hazard without this item.
    pub without: [f64; 3],
}

/// Evidence of a site, each item left out in turn.
#[must_use]
pub fn items(a: &Assessment<'_>, site: usize) -> Vec<Item> {
    let evidence = a.network.evidence();
    let rows: Vec<usize> = a.network.evidence_of(site).collect();
    rows.iter()
        .map(|&left_out| {
            let kept: Vec<usize> = rows.iter().copied().filter(|&k| k != left_out).collect();
            let items: Vec<_> = kept.iter().map(|&k| evidence[k].clone()).collect();
            let weights = weigh_rows(a.network, a.parameters, &kept);
            let without = update_site(&a.parameters.coefficients, &a.inherent[site], &items, &weights, a.agent_ratio[site]);
            Item { row: left_out, without: without.presence }
        })
        .collect()
}

/// Weight below which a finding on record is no reason to act at once, but one to look again.
const FADED: f64 = 0.25;

/// Remediation first, leaving last; a person decides.
#[must_use]
pub fn advice(a: &Assessment<'_>, row: usize) -> &'static str {
    if a.network.sites()[row].modelled.is_some() {
        return "ask the site whose orders it stands for where they were made; agree on time and price for what it can make, and on naming who else works for it";
    }
    let found = a.weighed[a.network.evidence_of(row)].iter().filter(|w| w.finding == Finding::Found);
    let strongest = found.map(Weighed::weight).fold(0.0, f64::max);
    match a.priority[row].class.number() {
        1.. if strongest < FADED => {
            "the finding on record is old or remediated: ask after the children it was about, and look again with a method that finds children"
        }
        0 => "look again with a method that finds children (interviews away from the site), before relying on audits",
        3 => {
            "refer to the child-protection authority now, keep the children safe and schooled, do not warn the site; stay as a buyer and fund remediation"
        }
        _ => {
            "start or check remediation with a child-protection service: school, income for the family, follow-up visits; leaving the supplier does not remove the child"
        }
    }
}
