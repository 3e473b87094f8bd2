//! A set of rows.

/// One bit a row.
#[derive(Debug, Clone)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Rows of which `wanted` holds.
    pub(super) fn of(rows: usize, wanted: impl Fn(usize) -> bool) -> Self {
        let word = |k: usize| (64 * k..(64 * k + 64).min(rows)).fold(0u64, |word, row| word | (u64::from(wanted(row)) << (row % 64)));
        Self((0..rows.div_ceil(64)).map(word).collect())
    }

    /// The rows listed.
    pub(super) fn listed(rows: usize, list: impl Iterator<Item = u32>) -> Self {
        let mut words = vec![0u64; rows.div_ceil(64)];
        for row in list {
            if let Some(word) = words.get_mut(row as usize / 64) {
                *word |= 1 << (row % 64);
            }
        }
        Self(words)
    }

    /// Rows that are in both.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(x, y)| *x &= y);
        self
    }

    /// True when the row is in it.
    pub(super) fn has(&self, row: u32) -> bool {
        self.0.get(row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_and_met() {
        let even = Bits::of(130, |row| row % 2 == 0);
        let both = Bits::listed(130, [0, 3, 64, 128, 129].into_iter()).and(&even);
        let rows: Vec<u32> = (0..200).filter(|&row| both.has(row)).collect();
        assert_eq!(rows, [0, 64, 128]);
    }
}
