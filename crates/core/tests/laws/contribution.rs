//! Equation (4.4): contributions and tiers sum to the linked share; multipliers are columns of (I − A)⁻¹.

use nalgebra::DMatrix;
use proptest::prelude::*;
use tierlight_core::model::Amount;
use tierlight_core::network::contribution::{Contribution, contributions, contributions_of, heaviest, multipliers, upstream};
use tierlight_core::network::throughput::{agent_throughput, throughput};
use tierlight_core::network::tiers::tiers;

use crate::common::shapes::{Shape, shaped};
use crate::common::{Draft, GARMENTS, close, dense_inputs, parameters, random_draft, random_states, solve, with_threads};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn contributions_and_tiers_sum_to_the_linked_share(seed: u64, n in 2usize..50) {
        let parameters = parameters();
        let network = random_draft(seed, n).network();
        let states = random_states(seed, n);
        let solved = solve(&network, &parameters, &states);
        let (a, v, u) = dense_inputs(&network, &parameters);
        let inverse = (DMatrix::identity(n, n) - a).try_inverse().unwrap();
        for buyer in 0..n {
            let exposure = &solved.exposures.sites[buyer];
            let parts = contributions(&solved.plan, &states, buyer);
            let layers = tiers(&solved.plan, &states, buyer);
            for h in 0..3 {
                for sex in 0..2 {
                    let traced: f64 = parts.iter().map(|c| c.traced[h][sex]).sum();
                    close(traced, exposure.traced[h][sex], 1e-9, "Σ contributions (4.4)");
                    let layered: f64 = layers.iter().map(|t| t.traced[h][sex]).sum();
                    close(layered, exposure.traced[h][sex], 1e-9, "Σ tiers");
                    let dark: f64 = parts
                        .iter()
                        .map(|c| {
                            let site = &network.sites()[c.site];
                            c.dark * solved.untraced.of_site(site).prevalence[h][sex]
                        })
                        .sum();
                    close(traced + dark, exposure.linked_sex(h, sex), 1e-9, "contributions and untraced part (4.4)");
                }
            }
            let value: f64 = layers.iter().map(|t| t.value).sum();
            close(value, exposure.traced_share, 1e-9, "Σ tiers of the traced share (4.3)");
            let all: f64 = layers.iter().map(|t| t.value + t.dark).sum();
            close(all, 1.0, 1e-9, "every walk stops somewhere (4.1)");

            prop_assert!(parts.is_sorted_by(|x, y| x.traced[0][0] + x.traced[0][1] >= y.traced[0][0] + y.traced[0][1]));
            let mut seen = vec![0.0; n];
            for c in &parts {
                close(c.multiplier, inverse[(buyer, c.site)], 1e-9, "multiplier M_ij");
                close(c.dark, c.multiplier * u[c.site], 1e-12, "untraced part at a site");
                let linked = c.multiplier * v[c.site] * states[c.site].prevalence[1];
                close(c.traced[1][0] + c.traced[1][1], linked, 1e-12, "M_ij·v_i·θ1_i");
                seen[c.site] = c.multiplier;
            }
            for site in 0..n {
                close(seen[site], inverse[(buyer, site)], 1e-9, "a site without contribution has no multiplier");
            }
        }
    }

    #[test]
    fn throughput_is_the_mean_multiplier_over_final_buyers(seed: u64, n in 2usize..40) {
        let parameters = parameters();
        let network = random_draft(seed, n).network();
        let solved = solve(&network, &parameters, &random_states(seed, n));
        let (a, _, _) = dense_inputs(&network, &parameters);
        let inverse = (DMatrix::identity(n, n) - a).try_inverse().unwrap();
        let other = |l: &&tierlight_core::model::Link| l.supplier != l.buyer;
        let sells = |s: usize| network.links().iter().filter(other).any(|l| l.supplier as usize == s);
        let buys = |s: usize| network.links().iter().filter(other).any(|l| l.buyer as usize == s);
        let finals: Vec<usize> = (0..n).filter(|&s| buys(s) && !sells(s)).collect();
        let through = throughput(&solved.plan, &network);
        for site in 0..n {
            let expected: f64 = finals.iter().map(|&j| inverse[(j, site)] / finals.len() as f64).sum();
            close(through[site], expected, 1e-9, "throughput (4.8)");
        }
        let by_agent = agent_throughput(&network, &through);
        for (agent, found) in by_agent.iter().enumerate() {
            let sites: std::collections::BTreeSet<usize> =
                network.agent_links().iter().filter(|l| l.agent as usize == agent).map(|l| l.site as usize).collect();
            close(*found, sites.iter().map(|&s| through[s]).sum(), 1e-12, "an agent holds each of its sites once");
        }
    }
}

