//! Arguments of every command.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::export_args::ExportArgs;
use crate::generate_args::GenerateArgs;
use crate::learn_args::LearnArgs;
use crate::packs_args::PacksArgs;
use crate::plan_args::PlanArgs;
use crate::qualify_args::QualifyArgs;
use crate::report_args::ReportArgs;
use crate::serve_args::{ConfigArgs, ServeArgs};
pub use crate::whatif_args::WhatIfArgs;

/// Find where children work in supply chains: who, how likely, why, how sure, and where the chain is dark.
///
/// tierlight estimates; it never accuses. No report is not no risk, and a clean announced audit proves almost nothing.
#[derive(Debug, Parser)]
#[command(name = "tierlight", version, arg_required_else_help = true)]
#[command(after_help = "Examples:
  tierlight demo                                          see it work on an invented network
  tierlight check suppliers.xlsx                          what would be read, what is wrong
  tierlight score suppliers.xlsx -o out --country PK      rank sites, write a run folder
  tierlight match suppliers.xlsx -o matches.csv           the same site entered twice
  tierlight explain out --site HC-11                      why one site scores as it does
  tierlight trace out --buyer BR-01                       where a buyer's linked share comes from
  tierlight export out --table all --form xlsx -o run.xlsx   all tables as a workbook
  tierlight whatif out --remediate VW-27                  what a change would do, buyer by buyer
  tierlight report out --for brand --framework csddd      a report to file and to work from
  tierlight plan out --teams teams.csv --month 2027-02    which sites on which days by which team
  tierlight serve                                         the same for a team, over HTTP, on this machine")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Form of what is printed [default: text].
    #[arg(long, global = true, value_enum, value_delimiter = ',')]
    pub format: Vec<Kind>,
    /// Threads to use; results do not depend on it.
    #[arg(long, global = true)]
    pub threads: Option<NonZeroUsize>,
}

/// Form of what is printed to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tables for people.
    Text,
    /// JSON for programs.
    Json,
}

/// What `--format` names: forms of what is printed, and kinds of files of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Tables for people.
    Text,
    /// JSON for programs.
    Json,
    /// A web page: `report` only.
    #[value(hide = true)]
    Html,
    /// A document to print: `report` only.
    #[value(hide = true)]
    Pdf,
    /// A workbook: `report` only.
    #[value(hide = true)]
    Xlsx,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read a network and list what is wrong with it; writes nothing.
    Check(CheckArgs),
    /// Score a network: sites, buyers and chains, into a run folder.
    Score(ScoreArgs),
    /// Find entries that are the same site, inside a list or against another, for review by hand.
    Match(MatchArgs),
    /// Explain one site of a run: every term, source, grade and piece of evidence.
    Explain(ExplainArgs),
    /// Trace a buyer of a run: contributions by site, path and tier, and what is dark; or contributions to many buyers as a table.
    Trace(TraceArgs),
    /// Write a table of a run in another form: CSV, XLSX, Parquet, GeoJSON, GraphML.
    Export(ExportArgs),
    /// What a change would do: remediate, disclose, move volume, formalise, end an advance-debt scheme, leave a supplier.
    Whatif(WhatIfArgs),
    /// Write a report of a run for a brand, an exporter or an inspectorate: HTML, PDF, XLSX, JSON, in English or Urdu.
    Report(ReportArgs),
    /// Hold findings against rules of law: elements met, arguable, not met or unknown, and what to ask; for a person to decide.
    Qualify(QualifyArgs),
    /// Learn from inspections: the share of sites with children by the random visits, how well scores held, a pack that moves them.
    Learn(LearnArgs),
    /// Plan visits of inspection teams from a run: which sites on which days by which team.
    Plan(PlanArgs),
    /// Browse the reference packs.
    Packs(PacksArgs),
    /// Test the model where it was not fitted and print its model card.
    Validate(ValidateArgs),
    /// Write an invented network of any size, to measure with and to try things out.
    Generate(GenerateArgs),
    /// Serve the engine over HTTP: uploads, runs, questions, reports, by keys and roles.
    Serve(ServeArgs),
    /// Settings of the service.
    Config(ConfigArgs),
    /// Write a backup of a service: all rows and files, while it runs.
    Backup(crate::backup_args::BackupArgs),
    /// Restore a backup into SQLite or PostgreSQL, or check that it is whole.
    Restore(crate::backup_args::RestoreArgs),
    /// Score an invented network of footballs and surgical instruments, and leave its files to look at.
    Demo(DemoArgs),
}

/// How a list of sites is read.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Reference pack to lay over the built-in ones; may be repeated, later ones win.
    #[arg(long = "pack", value_name = "DIR")]
    pub packs: Vec<PathBuf>,
    /// Country of rows that state none: ISO code or name.
    #[arg(long)]
    pub country: Option<String>,
    /// Column mapping file (JSON); `check --suggest-map` writes one.
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// Encoding of text files that are not UTF-8 or UTF-16, e.g. windows-1252.
    #[arg(long)]
    pub encoding: Option<String>,
    /// Leave out columns with personal data instead of stopping.
    #[arg(long)]
    pub drop_personal: bool,
}

