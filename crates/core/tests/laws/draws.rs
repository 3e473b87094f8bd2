//! Section 5: draws.

use std::sync::atomic::{AtomicUsize, Ordering};

use tierlight_core::draws::{Quantiles, Uncertainty, uncertainty};
use tierlight_core::error::Error;
use tierlight_core::model::{CONDITIONS, Finding, HAZARDS, Hazard, Method, Network};
use tierlight_core::parameters::{Parameters, Scale};
use tierlight_core::risk::inherent::InherentModel;
use tierlight_core::{Observer, Options, ReachBy, Silent, Stage, assess};

use crate::common::{Draft, GARMENTS, KILN, close, parameters, random_draft, with_threads};

fn drawn(network: &Network, p: &Parameters, draws: usize, seed: u64) -> Uncertainty {
    let options = Options { reach: ReachBy::Nothing, seed, draws };
    assess(network, p, &options, &Silent).unwrap().uncertainty.unwrap()
}

/// Parameters of which everything is certain.
fn certain() -> Parameters {
    let mut p = parameters();
    p.coefficients = p.coefficients.with_means(|name, v| if name == "sigma_site" || name == "level_sd_own_rate" { 0.0 } else { v.mean });
    for base in &mut p.bases {
        (base.low, base.high) = (base.base, base.base);
    }
    for s in &mut p.sectors {
        for share in [&mut s.profile.hazardous_share, &mut s.profile.forced_share, &mut s.profile.girls_share] {
            (share.low, share.high) = (share.value, share.value);
        }
    }
    p
}

/// Parameters with a spread on every coefficient that the facts give one.
fn uncertain() -> Parameters {
    let mut p = parameters();
    let mut coefficients = p.coefficients.clone();
    for value in [&mut coefficients.beta_advance_debt, &mut coefficients.beta_unregistered, &mut coefficients.beta_depth_per_step] {
        value.sd = Some(0.4);
    }
    for value in [&mut coefficients.se_unannounced_audit, &mut coefficients.se_child_interview, &mut coefficients.kappa_district_overlap] {
        value.sd = Some(0.08);
    }
    p.coefficients = coefficients;
    p
}

fn same(q: &Quantiles, x: f64, tolerance: f64, what: &str) {
    for found in [q.mean, q.p05, q.p50, q.p95] {
        close(f64::from(found) / x, 1.0, tolerance, what);
    }
}

#[test]
fn without_spread_every_draw_is_the_point_value() {
    let p = certain();
    let mut draft = Draft::new();
    for (id, sector, workers) in [("kiln", KILN, 60.0), ("home", GARMENTS, 4.0), ("mill", GARMENTS, 900.0)] {
        let site = draft.site(id, sector);
        site.workers = Some(workers);
        for (k, c) in CONDITIONS.into_iter().enumerate() {
            site.conditions.set(c, Some(k % 2 == 0));
        }
    }
    draft.link("kiln", "mill", tierlight_core::model::Amount::Share(0.4));
    draft.evidence("kiln", Method::UnannouncedAudit, Finding::NotFound, Hazard::ChildLabour);
    draft.evidence("home", Method::ChildInterview, Finding::Found, Hazard::Forced);
    let network = draft.network();
    // the estimates of districts stay uncertain: these sites are nowhere
    let options = Options { reach: ReachBy::Nothing, seed: 3, draws: 40 };
    let mut p = p;
    p.surveys.clear();
    let a = assess(&network, &p, &options, &Silent).unwrap();
    let u = a.uncertainty.as_ref().unwrap();
    for row in 0..3 {
        for h in 0..3 {
            // the intercept of a draw is found on a coarse grid, coarsest where no deviation smooths it
            same(&u.sites[row].prevalence[h], a.updated[row].prevalence[h], 5e-3, "prevalence");
            same(&u.sites[row].presence[h], a.updated[row].presence[h], 5e-3, "presence");
            same(&u.sites[row].expected[h], a.updated[row].expected[h], 5e-3, "children");
            // a bin is a twelfth of the odds wide
            close(f64::from(u.linked[row][h].mean) / a.exposure[row].linked(h), 1.0, 5e-3, "linked share");
            close(f64::from(u.linked[row][h].p50) / a.exposure[row].linked(h), 1.0, 0.13, "linked share, median");
        }
    }
}

