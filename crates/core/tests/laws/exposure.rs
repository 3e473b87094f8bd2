//! Equations (4.1) to (4.3) against a dense solve of (I − A) written apart from the plan.

use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;
use tierlight_core::model::{Amount, Network, Share};
use tierlight_core::network::component::Method;
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::update::Updated;

use crate::common::{Draft, GARMENTS, KILN, Rng, Solved, close, dense_inputs, parameters, random_draft, random_states, solve};

const TOLERANCE: f64 = 1e-9;

/// Compares every column of every site with the dense solution.
fn check(network: &Network, parameters: &Parameters, states: &[Updated]) -> Solved {
    let solved = solve(network, parameters, states);
    let n = network.sites().len();
    let (a, v, u) = dense_inputs(network, parameters);
    let lu = (DMatrix::identity(n, n) - &a).lu();
    let solve_for = |stop: &dyn Fn(usize) -> f64| lu.solve(&DVector::from_fn(n, |j, _| stop(j))).unwrap();
    let q = |j: usize| solved.untraced.of_site(&network.sites()[j]);
    let intensity = |j: usize| {
        let site = &network.sites()[j];
        site.labour_intensity.unwrap_or(parameters.sectors[usize::from(site.sector)].profile.labour_intensity)
    };
    let found = &solved.exposures.sites;
    for h in 0..3 {
        for sex in 0..2 {
            let share = |j: usize| if sex == 0 { states[j].girls_share } else { 1.0 - states[j].girls_share };
            let traced = solve_for(&|j| v[j] * states[j].prevalence[h] * share(j));
            let dark = solve_for(&|j| u[j] * q(j).prevalence[h][sex]);
            for j in 0..n {
                close(found[j].traced[h][sex], traced[j], TOLERANCE, "traced linked share (4.2)");
                close(found[j].untraced[h][sex], dark[j], TOLERANCE, "untraced linked share (4.2)");
                close(found[j].linked_sex(h, sex), traced[j] + dark[j], TOLERANCE, "linked share of a sex (4.2)");
            }
        }
        let children = solve_for(&|j| v[j] * intensity(j) * states[j].prevalence[h] + u[j] * q(j).labour_prevalence[h]);
        let workers = solve_for(&|j| v[j] * intensity(j) + u[j] * q(j).labour);
        for j in 0..n {
            close(found[j].labour[h], children[j] / workers[j], TOLERANCE, "linked labour share (4.2b)");
            close(found[j].linked(h), found[j].linked_traced(h) + found[j].linked_untraced(h), 1e-15, "parts of a linked share");
            assert!((-1e-12..=1.0 + 1e-12).contains(&found[j].linked(h)), "linked share in [0, 1]");
        }
    }
    // links walked: Σ_k k·Aᵏ·v = (I − A)⁻¹·A·(I − A)⁻¹·v
    let stopped = solve_for(&|j| v[j]);
    let ahead = &a * &stopped;
    let walked = lu.solve(&ahead).unwrap();
    for j in 0..n {
        close(found[j].traced_share, stopped[j], TOLERANCE, "traced share (4.3)");
        if stopped[j] > 1e-6 {
            close(found[j].mean_tier, walked[j] / stopped[j], TOLERANCE * (1.0 + walked[j] / stopped[j]), "mean tier (4.3)");
        }
    }
    assert!(solved.exposures.error_bound < TOLERANCE, "stated error bound {}", solved.exposures.error_bound);
    solved
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_networks_with_cycles_agree_with_the_dense_solution(seed: u64, n in 1usize..60) {
        let parameters = parameters();
        check(&random_draft(seed, n).network(), &parameters, &random_states(seed, n));
    }
}

#[test]
fn random_networks_do_have_cycles() {
    let sizes: Vec<usize> = (0..20)
        .map(|seed| solve(&random_draft(seed, 50).network(), &parameters(), &random_states(seed, 50)).plan.sites_in_cycles())
        .collect();
    assert!(sizes.iter().filter(|&&s| s > 1).count() > 10, "{sizes:?}");
}

/// A ring with shortcuts, sites of random input share, fed by a few suppliers and feeding a few buyers outside it.
fn giant_component(ring: usize) -> Draft {
    let mut rng = Rng(7);
    let mut draft = Draft::new();
    let total = ring + 40;
    for k in 0..total {
        let site = draft.site(&format!("s{k:04}"), [KILN, GARMENTS][k % 2]);
        site.input_share = Share::new(0.3 + 0.6 * rng.unit());
    }
    for k in 0..ring {
        draft.link_rows(((k + 1) % ring) as u32, k as u32, Amount::Share(0.4));
        draft.link_rows(rng.below(ring) as u32, k as u32, Amount::Share(0.3));
        if k % 9 == 0 {
            draft.link_rows((ring + rng.below(20)) as u32, k as u32, Amount::Share(0.2));
        }
    }
    for buyer in ring + 20..total {
        draft.link_rows(rng.below(ring) as u32, buyer as u32, Amount::Share(0.5));
        draft.link_rows((buyer - 20) as u32, buyer as u32, Amount::Share(0.3));
    }
    draft
}

