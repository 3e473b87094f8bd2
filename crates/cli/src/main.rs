//! `tierlight`: finds where children work in supply chains.
//!
//! Results go to stdout, progress and messages to stderr. Exit codes: 0 done, 1 rows rejected beyond the allowance or issues found by
//! `check`, 2 usage, 3 unreadable input, 130 stopped.

mod args;
mod backup_args;
mod commands;
mod examples;
mod exit;
mod export_args;
mod generate_args;
mod input;
mod learn_args;
mod output;
mod packs_args;
mod parent;
#[cfg(test)]
mod parity;
mod plan_args;
mod progress;
mod qualify_args;
mod report_args;
mod serve_args;
mod stop;
mod view;
mod whatif_args;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command, Format, Kind};

fn main() -> ExitCode {
    // polars panics in its own threads at files that are broken inside; who reads them catches that and tells of the file
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !std::thread::current().name().is_some_and(|name| name.starts_with("polars-")) {
            told(panic);
        }
    }));
    parent::follow();
    let cli = Cli::parse();
    if let Some(threads) = cli.threads {
        // more threads than this only cost memory
        let most = 4 * std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if threads.get() > most {
            return exit::report(&exit::usage(
                format!("--threads {threads} is more than {most}"),
                "four times the number of cores is the most",
            ));
        }
        // the pool is built once, here; a second build is the only way this can fail
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
    }
    let format = match cli.format.as_slice() {
        [] | [Kind::Text] => Format::Text,
        [Kind::Json] => Format::Json,
        // its own: kinds of files
        _ if matches!(cli.command, Command::Report(_)) => Format::Text,
        _ => {
            let hint = "--format html, pdf and xlsx are for `tierlight report`";
            return exit::report(&exit::usage("this command prints text or json", hint));
        }
    };
    let result = match cli.command {
        Command::Check(args) => commands::check::run(&args, format),
        Command::Score(args) => commands::score::run(&args, format),
        Command::Match(args) => commands::matches::run(&args, format),
        Command::Explain(args) => commands::explain::run(&args, format),
        Command::Trace(args) => commands::trace::run(&args, format),
        Command::Export(args) => commands::export::run(&args, format),
        Command::Whatif(args) => commands::whatif::run(&args, format),
        Command::Report(args) => commands::report::run(&args),
        Command::Qualify(args) => commands::qualify::run(&args, format),
        Command::Learn(args) => commands::learn::run(&args, format),
        Command::Plan(args) => commands::plan::run(&args, format),
        Command::Packs(args) => commands::packs::run(&args, format),
        Command::Validate(args) => commands::validate::run(&args, format),
        Command::Generate(args) => commands::generate::run(&args, format),
        Command::Serve(args) => commands::serve::run(&args),
        Command::Config(args) => commands::config::run(&args, format),
        Command::Backup(args) => commands::backup::run(&args, format),
        Command::Restore(args) => commands::restore::run(&args, format),
        Command::Demo(args) => commands::demo::run(&args, format),
    };
    match result {
        Ok(output) => {
            let mut stdout = std::io::stdout().lock();
            match stdout.write_all(output.text.as_bytes()).and_then(|()| stdout.flush()) {
                // a reader that has gone away (`| head`) is no error
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                    return exit::report(&anyhow::anyhow!("cannot write the results: {error}"));
                }
                _ => {}
            }
            output.exit
        }
        Err(error) => exit::report(&error),
    }
}
