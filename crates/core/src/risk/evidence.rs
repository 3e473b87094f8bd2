//! What an item of evidence weighs today: equations (3.1) to (3.3) and (3.6).

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::logit::{expit, logit};
use crate::model::{Evidence, Finding, Hazard, Network};
use crate::parameters::{Coefficients, Parameters};

/// Mean length of a month in days.
const DAYS_PER_MONTH: f64 = 30.436_875;

/// An item of evidence with what it weighs.
#[derive(Debug, Clone, Copy)]
pub struct Weighed {
    /// Row in the network's evidence.
    pub row: usize,
    /// On which hazard.
    pub hazard: Hazard,
    /// Se with its modifiers; `None` for methods that only find.
    pub sensitivity: Option<f64>,
    /// φ: false-report ratio.
    pub false_report_ratio: f64,
    /// Λ: log-likelihood ratio of the fresh item, positive when found.
    pub log_ratio: f64,
    /// 2^(−age / half-life).
    pub age_weight: f64,
    /// r^(k − 1) for the k-th strongest item of one method, finding and hazard at the site.
    pub repeat_weight: f64,
    /// Relapse factor after verified remediation, else 1.
    pub remediation_weight: f64,
    /// Found or not.
    pub finding: Finding,
}

impl Weighed {
    /// Power to which the item's likelihood is raised.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.age_weight * self.repeat_weight * self.remediation_weight
    }

    /// Log-odds that the item moves its hazard by today, for a site of low prior.
    #[must_use]
    pub fn log_odds(&self) -> f64 {
        self.log_ratio * self.weight()
    }
}

/// Se of an item: base sensitivity of its method, moved by how the visit was done (3.1).
#[must_use]
pub fn sensitivity(item: &Evidence, peak_season: bool, c: &Coefficients) -> Option<f64> {
    let base = c.sensitivity(item.method)?;
    let modifiers = [
        (item.supplier_paid == Some(true), &c.mod_supplier_pays),
        (item.returning_team == Some(true), &c.mod_returning_auditor),
        (item.all_male_team == Some(true), &c.mod_all_male_team),
        (item.children_interviewed == Some(true), &c.mod_children_interviewed),
        (item.off_site == Some(true), &c.mod_off_site),
        (peak_season, &c.mod_peak_season),
    ];
    let moved: f64 = modifiers.iter().filter(|(applies, _)| *applies).map(|(_, value)| value.mean).sum();
    Some(expit(logit(base.mean) + moved))
}

/// Λ of a fresh item (3.1): −ln φ when found, ln((1 − Se)/(1 − φSe)) ≤ 0 when not.
#[must_use]
pub fn log_ratio(finding: Finding, sensitivity: Option<f64>, phi: f64) -> f64 {
    match (finding, sensitivity) {
        (Finding::Found, _) => -libm::log(phi),
        (Finding::NotFound, Some(se)) => libm::log1p(-se) - libm::log1p(-phi * se),
        (Finding::NotFound, None) => 0.0,
    }
}

/// Age of a date in months at `as_of`; 0 for dates that are not past.
#[must_use]
pub fn months_since(date: Date, as_of: Date) -> f64 {
    let days = as_of.duration_since(date).as_secs() as f64 / 86_400.0;
    (days / DAYS_PER_MONTH).max(0.0)
}

/// 2^(−age/half-life) (3.2).
#[must_use]
pub fn decay(finding: Finding, months: f64, c: &Coefficients) -> f64 {
    let half_life = match finding {
        Finding::Found => c.half_life_found_months.mean,
        Finding::NotFound => c.half_life_not_found_months.mean,
    };
    libm::exp2(-months / half_life)
}

/// What no parameter changes about an item of evidence.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Row in the network's evidence.
    pub row: usize,
    /// In the peak season of the site's sector.
    peak: bool,
    /// Age in months.
    months: f64,
    /// Found, and the case verifiably remediated on or after that day (3.6).
    remediated: bool,
}

