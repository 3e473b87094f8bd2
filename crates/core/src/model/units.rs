//! Unit types: a number that has been checked once need not be checked again.

use serde::{Deserialize, Serialize};

macro_rules! unit_interval {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// The value, when it lies in `[0, 1]`; `None` for anything else, NaN included.
            #[must_use]
            pub fn new(value: f64) -> Option<Self> {
                (0.0..=1.0).contains(&value).then_some(Self(value))
            }

            /// The bare number.
            #[must_use]
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl From<$name> for f64 {
            fn from(value: $name) -> f64 {
                value.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = String;

            fn try_from(value: f64) -> Result<Self, String> {
                Self::new(value).ok_or_else(|| format!("{value} is outside 0 to 1"))
            }
        }
    };
}

unit_interval! {
    /// A probability in `[0, 1]`.
    Probability
}
unit_interval! {
    /// A part of a whole in `[0, 1]`: of purchases, of sales, of a workforce.
    Share
}

/// Log-odds: `ln(p / (1 - p))`, any finite number.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct LogOdds(pub f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_unit_interval_is_accepted() {
        assert!(Share::new(0.0).is_some() && Share::new(1.0).is_some());
        for bad in [-1e-9, 1.000_001, f64::NAN, f64::INFINITY] {
            assert!(Probability::new(bad).is_none(), "{bad}");
        }
    }
}
