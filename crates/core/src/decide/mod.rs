//! What to do next: what to look at first, what a visit would tell, what to ask (section 6); what a change would do (7); whom to
//! visit when, and what to learn from visits (8).

pub mod answer;
pub mod audits;
pub mod learn;
pub mod narrowing;
pub mod plan;
pub mod priority;
pub mod rank;
pub mod referral;
pub mod visit;
pub mod whatif;
