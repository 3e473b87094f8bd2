//! `report`: a run as documents for a brand, an exporter or an inspectorate.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tierlight_answers::run_of;
use tierlight_core::model::Network;
use tierlight_core::parameters::{Framework, Parameters};
use tierlight_core::{Assessment, Options, ReachBy, assess};
use tierlight_data::Error;
use tierlight_data::atomic::{may_write, write_file};
use tierlight_data::fonts::{self, Scripts};
use tierlight_data::run::{issues, load, read_record};
use tierlight_report::contents::{self, IssueRow};
use tierlight_report::document::Document;
use tierlight_report::findings::answers::{Answers, framework, template};
use tierlight_report::findings::links::links;
use tierlight_report::findings::{Ask, Audience, Findings, Purpose, findings};
use tierlight_report::geography::{CellRun, Geography, MOST_BYTES};
use tierlight_report::{html, pdf, xlsx};

use super::explain::find;
use super::report_plan::{plan_findings, plan_of};
use crate::args::Kind;
use crate::exit::{Output, usage};
use crate::progress::{Progress, note};
use crate::report_args::ReportArgs;
use crate::{output, stop};

/// Issues that a workbook lists.
const ISSUES: usize = 100_000;
/// Longest file of answers, bytes.
const ANSWERS: u64 = 4 << 20;

/// A file of a report, complete in memory before any is written.
struct File {
    path: PathBuf,
    bytes: Vec<u8>,
}

pub fn run(args: &ReportArgs) -> anyhow::Result<Output> {
    stop::listen();
    let kinds = kinds(args)?;
    let saved = load(&args.run)?;
    let record = read_record(&args.run)?;
    let known = &saved.parameters.reporting.frameworks;
    let frameworks: Vec<&Framework> = args.framework.iter().map(|f| framework(known, f)).collect::<Result<_, _>>().map_err(told)?;
    if let Some(path) = &args.suggest_answers {
        output::check(path, args.force, &[&args.run])?;
        output::write(path, args.force, &template(&frameworks))?;
        return Ok(Output::done(format!("answers to fill in: {}\n", path.display())));
    }
    let folder = folder(args)?;
    let stem = stem(args);
    let paths: Vec<PathBuf> = kinds.iter().map(|k| folder.join(format!("{stem}.{}", extension(*k)))).collect();
    for path in &paths {
        may_write(path, args.force)?;
    }
    let answers = answers(args, known)?;
    let plan = args.plan.as_deref().map(|folder| plan_of(folder, &record, args)).transpose()?;
    let progress = Progress::of(STEPS + kinds.len() as u64);
    progress.next("boundaries");
    let geography = geography(args, &saved.network, &saved.parameters, &progress)?;
    let options = Options { reach: ReachBy::Size, seed: record.seed, draws: record.draws.as_ref().map_or(0, |d| d.draws) };
    let a = assess(&saved.network, &saved.parameters, &options, &progress).map_err(Error::Core)?;
    let plan = plan.as_ref().map(|plan| plan_findings(&a, plan)).transpose()?;
    let buyers = args.buyer.iter().map(|name| find(&a, name)).collect::<anyhow::Result<Vec<usize>>>()?;
    progress.next("findings");
    let ask = Ask {
        purpose: args.purpose.purpose(),
        audience: args.audience.audience(),
        buyers: &buyers,
        frameworks: &frameworks,
        answers: &answers,
        run: run_of(&record, &saved.network),
        plan,
    };
    let found = findings(&a, &ask).map_err(told)?;
    let files = render(args, &kinds, &paths, &a, &buyers, &found, &geography, &progress)?;
    for file in &files {
        may_write(&file.path, args.force)?;
    }
    progress.next("writing the files");
    std::fs::create_dir_all(&folder).map_err(|e| usage(format!("cannot make {}: {e}", folder.display()), "choose another folder"))?;
    let mut text = String::new();
    for file in &files {
        let failed = |e: std::io::Error| Error::Unwritable { path: file.path.clone(), reason: e.to_string(), hint: String::new() };
        write_file(&file.path, args.force, |out| out.write_all(&file.bytes).map_err(failed))?;
        // writing to a String cannot fail
        let _ = writeln!(text, "{}  ({} kB)", file.path.display(), file.bytes.len().div_ceil(1000));
    }
    progress.finish();
    if found.audience == Audience::Internal {
        text += "internal version: it names sites and records and is not for publication (--audience public)\n";
    }
    Ok(Output::done(text))
}