#[test]
fn a_site_of_which_nothing_is_known_has_the_base_on_average() {
    let p = parameters();
    let mut draft = Draft::new();
    for k in 0..400 {
        draft.site(&format!("k{k:03}"), KILN);
    }
    let network = draft.network();
    let draws = 400;
    let u = drawn(&network, &p, draws, 5);
    let mean = u.sites.iter().map(|s| f64::from(s.prevalence[0].mean)).sum::<f64>() / 400.0;
    let base = p.bases.iter().find(|b| b.sector == KILN && b.country.is_some()).unwrap();
    // the base is shared by all sites: its own spread is what 400 draws leave
    let spread = base.base * (1.0 - base.base) * base.interval().sd() / (draws as f64).sqrt();
    close(mean, base.base, 3.5 * spread, "mean prevalence");
    let point = InherentModel::new(&network, &p).unwrap().site(0).prevalence[0];
    assert!(point < mean, "a typical site lies below the mean");
}

#[test]
fn the_same_bytes_for_any_threads_and_others_for_another_seed() {
    let network = random_draft(11, 60).network();
    let p = uncertain();
    let options = Options { reach: ReachBy::Sketch, seed: 9, draws: 100 };
    let run = |threads, draws| {
        with_threads(threads, || assess(&network, &p, &Options { draws, ..options.clone() }, &Silent).unwrap().uncertainty.unwrap())
    };
    let one = run(1, 100);
    for threads in [2, 5] {
        assert!(one == run(threads, 100), "{threads} threads");
    }
    assert!(one != with_threads(1, || drawn(&network, &p, 100, 10)), "another seed");
}

#[test]
fn other_sites_change_no_ones_draws() {
    let p = uncertain();
    let mut draft = Draft::new();
    draft.site("kiln", KILN);
    let alone = drawn(&draft.network(), &p, 80, 1);
    draft.site("a mill", GARMENTS);
    let network = draft.network();
    let both = drawn(&network, &p, 80, 1);
    let row = network.find_site("kiln").unwrap();
    assert_eq!(alone.sites[0].presence, both.sites[row].presence);
    assert_eq!(alone.linked[0], both.linked[row]);
}

#[test]
fn quantiles_are_ordered_and_probabilities_and_the_top_is_shared_out() {
    for seed in 0..6 {
        let network = random_draft(seed, 50).network();
        let u = drawn(&network, &uncertain(), 64, seed);
        for site in &u.sites {
            for q in site.presence.iter().chain(&site.prevalence).chain(&site.expected) {
                assert!(q.p05 <= q.p50 && q.p50 <= q.p95 && q.p05 >= 0.0, "{q:?}");
            }
            assert!(site.presence.iter().all(|q| q.p95 <= 1.0));
            for h in 1..3 {
                assert!(site.presence[h].p95 <= site.presence[0].p95 && site.expected[h].mean <= site.expected[0].mean);
            }
        }
        let n = u.sites.len();
        let shared: f64 = u.sites.iter().map(|s| f64::from(s.top)).sum();
        close(shared, u.top.min(n) as f64, 1e-3, "each draw has so many first sites");
        for q in u.linked.iter().flatten() {
            assert!(q.p05 <= q.p50 && q.p50 <= q.p95 && q.p95 <= 1.0 && q.mean >= 0.0, "{q:?}");
        }
    }
}

#[test]
fn sums_over_sites_are_narrower_than_their_sites_and_match_districts() {
    let mut draft = Draft::new();
    for k in 0..200 {
        draft.site(&format!("k{k:03}"), KILN).district = Some((k % 2) as u16);
    }
    let u = drawn(&draft.network(), &uncertain(), 200, 2);
    let sum: f64 = u.districts.iter().map(|d| f64::from(d[0].mean)).sum();
    close(sum / f64::from(u.total[0].mean), 1.0, 1e-4, "districts sum to all");
    let each: f64 = u.sites.iter().map(|s| f64::from(s.expected[0].p95 - s.expected[0].p05)).sum();
    assert!(f64::from(u.total[0].p95 - u.total[0].p05) < each, "deviations of sites cancel");
    assert!(HAZARDS.iter().all(|h| u.total[h.index()].p05 > 0.0));
}

#[test]
fn values_are_drawn_on_their_scale_within_their_bounds() {
    let mut value = parameters().coefficients.se_unannounced_audit;
    (value.mean, value.sd, value.low, value.high) = (0.3, Some(0.1), Some(0.1), Some(0.5));
    close(value.at(0.0), 0.3, 1e-12, "middle");
    assert!((value.at(1.0) - 0.4).abs() < 0.02 && (value.at(-1.0) - 0.2).abs() < 0.03);
    assert!(value.at(9.0) <= 0.5 && value.at(-9.0) >= 0.1);
    (value.scale, value.mean, value.sd, value.low, value.high) = (Scale::Positive, 24.0, Some(6.0), None, None);
    assert!(value.at(-9.0) > 0.0);
    (value.scale, value.mean, value.sd) = (Scale::LogOdds, -0.5, Some(0.3));
    close(value.at(2.0), 0.1, 1e-12, "log-odds");
    value.sd = None;
    close(value.at(2.0), -0.5, 1e-12, "certain");
}

