//! `validate`: how far the model can be trusted, as a model card.

mod card;
mod figures;

use tierlight_data::packs::read_packs;

use crate::args::{Format, ValidateArgs};
use crate::exit::Output;
use crate::output;
use crate::progress::Progress;

pub fn run(args: &ValidateArgs, format: Format) -> anyhow::Result<Output> {
    if let Some(path) = &args.output {
        output::check(path, args.force, &[])?;
    }
    let progress = Progress::of(figures::STAGES);
    progress.next("reference packs");
    let packs = read_packs(&args.packs)?;
    let figures = figures::collect(&packs, &progress)?;
    progress.finish();
    if let Some(path) = &args.output {
        output::write(path, args.force, &card::markdown(&figures)?)?;
    }
    Ok(Output::done(match (format, &args.output) {
        (Format::Json, _) => serde_json::to_string_pretty(&figures)? + "\n",
        (Format::Text, None) => card::markdown(&figures)?,
        (Format::Text, Some(path)) => format!("{}\n", path.display()),
    }))
}
