//! `demo`: the main job on an invented network, with its files left to look at.

use std::fmt::Write;

use include_dir::{Dir, include_dir};

use super::score;
use crate::args::{DemoArgs, Format, InputArgs, ScoreArgs};
use crate::exit::{Output, usage};

static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/sialkot");

/// The day on which the example is set, so that it prints the same on any day.
const AS_OF: jiff::civil::Date = jiff::civil::date(2026, 11, 23);

pub fn run(args: &DemoArgs, format: Format) -> anyhow::Result<Output> {
    let input = args.output.join("input");
    std::fs::create_dir_all(&input)
        .map_err(|e| usage(format!("cannot write {}: {e}", input.display()), "choose another folder with -o"))?;
    for file in EXAMPLE.files().filter(|f| f.path().extension().is_some_and(|e| e == "csv")) {
        let path = input.join(file.path());
        std::fs::write(&path, file.contents())
            .map_err(|e| usage(format!("cannot write {}: {e}", path.display()), "choose another folder with -o"))?;
    }
    let run = args.output.join("run");
    let score = ScoreArgs {
        input: InputArgs {
            input: input.clone(),
            packs: Vec::new(),
            as_of: Some(AS_OF),
            country: None,
            sector: None,
            map: None,
            encoding: None,
            drop_personal: false,
            rescale_shares: false,
            trust_inferred: false,
        },
        matches: None,
        output: run.clone(),
        seed: 1,
        max_rejected: 0.0,
        top: 8,
        reach_limit: None,
        graphml: false,
    };
    let mut output = score::run(&score, format)?;
    if format == Format::Text {
        let mut text = String::new();
        writeln!(text, "Footballs and surgical instruments of Sialkot: an INVENTED network, on {AS_OF}. No firm in it exists.\n")?;
        text += &output.text;
        writeln!(text, "      tierlight trace {} --buyer BR-01", run.display())?;
        writeln!(text, "yours: tierlight score LIST.xlsx -o out   (the tables in {} show the columns)", input.display())?;
        output.text = text;
    }
    Ok(output)
}
