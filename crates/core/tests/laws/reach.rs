//! Equations (4.6) and (4.7): reach over distinct upstream sites, against a set union.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tierlight_core::model::{Amount, Network};
use tierlight_core::network::reach::{Reach, reach, reach_all};
use tierlight_core::network::sketch::{reach_estimates, relative_error};
use tierlight_core::risk::update::Updated;

use crate::common::shapes::{Shape, shaped};
use crate::common::{Draft, GARMENTS, close, parameters, random_draft, random_states, solve, with_threads};

/// Sites upstream of a buyer, itself included, by repeated union.
fn union(network: &Network, buyer: usize) -> BTreeSet<usize> {
    let mut set = BTreeSet::from([buyer]);
    loop {
        let more: BTreeSet<usize> = network
            .links()
            .iter()
            .filter(|l| set.contains(&(l.buyer as usize)))
            .map(|l| l.supplier as usize)
            .chain(set.iter().copied())
            .collect();
        if more.len() == set.len() {
            return set;
        }
        set = more;
    }
}

fn check(found: &Reach, states: &[Updated], sites: &BTreeSet<usize>, buyer: usize) {
    assert_eq!(found.sites as usize, sites.len() - 1, "distinct upstream sites, itself left out");
    for h in 0..3 {
        let none: f64 = sites.iter().map(|&s| 1.0 - states[s].presence[h]).product();
        close(found.any_site[h], 1.0 - none, 1e-12, "any-site probability (4.6)");
        let expected: f64 = sites.iter().map(|&s| states[s].presence[h]).sum();
        close(found.expected_sites[h], expected, 1e-12 * (1.0 + expected), "expected sites with children (4.6)");
        for sex in 0..2 {
            let share = |s: usize| if sex == 0 { states[s].girls_share } else { 1.0 - states[s].girls_share };
            let children: f64 = sites.iter().filter(|&&s| s != buyer).map(|&s| states[s].expected[h] * share(s)).sum();
            close(found.children[h][sex], children, 1e-12 * (1.0 + children), "upstream children (4.7)");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reach_equals_the_union_of_upstream_sites(seed: u64, n in 1usize..50) {
        let network = random_draft(seed, n).network();
        let states = random_states(seed, n);
        let plan = solve(&network, &parameters(), &states).plan;
        let all = reach_all(&plan, &states);
        let sketched = reach_estimates(&plan, &states, seed);
        for (buyer, of_all) in all.iter().enumerate() {
            let one = reach(&plan, &states, buyer);
            check(&one, &states, &union(&network, buyer), buyer);
            prop_assert_eq!(of_all, &one, "reach of all sites equals reach of one");
            prop_assert!(sketched[buyer].exact, "fewer than 80 sites are all in the sketch");
            check(&sketched[buyer], &states, &union(&network, buyer), buyer);
        }
    }
}

/// Six tiers, every site with suppliers in the next: the top ones have thousands upstream, many through several ways.
fn tiers() -> (Network, Vec<Updated>) {
    let mut draft = Draft::new();
    let sizes = [50usize, 200, 800, 2000, 4000, 6000];
    let mut first = vec![0];
    for size in sizes {
        first.push(first[first.len() - 1] + size);
    }
    for k in 0..first[6] {
        draft.measured(&format!("s{k:05}"), GARMENTS, 0.5, 0.1);
    }
    for tier in 0..5 {
        for k in 0..sizes[tier] {
            let mut suppliers: Vec<usize> = (0..6).map(|j| (k * 7919 + j * (j * 104_729 + 613)) % sizes[tier + 1]).collect();
            suppliers.sort_unstable();
            suppliers.dedup();
            for s in suppliers {
                draft.link_rows((first[tier + 1] + s) as u32, (first[tier] + k) as u32, Amount::Share(0.1));
            }
        }
    }
    // a few ways back up close cycles
    for k in 0..20 {
        draft.link_rows(k * 11, first[2] as u32 + k * 31, Amount::Share(0.05));
    }
    let n = first[6];
    (draft.network(), random_states(11, n))
}

#[test]
fn sketches_estimate_large_reaches_without_bias() {
    let (network, states) = tiers();
    let plan = solve(&network, &parameters(), &states).plan;
    let exact = reach_all(&plan, &states);
    let stated = relative_error(&states);
    let (mut errors, mut sketched) = (vec![Vec::new(); 10], 0);
    for seed in 0..6 {
        let found = reach_estimates(&plan, &states, seed);
        for (e, f) in exact.iter().zip(&found) {
            if f.exact {
                assert_eq!(e.sites, f.sites);
                continue;
            }
            sketched += 1;
            for (k, (e, f)) in values(e).iter().zip(values(f)).enumerate() {
                errors[k].push(f / e - 1.0);
            }
        }
    }
    assert!(sketched > 1000, "{sketched}");
    for (measure, errors) in errors.iter().enumerate() {
        let n = errors.len() as f64;
        let bias = errors.iter().sum::<f64>() / n;
        let within = errors.iter().filter(|e| e.abs() <= 2.0 * stated).count() as f64 / n;
        let spread = (errors.iter().map(|e| e * e).sum::<f64>() / n).sqrt();
        assert!(bias.abs() < 0.02, "measure {measure}: bias {bias}");
        assert!(spread < 1.1 * stated, "measure {measure}: spread {spread}");
        assert!(within > 0.95, "measure {measure}: {within}");
    }
}

/// Errors of sketches of one network.
#[derive(Debug)]
pub(crate) struct SketchErrors {
    /// Largest mean error of a measure.
    pub(crate) bias: f64,
    /// Of each measure, root of the mean square.
    pub(crate) spread: Vec<f64>,
    /// Of each measure, the part within 0.31.
    pub(crate) within: Vec<f64>,
    /// What is stated.
    pub(crate) stated: f64,
}

/// Errors over `checked` sites with large reach and so many seeds. Buyers share what is upstream of them, so they err together: only many
/// seeds show a bias.
pub(crate) fn sketch_errors(network: &Network, states: &[Updated], checked: usize, seeds: std::ops::Range<u64>) -> SketchErrors {
    let plan = solve(network, &parameters(), states).plan;
    let first = reach_estimates(&plan, states, 0);
    let large: Vec<usize> = (0..states.len()).filter(|&s| !first[s].exact).collect();
    let sites: Vec<usize> = large.iter().copied().step_by((large.len() / checked).max(1)).take(checked).collect();
    assert_eq!(sites.len(), checked);
    let exact: Vec<Vec<f64>> = sites.iter().map(|&s| values(&reach(&plan, states, s))).collect();
    let (mut sums, mut squares, mut within) = ([0.0; 10], [0.0; 10], [0usize; 10]);
    let times = checked as f64 * (seeds.end - seeds.start) as f64;
    for seed in seeds {
        let found = reach_estimates(&plan, states, seed);
        for (&site, exact) in sites.iter().zip(&exact) {
            for (k, (e, f)) in exact.iter().zip(values(&found[site])).enumerate() {
                let error = f / e - 1.0;
                sums[k] += error;
                squares[k] += error * error;
                within[k] += usize::from(error.abs() <= 0.31);
            }
        }
    }
    SketchErrors {
        bias: sums.iter().map(|sum| (sum / times).abs()).fold(0.0, f64::max),
        spread: squares.iter().map(|sum| (sum / times).sqrt()).collect(),
        within: within.iter().map(|&w| w as f64 / times).collect(),
        stated: relative_error(states),
    }
}

/// Expected sites, children and count.
fn values(r: &Reach) -> Vec<f64> {
    let children = r.children.iter().flatten().copied();
    r.expected_sites.iter().copied().chain(children).chain([f64::from(r.sites)]).collect()
}

#[test]
fn a_thousand_sites_are_estimated_without_bias_and_within_the_stated_error() {
    let n = 4_000;
    let found = sketch_errors(&shaped(Shape::Tiered, n, 21), &random_states(21, n), 1_000, 0..2_000);
    assert!(found.bias < 0.01, "{found:?}");
    assert!(found.within.iter().all(|w| *w > 0.96), "{found:?}");
    assert!(found.stated < 0.155 && found.spread.iter().all(|s| *s < found.stated), "{found:?}");
}

/// Workforces of four sizes that differ a thousandfold, and hazards that go with none of them.
fn uneven_states(n: usize) -> Vec<Updated> {
    let mut states = random_states(5, n);
    for (k, state) in states.iter_mut().enumerate() {
        let workers = [2.0, 20.0, 200.0, 2_000.0][k * 2_654_435_761 % 4];
        state.expected = state.expected.map(|children| children / state.workers * workers);
        state.workers = workers;
    }
    states
}

#[test]
fn the_stated_error_of_sketches_holds_where_few_sites_have_most_children() {
    let n = 4_000;
    let states = uneven_states(n);
    for shape in [Shape::Tiered, Shape::Hubs] {
        let found = sketch_errors(&shaped(shape, n, 21), &states, 500, 0..1_000);
        assert!(found.bias < 0.015, "{shape:?} {found:?}");
        assert!(found.spread.iter().all(|s| *s < found.stated), "{shape:?} {found:?}");
        assert!(found.stated < 0.2, "{shape:?} {found:?}");
    }
}

#[test]
fn sketches_are_the_same_on_any_number_of_threads() {
    let (network, states) = tiers();
    let plan = solve(&network, &parameters(), &states).plan;
    let one = with_threads(1, || reach_estimates(&plan, &states, 3));
    assert_eq!(one, with_threads(4, || reach_estimates(&plan, &states, 3)));
    assert_ne!(one, reach_estimates(&plan, &states, 4), "another seed, another sample");
    assert!(one.iter().all(|r| r.any_site.iter().all(|p| (0.0..=1.0).contains(p))));
}

#[test]
fn a_site_bought_through_two_ways_counts_once() {
    let mut draft = Draft::new();
    for id in ["base", "left", "right", "top"] {
        draft.measured(id, GARMENTS, 0.5, 0.1);
    }
    for (supplier, buyer) in [("base", "left"), ("base", "right"), ("left", "top"), ("right", "top")] {
        draft.share(supplier, buyer, 0.5);
    }
    let states = random_states(8, 4);
    let network = draft.network();
    let plan = solve(&network, &parameters(), &states).plan;
    let found = reach(&plan, &states, 3);
    assert_eq!(found.sites, 3);
    check(&found, &states, &BTreeSet::from([0, 1, 2, 3]), 3);
}
