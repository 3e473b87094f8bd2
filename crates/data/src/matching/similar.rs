//! How alike two names of places are, and whether the best of several names is good enough to take.

use super::skeleton::{is_arabic, skeleton};
use crate::text::key;

/// A name made ready for comparison.
#[derive(Debug, Clone)]
pub struct Spelling {
    key: String,
    letters: usize,
    /// How often letters occur, in 32 classes.
    bag: [u8; 32],
    skeleton: String,
    arabic: bool,
}

/// How alike two names are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// Equation (M.1), 0 to 1.
    pub similarity: f64,
    /// Letters put in, left out, replaced or swapped; of skeletons between scripts.
    pub edits: usize,
    /// False where a slip would as well make another name: what begins otherwise, an abbreviation, a short name.
    pub takeable: bool,
}

impl Spelling {
    /// Prepares a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let key = key(name);
        let mut bag = [0u8; 32];
        for letter in key.chars() {
            let class = &mut bag[letter as usize % 32];
            *class = class.saturating_add(1);
        }
        Self { letters: key.chars().count(), key, bag, skeleton: skeleton(name), arabic: is_arabic(name) }
    }

    /// True when it is written in Arabic letters.
    #[must_use]
    pub fn is_arabic(&self) -> bool {
        self.arabic
    }

    /// Letters and digits.
    #[must_use]
    pub fn letters(&self) -> usize {
        self.letters
    }

    /// Compares a name with a text; `None` when fewer than half the letters are the same. Between scripts only skeletons compare,
    /// and count less, since vowels are lost.
    #[must_use]
    pub fn compare(&self, text: &Self) -> Option<Likeness> {
        if self.key == text.key {
            return Some(Likeness { similarity: 1.0, edits: 0, takeable: true });
        }
        if self.arabic == text.arabic && 2 * self.fewest_edits(text) > self.letters.max(text.letters) {
            return None;
        }
        Some(self.measure(text))
    }

    /// No fewer letters differ than the two have apart: cheap to count, and most pairs go no further.
    fn fewest_edits(&self, text: &Self) -> usize {
        let (mut more, mut less) = (0usize, 0usize);
        for (a, b) in self.bag.iter().zip(&text.bag) {
            more += usize::from(a.saturating_sub(*b));
            less += usize::from(b.saturating_sub(*a));
        }
        more.max(less)
    }

    fn measure(&self, text: &Self) -> Likeness {
        let skeletons = strsim::normalized_damerau_levenshtein(&self.skeleton, &text.skeleton);
        let same_start = self.skeleton.chars().next() == text.skeleton.chars().next() && !text.skeleton.is_empty();
        if self.arabic != text.arabic {
            // a skeleton of two consonants says little
            let enough = self.skeleton.len().min(text.skeleton.len()) > 2;
            let similarity = if enough { ACROSS * skeletons } else { ACROSS * ACROSS * skeletons };
            let edits = strsim::damerau_levenshtein(&self.skeleton, &text.skeleton);
            return Likeness { similarity, edits, takeable: same_start };
        }
        let edits = strsim::damerau_levenshtein(&self.key, &text.key);
        let letters = 1.0 - edits as f64 / self.letters.max(text.letters) as f64;
        // other scripts have no skeletons
        let bare = self.skeleton.is_empty() && text.skeleton.is_empty();
        let similarity = if bare { letters } else { f64::midpoint(letters, skeletons) };
        // a letter replaced in a short name makes another one: Konya and Kenya, Kotla and Kotli
        let long = self.letters.min(text.letters) >= SHORT;
        let takeable = (same_start || bare) && self.letters > ABBREVIATION && (long || self.slip(text, edits));
        Likeness { similarity, edits, takeable }
    }

    /// True when a text is the name but for one vowel or repeated letter too many or too few, or two vowels swapped.
    fn slip(&self, text: &Self, edits: usize) -> bool {
        let sorted = |key: &str| {
            let mut letters: Vec<char> = key.chars().collect();
            letters.sort_unstable();
            letters
        };
        let replaced = self.letters == text.letters && sorted(&self.key) != sorted(&text.key);
        edits == 1 && self.skeleton == text.skeleton && self.key.chars().next() == text.key.chars().next() && !replaced
    }

    /// True when a text is the adjective of a name that does not end in i itself: Lahori, Multani, Gujrati.
    #[must_use]
    pub fn adjective(&self, text: &Self) -> bool {
        const I: [char; 2] = ['i', 'ی'];
        let vowel = |c: char| "aeiouہا".contains(c);
        let stem = text.key.strip_suffix(I).filter(|_| !self.key.ends_with(I));
        stem.is_some_and(|stem| stem == self.key || stem == self.key.trim_end_matches(vowel))
    }
}

/// What equal skeletons in two scripts are worth.
const ACROSS: f64 = 0.9;
/// Names with so many letters are abbreviations, which are known or not.
const ABBREVIATION: usize = 3;
/// Names with fewer letters are short.
const SHORT: usize = 6;

/// When a spelling is taken for a name; from the packs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Least similarity.
    pub threshold: f64,
    /// Least lead over the next best.
    pub margin: f64,
}

/// A candidate and how alike it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Row of what is named.
    pub row: u16,
    /// Similarity (M.1).
    pub confidence: f64,
    /// Letters in which its nearest name differs.
    pub edits: usize,
    /// May be taken; others are compared to tell that the text may mean them.
    pub takeable: bool,
}

impl Candidate {
    /// A row by the likeness of one of its names.
    #[must_use]
    pub fn new(row: u16, likeness: Likeness) -> Self {
        Self { row, confidence: likeness.similarity, edits: likeness.edits, takeable: likeness.takeable }
    }
}

/// Best first, each row once with its best name and the fewest edits of all; ties by row.
#[must_use]
pub fn ranked(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| {
        b.confidence.total_cmp(&a.confidence).then(a.row.cmp(&b.row)).then(b.takeable.cmp(&a.takeable)).then(a.edits.cmp(&b.edits))
    });
    let mut out: Vec<Candidate> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for candidate in candidates {
        let place = *places.entry(candidate.row).or_insert(out.len());
        match out.get_mut(place) {
            Some(known) => known.edits = known.edits.min(candidate.edits),
            None => out.push(candidate),
        }
    }
    out
}

impl Rule {
    /// The first of ranked candidates, when it is alike enough, far enough ahead, and no other is as near by letters (M.2).
    #[must_use]
    pub fn take(&self, ranked: &[Candidate]) -> Option<Candidate> {
        let best = *ranked.first()?;
        let next = ranked.get(1).map_or(0.0, |c| c.confidence);
        let nearest = ranked[1..].iter().all(|c| c.edits > best.edits);
        (best.takeable && nearest && best.confidence >= self.threshold && best.confidence - next >= self.margin).then_some(best)
    }
}

/// Fewest names a user is asked about.
const SHOWN: usize = 3;
/// Candidates below this are no help.
const HELPFUL: f64 = 0.55;

/// "did you mean Sialkot (0.91), Sanghar (0.60)?" or nothing.
#[must_use]
pub fn suggestions<'a>(ranked: &[Candidate], name: impl Fn(u16) -> &'a str) -> String {
    let shown: Vec<String> =
        ranked.iter().filter(|c| c.confidence >= HELPFUL).take(SHOWN).map(|c| format!("{} ({:.2})", name(c.row), c.confidence)).collect();
    if shown.is_empty() { String::new() } else { format!("did you mean {}?", shown.join(", ")) }
}
