//! Do the sectors that others list for child labour rank high where listings were not used?

use std::collections::BTreeSet;

use super::ranking::area_under_curve;
use crate::error::Result;
use crate::parameters::{Coefficients, Parameters};
use crate::risk::base::Priors;
use crate::risk::district::DistrictEffects;

/// Agreement of the ranking of sectors inside countries with published listings.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ListingAgreement {
    /// Countries with at least one listed and one unlisted sector.
    pub countries: usize,
    /// Listed (country, sector) pairs in them.
    pub listed: usize,
    /// Probability that a listed sector has a higher base prevalence of child labour than an unlisted one of its country.
    pub child_labour: Option<f64>,
    /// The same for listings of forced child labour and the base prevalence of forced child labour.
    pub forced: Option<f64>,
}

/// Ranks sectors with the listing terms off, in every listed country but those that `left_out` names because their own bases were
/// made with listings in view. Pairs of all countries weigh alike.
///
/// # Errors
/// A sector without a base.
pub fn listing_agreement(parameters: &Parameters, districts: &DistrictEffects, left_out: &[&str]) -> Result<ListingAgreement> {
    let mut blind = parameters.clone();
    blind.coefficients = Coefficients::from_lookup(|wanted| {
        let (_, value) = parameters.coefficients.iter().find(|(name, _)| *name == wanted)?;
        let mut value = value.clone();
        if matches!(wanted, "beta_listed" | "beta_fl_listed") {
            value.mean = 0.0;
        }
        Some(value)
    })?;
    let priors = Priors::new(&blind, districts)?;
    let countries: BTreeSet<u16> = parameters.listings.iter().map(|l| l.country).collect();
    let (mut used, mut listed) = (0, 0);
    let mut sums = [[0.0; 2]; 2];
    for country in countries {
        if left_out.contains(&parameters.countries[usize::from(country)].iso3.as_str()) {
            continue;
        }
        let mut scored = [Vec::new(), Vec::new()];
        for sector in 0..parameters.sectors.len() as u16 {
            let base = priors.sector_base(country, sector)?;
            let own = parameters.listings.iter().filter(|l| l.country == country && l.sector == sector);
            let (child, forced) = own.fold((false, false), |(c, f), l| (c | l.child_labour, f | l.forced_child_labour));
            scored[0].push((base[0], child));
            scored[1].push((base[2], forced));
        }
        for (scored, sums) in scored.iter().zip(&mut sums) {
            let cases = scored.iter().filter(|s| s.1).count();
            if let Some(auc) = area_under_curve(scored) {
                let pairs = (cases * (scored.len() - cases)) as f64;
                sums[0] += pairs * auc;
                sums[1] += pairs;
            }
        }
        let cases = scored[0].iter().filter(|s| s.1).count();
        used += usize::from(cases > 0 && cases < scored[0].len());
        listed += cases;
    }
    let mean = |[sum, weight]: [f64; 2]| (weight > 0.0).then(|| sum / weight);
    Ok(ListingAgreement { countries: used, listed, child_labour: mean(sums[0]), forced: mean(sums[1]) })
}
