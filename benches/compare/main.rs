//! tierlight's side of `cargo xtask compare`: the network, our answers and our times, for `compare.py` to hold other tools against.
//!
//! `cargo bench --bench compare -- --out DIR --sites N --shape tiered` writes the compiled plan, right-hand sides and answers as .npy
//! files, and times and byte counts as `ours.json`. Loading and preparing are not timed.
#![allow(clippy::print_stdout, reason = "a bench prints")]

mod memory;
mod npy;
#[path = "../shared/mod.rs"]
mod shared;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use petgraph::algo::kosaraju_scc;
use serde_json::{Value, json};
use tierlight_core::model::Hazard;
use tierlight_core::network::contribution::{contributions, multipliers, upstream};
use tierlight_core::network::csr::Directed;
use tierlight_core::network::exposure::exposures;
use tierlight_core::network::paths::heaviest_paths;
use tierlight_core::network::plan::Plan;
use tierlight_core::network::reach::reach;
use tierlight_core::network::sketch::reach_estimates;
use tierlight_core::network::solve::{Lanes, solve_forward};
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::packs::read_packs;

use shared::{Outcome, best, is_bench, shape, sites, value};

/// Columns of a block.
const LANES: usize = 16;
/// Blocks each thread solves.
const BLOCKS: usize = 4;
const RUNS: usize = 5;
/// Part of the network that the narrow buyer's upstream stays under.
const NARROW: f64 = 0.01;

fn main() -> Outcome<()> {
    if !is_bench() {
        return Ok(());
    }
    let (sites, shape) = (sites(100_000)?, shape()?);
    let out = value("--out").ok_or("--out DIR: where to write")?;
    let out = Path::new(&out);
    std::fs::create_dir_all(out)?;
    let packs = read_packs(&[])?;
    let network = shared::network(&packs, sites, shape)?;
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let a = assess(&network, &packs.parameters, &options, &Silent)?;
    let plan = &a.plan;
    npy::write(&out.join("offsets.npy"), plan.suppliers.offsets.iter().copied(), 0)?;
    npy::write(&out.join("targets.npy"), plan.suppliers.targets.iter().copied(), 0)?;
    npy::write(&out.join("weights.npy"), plan.suppliers.weights.iter().copied(), 0)?;
    npy::write(&out.join("site_at.npy"), plan.site_at.iter().copied(), 0)?;

    let mut times = serde_json::Map::new();
    let mut time = |name: &str, seconds: f64| times.insert(name.to_owned(), json!(seconds));
    let one = right_hand_side(&a);
    npy::write(&out.join("right_1.npy"), one.iter().map(|r| r[0]), 0)?;
    let (seconds, solved, ()) = best(RUNS, || one.clone(), |columns| solve_forward(plan, columns));
    time("solve_1", seconds);
    npy::write(&out.join("solved_1.npy"), solved.iter().map(|e| e[0]), 0)?;
    drop(solved);

    let wide = block(&one, 0);
    npy::write(&out.join("right_16.npy"), flat(&wide).into_iter(), LANES)?;
    let (seconds, solved, ()) = best(3, || wide.clone(), |columns| solve_forward(plan, columns));
    time("solve_16", seconds);
    npy::write(&out.join("solved_16.npy"), flat(&solved).into_iter(), LANES)?;
    drop((wide, solved));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(2);
    time("blocks_of_16", blocks(plan, &one, threads));

    let (seconds, _, ()) = best(3, || (), |()| drop(black_box(Plan::new(&network, &a.shares, &packs.parameters))));
    time("plan", seconds);
    let (seconds, _, ()) = best(3, || (), |()| drop(black_box(exposures(plan, &network, &packs.parameters, &a.untraced, &a.updated))));
    time("exposure_all_columns", seconds);
    let graph = Directed { outgoing: &plan.buyers, incoming: &plan.suppliers };
    let (seconds, _, components) = best(3, || (), |()| kosaraju_scc(graph));
    time("components", seconds);
    npy::write(&out.join("components.npy"), labels(plan.len(), &components).into_iter(), 0)?;
    let (seconds, _, estimates) = best(3, || (), |()| reach_estimates(plan, &a.updated, 1));
    time("sketch", seconds);

    let buyers = choose(plan, &estimates.iter().map(|r| r.sites).collect::<Vec<_>>());
    let mut chosen = serde_json::Map::new();
    for (name, site) in buyers {
        let (seconds, _, found) = best(RUNS, || (), |()| upstream(plan, site));
        time(&format!("upstream_{name}"), seconds);
        chosen.insert(name.to_owned(), json!({ "position": plan.position_of[site], "upstream": found.len() - 1 }));
        npy::write(&out.join(format!("upstream_{name}.npy")), found.into_iter(), 0)?;
        let (seconds, _, found) = best(RUNS, || (), |()| multipliers(plan, site));
        time(&format!("multipliers_{name}"), seconds);
        let mut dense = vec![0.0; plan.len()];
        found.into_iter().for_each(|(position, m)| dense[position as usize] = m);
        npy::write(&out.join(format!("multipliers_{name}.npy")), dense.into_iter(), 0)?;
        let (seconds, _, ()) = best(RUNS, || (), |()| drop(black_box(contributions(plan, &a.updated, site))));
        time(&format!("contributions_{name}"), seconds);
        let (seconds, _, _) = best(RUNS, || (), |()| black_box(reach(plan, &a.updated, site)));
        time(&format!("reach_{name}"), seconds);
        let paths = |()| drop(black_box(heaviest_paths(plan, &a.updated, &a.exposure, site, Hazard::ChildLabour, 10)));
        let (seconds, _, ()) = best(RUNS, || (), |(): &mut ()| paths(()));
        time(&format!("paths_{name}"), seconds);
    }
    // draws of a thousand, and updates of single sites: here

    let bytes = |lanes| memory::solve_bytes(plan, lanes).map_or(Value::Null, |(streamed, all)| json!([streamed, all]));
    let record = json!({
        "sites": plan.len(),
        "links": plan.suppliers.len(),
        "shape": shape.slug(),
        "in_cycles": plan.sites_in_cycles() as f64 / plan.len() as f64,
        "largest_component": plan.cycles.iter().map(|c| c.end - c.start).max().unwrap_or(0),
        "method": plan.cycles.iter().max_by_key(|c| c.end - c.start).map(|c| format!("{:?}", c.forward)),
        "threads": threads,
        "columns_of_blocks": threads * BLOCKS * LANES,
        "buyers": chosen,
        "times": times,
        "bytes": { "solve_1": bytes(1), "solve_16": bytes(LANES) },
        "copy_bandwidth": { "1": memory::copy_bandwidth(1), "2": memory::copy_bandwidth(2) },
    });
    std::fs::write(out.join("ours.json"), format!("{record:#}\n"))?;
    println!("{record:#}");
    Ok(())
}

