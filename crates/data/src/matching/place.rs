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
    /// Country → names to compare spellings with.
    spellings: BTreeMap<u16, Vec<Named>>,
    shown: Vec<String>,
    /// District → the province it is in.
    province_of: Vec<String>,
    /// (country, key) → what is named beside a district: a province, its initials, or the country (blank).
    around: BTreeMap<(u16, String), String>,
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
    /// Without its qualifiers.
    spelling: Spelling,
    /// As it stands, and each of its longer words when there are several: for suggestions.
    whole: Spelling,
    words: Vec<Spelling>,
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
/// A name that lacks a qualifier, or has another one, counts so much less, and as so many letters that differ.
const OTHER_QUALIFIER: f64 = 0.8;
const QUALIFIER_EDITS: usize = 3;
/// Likeness of a part of a text or name counts so much less in suggestions, and from so much on.
const PART: f64 = 0.9;
const ALIKE: f64 = 0.8;
/// Fewest letters of a part.
const LETTERS: usize = 4;

impl PlaceNames {
    pub(super) fn new(tables: &PackTables, parameters: &Parameters, rule: Rule) -> crate::Result<Self> {
        let mut out = Self {
            names: BTreeMap::new(),
            shared: BTreeMap::new(),
            spellings: BTreeMap::new(),
            shown: parameters.districts.iter().map(|d| d.name.clone()).collect(),
            province_of: parameters.districts.iter().map(|d| d.province.clone()).collect(),
            around: BTreeMap::new(),
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
            out.add_around(district, parameters);
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
        let words: Vec<Spelling> = name.split_whitespace().map(Spelling::new).filter(|w| w.letters() >= LETTERS).collect();
        let words = if name.split_whitespace().count() > 1 { words } else { Vec::new() };
        let named = Named { district: row, other_script, qualifiers, spelling, whole: Spelling::new(name), words };
        self.spellings.entry(district.country).or_default().push(named);
    }

    fn add_around(&mut self, district: &District, parameters: &Parameters) {
        let country = &parameters.countries[usize::from(district.country)];
        for name in [&country.name, &country.iso3] {
            self.around.insert((district.country, key(name)), String::new());
        }
        let words = || district.province.split([' ', '-']).filter(|w| w.starts_with(char::is_uppercase));
        let initials: String = words().filter_map(|w| w.chars().next()).collect();
        let long = words().filter(|w| w.chars().count() > LETTERS).map(str::to_owned);
        for name in [district.province.clone(), initials].into_iter().chain(long).filter(|n| n.chars().count() > 1) {
            self.around.insert((district.country, key(&name)), district.province.clone());
        }
    }

    /// True when the packs have districts of a country.
    #[must_use]
    pub fn covers(&self, country: u16) -> bool {
        self.country_of.contains(&country)
    }

    /// Province of a name, of its initials or of its longer words: Punjab, KP, Islamabad.
    #[must_use]
    pub fn province(&self, country: u16, text: &str) -> Option<&str> {
        self.around.get(&(country, key(text))).map(String::as_str).filter(|province| !province.is_empty())
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
    /// enough from every other's (M.2). Its province and country may stand beside it.
    ///
    /// Cost: a lookup; for a spelling, a comparison with every name of the country.
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
        if let Some(found) = self.beside(country, &text) {
            return found;
        }
        let text = without(&CITY_WORDS, &text);
        if let Some(best) = self.rule.take(&self.candidates(country, &text)) {
            return Resolved::One(best.row, PlaceMatch::Spelling, best.confidence);
        }
        match suggestions(&self.near(country, &text), |row| &self.shown[usize::from(row)]) {
            none if none.is_empty() => Resolved::Unknown("see `tierlight packs show districts`".to_owned()),
            some => Resolved::Unsure(some),
        }
    }

    /// What "Lodhran, Punjab" means: a district with its province or country beside it; or a province alone, which is none.
    fn beside(&self, country: u16, text: &str) -> Option<Resolved> {
        let around = |part: &str| self.around.get(&(country, key(part)));
        let parts = || text.split([',', ';', '(', ')', '/']).map(str::trim).filter(|p| !p.is_empty());
        let stated: Vec<&str> = parts().filter_map(around).map(String::as_str).filter(|p| !p.is_empty()).collect();
        let rest: Vec<&str> = parts().filter(|p| around(p).is_none()).collect();
        match rest.as_slice() {
            [] => stated.first().map(|p| Resolved::Unsure(format!("it names the province {p}: state the district"))),
            [part] if parts().count() > 1 => Some(match self.find(country, part) {
                Resolved::One(district, ..) if stated.iter().any(|p| *p != self.province_of[usize::from(district)]) => {
                    let district = usize::from(district);
                    Resolved::Unsure(format!("did you mean {}? It is in {}", self.shown[district], self.province_of[district]))
                }
                found => found,
            }),
            _ => None,
        }
    }

    /// Names to compare with a text: those in its script, and of districts that have none in it.
    fn comparable(&self, country: u16, arabic: bool) -> impl Iterator<Item = &Named> {
        let named = self.spellings.get(&country).into_iter().flatten();
        named.filter(move |n| !n.other_script || n.spelling.is_arabic() == arabic)
    }

    /// Districts by how alike their names are to a text, best first (M.1).
    fn candidates(&self, country: u16, text: &str) -> Vec<Candidate> {
        let (qualifiers, base) = qualified(text);
        let spelling = Spelling::new(&base);
        let candidates = self.comparable(country, spelling.is_arabic()).filter_map(|n| {
            let mut candidate = Candidate::new(n.district, n.spelling.compare(&spelling)?);
            if n.qualifiers != qualifiers {
                candidate.confidence *= OTHER_QUALIFIER;
                candidate.edits = candidate.edits.saturating_add(QUALIFIER_EDITS);
            }
            candidate.takeable &= !n.spelling.adjective(&spelling);
            Some(candidate)
        });
        ranked(candidates.collect())
    }

    /// Districts to ask about, best first: by the text as it stands, and by parts of it and of names.
    fn near(&self, country: u16, text: &str) -> Vec<Candidate> {
        let (whole, qualifiers) = (Spelling::new(text), qualified(text).0);
        let parts = text.split(|c: char| c.is_whitespace() || "-,;()/".contains(c)).map(Spelling::new);
        let parts: Vec<Spelling> = parts.filter(|p| p.letters() >= LETTERS && p.letters() < whole.letters()).collect();
        let mut candidates = self.candidates(country, text);
        for named in self.comparable(country, whole.is_arabic()) {
            let of_parts = parts.iter().filter_map(|p| named.spelling.compare(p));
            let of_words = named.words.iter().filter_map(|w| w.compare(&whole));
            let part = of_parts.chain(of_words).filter(|l| l.similarity >= ALIKE);
            let factor = if named.qualifiers == qualifiers { PART } else { PART * OTHER_QUALIFIER };
            let part = part.map(|l| Candidate { confidence: factor * l.similarity, ..Candidate::new(named.district, l) });
            candidates.extend(part.chain(named.whole.compare(&whole).map(|l| Candidate::new(named.district, l))));
        }
        ranked(candidates)
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
