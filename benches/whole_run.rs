//! A whole run from CSV to a run folder, against polars merely reading the same two files.
//!
//! `cargo bench --bench whole_run` generates 1,000,000 sites and 4.88 million links (seeded, with measured prevalence and 2 % of links that
//! close cycles) under the target folder, runs the built binary on them and prints seconds, peak memory and the ratio.
//! `-- --sites N` takes another size.
#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use polars::prelude::{CsvReadOptions, SerReader};

/// Links drawn per site; with rounding and those drawn twice, 1,000,000 sites get 4.88 million.
const LINKS_PER_SITE: f64 = 4.9;
/// Part of the links that lead back down the chain.
const BACK: f64 = 0.02;
/// Tiers from raw materials to brands, and the part of the sites in each.
const TIERS: [f64; 6] = [0.35, 0.25, 0.18, 0.12, 0.08, 0.02];
const SECTORS: [&str; 6] = ["cotton_growing", "cotton_ginning", "spinning", "weaving", "garments_cmt", "garments_cmt"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    // cargo test builds and starts benches too; there is nothing to test here
    if arguments.iter().any(|a| a == "--test") || !arguments.iter().any(|a| a == "--bench") {
        return Ok(());
    }
    let sites = arguments.iter().position(|a| a == "--sites").and_then(|k| arguments.get(k + 1)?.parse().ok()).unwrap_or(1_000_000);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("whole_run-{sites}"));
    let links = generate(&folder, sites)?;
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
        "sites {sites}, links {links}: CSV to run folder {ours:.2} s (runs {seconds:.2}, {again:.2}), peak memory {:.2} GiB",
        peak as f64 / (1u64 << 30) as f64
    );
    let estimate = tierlight_data::memory::peak_bytes(sites as u64, links as u64) as f64 / peak as f64;
    println!("memory estimate over peak: {estimate:.2}");
    assert!(sites < 100_000 || (1.0 / 1.3..1.3).contains(&estimate), "the memory estimate is off");
    println!("polars reading the two files {reading:.2} s; ratio {:.1}", ours / reading);
    Ok(())
}

/// Runs the binary and watches its peak memory.
fn score(input: &Path, run: &Path) -> Result<(f64, u64), Box<dyn std::error::Error>> {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tierlight"))
        .args(["score", &input.display().to_string(), "-o", &run.display().to_string(), "--as-of", "2026-11-23"])
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

/// Writes the two tables; returns the number of links.
fn generate(folder: &Path, sites: usize) -> std::io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let mut random = SplitMix(7);
    let mut first = vec![0usize];
    for share in TIERS {
        first.push(first[first.len() - 1] + (share * sites as f64) as usize);
    }
    let last = first.len() - 1;
    first[last] = sites;

    let mut out = BufWriter::new(File::create(folder.join("sites.csv"))?);
    writeln!(out, "site_id,sector,country,workers,input_share,measured_prevalence")?;
    for tier in 0..TIERS.len() {
        for site in first[tier]..first[tier + 1] {
            let workers = 2 + random.below(300);
            let input = 0.2 + 0.6 * random.unit();
            writeln!(out, "S{site:07},{},PK,{workers},{input:.4},{:.5}", SECTORS[tier], 0.3 * random.unit() * random.unit())?;
        }
    }
    out.flush()?;

    let mut out = BufWriter::new(File::create(folder.join("links.csv"))?);
    writeln!(out, "supplier_id,buyer_id,kind,share")?;
    let buyers = sites - first[1];
    let per_buyer = LINKS_PER_SITE * sites as f64 / buyers as f64;
    let mut links = 0;
    for tier in 1..TIERS.len() {
        let below = first[tier];
        for buyer in first[tier]..first[tier + 1] {
            let count = 1 + random.below((2.0 * per_buyer - 1.0) as usize);
            let mut suppliers: Vec<usize> = (0..count)
                .map(|_| {
                    if random.unit() < BACK {
                        return random.below(sites);
                    }
                    // popular suppliers: squaring draws them towards the first of the tier below
                    let pick = random.unit() * random.unit();
                    let from = if random.unit() < 0.8 { first[tier - 1] } else { 0 };
                    from + (pick * (below - from) as f64) as usize
                })
                .collect();
            suppliers.sort_unstable();
            suppliers.dedup();
            let share = 0.85 / suppliers.len() as f64;
            for supplier in &suppliers {
                let kind = if random.unit() < 0.1 { "subcontract" } else { "purchase" };
                writeln!(out, "S{supplier:07},S{buyer:07},{kind},{share:.6}")?;
            }
            links += suppliers.len();
        }
    }
    out.flush()?;
    Ok(links)
}

/// A small seeded generator (Steele, Lea & Flood 2014): inputs only, never results.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}
