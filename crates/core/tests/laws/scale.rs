//! Cost at size, as ratios in one run: `cargo test --release -p tierlight-core --test laws scale -- --ignored --nocapture`.
//! `SITES` and `SHAPE` in the environment take another size and one shape.

use std::time::Instant;

use tierlight_core::model::Network;
use tierlight_core::network::contribution::{contributions, contributions_of};
use tierlight_core::network::exposure::exposures;
use tierlight_core::network::sketch::reach_estimates;
use tierlight_core::network::solve::{Lanes, solve_forward};
use tierlight_core::network::update::Live;
use tierlight_core::risk::update::Updated;

use crate::common::shapes::{Shape, shaped};
use crate::common::{Rng, Solved, parameters, random_states, solve};

fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let started = Instant::now();
    let out = work();
    (started.elapsed().as_secs_f64(), out)
}

fn best<T>(times: usize, mut work: impl FnMut() -> T) -> f64 {
    (0..times).map(|_| seconds(&mut work).0).fold(f64::INFINITY, f64::min)
}

/// Seconds of one forward solve of one hazard column.
fn one_solve(solved: &Solved, states: &[Updated]) -> f64 {
    let plan = &solved.plan;
    let column = |p: usize| -> Lanes<1> { [plan.value_added[p] * states[plan.site_at[p] as usize].prevalence[0]] };
    let right: Vec<Lanes<1>> = (0..plan.len()).map(column).collect();
    let mut columns = right.clone();
    best(5, || {
        columns.copy_from_slice(&right);
        solve_forward(plan, &mut columns);
    })
}

fn each_shape(work: impl Fn(Shape, &Network, &[Updated], &Solved)) {
    let n = std::env::var("SITES").ok().and_then(|s| s.parse().ok()).unwrap_or(1_000_000);
    let only = std::env::var("SHAPE").unwrap_or_default();
    for shape in [Shape::Tiered, Shape::Hubs, Shape::Giant, Shape::Chain] {
        if !only.is_empty() && format!("{shape:?}") != only {
            continue;
        }
        let network = shaped(shape, n, 7);
        let states = random_states(7, n);
        let solved = solve(&network, &parameters(), &states);
        let largest = solved.plan.cycles.iter().map(|c| c.end - c.start).max().unwrap_or(0);
        println!("{shape:?}: {n} sites, {} links, largest component {largest}", solved.plan.suppliers.len());
        work(shape, &network, &states, &solved);
    }
}

#[test]
#[ignore = "measures: minutes"]
fn reach_of_all_sites() {
    each_shape(|_, _, states, solved| {
        let solve = one_solve(solved, states);
        let sketch = best(3, || reach_estimates(&solved.plan, states, 1));
        println!("   solve of one column {:.1} ms, reach of all sites {:.2} s: ratio {:.1}", 1e3 * solve, sketch, sketch / solve);
    });
}

#[test]
#[ignore = "measures: minutes"]
fn sketches_of_a_larger_network() {
    let n = 100_000;
    let (network, states) = (shaped(Shape::Tiered, n, 21), random_states(21, n));
    let (mut within, mut spread) = (Vec::new(), Vec::new());
    for seeds in [0..500, 500..1_000, 1_000..1_500, 1_500..2_000] {
        let found = crate::reach::sketch_errors(&network, &states, 1_000, seeds);
        println!("expected sites by hazard, girls and boys by hazard, sites: {found:.4?}");
        assert!(found.bias < 0.02 && found.within.iter().all(|w| *w > 0.95), "{found:?}");
        within.push(found.within.into_iter().fold(1.0, f64::min));
        spread.push(found.spread.into_iter().fold(0.0, f64::max) / found.stated);
    }
    println!("least part within 0.31 by 500 seeds: {within:.4?}; largest spread against what is stated: {spread:.3?}");
    assert!(spread.iter().all(|s| *s < 1.05), "{spread:?}");
}

