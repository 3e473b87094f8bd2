//! Arguments of `report`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tierlight_report::findings::{Audience, Purpose};
use tierlight_report::language::Language;

use crate::args::Kind;

/// `report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight report out --for brand                                        HTML in English, beside the run
  tierlight report out --for brand --buyer BR-01 --framework csddd,lksg --answers answers.toml --format html,pdf,xlsx,json
  tierlight report out --for exporter --buyer EX-06 --lang ur -o pack     my chain, in Urdu
  tierlight report out --for inspectorate --boundaries districts.geojson
  tierlight report out --for inspectorate --plan out-plan --format pdf    the brief with its month's visits
  tierlight report out --for brand --audience public -o published         fit to publish
  tierlight report out --for brand --framework lksg --suggest-answers answers.toml    what only you can say

The same run, options and fonts give the same bytes. `--audience internal` (usual) names sites, agents and records and is not for
publication; `public` keeps back numbers under ten children and what would reveal them, tells homes and kilns by district, and leaves out
agents, complaints, and ranks and records of single sites. A table that a page cuts is whole in a CSV file beside it. Frameworks:
`tierlight packs show frameworks`.")]
pub struct ReportArgs {
    /// Run folder.
    pub run: PathBuf,
    /// For whom it is made.
    #[arg(long = "for", value_enum, value_name = "WHOM")]
    pub purpose: PurposeArg,
    /// Laws and guides to hold it against, by id or part of one: oecd, csddd, lksg, uk_msa54, uflpa, eu_flr, norway, comply_chain …
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    pub framework: Vec<String>,
    /// Only the chain of this buyer: site id, or a name that one site has; may be repeated.
    #[arg(long, value_name = "SITE")]
    pub buyer: Vec<String>,
    /// Plan folder of `tierlight plan` for the same purpose, made from this run: its visits go into the report. Never with --audience public.
    #[arg(long, value_name = "DIR")]
    pub plan: Option<PathBuf>,
    /// What you say where the run cannot (TOML); --suggest-answers writes one to fill in.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Write an answers file for the frameworks, to fill in, instead of a report.
    #[arg(long, value_name = "FILE", requires = "framework", conflicts_with = "answers")]
    pub suggest_answers: Option<PathBuf>,
    /// Who may read it.
    #[arg(long, value_enum, default_value_t = AudienceArg::Internal)]
    pub audience: AudienceArg,
    /// Boundaries of districts (GeoJSON) to draw instead of the packs' cells.
    #[arg(long, value_name = "FILE")]
    pub boundaries: Option<PathBuf>,
    /// Kinds of files, separated by commas [default: html].
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KINDS", value_parser = kinds())]
    pub format: Vec<Kind>,
    /// Language.
    #[arg(long, value_enum, default_value_t = LanguageArg::En)]
    pub lang: LanguageArg,
    /// Folder to write into [default: the run's name and -report].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace files of that name.
    #[arg(long)]
    pub force: bool,
    /// Folder of fonts for PDF, instead of the system's.
    #[arg(long, value_name = "DIR")]
    pub fonts: Option<PathBuf>,
}

/// Kinds of files of a report.
const KINDS: [(&str, Kind); 4] = [("html", Kind::Html), ("pdf", Kind::Pdf), ("xlsx", Kind::Xlsx), ("json", Kind::Json)];

/// A parser of [`KINDS`] that gives formats, as the global option does.
fn kinds() -> impl clap::builder::TypedValueParser<Value = Kind> {
    use clap::builder::TypedValueParser;
    clap::builder::PossibleValuesParser::new(KINDS.map(|k| k.0)).map(|name| KINDS.iter().find(|k| k.0 == name).map_or(Kind::Html, |k| k.1))
}

/// For whom, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PurposeArg {
    /// Due diligence report.
    Brand,
    /// Audit pack of an exporter's own chain.
    Exporter,
    /// Brief for a labour inspectorate.
    Inspectorate,
}

impl PurposeArg {
    /// The report's.
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Brand => Purpose::Brand,
            Self::Exporter => Purpose::Exporter,
            Self::Inspectorate => Purpose::Inspectorate,
        }
    }
}

/// Who may read it, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AudienceArg {
    /// Those who work on the cases.
    Internal,
    /// Anyone.
    Public,
}

impl AudienceArg {
    /// The report's.
    pub fn audience(self) -> Audience {
        match self {
            Self::Internal => Audience::Internal,
            Self::Public => Audience::Public,
        }
    }
}

/// Language, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LanguageArg {
    /// English.
    En,
    /// Urdu.
    Ur,
}

impl LanguageArg {
    /// The report's.
    pub fn language(self) -> Language {
        match self {
            Self::En => Language::English,
            Self::Ur => Language::Urdu,
        }
    }
}
