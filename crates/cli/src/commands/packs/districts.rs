//! `packs show districts`: the small-area estimate of every district, and what it rests on.

use std::fmt::Write;

use serde_json::{Map, Value, json};
use tierlight_core::decide::referral::{Gap, Need, services};
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::area::AreaEstimate;
use tierlight_core::risk::district::{DistrictEffects, district_effects};
use tierlight_data::packs::{Packs, Row};

use crate::args::Format;
use crate::view::{percent, table};

/// Name of the table in `packs show`.
pub const TABLE: &str = "districts";

pub fn show(packs: &Packs, country: Option<&str>, find: Option<&str>, limit: usize, format: Format) -> anyhow::Result<String> {
    let p = &packs.parameters;
    let effects = district_effects(p)?;
    let country = country.map(|text| crate::input::country(packs, text)).transpose()?.map(|row| &p.countries[usize::from(row)]);
    let mut found = super::found(packs, TABLE, find);
    found.retain(|row| country.is_none_or(|c| c.iso3 == row.get("country_iso3")));
    if format == Format::Json {
        let rows: Vec<Value> = found.iter().take(limit).map(|row| as_json(p, &effects, row)).collect();
        return Ok(serde_json::to_string_pretty(&rows)? + "\n");
    }
    let shown = &found[..found.len().min(limit)];
    let mut out = "Child labour of children of 5 to 17, % of children; 90 % intervals\n\n".to_owned();
    out += &table(
        &[
            "district",
            "province",
            "published (survey, children asked)",
            ">synthetic",
            ">combined",
            "interval",
            ">weight",
            "grade",
            "flags",
            "no service found for",
        ],
        shown.iter().map(|row| line(p, &effects, row)),
    );
    writeln!(
        out,
        "\n{} of {} districts; --country, --find and --limit choose, --format json gives all columns, effects and sources\n\
         synthetic: by covariates and province alone; weight: what the district's own surveys make of the combined estimate\n\
         no service found for: needs without a service (no_service) or without a confirmed line (no_contact); a gap of the district\n\
         flags are explained in docs/method/area.md; `tierlight validate` says how well districts are known",
        shown.len(),
        found.len()
    )?;
    Ok(out)
}

fn line(p: &Parameters, effects: &DistrictEffects, row: &Row) -> Vec<String> {
    let mut out = vec![row.get("name").to_owned(), row.get("province").to_owned()];
    let gaps = gaps(p, row).iter().map(|(need, gap)| format!("{} ({})", need.slug(), gap.slug())).collect::<Vec<_>>().join(" ");
    let Some((estimate, of_parent)) = estimate(p, effects, row) else {
        out.extend(["", "", "no survey in the country", "", "", "", ""].map(str::to_owned));
        out.push(gaps);
        return out;
    };
    let direct = estimate.direct.iter().map(|d| {
        let asked = d.sample.map_or("sample unknown".to_owned(), |n| format!("{n:.0}"));
        format!("{} ({}, {asked})", percent(d.rate), p.surveys[d.survey].name)
    });
    let [low, high] = estimate.interval();
    out.push(direct.collect::<Vec<_>>().join("; "));
    out.push(percent(estimate.synthetic));
    out.push(percent(estimate.combined()));
    out.push(format!("{} to {}", percent(low), percent(high)));
    out.push(format!("{:.2}", estimate.weight));
    out.push(estimate.provenance.grade.letter().to_owned());
    out.push(flags(estimate, of_parent).join(" "));
    out.push(gaps);
    out
}

/// Needs of a district that no service is known for.
fn gaps(p: &Parameters, row: &Row) -> Vec<(Need, Gap)> {
    let Some(district) = p.district(row.get("district_id")) else { return Vec::new() };
    let d = &p.districts[usize::from(district)];
    services(&p.reporting, d.country, Some(&d.province), Some(district)).gaps
}

/// Flags of an estimate; a district made from another is told so.
fn flags(estimate: &AreaEstimate, of_parent: bool) -> Vec<&'static str> {
    estimate.flags.iter().map(|f| f.slug()).chain(of_parent.then_some("of_parent")).collect()
}

fn estimate<'a>(p: &Parameters, effects: &'a DistrictEffects, row: &Row) -> Option<(&'a AreaEstimate, bool)> {
    let district = usize::from(p.district(row.get("district_id"))?);
    Some((effects.estimate(district)?, effects.effects[district].of_parent))
}

fn as_json(p: &Parameters, effects: &DistrictEffects, row: &Row) -> Value {
    let mut object: Map<String, Value> = row.columns().iter().map(|c| (c.clone(), Value::String(row.get(c).to_owned()))).collect();
    object.insert("pack".to_owned(), row.pack.to_string().into());
    let found = estimate(p, effects, row).map(|(e, of_parent)| {
        let direct = e.direct.iter().map(|d| json!({ "survey": p.surveys[d.survey].id, "rate": d.rate, "sample": d.sample }));
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
            "flags": flags(e, of_parent),
            "sources": e.sources,
        })
    });
    let gaps = gaps(p, row).into_iter().map(|(need, gap)| json!({ "need": need.slug(), "gap": gap.slug() }));
    object.insert("service_gaps".to_owned(), gaps.collect());
    object.insert("child_labour_5_17".to_owned(), found.unwrap_or(Value::Null));
    Value::Object(object)
}
