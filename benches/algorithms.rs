//! Every algorithm on its own, by criterion: `cargo bench --bench algorithms`.
//!
//! The network has 20,000 sites; `TIERLIGHT_BENCH_SITES` and `TIERLIGHT_BENCH_SHAPE` take another.
#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

mod shared;

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use tierlight_core::draws::uncertainty;
use tierlight_core::model::Hazard;
use tierlight_core::network::contribution::contributions;
use tierlight_core::network::exposure::exposures;
use tierlight_core::network::lane::{Lane, Wide};
use tierlight_core::network::paths::heaviest_paths;
use tierlight_core::network::plan::Plan;
use tierlight_core::network::reach::reach;
use tierlight_core::network::shares::link_shares;
use tierlight_core::network::sketch::reach_estimates;
use tierlight_core::network::solve::solve_forward;
use tierlight_core::network::update::Live;
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess};
use tierlight_data::generate::{FileKind, Generator, Shape, write_folder};
use tierlight_data::packs::{Packs, read_packs};
use tierlight_data::read::{NetworkOptions, read_network};

use shared::{AS_OF, Outcome, SHAPES};

fn size() -> (u32, Shape) {
    let sites = std::env::var("TIERLIGHT_BENCH_SITES").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let name = std::env::var("TIERLIGHT_BENCH_SHAPE").unwrap_or_default();
    (sites, SHAPES.into_iter().find(|s| s.slug() == name).unwrap_or(Shape::Tiered))
}

/// The site with most suppliers: first in order where several have as many.
fn widest_buyer(plan: &Plan) -> usize {
    let most = (0..plan.len()).rev().max_by_key(|&site| plan.suppliers.neighbours(plan.position_of[site] as usize).len());
    most.unwrap_or(0)
}

fn solves<L: Lane>(criterion: &mut Criterion, plan: &Plan, name: &str, all: impl Fn(f64) -> L) {
    let right: Vec<L> = plan.value_added.iter().map(|&v| all(v)).collect();
    criterion.bench_function(name, |b| {
        b.iter_batched_ref(|| right.clone(), |columns| solve_forward(plan, columns), BatchSize::LargeInput);
    });
}

fn network_algorithms(criterion: &mut Criterion, a: &Assessment<'_>) {
    let (network, plan) = (a.network, &a.plan);
    criterion.bench_function("shares", |b| b.iter(|| black_box(link_shares(network, a.parameters))));
    criterion.bench_function("plan", |b| b.iter(|| black_box(Plan::new(network, &a.shares, a.parameters))));
    solves(criterion, plan, "solve, one column", |v| [v]);
    solves(criterion, plan, "solve, 16 columns", |v| Wide([v; 16]));
    criterion.bench_function("exposure, all columns", |b| {
        b.iter(|| black_box(exposures(plan, network, a.parameters, &a.untraced, &a.updated)));
    });
    criterion.bench_function("reach of all sites, sketches", |b| b.iter(|| black_box(reach_estimates(plan, &a.updated, 1))));
    let buyer = widest_buyer(plan);
    criterion.bench_function("reach of one buyer", |b| b.iter(|| black_box(reach(plan, &a.updated, buyer))));
    criterion.bench_function("contributions of one buyer", |b| b.iter(|| black_box(contributions(plan, &a.updated, buyer))));
    criterion.bench_function("ten heaviest paths of one buyer", |b| {
        b.iter(|| black_box(heaviest_paths(plan, &a.updated, &a.exposure, buyer, Hazard::ChildLabour, 10)));
    });
    criterion.bench_function("32 draws", |b| b.iter(|| black_box(uncertainty(a, 32, 1, &Silent))));
    updates(criterion, a);
}

/// One site's state, and one buyer's links; sites one after the other, so that none is measured alone.
fn updates(criterion: &mut Criterion, a: &Assessment<'_>) {
    let n = a.plan.len();
    let mut live = Live::new(&a.plan, a.network, a.parameters, &a.untraced, &a.updated, a.error_bound);
    let (mut site, mut up) = (0, false);
    criterion.bench_function("update of one site's state", |b| {
        b.iter(|| {
            site = (site + 7_919) % n;
            up = !up;
            let mut state = live.states()[site];
            state.prevalence = state.prevalence.map(|theta| if up { (1.1 * theta).min(1.0) } else { 0.9 * theta });
            black_box(live.set_state(site, state))
        });
    });
    let mut share = 0.2;
    criterion.bench_function("update of one buyer's links", |b| {
        b.iter(|| {
            site = (site + 7_919) % n;
            share = 0.5 - share;
            black_box(live.set_links(site % 16, &[(site, share)]))
        });
    });
}

fn ingest(criterion: &mut Criterion, packs: &Packs, sites: u32, shape: Shape) -> Outcome<()> {
    let root = tempfile::tempdir()?;
    let generator = Generator::new(shared::options(sites, shape), packs)?;
    let mut group = criterion.benchmark_group("ingest");
    for (name, kind) in [("csv", FileKind::Csv), ("parquet", FileKind::Parquet)] {
        let folder = root.path().join(name);
        write_folder(&generator, &folder, kind)?;
        let options = NetworkOptions::new(AS_OF);
        group.bench_function(BenchmarkId::from_parameter(name), |b| b.iter(|| black_box(read_network(&folder, packs, &options))));
    }
    group.finish();
    Ok(())
}

fn all(criterion: &mut Criterion) {
    let (sites, shape) = size();
    let run = |criterion: &mut Criterion| -> Outcome<()> {
        let packs = read_packs(&[])?;
        let network = shared::network(&packs, sites, shape)?;
        let options = Options { reach: ReachBy::Nothing, ..Options::default() };
        let assessment = assess(&network, &packs.parameters, &options, &Silent)?;
        network_algorithms(criterion, &assessment);
        drop(assessment);
        ingest(criterion, &packs, sites, shape)
    };
    if let Err(error) = run(criterion) {
        // criterion has no way to hand an error on
        assert!(error.to_string().is_empty(), "{error}");
    }
}

criterion_group! {
    name = algorithms;
    config = Criterion::default().sample_size(20);
    targets = all
}
criterion_main!(algorithms);
