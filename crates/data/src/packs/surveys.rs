//! Surveys and covariates of the small-area model: which rows of `indicators.csv` they are.

use std::collections::{BTreeMap, BTreeSet};

use tierlight_core::parameters::{AreaCovariate, AreaValue, Observation, Parameters, Place, Survey, SurveyKind};

use super::parameters::{Cells, country_of};
use super::{PackTables, Row};
use crate::error::Result;

/// (indicator, sex, ages) → rows.
type Index<'a> = BTreeMap<[&'a str; 3], Vec<&'a Row>>;

fn index(tables: &PackTables) -> Index<'_> {
    let mut index: Index<'_> = BTreeMap::new();
    for row in tables.rows("indicators") {
        index.entry([row.get("indicator"), row.get("sex"), row.get("age_group")]).or_default().push(row);
    }
    index
}

/// Reads `surveys.csv` and `area_covariates.csv`. Surveys that measure the reference come first.
pub(super) fn read(tables: &PackTables, parameters: &mut Parameters) -> Result<()> {
    let index = index(tables);
    let mut superseded = Vec::new();
    for row in tables.rows("surveys") {
        let cells = Cells { table: "surveys", row };
        let survey = survey(&cells, &index, parameters)?;
        superseded.push((survey.id.clone(), cells.text("superseded_by")));
        parameters.surveys.push(survey);
    }
    for (id, by) in superseded.into_iter().filter(|(_, by)| !by.is_empty()) {
        let places = |id: &str| parameters.surveys.iter().find(|s| s.id == id).map(|s| &s.observations);
        let newer: Vec<Place> = places(&by).into_iter().flatten().map(|o| o.place.clone()).collect();
        if let Some(old) = parameters.surveys.iter_mut().find(|s| s.id == id) {
            old.observations.retain(|o| !newer.contains(&o.place));
        }
    }
    parameters.surveys.sort_by(|a, b| (a.kind as u8, &a.id).cmp(&(b.kind as u8, &b.id)));
    for row in tables.rows("area_covariates") {
        let cells = Cells { table: "area_covariates", row };
        let mut values = vec![None; parameters.districts.len()];
        for found in used(&cells, &index, "indicator") {
            if let Some(district) = parameters.district(found.get("district_id")) {
                let cells = Cells { table: "indicators", row: found };
                let value = cells.maybe("value")?.zip(Some(cells.provenance()?));
                values[usize::from(district)] = value.map(|(value, provenance)| AreaValue { value, provenance });
            }
        }
        let country = country_of(&cells, parameters)?.ok_or_else(|| cells.bad("country_iso3", "the country of the districts"))?;
        let (id, name) = (cells.text("covariate_id"), cells.text("name"));
        parameters.area_covariates.push(AreaCovariate { id, name, country, values });
    }
    Ok(())
}

/// Rows of the indicator in a column that a survey or covariate uses: those of its source, also with a suffix for values copied from
/// a larger area. Another survey of the same indicator is another source.
fn used<'a>(cells: &Cells<'a>, index: &Index<'a>, indicator: &str) -> Vec<&'a Row> {
    let wanted = cells.row.get("source_key");
    let same = |key: &str| key.split("__").next() == Some(wanted);
    let rows = index.get(&[cells.row.get(indicator), cells.row.get("sex"), cells.row.get("age_group")]);
    rows.into_iter().flatten().copied().filter(|r| same(r.get("source_key"))).collect()
}

/// True when a survey of some level uses a row of the indicators.
fn at_level(row: &Row, level: &str) -> bool {
    matches!((row.get("district_id"), level), ("", "province") | (_, "both")) || (level == "district" && !row.get("district_id").is_empty())
}

/// Surveys and covariates that find nothing in the indicators, with their tables.
pub(super) fn empty(tables: &PackTables) -> Vec<(&'static str, &Row)> {
    let index = index(tables);
    let finds = |table: &'static str, row: &Row| {
        let level = if table == "surveys" { row.get("level") } else { "district" };
        used(&Cells { table, row }, &index, "indicator").into_iter().any(|found| at_level(found, level))
    };
    let rows = ["surveys", "area_covariates"].into_iter().flat_map(|table| tables.rows(table).map(move |row| (table, row)));
    rows.filter(|(table, row)| !finds(table, row)).collect()
}

fn survey(cells: &Cells<'_>, index: &Index<'_>, parameters: &Parameters) -> Result<Survey> {
    let country = country_of(cells, parameters)?.ok_or_else(|| cells.bad("country_iso3", "the country of the survey"))?;
    let kind = SurveyKind::ALL.into_iter().find(|k| k.slug() == cells.row.get("kind"));
    let level = cells.row.get("level");
    let mut samples: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in used(cells, index, "sample_indicator") {
        let own = Cells { table: "indicators", row };
        if let Some(n) = own.maybe("value")?
            && samples.insert((row.get("district_id"), row.get("province")), n).is_some()
        {
            return Err(own.bad("source_key", "one sample size per place in a survey"));
        }
    }
    let mut observations = Vec::new();
    let mut seen = BTreeSet::new();
    for row in used(cells, index, "indicator").into_iter().filter(|row| at_level(row, level)) {
        let own = Cells { table: "indicators", row };
        let place = match row.get("district_id") {
            "" => Place::Province(own.text("province")),
            id => Place::District(parameters.district(id).ok_or_else(|| own.bad("district_id", "a district of districts.csv"))?),
        };
        let rate = own.maybe("value")?.filter(|r| (0.0..=100.0).contains(r)).ok_or_else(|| own.bad("value", "a percentage"))? / 100.0;
        if !seen.insert((row.get("district_id"), row.get("province"))) {
            return Err(own.bad("source_key", "one row per place in a survey"));
        }
        observations.push(Observation {
            place,
            rate,
            sample: samples.get(&(row.get("district_id"), row.get("province"))).copied().filter(|n| *n >= 1.0),
            copied: row.get("source_key").contains("__"),
            provenance: own.provenance()?,
        });
    }
    Ok(Survey {
        id: cells.text("survey_id"),
        name: cells.text("name"),
        country,
        kind: kind.ok_or_else(|| cells.bad("kind", "reference, other_definition or any_work"))?,
        extremes_only: cells.flag("extremes_only"),
        observations,
    })
}
