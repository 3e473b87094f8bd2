//! Arguments of `qualify`.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::args::InputArgs;

/// `qualify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight qualify examples/law/findings.csv --country PK
  tierlight qualify findings.csv --country PK -o rulings.csv
  tierlight qualify findings.csv --date 2026-11-23 --format json

One row a finding: an id, a date, a place, and the facts that are known (docs/qualify.md lists the columns); blank is unknown, and what is
unknown is asked for. No names: findings hold counts and facts. Exit code 1 when rows were rejected.")]
pub struct QualifyArgs {
    /// Table of findings: .csv, .tsv, .xlsx, .parquet or .json.
    #[arg(value_name = "FINDINGS")]
    pub path: PathBuf,
    #[command(flatten)]
    pub input: InputArgs,
    /// Day for findings without a date, and the latest a date may be [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<Date>,
    /// Write every ruling as a table (CSV).
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the table if it exists.
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Print rules that nothing stated touches as well.
    #[arg(long)]
    pub all: bool,
    /// Findings to print.
    #[arg(long, default_value_t = 10)]
    pub limit: usize,
    /// Missing facts to print of each.
    #[arg(long, default_value_t = 6)]
    pub questions: usize,
}
