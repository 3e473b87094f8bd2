//! What is known of the law, and what is not.

use std::collections::BTreeSet;

use super::{GAP, count, markdown};
use crate::packs::table::Pack;

const TREATIES: [&str; 6] = ["c138", "c182", "crc", "opac", "opsc", "palermo"];
const AGES: [(&str, &str); 4] = [
    ("general_min_age", "age for work"),
    ("light_work_min_age", "age for light work"),
    ("hazardous_min_age", "age for hazardous work"),
    ("compulsory_education_age", "schooling age"),
];

/// Countries with each age and each treaty.
pub fn by_country(pack: &Pack) -> anyhow::Result<String> {
    let countries = pack.table("countries")?.rows.len() - 1;
    let mut rows = Vec::new();
    for (column, name) in AGES {
        let ages = pack.table("minimum_age")?.select([column, "for_scoring"])?;
        let known = ages.iter().filter(|[age, _]| !age.is_empty()).count();
        let doubtful = ages.iter().filter(|[age, scoring]| !age.is_empty() && *scoring == "0").count();
        let note = if column == "general_min_age" { format!("{doubtful} not for scoring") } else { String::new() };
        rows.push(vec![name.to_owned(), known.to_string(), (countries - known).to_string(), note]);
    }
    for treaty in TREATIES {
        let values = pack.table("ratifications")?.select([treaty])?;
        let known = values.iter().filter(|[v]| !v.is_empty()).count();
        let yes = values.iter().filter(|[v]| *v == "1").count();
        rows.push(vec![treaty.to_owned(), known.to_string(), (countries - known).to_string(), format!("in force in {yes}")]);
    }
    Ok(markdown(&["what", "countries", "unknown", "note"], rows))
}

/// Countries whose ages differ between editions or sources.
pub fn age_conflicts(pack: &Pack) -> anyhow::Result<String> {
    let rows = pack.table("minimum_age")?.select(["jurisdiction", "conflict_note", "ages_by_ilab_edition", "general_min_age"])?;
    let rows = rows.into_iter().filter(|[_, note, ..]| !note.is_empty()).map(|row| row.map(str::to_owned).to_vec());
    Ok(markdown(&["country", "what differs", "work/hazardous/schooling by edition", "age for work used"], rows))
}

/// Ages, statutes and services, province by province.
pub fn by_province(pack: &Pack) -> anyhow::Result<String> {
    let districts = pack.table("districts")?.select(["province"])?;
    let provinces: BTreeSet<&str> = districts.into_iter().map(|[p]| p).collect();
    let ages = pack.table("minimum_age")?.select([
        "province",
        "applies_to",
        "general_min_age",
        "light_work_min_age",
        "hazardous_min_age",
        "compulsory_education_age",
    ])?;
    let statutes = pack.table("statutes")?.select(["province", "status"])?;
    let services = pack.table("referral")?.select(["province", "contact", "verification"])?;
    let mut rows = Vec::new();
    for province in provinces.into_iter().chain([""]) {
        let mut row = vec![if province.is_empty() { "whole country".to_owned() } else { province.to_owned() }];
        let general = ages.iter().find(|age| age[0] == province && age[1] == "general");
        row.extend((2..6).map(|k| general.map(|age| age[k]).filter(|age| !age.is_empty()).unwrap_or(GAP).to_owned()));
        let here = || statutes.iter().filter(move |[p, _]| *p == province);
        row.push(count(here().filter(|[_, status]| matches!(*status, "in_force" | "amended" | "ordinance")).count()));
        row.push(here().filter(|[_, status]| *status == "unconfirmed").count().to_string());
        let near = || services.iter().filter(move |[p, ..]| *p == province);
        row.push(count(near().count()));
        row.push(count(near().filter(|[_, contact, verification]| !contact.is_empty() && *verification != "unconfirmed").count()));
        rows.push(row);
    }
    let header =
        ["", "work", "light work", "hazardous", "schooling to", "provisions in force", "unconfirmed", "services", "with a confirmed line"];
    Ok(markdown(&header, rows))
}
