//! b by broad industry: children in child labour over them and the adult workers, the reporting factor apart.

use std::collections::BTreeMap;

use anyhow::Context;

use super::inputs::{AGES, Industry, Inputs};

/// Place of national rows in the employment table.
const NATION: &str = "Pakistan";

/// What was found for an industry.
#[derive(Debug, Clone)]
pub struct IndustryBase {
    /// C: children in child labour, in the provinces that publish the industry.
    pub children: f64,
    /// Share of all employed, percent.
    pub share: f64,
    /// Part of the employed who live in those provinces.
    pub provinces: f64,
    /// Part of the industry's workers who are adults.
    pub adults: f64,
    /// A: adult workers in those provinces.
    pub workers: f64,
    /// C / (C + A).
    pub reported: f64,
    /// Reported over the reporting factor.
    pub base: f64,
}

/// Share of the employed by province.
pub fn living(inputs: &Inputs) -> anyhow::Result<BTreeMap<String, f64>> {
    let national = inputs.employed(NATION, "employment_to_population", "all")?.context("national employment to population")?;
    let mut of = BTreeMap::new();
    for (province, people) in &inputs.population {
        // a territory without a ratio of its own takes the national one
        let ratio = inputs.employed(province, "employment_to_population", "all")?.unwrap_or(national);
        of.insert(province.clone(), people * ratio);
    }
    let total: f64 = of.values().sum();
    Ok(of.into_iter().map(|(province, weight)| (province, weight / total)).collect())
}

/// (10–14, 15–17) among the workers of an industry of the labour force survey.
pub fn young(inputs: &Inputs, broad: &str) -> anyhow::Result<(f64, f64)> {
    let number = |indicator: &str, industry: &str| {
        inputs.employed(NATION, indicator, industry)?.with_context(|| format!("{indicator} of {industry} in employment.csv"))
    };
    let working = number("working_children", "all")?;
    let row = inputs.employment.iter().find(|r| r.is(&[("indicator", "working_children")])).context("working_children")?;
    let wanted = [("indicator", "employed"), ("sex", "all"), ("year", row.text("year")?)];
    let employed = inputs.employment.iter().find(|r| r.is(&wanted)).context("employed of the year of working_children")?;
    // the survey year of the split by industry is not stated
    let split = inputs.employment.iter().find(|r| r.is(&[("indicator", "working_children_share"), ("industry", broad)]));
    let children = split.with_context(|| format!("working_children_share of {broad}"))?.number("value")?;
    let share = number("share_of_employed", broad)?;
    let first = working * children / (employed.number("value")? * share);
    Ok((first, number("share_of_employed_15_17", broad)? / 100.0))
}

/// Share of all employed in an industry, percent.
fn employment(inputs: &Inputs, id: &str) -> anyhow::Result<f64> {
    // an older round may publish what this round only leaves as a rest
    let Some(industry) = inputs.industry(id).filter(|i| !i.less.is_empty()) else {
        return inputs.employed(NATION, "share_of_employed", id)?.with_context(|| format!("no share of the employed for {id}"));
    };
    let whole = if industry.employment == "all" { 100.0 } else { employment(inputs, &industry.employment)? };
    industry.less.iter().try_fold(whole, |rest, other| Ok(rest - employment(inputs, other)?))
}

/// C, A and b of an industry; `None` when it has no workers (water collection).
pub fn industry_base(inputs: &Inputs, industry: &Industry) -> anyhow::Result<Option<IndustryBase>> {
    if industry.employment.is_empty() {
        return Ok(None);
    }
    let living = living(inputs)?;
    let (mut children, mut provinces) = (0.0, 0.0);
    for place in &industry.places {
        children += inputs.children(place, &industry.id, "all", AGES)?;
        provinces += living.get(place).with_context(|| format!("{place} has no population"))?;
    }
    let total = inputs.employed(NATION, "employed", "all")?.context("employed")?;
    let share = employment(inputs, &industry.id)?;
    let (first, second) = young(inputs, &industry.broad)?;
    let adults = 1.0 - first - second;
    let workers = total * share / 100.0 * provinces * adults;
    let reported = children / (children + workers);
    let base = reported / inputs.constant("reporting_proxy_respondent")?;
    Ok(Some(IndustryBase { children, share, provinces, adults, workers, reported, base }))
}

/// Child labour of all surveyed provinces without water collection, over their children: what b is moved from.
pub fn surveyed_rate(inputs: &Inputs) -> anyhow::Result<f64> {
    let (mut children, mut all) = (0.0, 0.0);
    for place in inputs.places()? {
        let row = inputs.surveyed(place, "all", "all", AGES)?;
        let count = row.number("count")?;
        // Sindh does not publish water collection
        children += count - inputs.children(place, "water_collection", "all", AGES).unwrap_or(0.0);
        let wanted = [
            ("district_id", ""),
            ("province", place),
            ("indicator", "child_labour_rate"),
            ("sex", "all"),
            ("age_group", AGES),
            ("year", row.text("year")?),
        ];
        let rate = inputs.indicators.iter().find(|r| r.is(&wanted)).with_context(|| format!("child_labour_rate of {place}"))?;
        all += count / (rate.number("value")? / 100.0);
    }
    Ok(children / all)
}
