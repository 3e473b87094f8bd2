//! What a visit would tell before it is made: equation (6.2).

use crate::assess::{Assessment, update_site};
use crate::model::{Evidence, Finding, Hazard, Method};
use crate::risk::evidence::{Weighed, log_ratio, sensitivity};

/// A way of looking at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Approach {
    /// Method.
    pub method: Method,
    /// The supplier pays for the visit.
    pub supplier_paid: bool,
    /// Children are asked.
    pub children_interviewed: bool,
    /// Questions are asked away from the site.
    pub off_site: bool,
}

impl Approach {
    /// A method as it is, by a mixed team that has not been there before.
    #[must_use]
    pub const fn plain(method: Method) -> Self {
        Self { method, supplier_paid: false, children_interviewed: false, off_site: false }
    }
}

/// What a visit is expected to tell about child labour at a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// How it would be done.
    pub approach: Approach,
    /// Se with its modifiers.
    pub sensitivity: f64,
    /// Chance that children would be found, given all that is known today.
    pub finds: f64,
    /// Presence after children were found.
    pub if_found: f64,
    /// Presence after none were found.
    pub if_not_found: f64,
    /// Expected |change| of presence: how much the visit tells.
    pub expected_change: f64,
}

/// What a visit on the day of the assessment would tell about child labour at a site (6.2): finds = Se·P1 + φ·Se·(1 − P1), and
/// expected |ΔP1| over both outcomes, each weighed as fresh evidence beside all that is on record. `None` for methods that only find, and for modelled sites.
///
/// Cost: linear in the site's evidence.
#[must_use]
pub fn visit(a: &Assessment<'_>, site: usize, approach: Approach) -> Option<Visit> {
    if a.inherent[site].modelled {
        return None;
    }
    let c = &a.parameters.coefficients;
    let before = a.updated[site].presence[Hazard::ChildLabour.index()];
    let mut item = hypothetical(a, site, approach);
    let se = approach_sensitivity(a, site, approach, item.date.month())?;
    let phi = c.false_report_ratio(approach.method).mean;
    let finds = se * before + phi * se * (1.0 - before);
    let mut after = |finding| {
        item.finding = finding;
        presence_with(a, site, &item, Some(se), phi)
    };
    let (if_found, if_not_found) = (after(Finding::Found), after(Finding::NotFound));
    let expected_change = finds * (if_found - before).abs() + (1.0 - finds) * (if_not_found - before).abs();
    Some(Visit { approach, sensitivity: se, finds, if_found, if_not_found, expected_change })
}

/// Se of a visit to a site in a month (1 to 12), (3.1); `None` for methods that only find.
#[must_use]
pub fn approach_sensitivity(a: &Assessment<'_>, site: usize, approach: Approach, month: i8) -> Option<f64> {
    let peak = a.parameters.sectors[usize::from(a.network.sites()[site].sector)].is_peak(month);
    sensitivity(&hypothetical(a, site, approach), peak, &a.parameters.coefficients)
}

fn hypothetical(a: &Assessment<'_>, site: usize, approach: Approach) -> Evidence {
    Evidence {
        id: String::new(),
        site: site as u32,
        date: a.network.as_of(),
        method: approach.method,
        finding: Finding::NotFound,
        hazard: Hazard::ChildLabour,
        form: None,
        girls: None,
        boys: None,
        supplier_paid: Some(approach.supplier_paid),
        returning_team: Some(false),
        all_male_team: Some(false),
        children_interviewed: Some(approach.children_interviewed),
        off_site: Some(approach.off_site),
        case_id: None,
        remediated_on: None,
        source: None,
    }
}

/// Presence of child labour with one more item on record.
fn presence_with(a: &Assessment<'_>, site: usize, item: &Evidence, se: Option<f64>, phi: f64) -> f64 {
    let c = &a.parameters.coefficients;
    let all = a.network.evidence();
    let rows = a.network.evidence_of(site);
    let mut evidence: Vec<Evidence> = all[rows.clone()].to_vec();
    let mut weighed: Vec<Weighed> = a.weighed[rows].to_vec();
    evidence.push(item.clone());
    weighed.push(Weighed {
        row: all.len(),
        hazard: item.hazard,
        sensitivity: se,
        false_report_ratio: phi,
        log_ratio: log_ratio(item.finding, se, phi),
        age_weight: 1.0,
        repeat_weight: 1.0,
        remediation_weight: 1.0,
        finding: item.finding,
    });
    // repeats are told apart again: the new item may be the strongest of its kind (3.3)
    let mut same: Vec<usize> = (0..evidence.len())
        .filter(|&k| (evidence[k].method, evidence[k].finding, evidence[k].hazard) == (item.method, item.finding, item.hazard))
        .collect();
    let strength = |k: usize| (weighed[k].log_ratio * weighed[k].age_weight * weighed[k].remediation_weight).abs();
    same.sort_by(|&x, &y| strength(y).total_cmp(&strength(x)).then(x.cmp(&y)));
    for (rank, &k) in same.iter().enumerate() {
        weighed[k].repeat_weight = libm::pow(c.repeat_discount.mean, rank as f64);
    }
    update_site(c, &a.inherent[site], &evidence, &weighed, a.agent_ratio[site]).presence[Hazard::ChildLabour.index()]
}