/// r of child labour, by position: what stops at each site, traced and untraced.
fn right_hand_side(a: &Assessment<'_>) -> Vec<Lanes<1>> {
    let of = |position: usize| {
        let site = a.plan.site_at[position] as usize;
        let q = a.untraced.of_site(&a.network.sites()[site]).prevalence[0];
        a.plan.value_added[position] * a.updated[site].prevalence[0] + a.plan.untraced[position] * (q[0] + q[1])
    };
    (0..a.plan.len()).map(|position| [of(position)]).collect()
}

/// Right-hand sides of a block: that of child labour, each lane and block with other sites raised and lowered.
fn block(one: &[Lanes<1>], number: usize) -> Vec<Lanes<LANES>> {
    let factor = |position: usize, lane: usize| {
        let mixed = ((position * LANES + lane) as u64 ^ ((number as u64) << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        0.5 + (mixed >> 40) as f64 / (1u64 << 24) as f64
    };
    one.iter().enumerate().map(|(position, r)| std::array::from_fn(|lane| r[0] * factor(position, lane))).collect()
}

fn flat(columns: &[Lanes<LANES>]) -> Vec<f64> {
    columns.iter().flat_map(|lanes| lanes.iter().copied()).collect()
}

/// Seconds in which some threads solve their blocks, right-hand sides given.
fn blocks(plan: &Plan, one: &[Lanes<1>], threads: usize) -> f64 {
    let mut given: Vec<Vec<Vec<Lanes<LANES>>>> = (0..threads).map(|t| (0..BLOCKS).map(|b| block(one, t * BLOCKS + b)).collect()).collect();
    let started = Instant::now();
    std::thread::scope(|scope| {
        for blocks in &mut given {
            scope.spawn(|| blocks.iter_mut().for_each(|columns| solve_forward(plan, columns)));
        }
    });
    started.elapsed().as_secs_f64()
}

/// Component of each position, named by its first position.
fn labels(sites: usize, components: &[Vec<u32>]) -> Vec<u32> {
    let mut labels = vec![0; sites];
    for members in components {
        let first = members.iter().copied().min().unwrap_or(0);
        members.iter().for_each(|&p| labels[p as usize] = first);
    }
    labels
}

/// The buyer nobody buys from with the median upstream, and the buyer with the largest upstream that is under a hundredth of the network.
fn choose(plan: &Plan, upstream_sites: &[u32]) -> Vec<(&'static str, usize)> {
    let position = |site: usize| plan.position_of[site] as usize;
    let buys = |site: &usize| !plan.suppliers.neighbours(position(*site)).is_empty();
    let mut last: Vec<usize> = (0..plan.len()).filter(buys).filter(|&s| plan.buyers.neighbours(position(s)).is_empty()).collect();
    last.sort_by_key(|&site| (upstream_sites[site], site));
    // sizes are estimates: some room is left
    let most = (0.8 * NARROW * plan.len() as f64) as u32;
    let narrow = (0..plan.len()).filter(|&site| upstream_sites[site] <= most).max_by_key(|&site| (upstream_sites[site], site));
    let mut chosen = Vec::new();
    chosen.extend(last.get(last.len() / 2).map(|&site| ("broad", site)));
    chosen.extend(narrow.map(|site| ("narrow", site)));
    chosen
}
