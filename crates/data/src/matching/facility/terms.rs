//! How often words occur: rare words that two records share weigh more.

use hashbrown::HashMap;

/// Words of one field over all records, each once a record.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    rows: HashMap<String, u32>,
    log2: Vec<f64>,
    counts: Vec<u32>,
}

impl Terms {
    /// Row of a word; a new one gets the next row.
    pub(super) fn row(&mut self, word: &str) -> u32 {
        let next = self.counts.len() as u32;
        let row = *self.rows.entry_ref(word).or_insert(next);
        if row == next {
            self.counts.push(0);
        }
        row
    }

    /// Counts the words of a record.
    pub(super) fn count(&mut self, rows: &[u32]) {
        for (at, row) in rows.iter().enumerate() {
            if !rows[..at].contains(row) {
                self.counts[*row as usize] += 1;
            }
        }
    }

    /// Equation (M.4): the share of other records with the word, the pair itself left out, `count` records of the background
    /// share `background` added.
    pub(super) fn finish(&mut self, records: usize, background: f64, count: f64) {
        let others = records.saturating_sub(2) as f64;
        let share = |n: &u32| ((f64::from(*n) - 2.0).max(0.0) + count * background) / (others + count);
        self.log2 = self.counts.iter().map(|n| libm::log2(share(n))).collect();
    }

    /// Log2 of the share of records with a word.
    pub(super) fn log2_frequency(&self, row: u32) -> f64 {
        self.log2.get(row as usize).copied().unwrap_or(0.0)
    }

    /// Records with a word.
    pub(super) fn records(&self, row: u32) -> u32 {
        self.counts.get(row as usize).copied().unwrap_or(0)
    }
}