#[test]
fn final_buyers_weigh_by_their_purchases_when_all_state_them() {
    let mut draft = Draft::new();
    for id in ["a", "b", "x", "y"] {
        draft.measured(id, GARMENTS, 0.5, 0.1);
    }
    draft.share("a", "x", 1.0);
    draft.share("b", "y", 1.0);
    draft.parts.sites[2].purchases_total = Some(300.0);
    draft.parts.sites[3].purchases_total = Some(100.0);
    let states = random_states(1, 4);
    let network = draft.network();
    let through = throughput(&solve(&network, &parameters(), &states).plan, &network);
    for (site, expected) in [0.375, 0.125, 0.75, 0.25].into_iter().enumerate() {
        close(through[site], expected, 1e-15, "weight of a final buyer (4.8)");
    }
    draft.parts.sites[3].purchases_total = None;
    let network = draft.network();
    let through = throughput(&solve(&network, &parameters(), &states).plan, &network);
    close(through[0], 0.25, 1e-15, "equal weights when one does not state its purchases");
}

#[test]
fn the_last_tier_holds_what_lies_deeper() {
    let mut draft = Draft::new();
    let n = 20;
    for k in 0..n {
        draft.measured(&format!("s{k:02}"), GARMENTS, 0.9, 0.1);
    }
    for k in 1..n {
        draft.link_rows(k as u32 - 1, k as u32, Amount::Share(1.0));
    }
    let states = random_states(4, n);
    let solved = solve(&draft.network(), &parameters(), &states);
    let layers = tiers(&solved.plan, &states, n - 1);
    assert_eq!(layers.len(), 13);
    assert!(layers.iter().enumerate().all(|(k, t)| t.tier == k));
    close(layers[3].value, 0.1 * 0.9f64.powi(3), 1e-15, "value of tier 3");
    // the first site of the chain states no supplier: its purchases are untraced
    let deeper: f64 = (12..20).map(|k| 0.1 * 0.9f64.powi(k)).sum();
    close(layers[12].value, deeper, 1e-12, "value of tier 12 and deeper");
    close(layers[12].dark, 0.9f64.powi(20), 1e-12, "untraced part of tier 12 and deeper");
    assert_eq!(upstream(&solved.plan, 4).len(), 5);
    assert_eq!(multipliers(&solved.plan, 4).len(), 5);
}

#[test]
fn multipliers_of_components_solved_by_sweeps_and_krylov_equal_the_dense_inverse() {
    for (m, n, other) in [(0.8, 280usize, 0.3), (0.9995, 280, 0.495)] {
        let mut draft = Draft::new();
        for k in 0..n {
            draft.measured(&format!("s{k:03}"), GARMENTS, m, 0.1);
        }
        for k in 0..n {
            draft.link_rows(((k + 1) % n) as u32, k as u32, Amount::Share(0.5));
            draft.link_rows(((k + n - 1) % n) as u32, k as u32, Amount::Share(other));
        }
        draft.measured("z", GARMENTS, 0.5, 0.1);
        draft.share("s017", "z", 0.8);
        let network = draft.network();
        let solved = solve(&network, &parameters(), &random_states(5, n + 1));
        let (a, _, _) = dense_inputs(&network, &parameters());
        let lu = (DMatrix::identity(n + 1, n + 1) - a).transpose().lu();
        let unit = nalgebra::DVector::from_fn(n + 1, |k, _| if k == n { 1.0 } else { 0.0 });
        let column = lu.solve(&unit).unwrap();
        let found = multipliers(&solved.plan, n);
        assert_eq!(found.len(), n + 1);
        for (position, multiplier) in found {
            let site = solved.plan.site_at[position as usize] as usize;
            close(multiplier, column[site], 1e-9 * (1.0 + column[site]), "multiplier of a large component");
        }
    }
}

