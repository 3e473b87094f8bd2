//! Findings to be held against rules of law: facts and counts, never persons.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use tierlight_core::law::{Case, Fact, FactKind, Facts, Law};

use super::alone::{Alone, FINDINGS, read_alone};
use super::mapping::Handle;
use super::{Intake, NetworkOptions, Rows, facts, place, sites, value};
use crate::error::Result;
use crate::issue::Severity;
use crate::packs::Packs;
use crate::text::{did_you_mean, header_key, nearest};

/// A finding: where and when, how many, and what is known.
#[derive(Debug, Clone)]
pub struct LegalFinding {
    /// Id as the user wrote it.
    pub id: String,
    /// Site, where one is stated.
    pub site: Option<String>,
    /// Row in the countries.
    pub country: u16,
    /// Province as the packs spell it.
    pub province: Option<String>,
    /// Row in the districts.
    pub district: Option<u16>,
    /// Girls and boys counted.
    pub children: [Option<u32>; 2],
    /// What rules are held against.
    pub case: Case,
}

/// Facts that are not read from a column of their own name.
const OF_PLACE: [&str; 4] = ["country", "province", "sector", "broad"];

struct Columns {
    id: Handle,
    date: Handle,
    site: Handle,
    country: Handle,
    province: Handle,
    district: Handle,
    sector: Handle,
    girls: Handle,
    boys: Handle,
    /// Columns of facts with their kinds.
    facts: Vec<(&'static str, Handle, FactKind)>,
}

impl Columns {
    fn new(intake: &Intake<'_>, law: &Law) -> Self {
        let of = |name| intake.mapped.handle(name);
        let stated = FINDINGS.columns.iter().map(|c| c.name).filter(|name| !OF_PLACE.contains(name));
        let facts = stated.filter_map(|name| Some((name, of(name), law.vocabulary.kind(name)?.clone())));
        Self {
            id: of("finding_id"),
            date: of("date"),
            site: of("site_id"),
            country: of("country"),
            province: of("province"),
            district: of("district"),
            sector: of("sector"),
            girls: of("girls"),
            boys: of("boys"),
            facts: facts.collect(),
        }
    }
}

/// Reads a table of findings. The day of a finding is its date, else `options.as_of`.
///
/// # Errors
/// What makes the file unreadable as a whole, personal data above all; problems of rows are issues.
pub fn read_findings(path: &Path, packs: &Packs, law: &Law, options: &NetworkOptions) -> Result<Alone<LegalFinding>> {
    read_alone(path, &FINDINGS, options, |intake| {
        let columns = Columns::new(intake, law);
        let (mut seen, mut out) = (HashSet::new(), Vec::new());
        intake.each(|rows, row| {
            let id = rows.required(row, columns.id, "give every finding an id, never a name");
            if id.is_some_and(|id| !seen.insert(id.to_owned())) {
                rows.reject("id_duplicate", row, columns.id, "an id that no other finding has", "delete one of the rows");
            }
            out.extend(finding(rows, row, &columns, packs, options).filter(|_| !rows.is_rejected(row)));
        })?;
        Ok(out)
    })
}

fn finding(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs, options: &NetworkOptions) -> Option<LegalFinding> {
    let p = &packs.parameters;
    let date = rows.parse("date_invalid", row, c.date, value::date).unwrap_or(options.as_of);
    if date > options.as_of {
        let hint = "set --date to a later day, or correct the date";
        rows.reject("date_future", row, c.date, format!("a day not after {}", options.as_of), hint);
    }
    let country = country(rows, row, c, packs, options);
    let district = country.and_then(|country| {
        let instead = "the province alone is used";
        place::district(rows, row, c.district, packs, country, instead).map(|found| found.0)
    });
    let province = country.and_then(|country| province(rows, row, c, packs, country, district));
    let mut known = Facts::new();
    for (name, column, kind) in &c.facts {
        if let Some(fact) = facts::fact(rows, row, *column, kind) {
            known.insert((*name).to_owned(), fact);
        }
    }
    if !rows.cell(row, c.sector).is_empty()
        && let Some(sector) = sites::sector(rows, row, c.sector, packs, options)
    {
        let sector = &p.sectors[usize::from(sector)];
        known.insert("sector".to_owned(), Fact::word(&sector.id));
        known.insert("broad".to_owned(), Fact::word(&header_key(&sector.broad)));
        known.entry("work".to_owned()).or_insert(Fact::YesNo(true));
    }
    let children = [c.girls, c.boys].map(|column| rows.parse("count_invalid", row, column, value::count));
    if let Some(sex) = sex(children) {
        known.entry("sex".to_owned()).or_insert(sex);
    }
    let (country, id) = (country?, rows.cell(row, c.id).to_owned());
    let iso3 = &p.countries[usize::from(country)].iso3;
    Some(LegalFinding {
        id,
        site: Some(rows.cell(row, c.site).to_owned()).filter(|s| !s.is_empty()),
        country,
        case: Case::new(iso3, province.map(header_key).as_deref(), date, known),
        province: province.map(str::to_owned),
        district,
        children,
    })
}

fn country(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs, options: &NetworkOptions) -> Option<u16> {
    if !rows.cell(row, c.country).is_empty() {
        return place::country(rows, row, c.country, packs);
    }
    if options.country.is_none() {
        rows.reject("required_missing", row, c.country, "a country", "add it, or pass --country for rows without one");
    }
    options.country
}

/// Province of a cell, else of the district; two that differ reject the row.
fn province<'a>(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &'a Packs, country: u16, district: Option<u16>) -> Option<&'a str> {
    let of_district = district.map(|d| packs.parameters.districts[usize::from(d)].province.as_str());
    let cell = rows.cell(row, c.province);
    if cell.is_empty() {
        return of_district;
    }
    let stated = packs.gazetteer.places.province(country, cell);
    match (stated, of_district) {
        (Some(stated), Some(of)) if stated != of => {
            rows.reject("province_contradicts", row, c.province, format!("{of}, where the district is"), "correct one of the two");
            None
        }
        (None, _) if packs.gazetteer.places.covers(country) => {
            let provinces: BTreeSet<&str> =
                packs.parameters.districts.iter().filter(|d| d.country == country).map(|d| d.province.as_str()).collect();
            let near = nearest(cell, provinces.iter().copied());
            let expected = format!("one of {}", provinces.into_iter().collect::<Vec<_>>().join(", "));
            rows.reject("province_unknown", row, c.province, expected, did_you_mean(&near));
            None
        }
        (None, _) => {
            let issue = rows.issue("province_unknown", Severity::Info, row, c.province);
            rows.note(
                issue.expected("a province of the packs").hint("the packs have no provinces of the country: the country's law is used"),
            );
            None
        }
        (stated, _) => stated,
    }
}

/// Sex of the children counted; with one count left blank nothing is known of the other sex.
fn sex(children: [Option<u32>; 2]) -> Option<Fact> {
    let words = || ["female", "male"].into_iter().zip(children);
    let of = |keep: fn(u32) -> bool| words().filter(|(_, n)| n.is_some_and(keep)).map(|(w, _)| w.to_owned()).collect();
    let (present, absent): (BTreeSet<String>, BTreeSet<String>) = (of(|n| n > 0), of(|n| n == 0));
    (!present.is_empty()).then_some(Fact::Words { present, absent, complete: false })
}
