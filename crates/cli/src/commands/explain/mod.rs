//! `explain`: why one site scores as it does.

mod orders;
mod text;

use tierlight_answers::explain::{explain, steps};
use tierlight_answers::{Error, Sources};
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::run::{intervals, load, load_rows};

use super::sources;
use crate::args::{ExplainArgs, Format};
use crate::exit::{Output, usage};

pub fn run(args: &ExplainArgs, format: Format) -> anyhow::Result<Output> {
    let saved = load(&args.run)?;
    // exposure of other sites needs the whole network; reach does not
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let a = assess(&saved.network, &saved.parameters, &options, &Silent).map_err(tierlight_data::Error::Core)?;
    let row = find(&a, &args.site)?;
    let drawn = intervals(&args.run, row)?;
    let rows = if args.sources { Some(load_rows(&args.run)?) } else { None };
    let sources = rows.as_ref().map(|rows| Sources::new(&a, row, rows));
    let text = match format {
        Format::Json => {
            let mut out = explain(&a, row, drawn.as_ref());
            if let Some(sources) = &sources {
                sources.add_to(&mut out);
            }
            serde_json::to_string_pretty(&out)? + "\n"
        }
        Format::Text => text::of(&a, row, &steps(&a, row), drawn.as_ref())? + &sources.map_or_else(String::new, |s| sources::text(&s)),
    };
    Ok(Output::done(text))
}

/// Row of a site by id, else by a name that one site has.
pub fn find(a: &Assessment<'_>, wanted: &str) -> anyhow::Result<usize> {
    tierlight_answers::find(a, wanted).map_err(|e| match e {
        Error::NoSite { .. } | Error::ManySites { .. } => usage(e.to_string(), e.hint()),
        other => other.into(),
    })
}
