//! Updates equal the full run within the stated bound, after every one of a sequence of changes.

use proptest::prelude::*;
use tierlight_core::Error;
use tierlight_core::model::{Amount, Network};
use tierlight_core::network::exposure::{Exposure, exposures};
use tierlight_core::network::plan::Plan;
use tierlight_core::network::reach::reach;
use tierlight_core::network::shares::link_shares;
use tierlight_core::network::update::Live;
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::update::Updated;

use crate::common::shapes::{Shape, shaped};
use crate::common::{Draft, GARMENTS, Rng, Solved, close, parameters, random_draft, random_states, solve};

fn live<'a>(solved: &'a Solved, network: &'a Network, parameters: &'a Parameters, states: &[Updated]) -> Live<'a> {
    Live::new(&solved.plan, network, parameters, &solved.untraced, states, solved.exposures.error_bound)
}

fn same(found: &Exposure, expected: &Exposure, bound: f64) {
    for h in 0..3 {
        for sex in 0..2 {
            close(found.traced[h][sex], expected.traced[h][sex], bound, "traced");
            close(found.untraced[h][sex], expected.untraced[h][sex], bound, "untraced");
        }
        // a ratio of two columns, each within the bound relative to the lower one
        close(found.labour[h], expected.labour[h], 4.0 * bound, "labour");
    }
    close(found.traced_share, expected.traced_share, bound, "traced share");
    if expected.traced_share > 0.0 {
        close(found.mean_tier, expected.mean_tier, bound * (2.0 + expected.mean_tier) / expected.traced_share, "mean tier");
    }
}

/// Compares all sites with a network solved anew; returns the sites that differ from `before`.
fn check(live: &Live<'_>, draft: &Draft, parameters: &Parameters, states: &[Updated], before: &[Exposure]) -> Vec<u32> {
    let network = draft.network();
    let anew = solve(&network, parameters, states);
    // the full run's own solution is within its bound, and rounding
    let bound = live.error_bound() + anew.exposures.error_bound + 1e-13;
    assert!(bound < 1e-9, "{bound}");
    let mut moved = Vec::new();
    for (site, expected) in anew.exposures.sites.iter().enumerate() {
        same(&live.exposure(site), expected, bound);
        if (expected.linked(0) - before[site].linked(0)).abs() > 10.0 * bound {
            moved.push(site as u32);
        }
    }
    let buyer = states.len() / 2;
    assert_eq!(live.reach(buyer).sites, reach(&anew.plan, states, buyer).sites, "reach after updates");
    moved
}

/// Another row for a buyer: some of its links kept, some dropped, some added, anywhere.
fn other_links(rng: &mut Rng, draft: &Draft, buyer: usize, n: usize) -> Vec<(usize, f64)> {
    let mut suppliers: Vec<usize> = draft.parts.links.iter().filter(|l| l.buyer as usize == buyer).map(|l| l.supplier as usize).collect();
    suppliers.sort_unstable();
    suppliers.dedup();
    suppliers.retain(|_| rng.chance(0.7));
    for _ in 0..rng.below(3) {
        let supplier = rng.below(n);
        if !suppliers.contains(&supplier) {
            suppliers.push(supplier);
        }
    }
    let parts: Vec<f64> = suppliers.iter().map(|_| if rng.chance(0.1) { 0.0 } else { rng.unit() }).collect();
    let sum: f64 = parts.iter().sum();
    let covered = if rng.chance(0.2) { 1.0 } else { rng.unit() };
    suppliers.into_iter().zip(parts).map(|(s, part)| (s, if sum > 0.0 { covered * part / sum } else { 0.0 })).collect()
}

