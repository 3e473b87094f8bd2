//! The model against surveys of working children by industry, age and sex.

use std::collections::BTreeMap;

use serde::Serialize;
use tierlight_core::parameters::sector_weights;
use tierlight_core::risk::base::Priors;
use tierlight_core::risk::district::DistrictEffects;

use crate::error::Result;
use crate::packs::Packs;

/// One industry of one survey beside the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Industry {
    /// Province of the survey.
    pub place: String,
    /// Source of the survey.
    pub source: String,
    /// Industry as in the packs.
    pub industry: String,
    /// Share of the young children in child labour at workplaces (household water collection left out), by the survey; blank ages are
    /// not published.
    pub young_share: Option<f64>,
    /// Girls among the industry's children of 5 to 17, by the survey.
    pub girls_share: Option<f64>,
    /// Share of the model's children of 5 to 17.
    pub model_share: f64,
    /// Girls among the model's children of the industry.
    pub model_girls_share: f64,
}

/// Ages below 15, as the surveys cut them.
const YOUNG: [&str; 4] = ["5-9", "10-14", "5-11", "12-13"];

/// Compares every industry that a survey publishes with the model's children of the same industry in the country.
///
/// # Errors
/// A sector without a base.
pub fn industries(packs: &Packs, districts: &DistrictEffects, country: u16) -> Result<Vec<Industry>> {
    let mut counts: BTreeMap<(String, String, String, &str), f64> = BTreeMap::new();
    let rows: Vec<_> = packs.tables.rows("child_labour_by_industry").collect();
    let number = |text: &str| text.parse::<f64>().ok();
    for row in &rows {
        let total = rows
            .iter()
            .find(|t| t.get("industry") == "all" && ["place", "sex", "age_group", "source_key"].iter().all(|c| t.get(c) == row.get(c)));
        let children = number(row.get("count")).or_else(|| Some(number(row.get("share"))? * number(total?.get("count"))?));
        let group = match (row.get("sex"), row.get("age_group")) {
            ("all", age) if YOUNG.contains(&age) => "young",
            ("girls", "5-17") => "girls",
            ("boys", "5-17") => "boys",
            _ => continue,
        };
        let key = (row.get("place").to_owned(), row.get("source_key").to_owned(), row.get("industry").to_owned(), group);
        *counts.entry(key).or_default() += children.unwrap_or(0.0);
    }
    let model = model(packs, districts, country)?;
    let get = |place: &str, source: &str, industry: &str, group| {
        counts.get(&(place.to_owned(), source.to_owned(), industry.to_owned(), group)).copied()
    };
    let mut keys: Vec<(&String, &String, &String)> = counts.keys().map(|(p, s, i, _)| (p, s, i)).collect();
    keys.dedup();
    let mut out = Vec::new();
    for (place, source, industry) in keys {
        let Some(&(share, girls)) = model.get(industry.as_str()) else { continue };
        let at_work = get(place, source, "all", "young").map(|all| all - get(place, source, "water_collection", "young").unwrap_or(0.0));
        let sexes = get(place, source, industry, "girls").zip(get(place, source, industry, "boys"));
        out.push(Industry {
            place: place.clone(),
            source: source.clone(),
            industry: industry.clone(),
            young_share: get(place, source, industry, "young").zip(at_work).map(|(x, all)| x / all),
            girls_share: sexes.filter(|(g, b)| g + b > 0.0).map(|(g, b)| g / (g + b)),
            model_share: share,
            model_girls_share: girls,
        });
    }
    Ok(out)
}

/// Industry → share of the model's children, and of girls among them.
///
/// Σ weight·b over the industry's sectors: the industry's workers are those of its sectors in the exposure, parted as the derivation of
/// the base prevalences parts them (`sector_split`).
fn model(packs: &Packs, districts: &DistrictEffects, country: u16) -> Result<BTreeMap<String, (f64, f64)>> {
    let parameters = &packs.parameters;
    let priors = Priors::new(parameters, districts)?;
    let weights = sector_weights(parameters);
    // workers; then children and girls per unit of weight
    let mut industries: BTreeMap<String, [f64; 4]> = BTreeMap::new();
    for row in packs.tables.rows("sector_split") {
        let (Some(sector), Ok(part)) = (parameters.sector(row.get("sector_id")), row.get("weight").parse::<f64>()) else { continue };
        let children = part * priors.sector_base(country, sector)?[0];
        let girls = children * parameters.sectors[usize::from(sector)].profile.girls_share.value;
        let sums = industries.entry(row.get("industry").to_owned()).or_default();
        for (sum, x) in sums.iter_mut().zip([weights[usize::from(sector)], part, children, girls]) {
            *sum += x;
        }
    }
    let children = |[workers, parts, children, _]: &[f64; 4]| if *parts > 0.0 { workers * children / parts } else { 0.0 };
    let total: f64 = industries.values().map(children).sum();
    // industries without workers have nothing to compare
    let known = industries.into_iter().filter(|(_, sums)| children(sums) > 0.0);
    Ok(known.map(|(industry, sums)| (industry, (children(&sums) / total, sums[3] / sums[2]))).collect())
}
