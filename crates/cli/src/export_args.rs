//! Arguments of `export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// A table, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableArg {
    /// One row per site.
    Sites,
    /// One row per site and hazard.
    Scores,
    /// One row per supply link that is used.
    Links,
    /// One row per labour agent.
    Agents,
    /// One row per item of evidence, with its weights.
    Evidence,
    /// One row per issue of the input.
    Issues,
    /// The network, for graph tools.
    Network,
    /// The sites, for map tools.
    Map,
    /// A workbook of all that are tables.
    All,
}

/// A form, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormArg {
    /// Text.
    Csv,
    /// A workbook.
    Xlsx,
    /// Columns, compressed.
    Parquet,
    /// For map tools.
    Geojson,
    /// For graph tools.
    Graphml,
}

/// `export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight export out --table sites --form xlsx -o sites.xlsx
  tierlight export out --table all --form xlsx -o run.xlsx           a sheet for each table, and one that says what columns mean
  tierlight export out --table links --form parquet -o links.parquet
  tierlight export out --table map --form geojson -o map.geojson
  tierlight export out --table network --form graphml -o network.graphml   whatever its size

sites, scores, links, agents, evidence and issues come as csv, xlsx and parquet; network as graphml, map as geojson, all as xlsx. Every form
holds the same values. A sheet of Excel ends at 1,048,576 rows: larger tables are refused as xlsx. Columns: docs/formats.md.")]
pub struct ExportArgs {
    /// Run folder.
    pub run: PathBuf,
    /// Which table.
    #[arg(long, value_enum)]
    pub table: TableArg,
    /// In which form.
    #[arg(long, value_enum)]
    pub form: FormArg,
    /// File to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    pub force: bool,
}
