//! Fellegi–Sunter weights: m from the pack and the list itself, u from random pairs and the words' frequencies.

use super::compare::{ADDRESS, COUNTRY, Comparison, DISTANCE, DISTRICT, FIELDS, ID, LEVELS, NAME, UNIT};
use crate::error::Result;
use crate::matching::settings::Settings;

/// Probabilities of levels among matches (m) and among others (u), and the prior.
#[derive(Debug, Clone)]
pub struct Weights {
    m: [Vec<f64>; 7],
    u: [Vec<f64>; 7],
    /// Log2 of m, and of m over u.
    log2: [Vec<[f64; 2]>; 7],
    /// Log2 odds that two random records are one site (M.7).
    pub prior: f64,
    /// Log2 of the least chance of shared words.
    floor: f64,
    place_floor: f64,
    prior_pairs: f64,
}

/// Rounds of estimating m; it has settled long before.
const ROUNDS: usize = 20;
/// Log2 odds below which a pair has no say in the estimate: one in a million.
const HOPELESS: f64 = -20.0;
/// Fields whose m is estimated: the others are too rare to tell.
const ESTIMATED: [usize; 3] = [NAME, ADDRESS, DISTANCE];

impl Weights {
    /// Starts with the pack's m; `duplicate_chance` is the chance that two random records are one site before looking.
    pub(super) fn new(settings: &Settings, random: &[Comparison], records: [usize; 2]) -> Result<Self> {
        let mut m: [Vec<f64>; 7] = Default::default();
        for (field, levels) in LEVELS.iter().enumerate() {
            for level in *levels {
                m[field].push(settings.probability(&format!("m_{}_{level}", FIELDS[field]))?);
            }
        }
        let mut u: [Vec<f64>; 7] = Default::default();
        for (field, levels) in LEVELS.iter().enumerate() {
            let known: Vec<u8> = random.iter().filter_map(|c| c.levels[field]).collect();
            let total = known.len() as f64 + 0.5 * levels.len() as f64;
            let share = |level: usize| (known.iter().filter(|l| usize::from(**l) == level).count() as f64 + 0.5) / total;
            u[field] = (0..levels.len()).map(share).collect();
        }
        // who leaves a unit out says nothing about which one it is: same and different are weighed among pairs that both state one
        let both = u[UNIT][0] + u[UNIT][2];
        u[UNIT] = vec![u[UNIT][0] / both, 1.0, u[UNIT][2] / both];
        u[ID] = vec![settings.probability("u_id_same")?, settings.probability("u_id_different")?];
        let share = settings.probability("duplicate_share")?;
        let chance = share / (records[0].max(records[1]).max(2) - 1) as f64;
        Ok(Self {
            log2: logarithms(&m, &u),
            m,
            u,
            prior: libm::log2(chance / (1.0 - chance)),
            floor: libm::log2(settings.probability("chance_floor")?),
            place_floor: settings.probability("place_floor")?,
            prior_pairs: settings.get("em_prior_pairs")?,
        })
    }

    /// Contribution of each field (M.5), log2; 0 where a field says nothing. `spot` is the share of records in the same cell.
    #[must_use]
    pub fn of(&self, comparison: &Comparison, spot: f64) -> [f64; 7] {
        let mut out = [0.0; 7];
        for field in [UNIT, COUNTRY, DISTRICT, ID] {
            out[field] = comparison.levels[field].map_or(0.0, |level| self.plain(field, usize::from(level)));
        }
        for (field, chance) in [NAME, ADDRESS].into_iter().zip(comparison.chance) {
            let Some(level) = comparison.levels[field].map(usize::from) else { continue };
            let different = self.plain(field, LEVELS[field].len() - 1);
            out[field] = if level + 1 == LEVELS[field].len() {
                different
            } else {
                (self.log2[field][level][0] - chance.max(self.floor)).max(different)
            };
        }
        if let Some(level) = comparison.levels[DISTANCE].map(usize::from) {
            out[DISTANCE] = self.plain(DISTANCE, level);
            if level == 0 {
                let least = self.place_floor.max(spot);
                out[DISTANCE] = out[DISTANCE].min(self.log2[DISTANCE][0][0] - libm::log2(least));
            }
        }
        // coordinates are read off addresses: of what the two say for a match the larger counts, the other adds nothing
        if out[ADDRESS] > 0.0 && out[DISTANCE] > 0.0 {
            let less = if out[ADDRESS] < out[DISTANCE] { ADDRESS } else { DISTANCE };
            out[less] = 0.0;
        }
        out
    }

    fn plain(&self, field: usize, level: usize) -> f64 {
        self.log2[field][level][1]
    }

    /// Estimates m from the compared pairs by expectation and maximisation (M.6); the pack's m count for `em_prior_pairs` pairs.
    pub(super) fn estimate(&mut self, pairs: &[(Comparison, f64)]) {
        let start = self.m.clone();
        let likely = |p: &&(Comparison, f64)| self.prior + self.of(&p.0, p.1).iter().sum::<f64>() >= HOPELESS;
        let pairs: Vec<&(Comparison, f64)> = pairs.iter().filter(likely).collect();
        for _ in 0..ROUNDS {
            let mut sums: [Vec<f64>; 7] = Default::default();
            for field in ESTIMATED {
                sums[field] = start[field].iter().map(|m| m * self.prior_pairs).collect();
            }
            for (comparison, spot) in &pairs {
                let p = probability(self.prior + self.of(comparison, *spot).iter().sum::<f64>());
                for field in ESTIMATED {
                    if let Some(level) = comparison.levels[field] {
                        sums[field][usize::from(level)] += p;
                    }
                }
            }
            for field in ESTIMATED {
                let total: f64 = sums[field].iter().sum();
                if total > 0.0 {
                    self.m[field] = sums[field].iter().map(|s| (s / total).max(1e-6)).collect();
                }
            }
            self.log2 = logarithms(&self.m, &self.u);
        }
    }
}

fn logarithms(m: &[Vec<f64>; 7], u: &[Vec<f64>; 7]) -> [Vec<[f64; 2]>; 7] {
    std::array::from_fn(|field| m[field].iter().zip(&u[field]).map(|(m, u)| [libm::log2(*m), libm::log2(m / u)]).collect())
}

/// Probability of log2 odds (M.8).
#[must_use]
pub fn probability(score: f64) -> f64 {
    1.0 / (1.0 + libm::exp2(-score))
}