/// Steps of the progress line beside one for each kind of file.
const STEPS: u64 = 12;

/// Kinds of files, each once, in the order they are asked for.
fn kinds(args: &ReportArgs) -> anyhow::Result<Vec<Kind>> {
    // without --format the global option's value is seen here: text
    let mut kinds: Vec<Kind> = Vec::new();
    for kind in args.format.iter().copied().filter(|k| *k != Kind::Text) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() && args.format.contains(&Kind::Text) {
        return Err(usage("a report is no text", "use --format html,pdf,xlsx,json"));
    }
    if kinds.is_empty() {
        kinds.push(Kind::Html);
    }
    Ok(kinds)
}

fn extension(kind: Kind) -> &'static str {
    match kind {
        Kind::Pdf => "pdf",
        Kind::Xlsx => "xlsx",
        Kind::Json => "json",
        Kind::Html | Kind::Text => "html",
    }
}

/// Name of the files: for whom, in which language, and whether it is public.
fn stem(args: &ReportArgs) -> String {
    let whom = match args.purpose.purpose() {
        Purpose::Brand => "brand",
        Purpose::Exporter => "exporter",
        Purpose::Inspectorate => "inspectorate",
    };
    let public = if args.audience.audience() == Audience::Public { "-public" } else { "" };
    format!("{whom}-{}{public}", args.lang.language().code())
}

/// The folder to write into: never the run itself, which is complete as it is.
fn folder(args: &ReportArgs) -> anyhow::Result<PathBuf> {
    let folder = args.output.clone().unwrap_or_else(|| {
        let name = args.run.canonicalize().ok().and_then(|p| Some(p.file_name()?.to_string_lossy().into_owned()));
        let beside = args.run.parent().map(Path::to_owned).unwrap_or_default();
        beside.join(format!("{}-report", name.unwrap_or_else(|| "run".to_owned())))
    });
    if folder.exists() && !folder.is_dir() {
        return Err(usage(format!("{} is not a folder", folder.display()), "name a folder with -o"));
    }
    if let (Ok(run), Ok(own)) = (args.run.canonicalize(), folder.canonicalize())
        && own.starts_with(&run)
    {
        return Err(usage("the report would lie in the run folder", "name another folder with -o"));
    }
    Ok(folder)
}

fn answers(args: &ReportArgs, known: &[Framework]) -> anyhow::Result<Answers> {
    let Some(path) = &args.answers else { return Ok(Answers::default()) };
    Answers::parse(&text_of(path, ANSWERS)?, known).map_err(told)
}

