//! Subcontracting depth s_i of equation (1.1).

use tierlight_core::model::LinkKind::{self, Homework, Purchase, Subcontract};
use tierlight_core::network::depth::subcontracting_depth;

use crate::common::{Draft, GARMENTS, random_draft};

fn depth_of(links: &[(&str, &str, LinkKind)]) -> Vec<(String, Option<u32>)> {
    let mut draft = Draft::new();
    let ids: std::collections::BTreeSet<&str> = links.iter().flat_map(|l| [l.0, l.1]).collect();
    for id in &ids {
        draft.site(id, GARMENTS);
    }
    for &(supplier, buyer, kind) in links {
        draft.share(supplier, buyer, 0.1).kind = kind;
    }
    let depth = subcontracting_depth(&draft.network());
    ids.into_iter().map(str::to_owned).zip(depth).collect()
}

fn expect(links: &[(&str, &str, LinkKind)], expected: &[(&str, Option<u32>)]) {
    let expected: Vec<(String, Option<u32>)> = expected.iter().map(|&(id, d)| (id.to_owned(), d)).collect();
    assert_eq!(depth_of(links), expected);
}

#[test]
fn counts_handing_on_from_a_purchased_order() {
    expect(
        &[("factory", "brand", Purchase), ("shop", "factory", Subcontract), ("home", "shop", Homework)],
        &[("brand", None), ("factory", Some(0)), ("home", Some(2)), ("shop", Some(1))],
    );
}

#[test]
fn the_shallowest_way_counts() {
    expect(
        &[("a", "top", Subcontract), ("b", "a", Subcontract), ("c", "b", Homework), ("c", "top", Homework)],
        &[("a", Some(1)), ("b", Some(2)), ("c", Some(1)), ("top", None)],
    );
    expect(
        &[("a", "top", Purchase), ("b", "a", Subcontract), ("c", "b", Homework), ("c", "b", Purchase)],
        &[("a", Some(0)), ("b", Some(1)), ("c", Some(0)), ("top", None)],
    );
}

#[test]
fn a_closed_loop_of_handing_on_is_unknown() {
    expect(&[("a", "b", Subcontract), ("b", "a", Subcontract)], &[("a", None), ("b", None)]);
    expect(&[("a", "a", Homework)], &[("a", None)]);
    expect(&[("a", "b", Subcontract), ("b", "a", Subcontract), ("a", "z", Homework)], &[("a", Some(1)), ("b", Some(2)), ("z", None)]);
}

#[test]
fn agrees_with_relaxation_on_random_networks() {
    for seed in 0..60 {
        let network = random_draft(seed, 40).network();
        let n = network.sites().len();
        let links: Vec<_> = network.links().iter().filter(|l| l.supplier != l.buyer).collect();
        let bought_by_any = |s: usize| links.iter().any(|l| l.supplier as usize == s);
        let purchased = |s: usize| links.iter().any(|l| l.supplier as usize == s && l.kind == Purchase);
        // handed[s]: depth at which s hands orders on
        let mut handed: Vec<u32> = (0..n).map(|s| if purchased(s) || !bought_by_any(s) { 0 } else { 1_000 }).collect();
        for _ in 0..n {
            for l in links.iter().filter(|l| l.kind != Purchase) {
                let step = handed[l.buyer as usize] + 1;
                let own = &mut handed[l.supplier as usize];
                *own = step.min(*own);
            }
        }
        let expected: Vec<Option<u32>> = (0..n).map(|s| (bought_by_any(s) && handed[s] < 1_000).then_some(handed[s])).collect();
        assert_eq!(subcontracting_depth(&network), expected, "seed {seed}");
    }
}
