//! How two records agree, field by field: a level, and for names and addresses the words they share.

use super::Prepared;
use super::normalise::Word;
use super::terms::Terms;

/// Fields in order of the table of matches.
pub const FIELDS: [&str; 7] = ["name", "unit", "address", "country", "district", "distance", "id"];
/// Levels of each field, best first.
pub const LEVELS: [&[&str]; 7] = [
    &["exact", "very_close", "close", "different"],
    &["same", "one", "different"],
    &["exact", "very_close", "close", "different"],
    &["same", "different"],
    &["same", "different"],
    &["spot", "near", "area", "far"],
    &["same", "different"],
];
/// Position of the name in [`FIELDS`].
pub const NAME: usize = 0;
/// Position of the unit.
pub const UNIT: usize = 1;
/// Position of the address.
pub const ADDRESS: usize = 2;
/// Position of the country.
pub const COUNTRY: usize = 3;
/// Position of the district, which counts where a distance is not known.
pub const DISTRICT: usize = 4;
/// Position of the distance.
pub const DISTANCE: usize = 5;
/// Position of the id.
pub const ID: usize = 6;

/// Comparison of two records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Level by field; `None` where one of the two says nothing.
    pub levels: [Option<u8>; 7],
    /// Log2 of the chance that a record that is not the same site shares the words of name and address that these two share.
    pub chance: [f64; 2],
}

/// Least similarity (M.3) of the levels very close and close.
const VERY_CLOSE: f64 = 0.9;
const CLOSE: f64 = 0.7;
/// Words this alike (Jaro–Winkler) are one word, when their skeletons are equal or they are long.
const SAME_WORD: f64 = 0.92;
const SAME_SKELETON: f64 = 0.8;
/// Kilometres of the levels spot, near, area.
const KILOMETRES: [f64; 3] = [0.5, 5.0, 30.0];

/// Compares two records.
pub(super) fn compare(a: &Prepared, b: &Prepared, terms: &[Terms; 2]) -> Comparison {
    let (name, name_chance) = words(&a.name.words, &b.name.words, &a.name_terms, &b.name_terms, a.name.joined == b.name.joined, &terms[0]);
    let (address, address_chance) =
        words(&a.address.words, &b.address.words, &a.address_terms, &b.address_terms, a.address.joined == b.address.joined, &terms[1]);
    let unit = match (a.name.units.is_empty(), b.name.units.is_empty()) {
        (true, true) => None,
        (false, false) if a.name.units == b.name.units => Some(0),
        // "Unit 2" and "Units 2, 3" say no more than one that states none
        (false, false) => Some(if a.name.units.is_disjoint(&b.name.units) { 2 } else { 1 }),
        _ => Some(1),
    };
    let same = |x: bool| u8::from(!x);
    let distance = a.at.zip(b.at).map(|(x, y)| kilometres(x, y));
    let levels = [
        name,
        unit,
        address,
        a.country.zip(b.country).map(|(x, y)| same(x == y)),
        a.district.zip(b.district).filter(|_| distance.is_none()).map(|(x, y)| same(x == y)),
        distance.map(|d| KILOMETRES.iter().position(|k| d <= *k).unwrap_or(KILOMETRES.len()) as u8),
        a.os_id.as_ref().zip(b.os_id.as_ref()).map(|(x, y)| same(x == y)),
    ];
    Comparison { levels, chance: [name_chance, address_chance] }
}

/// Level of two lists of words, and log2 of the chance of what they share.
fn words(a: &[Word], b: &[Word], a_terms: &[u32], b_terms: &[u32], equal: bool, terms: &Terms) -> (Option<u8>, f64) {
    if a.is_empty() || b.is_empty() {
        return (None, 0.0);
    }
    if equal {
        return (Some(0), a_terms.iter().map(|t| terms.log2_frequency(*t)).sum());
    }
    let mut used = [false; 64];
    let (mut shared, mut chance, mut total) = (0.0, 0.0, 0.0);
    for (x, x_term) in a.iter().zip(a_terms).take(used.len()) {
        let weight = -terms.log2_frequency(*x_term);
        total += weight;
        let best = b
            .iter()
            .zip(b_terms)
            .enumerate()
            .take(used.len())
            .filter(|(k, _)| !used[*k])
            .map(|(k, (y, y_term))| (k, if x_term == y_term { 1.0 } else { alike(x, y) }, *y_term))
            .max_by(|p, q| p.1.total_cmp(&q.1).then(q.0.cmp(&p.0)));
        if let Some((k, likeness, y_term)) = best.filter(|b| b.1 > 0.0) {
            used[k] = true;
            // a slip makes a word look rare: the commoner of the two counts
            let log2 = terms.log2_frequency(*x_term).max(terms.log2_frequency(y_term));
            shared += likeness * -log2;
            chance += likeness * log2;
        }
    }
    let other = -b_terms.iter().take(used.len()).map(|t| terms.log2_frequency(*t)).sum::<f64>();
    let share = |of: f64| if of > 0.0 { (shared / of).min(1.0) } else { 0.0 };
    let (similarity, contained) = (share(f64::midpoint(total, other)), share(total.min(other)));
    // words run together or parted: Al Karam, Alkaram
    let run = |w: &[Word]| w.iter().map(|w| w.text.as_str()).collect::<String>();
    let level = if similarity >= VERY_CLOSE {
        1
    } else if similarity >= CLOSE || contained >= VERY_CLOSE {
        2
    } else if a.len() != b.len() && a.len() + b.len() < 12 && strsim::normalized_damerau_levenshtein(&run(a), &run(b)) >= VERY_CLOSE {
        chance = a_terms.iter().map(|t| terms.log2_frequency(*t)).sum::<f64>().max(b_terms.iter().map(|t| terms.log2_frequency(*t)).sum());
        1
    } else {
        3
    };
    (Some(level), chance)
}

/// Likeness of two words that are not equal; 0 when they are two words.
fn alike(a: &Word, b: &Word) -> f64 {
    let number = |w: &Word| w.text.starts_with(|c: char| c.is_ascii_digit());
    if number(a) || number(b) || a.skeleton.chars().next() != b.skeleton.chars().next() {
        return 0.0;
    }
    let likeness = strsim::jaro_winkler(&a.text, &b.text);
    let same = likeness >= SAME_WORD && a.text.chars().count().min(b.text.chars().count()) > 4
        || likeness >= SAME_SKELETON && a.skeleton == b.skeleton && a.skeleton.chars().count() > 1;
    if same { likeness } else { 0.0 }
}

/// Distance of two points, by the mean latitude: exact enough for levels of distance.
fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    const DEGREE: f64 = 111.2;
    let (north, east) = (a.0 - b.0, (a.1 - b.1) * libm::cos(f64::midpoint(a.0, b.0).to_radians()));
    DEGREE * (north * north + east * east).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word {
        Word { text: text.to_owned(), skeleton: crate::matching::skeleton::skeleton(text) }
    }

    #[test]
    fn short_words_are_told_by_letters_not_bytes() {
        assert!(strsim::jaro_winkler("ткач", "ткча") >= SAME_WORD, "alike but for their length");
        assert!(alike(&word("ткач"), &word("ткча")) <= 0.0);
        assert!(alike(&word("abdr"), &word("abrd")) <= 0.0, "as in Latin letters");
        assert!(alike(&word("ткачи"), &word("ткаич")) > SAME_WORD);
    }
}
