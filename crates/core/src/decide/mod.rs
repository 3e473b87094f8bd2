//! What to do next: what to look at first, what a visit would tell, what to ask (section 6); what a change would do (7); what to learn
//! from visits (8.3).

pub mod answer;
pub mod learn;
pub mod priority;
pub mod rank;
pub mod referral;
pub mod visit;
pub mod whatif;
