//! `plan`: what to look at next, with the days, the money or the questions there are.

mod brand;
mod exporter;
mod inspectorate;
mod text;

use std::path::{Path, PathBuf};

use tierlight_data::Issue;

use crate::args::Format;
use crate::exit::{Output, usage};
use crate::plan_args::{PlanArgs, PlanFor};
use crate::progress::note;
use crate::stop;

pub fn run(args: &PlanArgs, format: Format) -> anyhow::Result<Output> {
    stop::listen();
    let folder = folder(args)?;
    match args.purpose {
        PlanFor::Inspectorate => inspectorate::run(args, format, &folder),
        PlanFor::Exporter => exporter::run(args, format, &folder),
        PlanFor::Brand => brand::run(args, format, &folder),
    }
}

/// The folder to write: never the run itself.
fn folder(args: &PlanArgs) -> anyhow::Result<PathBuf> {
    let folder = args.output.clone().unwrap_or_else(|| {
        let name = args.run.canonicalize().ok().and_then(|p| Some(p.file_name()?.to_string_lossy().into_owned()));
        let beside = args.run.parent().map(Path::to_owned).unwrap_or_default();
        beside.join(format!("{}-plan", name.unwrap_or_else(|| "run".to_owned())))
    });
    let inside = |run: PathBuf| folder.canonicalize().is_ok_and(|own| own.starts_with(&run)) || folder.starts_with(&args.run);
    if args.run.canonicalize().is_ok_and(inside) {
        return Err(usage("the plan would lie in the run folder", "name another folder with -o"));
    }
    Ok(folder)
}

/// Issues of a list that are told one by one.
const TOLD: usize = 5;

/// Sites of a list that the run does not have.
fn tell(path: &Path, issues: &[Issue]) {
    for issue in issues.iter().take(TOLD) {
        let row = issue.row.map(|r| format!(", row {r}")).unwrap_or_default();
        note(&format!(
            "{}{row}, column {}: found `{}`, expected {}: left out; {}",
            path.display(),
            issue.column,
            issue.found,
            issue.expected,
            issue.hint
        ));
    }
    if issues.len() > TOLD {
        note(&format!("{}: {} more rows are left out", path.display(), issues.len() - TOLD));
    }
}
