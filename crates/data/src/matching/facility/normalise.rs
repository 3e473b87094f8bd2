//! Names and addresses made comparable: legal forms left out, units parsed, words folded.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::matching::skeleton::skeleton;

/// A word of a name or address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded letters.
    pub text: String,
    /// Consonant skeleton.
    pub skeleton: String,
}

/// A name taken apart.
#[derive(Debug, Clone, Default)]
pub struct Name {
    /// Words, legal forms and unit left out.
    pub words: Vec<Word>,
    /// The words in byte order, joined: equal for equal names.
    pub joined: String,
    /// Units, plants, factories by number or letter.
    pub units: BTreeSet<String>,
}

/// An address taken apart.
#[derive(Debug, Clone, Default)]
pub struct Address {
    /// Words and numbers.
    pub words: Vec<Word>,
    /// The words in byte order, joined.
    pub joined: String,
}

/// Words of legal forms and trades of the whole world's companies; they tell no two sites apart.
const LEGAL: [&str; 62] = [
    "pvt",
    "private",
    "ltd",
    "limited",
    "lmt",
    "limted",
    "co",
    "company",
    "corp",
    "corporation",
    "inc",
    "incorporated",
    "llc",
    "llp",
    "plc",
    "lp",
    "gmbh",
    "ag",
    "kg",
    "mbh",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "sl",
    "slu",
    "bv",
    "nv",
    "ab",
    "as",
    "asa",
    "oy",
    "aps",
    "sdn",
    "bhd",
    "pt",
    "cv",
    "tbk",
    "pte",
    "pty",
    "jsc",
    "smc",
    "sro",
    "doo",
    "kft",
    "zoo",
    "sp",
    "ltda",
    "lda",
    "eirl",
    "sti",
    "anonim",
    "sirketi",
    "sons",
    "son",
    "and",
    "the",
    "of",
    "ve",
    "de",
    "messrs",
];
/// Words that a number or letter follows when a company has several sites.
const UNIT: [&str; 12] = ["unit", "units", "plant", "factory", "branch", "shed", "division", "div", "phase", "workshop", "kiln", "no"];
/// Abbreviations and spellings of one word.
const SHORT: [(&str, &str); 34] = [
    ("intl", "international"),
    ("int", "international"),
    ("ind", "industries"),
    ("inds", "industries"),
    ("industry", "industries"),
    ("industrial", "industries"),
    ("mfg", "manufacturing"),
    ("mfrs", "manufacturing"),
    ("manufacturers", "manufacturing"),
    ("ent", "enterprises"),
    ("ents", "enterprises"),
    ("enterprise", "enterprises"),
    ("bros", "brothers"),
    ("tex", "textile"),
    ("textiles", "textile"),
    ("mill", "mills"),
    ("garment", "garments"),
    ("sport", "sports"),
    ("exp", "exports"),
    ("export", "exports"),
    ("works", "work"),
    ("rd", "road"),
    ("st", "street"),
    ("str", "street"),
    ("ave", "avenue"),
    ("av", "avenue"),
    ("blk", "block"),
    ("bldg", "building"),
    ("opp", "opposite"),
    ("nr", "near"),
    ("km", "kilometre"),
    ("vill", "village"),
    ("vpo", "village"),
    ("est", "estate"),
];
/// Words of addresses that number something and say nothing themselves.
const NUMBERING: [&str; 9] = ["no", "plot", "house", "shop", "khasra", "survey", "number", "nos", "pin"];

/// Folded words of a text: accents off, lower case, everything that is no letter or digit parts them; dots inside initials do not
/// ("S.A." is sa), digits part from letters ("14b" is 14 b).
fn split(text: &str) -> Vec<String> {
    let folded: String = text.nfkd().flat_map(char::to_lowercase).filter(|c| !('\u{0300}'..='\u{036f}').contains(c)).collect();
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    let mut digits = false;
    let mut dotted = false;
    for c in folded.chars() {
        if !c.is_alphanumeric() {
            // a dot after a single letter goes on with the word
            let initial = c == '.' && open && words.last().is_some_and(|w| dotted || w.chars().count() == 1) && !digits;
            (open, dotted) = (initial, initial);
            continue;
        }
        let is_digit = c.is_ascii_digit();
        match words.last_mut() {
            Some(word) if open && digits == is_digit => word.push(c),
            _ => words.push(c.to_string()),
        }
        dotted = false;
        (open, digits) = (true, is_digit);
    }
    words
}

