//! Size and shape: long chains, closed loops, self-supply, a giant component.

use tierlight_core::model::{Amount, Probability, Share};
use tierlight_core::network::component::Method;
use tierlight_core::network::depth::subcontracting_depth;
use tierlight_core::{Error, Options, ReachBy, Silent, assess};

use crate::common::{Draft, GARMENTS, KILN, Rng, assessed, close, parameters, random_states, solve};

#[test]
fn a_chain_of_a_million_sites_does_not_overflow_the_stack() {
    let p = parameters();
    let n = 1_000_000u32;
    let mut draft = Draft::new();
    let mut template = tierlight_core::model::Site::new(KILN, crate::common::PAK);
    template.measured_prevalence = Probability::new(0.1);
    template.workers = Some(1.0);
    template.input_share = Share::new(0.5);
    draft.parts.sites = vec![template; n as usize];
    draft.parts.site_ids = (0..n).map(|k| format!("s{k:07}")).collect();
    for k in 1..n {
        draft.link_rows(k - 1, k, Amount::Share(1.0));
    }
    let network = tierlight_core::model::Network::new(draft.parts).unwrap();
    let a = assess(&network, &p, &Options { reach: ReachBy::Sketch, ..Options::default() }, &Silent).unwrap();
    assert!(a.plan.cycles.is_empty());
    // deep in the chain the walk always stops at a site of prevalence 0.1
    let last = &a.exposure[n as usize - 1];
    close(last.linked(0), 0.1, 1e-12, "linked share at the end of the chain");
    close(last.traced_share, 1.0, 1e-12, "traced share at the end of the chain");
    close(last.mean_tier, 1.0, 1e-12, "mean tier at the end of the chain");
    assert!(!a.reach[n as usize - 1].exact && a.reach[0].exact);
    close(a.throughput[n as usize - 2], 0.5, 1e-15, "throughput one link up");
    assert_eq!(subcontracting_depth(&network)[0], Some(0));
}

fn loop_error(draft: &Draft) -> Option<Error> {
    let network = draft.network();
    let p = parameters();
    assess(&network, &p, &Options::default(), &Silent).err()
}

#[test]
fn a_closed_loop_is_an_error_that_names_its_sites() {
    let mut draft = Draft::new();
    for id in ["c", "a", "b", "outside"] {
        draft.measured(id, GARMENTS, 1.0, 0.1);
    }
    for (supplier, buyer) in [("a", "b"), ("b", "c"), ("c", "a")] {
        draft.share(supplier, buyer, 1.0);
    }
    draft.share("a", "outside", 0.5);
    let error = loop_error(&draft).unwrap();
    assert_eq!(error, Error::ClosedLoop { count: 3, sites: "a, b, c".to_owned() });
    assert_eq!(error.to_string(), "3 sites buy everything from each other and add no value: a, b, c");
    // any value added, or anything untraced, opens it
    let mut open = draft.clone();
    open.parts.sites[0].input_share = Share::new(0.99);
    assert_eq!(loop_error(&open), None);
    let mut open = draft.clone();
    open.parts.links[0].amount = Amount::Share(0.99);
    assert_eq!(loop_error(&open), None);
    // more than five sites: five are named
    let mut long = Draft::new();
    for k in 0..300 {
        long.measured(&format!("s{k:03}"), GARMENTS, 1.0, 0.1);
    }
    for k in 0..300u32 {
        long.link_rows(k, (k + 1) % 300, Amount::Share(1.0));
    }
    assert_eq!(loop_error(&long), Some(Error::ClosedLoop { count: 300, sites: "s000, s001, s002, s003, s004".to_owned() }));
}

#[test]
fn a_closed_loop_is_found_behind_links_without_a_share() {
    // `a` and `b` are closed; a link of share 0 ties them into a larger circle with `c`, which is open
    let mut draft = Draft::new();
    for id in ["a", "b"] {
        draft.measured(id, GARMENTS, 1.0, 0.1);
    }
    draft.measured("c", GARMENTS, 0.5, 0.1);
    draft.share("a", "b", 1.0);
    draft.share("b", "a", 1.0);
    draft.share("a", "c", 0.5);
    draft.share("c", "a", 0.0);
    assert_eq!(loop_error(&draft), Some(Error::ClosedLoop { count: 2, sites: "a, b".to_owned() }));
}

