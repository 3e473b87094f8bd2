//! District by code, name, variant, Urdu name, spelling, address or coordinates.

use std::collections::{BTreeMap, BTreeSet};

use tierlight_core::model::{Coordinates, PlaceMatch};
use tierlight_core::parameters::{District, Parameters};

use super::grid::Grid;
use super::similar::{Candidate, Rule, Spelling, ranked, suggestions};
use super::skeleton::is_arabic;
use crate::packs::PackTables;
use crate::text::key;

/// Districts by everything they are called, and a grid of where they are.
#[derive(Debug, Clone)]
pub struct PlaceNames {
    /// (country, key) → district and how it matched.
    names: BTreeMap<(u16, String), (u16, PlaceMatch)>,
    /// (country, key) → districts of a place that is larger than one.
    shared: BTreeMap<(u16, String), Vec<u16>>,
    /// (country, first class of the skeleton) → names to compare spellings with.
    spellings: BTreeMap<(u16, Option<char>), Vec<Named>>,
    shown: Vec<String>,
    grid: Grid,
    country_of: Vec<u16>,
    rule: Rule,
}

/// A name of a district, its qualifier apart.
#[derive(Debug, Clone)]
struct Named {
    district: u16,
    /// The district has a name in the other script, which compares better.
    other_script: bool,
    qualifiers: BTreeSet<&'static str>,
    spelling: Spelling,
}

/// What a text says about the district.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {
    /// One district, how it was found, and how alike the names are (1 for a code, name or variant).
    One(u16, PlaceMatch, f64),
    /// Names a place of several districts, or is like more than one name, or like none well enough: a question to the user.
    Unsure(String),
    /// Like no name.
    Unknown(String),
}

/// Words that say "district" and may stand before or after its name.
const DISTRICT_WORDS: [&str; 6] = ["district", "distt", "dist", "zila", "zilla", "ضلع"];
/// Words that stand beside a name in addresses and change nothing about the district.
const CITY_WORDS: [&str; 6] = ["city", "cantt", "cantonment", "saddar", "sadar", "tehsil"];
/// Words that tell two districts of one name apart; both must have the same ones.
const QUALIFIERS: [(&str, &[&str]); 7] = [
    ("upper", &["upper", "uper", "u", "اپر", "بالا"]),
    ("lower", &["lower", "l", "لوئر", "زیریں"]),
    ("north", &["north", "northern", "n", "شمالی"]),
    ("south", &["south", "southern", "s", "جنوبی"]),
    ("east", &["east", "eastern", "e", "شرقی"]),
    ("west", &["west", "western", "w", "غربی"]),
    ("central", &["central", "وسطی"]),
];
/// A name that lacks a qualifier, or has another one, counts so much less.
const OTHER_QUALIFIER: f64 = 0.8;

impl PlaceNames {
    pub(super) fn new(tables: &PackTables, parameters: &Parameters, rule: Rule) -> crate::Result<Self> {
        let mut out = Self {
            names: BTreeMap::new(),
            shared: BTreeMap::new(),
            spellings: BTreeMap::new(),
            shown: parameters.districts.iter().map(|d| d.name.clone()).collect(),
            grid: Grid::new(tables, "district_cells", "district_id", |id| parameters.district(id))?,
            country_of: parameters.districts.iter().map(|d| d.country).collect(),
            rule,
        };
        // names last: a district's own name goes before another's variant
        for (row, district) in parameters.districts.iter().enumerate() {
            for variant in &district.variants {
                out.names.insert((district.country, key(variant)), (row as u16, PlaceMatch::Variant));
                out.add_spelling(district, row as u16, variant);
            }
        }
        for (row, district) in parameters.districts.iter().enumerate() {
            out.names.insert((district.country, key(&district.name)), (row as u16, PlaceMatch::Name));
            out.names.insert((district.country, key(&district.id)), (row as u16, PlaceMatch::Code));
            out.add_spelling(district, row as u16, &district.name);
        }
        for row in tables.rows("shared_names") {
            if let Some(district) = parameters.district(row.get("district_id")) {
                let country = out.country_of[usize::from(district)];
                out.shared.entry((country, key(row.get("name")))).or_default().push(district);
            }
        }
        Ok(out)
    }

    fn add_spelling(&mut self, district: &District, row: u16, name: &str) {
        let (qualifiers, base) = qualified(name);
        let spelling = Spelling::new(&base);
        let other_script = std::iter::once(&district.name).chain(&district.variants).any(|n| is_arabic(n) != spelling.is_arabic());
        let named = Named { district: row, other_script, qualifiers, spelling };
        self.spellings.entry((district.country, named.spelling.initial())).or_default().push(named);
    }

