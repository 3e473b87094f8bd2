//! What the benches share: arguments, invented networks in memory, and times.
#![allow(dead_code, reason = "each bench uses part of it")]

use std::time::Instant;

use tierlight_core::model::Network;
use tierlight_data::generate::{GenerateOptions, Generator, Shape};
use tierlight_data::packs::Packs;

/// Anything that goes wrong ends a bench.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Shapes by name.
pub const SHAPES: [Shape; 3] = [Shape::Tiered, Shape::Hub, Shape::Giant];

/// True when started by `cargo bench`; `cargo test` builds and starts benches too, and there is nothing to test in them.
pub fn is_bench() -> bool {
    let asked = |flag: &str| std::env::args().any(|a| a == flag);
    asked("--bench") && !asked("--test")
}

/// The value after a flag.
pub fn value(flag: &str) -> Option<String> {
    let arguments: Vec<String> = std::env::args().collect();
    arguments.iter().position(|a| a == flag).and_then(|k| arguments.get(k + 1).cloned())
}

/// Sites asked for by `--sites`.
pub fn sites(or: u32) -> Outcome<u32> {
    Ok(value("--sites").map(|text| text.parse()).transpose()?.unwrap_or(or))
}

/// Shape asked for by `--shape`.
pub fn shape() -> Outcome<Shape> {
    let name = value("--shape").unwrap_or_else(|| "tiered".to_owned());
    SHAPES.into_iter().find(|s| s.slug() == name).ok_or_else(|| format!("--shape {name}: expected tiered, hub or giant").into())
}

/// Options of a network as `tierlight generate` has them.
pub fn options(sites: u32, shape: Shape) -> GenerateOptions {
    let back = if shape == Shape::Giant { 0.0 } else { 0.02 };
    GenerateOptions { sites, links_per_site: 4.75, back, shape, seed: 1, as_of: AS_OF }
}

/// Day of the generated networks.
pub const AS_OF: jiff::civil::Date = jiff::civil::date(2026, 11, 23);

/// An invented network in memory.
pub fn network(packs: &Packs, sites: u32, shape: Shape) -> Outcome<Network> {
    Ok(Network::new(Generator::new(options(sites, shape), packs)?.parts())?)
}

/// Least seconds of some runs of `work`, and its last result.
pub fn least<T>(runs: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let (seconds, (), result) = best(runs, || (), |()| work());
    (seconds, result)
}

/// [`least`] of work in place, on what `prepare` makes, which is not timed; and that as it was left.
pub fn best<S, T>(runs: usize, mut prepare: impl FnMut() -> S, mut work: impl FnMut(&mut S) -> T) -> (f64, S, T) {
    let mut run = || {
        let mut state = prepare();
        let started = Instant::now();
        let result = work(&mut state);
        (started.elapsed().as_secs_f64(), state, result)
    };
    let mut last = run();
    for _ in 1..runs {
        let least = last.0;
        drop(last);
        last = run();
        last.0 = last.0.min(least);
    }
    last
}
