//! The small-area estimate of every district, and what it rests on.

use serde_json::{Value, json};
use tierlight_core::decide::referral::{Gap, Need, services};
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::area::AreaEstimate;
use tierlight_core::risk::district::{DistrictEffects, district_effects};
use tierlight_data::packs::{Packs, Row};

use super::{DISTRICTS, cells, found, iso3};
use crate::Result;

/// Districts of the packs with their estimates.
#[derive(Debug)]
pub struct Districts<'a> {
    parameters: &'a Parameters,
    effects: DistrictEffects,
    /// Rows of the packs.
    pub rows: Vec<&'a Row>,
}

/// What is known of a district.
#[derive(Debug)]
pub struct District<'a> {
    /// Its estimate, where its country has a survey.
    pub estimate: Option<&'a AreaEstimate>,
    /// Flags of the estimate; a district made from another is told so.
    pub flags: Vec<&'static str>,
    /// Needs that no service is known for.
    pub gaps: Vec<(Need, Gap)>,
}

impl<'a> Districts<'a> {
    /// All districts, or those of a country, or with a text in a cell.
    ///
    /// # Errors
    /// What the core refuses.
    pub fn new(packs: &'a Packs, country: Option<u16>, find: Option<&str>) -> Result<Self> {
        let p = &packs.parameters;
        let mut rows = found(packs, DISTRICTS, find);
        rows.retain(|row| country.is_none_or(|c| iso3(p, c) == row.get("country_iso3")));
        Ok(Self { parameters: p, effects: district_effects(p)?, rows })
    }

    /// What is known of the district of a row.
    #[must_use]
    pub fn of(&self, row: &Row) -> District<'_> {
        let p = self.parameters;
        let Some(index) = p.district(row.get("district_id")) else {
            return District { estimate: None, flags: Vec::new(), gaps: Vec::new() };
        };
        let district = &p.districts[usize::from(index)];
        let estimate = self.effects.estimate(usize::from(index));
        let of_parent = self.effects.effects[usize::from(index)].of_parent.then_some("of_parent");
        District {
            estimate,
            flags: estimate.map_or_else(Vec::new, |e| e.flags.iter().map(|f| f.slug()).chain(of_parent).collect()),
            gaps: services(&p.reporting, district.country, Some(&district.province), Some(index)).gaps,
        }
    }

    /// A row as JSON, with what is known of its district.
    #[must_use]
    pub fn json(&self, row: &Row) -> Value {
        let known = self.of(row);
        let mut object = cells(row);
        let estimate = known.estimate.map(|e| {
            let surveys = &self.parameters.surveys;
            let direct = e.direct.iter().map(|d| json!({ "survey": surveys[d.survey].id, "rate": d.rate, "sample": d.sample }));
            let [low, high] = e.interval();
            json!({
                "direct": direct.collect::<Vec<_>>(),
                "synthetic": e.synthetic,
                "combined": e.combined(),
                "low": low,
                "high": high,
                "log_odds": e.log_odds,
                "log_odds_sd": e.sd,
                "weight": e.weight,
                "grade": e.provenance.grade.letter(),
                "flags": known.flags,
                "sources": e.sources,
            })
        });
        let gaps = known.gaps.iter().map(|(need, gap)| json!({ "need": need.slug(), "gap": gap.slug() }));
        object.insert("service_gaps".to_owned(), gaps.collect());
        object.insert("child_labour_5_17".to_owned(), estimate.unwrap_or(Value::Null));
        Value::Object(object)
    }
}
