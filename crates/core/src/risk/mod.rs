//! Sections 1 to 3 of the method: inherent prevalence, presence, evidence; and of section 7 what orders say of hidden subcontracting.

pub mod agents;
pub mod area;
pub mod base;
pub mod centring;
pub mod conditions;
pub mod district;
pub mod evidence;
pub mod hidden;
pub mod inherent;
pub mod level;
pub mod logit;
pub mod maths;
pub mod presence;
pub mod rates;
pub mod term;
pub mod update;
pub mod weighing;
