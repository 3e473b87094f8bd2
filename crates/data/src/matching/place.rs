//! District by code, name, variant, Urdu name, address or coordinates.

use std::collections::BTreeMap;

use tierlight_core::model::{Coordinates, PlaceMatch};
use tierlight_core::parameters::Parameters;

use super::grid::Grid;
use crate::packs::PackTables;
use crate::text::{did_you_mean, key, nearest};

/// Districts by everything they are called, and a grid of where they are.
#[derive(Debug, Clone, Default)]
pub struct PlaceNames {
    /// (country, key) → district and how it matched.
    names: BTreeMap<(u16, String), (u16, PlaceMatch)>,
    shown: Vec<(u16, String)>,
    grid: Grid,
    country_of: Vec<u16>,
}

/// Words that say "district" and may stand before or after its name.
const DISTRICT_WORDS: [&str; 6] = ["district", "distt", "dist", "zila", "zilla", "ضلع"];

impl PlaceNames {
    pub(super) fn new(tables: &PackTables, parameters: &Parameters) -> crate::Result<Self> {
        let mut out = Self {
            grid: Grid::new(tables, "district_cells", "district_id", |id| parameters.district(id))?,
            country_of: parameters.districts.iter().map(|d| d.country).collect(),
            ..Self::default()
        };
        // names last: a district's own name goes before another's variant
        for (row, district) in parameters.districts.iter().enumerate() {
            for variant in &district.variants {
                out.names.insert((district.country, key(variant)), (row as u16, PlaceMatch::Variant));
            }
            out.shown.push((district.country, district.name.clone()));
        }
        for (row, district) in parameters.districts.iter().enumerate() {
            out.names.insert((district.country, key(&district.name)), (row as u16, PlaceMatch::Name));
            out.names.insert((district.country, key(&district.id)), (row as u16, PlaceMatch::Code));
        }
        Ok(out)
    }

    /// True when the packs have districts of a country.
    #[must_use]
    pub fn covers(&self, country: u16) -> bool {
        self.country_of.contains(&country)
    }

    /// District of a code or name in a country; blank is none.
    #[must_use]
    pub fn lookup(&self, country: u16, text: &str) -> Option<(u16, PlaceMatch)> {
        if text.is_empty() {
            return None;
        }
        let found = self.names.get(&(country, key(text))).or_else(|| self.names.get(&(country, key(&without_district_words(text)))));
        found.copied()
    }

    /// District of a code or name in a country.
    ///
    /// # Errors
    /// A hint with the nearest names, which costs a look at every district.
    pub fn find(&self, country: u16, text: &str) -> Result<(u16, PlaceMatch), String> {
        self.lookup(country, text).ok_or_else(|| {
            let names = self.shown.iter().filter(|(c, _)| *c == country).map(|(_, n)| n.as_str());
            let near = nearest(&without_district_words(text), names);
            if near.is_empty() { "see `tierlight packs show districts`".to_owned() } else { did_you_mean(&near) }
        })
    }

    /// District of a point.
    #[must_use]
    pub fn locate(&self, at: Coordinates) -> Option<(u16, PlaceMatch)> {
        let hit = self.grid.locate(at.latitude, at.longitude)?;
        Some((hit.area, if hit.border { PlaceMatch::Border } else { PlaceMatch::Coordinates }))
    }

    /// Country of a district.
    #[must_use]
    pub fn country_of(&self, district: u16) -> Option<u16> {
        self.country_of.get(usize::from(district)).copied()
    }

    /// District named in an address of a known country: the last part between commas that is nothing but a district's name, a
    /// postcode aside. "Lahore Road, Karachi" names no district.
    #[must_use]
    pub fn in_address(&self, country: u16, address: &str) -> Option<u16> {
        address.rsplit([',', ';', '\n', '(', ')']).find_map(|part| {
            let words: Vec<&str> = part.split_whitespace().filter(|w| !w.chars().any(|c| c.is_ascii_digit())).collect();
            self.lookup(country, words.join(" ").trim_matches(['.', '-', ' '])).map(|(district, _)| district)
        })
    }
}

/// "Zila Sialkot" is Sialkot.
fn without_district_words(text: &str) -> String {
    let is_word = |w: &&str| DISTRICT_WORDS.contains(&w.trim_matches('.').to_lowercase().as_str());
    text.split_whitespace().filter(|w| !is_word(w)).collect::<Vec<_>>().join(" ")
}