/// How a network is read: its sites, and what they do and sell.
#[derive(Debug, Args)]
pub struct NetworkArgs {
    #[command(flatten)]
    pub list: InputArgs,
    /// Day on which the network is looked at (evidence ages, links expire) [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    /// Sector of rows that state none: slug, name, ISIC or HS code.
    #[arg(long)]
    pub sector: Option<String>,
    /// Divide a buyer's shares by their sum when they exceed 1, instead of rejecting them.
    #[arg(long)]
    pub rescale_shares: bool,
    /// Count links with disclosure `inferred` as traced.
    #[arg(long)]
    pub trust_inferred: bool,
}

/// `check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight check suppliers.csv
  tierlight check suppliers.csv --suggest-map map.json   then edit map.json and pass it with --map
  tierlight check network/ --format json

Exit code 1 when there are errors or warnings.")]
pub struct CheckArgs {
    /// A folder of tables, or one .csv, .tsv, .xlsx, .parquet or .json file.
    #[arg(value_name = "INPUT")]
    pub path: PathBuf,
    #[command(flatten)]
    pub input: NetworkArgs,
    /// Write the column mapping as it was understood, to edit and pass with --map.
    #[arg(long, value_name = "FILE")]
    pub suggest_map: Option<PathBuf>,
    /// Replace the mapping file if it exists.
    #[arg(long, requires = "suggest_map")]
    pub force: bool,
    /// Issues to print.
    #[arg(long, default_value_t = 40)]
    pub limit: usize,
    /// Write what was found as a folder: check.json, issues.csv and the rejected rows; an earlier one is replaced.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// First rows of each table to repeat in JSON; columns dropped as personal data are left out.
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    pub preview: usize,
}

