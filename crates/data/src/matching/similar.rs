//! How alike two names of places are, and whether the best of several names is good enough to take.

use super::skeleton::{is_arabic, skeleton};
use crate::text::key;

/// A name made ready for comparison.
#[derive(Debug, Clone)]
pub struct Spelling {
    key: String,
    skeleton: String,
    arabic: bool,
}

impl Spelling {
    /// Prepares a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { key: key(name), skeleton: skeleton(name), arabic: is_arabic(name) }
    }

    /// First class of the skeleton: names that begin otherwise are never the same.
    #[must_use]
    pub fn initial(&self) -> Option<char> {
        self.skeleton.chars().next()
    }

    /// True when it is written in Arabic letters.
    #[must_use]
    pub fn is_arabic(&self) -> bool {
        self.arabic
    }

    /// Equation (M.1): the mean of the similarity of the letters and of the skeletons, 0 to 1. Between scripts only skeletons
    /// compare, and count less, since vowels are lost.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f64 {
        if self.key == other.key {
            return 1.0;
        }
        let skeletons = strsim::normalized_damerau_levenshtein(&self.skeleton, &other.skeleton);
        if self.arabic != other.arabic {
            // a skeleton of two consonants says little
            let enough = self.skeleton.len().min(other.skeleton.len()) > 2;
            return if enough { ACROSS * skeletons } else { ACROSS * ACROSS * skeletons };
        }
        f64::midpoint(strsim::normalized_damerau_levenshtein(&self.key, &other.key), skeletons)
    }
}

/// What equal skeletons in two scripts are worth.
const ACROSS: f64 = 0.9;

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
}

/// Best first, each row once with its best name; ties by row.
#[must_use]
pub fn ranked(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.row.cmp(&b.row)));
    let mut seen = Vec::new();
    candidates.retain(|c| {
        let new = !seen.contains(&c.row);
        seen.push(c.row);
        new
    });
    candidates
}

impl Rule {
    /// The first of ranked candidates, when it is alike enough and far enough ahead.
    #[must_use]
    pub fn take(&self, ranked: &[Candidate]) -> Option<Candidate> {
        let best = *ranked.first()?;
        let next = ranked.get(1).map_or(0.0, |c| c.confidence);
        (best.confidence >= self.threshold && best.confidence - next >= self.margin).then_some(best)
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
