//! The order of the input, the names of the sites and the number of threads change nothing.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tierlight_core::model::{Network, NetworkParts};
use tierlight_core::network::contribution::contributions;
use tierlight_core::network::paths::heaviest_paths;
use tierlight_core::{Assessment, Error, Observer, Options, Stage, assess};

use crate::common::{Draft, GARMENTS, Rng, assessed, close, parameters, random_draft, with_threads};

/// Every number of an assessment, by site id, in one list.
fn numbers(a: &Assessment<'_>, id: impl Fn(usize) -> String) -> BTreeMap<String, Vec<f64>> {
    (0..a.network.sites().len())
        .map(|s| {
            let mut out = Vec::new();
            let (i, u, e, p) = (&a.inherent[s], &a.updated[s], &a.exposure[s], &a.priority[s]);
            out.extend(i.prevalence.iter().chain(&i.survival).copied());
            out.extend([i.girls_share, i.workers, i.footing.sourced, i.footing.modelled, i.footing.unknown]);
            out.extend(u.prevalence.iter().chain(&u.presence).chain(&u.survival).chain(&u.expected).copied());
            out.extend([u.girls_share, u.workers, a.agent_ratio[s]]);
            out.extend(e.traced.iter().chain(&e.untraced).flatten().chain(&e.labour).copied());
            out.extend([e.traced_share, e.mean_tier, a.throughput[s], p.severity, p.score, f64::from(p.rank), f64::from(p.class.number())]);
            let reach = a.reach[s];
            out.extend(reach.any_site.iter().chain(&reach.expected_sites).chain(reach.children.iter().flatten()).copied());
            out.push(f64::from(reach.sites));
            (id(s), out)
        })
        .collect()
}

fn bits(numbers: &BTreeMap<String, Vec<f64>>) -> BTreeMap<&String, Vec<u64>> {
    numbers.iter().map(|(id, x)| (id, x.iter().map(|x| x.to_bits()).collect())).collect()
}

/// The same tables in another row order.
fn shuffled(parts: &NetworkParts, rng: &mut Rng) -> NetworkParts {
    let mut out = parts.clone();
    let n = parts.sites.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    rng.shuffle(&mut order);
    let mut new_row = vec![0u32; n];
    for (new, &old) in order.iter().enumerate() {
        new_row[old as usize] = new as u32;
    }
    out.site_ids = parts.site_ids.reordered(&order);
    out.site_names = parts.site_names.reordered(&order);
    out.sites = order.iter().map(|&old| parts.sites[old as usize].clone()).collect();
    let mut agents: Vec<u32> = (0..parts.agents.len() as u32).collect();
    rng.shuffle(&mut agents);
    out.agents = agents.iter().map(|&old| parts.agents[old as usize].clone()).collect();
    for link in &mut out.links {
        (link.supplier, link.buyer) = (new_row[link.supplier as usize], new_row[link.buyer as usize]);
    }
    for link in &mut out.agent_links {
        link.site = new_row[link.site as usize];
        link.agent = agents.iter().position(|&old| old == link.agent).unwrap() as u32;
    }
    for e in &mut out.evidence {
        e.site = new_row[e.site as usize];
    }
    rng.shuffle(&mut out.links);
    rng.shuffle(&mut out.agent_links);
    rng.shuffle(&mut out.evidence);
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shuffled_rows_give_the_same_bits(seed: u64) {
        let p = parameters();
        let draft = random_draft(seed, 50);
        let plain = draft.network();
        let other = Network::new(shuffled(&draft.parts, &mut Rng(seed ^ 3))).unwrap();
        prop_assert_eq!(&plain, &other, "canonical order");
        let (a, b) = (assessed(&plain, &p), assessed(&other, &p));
        let (x, y) = (numbers(&a, |s| plain.site_id(s).to_owned()), numbers(&b, |s| other.site_id(s).to_owned()));
        prop_assert_eq!(bits(&x), bits(&y));
        prop_assert_eq!(&a.agent_throughput, &b.agent_throughput);
    }

    #[test]
    fn relabelled_sites_give_the_same_numbers(seed: u64) {
        let p = parameters();
        let n = 50;
        let draft = random_draft(seed, n);
        let plain = draft.network();
        // new ids in another order, remembered by the old ones
        let mut names: Vec<usize> = (0..n).collect();
        Rng(seed ^ 9).shuffle(&mut names);
        let mut parts = draft.parts.clone();
        parts.site_ids = names.iter().map(|k| format!("new{k:04}")).collect();
        let other = Network::new(parts).unwrap();
        let old_id = |s: usize| {
            let k: usize = other.site_id(s)[3..].parse().unwrap();
            format!("s{:04}", names.iter().position(|&name| name == k).unwrap())
        };
        let (a, b) = (assessed(&plain, &p), assessed(&other, &p));
        let (x, y) = (numbers(&a, |s| plain.site_id(s).to_owned()), numbers(&b, old_id));
        for (id, expected) in &x {
            for (k, (found, expected)) in y[id].iter().zip(expected).enumerate() {
                if found.is_finite() || expected.is_finite() {
                    close(*found, *expected, 1e-12 * (1.0 + expected.abs()), &format!("number {k} of {id}"));
                }
            }
        }
    }
}

