//! Arguments of `generate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

/// `generate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight generate --sites 10000 -o network
  tierlight generate --sites 1000000 -o network --shape hub --seed 7 --format parquet
  tierlight score network -o out --as-of 2026-11-23

The same options give the same bytes. Tiers run from raw materials to brands; sectors, usual conditions and districts are those of the
packs, everything else is invented, and datapackage.json says so. `check` of such a folder finds neither errors nor warnings.")]
pub struct GenerateArgs {
    /// Sites, 100 to 50,000,000.
    #[arg(long)]
    pub sites: u32,
    /// Folder to write; must be absent or empty.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// What the chains look like.
    #[arg(long, value_enum, default_value_t = ShapeArg::Tiered)]
    pub shape: ShapeArg,
    /// Links per site, on average.
    #[arg(long, default_value_t = 4.75)]
    pub links_per_site: f64,
    /// Share of the links that lead back down the chain, which closes cycles [default: 0.02; the giant shape has cycles without].
    #[arg(long, value_name = "SHARE")]
    pub back: Option<f64>,
    /// Seed of all draws.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Kind of the files.
    #[arg(long = "files", value_enum, default_value_t = FilesArg::Csv)]
    pub files: FilesArg,
    /// Day on which the network is looked at: evidence is older.
    #[arg(long, value_name = "YYYY-MM-DD", default_value_t = crate::examples::AS_OF)]
    pub as_of: Date,
}

/// Shape of an invented network, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShapeArg {
    /// Each tier buys from those below: nearby, from popular suppliers, or from anywhere.
    Tiered,
    /// Nearly everything passes through a few traders between each two tiers.
    Hub,
    /// Everyone may buy from everyone: most sites are in one strongly connected component.
    Giant,
}

impl From<ShapeArg> for tierlight_data::generate::Shape {
    fn from(arg: ShapeArg) -> Self {
        match arg {
            ShapeArg::Tiered => Self::Tiered,
            ShapeArg::Hub => Self::Hub,
            ShapeArg::Giant => Self::Giant,
        }
    }
}

/// Kind of files, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FilesArg {
    /// Text.
    Csv,
    /// Columns, compressed.
    Parquet,
}
