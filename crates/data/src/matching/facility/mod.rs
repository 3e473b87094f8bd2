//! The same site under two entries: Fellegi–Sunter on name, unit, address, country, district, distance and id.
//!
//! Equations (M.3) to (M.8) of docs/method/matching.md.

pub mod benchmark;
mod block;
pub mod compare;
mod decide;
mod noise;
pub mod normalise;
pub mod table;
mod terms;
mod weights;

use hashbrown::HashMap;
use rayon::prelude::*;

use compare::{Comparison, compare};
pub use decide::Outcome;
use normalise::{Address, Name};
use terms::Terms;
use weights::{Weights, probability};

use super::settings::Settings;
use crate::error::Result;

/// One entry of a list of sites.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Id in its list.
    pub id: String,
    /// Name of the site.
    pub name: String,
    /// Address.
    pub address: String,
    /// Country, as a row of the parameters.
    pub country: Option<u16>,
    /// District, as a row of the parameters.
    pub district: Option<u16>,
    /// Names of country and district, for people; the address is compared without them.
    pub place: Vec<String>,
    /// Latitude and longitude.
    pub at: Option<(f64, f64)>,
    /// Open Supply Hub id.
    pub os_id: Option<String>,
}

/// A record made ready.
#[derive(Debug)]
pub(super) struct Prepared {
    name: Name,
    address: Address,
    name_terms: Vec<u32>,
    address_terms: Vec<u32>,
    country: Option<u16>,
    district: Option<u16>,
    at: Option<(f64, f64)>,
    os_id: Option<String>,
}

/// Two records that may be one site.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Row in the list.
    pub left: usize,
    /// Row in the same list, or in the other one.
    pub right: usize,
    /// Level of each field of [`compare::FIELDS`]; `None` where one of the two says nothing.
    pub levels: [Option<u8>; 7],
    /// Contribution of each field, log2.
    pub weights: [f64; 7],
    /// Prior and contributions summed: log2 odds.
    pub score: f64,
    /// Probability that the two are one site (M.8).
    pub probability: f64,
    /// What it is taken for.
    pub outcome: Outcome,
}

impl Pair {
    /// Level of a field by name, blank where one of the two says nothing.
    #[must_use]
    pub fn level(&self, field: usize) -> &'static str {
        self.levels[field].map_or("", |level| compare::LEVELS[field][usize::from(level)])
    }
}

/// What matching found.
#[derive(Debug, Clone, PartialEq)]
pub struct Matches {
    /// Matches and potential matches, the most doubtful first.
    pub pairs: Vec<Pair>,
    /// Rows of the list that are in no pair.
    pub new: Vec<usize>,
    /// Log2 odds before looking at a pair.
    pub prior: f64,
    /// Pairs that were compared.
    pub compared: usize,
    /// Blocks too large to compare every pair of.
    pub capped_blocks: usize,
}

/// Random pairs from which u is estimated.
const RANDOM: usize = 100_000;
/// Degrees of the cell in which records count as at one spot.
const SPOT: f64 = 0.005;

