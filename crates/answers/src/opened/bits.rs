//! A set of rows.

/// One bit a row.
#[derive(Debug, Clone)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// All rows.
    pub(super) fn all(rows: usize) -> Self {
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        if let Some(last) = words.last_mut()
            && !rows.is_multiple_of(64)
        {
            *last = (1 << (rows % 64)) - 1;
        }
        Self(words)
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

    /// Keeps the rows whose value in a column is wanted.
    pub(super) fn keep<T: Copy>(&mut self, column: &[T], wanted: impl Fn(T) -> bool) {
        for (word, values) in self.0.iter_mut().zip(column.chunks(64)).filter(|(word, _)| **word != 0) {
            // bytes first: a loop without branches, of many values at a time
            let mut bytes = [0u8; 64];
            bytes.iter_mut().zip(values).for_each(|(byte, &value)| *byte = u8::from(wanted(value)));
            let (eights, _) = bytes.as_chunks::<8>();
            *word &= eights.iter().rev().fold(0, |bits, eight| bits << 8 | packed(*eight));
        }
    }

    /// Keeps the rows that are also in another set.
    pub(super) fn and(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(x, y)| *x &= y);
    }

    /// How many rows are in it.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows, ascending.
    pub(super) fn rows(&self) -> impl Iterator<Item = u32> {
        self.0.iter().zip(0u32..).flat_map(|(&word, k)| {
            let lowest = |rest: &u64| Some(rest & (rest - 1)).filter(|rest| *rest != 0);
            std::iter::successors(Some(word).filter(|w| *w != 0), lowest).map(move |rest| 64 * k + rest.trailing_zeros())
        })
    }

    /// True when the row is in it.
    pub(super) fn has(&self, row: u32) -> bool {
        self.0.get(row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

/// Eight bytes that are 0 or 1 as bits, the first the lowest: each is moved to its place in the highest byte.
fn packed(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_and_met() {
        let column: Vec<u32> = (0..130).collect();
        let mut set = Bits::all(130);
        assert_eq!(set.count(), 130);
        set.keep(&column, |x| x % 2 == 0);
        assert_eq!(set.rows().collect::<Vec<_>>(), (0..65).map(|k| 2 * k).collect::<Vec<_>>());
        set.and(&Bits::listed(130, [0, 3, 64, 128, 129].into_iter()));
        let met: Vec<u32> = (0..200).filter(|&row| set.has(row)).collect();
        assert_eq!((met.as_slice(), set.count()), ([0, 64, 128].as_slice(), 3));
        assert_eq!(set.rows().collect::<Vec<_>>(), met);
        assert_eq!(Bits::all(64).count(), 64);
        assert_eq!(Bits::all(0).rows().count(), 0);
    }
}
