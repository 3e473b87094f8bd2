//! What is known of districts, countries and sectors, and what is not.

use std::collections::{BTreeMap, BTreeSet};

use super::{count, markdown, span};
use crate::packs::table::Pack;

/// Values, places and years of something that is counted.
#[derive(Default)]
struct Cover<'a> {
    values: usize,
    places: BTreeSet<&'a str>,
    years: BTreeSet<&'a str>,
}

fn covers<'a>(rows: impl IntoIterator<Item = [&'a str; 3]>) -> BTreeMap<&'a str, Cover<'a>> {
    let mut out: BTreeMap<&str, Cover> = BTreeMap::new();
    for [name, place, year] in rows {
        let cover = out.entry(name).or_default();
        cover.values += 1;
        cover.places.extend((!place.is_empty()).then_some(place));
        cover.years.insert(year);
    }
    out
}

fn cover_table(header: &[&str; 4], covers: BTreeMap<&str, Cover>) -> String {
    let row = |(name, c): (&str, Cover)| vec![name.to_owned(), c.values.to_string(), c.places.len().to_string(), span(&c.years)];
    markdown(header, covers.into_iter().map(row))
}

pub fn indicators(pack: &Pack) -> anyhow::Result<String> {
    let rows = pack.table("indicators")?.select(["indicator", "district_id", "year"])?;
    Ok(cover_table(&["indicator", "values", "districts", "years"], covers(rows)))
}

pub fn country_indicators(pack: &Pack) -> anyhow::Result<String> {
    let rows = pack.table("country_indicators")?.select(["indicator", "iso3", "year"])?;
    Ok(cover_table(&["indicator", "values", "countries", "years"], covers(rows)))
}

pub fn country_ratings(pack: &Pack) -> anyhow::Result<String> {
    let rows = pack.table("country_ratings")?.select(["scheme", "iso3", "year"])?;
    Ok(cover_table(&["scheme", "ratings", "countries", "years"], covers(rows)))
}

pub fn sector_prevalence(pack: &Pack) -> anyhow::Result<String> {
    let rows = pack.table("sector_prevalence")?.select(["sector_id", "group_id", "place", "year"])?;
    let rows = rows.into_iter().map(|[sector, group, place, year]| {
        let name = if !sector.is_empty() {
            sector
        } else if group.is_empty() {
            "all work, or by occupation"
        } else {
            group
        };
        [name, place, year]
    });
    Ok(cover_table(&["sector or group", "values", "places", "years"], covers(rows)))
}

/// Countries with and without a child labour rate.
pub fn rates_by_region(pack: &Pack) -> anyhow::Result<String> {
    let mut regions: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for [region, rate] in pack.table("countries")?.select(["region", "child_labour_rate"])? {
        let region = if region.is_empty() { "World" } else { region };
        regions.entry(region).or_default()[usize::from(rate.is_empty())] += 1;
    }
    let rows = regions
        .into_iter()
        .map(|(region, [with, without])| vec![region.to_owned(), (with + without).to_string(), count(with), without.to_string()]);
    Ok(markdown(&["region", "rows", "with a rate", "unknown"], rows))
}

/// What was published of child labour at ages 5 to 17, province by province.
pub fn child_labour_by_province(pack: &Pack) -> anyhow::Result<String> {
    let districts = pack.table("districts")?.select(["province", "district_id"])?;
    let values =
        pack.table("indicators")?.select(["indicator", "sex", "age_group", "province", "district_id", "value", "year", "source_key"])?;
    let values: Vec<_> = values
        .into_iter()
        .filter(|[indicator, sex, age, ..]| *indicator == "child_labour_rate" && *sex == "all" && *age == "5-17")
        .map(|[_, _, _, province, district, value, year, source]| (province, district, value, year, source))
        .collect();
    let provinces: BTreeSet<&str> = districts.iter().map(|[province, _]| *province).collect();
    let rows = provinces.into_iter().map(|province| {
        let here = || values.iter().filter(move |v| v.0 == province);
        let known: BTreeSet<&str> = here().filter(|v| !v.1.is_empty()).map(|v| v.1).collect();
        let whole: Vec<String> =
            here().filter(|v| v.1.is_empty()).map(|(_, _, value, year, source)| format!("{value} ({year}, {source})")).collect();
        let all = districts.iter().filter(|[p, _]| *p == province).count();
        vec![
            province.to_owned(),
            all.to_string(),
            count(known.len()),
            if whole.is_empty() { super::GAP.to_owned() } else { whole.join("; ") },
        ]
    });
    Ok(markdown(&["province", "districts", "with a rate of their own", "rate of the province, percent"], rows))
}