#[test]
fn rows_that_differ_in_one_field_only_are_ordered_too() {
    use tierlight_core::model::{Disclosure, Finding, Hazard, Method};
    let mut draft = Draft::new();
    draft.site("a", GARMENTS);
    draft.site("b", GARMENTS);
    draft.agent("x", None, &["a", "a"]);
    draft.parts.agent_links[0].advance_debt = Some(true);
    draft.parts.agent_links[1].workers = Some(3.0);
    for (disclosure, sales) in [
        (Disclosure::Verified, None),
        (Disclosure::Declared, None),
        (Disclosure::Inferred, None),
        (Disclosure::Declared, Some(0.5)),
        (Disclosure::Declared, Some(0.2)),
    ] {
        let link = draft.share("a", "b", 0.2);
        (link.disclosure, link.sales_share) = (disclosure, sales);
    }
    for method in [Method::HomeVisit, Method::Grievance, Method::UnannouncedAudit] {
        for hazard in [Hazard::Forced, Hazard::ChildLabour] {
            draft.evidence("a", method, Finding::Found, hazard).id = String::new();
        }
    }
    let plain = draft.network();
    for seed in 0..10 {
        assert_eq!(plain, Network::new(shuffled(&draft.parts, &mut Rng(seed))).unwrap(), "seed {seed}");
    }
}

#[test]
fn one_thread_and_many_give_the_same_bits() {
    let p = parameters();
    let network = random_draft(42, 300).network();
    let run = |threads| {
        with_threads(threads, || {
            let a = assessed(&network, &p);
            let x = numbers(&a, |s| network.site_id(s).to_owned());
            let c: Vec<_> = contributions(&a.plan, &a.updated, 299);
            let paths = heaviest_paths(&a.plan, &a.updated, &a.exposure, 299, tierlight_core::model::Hazard::ChildLabour, 20);
            (x, c, paths, a.error_bound.to_bits())
        })
    };
    let one = run(1);
    for threads in [2, 3, 8] {
        let many = run(threads);
        assert_eq!(bits(&one.0), bits(&many.0), "{threads} threads");
        assert_eq!(one.1, many.1);
        assert_eq!((&one.2, one.3), (&many.2, many.3));
    }
}

#[test]
fn an_observer_sees_the_stages_in_order_and_can_stop() {
    struct Stops(std::sync::Mutex<Vec<Stage>>, Option<Stage>);
    impl Observer for Stops {
        fn stage(&self, stage: Stage) {
            self.0.lock().unwrap().push(stage);
        }
        fn cancelled(&self) -> bool {
            self.0.lock().unwrap().last().copied() == self.1
        }
    }
    let p = parameters();
    let network = random_draft(1, 5).network();
    let order = [Stage::Plan, Stage::Risk, Stage::Evidence, Stage::Exposure, Stage::Reach, Stage::Priority];
    let all = Stops(std::sync::Mutex::default(), None);
    assert!(assess(&network, &p, &Options::default(), &all).is_ok());
    assert_eq!(*all.0.lock().unwrap(), order);
    for (k, &stage) in order.iter().enumerate() {
        let stops = Stops(std::sync::Mutex::default(), Some(stage));
        assert!(matches!(assess(&network, &p, &Options::default(), &stops), Err(Error::Cancelled)));
        assert_eq!(*stops.0.lock().unwrap(), order[..=k]);
    }
}

#[test]
fn bad_rows_are_errors_that_name_them() {
    let mut draft = Draft::new();
    draft.site("a", GARMENTS);
    let mut dangling = draft.clone();
    dangling.link_rows(0, 7, tierlight_core::model::Amount::Unstated);
    assert_eq!(Network::new(dangling.parts).unwrap_err(), Error::DanglingSite { table: "links", row: 0, site: 7, sites: 1 });
    let mut twice = draft.clone();
    twice.site("b", GARMENTS);
    twice.site("a", GARMENTS);
    assert_eq!(Network::new(twice.parts).unwrap_err(), Error::DuplicateSite { id: "a".to_owned() });
}

#[test]
fn an_empty_network_assesses_to_nothing() {
    let p = parameters();
    let network = Draft::new().network();
    let a = assessed(&network, &p);
    assert!(a.exposure.is_empty() && a.reach.is_empty() && a.plan.is_empty());
}
