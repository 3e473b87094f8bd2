//! Reference packs as they are layered: their tables, and what is computed from them.

mod districts;
mod rates;

use serde_json::{Map, Value, json};
use tierlight_core::parameters::Parameters;
use tierlight_data::packs::{Packs, Row};

pub use districts::{District, Districts};
pub use rates::{Rates, SectorOf};

use crate::{Error, Result};

/// Name of the table of districts, which shows small-area estimates beside its rows.
pub const DISTRICTS: &str = "districts";
/// Name of the table of base rates of a country. No pack holds it: it is computed.
pub const RATES: &str = "rates";

/// Packs in the order in which they are layered, and their tables.
#[must_use]
pub fn list(packs: &Packs) -> Value {
    let tables = packs.tables.tables().map(|(name, rows)| json!({ "table": name, "rows": rows }));
    json!({ "packs": packs.tables.stamps, "tables": tables.collect::<Vec<_>>() })
}

/// Rows of a table with a cell that contains a text, in any case of letters.
#[must_use]
pub fn found<'a>(packs: &'a Packs, name: &str, find: Option<&str>) -> Vec<&'a Row> {
    let wanted = find.map(str::to_lowercase);
    let matches =
        |row: &&Row| wanted.as_ref().is_none_or(|text| row.columns().iter().any(|c| row.get(c).to_lowercase().contains(text.as_str())));
    packs.tables.rows(name).filter(matches).collect()
}

/// Rows of a table, from one on and at most so many, with pack and row; of districts and rates what is computed.
///
/// # Errors
/// There is no such table, a country is stated of a table that has none, or the core refuses.
pub fn show(packs: &Packs, name: &str, country: Option<u16>, find: Option<&str>, from: usize, most: usize) -> Result<Vec<Value>> {
    match name {
        RATES => {
            let country = country.ok_or_else(|| Error::asked("country", "", "a country: rates are of one"))?;
            let rates = Rates::new(packs, country, find)?;
            Ok(rates.sectors.iter().skip(from).take(most).map(|s| rates.json(s)).collect())
        }
        DISTRICTS => {
            let districts = Districts::new(packs, country, find)?;
            Ok(districts.rows.iter().skip(from).take(most).map(|row| districts.json(row)).collect())
        }
        _ if country.is_some() => Err(Error::asked("country", "stated", "none: only districts and rates are of a country")),
        _ if packs.tables.rows(name).next().is_none() => Err(Error::asked("table", name, known(packs))),
        _ => Ok(found(packs, name, find).into_iter().skip(from).take(most).map(|row| cells(row).into()).collect()),
    }
}

/// Names of tables, for people.
fn known(packs: &Packs) -> String {
    let names: Vec<&str> = packs.tables.tables().map(|t| t.0).chain([RATES]).collect();
    format!("one of {}", names.join(", "))
}

/// Cells of a row, with pack and row.
fn cells(row: &Row) -> Map<String, Value> {
    let mut cells: Map<String, Value> = row.columns().iter().map(|c| (c.clone(), row.get(c).into())).collect();
    cells.insert("pack".to_owned(), row.pack.to_string().into());
    cells.insert("row".to_owned(), row.number.into());
    cells
}

/// ISO 3166 alpha-3 code of a country.
fn iso3(p: &Parameters, country: u16) -> &str {
    &p.countries[usize::from(country)].iso3
}