fn replace(draft: &mut Draft, buyer: usize, links: &[(usize, f64)]) {
    draft.parts.links.retain(|l| l.buyer as usize != buyer);
    for &(supplier, share) in links {
        draft.link_rows(supplier as u32, buyer as u32, Amount::Share(share));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sequence_of_updates_equals_the_full_run(seed: u64, n in 2usize..60) {
        let parameters = parameters();
        let mut draft = random_draft(seed, n);
        let network = draft.network();
        let mut states = random_states(seed, n);
        let solved = solve(&network, &parameters, &states);
        let mut live = live(&solved, &network, &parameters, &states);
        let others = random_states(seed ^ 1, n);
        let mut rng = Rng(seed ^ 2);
        for _ in 0..8 {
            let before: Vec<Exposure> = (0..n).map(|s| live.exposure(s)).collect();
            let site = rng.below(n);
            let changed = if rng.chance(0.4) {
                states[site] = others[rng.below(n)];
                live.set_state(site, states[site]).unwrap()
            } else {
                let links = other_links(&mut rng, &draft, site, n);
                replace(&mut draft, site, &links);
                live.set_links(site, &links).unwrap()
            };
            let moved = check(&live, &draft, &parameters, &states, &before);
            prop_assert!(moved.iter().all(|site| changed.contains(site)), "every site that moved is told: {moved:?} {changed:?}");
        }
    }
}

#[test]
fn updates_in_large_components_equal_the_full_run() {
    for shape in [Shape::Tiered, Shape::Giant, Shape::Hubs, Shape::Chain] {
        let n = 1_500;
        let parameters = parameters();
        let network = shaped(shape, n, 4);
        let mut states = random_states(4, n);
        let others = random_states(5, n);
        let solved = solve(&network, &parameters, &states);
        let mut live = live(&solved, &network, &parameters, &states);
        for site in (0..n).step_by(41) {
            states[site] = others[site];
            live.set_state(site, others[site]).unwrap();
        }
        let anew = solve(&network, &parameters, &states);
        for (site, expected) in anew.exposures.sites.iter().enumerate() {
            same(&live.exposure(site), expected, live.error_bound() + anew.exposures.error_bound + 1e-13);
        }
        assert!(live.error_bound() < solved.exposures.error_bound + 40.0 * 2.1e-13, "2e-13 an update");
    }
}

#[test]
fn updates_that_go_nearly_everywhere_equal_the_full_run_with_replaced_rows_too() {
    let n = 1_200;
    let parameters = parameters();
    let mut draft = random_draft(12, n);
    let network = draft.network();
    let mut states = random_states(12, n);
    let solved = solve(&network, &parameters, &states);
    let mut live = live(&solved, &network, &parameters, &states);
    let others = random_states(13, n);
    let mut rng = Rng(14);
    let mut widest = 0;
    for k in 0..16 {
        let before: Vec<Exposure> = (0..n).map(|s| live.exposure(s)).collect();
        let site = rng.below(n);
        let changed = if k % 2 == 0 {
            let links = other_links(&mut rng, &draft, site, n);
            replace(&mut draft, site, &links);
            live.set_links(site, &links).unwrap()
        } else {
            states[site] = others[site];
            live.set_state(site, states[site]).unwrap()
        };
        widest = widest.max(changed.len());
        let moved = check(&live, &draft, &parameters, &states, &before);
        assert!(moved.iter().all(|site| changed.contains(site)), "every site that moved is told");
        let mut once = changed.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), changed.len(), "no site is told twice");
    }
    assert!(widest > n / 2, "{widest}: some change must go nearly everywhere");
}

#[test]
fn after_thousands_of_updates_the_bound_says_so_and_holds() {
    let n = 30;
    let parameters = parameters();
    let mut draft = random_draft(3, n);
    let network = draft.network();
    let mut states = random_states(3, n);
    let solved = solve(&network, &parameters, &states);
    let mut live = live(&solved, &network, &parameters, &states);
    let others = random_states(4, n);
    let mut rng = Rng(5);
    for k in 0..5_200 {
        let site = rng.below(n);
        if rng.chance(0.5) {
            states[site] = others[rng.below(n)];
            live.set_state(site, states[site]).unwrap();
        } else {
            let links = other_links(&mut rng, &draft, site, n);
            replace(&mut draft, site, &links);
            live.set_links(site, &links).unwrap();
        }
        assert!(k != 1_000 || !live.should_be_solved_anew());
    }
    assert!(live.should_be_solved_anew(), "{}", live.error_bound());
    let anew = solve(&draft.network(), &parameters, &states);
    for (site, expected) in anew.exposures.sites.iter().enumerate() {
        same(&live.exposure(site), expected, live.error_bound() + anew.exposures.error_bound);
        // what is stated is a worst case
        same(&live.exposure(site), expected, 1e-11);
    }
}

