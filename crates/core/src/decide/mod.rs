//! Sections 6 and 8 of the method: what to look at first, what a visit would tell, what to ask, whom to visit when.

pub mod answer;
pub mod audits;
pub mod narrowing;
pub mod plan;
pub mod priority;
pub mod rank;
pub mod visit;
