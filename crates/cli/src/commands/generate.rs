//! `generate`: an invented network of any size, as a folder of tables.

use std::fmt::Write;

use serde_json::json;
use tierlight_data::Error;
use tierlight_data::generate::{FileKind, GenerateOptions, Generator, write_folder};
use tierlight_data::packs::read_packs;

use crate::args::Format;
use crate::exit::{Output, usage};
use crate::generate_args::{FilesArg, GenerateArgs, ShapeArg};
use crate::view::table;

/// Share of the links that lead back, unless told otherwise.
const BACK: f64 = 0.02;

pub fn run(args: &GenerateArgs, format: Format) -> anyhow::Result<Output> {
    if args.shape == ShapeArg::Giant && args.back.is_some() {
        return Err(usage("--back does not go with --shape giant", "the giant shape has cycles without; leave --back out"));
    }
    let packs = read_packs(&[])?;
    let options = GenerateOptions {
        sites: args.sites,
        links_per_site: args.links_per_site,
        back: if args.shape == ShapeArg::Giant { 0.0 } else { args.back.unwrap_or(BACK) },
        shape: args.shape.into(),
        seed: args.seed,
        as_of: args.as_of,
    };
    let generator = Generator::new(options, &packs).map_err(|error| match error {
        Error::Option { ref hint, .. } => usage(error.to_string(), hint.clone()),
        error => error.into(),
    })?;
    let kind = if args.files == FilesArg::Parquet { FileKind::Parquet } else { FileKind::Csv };
    let written = write_folder(&generator, &args.output, kind)?;
    if format == Format::Json {
        let rows: serde_json::Map<_, _> = written.iter().map(|w| (w.table.to_owned(), json!(w.rows))).collect();
        return Ok(Output::done(serde_json::to_string_pretty(&json!({ "folder": args.output, "rows": rows }))? + "\n"));
    }
    let mut text = table(&["table", ">rows"], written.iter().map(|w| vec![w.table.to_owned(), w.rows.to_string()]));
    let folder = args.output.display();
    writeln!(text, "\nINVENTED: no site, firm, agent or finding in {folder} is real.")?;
    writeln!(text, "next: tierlight score {folder} -o out --as-of {}", args.as_of)?;
    Ok(Output::done(text))
}