/// Finds records that are one site, inside a list or against another.
///
/// Cost: near linear; 100,000 records take seconds. The result depends neither on threads nor, within a list, on the order of
/// records but for which of a pair is left.
///
/// # Errors
/// A number of matching that the packs lack.
pub fn match_records(list: &[Record], against: Option<&[Record]>, settings: &Settings) -> Result<Matches> {
    let split = against.map(|_| list.len());
    let all: Vec<&Record> = list.iter().chain(against.unwrap_or_default()).collect();
    let (prepared, terms) = prepare(&all, settings)?;
    let random: Vec<Comparison> =
        random_pairs(all.len(), split).into_par_iter().map(|(a, b)| compare(&prepared[a], &prepared[b], &terms)).collect();
    let sizes = [list.len(), against.map_or(0, <[Record]>::len)];
    let mut weights = Weights::new(settings, &random, sizes)?;
    let blocks = block::pairs(&prepared, split, &terms);
    let spots = spots(&prepared);
    let spot = |row: u32| spots[row as usize];
    let compared: Vec<(Comparison, f64)> = blocks
        .pairs
        .par_iter()
        .map(|&(a, b)| (compare(&prepared[a as usize], &prepared[b as usize], &terms), spot(a).max(spot(b))))
        .collect();
    weights.estimate(&compared);
    let potential = settings.probability("potential_probability")?;
    let scored = |left: u32, right: u32, comparison: &Comparison, spot: f64| {
        let parts = weights.of(comparison, spot);
        let score = weights.prior + parts.iter().sum::<f64>();
        Pair {
            left: left as usize,
            right: right as usize - split.unwrap_or(0),
            levels: comparison.levels,
            weights: parts,
            score,
            probability: probability(score),
            outcome: Outcome::Potential,
        }
    };
    let mut pairs: Vec<Pair> = blocks
        .pairs
        .iter()
        .zip(&compared)
        .map(|(&(a, b), (comparison, spot))| scored(a, b, comparison, *spot))
        .filter(|p| p.probability >= potential)
        .collect();
    // whether two partners of one record are one site themselves, compared or not
    let apart = |a: usize, b: usize| {
        let (a, b) = (a + split.unwrap_or(0), b + split.unwrap_or(0));
        let comparison = compare(&prepared[a], &prepared[b], &terms);
        let score = weights.prior + weights.of(&comparison, spots[a].max(spots[b])).iter().sum::<f64>();
        probability(score) < potential
    };
    decide::decide(&mut pairs, list.len(), split.is_some(), settings, apart)?;
    let mut paired = vec![false; list.len()];
    for pair in &pairs {
        paired[pair.left] = true;
        if split.is_none() {
            paired[pair.right] = true;
        }
    }
    pairs.sort_by(|a, b| a.score.abs().total_cmp(&b.score.abs()).then((a.left, a.right).cmp(&(b.left, b.right))));
    let new = (0..list.len()).filter(|row| !paired[*row]).collect();
    Ok(Matches { pairs, new, prior: weights.prior, compared: compared.len(), capped_blocks: blocks.capped })
}

fn prepare(records: &[&Record], settings: &Settings) -> Result<(Vec<Prepared>, [Terms; 2])> {
    let mut prepared: Vec<Prepared> = records
        .par_iter()
        .map(|r| {
            let places: Vec<&str> = r.place.iter().map(String::as_str).collect();
            Prepared {
                name: Name::new(&r.name),
                address: Address::new(&r.address, &places),
                name_terms: Vec::new(),
                address_terms: Vec::new(),
                country: r.country,
                district: r.district,
                at: r.at,
                os_id: r.os_id.clone(),
            }
        })
        .collect();
    let mut terms = [Terms::default(), Terms::default()];
    for record in &mut prepared {
        record.name_terms = record.name.words.iter().map(|w| terms[0].row(&w.text)).collect();
        record.address_terms = record.address.words.iter().map(|w| terms[1].row(&w.text)).collect();
        terms[0].count(&record.name_terms);
        terms[1].count(&record.address_terms);
    }
    let (background, count) = (settings.probability("token_background")?, settings.get("token_background_count")?);
    for field in &mut terms {
        field.finish(records.len(), background, count);
    }
    Ok((prepared, terms))
}

/// Share of records in the cell of each record.
fn spots(records: &[Prepared]) -> Vec<f64> {
    let cell = |at: (f64, f64)| ((at.0 / SPOT).floor() as i32, (at.1 / SPOT).floor() as i32);
    let mut counts: HashMap<(i32, i32), u32> = HashMap::new();
    for at in records.iter().filter_map(|r| r.at) {
        *counts.entry(cell(at)).or_insert(0) += 1;
    }
    let others = records.len().saturating_sub(2).max(1) as f64;
    let share = |r: &Prepared| r.at.and_then(|at| counts.get(&cell(at))).map_or(0.0, |n| (f64::from(*n) - 2.0).max(0.0) / others);
    records.iter().map(share).collect()
}

/// All pairs of a short list, a fixed choice of pairs of a long one.
fn random_pairs(records: usize, split: Option<usize>) -> Vec<(usize, usize)> {
    let (left, right) = (split.unwrap_or(records), records - split.unwrap_or(0));
    let base = split.unwrap_or(0);
    if left * right <= 2 * RANDOM {
        let all = (0..left).flat_map(|a| (0..right).map(move |b| (a, base + b)));
        return all.filter(|(a, b)| a < b).collect();
    }
    let mut random = noise::Random::new(0);
    let pair = |random: &mut noise::Random| (random.below(left), base + random.below(right));
    (0..RANDOM).map(|_| pair(&mut random)).filter(|(a, b)| a != b).collect()
}
