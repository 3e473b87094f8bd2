//! A whole run from files to a run folder, against polars merely reading the same two files.
//!
//! `cargo bench --bench whole_run` generates 1,000,000 sites and 4.75 million links under the target folder, runs the built binary on
//! them and prints seconds, peak memory and the ratio. `-- --sites N --shape tiered|hub|giant` takes another network.
#![allow(clippy::print_stdout, reason = "a bench prints")]

mod shared;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use polars::prelude::{CsvReadOptions, SerReader};
use tierlight_core::usual_draws;
use tierlight_data::generate::{FileKind, Generator, write_folder};
use tierlight_data::memory::{Sizes, Work, peak_bytes};
use tierlight_data::packs::read_packs;

use shared::{Outcome, is_bench, options, shape, sites};

fn main() -> Outcome<()> {
    if !is_bench() {
        return Ok(());
    }
    let (sites, shape) = (sites(1_000_000)?, shape()?);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("whole_run-{}-{sites}", shape.slug()));
    // the generator may have changed since an earlier bench
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let packs = read_packs(&[])?;
    let started = Instant::now();
    let written = write_folder(&Generator::new(options(sites, shape), &packs)?, &folder, FileKind::Csv)?;
    let generating = started.elapsed().as_secs_f64();
    let links = written.iter().find(|w| w.table == "links").map_or(0, |w| w.rows);
    let run = folder.with_extension("run");

    let (seconds, peak) = score(&folder, &run)?;
    let (again, _) = score(&folder, &run)?;
    let ours = seconds.min(again);
    let started = Instant::now();
    for table in ["sites.csv", "links.csv"] {
        let frame = CsvReadOptions::default().with_has_header(true).try_into_reader_with_file_path(Some(folder.join(table)))?.finish()?;
        assert!(frame.height() > 0);
    }
    let reading = started.elapsed().as_secs_f64();
    println!(
        "{}: sites {sites}, links {links}, written in {generating:.2} s: CSV to run folder {ours:.2} s (runs {seconds:.2}, {again:.2}), \
         peak memory {:.2} GiB",
        shape.slug(),
        peak as f64 / (1u64 << 30) as f64
    );
    let sizes = Sizes { sites: u64::from(sites), links: links as u64, held: 0 };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    let work = Work { draws: usual_draws(sites as usize) as u64, reach: true, threads };
    let estimate = peak_bytes(sizes, work) as f64 / peak as f64;
    println!("memory estimate over peak: {estimate:.2}");
    assert!(sites < 100_000 || (1.0 / 1.5..1.5).contains(&estimate), "the memory estimate is off");
    println!("polars reading the two files {reading:.2} s; ratio {:.1}", ours / reading);
    Ok(())
}

/// Runs the binary and watches its peak memory.
fn score(input: &Path, run: &Path) -> Outcome<(f64, u64)> {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tierlight"))
        .args(["score", &input.display().to_string(), "-o", &run.display().to_string(), "--as-of", &shared::AS_OF.to_string()])
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let status_file = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            assert!(status.success(), "the run failed");
            return Ok((started.elapsed().as_secs_f64(), peak));
        }
        // a process that has just ended has no such file any more
        let text = std::fs::read_to_string(&status_file).unwrap_or_default();
        let kib = text.lines().find(|l| l.starts_with("VmHWM")).and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(5));
    }
}
