//! Instructions of each algorithm, counted by valgrind's callgrind: the same on a busy machine as on an idle one.
//!
//! `cargo bench --bench instructions` prints the counts beside those of `benches/instructions.csv` and fails when one has grown by more
//! than a twentieth; `-- --bless` writes the file anew. Counts belong to a compiler and an instruction set; without valgrind nothing
//! is counted, and it says so.
#![allow(clippy::print_stdout, reason = "a bench prints")]

mod shared;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

use tierlight_core::draws::uncertainty;
use tierlight_core::model::Hazard;
use tierlight_core::network::contribution::contributions;
use tierlight_core::network::exposure::exposures;
use tierlight_core::network::lane::Wide;
use tierlight_core::network::paths::heaviest_paths;
use tierlight_core::network::plan::Plan;
use tierlight_core::network::sketch::reach_estimates;
use tierlight_core::network::solve::solve_forward;
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::generate::Shape;
use tierlight_data::packs::read_packs;

use shared::{Outcome, is_bench, value};

const SITES: u32 = 5_000;
/// Growth of a count that is let pass.
const GROWTH: f64 = 1.05;
/// What is counted.
const NAMES: [&str; 8] = ["plan", "solve_1", "solve_16", "exposure", "draws", "sketch", "contributions", "paths"];

fn main() -> Outcome<()> {
    if let Some(name) = value("--count") {
        return count(&name);
    }
    if !is_bench() {
        return Ok(());
    }
    if !Command::new("valgrind").arg("--version").output().is_ok_and(|o| o.status.success()) {
        println!("valgrind is not installed: no instructions are counted");
        return Ok(());
    }
    let counts = NAMES.iter().map(|name| Ok((*name, counted(name)?))).collect::<Outcome<Vec<_>>>()?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/instructions.csv");
    if std::env::args().any(|a| a == "--bless") {
        let rows: Vec<String> = counts.iter().map(|(name, n)| format!("{name},{n}")).collect();
        return Ok(std::fs::write(file, format!("algorithm,instructions\n{}\n", rows.join("\n")))?);
    }
    let before: BTreeMap<String, f64> = csv::Reader::from_path(file)?.deserialize().collect::<Result<_, _>>()?;
    let mut grown = Vec::new();
    println!("{:<16}{:>16}{:>10}", "algorithm", "instructions", "before");
    for (name, count) in counts {
        let ratio = before.get(name).map(|b| count as f64 / b);
        println!("{name:<16}{count:>16}{:>10}", ratio.map_or_else(|| "-".to_owned(), |r| format!("× {r:.3}")));
        if ratio.is_some_and(|r| r > GROWTH) {
            grown.push(name);
        }
    }
    if grown.is_empty() { Ok(()) } else { Err(format!("more instructions than before: {}", grown.join(", ")).into()) }
}

/// Runs this program under callgrind for one algorithm.
fn counted(name: &str) -> Outcome<u64> {
    let program: PathBuf = std::env::current_exe()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no", "--toggle-collect=*measured*"])
        .arg(program)
        .args(["--count", name])
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{name}: {text}").into());
    }
    let collected = text.lines().find_map(|l| l.split_once("Collected : ")).and_then(|(_, n)| n.trim().parse().ok());
    collected.filter(|&n| n > 0).ok_or_else(|| format!("{name}: no count in callgrind's output:\n{text}").into())
}

/// What callgrind counts: nothing outside this function.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    work();
    black_box(());
}

/// Prepares one algorithm and runs it, on one thread.
fn count(name: &str) -> Outcome<()> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let packs = read_packs(&[])?;
    let network = shared::network(&packs, SITES, Shape::Tiered)?;
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let assessment = assess(&network, &packs.parameters, &options, &Silent)?;
    // inside the pool, so that parallel loops run on the counted thread
    pool.install(|| run(name, &assessment));
    Ok(())
}

fn run(name: &str, a: &Assessment<'_>) {
    let plan = &a.plan;
    let buyer = (0..plan.len()).max_by_key(|&site| plan.suppliers.neighbours(plan.position_of[site] as usize).len()).unwrap_or(0);
    let mut one: Vec<[f64; 1]> = plan.value_added.iter().map(|&v| [v]).collect();
    let mut wide: Vec<Wide> = plan.value_added.iter().map(|&v| Wide([v; 16])).collect();
    measured(&mut || match name {
        "plan" => drop(black_box(Plan::new(a.network, &a.shares, a.parameters))),
        "solve_1" => solve_forward(plan, &mut one),
        "solve_16" => solve_forward(plan, &mut wide),
        "exposure" => drop(black_box(exposures(plan, a.network, a.parameters, &a.untraced, &a.updated))),
        "draws" => drop(black_box(uncertainty(a, 32, 1, &Silent))),
        "sketch" => drop(black_box(reach_estimates(plan, &a.updated, 1))),
        "contributions" => drop(black_box(contributions(plan, &a.updated, buyer))),
        "paths" => drop(black_box(heaviest_paths(plan, &a.updated, &a.exposure, buyer, Hazard::ChildLabour, 10))),
        _ => {}
    });
}
