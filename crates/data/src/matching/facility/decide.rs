//! From probabilities to outcomes: precision first.

use super::Pair;
use super::compare::{ID, LEVELS, NAME, UNIT};
use crate::error::Result;
use crate::matching::settings::Settings;

/// What a pair, or a record without one, is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// One site.
    Match,
    /// Perhaps one site: to be looked at by hand.
    Potential,
    /// In no pair.
    New,
}

impl Outcome {
    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Outcome::Match => "match",
            Outcome::Potential => "potential",
            Outcome::New => "new",
        }
    }
}

/// Makes matches of pairs that are probable enough, whose names agree, that no field contradicts, and that leave no choice: of
/// partners that are not one site themselves the best must lead by `match_margin`, and only it stays. Against another list each
/// record keeps one partner. An equal Open Supply Hub id needs nothing else.
pub(super) fn decide(
    pairs: &mut [Pair],
    records: usize,
    against: bool,
    settings: &Settings,
    apart: impl Fn(usize, usize) -> bool,
) -> Result<()> {
    let (threshold, margin) = (settings.probability("match_probability")?, settings.get("match_margin")?);
    let mut partners: Vec<Vec<(usize, usize)>> = vec![Vec::new(); records];
    for (at, pair) in pairs.iter_mut().enumerate() {
        let contradicted = pair.levels.iter().zip(LEVELS).any(|(level, all)| level.is_some_and(|l| usize::from(l) + 1 == all.len()));
        // a unit that only one of the two states may be another one
        let contradicted = contradicted || pair.levels[UNIT] == Some(1);
        let same_id = pair.levels[ID] == Some(0);
        if pair.probability >= threshold && (same_id || pair.levels[NAME].is_some() && !contradicted) {
            pair.outcome = Outcome::Match;
            partners[pair.left].push((at, pair.right));
            if !against {
                partners[pair.right].push((at, pair.left));
            }
        }
    }
    let mut demoted = Vec::new();
    for partners in partners.iter_mut().filter(|p| p.len() > 1) {
        partners.sort_by(|a, b| pairs[b.0].score.total_cmp(&pairs[a.0].score).then(a.1.cmp(&b.1)));
        let (best, rest) = (partners[0], &partners[1..]);
        let rivals: Vec<_> = rest.iter().filter(|p| apart(best.1, p.1)).collect();
        if rivals.iter().any(|p| pairs[best.0].score - pairs[p.0].score < margin) {
            demoted.push(best.0);
        }
        demoted.extend(rivals.iter().map(|p| p.0));
        if against {
            demoted.extend(rest.iter().map(|p| p.0));
        }
    }
    for at in demoted {
        pairs[at].outcome = Outcome::Potential;
    }
    Ok(())
}
