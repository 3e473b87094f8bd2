//! tierlight's side of `cargo xtask compare`: the network, our answers and our times, for `compare.py` to hold other tools against.
//!
//! `cargo bench --bench compare -- --out DIR --sites N --shape tiered` writes the compiled plan, right-hand sides and answers as .npy
//! files, and times and byte counts as `ours.json`. Loading and preparing are not timed. `--skip draws` leaves the draws out.
#![allow(clippy::print_stdout, reason = "a bench prints")]

mod memory;
mod npy;
#[path = "../shared/mod.rs"]
mod shared;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use petgraph::algo::kosaraju_scc;
use rayon::prelude::*;
use serde_json::{Value, json};
use tierlight_core::draws::uncertainty;
use tierlight_core::model::Hazard;
use tierlight_core::network::contribution::{contributions, multipliers, upstream};
use tierlight_core::network::csr::Directed;
use tierlight_core::network::exposure::exposures;
use tierlight_core::network::lane::Wide;
use tierlight_core::network::paths::heaviest_paths;
use tierlight_core::network::plan::Plan;
use tierlight_core::network::reach::reach;
use tierlight_core::network::sketch::reach_estimates;
use tierlight_core::network::solve::{Lanes, solve_forward};
use tierlight_core::network::update::Live;
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::packs::read_packs;

use shared::{Outcome, best, is_bench, least, shape, sites, value};

/// Columns of a block.
const LANES: usize = 16;
/// Blocks each thread solves.
const BLOCKS: usize = 4;
const RUNS: usize = 5;
/// Draws of the whole model.
const DRAWS: usize = 1_000;
/// Part of the network that the narrow buyer's upstream stays under.
const NARROW: f64 = 0.01;
/// Sites that are updated.
const UPDATES: usize = 200;

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

    let mut times = Times::default();
    solves(&a, out, &mut times)?;
    times.of("plan", 3, || drop(black_box(Plan::new(&network, &a.shares, &packs.parameters))));
    times.of("exposure_all_columns", 3, || {
        drop(black_box(exposures(plan, &network, &packs.parameters, &a.untraced, &a.updated)));
    });
    let graph = Directed { outgoing: &plan.buyers, incoming: &plan.suppliers };
    let components = times.of("components", 3, || kosaraju_scc(graph));
    npy::write(&out.join("components.npy"), labels(plan.len(), &components).into_iter(), 0)?;
    let estimates = times.of("sketch", 3, || reach_estimates(plan, &a.updated, 1));
    let mut chosen = serde_json::Map::new();
    for (name, site) in choose(plan, &estimates.iter().map(|r| r.sites).collect::<Vec<_>>()) {
        chosen.insert(name.to_owned(), one_buyer(&a, out, name, site, &mut times)?);
    }
    // minutes at a million sites
    if value("--skip").as_deref() != Some("draws") {
        times.of("draws_1000", 1, || black_box(uncertainty(&a, DRAWS, 1, &Silent))).map(drop)?;
    }
    let moved = updates(&a, &mut times)?;

    let bytes = |lanes| memory::solve_bytes(plan, lanes).map_or(Value::Null, |(streamed, all)| json!([streamed, all]));
    let record = json!({
        "sites": plan.len(),
        "links": plan.suppliers.len(),
        "shape": shape.slug(),
        "in_cycles": plan.sites_in_cycles() as f64 / plan.len() as f64,
        "largest_component": plan.cycles.iter().map(|c| c.end - c.start).max().unwrap_or(0),
        "method": plan.cycles.iter().max_by_key(|c| c.end - c.start).map(|c| format!("{:?}", c.forward.method)),
        "threads": threads(),
        "columns_of_blocks": threads() * BLOCKS * LANES,
        "buyers": chosen,
        "moved_by_update": moved,
        "times": times.0,
        "bytes": { "solve_1": bytes(1), "solve_16": bytes(LANES) },
        "copy_bandwidth": { "1": memory::copy_bandwidth(1), "2": memory::copy_bandwidth(2) },
    });
    std::fs::write(out.join("ours.json"), format!("{record:#}\n"))?;
    println!("{record:#}");
    Ok(())
}

/// Least seconds by name.
#[derive(Default)]
struct Times(serde_json::Map<String, Value>);

impl Times {
    fn put(&mut self, name: &str, seconds: f64) {
        self.0.insert(name.to_owned(), json!(seconds));
    }

    fn of<T>(&mut self, name: &str, runs: usize, work: impl FnMut() -> T) -> T {
        let (seconds, result) = least(runs, work);
        self.put(name, seconds);
        result
    }
}

/// Updates of single sites, spread over the network: the state before evidence and back.
/// Returns how many sites' exposure moved, in the median and in one of ten.
fn updates(a: &Assessment<'_>, times: &mut Times) -> Outcome<[usize; 2]> {
    let mut live = Live::new(&a.plan, a.network, a.parameters, &a.untraced, &a.updated, a.error_bound);
    let n = a.network.sites().len();
    let (mut seconds, mut moved) = (Vec::new(), Vec::new());
    for k in 0..UPDATES {
        let site = (k * 2_654_435_761) % n;
        let mut state = live.states()[site];
        for theta in &mut state.prevalence {
            *theta *= 0.9;
        }
        let started = Instant::now();
        let changed = black_box(live.set_state(site, state)?);
        seconds.push(started.elapsed().as_secs_f64());
        moved.push(changed.len());
    }
    seconds.sort_by(f64::total_cmp);
    moved.sort_unstable();
    times.put("update_median", seconds[UPDATES / 2]);
    times.put("update_90", seconds[UPDATES * 9 / 10]);
    Ok([moved[UPDATES / 2], moved[UPDATES * 9 / 10]])
}