/// `score`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight score suppliers.xlsx -o out
  tierlight score kilns.csv -o out --sector brick_kilns --country PK
  tierlight score network/ -o out --as-of 2026-11-23 --pack my-pack/
  tierlight score suppliers.xlsx -o out --matches matches.csv
  tierlight score province/ -o out --draws 1000           narrower sampling error of the intervals
  tierlight score districts/* -o out                      each on its own, into out/NAME, with a table out/batch.csv
  tierlight score network/ -o out --hidden off            orders explain, and change no score
  tierlight score province/ -o out --memory 8GiB          refuse it if it needs more

The run folder is complete or absent, and the same input gives the same bytes. Ctrl-C stops within a second and leaves nothing
half-written; a second one ends at once. Of several inputs, one that fails does not stop the others; the exit code is then 1.")]
pub struct ScoreArgs {
    /// Folders of tables, or .csv, .tsv, .xlsx, .parquet or .json files: each is a network.
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub input: NetworkArgs,
    /// Table of matches that `match` wrote and people reviewed: rows with accept yes make one site of several entries.
    #[arg(long, value_name = "FILE")]
    pub matches: Option<PathBuf>,
    /// A further table of evidence beside that of the input, in columns of the format: a ledger that is kept apart.
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// Run folder to write; an earlier run there is replaced. Of several inputs: a folder with a run folder named after each, and batch.csv.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Whether orders that say that work may be done elsewhere add modelled sites to the network; without a table of orders nothing differs.
    #[arg(long, value_enum, default_value_t = HiddenArg::On)]
    pub hidden: HiddenArg,
    /// Draws of what is not known, for intervals; 0 is none [default: 400 up to 200,000 sites, fewer above].
    #[arg(long, value_name = "N")]
    pub draws: Option<usize>,
    /// Seed of the draws and of sketches of the upstream; recorded in the run.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Share of a table's rows that may be rejected before the run fails.
    #[arg(long, default_value_t = 0.05)]
    pub max_rejected: f64,
    /// Sites and buyers to print.
    #[arg(long, default_value_t = 10)]
    pub top: usize,
    /// How what lies upstream of each site is counted: by search (exact), or from sketches (exact below 80 sites, else estimated).
    #[arg(long, value_enum, default_value_t = ReachArg::Size)]
    pub reach: ReachArg,
    /// Write network.graphml even above 200,000 links.
    #[arg(long)]
    pub graphml: bool,
    /// Most memory to take, e.g. 2GiB or 500MB; a network that needs more is refused before it is read [default: 80 % of what is free].
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub memory: Option<u64>,
}

/// Bytes of a size: a number, and a unit with (KiB) or without (kB) the i, in any case.
fn bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 8] = [
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
        ("tib", 1 << 40),
        ("kb", 1_000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("tb", 1_000_000_000_000),
    ];
    let lower = text.trim().to_ascii_lowercase();
    let unit = UNITS.iter().find_map(|(unit, bytes)| Some((lower.strip_suffix(unit)?, *bytes)));
    let (number, unit) = unit.unwrap_or((lower.strip_suffix('b').unwrap_or(&lower), 1));
    let size = number.trim().parse::<f64>().ok().filter(|x| x.is_finite() && *x > 0.0).map(|x| x * unit as f64);
    size.map(|x| x as u64).ok_or_else(|| "expected a size, e.g. 2GiB, 500MB or a number of bytes".to_owned())
}

/// `match`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight match suppliers.xlsx -o matches.csv                          duplicates inside a list
  tierlight match suppliers.xlsx --against register.csv -o matches.csv   the same sites in another list
  tierlight score suppliers.xlsx -o out --matches matches.csv            after review: one site per group

Each pair is a match (accepted beforehand), potential (write yes or no under accept) or absent; entries in no pair are new.
Potential matches that stay blank are left apart.")]
pub struct MatchArgs {
    /// A folder of tables, or one .csv, .tsv, .xlsx, .parquet or .json file.
    #[arg(value_name = "INPUT")]
    pub path: PathBuf,
    #[command(flatten)]
    pub input: InputArgs,
    /// Another list, read as the first is; its ids are taken over.
    #[arg(long, value_name = "LIST")]
    pub against: Option<PathBuf>,
    /// Table of matches to write (CSV).
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace the table if it exists, answers and all.
    #[arg(long)]
    pub force: bool,
    /// Strongest and most doubtful pairs to print.
    #[arg(long, default_value_t = 5)]
    pub top: usize,
}

/// `explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight explain out --site HC-11
  tierlight explain out --site HC-11 --sources            and the source of every number")]
pub struct ExplainArgs {
    /// Run folder.
    pub run: PathBuf,
    /// Site id, or a name that one site has.
    #[arg(long)]
    pub site: String,
    /// List every number behind the score with its value, grade, source, pack and row.
    #[arg(long)]
    pub sources: bool,
}

/// `trace`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight trace out --buyer BR-01
  tierlight trace out --buyer BR-01 --hazard forced --paths 20
  tierlight trace out --buyer BR-01 --buyer BR-02 -o contributions.csv
  tierlight trace out --all-buyers --top 50 -o contributions.csv

With -o: a table with one row per buyer and contributing site, the largest first, then a row for what all other sites add and one for
untraced purchases; the rows of a buyer sum to its linked share. Columns: docs/formats.md.")]
pub struct TraceArgs {
    /// Run folder.
    pub run: PathBuf,
    /// Site id of the buyer, or a name that one site has; with -o it may be repeated.
    #[arg(long, required_unless_present = "all_buyers")]
    pub buyer: Vec<String>,
    /// All buyers at the end of the chain: sites that buy, and that nobody else buys from.
    #[arg(long, conflicts_with = "buyer", requires = "output")]
    pub all_buyers: bool,
    /// Write the contributions to each buyer as a CSV table, instead of printing the trace of one.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the table if it exists.
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Hazard of paths and dark places, and by which contributions are put in order.
    #[arg(long, value_enum, default_value_t = HazardArg::ChildLabour)]
    pub hazard: HazardArg,
    /// Paths to list.
    #[arg(long, default_value_t = 10)]
    pub paths: usize,
    /// Contributing and dark sites to list, of each buyer.
    #[arg(long, default_value_t = 10)]
    pub top: usize,
}

/// Whether hidden subcontracting enters the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HiddenArg {
    /// A modelled site for each site with recent orders.
    On,
    /// Orders are read and explained, and change no score.
    Off,
}

impl From<HiddenArg> for tierlight_data::read::OrderUse {
    fn from(arg: HiddenArg) -> Self {
        match arg {
            HiddenArg::On => Self::Model,
            HiddenArg::Off => Self::Explain,
        }
    }
}

/// How reach is found, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReachArg {
    /// By search up to 200,000,000 sites times links, else from sketches.
    Size,
    /// By search: exact, and slow in large networks.
    Search,
    /// From sketches.
    Sketch,
    /// Not at all.
    Nothing,
}

impl From<ReachArg> for tierlight_core::ReachBy {
    fn from(arg: ReachArg) -> Self {
        match arg {
            ReachArg::Size => Self::Size,
            ReachArg::Search => Self::Search,
            ReachArg::Sketch => Self::Sketch,
            ReachArg::Nothing => Self::Nothing,
        }
    }
}

/// A hazard on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum HazardArg {
    ChildLabour,
    Hazardous,
    Forced,
}

impl HazardArg {
    /// The core's hazard.
    pub fn hazard(self) -> tierlight_core::model::Hazard {
        tierlight_core::model::HAZARDS[self as usize]
    }
}

/// `validate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight validate
  tierlight validate --pack my-pack/ -o card.md          does my survey make districts better known?
  tierlight validate --format json

Districts and provinces are left out in turn and predicted; sectors are held against listings and surveys; every parameter that
states a spread is shifted. Takes some seconds.")]
pub struct ValidateArgs {
    /// Reference pack to lay over the built-in ones; may be repeated, later ones win.
    #[arg(long = "pack", value_name = "DIR")]
    pub packs: Vec<PathBuf>,
    /// File to write the card to; what is printed is its name, or the card's figures with --format json.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it exists.
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// `demo`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight demo
  tierlight demo -o here && tierlight explain here/run --site HC-11")]
pub struct DemoArgs {
    /// Folder for the example's input and its run.
    #[arg(short, long, value_name = "DIR", default_value = "tierlight-demo")]
    pub output: PathBuf,
}
