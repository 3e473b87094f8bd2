//! Sections 1 to 3 of the method: inherent prevalence, presence, evidence.

pub mod agents;
pub mod area;
pub mod base;
pub mod centring;
pub mod conditions;
pub mod district;
pub mod evidence;
pub mod inherent;
pub mod level;
pub mod logit;
pub mod maths;
pub mod presence;
pub mod rates;
pub mod term;
pub mod update;
pub mod weighing;