#[test]
fn links_without_a_share_change_no_exposure_but_stay_upstream() {
    let p = parameters();
    let mut draft = Draft::new();
    for id in ["a", "b", "c"] {
        draft.measured(id, GARMENTS, 0.5, 0.1);
    }
    draft.share("a", "b", 0.6);
    draft.share("b", "c", 0.6);
    let before = assessed(&draft.network(), &p).exposure;
    draft.share("c", "a", 0.0);
    let network = draft.network();
    let a = assessed(&network, &p);
    for (x, y) in before.iter().zip(&a.exposure) {
        close(x.linked(0), y.linked(0), 1e-15, "a share of 0 carries nothing");
    }
    assert!(a.reach.iter().all(|r| r.sites == 2), "but its supplier is upstream");
}

#[test]
fn self_supply_is_legal_unless_it_is_all_and_adds_nothing() {
    let mut draft = Draft::new();
    draft.measured("a", GARMENTS, 1.0, 0.1);
    draft.share("a", "a", 1.0);
    assert_eq!(loop_error(&draft), Some(Error::ClosedLoop { count: 1, sites: "a".to_owned() }));
    draft.parts.links[0].amount = Amount::Share(0.3);
    let network = draft.network();
    let p = parameters();
    let a = assessed(&network, &p);
    assert_eq!(a.plan.sites_in_cycles(), 1);
    assert_eq!(a.reach[0].sites, 0, "it is not upstream of itself");
}

#[test]
fn a_giant_component_agrees_with_its_own_equations() {
    let p = parameters();
    let n = 5_000usize;
    let mut rng = Rng(3);
    let mut draft = Draft::new();
    for k in 0..n {
        draft.measured(&format!("s{k:04}"), [KILN, GARMENTS][k % 2], 0.2 + 0.6 * rng.unit(), 0.3 * rng.unit());
    }
    for k in 0..n {
        draft.link_rows(((k + 1) % n) as u32, k as u32, Amount::Share(0.5));
        for _ in 0..3 {
            draft.link_rows(rng.below(n) as u32, k as u32, Amount::Share(0.1));
        }
    }
    let network = draft.network();
    let states = random_states(9, n);
    let solved = solve(&network, &p, &states);
    assert_eq!(solved.plan.sites_in_cycles(), n);
    assert!(matches!(solved.plan.cycles[0].forward.method, Method::Sweeps(k) if k < 100), "{:?}", solved.plan.cycles[0]);
    // e_j = v_j·θ1_j + u_j·q_j + Σ a_ij·e_i, written out
    let e: Vec<f64> = solved.exposures.sites.iter().map(|s| s.linked(0)).collect();
    let mut right: Vec<f64> = (0..n)
        .map(|j| {
            let site = &network.sites()[j];
            let m = site.input_share.unwrap().get();
            let q = solved.untraced.get(site.country, site.sector).prevalence[0];
            (1.0 - m) * states[j].prevalence[0] + m * 0.2 * (q[0] + q[1])
        })
        .collect();
    for link in network.links() {
        let Amount::Share(w) = link.amount else { unreachable!() };
        right[link.buyer as usize] += network.sites()[link.buyer as usize].input_share.unwrap().get() * w * e[link.supplier as usize];
    }
    for j in 0..n {
        close(e[j], right[j], 1e-12, "equation (4.2) in a giant component");
    }
    // of all columns, the labour column in workers among them
    assert!(solved.exposures.error_bound < 1e-9, "{}", solved.exposures.error_bound);
}

#[test]
fn a_circle_that_cannot_be_solved_is_an_error_and_never_a_number() {
    // traders that pass everything on but for a few parts in a trillion: a walk goes round 10^11 times, beyond what f64 can carry
    let n = 40u32;
    let mut draft = Draft::new();
    for k in 0..n {
        draft.measured(&format!("s{k:02}"), GARMENTS, 1.0 - 3e-12 * f64::from(k % 7 + 1), 0.1);
    }
    for k in 0..n {
        draft.link_rows((k + 1) % n, k, Amount::Share(0.37));
        draft.link_rows((k + n - 1) % n, k, Amount::Share(0.63));
    }
    let error = loop_error(&draft);
    assert!(matches!(error, Some(Error::NotConverged { sites: 40, .. })), "{error:?}");
}