/// Stops after so many questions.
struct Impatient(AtomicUsize);

impl Observer for Impatient {
    fn stage(&self, _: Stage) {}

    fn cancelled(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_err()
    }
}

#[test]
fn draws_stop_when_asked() {
    let network = random_draft(3, 30).network();
    let p = parameters();
    let a = assess(&network, &p, &Options { reach: ReachBy::Nothing, ..Options::default() }, &Silent).unwrap();
    for after in 0..4 {
        let stopped = uncertainty(&a, 64, 1, &Impatient(AtomicUsize::new(after)));
        assert!(matches!(stopped, Err(Error::Cancelled)), "{after}");
    }
}

/// Of a network whose one buyer buys from all others, alike in everything but their size.
fn star(suppliers: usize) -> Network {
    let mut draft = Draft::new();
    draft.site("buyer", GARMENTS).workers = Some(1.0);
    for k in 0..suppliers {
        let id = format!("s{k:04}");
        draft.site(&id, if k % 3 == 0 { KILN } else { GARMENTS }).workers = Some(5.0 + (k * 7919 % 60) as f64);
        draft.link(&id, "buyer", tierlight_core::model::Amount::Share(1.0 / suppliers as f64));
    }
    draft.network()
}

fn alike(found: &Quantiles, expected: &Quantiles, tolerance: f64, what: &str) {
    for (found, expected) in [(found.mean, expected.mean), (found.p05, expected.p05), (found.p50, expected.p50), (found.p95, expected.p95)]
    {
        close(f64::from(found) / f64::from(expected), 1.0, tolerance, what);
    }
}

#[test]
fn what_lies_upstream_is_drawn_as_the_sites_are() {
    let p = uncertain();
    let network = star(1);
    let options = Options { reach: ReachBy::Search, seed: 5, draws: 200 };
    let a = assess(&network, &p, &options, &Silent).unwrap();
    let u = a.uncertainty.as_ref().unwrap();
    let [buyer, supplier] = ["buyer", "s0000"].map(|id| network.find_site(id).unwrap());
    assert_eq!(u.reach_draws, 200);
    alike(&u.reach[buyer].children, &u.sites[supplier].expected[0], 1e-5, "children of the only supplier");
    alike(&u.reach[supplier].expected_sites, &u.sites[supplier].presence[0], 1e-5, "a site alone");
    alike(&u.reach[supplier].any_site, &u.sites[supplier].presence[0], 1e-4, "any of one");
    assert_eq!(u.reach[supplier].children, Quantiles::default());
    // both sites have children together less often than either
    assert!(u.reach[buyer].any_site.mean > u.sites[supplier].presence[0].mean.max(u.sites[buyer].presence[0].mean));
}

#[test]
fn intervals_of_sketches_are_those_of_all_sites() {
    let p = uncertain();
    let network = star(400);
    for (reach, exact) in [(ReachBy::Search, true), (ReachBy::Sketch, false)] {
        let a = assess(&network, &p, &Options { reach, seed: 5, draws: 256 }, &Silent).unwrap();
        let u = a.uncertainty.as_ref().unwrap();
        let buyer = network.find_site("buyer").unwrap();
        assert_eq!(a.reach[buyer].exact, exact);
        // the buyer's own children are a thousandth of all; reach by search scales what the sketch lacks
        let tolerance = if exact { 0.12 } else { 0.35 };
        alike(&u.reach[buyer].children, &u.total[0], tolerance, "children upstream");
        let q = &u.reach[buyer].expected_sites;
        assert!(q.p05 < q.p50 && q.p50 < q.p95 && f64::from(q.p95) < 401.0, "{q:?}");
        let said = a.reach[buyer].expected_sites[0];
        assert!(f64::from(q.p05) < said && said < f64::from(q.p95), "{said} {q:?}");
    }
}

#[test]
fn reach_is_not_drawn_where_it_was_not_asked_for() {
    let u = drawn(&star(3), &uncertain(), 32, 1);
    assert_eq!((u.reach.len(), u.reach_draws), (0, 0));
}
