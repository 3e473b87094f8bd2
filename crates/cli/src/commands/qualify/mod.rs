//! `qualify`: what findings may be in law, provision by provision; a person decides.

mod json;
mod table;
mod text;

use std::process::ExitCode;

use tierlight_core::decide::referral::{Services, services};
use tierlight_core::law::{Qualification, qualify};
use tierlight_data::packs::read_law;
use tierlight_data::read::alone::Alone;
use tierlight_data::read::findings::{LegalFinding, read_findings};

use crate::args::Format;
use crate::commands::check::issue_table;
use crate::exit::{ISSUES, Output};
use crate::input;
use crate::output;
use crate::progress::{Progress, note};
use crate::qualify_args::QualifyArgs;

/// Issues that are told beside the results.
const ISSUES_SHOWN: usize = 20;

/// A finding with what the rules say, and whom to refer to.
struct Qualified<'a> {
    finding: &'a LegalFinding,
    law: Qualification<'a>,
    services: Services<'a>,
}

pub fn run(args: &QualifyArgs, format: Format) -> anyhow::Result<Output> {
    if let Some(path) = &args.output {
        output::check(path, args.force, &[&args.path])?;
    }
    let progress = Progress::of(3);
    let (packs, mut options) = input::packs(&args.input, &progress)?;
    options.as_of = args.date.unwrap_or(options.as_of);
    let law = read_law(&packs.tables)?;
    progress.next("reading the findings");
    let read = read_findings(&args.path, &packs, &law, &options)?;
    progress.next("holding them against the rules");
    let qualified: Vec<Qualified<'_>> = read
        .rows
        .iter()
        .map(|finding| Qualified {
            finding,
            law: qualify(&law, &finding.case),
            services: services(&packs.parameters.reporting, finding.country, finding.province.as_deref(), finding.district),
        })
        .collect();
    progress.finish();
    if let Some(path) = &args.output {
        table::write(path, args.force, &qualified)?;
    }
    let told = tell(&read);
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&json::of(&qualified, &read, &packs))? + "\n",
        Format::Text => text::of(&qualified, &packs, args)?,
    };
    Ok(Output { text, exit: if told { ExitCode::from(ISSUES) } else { ExitCode::SUCCESS } })
}

/// Tells of rows that were not used; true when there are any.
fn tell(read: &Alone<LegalFinding>) -> bool {
    let worth: Vec<_> = read.issues.iter().filter(|i| i.severity > tierlight_data::Severity::Info).cloned().collect();
    if !worth.is_empty() {
        note(&format!("{} of {} findings used\n{}", read.rows.len(), read.report.rows_in, issue_table(&worth, ISSUES_SHOWN)));
    }
    read.report.rejected > 0
}
