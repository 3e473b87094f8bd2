//! Arguments of `packs`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `packs`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight packs list
  tierlight packs show districts --find sialkot
  tierlight packs check my-pack/
  tierlight packs diff builtin my-pack/")]
pub struct PacksArgs {
    #[command(subcommand)]
    pub command: PacksCommand,
}

/// Commands on packs.
#[derive(Debug, Subcommand)]
pub enum PacksCommand {
    /// List packs and their tables.
    #[command(after_help = "Examples:
  tierlight packs list
  tierlight packs list --pack my-pack/")]
    List {
        /// Reference pack to lay over the built-in ones.
        #[arg(long = "pack", value_name = "DIR")]
        packs: Vec<PathBuf>,
    },
    /// Show rows of a table with source and grade.
    #[command(after_help = "Examples:
  tierlight packs show parameters --find audit
  tierlight packs show districts --find sialkot
  tierlight packs show sector_base --find brick
  tierlight packs show rates --country PK --find kiln      base rates by hazard and sex, any country")]
    Show {
        /// Table, e.g. parameters, sectors, sector_base; `districts` adds the small-area estimates, `rates` are computed for a country.
        table: String,
        /// Country of `rates` or `districts`: ISO code or name.
        #[arg(long)]
        country: Option<String>,
        /// Only rows with a cell that contains this text.
        #[arg(long)]
        find: Option<String>,
        /// Rows to print [default: 30, all of `districts`, `rates` and in JSON].
        #[arg(long)]
        limit: Option<usize>,
        /// Reference pack to lay over the built-in ones.
        #[arg(long = "pack", value_name = "DIR")]
        packs: Vec<PathBuf>,
    },
    /// Check a pack over the built-in ones: columns, types, ranges, keys, sources, grades.
    #[command(after_help = "Examples:
  tierlight packs check my-pack/
  tierlight packs check my-pack/ --format json

Lists every problem with table, row, column and hint. Exit code 1 when there are errors; such a pack is not used.")]
    Check {
        /// Folder of the pack, or name of a built-in one.
        pack: PathBuf,
        /// Reference pack that lies between it and the built-in ones.
        #[arg(long = "pack", value_name = "DIR")]
        packs: Vec<PathBuf>,
        /// Issues to print.
        #[arg(long, default_value_t = 40)]
        limit: usize,
    },
    /// Compare two versions of a pack: rows that differ, and which results would move.
    Diff(DiffArgs),
}

/// `packs diff`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight packs diff builtin my-pack/                   what my pack changes
  tierlight packs diff old/pakistan datasets/pakistan     two versions of a built-in pack
  tierlight packs diff builtin my-pack/ --country PK      base prevalences of one country, sector by sector
  tierlight packs diff builtin my-pack/ --run out         and which sites and buyers of a run would move

BEFORE and AFTER are taken as they would be used: a pack called as a built-in one stands in its place, any other lies on top.")]
pub struct DiffArgs {
    /// Earlier version: folder of a pack, name of a built-in one, or `builtin` for all of them.
    pub before: String,
    /// Later version, named as BEFORE is.
    pub after: String,
    /// Country of base prevalences: ISO code or name.
    #[arg(long)]
    pub country: Option<String>,
    /// Run folder whose network is assessed with both.
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,
    /// Rows to print of each list.
    #[arg(long, default_value_t = 15)]
    pub limit: usize,
}
