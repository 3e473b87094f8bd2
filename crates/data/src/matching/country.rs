//! Country by code, name, coordinates, or the end of an address.

use std::collections::BTreeMap;

use tierlight_core::model::Coordinates;
use tierlight_core::parameters::Parameters;

use super::grid::Grid;
use crate::packs::PackTables;
use crate::text::{did_you_mean, key, nearest};

/// Countries by everything they are called, and a grid of where they are.
#[derive(Debug, Clone, Default)]
pub struct CountryNames {
    names: BTreeMap<String, u16>,
    shown: Vec<String>,
    grid: Grid,
}

/// Longest country name in words, when an address is searched.
const WORDS: usize = 4;

impl CountryNames {
    pub(super) fn new(tables: &PackTables, parameters: &Parameters) -> crate::Result<Self> {
        let mut out = Self { grid: Grid::new(tables, "country_cells", "iso3", |iso3| parameters.country(iso3))?, ..Self::default() };
        for row in tables.rows("country_names") {
            if let Some(country) = parameters.country(row.get("iso3")) {
                out.names.insert(key(row.get("name")), country);
                out.shown.push(row.get("name").to_owned());
            }
        }
        for row in tables.rows("countries") {
            if let Some(country) = parameters.country(row.get("iso3")) {
                for column in ["iso3", "iso2", "name"] {
                    if !row.get(column).is_empty() {
                        out.names.insert(key(row.get(column)), country);
                    }
                }
                out.shown.push(row.get("name").to_owned());
            }
        }
        Ok(out)
    }

    /// Country of a code or name.
    ///
    /// # Errors
    /// A hint with the nearest names.
    pub fn find(&self, text: &str) -> Result<u16, String> {
        self.names.get(&key(text)).copied().ok_or_else(|| {
            let near = nearest(text, self.shown.iter().map(String::as_str));
            if near.is_empty() { "use an ISO 3166 code, e.g. PK".to_owned() } else { did_you_mean(&near) }
        })
    }

    /// Country of a point, and whether another one is within one cell.
    #[must_use]
    pub fn locate(&self, at: Coordinates) -> Option<(u16, bool)> {
        self.grid.locate(at.latitude, at.longitude).map(|hit| (hit.area, hit.border))
    }

    /// Country named in one of the last parts of an address, between commas or at its end. Codes of two letters are not taken
    /// from addresses: they are provinces and states as often.
    #[must_use]
    pub fn in_address(&self, address: &str) -> Option<u16> {
        let find = |text: &str| (key(text).len() > 3).then(|| self.names.get(&key(text)).copied()).flatten();
        for part in address.rsplit([',', ';', '.', '-', '(', ')', '\n']).map(str::trim).filter(|p| !p.is_empty()).take(3) {
            if let Some(country) = find(part) {
                return Some(country);
            }
            let words: Vec<&str> = part.split_whitespace().filter(|w| !w.chars().all(|c| c.is_ascii_digit())).collect();
            for count in (1..=words.len().min(WORDS)).rev() {
                if let Some(country) = find(&words[words.len() - count..].join(" ")) {
                    return Some(country);
                }
            }
        }
        None
    }
}