/// Looks at some rows of a network's evidence, in their order, as if only they were known. `O(e log e)`.
#[must_use]
pub fn looks(network: &Network, parameters: &Parameters, rows: &[usize]) -> Vec<Look> {
    let evidence = network.evidence();
    let mut remediated: BTreeMap<(u32, &str), Date> = BTreeMap::new();
    for item in rows.iter().map(|&row| &evidence[row]) {
        if let (Some(case), Some(date)) = (&item.case_id, item.remediated_on)
            && date <= network.as_of()
        {
            let latest = remediated.entry((item.site, case)).or_insert(date);
            *latest = date.max(*latest);
        }
    }
    let look = |&row: &usize| {
        let item = &evidence[row];
        let sector = usize::from(network.sites()[item.site as usize].sector);
        let closed = match &item.case_id {
            Some(case) => remediated.get(&(item.site, case.as_str())).copied(),
            None => item.remediated_on.filter(|&date| date <= network.as_of()),
        };
        Look {
            row,
            peak: parameters.sectors[sector].is_peak(item.date.month()),
            months: months_since(item.date, network.as_of()),
            remediated: item.finding == Finding::Found && closed.is_some_and(|date| date >= item.date),
        }
    };
    rows.iter().map(look).collect()
}

/// Weighs items of evidence, in their order. Cost: `O(e log e)`.
///
/// Items of one method, finding and hazard at one site are repeats: the k-th strongest counts with r^(k−1), so that
/// one method's misses are not taken for independent ones (3.3). A remediated item keeps the relapse factor of its weight (3.6).
#[must_use]
pub fn weigh_looks(evidence: &[Evidence], looks: &[Look], c: &Coefficients) -> Vec<Weighed> {
    let weigh = |look: &Look| {
        let item = &evidence[look.row];
        let se = sensitivity(item, look.peak, c);
        let phi = c.false_report_ratio(item.method).mean;
        Weighed {
            row: look.row,
            hazard: item.hazard,
            sensitivity: se,
            false_report_ratio: phi,
            log_ratio: log_ratio(item.finding, se, phi),
            age_weight: decay(item.finding, look.months, c),
            repeat_weight: 1.0,
            remediation_weight: if look.remediated { c.relapse_factor.mean } else { 1.0 },
            finding: item.finding,
        }
    };
    let mut weighed: Vec<Weighed> = looks.iter().map(weigh).collect();
    if weighed.len() < 2 {
        return weighed;
    }
    let mut order: Vec<usize> = (0..weighed.len()).collect();
    let group = |k: usize| {
        let item = &evidence[looks[k].row];
        (item.site, item.method as u8, item.finding, item.hazard)
    };
    let strength = |w: &Weighed| (w.log_ratio * w.age_weight * w.remediation_weight).abs();
    order.sort_by(|&a, &b| group(a).cmp(&group(b)).then_with(|| strength(&weighed[b]).total_cmp(&strength(&weighed[a]))).then(a.cmp(&b)));
    let mut rank = 0;
    for k in 0..order.len() {
        rank = if k > 0 && group(order[k]) == group(order[k - 1]) { rank + 1 } else { 0 };
        weighed[order[k]].repeat_weight = libm::pow(c.repeat_discount.mean, f64::from(rank));
    }
    weighed
}

/// Weighs all evidence of a network, in its order; see [`weigh_looks`].
#[must_use]
pub fn weigh(network: &Network, parameters: &Parameters) -> Vec<Weighed> {
    let all: Vec<usize> = (0..network.evidence().len()).collect();
    weigh_rows(network, parameters, &all)
}

/// [`weigh`] as if only some rows of the evidence were known, in their order.
#[must_use]
pub fn weigh_rows(network: &Network, parameters: &Parameters, rows: &[usize]) -> Vec<Weighed> {
    weigh_looks(network.evidence(), &looks(network, parameters, rows), &parameters.coefficients)
}
