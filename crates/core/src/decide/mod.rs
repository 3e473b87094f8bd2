//! Section 6 of the method: what to look at first, what a visit would tell, what to ask; and section 7: what a change would do.

pub mod answer;
pub mod priority;
pub mod rank;
pub mod visit;
pub mod whatif;
