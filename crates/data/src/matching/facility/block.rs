//! Which pairs are compared: those that share a block. Near linear in the number of records.

use rayon::prelude::*;

use super::Prepared;
use super::normalise::Word;
use super::terms::Terms;

/// Pairs to compare, and how many blocks were too large to compare every pair of.
#[derive(Debug, Default)]
pub struct Blocks {
    /// Pairs of rows, the smaller first, in order.
    pub pairs: Vec<(u32, u32)>,
    /// Blocks of which only neighbours were paired.
    pub capped: usize,
}

/// Largest block of which every pair is compared.
const CAP: usize = 40;
/// Neighbours of a record that are compared in a larger block, sorted by name.
const WINDOW: usize = 12;
/// Rarest words of a name that open a block each.
const NAME_WORDS: usize = 3;
/// Length of the beginning of a name's skeleton.
const PREFIX: usize = 5;
/// Degrees of a cell of coordinates.
const CELL: f64 = 0.01;

/// Pairs of records that share a rare word of the name, the beginning of the name within a country, the two rarest words of the
/// address, a cell of about a kilometre, or an id. With `split`, pairs of a row below and a row from it on.
///
/// Cost: sorting the keys, and at most 40 comparisons a record and block.
pub(super) fn pairs(records: &[Prepared], split: Option<usize>, terms: &[Terms; 2]) -> Blocks {
    let mut keyed: Vec<(String, u32)> =
        records.par_iter().enumerate().flat_map_iter(|(row, r)| keys(r, terms).into_iter().map(move |k| (k, row as u32))).collect();
    keyed.par_sort_unstable();
    keyed.dedup();
    let order: Vec<String> = records.par_iter().map(|r| run(&r.name.words)).collect();
    let mut out = Blocks::default();
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        let mut rows: Vec<u32> = block.iter().map(|k| k.1).collect();
        let reach = if rows.len() > CAP {
            rows.sort_by(|a, b| order[*a as usize].cmp(&order[*b as usize]).then(a.cmp(b)));
            out.capped += 1;
            WINDOW
        } else {
            rows.len()
        };
        for (at, &a) in rows.iter().enumerate() {
            for &b in rows[at + 1..].iter().take(reach) {
                let (low, high) = (a.min(b), a.max(b));
                if split.is_none_or(|s| (low as usize) < s && high as usize >= s) {
                    out.pairs.push((low, high));
                }
            }
        }
    }
    out.pairs.par_sort_unstable();
    out.pairs.dedup();
    out
}

/// Skeletons of a name's words run together.
fn run(words: &[Word]) -> String {
    words.iter().map(|w| if w.skeleton.is_empty() { w.text.as_str() } else { w.skeleton.as_str() }).collect()
}

fn keys(r: &Prepared, terms: &[Terms; 2]) -> Vec<String> {
    let mut keys = Vec::new();
    for (word, _) in rarest(&r.name.words, &r.name_terms, &terms[0]).into_iter().take(NAME_WORDS) {
        let shown = if word.skeleton.len() > 1 { &word.skeleton } else { &word.text };
        keys.push(format!("n {shown}"));
    }
    let country = r.country.map_or(-1, i32::from);
    let run = run(&r.name.words);
    if !run.is_empty() {
        keys.push(format!("p {country} {}", run.chars().take(PREFIX).collect::<String>()));
    }
    let rare = rarest(&r.address.words, &r.address_terms, &terms[1]);
    if let [(a, _), (b, _), ..] = rare.as_slice() {
        keys.push(format!("a {} {}", (&a.text).min(&b.text), (&a.text).max(&b.text)));
    }
    if let Some((latitude, longitude)) = r.at {
        let initial = run.chars().next().unwrap_or(' ');
        keys.push(format!("c {} {} {initial}", (latitude / CELL).floor(), (longitude / CELL).floor()));
    }
    keys.extend(r.os_id.iter().map(|id| format!("i {id}")));
    keys
}

/// Words from the rarest on.
fn rarest<'a>(words: &'a [Word], rows: &[u32], terms: &Terms) -> Vec<(&'a Word, u32)> {
    let mut out: Vec<(&Word, u32)> = words.iter().zip(rows).map(|(w, t)| (w, terms.records(*t))).collect();
    out.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.text.cmp(&b.0.text)));
    out.dedup_by(|a, b| a.0.text == b.0.text);
    out
}