/// Solves of one column, of a block, and of blocks side by side.
fn solves(a: &Assessment<'_>, out: &Path, times: &mut Times) -> Outcome<()> {
    let plan = &a.plan;
    let one = right_hand_side(a);
    npy::write(&out.join("right_1.npy"), one.iter().map(|r| r[0]), 0)?;
    let (seconds, solved, ()) = best(RUNS, || one.clone(), |columns| solve_forward(plan, columns));
    times.put("solve_1", seconds);
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    times.put("solve_1_alone", alone.install(|| best(RUNS, || one.clone(), |columns| solve_forward(plan, columns)).0));
    npy::write(&out.join("solved_1.npy"), solved.iter().map(|e| e[0]), 0)?;
    drop(solved);
    let wide = block(&one, 0);
    npy::write(&out.join("right_16.npy"), flat(&wide).into_iter(), LANES)?;
    let (seconds, solved, ()) = alone.install(|| best(3, || wide.clone(), |columns| solve_forward(plan, columns)));
    times.put("solve_16", seconds);
    npy::write(&out.join("solved_16.npy"), flat(&solved).into_iter(), LANES)?;
    drop((wide, solved));
    times.put("blocks_of_16", blocks(plan, &one));
    Ok(())
}

/// What is asked about one buyer.
fn one_buyer(a: &Assessment<'_>, out: &Path, name: &str, site: usize, times: &mut Times) -> Outcome<Value> {
    let plan = &a.plan;
    let found = times.of(&format!("upstream_{name}"), RUNS, || upstream(plan, site));
    let count = found.len() - 1;
    npy::write(&out.join(format!("upstream_{name}.npy")), found.into_iter(), 0)?;
    let found = times.of(&format!("multipliers_{name}"), RUNS, || multipliers(plan, site));
    let mut dense = vec![0.0; plan.len()];
    for (position, multiplier) in found {
        dense[position as usize] = multiplier;
    }
    npy::write(&out.join(format!("multipliers_{name}.npy")), dense.into_iter(), 0)?;
    times.of(&format!("contributions_{name}"), RUNS, || drop(black_box(contributions(plan, &a.updated, site))));
    times.of(&format!("reach_{name}"), RUNS, || black_box(reach(plan, &a.updated, site)));
    times.of(&format!("paths_{name}"), RUNS, || {
        drop(black_box(heaviest_paths(plan, &a.updated, &a.exposure, site, Hazard::ChildLabour, 10)));
    });
    Ok(json!({ "position": plan.position_of[site], "upstream": count }))
}

/// Threads that solves run on, unless told otherwise.
fn threads() -> usize {
    rayon::current_num_threads()
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
fn block(one: &[Lanes<1>], number: usize) -> Vec<Wide> {
    let factor = |position: usize, lane: usize| {
        let mixed = ((position * LANES + lane) as u64 ^ ((number as u64) << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        0.5 + (mixed >> 40) as f64 / (1u64 << 24) as f64
    };
    one.iter().enumerate().map(|(position, r)| Wide(std::array::from_fn(|lane| r[0] * factor(position, lane)))).collect()
}

fn flat(columns: &[Wide]) -> Vec<f64> {
    columns.iter().flat_map(|lanes| lanes.0).collect()
}

/// Seconds in which all threads solve their blocks side by side, right-hand sides given.
fn blocks(plan: &Plan, one: &[Lanes<1>]) -> f64 {
    let given = || -> Vec<Vec<Wide>> { (0..threads() * BLOCKS).map(|number| block(one, number)).collect() };
    best(3, given, |given| given.par_iter_mut().for_each(|columns| solve_forward(plan, columns))).0
}

/// Component of each position, named by its first position.
fn labels(sites: usize, components: &[Vec<u32>]) -> Vec<u32> {
    let mut labels = vec![0; sites];
    for members in components {
        let first = members.iter().copied().min().unwrap_or(0);
        for &position in members {
            labels[position as usize] = first;
        }
    }
    labels
}

/// The buyer nobody buys from with the largest upstream, and the buyer with the largest upstream that is under a hundredth of the network.
fn choose(plan: &Plan, upstream_sites: &[u32]) -> Vec<(&'static str, usize)> {
    let position = |site: usize| plan.position_of[site] as usize;
    let buys = |site: &usize| !plan.suppliers.neighbours(position(*site)).is_empty();
    let last = (0..plan.len()).filter(buys).filter(|&site| plan.buyers.neighbours(position(site)).is_empty());
    let broad = last.max_by_key(|&site| (upstream_sites[site], site));
    // sizes are estimates: some room is left
    let most = (0.8 * NARROW * plan.len() as f64) as u32;
    let narrow = (0..plan.len()).filter(|&site| upstream_sites[site] <= most).max_by_key(|&site| (upstream_sites[site], site));
    broad.map(|site| ("broad", site)).into_iter().chain(narrow.map(|site| ("narrow", site))).collect()
}
