//! Arguments of `whatif`.

use std::path::PathBuf;

use clap::Args;

use crate::args::HazardArg;

/// `whatif`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight whatif out --remediate VW-27                       a case closed and verified
  tierlight whatif out --move EX-01:SC-01:SC-02:0.3            30 % of what EX-01 buys from SC-01 comes from SC-02
  tierlight whatif out --drop SC-09:EX-03                      leave a supplier: where the work goes, and who stays behind
  tierlight whatif out --disclose BR-01 --formalise HC-16 --end-advance-debt AG-05 --save plan.json
  tierlight whatif out --scenario plan.json --draws 1000       apply a saved scenario
  tierlight whatif out --compare stay.json leave.json          scenarios side by side

Every action may be repeated. Actions of a file come first, then flags in the order remediate, formalise, end-advance-debt, drop, move,
disclose. Nothing of the run is changed. What each action changes in the model, and what it does not: docs/whatif.md.")]
pub struct WhatIfArgs {
    /// Run folder.
    pub run: PathBuf,
    /// Everything found at a site counts as remediated and verified on the day of the run.
    #[arg(long, value_name = "SITE")]
    pub remediate: Vec<String>,
    /// A site is registered, and its work no longer done in homes.
    #[arg(long, value_name = "SITE")]
    pub formalise: Vec<String>,
    /// An agent gives no more advances that bind workers.
    #[arg(long, value_name = "AGENT")]
    pub end_advance_debt: Vec<String>,
    /// A buyer buys nothing from a supplier any more; what it bought there becomes untraced.
    #[arg(long, value_name = "SUPPLIER:BUYER")]
    pub drop: Vec<String>,
    /// A part (0 to 1) of what a buyer buys from one supplier comes from another.
    #[arg(long = "move", value_name = "BUYER:FROM:TO:SHARE")]
    pub relocate: Vec<String>,
    /// A buyer's untraced purchases become links to typical suppliers of the sectors that its own buys from.
    #[arg(long, value_name = "BUYER")]
    pub disclose: Vec<String>,
    /// Scenario file (JSON) to apply before the actions of flags.
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// Save the scenario, to apply or compare it later.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Replace the saved file if it exists.
    #[arg(long, requires = "save")]
    pub force: bool,
    /// Name of the scenario.
    #[arg(long)]
    pub name: Option<String>,
    /// Scenario files to set side by side, each against the run as it is; that of --scenario and flags comes first.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub compare: Vec<PathBuf>,
    /// Buyers to show, by id or name; may be repeated [default: all at the end of the chain].
    #[arg(long)]
    pub buyer: Vec<String>,
    /// Hazard of the buyers where scenarios stand side by side.
    #[arg(long, value_enum, default_value_t = HazardArg::ChildLabour)]
    pub hazard: HazardArg,
    /// Draws of what is not known, for intervals; 0 is none [default: 400 up to 200,000 sites, fewer above].
    #[arg(long, value_name = "N")]
    pub draws: Option<usize>,
    /// Buyers and sites to print.
    #[arg(long, default_value_t = 10)]
    pub top: usize,
}
