//! A set of positions that gives the next one from anywhere: bits, and bits of the words that are not empty, level upon level.

/// Positions that wait.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// Bit p of level l + 1 says whether word p of level l has any.
    levels: Vec<Vec<u64>>,
}

impl Pending {
    /// Room for positions below `n`.
    pub(super) fn new(n: usize) -> Self {
        let mut levels = vec![vec![0; n.div_ceil(64).max(1)]];
        while levels[levels.len() - 1].len() > 1 {
            levels.push(vec![0; levels[levels.len() - 1].len().div_ceil(64)]);
        }
        Self { levels }
    }

    pub(super) fn insert(&mut self, position: u32) {
        let mut at = position as usize;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            let was_empty = *word == 0;
            *word |= 1 << (at % 64);
            if !was_empty {
                return;
            }
            at /= 64;
        }
    }

    pub(super) fn remove(&mut self, position: u32) {
        let mut at = position as usize;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                return;
            }
            at /= 64;
        }
    }

    /// The first position from `from` on.
    pub(super) fn next(&self, from: u32) -> Option<u32> {
        let mut at = from as usize;
        for (height, level) in self.levels.iter().enumerate() {
            let bits = level.get(at / 64)? & (u64::MAX << (at % 64));
            if bits != 0 {
                let mut found = at / 64 * 64 + bits.trailing_zeros() as usize;
                for lower in self.levels[..height].iter().rev() {
                    found = found * 64 + lower[found].trailing_zeros() as usize;
                }
                return Some(found as u32);
            }
            at = at / 64 + 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_what_a_sorted_set_gives() {
        for n in [1u32, 63, 64, 65, 4096, 4097, 300_000] {
            let mut pending = Pending::new(n as usize);
            let mut expected = std::collections::BTreeSet::new();
            let mut x = 1u64;
            for _ in 0..3_000 {
                x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let position = ((x >> 33) % u64::from(n)) as u32;
                if x >> 63 == 0 {
                    pending.insert(position);
                    expected.insert(position);
                } else {
                    let first = expected.range(position..).next().copied();
                    assert_eq!(pending.next(position), first);
                    if let Some(first) = first {
                        pending.remove(first);
                        expected.remove(&first);
                    }
                }
            }
            assert_eq!(pending.next(0), expected.first().copied());
            assert_eq!(pending.next(n), None);
        }
    }
}
