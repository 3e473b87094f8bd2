//! `demo`: the main job on an invented network, with its files left to look at.

use std::fmt::Write;

use super::score;
use crate::args::{DemoArgs, Format, HiddenArg, InputArgs, NetworkArgs, ReachArg, ScoreArgs};
use crate::examples::{self, AS_OF};
use crate::exit::Output;

pub fn run(args: &DemoArgs, format: Format) -> anyhow::Result<Output> {
    let input = args.output.join("input");
    examples::write("sialkot", &input)?;
    let run = args.output.join("run");
    let score = ScoreArgs {
        inputs: vec![input.clone()],
        input: NetworkArgs {
            list: InputArgs { packs: Vec::new(), country: None, map: None, encoding: None, drop_personal: false },
            as_of: Some(AS_OF),
            sector: None,
            rescale_shares: false,
            trust_inferred: false,
        },
        matches: None,
        evidence: None,
        output: run.clone(),
        hidden: HiddenArg::On,
        draws: None,
        seed: 1,
        max_rejected: 0.0,
        top: 8,
        reach: ReachArg::Size,
        graphml: false,
        memory: None,
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