/// Text of a file of a user that is not too long.
fn text_of(path: &Path, most: u64) -> anyhow::Result<String> {
    let unreadable = |reason: String, hint: &str| Error::Unreadable { path: path.to_owned(), reason, hint: hint.to_owned() };
    let failed = |e: std::io::Error| unreadable(e.to_string(), "check the path and your rights");
    let found = std::fs::metadata(path).map_err(failed)?;
    if !found.is_file() || found.len() > most {
        return Err(unreadable(format!("no regular file of at most {most} bytes"), "name a smaller file").into());
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("not UTF-8".to_owned(), "save it as UTF-8"))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Boundaries of the user, else the packs' cells of the countries of the run.
fn geography(args: &ReportArgs, network: &Network, p: &Parameters, progress: &Progress) -> anyhow::Result<Geography> {
    let Some(path) = &args.boundaries else {
        let used: std::collections::BTreeSet<u16> = network.sites().iter().map(|s| s.country).collect();
        let here = |row: u16| p.districts.get(usize::from(row)).filter(|d| used.contains(&d.country));
        let cells = p
            .reporting
            .cells
            .iter()
            .filter_map(|c| Some(CellRun { latitude: c.latitude, longitudes: [c.from, c.to], id: here(c.district)?.id.clone() }));
        let disputed =
            |id: &str| p.district(id).is_some_and(|row| p.reporting.territories.contains(&p.districts[usize::from(row)].province));
        return Geography::of_cells(&cells.collect::<Vec<_>>(), disputed).map_err(told);
    };
    let mut out = Geography::of_geojson(&text_of(path, MOST_BYTES as u64)?).map_err(told)?;
    let names: std::collections::HashMap<String, &str> = p
        .districts
        .iter()
        .flat_map(|d| d.variants.iter().chain([&d.name, &d.id]).map(|name| (tierlight_data::text::key(name), d.id.as_str())))
        .collect();
    let unknown = out.resolve(|name| names.get(&tierlight_data::text::key(name)).map(|id| (*id).to_owned()));
    if !unknown.is_empty() {
        progress.finish();
        let first: Vec<&str> = unknown.iter().take(3).map(String::as_str).collect();
        note(&format!("{} shapes of the boundaries are no district of the packs, e.g. {}", unknown.len(), first.join(", ")));
    }
    Ok(out)
}

#[allow(clippy::too_many_arguments, reason = "everything a file may need, used once")]
fn render(
    args: &ReportArgs,
    kinds: &[Kind],
    paths: &[PathBuf],
    a: &Assessment<'_>,
    buyers: &[usize],
    found: &Findings,
    geography: &Geography,
    progress: &Progress,
) -> anyhow::Result<Vec<File>> {
    let language = args.lang.language();
    let mut files = Vec::new();
    let paged = kinds.iter().any(|k| matches!(k, Kind::Html | Kind::Pdf));
    let report = paged.then(|| contents::report(found, language, Some(geography), &stem(args)));
    for (kind, path) in kinds.iter().zip(paths) {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        progress.next(&name);
        let bytes = match (kind, &report) {
            (Kind::Html, Some(report)) => html::render(&report.document).map_err(told)?.into_bytes(),
            (Kind::Pdf, Some(report)) => {
                let fonts = fonts(args, &report.document);
                for remark in remarks(&fonts, &report.document) {
                    progress.finish();
                    note(&remark);
                }
                pdf::render(&report.document, &fonts).map_err(told)?
            }
            (Kind::Xlsx, _) => {
                let rows = issues(&args.run, ISSUES)?.into_iter().map(of_issue).collect::<Vec<_>>();
                let links = links(a, buyers, found.audience);
                xlsx::write(&contents::workbook(found, &links, &rows, language)).map_err(told)?
            }
            _ => (serde_json::to_string_pretty(found)? + "\n").into_bytes(),
        };
        files.push(File { path: path.clone(), bytes });
    }
    if let (Some(report), Some(folder)) = (report, paths.first().and_then(|p| p.parent())) {
        let data = report.data.into_iter().map(|d| File { path: folder.join(d.name), bytes: d.text.into_bytes() });
        files.extend(data);
    }
    Ok(files)
}

/// Fonts of a document: those of other scripts only where a name needs them.
fn fonts(args: &ReportArgs, document: &Document) -> pdf::Fonts {
    let read = |scripts| pdf::Fonts::new(fonts::read(args.fonts.as_deref(), scripts));
    let usual = read(Scripts::OfReports);
    if args.fonts.is_some() || usual.lacking(document).is_empty() { usual } else { read(Scripts::All) }
}

/// What a reader of the PDF will miss for want of fonts.
fn remarks(fonts: &pdf::Fonts, document: &Document) -> Vec<String> {
    let lacking: Vec<char> = fonts.lacking(document).into_iter().filter(|c| !c.is_control()).collect();
    let shown: String = lacking.iter().take(8).collect();
    let letters = (!lacking.is_empty()).then(|| {
        format!("no font has {} letters of names, e.g. {shown}: they are replaced in the PDF (--fonts names a folder)", lacking.len())
    });
    fonts.hint(document.language).into_iter().chain(letters).collect()
}

fn of_issue(i: tierlight_data::run::IssueRow) -> IssueRow {
    let tierlight_data::run::IssueRow { code, severity, file, row, column, found, expected, hint } = i;
    IssueRow { severity, code, file, row, column, found, expected, hint }
}

/// An error of the report with its hint.
fn told(error: tierlight_report::Error) -> anyhow::Error {
    match error {
        tierlight_report::Error::Core(core) => Error::Core(core).into(),
        other => usage(other.to_string(), other.hint()),
    }
}
