//! The tables of a README that are counted from the pack.

mod columns;
mod coverage;
mod law;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;

use super::table::{Pack, Table, names, text};

/// What is shown where there is nothing.
const GAP: &str = "gap";

/// A counted table by its name.
pub fn block(name: &str, pack: &Pack) -> anyhow::Result<String> {
    match name {
        "tables" => tables(pack),
        "columns" => columns::dictionary(pack),
        "indicators" => coverage::indicators(pack),
        "country_indicators" => coverage::country_indicators(pack),
        "country_ratings" => coverage::country_ratings(pack),
        "sector_prevalence" => coverage::sector_prevalence(pack),
        "rates_by_region" => coverage::rates_by_region(pack),
        "child_labour_by_province" => coverage::child_labour_by_province(pack),
        "law_by_country" => law::by_country(pack),
        "law_by_province" => law::by_province(pack),
        "age_conflicts" => law::age_conflicts(pack),
        _ => bail!("no count of this name"),
    }
}

/// The tables of a pack: rows, key, content and grades.
fn tables(pack: &Pack) -> anyhow::Result<String> {
    let mut rows = Vec::new();
    for resource in pack.resources() {
        let name = text(&resource["name"])?;
        let table = pack.table(name)?;
        rows.push(vec![
            name.to_owned(),
            table.rows.len().to_string(),
            names(&resource["schema"]["primaryKey"]).join(", "),
            text(&resource["description"])?.to_owned(),
            grades(table),
        ]);
    }
    Ok(markdown(&["table", "rows", "key", "holds", "grades"], rows))
}

/// How often each grade occurs, in the first column that holds grades.
fn grades(table: &Table) -> String {
    let Some(column) = table.find("grade").or_else(|| table.find("rate_grade")) else {
        return "–".to_owned();
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| !row[column].is_empty()) {
        *counts.entry(&row[column]).or_default() += 1;
    }
    counts.iter().map(|(grade, count)| format!("{grade} {count}")).collect::<Vec<_>>().join(", ")
}

fn markdown(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut lines = vec![format!("| {} |", header.join(" | ")), format!("|{}", "---|".repeat(header.len()))];
    lines.extend(rows.into_iter().map(|row| format!("| {} |", row.join(" | "))));
    lines.join("\n") + "\n"
}

/// First and last of some years; nothing when none is known.
fn span(years: &BTreeSet<&str>) -> String {
    let mut known = years.iter().filter(|y| !y.is_empty());
    match (known.next(), known.next_back()) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        (Some(only), None) => (*only).to_owned(),
        _ => "not stated".to_owned(),
    }
}

/// A number, or a gap where it is zero.
fn count(number: usize) -> String {
    if number == 0 { GAP.to_owned() } else { number.to_string() }
}
