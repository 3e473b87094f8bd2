//! Equation (4.5): the heaviest walks, against every walk above a weight.

use nalgebra::DMatrix;
use proptest::prelude::*;
use tierlight_core::model::{Amount, Hazard, Share};
use tierlight_core::network::paths::{Path, heaviest_paths};

use crate::common::{Draft, GARMENTS, Rng, close, dense_inputs, parameters, random_states, solve};

/// Every walk from `buyer` that adds at least `least`, heaviest first.
fn all_walks(a: &DMatrix<f64>, v: &[f64], theta: &[f64], buyer: usize, least: f64) -> Vec<Path> {
    let mut out = Vec::new();
    let mut open = vec![(vec![buyer], 1.0)];
    while let Some((walk, weight)) = open.pop() {
        let at = *walk.last().unwrap();
        let linked = weight * v[at] * theta[at];
        if linked >= least {
            out.push(Path { sites: walk.clone(), value: weight * v[at], linked });
        }
        for supplier in 0..v.len() {
            let next = weight * a[(at, supplier)];
            if next >= least {
                let mut longer = walk.clone();
                longer.push(supplier);
                open.push((longer, next));
            }
        }
    }
    out.sort_by(|x, y| y.linked.total_cmp(&x.linked).then_with(|| x.sites.cmp(&y.sites)));
    out
}

/// A small network without parallel links; with cycles and self-supply when asked for.
fn small(seed: u64, n: usize, cycles: bool) -> Draft {
    let mut rng = Rng(seed);
    let mut draft = Draft::new();
    for k in 0..n {
        draft.site(&format!("s{k}"), GARMENTS).input_share = Share::new(0.7 * rng.unit());
    }
    for buyer in 0..n {
        let mut suppliers: Vec<usize> = (0..if cycles { n } else { buyer }).collect();
        rng.shuffle(&mut suppliers);
        suppliers.truncate(3);
        let count = suppliers.len() as f64;
        for supplier in suppliers {
            draft.link_rows(supplier as u32, buyer as u32, Amount::Share(rng.unit() / count));
        }
    }
    draft
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_heaviest_paths_are_those_of_brute_force(seed: u64, n in 1usize..8, cycles: bool, hazard in 0usize..3) {
        let parameters = parameters();
        let network = small(seed, n, cycles).network();
        let states = random_states(seed, n);
        let solved = solve(&network, &parameters, &states);
        let (a, v, _) = dense_inputs(&network, &parameters);
        let theta: Vec<f64> = states.iter().map(|s| s.prevalence[hazard]).collect();
        let hazard_of = tierlight_core::model::HAZARDS[hazard];
        for buyer in 0..n {
            let expected = all_walks(&a, &v, &theta, buyer, 1e-6);
            let count = expected.len().min(25);
            let found = heaviest_paths(&solved.plan, &states, &solved.exposures.sites, buyer, hazard_of, count);
            prop_assert!(!found.capped);
            prop_assert_eq!(found.paths.len(), count);
            for (path, walk) in found.paths.iter().zip(&expected) {
                close(path.linked, walk.linked, 1e-15, "linked share of the k-th path");
                // its own sites give its weight: the list holds walks, not only weights
                let value: f64 = path.sites.windows(2).map(|s| a[(s[0], s[1])]).product::<f64>() * v[*path.sites.last().unwrap()];
                close(path.value, value, 1e-15, "value of a path");
                close(path.linked, value * theta[*path.sites.last().unwrap()], 1e-15, "linked share of a path");
                prop_assert_eq!(path.sites[0], buyer);
            }
            let mut walks: Vec<&Vec<usize>> = found.paths.iter().map(|p| &p.sites).collect();
            walks.sort();
            walks.dedup();
            prop_assert_eq!(walks.len(), count, "no walk twice");
            let listed: f64 = found.paths.iter().map(|p| p.linked).sum();
            close(found.remainder + listed, solved.exposures.sites[buyer].linked_traced(hazard), 1e-15, "exact remainder");
            prop_assert!(found.remainder > -1e-12);
        }
    }
}

#[test]
fn ties_go_by_site_id_and_zero_walks_are_never_listed() {
    let mut draft = Draft::new();
    for id in ["d", "b", "a", "c", "x"] {
        draft.measured(id, GARMENTS, if id == "x" { 0.8 } else { 0.0 }, 0.1);
    }
    for id in ["c", "d", "a", "b"] {
        draft.share(id, "x", 0.25);
    }
    let network = draft.network();
    let mut states = random_states(1, 5);
    for state in &mut states {
        state.prevalence = [0.1, 0.05, 0.0];
    }
    // "d", row 3, has no children
    states[3].prevalence = [0.0; 3];
    let solved = solve(&network, &parameters(), &states);
    let found = heaviest_paths(&solved.plan, &states, &solved.exposures.sites, 4, Hazard::ChildLabour, 10);
    let sites: Vec<Vec<usize>> = found.paths.iter().map(|p| p.sites.clone()).collect();
    assert_eq!(sites, [vec![4, 0], vec![4, 1], vec![4, 2], vec![4]]);
    close(found.remainder, 0.0, 1e-16, "nothing is left");
    let none = heaviest_paths(&solved.plan, &states, &solved.exposures.sites, 4, Hazard::Forced, 10);
    assert!(none.paths.is_empty() && !none.capped);
}

#[test]
fn a_cycle_is_walked_as_often_as_it_pays() {
    let mut draft = Draft::new();
    draft.measured("a", GARMENTS, 0.5, 0.2);
    draft.share("a", "a", 1.0);
    let states = {
        let mut states = random_states(1, 1);
        states[0].prevalence = [0.2, 0.1, 0.1];
        states
    };
    let solved = solve(&draft.network(), &parameters(), &states);
    let found = heaviest_paths(&solved.plan, &states, &solved.exposures.sites, 0, Hazard::ChildLabour, 6);
    let mut linked = 0.2;
    for (k, path) in found.paths.iter().enumerate() {
        linked *= 0.5;
        assert_eq!(path.sites, vec![0; k + 1]);
        close(path.linked, linked, 1e-16, "k turns");
    }
    close(found.remainder, 0.2 * 0.5f64.powi(6), 1e-15, "remainder after six turns");
}