/// Two sites that pass on all they buy, and one that sells to them.
fn almost_closed() -> Draft {
    let mut draft = Draft::new();
    for id in ["a", "b", "c"] {
        draft.measured(id, GARMENTS, 1.0, 0.1);
    }
    draft.measured("d", GARMENTS, 0.5, 0.1);
    draft.share("b", "a", 1.0);
    draft.share("c", "b", 1.0);
    draft.share("d", "c", 1.0);
    draft
}

#[test]
fn a_link_that_closes_a_loop_is_refused_and_changes_nothing() {
    let draft = almost_closed();
    let (network, parameters, states) = (draft.network(), parameters(), random_states(2, 4));
    let solved = solve(&network, &parameters, &states);
    let mut live = live(&solved, &network, &parameters, &states);
    let before: Vec<Exposure> = (0..4).map(|s| live.exposure(s)).collect();
    let refused = live.set_links(2, &[(0, 1.0)]);
    assert_eq!(refused, Err(Error::ClosedLoop { count: 3, sites: "a, b, c".to_owned() }));
    let bad = live.set_links(2, &[(9, 0.1)]);
    assert_eq!(bad, Err(Error::DanglingSite { table: "links", row: 0, site: 9, sites: 4 }));
    for share in [f64::NAN, -0.1, 1.5] {
        assert_eq!(live.set_links(2, &[(3, share)]), Err(Error::BadShare { buyer: "c".to_owned() }));
    }
    assert_eq!(live.set_links(2, &[(3, 0.8), (1, 0.8)]), Err(Error::SharesAboveOne { buyer: "c".to_owned(), sum: 1.6 }));
    let mut wrong = states[1];
    wrong.prevalence[1] = f64::NAN;
    assert!(matches!(live.set_state(1, wrong), Err(Error::BadParameter { .. })));
    assert_eq!(before, (0..4).map(|s| live.exposure(s)).collect::<Vec<_>>());
    // what leaves a part untraced is a cycle, not a loop
    live.set_links(2, &[(0, 0.9)]).unwrap();
    let mut open = draft;
    replace(&mut open, 2, &[(0, 0.9)]);
    check(&live, &open, &parameters, &states, &before);
}

#[test]
fn a_loop_that_loses_almost_nothing_is_solved_or_refused_never_wrong() {
    for leak in [1e-3, 1e-6, 1e-9] {
        let mut draft = almost_closed();
        let (network, parameters, states) = (draft.network(), parameters(), random_states(2, 4));
        let solved = solve(&network, &parameters, &states);
        let mut live = live(&solved, &network, &parameters, &states);
        let before: Vec<Exposure> = (0..4).map(|s| live.exposure(s)).collect();
        let links = [(0, 1.0 - leak), (3, leak / 2.0)];
        replace(&mut draft, 2, &links);
        let anew = draft.network();
        let shares = link_shares(&anew, &parameters).unwrap();
        let full = exposures(&Plan::new(&anew, &shares, &parameters).unwrap(), &anew, &parameters, &solved.untraced, &states);
        match live.set_links(2, &links) {
            Ok(changed) => {
                assert!(changed.contains(&0) && changed.contains(&2));
                let Ok(full) = full else {
                    assert!(leak < 1e-8, "{leak}: refused when solved anew");
                    continue;
                };
                for (site, expected) in full.sites.iter().enumerate() {
                    same(&live.exposure(site), expected, live.error_bound() + full.error_bound + 1e-13);
                }
            }
            Err(error) => {
                assert!(matches!(error, Error::NotConverged { .. }) && leak < 1e-8, "{leak}: {error}");
                assert_eq!(before, (0..4).map(|s| live.exposure(s)).collect::<Vec<_>>());
            }
        }
    }
}
