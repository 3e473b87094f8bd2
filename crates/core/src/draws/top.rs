//! Who is among the first K in each draw.

/// The K largest of many (key, row) pairs; of equal keys the lower row.
#[derive(Debug, Clone)]
pub(super) struct Top {
    k: usize,
    kept: Vec<(u64, std::cmp::Reverse<u32>)>,
    /// Nothing below can enter.
    least: u64,
}

impl Top {
    pub fn new(k: usize) -> Self {
        Self { k, kept: Vec::new(), least: 0 }
    }

    /// Offers a row. Amortised constant.
    #[inline]
    pub fn offer(&mut self, key: u64, row: u32) {
        if key >= self.least {
            self.kept.push((key, std::cmp::Reverse(row)));
            if self.kept.len() >= 2 * self.k + 16 {
                self.prune();
            }
        }
    }

    fn prune(&mut self) {
        if self.kept.len() > self.k {
            let (_, last, _) = self.kept.select_nth_unstable_by(self.k - 1, |a, b| b.cmp(a));
            self.least = last.0;
            self.kept.truncate(self.k);
        }
    }

    /// A row with a smaller key cannot enter any more.
    pub fn least(&self) -> u64 {
        self.least
    }

    /// Rows that are kept.
    pub fn rows(mut self) -> impl Iterator<Item = u32> {
        self.prune();
        self.kept.into_iter().map(|(_, row)| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_largest_in_whatever_order() {
        let all: Vec<(u64, u32)> = (0..500u32).map(|row| (u64::from(row * 7919 % 97), row)).collect();
        let mut sorted = all.clone();
        sorted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut expected: Vec<u32> = sorted[..20].iter().map(|x| x.1).collect();
        expected.sort_unstable();
        for step in [1usize, 7, 499] {
            let mut top = Top::new(20);
            for k in 0..500 {
                let (key, row) = all[k * step % 500];
                assert!(key >= top.least() || !expected.contains(&row));
                top.offer(key, row);
            }
            let mut rows: Vec<u32> = top.rows().collect();
            rows.sort_unstable();
            assert_eq!(rows, expected, "{step}");
        }
    }
}