#[test]
#[ignore = "measures: minutes"]
fn contributions_of_one_buyer() {
    let parameters = parameters();
    each_shape(|_, network, states, solved| {
        let pass = best(2, || exposures(&solved.plan, network, &parameters, &solved.untraced, states).unwrap());
        let solve = one_solve(solved, states);
        println!("   full pass {pass:.2} s, solve of one column {:.1} ms", 1e3 * solve);
        let n = solved.plan.len();
        let (mut worst, mut small, mut whole) = ((0.0, 0), 0, (0.0, 0));
        for buyer in (n * 3 / 8..n).step_by(n / 300 + 1).chain((n - 20).max(1)..n) {
            let (t, parts) = seconds(|| contributions(&solved.plan, states, buyer));
            if parts.len() < n / 100 {
                small += usize::from(parts.len() > 1);
                worst = if t > worst.0 { (t, parts.len()) } else { worst };
            } else {
                whole = if t > whole.0 { (t, parts.len()) } else { whole };
            }
            if t > 1.0 {
                break;
            }
        }
        println!("   {small} buyers with less than 1 % upstream: the slowest ({} sites) 1/{:.0} of the pass", worst.1, pass / worst.0);
        println!("   others: the slowest ({} sites) 1/{:.1} of the pass", whole.1, pass / whole.0);
        let buyers: Vec<usize> = (n - 64..n).collect();
        let count = |_, parts: Vec<_>| parts.len();
        let alone = seconds(|| buyers.iter().map(|&b| contributions(&solved.plan, states, b).len()).sum::<usize>());
        let together = seconds(|| {
            let mut sum = 0;
            contributions_of(&solved.plan, states, &buyers, count, |_, len| {
                sum += len;
                Ok::<(), ()>(())
            })
            .map(|()| sum)
        });
        assert_eq!(together.1, Ok(alone.1));
        println!("   64 buyers one by one {:.2} s, in one pass {:.2} s: {:.1} times faster", alone.0, together.0, alone.0 / together.0);
    });
}

#[test]
#[ignore = "measures: minutes"]
fn updates_of_one_site() {
    let parameters = parameters();
    each_shape(|shape, network, states, solved| {
        let times = if shape == Shape::Tiered { 1_000 } else { 40 };
        let pass = best(2, || exposures(&solved.plan, network, &parameters, &solved.untraced, states).unwrap());
        let n = states.len();
        let (start, mut live) =
            seconds(|| Live::new(&solved.plan, network, &parameters, &solved.untraced, states, solved.exposures.error_bound));
        println!("   full pass {pass:.2} s, start {start:.2} s");
        let others = random_states(8, n);
        let mut rng = Rng(9);
        let mut timed = |what: &str, work: &mut dyn FnMut(usize, &mut Live<'_>) -> usize| {
            let mut found: Vec<(f64, usize)> = (0..times).map(|_| rng.below(n)).map(|site| seconds(|| work(site, &mut live))).collect();
            found.sort_by(|a, b| a.0.total_cmp(&b.0));
            let at = |q: usize| (pass / found[q].0, found[q].1);
            println!(
                "   {what}: median 1/{:.0} of the pass ({} sites), 90 % 1/{:.0} ({}), worst 1/{:.1} ({})",
                at(times / 2).0,
                at(times / 2).1,
                at(times * 9 / 10).0,
                at(times * 9 / 10).1,
                at(times - 1).0,
                at(times - 1).1
            );
        };
        timed("state", &mut |site, live| live.set_state(site, others[site]).unwrap().len());
        timed("links", &mut |site, live| {
            let links: Vec<(usize, f64)> = vec![((site * 7919) % n, 0.3), ((site * 104_729) % n, 0.2)];
            live.set_links(site, &links).unwrap().len()
        });
        println!("   bound after {} updates {:e}", 2 * times, live.error_bound());
    });
}
