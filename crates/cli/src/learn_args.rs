//! Arguments of `learn`.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

/// `learn`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight learn out --plan plan --findings findings.csv -o learned
  tierlight learn out --plan june --findings june.csv --plan july --findings july.csv -o learned
  tierlight score network/ -o out2 --pack learned

RUN is the run that the plan was made from. Findings are rows of evidence that name a visit_id or a site_id, one for each visit, also when
nothing was found. Learning from targeted visits alone is refused: they find more because they were targeted.")]
pub struct LearnArgs {
    /// Run folder that the plan was made from.
    pub run: PathBuf,
    /// Folder of a plan, or its visits.csv; one for each round.
    #[arg(long = "plan", value_name = "DIR", required = true)]
    pub plans: Vec<PathBuf>,
    /// What the visits of that plan found; as many as plans.
    #[arg(long, value_name = "FILE", required = true)]
    pub findings: Vec<PathBuf>,
    /// Folder of the pack to write; absent or empty.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Standard deviation of the share that is asked for.
    #[arg(long, default_value_t = 0.05, value_name = "SHARE")]
    pub target_sd: f64,
    /// Latest day that a finding may have [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<Date>,
    /// Encoding of text files that are not UTF-8 or UTF-16.
    #[arg(long)]
    pub encoding: Option<String>,
    /// Leave out columns with personal data instead of stopping.
    #[arg(long)]
    pub drop_personal: bool,
    /// Seed of the draws.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}
