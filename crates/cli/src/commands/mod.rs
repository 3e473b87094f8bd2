//! One file per command.

mod announce;
pub mod backup;
pub mod batch;
pub mod check;
pub mod config;
pub mod demo;
pub mod explain;
pub mod export;
pub mod generate;
pub mod learn;
pub mod matches;
pub mod packs;
pub mod plan;
pub mod qualify;
pub mod referral;
pub mod report;
mod report_plan;
pub mod restore;
pub mod score;
pub mod serve;
pub mod sources;
pub mod summary;
pub mod trace;
pub mod validate;
pub mod whatif;