fn roman(word: &str) -> Option<u32> {
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"].iter().position(|r| *r == word).map(|at| at as u32 + 1)
}

/// A unit's number or letter: `2`, `ii` and `02` are one.
fn unit(word: &str) -> Option<String> {
    if let Ok(number) = word.parse::<u32>() {
        return (number < 1000).then(|| number.to_string());
    }
    roman(word).map(|n| n.to_string()).or_else(|| (word.len() == 1 && word.is_ascii()).then(|| word.to_owned()))
}

fn folded(word: String) -> Word {
    let text = SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| (*long).to_owned());
    let skeleton = skeleton(&text);
    Word { text, skeleton }
}

fn joined(words: &[Word]) -> String {
    let mut sorted: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
    sorted.sort_unstable();
    sorted.concat()
}

impl Name {
    /// Takes a name apart.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let words = split(name);
        let mut units = BTreeSet::new();
        let mut kept = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_str();
            if UNIT.contains(&word) {
                let mut next = at + 1;
                while next < words.len() && UNIT.contains(&words[next].as_str()) {
                    next += 1;
                }
                if let Some(found) = words.get(next).and_then(|w| unit(w)) {
                    units.insert(found);
                    at = next + 1;
                    // "unit 2, 3 and 4"
                    while let Some(more) = words.get(at).filter(|w| w.parse::<u32>().is_ok()).and_then(|w| unit(w)) {
                        units.insert(more);
                        at += 1;
                    }
                    continue;
                }
            }
            // a number or Roman number at the end, "Mills II", is a unit; a letter alone may be an initial
            let last = at + 1 == words.len() || words[at + 1..].iter().all(|w| LEGAL.contains(&w.as_str()));
            if last && !kept.is_empty() && (word.parse::<u32>().is_ok() || word.len() > 1 && roman(word).is_some()) {
                units.extend(unit(word));
            } else if !LEGAL.contains(&word) && !UNIT.contains(&word) {
                kept.push(folded(words[at].clone()));
            }
            at += 1;
        }
        if kept.is_empty() {
            kept = words.into_iter().map(folded).collect();
        }
        Self { joined: joined(&kept), words: kept, units }
    }
}

impl Address {
    /// Takes an address apart; words of `places` (country and district, which are compared on their own) are left out.
    #[must_use]
    pub fn new(address: &str, places: &[&str]) -> Self {
        let leave: Vec<String> = places.iter().flat_map(|p| split(p)).collect();
        let words: Vec<Word> =
            split(address).into_iter().filter(|w| !leave.contains(w) && !NUMBERING.contains(&w.as_str())).map(folded).collect();
        Self { joined: joined(&words), words }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_fall_away_and_units_are_parsed() {
        for (name, joined, units) in [
            ("Zarmin Textile Mills (Pvt.) Ltd.", "millstextilezarmin", ""),
            ("ZARMIN TEX. MILL PRIVATE LIMITED, Unit-II", "millstextilezarmin", "2"),
            ("Zarmin Textile Mills II", "millstextilezarmin", "2"),
            ("Zarmin Textile Mills Plant No. 02", "millstextilezarmin", "2"),
            ("Zarmin Textile Mills (Unit 2, 3)", "millstextilezarmin", "2 3"),
            ("Korvan S.A. de C.V.", "korvan", ""),
            ("Möbel Werk GmbH & Co. KG", "mobelwerk", ""),
            ("Co Ltd", "coltd", ""),
        ] {
            let found = Name::new(name);
            assert_eq!(found.joined, joined, "{name}");
            assert_eq!(found.units.into_iter().collect::<Vec<_>>().join(" "), units, "{name}");
        }
    }

    #[test]
    fn addresses_leave_out_what_is_compared_elsewhere() {
        let address = Address::new("Plot No. 14-B, Daska Rd, Sialkot, Pakistan", &["Sialkot", "Pakistan"]);
        let words: Vec<&str> = address.words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(words, ["14", "b", "daska", "road"]);
    }
}
