//! What an item of evidence weighs today: equations (3.1) to (3.3) and (3.6).

use jiff::civil::Date;

use super::logit::{expit, logit};
use super::maths::{Maths, Single};
use super::weighing::{Likelihoods, Looks, Weighing};
use crate::model::{Evidence, Finding, Hazard, Network};
use crate::parameters::{Coefficients, Parameters};

/// Mean length of a month in days.
pub(crate) const DAYS_PER_MONTH: f64 = 30.436_875;

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
#[inline(always)]
pub fn decay<M: Maths>(months: f64, half_life: f64) -> f64 {
    M::exp2(-months / half_life)
}

/// Weighs all evidence of a network, in its order; see [`Weighing`].
#[must_use]
pub fn weigh(network: &Network, parameters: &Parameters) -> Vec<Weighed> {
    let all: Vec<usize> = (0..network.evidence().len()).collect();
    weigh_rows(network, parameters, &all)
}

/// [`weigh`] as if only some rows of the evidence were known, in their order.
#[must_use]
pub fn weigh_rows(network: &Network, parameters: &Parameters, rows: &[usize]) -> Vec<Weighed> {
    let evidence = network.evidence();
    let looks = Looks::new(network, parameters, rows);
    let likelihoods = Likelihoods::<1>::new(&looks, evidence, std::slice::from_ref(&parameters.coefficients));
    let mut weighing = Weighing::<1>::default();
    weighing.weigh::<Single>(&looks, 0..rows.len(), &likelihoods);
    let of = |(&row, (look, weight)): (&usize, (&super::weighing::Look, &super::weighing::Weight<1>))| {
        let item = &evidence[row];
        Weighed {
            row,
            hazard: item.hazard,
            sensitivity: likelihoods.of(look).sensitivity.map(|[se]| se),
            false_report_ratio: parameters.coefficients.false_report_ratio(item.method).mean,
            log_ratio: weight.log_ratio[0],
            age_weight: weight.age[0],
            repeat_weight: weight.repeat[0],
            remediation_weight: weight.remediation[0],
            finding: item.finding,
        }
    };
    rows.iter().zip(looks.all().iter().zip(weighing.weights())).map(of).collect()
}
