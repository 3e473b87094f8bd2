//! Base rates of every sector in a country, by hazard and sex, with intervals.

use serde_json::{Value, json};
use tierlight_core::model::HAZARDS;
use tierlight_core::parameters::{Parameters, Sector};
use tierlight_core::risk::base::Priors;
use tierlight_core::risk::district::district_effects;
use tierlight_core::risk::logit::Interval;
use tierlight_core::risk::rates::SectorRates;
use tierlight_data::packs::Packs;

use super::iso3;
use crate::Result;

/// A sector with its rates.
#[derive(Debug)]
pub struct SectorOf<'a> {
    /// The sector.
    pub sector: &'a Sector,
    /// Its rates in the country.
    pub rates: SectorRates,
}

/// Base rates of sectors in a country.
#[derive(Debug)]
pub struct Rates<'a> {
    parameters: &'a Parameters,
    country: u16,
    /// Sectors with their rates, in the order of the packs.
    pub sectors: Vec<SectorOf<'a>>,
}

impl<'a> Rates<'a> {
    /// Rates in a country of all sectors, or of those with a text in id, name or group.
    ///
    /// # Errors
    /// What the core refuses.
    pub fn new(packs: &'a Packs, country: u16, find: Option<&str>) -> Result<Self> {
        let p = &packs.parameters;
        let districts = district_effects(p)?;
        let priors = Priors::new(p, &districts)?;
        let wanted = find.map(str::to_lowercase);
        let matches = |s: &Sector| wanted.as_ref().is_none_or(|t| [&s.id, &s.name, &s.broad].iter().any(|c| c.to_lowercase().contains(t)));
        let mut sectors = Vec::new();
        for (index, sector) in p.sectors.iter().enumerate().filter(|(_, s)| matches(s)) {
            sectors.push(SectorOf { sector, rates: priors.rates(country, index as u16)? });
        }
        Ok(Self { parameters: p, country, sectors })
    }

    /// Child labour as it is reported, and the share of it that is.
    #[must_use]
    pub fn reported(&self, of: &SectorOf<'_>) -> (f64, f64) {
        let base = &self.parameters.bases[of.rates.base_row];
        (of.rates.hazards[0].mean * base.reporting, base.reporting)
    }

    /// A sector as JSON.
    #[must_use]
    pub fn json(&self, of: &SectorOf<'_>) -> Value {
        let (sector, rates) = (of.sector, &of.rates);
        let (reported, reporting) = self.reported(of);
        let mut object = json!({
            "sector_id": sector.id,
            "country_iso3": iso3(self.parameters, self.country),
            "reported": reported,
            "reporting": reporting,
            "derivation": rates.derivation.slug(),
            "level": rates.basis.slug(),
            "grade": rates.grade.letter(),
            "girls_share": interval(rates.girls_share),
            "sources": rates.sources,
        });
        let p = &sector.profile;
        for (name, share) in [("hazardous_share", &p.hazardous_share), ("forced_share", &p.forced_share), ("girls_share", &p.girls_share)] {
            object[format!("{name}_grade")] = share.provenance.grade.letter().into();
            object[format!("{name}_source")] = share.provenance.source.clone().into();
            object[format!("{name}_derivation")] = share.derivation.slug().into();
        }
        for hazard in HAZARDS {
            let h = hazard.index();
            let [girls, boys] = rates.sexes(h);
            object[hazard.slug()] = json!({ "all": interval(rates.hazards[h]), "girls": interval(girls), "boys": interval(boys) });
        }
        object
    }
}

fn interval(x: Interval) -> Value {
    json!({ "mean": x.mean, "low": x.low, "high": x.high })
}
