//! Section 6 of the method: what to look at first, what a visit would tell, what to ask.

pub mod answer;
pub mod priority;
pub mod rank;
pub mod visit;