#[test]
fn a_giant_component_solved_by_sweeps_agrees_with_the_dense_solution() {
    let network = giant_component(360).network();
    let solved = check(&network, &parameters(), &random_states(1, 400));
    assert_eq!(solved.plan.cycles.len(), 1);
    assert!(matches!(solved.plan.cycles[0].forward.method, Method::Sweeps(_)), "{:?}", solved.plan.cycles[0]);
}

#[test]
fn a_slowly_converging_component_solved_by_krylov_agrees_with_the_dense_solution() {
    // trade up and down a line at almost no value added: the walk diffuses for very long
    let circle = |n: usize| {
        let mut draft = Draft::new();
        for k in 0..n {
            let m = if k % 50 == 0 { 0.9 } else { 0.9995 };
            draft.measured(&format!("s{k:04}"), GARMENTS, m, 0.1);
        }
        for k in 0..n {
            draft.link_rows(((k + 1) % n) as u32, k as u32, Amount::Share(0.5));
            draft.link_rows(((k + n - 1) % n) as u32, k as u32, Amount::Share(0.495));
        }
        draft.network()
    };
    let (small, times) = (300, 14);
    let states = random_states(2, small);
    let dense = check(&circle(small), &parameters(), &states);
    assert_eq!(dense.plan.cycles[0].forward.method, Method::Dense);
    // a circle fourteen times as long that repeats the small one has its solution, repeated
    let repeated: Vec<_> = (0..times).flat_map(|_| states.iter().copied()).collect();
    let large = solve(&circle(small * times), &parameters(), &repeated);
    assert_eq!(large.plan.cycles[0].forward.method, Method::Krylov);
    assert_eq!(large.plan.cycles[0].backward.method, Method::Krylov);
    for (k, found) in large.exposures.sites.iter().enumerate() {
        let expected = &dense.exposures.sites[k % small];
        for h in 0..3 {
            close(found.linked(h), expected.linked(h), 1e-9, "linked share");
            close(found.labour[h], expected.labour[h], 1e-9, "labour share");
        }
        close(found.traced_share, expected.traced_share, 1e-9, "traced share");
        close(found.mean_tier / expected.mean_tier, 1.0, 1e-8, "mean tier");
    }
}

#[test]
fn a_large_circle_of_traders_that_add_nothing_but_for_one_agrees_with_the_dense_solution() {
    // the worst case short of a closed loop: one site of three hundred where a walk can stop
    let mut draft = Draft::new();
    let n = 300;
    for k in 0..n {
        draft.measured(&format!("s{k:04}"), GARMENTS, if k == 0 { 0.9 } else { 1.0 }, 0.1);
    }
    for k in 0..n {
        draft.link_rows(((k + 1) % n) as u32, k as u32, Amount::Share(0.5));
        draft.link_rows(((k + n - 1) % n) as u32, k as u32, Amount::Share(0.5));
    }
    let network = draft.network();
    let states = random_states(4, n);
    let solved = solve(&network, &parameters(), &states);
    let only = states[0].prevalence[0];
    let worst = solved.exposures.sites.iter().map(|s| (s.linked(0) - only).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-9, "every walk stops at the one site: off by {worst}, stated {}", solved.exposures.error_bound);
}

#[test]
fn a_component_just_over_the_dense_limit_equals_one_just_under_it() {
    // the same ring at 256 (dense) and 257 sites (sweeps): every site alike, so the linked share is known in closed form
    for n in [256usize, 257] {
        let mut draft = Draft::new();
        for k in 0..n {
            draft.measured(&format!("s{k:04}"), GARMENTS, 0.6, 0.2);
        }
        for k in 0..n {
            draft.link_rows(((k + 1) % n) as u32, k as u32, Amount::Share(1.0));
        }
        let network = draft.network();
        let mut states = random_states(3, n);
        for state in &mut states {
            state.prevalence = [0.2, 0.1, 0.05];
            state.girls_share = 0.25;
        }
        let solved = solve(&network, &parameters(), &states);
        assert!(matches!(solved.plan.cycles[0].forward.method, Method::Sweeps(_)), "few links: sweeps cost less than elimination");
        for site in &solved.exposures.sites {
            close(site.linked(0), 0.2, 1e-11, "linked share of a uniform ring");
            close(site.traced[2][0], 0.0125, 1e-11, "girls' forced share of a uniform ring");
            close(site.traced_share, 1.0, 1e-11, "traced share of a full ring");
            // geometric walk: m/(1 − m) links
            close(site.mean_tier, 1.5, 1e-10, "mean tier of a uniform ring");
        }
    }
}
