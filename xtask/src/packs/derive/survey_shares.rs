//! Girls' share and hazardous share of an industry's child labour, from the surveys by industry, sex and age.

use anyhow::Context;

use super::inputs::{AGES, Industry, Inputs};
use super::odds::{expit, interval, logit};

/// A share of an industry's children, by province and together.
#[derive(Debug, Clone)]
pub struct IndustryShare {
    /// (province, share in its survey).
    pub places: Vec<(String, f64)>,
    /// Children of all those provinces together.
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// A share by province and together.
type Pooled = (Vec<(String, f64)>, f64);

/// Part over whole, added up over the provinces that publish the industry by sex and age.
fn pooled(inputs: &Inputs, industry: &Industry, of: impl Fn(&str) -> anyhow::Result<(f64, f64)>) -> anyhow::Result<Option<Pooled>> {
    let (mut places, mut part, mut whole) = (Vec::new(), 0.0, 0.0);
    for place in industry.places.iter().filter(|p| inputs.surveyed(p, &industry.id, "girls", AGES).is_ok()) {
        let (p, w) = of(place)?;
        places.push((place.clone(), p / w));
        part += p;
        whole += w;
    }
    Ok((whole > 0.0).then_some((places, part / whole)))
}

/// Girls among the children in child labour of an industry; `None` where no survey gives it by sex.
///
/// Provinces are added up by children. How far two of them stand apart is the spread.
pub fn girls(inputs: &Inputs, industry: &Industry) -> anyhow::Result<Option<IndustryShare>> {
    let of = |place: &str| {
        let girls = inputs.children(place, &industry.id, "girls", AGES)?;
        Ok((girls, girls + inputs.children(place, &industry.id, "boys", AGES)?))
    };
    let Some((places, value)) = pooled(inputs, industry, of)? else { return Ok(None) };
    let spread = if let [(_, a), (_, b)] = places[..] {
        ((logit(a) - logit(b)).abs() / 2.0).max(inputs.constant("spread_girls_least")?)
    } else {
        inputs.constant("spread_girls_one_survey")?
    };
    let (low, high) = interval(value, spread);
    Ok(Some(IndustryShare { places, value, low, high }))
}

/// Ages at which a survey counts a child only when the work is hazardous: the oldest group.
fn oldest<'a>(inputs: &'a Inputs, place: &str) -> anyhow::Result<&'a str> {
    let wanted = [("place", place), ("industry", "all"), ("sex", "all")];
    let groups = inputs.survey.iter().filter(|r| r.is(&wanted)).filter_map(|r| r.text("age_group").ok());
    groups
        .filter(|ages| *ages != AGES)
        .max_by_key(|ages| ages.split('-').next().and_then(|a| a.parse::<u32>().ok()))
        .context("age groups of a survey")
}

/// Hazardous share among the younger children: what the one published total leaves for them when all of the oldest are hazardous.
pub fn young_hazardous(inputs: &Inputs) -> anyhow::Result<f64> {
    let wanted = [("district_id", ""), ("indicator", "hazardous_share_of_child_labour"), ("age_group", AGES)];
    let row = inputs.indicators.iter().find(|r| r.is(&wanted)).context("hazardous_share_of_child_labour in indicators.csv")?;
    let (place, total) = (row.text("province")?, row.number("value")? / 100.0);
    let count = |ages: &str| inputs.surveyed(place, "all", "all", ages)?.number("count");
    let old = count(oldest(inputs, place)?)? / count(AGES)?;
    Ok((total - old) / (1.0 - old))
}

/// Hazardous share of an industry's child labour: its oldest children, whose work counts only when hazardous, and of the younger
/// ones the same part in every industry.
pub fn hazardous(inputs: &Inputs, industry: &Industry) -> anyhow::Result<Option<IndustryShare>> {
    let young = young_hazardous(inputs)?;
    let (young_low, young_high) = interval(young, inputs.constant("spread_young_hazardous")?);
    let at = |u: f64| {
        pooled(inputs, industry, |place| {
            let all = inputs.children(place, &industry.id, "all", AGES)?;
            let old = inputs.children(place, &industry.id, "all", oldest(inputs, place)?)?;
            Ok((old + u * (all - old), all))
        })
    };
    let (Some((places, value)), Some((_, low)), Some((_, high))) = (at(young)?, at(young_low)?, at(young_high)?) else { return Ok(None) };
    Ok(Some(IndustryShare { places, value, low, high }))
}

/// Moves judged shares by one log-odds shift so that their children-weighted mean is the survey's.
///
/// Returns the shift; `terms` are (children, value, whether the value stands as it is).
pub fn rake(target: f64, terms: &[(f64, f64, bool)]) -> f64 {
    let all: f64 = terms.iter().map(|t| t.0).sum();
    let mean = |a: f64| terms.iter().map(|&(w, v, fixed)| w * if fixed { v } else { expit(logit(v) + a) }).sum::<f64>() / all;
    super::odds::solve(target, mean)
}

/// The survey that an industry's share is named after.
pub fn survey_source(inputs: &Inputs, industry: &Industry) -> anyhow::Result<String> {
    let place = industry.places.first().context("places of an industry")?;
    Ok(inputs.surveyed(place, &industry.id, "all", AGES)?.text("source_key")?.to_owned())
}
