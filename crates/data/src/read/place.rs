//! Country and district of a cell, with what the user should know about how they were understood.

use hashbrown::HashMap;
use tierlight_core::model::PlaceMatch;

use super::Rows;
use super::mapping::Handle;
use crate::issue::Severity;
use crate::matching::place::Resolved;
use crate::packs::Packs;

/// A district, how it was found, and how alike the names are.
pub(super) type Placed = (u16, PlaceMatch, Option<f32>);

/// What cells were found to mean.
#[derive(Default)]
pub(crate) struct Known {
    countries: HashMap<String, Result<(u16, f64), String>>,
    districts: HashMap<(u16, String), Resolved>,
}

/// Country of a cell that is not blank; an unknown one rejects the row.
pub(super) fn country(rows: &mut Rows<'_>, row: usize, column: Handle, packs: &Packs) -> Option<u16> {
    let cell = rows.cell(row, column);
    let found = rows.notes.places.countries.entry_ref(cell).or_insert_with(|| packs.gazetteer.countries.find(cell)).clone();
    match found {
        Ok((country, confidence)) => {
            if confidence < 1.0 {
                let name = &packs.parameters.countries[usize::from(country)].name;
                let issue = rows.issue("country_spelling", Severity::Warning, row, column);
                rows.note(issue.expected("a country's ISO 3166 code or name").hint(format!("taken for {name} ({confidence:.2})")));
            }
            Some(country)
        }
        Err(hint) => {
            rows.reject("country_unknown", row, column, "a country's ISO 3166 code or name", hint);
            None
        }
    }
}

/// District of a cell; a question to the user where it is not plain. `instead` says what happens then.
pub(super) fn district(rows: &mut Rows<'_>, row: usize, column: Handle, packs: &Packs, country: u16, instead: &str) -> Option<Placed> {
    let cell = rows.cell(row, column);
    if cell.is_empty() {
        return None;
    }
    let expected = "a district's name, variant or P-code";
    let known = rows.notes.places.districts.entry((country, cell.to_owned()));
    let (code, hint) = match known.or_insert_with(|| packs.gazetteer.places.find(country, cell)).clone() {
        Resolved::One(district, how, confidence) => {
            if how == PlaceMatch::Spelling {
                let name = &packs.parameters.districts[usize::from(district)].name;
                let issue = rows.issue("district_spelling", Severity::Info, row, column);
                rows.note(issue.expected(expected).hint(format!("taken for {name} ({confidence:.2})")));
            }
            return Some((district, how, Some(rounded(confidence))));
        }
        Resolved::Unsure(hint) => ("district_unsure", hint),
        Resolved::Unknown(hint) => ("district_unknown", hint),
    };
    let issue = rows.issue(code, Severity::Warning, row, column);
    rows.note(issue.expected(expected).hint(format!("{instead}. {hint}")));
    None
}

/// Two digits: more would claim more than is known.
fn rounded(confidence: f64) -> f32 {
    ((confidence * 100.0).round() / 100.0) as f32
}
