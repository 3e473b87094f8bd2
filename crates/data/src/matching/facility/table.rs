//! The table of matches: written for review by hand, read back with what was accepted.

use std::path::Path;

use super::compare::FIELDS;
use super::{Matches, Outcome, Pair, Record};
use crate::atomic::write_file;
use crate::error::{Error, Result};
use crate::text::neutral;

/// Columns before those of the fields.
const COLUMNS: [&str; 15] = [
    "decision",
    "accept",
    "score",
    "probability",
    "left_id",
    "left_name",
    "left_address",
    "left_place",
    "right_list",
    "right_id",
    "right_name",
    "right_address",
    "right_place",
    "right_latitude",
    "right_longitude",
];
/// The right record is of the same list.
pub const SAME_LIST: &str = "same";
/// The right record is of the other list.
pub const OTHER_LIST: &str = "other";

/// Writes pairs, the most doubtful first, then the records in none. Matches are accepted beforehand; potential ones wait for a
/// person, who writes yes or no.
///
/// # Errors
/// A file that cannot be written, or that exists when `replace` is false.
pub fn write_matches(path: &Path, replace: bool, matches: &Matches, list: &[Record], against: Option<&[Record]>) -> Result<()> {
    write_file(path, replace, |out| {
        let failed =
            |e: &csv::Error| Error::Unreadable { path: path.to_owned(), reason: e.to_string(), hint: "choose another file".to_owned() };
        let mut writer = csv::Writer::from_writer(out);
        for cells in rows(matches, list, against) {
            writer.write_record(&cells).map_err(|e| failed(&e))?;
        }
        writer.flush().map_err(|e| Error::io(path, &e))
    })
}

/// The header, pairs, and records in no pair, as cells.
fn rows<'a>(matches: &'a Matches, list: &'a [Record], against: Option<&'a [Record]>) -> impl Iterator<Item = Vec<String>> + 'a {
    let fields = FIELDS.iter().flat_map(|level| [(*level).to_owned(), format!("{level}_weight")]);
    let header: Vec<String> = COLUMNS.iter().map(|c| (*c).to_owned()).chain(fields).chain(["prior".to_owned()]).collect();
    let width = header.len();
    let pairs = matches.pairs.iter().map(move |pair| {
        let right = &against.unwrap_or(list)[pair.right];
        row_of_pair(pair, matches.prior, &list[pair.left], right, against.is_some())
    });
    let new = matches.new.iter().map(move |row| {
        let mut cells = vec![Outcome::New.slug().to_owned(), String::new(), String::new(), String::new()];
        cells.extend(shown(&list[*row]));
        cells.resize(width, String::new());
        cells
    });
    std::iter::once(header).chain(pairs).chain(new)
}

fn row_of_pair(pair: &Pair, prior: f64, left: &Record, right: &Record, other: bool) -> Vec<String> {
    let accept = if pair.outcome == Outcome::Match { "yes" } else { "" };
    let mut cells =
        vec![pair.outcome.slug().to_owned(), accept.to_owned(), format!("{:.2}", pair.score), format!("{:.4}", pair.probability)];
    cells.extend(shown(left));
    cells.push(if other { OTHER_LIST } else { SAME_LIST }.to_owned());
    cells.extend(shown(right));
    cells.extend(right.at.map_or([String::new(), String::new()], |(latitude, longitude)| [latitude.to_string(), longitude.to_string()]));
    for (field, weight) in pair.weights.iter().enumerate() {
        let level = pair.level(field);
        cells.extend([level.to_owned(), if level.is_empty() { String::new() } else { format!("{weight:.2}") }]);
    }
    cells.push(format!("{prior:.2}"));
    cells
}

/// Id, name, address and place of a record, safe for spreadsheets.
fn shown(record: &Record) -> [String; 4] {
    [&record.id, &record.name, &record.address, &record.place.join(", ")].map(|cell| neutral(cell).into_owned())
}

/// Takes off the apostrophe that [`neutral`] put before a cell.
#[must_use]
pub fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r'])).unwrap_or(cell)
}
