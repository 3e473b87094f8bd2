//! Equation (8.5): what an action is expected to narrow.

use tierlight_core::decide::narrowing::{Action, narrowings};
use tierlight_core::decide::visit::Approach;
use tierlight_core::model::{HAZARDS, Hazard, Method, Share};
use tierlight_core::{Options, ReachBy, Silent, assess};

use crate::common::{Draft, GARMENTS, KILN, close, parameters, random_draft};

const DRAWS: usize = 320;

#[test]
fn the_draws_are_those_of_the_run() {
    let p = parameters();
    for seed in 0..3 {
        let network = random_draft(seed, 40).network();
        let options = Options { reach: ReachBy::Nothing, seed: 5, draws: DRAWS };
        let a = assess(&network, &p, &options, &Silent).unwrap();
        let linked = &a.uncertainty.as_ref().unwrap().linked;
        for buyer in [35, 39] {
            for hazard in HAZARDS {
                let approach = Approach::plain(Method::ChildInterview);
                let found = narrowings(&a, buyer, hazard, approach, DRAWS, 5, &Silent).unwrap();
                let expected = &linked[buyer][hazard.index()];
                close(found.mean, f64::from(expected.mean), 1e-5, "mean of the linked share");
                // quantiles of the run are interpolated within bins an eighth of a doubling wide
                for (point, run) in found.interval.iter().zip([expected.p05, expected.p95]) {
                    assert!((point - f64::from(run)).abs() <= 0.12 * f64::from(run) + 1e-6, "{point} {run}");
                }
            }
        }
    }
}

#[test]
fn opening_all_that_is_dark_leaves_what_is_known_and_a_telling_method_narrows_more() {
    let mut p = parameters();
    // what varies: the sectors' own bases, so that untraced purchases do
    for base in &mut p.bases {
        (base.low, base.high) = (base.base / 3.0, (base.base * 3.0).min(0.9));
    }
    let mut draft = Draft::new();
    draft.measured("buyer", GARMENTS, 0.6, 0.01).coverage = Share::new(0.5);
    draft.measured("known", KILN, 0.0, 0.2);
    draft.share("known", "buyer", 0.5);
    let network = draft.network();
    let options = Options { reach: ReachBy::Nothing, seed: 1, draws: 0 };
    let a = assess(&network, &p, &options, &Silent).unwrap();
    let buyer = network.find_site("buyer").unwrap();
    let found = narrowings(&a, buyer, Hazard::ChildLabour, Approach::plain(Method::ChildInterview), DRAWS, 1, &Silent).unwrap();
    let width = found.interval[1] - found.interval[0];
    assert!(width > 0.0);
    // both sites are measured: only what is untraced varies
    let open = found.actions.iter().find(|x| x.action == Action::OpenSuppliers).unwrap();
    assert_eq!((open.site, open.tier), (buyer, 0));
    close(open.narrowing, width, 1e-9, "all of the interval");
    close(found.tiers.iter().map(|t| t.value).sum::<f64>(), open.value, 1e-12, "untraced value");
    close(open.value, 0.3, 1e-12, "untraced value");

    // a chain in which all is traced has nothing to open; a site that is hardly known is worth a visit
    let mut draft = Draft::new();
    draft.measured("buyer", GARMENTS, 0.6, 0.01).coverage = Share::new(1.0);
    draft.site("kiln", KILN).workers = Some(8.0);
    draft.parts.sites[1].input_share = Share::new(0.0);
    draft.share("kiln", "buyer", 1.0);
    let network = draft.network();
    let a = assess(&network, &p, &options, &Silent).unwrap();
    let buyer = network.find_site("buyer").unwrap();
    let by = |method| {
        let found = narrowings(&a, buyer, Hazard::ChildLabour, Approach::plain(method), DRAWS, 1, &Silent).unwrap();
        assert!(found.tiers.is_empty() && found.actions.iter().all(|x| x.action != Action::OpenSuppliers));
        let kiln = network.find_site("kiln").unwrap();
        found.actions.iter().find(|x| x.site == kiln).map(|x| (x.tier, x.narrowing)).unwrap()
    };
    let ((tier, strong), (_, weak)) = (by(Method::ChildInterview), by(Method::SupplierQuestionnaire));
    assert_eq!(tier, 1);
    assert!(strong.abs() > weak.abs(), "{strong} {weak}");
}
