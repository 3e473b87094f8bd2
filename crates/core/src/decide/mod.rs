//! Section 6 of the method: what to look at first.

pub mod priority;
pub mod rank;
