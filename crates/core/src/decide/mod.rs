//! Sections 6 and 8.3 of the method: what to look at first, what a visit would tell, what to ask, and what to learn from visits.

pub mod answer;
pub mod learn;
pub mod priority;
pub mod rank;
pub mod referral;
pub mod visit;
