//! Equations (4.6) and (4.7): reach over distinct upstream sites, against a set union.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tierlight_core::model::{Amount, Network};
use tierlight_core::network::reach::{Reach, reach, reach_all};
use tierlight_core::risk::update::Updated;

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
        let all = reach_all(&plan, &states, u64::from(u32::MAX));
        for (buyer, of_all) in all.iter().enumerate() {
            let one = reach(&plan, &states, buyer);
            check(&one, &states, &union(&network, buyer), buyer);
            prop_assert_eq!(of_all.as_ref(), Some(&one), "reach of all sites equals reach of one");
        }
    }
}

#[test]
fn beyond_its_limit_reach_says_nothing_and_always_the_same() {
    let mut draft = Draft::new();
    let n = 3000usize;
    for k in 0..n {
        draft.measured(&format!("s{k:04}"), GARMENTS, 0.5, 0.1);
    }
    for k in 1..n {
        draft.link_rows(k as u32 - 1, k as u32, Amount::Share(1.0));
    }
    let states = random_states(6, n);
    let plan = solve(&draft.network(), &parameters(), &states).plan;
    let one = with_threads(1, || reach_all(&plan, &states, 100));
    let many = with_threads(4, || reach_all(&plan, &states, 100));
    assert_eq!(one, many);
    // in a chain the k-th site has k upstream links
    assert!(one.iter().enumerate().all(|(k, r)| r.is_some() == (k <= 100)));
    for (buyer, found) in one.iter().enumerate().filter_map(|(b, r)| r.as_ref().map(|r| (b, r))) {
        if buyer % 37 == 0 {
            assert_eq!(*found, reach(&plan, &states, buyer));
        }
    }
    // a larger limit only ever adds
    let larger = reach_all(&plan, &states, 400);
    assert!(one.iter().zip(&larger).all(|(small, large)| small.is_none() || small == large));
    assert!(larger[400].is_some() && larger[401].is_none());
    assert!(reach_all(&plan, &states, 0).iter().enumerate().all(|(k, r)| r.is_some() == (k == 0)));
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
