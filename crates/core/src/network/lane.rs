//! Columns that are solved together: one value per column at each position.

/// Values of one position in every column. All operations are element by element, so that a column has the same bits alone or beside
/// others, on any instruction set.
pub trait Lane: Copy + Send + Sync {
    /// Columns.
    const WIDTH: usize;
    /// Nothing in every column.
    const ZERO: Self;

    /// Adds `a` times another position.
    fn add_scaled(&mut self, a: f64, other: &Self);
    /// Divides every column.
    fn divide(&mut self, by: f64);
    /// Value of a column.
    fn get(&self, column: usize) -> f64;
    /// Sets a column.
    fn set(&mut self, column: usize, value: f64);
}

impl<const K: usize> Lane for [f64; K] {
    const WIDTH: usize = K;
    const ZERO: Self = [0.0; K];

    #[inline(always)]
    fn add_scaled(&mut self, a: f64, other: &Self) {
        for k in 0..K {
            self[k] += a * other[k];
        }
    }

    #[inline(always)]
    fn divide(&mut self, by: f64) {
        for x in self {
            *x /= by;
        }
    }

    fn get(&self, column: usize) -> f64 {
        self[column]
    }

    fn set(&mut self, column: usize, value: f64) {
        self[column] = value;
    }
}

/// Sixteen columns in two cache lines of their own: a supplier's values are fetched whole, and no more than they.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(64))]
pub struct Wide(pub [f64; 16]);

impl Lane for Wide {
    const WIDTH: usize = 16;
    const ZERO: Self = Self([0.0; 16]);

    #[inline(always)]
    fn add_scaled(&mut self, a: f64, other: &Self) {
        self.0.add_scaled(a, &other.0);
    }

    #[inline(always)]
    fn divide(&mut self, by: f64) {
        self.0.divide(by);
    }

    fn get(&self, column: usize) -> f64 {
        self.0[column]
    }

    fn set(&mut self, column: usize, value: f64) {
        self.0[column] = value;
    }
}

/// Sixteen columns of single precision in one cache line: half the memory to move, for results that are counted in bins anyway.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(64))]
pub struct Narrow(pub [f32; 16]);

impl Lane for Narrow {
    const WIDTH: usize = 16;
    const ZERO: Self = Self([0.0; 16]);

    #[inline(always)]
    fn add_scaled(&mut self, a: f64, other: &Self) {
        let a = a as f32;
        for k in 0..16 {
            self.0[k] += a * other.0[k];
        }
    }

    #[inline(always)]
    fn divide(&mut self, by: f64) {
        let by = by as f32;
        for x in &mut self.0 {
            *x /= by;
        }
    }

    fn get(&self, column: usize) -> f64 {
        f64::from(self.0[column])
    }

    fn set(&mut self, column: usize, value: f64) {
        self.0[column] = value as f32;
    }
}
