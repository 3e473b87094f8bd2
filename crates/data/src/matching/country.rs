//! Country by code, name, spelling, coordinates, or the end of an address.

use std::collections::{BTreeMap, BTreeSet};

use tierlight_core::model::Coordinates;
use tierlight_core::parameters::Parameters;

use super::grid::Grid;
use super::similar::{Candidate, Rule, Spelling, ranked, suggestions};
use crate::packs::PackTables;
use crate::text::key;

/// Countries by everything they are called, and a grid of where they are.
#[derive(Debug, Clone)]
pub struct CountryNames {
    names: BTreeMap<String, u16>,
    /// Names to compare spellings with.
    spellings: Vec<(u16, Spelling)>,
    /// Countries that have a name to compare in Latin letters, and in Arabic ones.
    scripts: BTreeSet<(u16, bool)>,
    shown: Vec<String>,
    grid: Grid,
    rule: Rule,
}

/// Longest country name in words, when an address is searched.
const WORDS: usize = 4;
/// Abbreviations that an address ends with like a name.
const ABBREVIATIONS: [&str; 2] = ["usa", "uae"];
/// Longest code: what is no longer is never taken for a spelling.
const CODE: usize = 3;

impl CountryNames {
    pub(super) fn new(tables: &PackTables, parameters: &Parameters, rule: Rule) -> crate::Result<Self> {
        let mut out = Self {
            names: BTreeMap::new(),
            spellings: Vec::new(),
            scripts: BTreeSet::new(),
            shown: parameters.countries.iter().map(|c| c.name.clone()).collect(),
            grid: Grid::new(tables, "country_cells", "iso3", |iso3| parameters.country(iso3))?,
            rule,
        };
        for row in tables.rows("country_names") {
            if let Some(country) = parameters.country(row.get("iso3")) {
                out.add(row.get("name"), country);
            }
        }
        for row in tables.rows("countries") {
            if let Some(country) = parameters.country(row.get("iso3")) {
                for column in ["iso3", "iso2", "name"] {
                    out.add(row.get(column), country);
                }
            }
        }
        Ok(out)
    }

    fn add(&mut self, name: &str, country: u16) {
        let code = key(name);
        if code.is_empty() {
            return;
        }
        if code.chars().count() > CODE {
            let spelling = Spelling::new(name);
            self.scripts.insert((country, spelling.is_arabic()));
            self.spellings.push((country, spelling));
        }
        self.names.insert(code, country);
    }

    /// Country of a code or name, as it stands in the packs.
    #[must_use]
    pub fn lookup(&self, text: &str) -> Option<u16> {
        self.names.get(&key(text)).copied()
    }

    /// Country of a code, a name, or a spelling that is alike enough to one country's name and far enough from every other's
    /// (M.2); with it how alike, 1 for a code or name. Codes are never taken by their likeness, and names in another script only
    /// compared where a country has none in that of the text.
    ///
    /// Cost: a lookup; for a spelling, a comparison with every name.
    ///
    /// # Errors
    /// A hint with the nearest names.
    pub fn find(&self, text: &str) -> Result<(u16, f64), String> {
        if let Some(country) = self.lookup(text) {
            return Ok((country, 1.0));
        }
        let code = "use an ISO 3166 code, e.g. PK";
        if key(text).chars().count() <= CODE {
            return Err(code.to_owned());
        }
        let spelling = Spelling::new(text);
        let arabic = spelling.is_arabic();
        let names = self.spellings.iter().filter(|(row, n)| n.is_arabic() == arabic || !self.scripts.contains(&(*row, arabic)));
        let candidates = ranked(names.filter_map(|(row, n)| Some(Candidate::new(*row, n.compare(&spelling)?))).collect());
        if let Some(best) = self.rule.take(&candidates) {
            return Ok((best.row, best.confidence));
        }
        match suggestions(&candidates, |row| &self.shown[usize::from(row)]) {
            none if none.is_empty() => Err(code.to_owned()),
            some => Err(some),
        }
    }

    /// Country of a point, and whether another one is within one cell.
    #[must_use]
    pub fn locate(&self, at: Coordinates) -> Option<(u16, bool)> {
        self.grid.locate(at.latitude, at.longitude).map(|hit| (hit.area, hit.border))
    }

    /// Country named in one of the last parts of an address, between commas or at its end, a blank before it or only a capital
    /// ("PathumthaniThailand"). Codes are not taken from addresses, since they are provinces and towns as often; but for the
    /// abbreviations that are names.
    #[must_use]
    pub fn in_address(&self, address: &str) -> Option<u16> {
        let find = |text: &str| {
            let code = key(text);
            (code.len() > CODE || ABBREVIATIONS.contains(&code.as_str())).then(|| self.lookup(text)).flatten()
        };
        let address = parted(address);
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

/// A blank put where a capital follows a small letter.
fn parted(address: &str) -> String {
    let mut out = String::with_capacity(address.len() + 8);
    let mut small = false;
    for c in address.chars() {
        if small && c.is_uppercase() {
            out.push(' ');
        }
        small = c.is_lowercase();
        out.push(c);
    }
    out
}
