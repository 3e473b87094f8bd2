//! Laws of the method: each test names the law or the equation it checks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "helpers of tests may fail, some values are exact, and measurements print"
)]

#[path = "../common/mod.rs"]
mod common;

mod agents;
mod audits;
mod chains;
mod cite;
mod contribution;
mod depth;
mod draws;
mod evidence;
mod exposure;
mod hidden;
mod learn;
mod many;
mod narrowing;
mod order;
mod paths;
mod plan;
mod priority;
mod reach;
mod risk;
mod rounds;
mod scale;
mod shares;
mod untraced;
mod update;
mod visit;
mod whatif;