/// Contributions of all buyers in one pass, the largest first.
fn together(solved: &crate::common::Solved, states: &[tierlight_core::risk::update::Updated], buyers: &[usize]) -> Vec<Vec<Contribution>> {
    let mut out = Vec::new();
    let sorted = |_, mut parts: Vec<Contribution>| {
        parts.sort_unstable_by(|a, b| a.larger_first(b, 0));
        parts
    };
    let taken = contributions_of(&solved.plan, states, buyers, sorted, |buyer, parts| {
        assert_eq!(buyer, buyers[out.len()], "buyers come in the order asked for");
        out.push(parts);
        Ok::<(), ()>(())
    });
    assert_eq!(taken, Ok(()));
    out
}

#[test]
fn many_buyers_at_once_give_the_same_bytes_as_each_alone() {
    for (shape, n) in [(Shape::Tiered, 3_000), (Shape::Hubs, 2_000), (Shape::Giant, 700), (Shape::Giant, 150), (Shape::Chain, 400)] {
        let network = shaped(shape, n, 3);
        let states = random_states(3, n);
        let solved = solve(&network, &parameters(), &states);
        // enough for several groups, in no order of the plan, and one twice
        let mut buyers: Vec<usize> = (0..n).rev().step_by(n / 90 + 1).collect();
        buyers.push(buyers[5]);
        let alone: Vec<Vec<Contribution>> = buyers.iter().map(|&b| contributions(&solved.plan, &states, b)).collect();
        assert!(alone.iter().any(|parts| parts.len() > n / 10), "{shape:?}");
        for threads in [1, 3] {
            assert_eq!(with_threads(threads, || together(&solved, &states, &buyers)), alone, "{shape:?}");
        }
        buyers.rotate_left(7);
        let mut rotated = alone;
        rotated.rotate_left(7);
        assert_eq!(together(&solved, &states, &buyers), rotated, "{shape:?}: another grouping");
    }
}

#[test]
fn a_pass_over_buyers_ends_when_its_taker_fails() {
    let network = shaped(Shape::Tiered, 400, 5);
    let states = random_states(5, 400);
    let solved = solve(&network, &parameters(), &states);
    let mut taken = 0;
    let buyers: Vec<usize> = (0..400).collect();
    let ended = contributions_of(
        &solved.plan,
        &states,
        &buyers,
        |_, parts| parts.len(),
        |buyer, _| {
            taken += 1;
            if buyer == 17 { Err("enough") } else { Ok(()) }
        },
    );
    assert_eq!((ended, taken), (Err("enough"), 18));
}

#[test]
fn the_heaviest_and_the_others_make_all_contributions() {
    let network = shaped(Shape::Tiered, 2_000, 9);
    let states = random_states(9, 2_000);
    let solved = solve(&network, &parameters(), &states);
    let all = contributions(&solved.plan, &states, 1_990);
    for count in [0, 1, 10, all.len() - 1, all.len(), all.len() + 5] {
        let found = heaviest(&solved.plan, all.clone(), 0, count);
        let listed = count.min(all.len());
        assert_eq!((found.listed.as_slice(), found.others), (&all[..listed], all.len() - listed));
        let value: f64 =
            all[listed..].iter().map(|c| c.multiplier * solved.plan.value_added[solved.plan.position_of[c.site] as usize]).sum();
        close(found.others_value, value, 1e-14, "value added at the others");
        let boys: f64 = all[listed..].iter().map(|c| c.traced[2][1]).sum();
        close(found.others_traced[2][1], boys, 1e-14, "what the others add");
    }
}