    /// True when the packs have districts of a country.
    #[must_use]
    pub fn covers(&self, country: u16) -> bool {
        self.country_of.contains(&country)
    }

    /// District of a code or name in a country, as it stands in the packs; blank is none.
    #[must_use]
    pub fn lookup(&self, country: u16, text: &str) -> Option<(u16, PlaceMatch)> {
        if text.is_empty() {
            return None;
        }
        let found = self.names.get(&(country, key(text))).or_else(|| self.names.get(&(country, key(&without(&DISTRICT_WORDS, text)))));
        found.copied()
    }

    /// District of what a user wrote: code, name, variant, or a spelling that is alike enough to one district's name and far
    /// enough from every other's (M.2).
    ///
    /// Cost: a lookup; for a spelling, a comparison with the names that begin alike.
    #[must_use]
    pub fn find(&self, country: u16, text: &str) -> Resolved {
        if let Some((district, how)) = self.lookup(country, text) {
            return Resolved::One(district, how, 1.0);
        }
        let text = without(&DISTRICT_WORDS, text);
        if let Some(districts) = self.shared.get(&(country, key(&text))) {
            let names: Vec<&str> = districts.iter().map(|d| self.shown[usize::from(*d)].as_str()).collect();
            return Resolved::Unsure(format!("it names {} districts: {}", names.len(), names.join(", ")));
        }
        let candidates = self.candidates(country, &without(&CITY_WORDS, &text));
        if let Some(best) = self.rule.take(&candidates) {
            return Resolved::One(best.row, PlaceMatch::Spelling, best.confidence);
        }
        match suggestions(&candidates, |row| &self.shown[usize::from(row)]) {
            none if none.is_empty() => Resolved::Unknown("see `tierlight packs show districts`".to_owned()),
            some => Resolved::Unsure(some),
        }
    }

    /// Districts by how alike their names are to a text, best first (M.1).
    fn candidates(&self, country: u16, text: &str) -> Vec<Candidate> {
        let (qualifiers, base) = qualified(text);
        let spelling = Spelling::new(&base);
        let named = self.spellings.get(&(country, spelling.initial())).into_iter().flatten();
        let named = named.filter(|n| !n.other_script || n.spelling.is_arabic() == spelling.is_arabic());
        let candidates = named.map(|n| {
            let factor = if n.qualifiers == qualifiers { 1.0 } else { OTHER_QUALIFIER };
            Candidate { row: n.district, confidence: factor * n.spelling.similarity(&spelling) }
        });
        ranked(candidates.collect())
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
    /// postcode aside. "Lahore Road, Karachi" names no district. Spellings are not guessed at: parts of addresses are streets and
    /// villages as often.
    #[must_use]
    pub fn in_address(&self, country: u16, address: &str) -> Option<u16> {
        address.rsplit([',', ';', '\n', '(', ')']).find_map(|part| {
            let words: Vec<&str> = part.split_whitespace().filter(|w| !w.chars().any(|c| c.is_ascii_digit())).collect();
            self.lookup(country, words.join(" ").trim_matches(['.', '-', ' '])).map(|(district, _)| district)
        })
    }
}

/// A name without certain words: "Zila Sialkot" is Sialkot.
fn without(words: &[&str], text: &str) -> String {
    let is_word = |w: &&str| words.contains(&w.trim_matches('.').to_lowercase().as_str());
    text.split_whitespace().filter(|w| !is_word(w)).collect::<Vec<_>>().join(" ")
}

/// Qualifiers of a name, and the name without them. A name that is nothing else keeps them; a bare letter counts only in front.
fn qualified(name: &str) -> (BTreeSet<&'static str>, String) {
    let mut found = BTreeSet::new();
    let mut rest = Vec::new();
    for (at, word) in name.split(|c: char| c.is_whitespace() || "-(),".contains(c)).filter(|w| !w.is_empty()).enumerate() {
        let lower = word.trim_matches('.').to_lowercase();
        let qualifier = QUALIFIERS.iter().find(|(_, words)| words.contains(&lower.as_str()) && (at == 0 || lower.chars().count() > 1));
        match qualifier {
            Some((qualifier, _)) => _ = found.insert(*qualifier),
            None => rest.push(word),
        }
    }
    if rest.is_empty() { (BTreeSet::new(), name.to_owned()) } else { (found, rest.join(" ")) }
}
