//! Untraced is not clean: the sector level of equation (4.2), and consistency at its edges.

use tierlight_core::model::{HAZARDS, Hazard};
use tierlight_core::parameters::sector_weights;
use tierlight_core::risk::base::Priors;
use tierlight_core::risk::district::district_effects;

use crate::common::{COTTON, DEU, Draft, GARMENTS, KILN, PAK, close, parameters, random_states, solve, untraced_levels};

#[test]
fn sector_levels_are_the_fixed_point_of_their_recipes() {
    let p = parameters();
    let districts = district_effects(&p).unwrap();
    let priors = Priors::new(&p, &districts).unwrap();
    let levels = untraced_levels(&p, &[DEU, PAK]);
    let weights = sector_weights(&p);
    for country in [DEU, PAK] {
        // own row of Pakistan goes before the row for any country; rows without a share part what is left of 0.7
        let cotton = if country == PAK { 0.6 } else { 0.5 };
        let recipe: [Vec<(u16, f64)>; 3] = [vec![], vec![(COTTON, 0.7)], vec![(COTTON, cotton), (KILN, 0.7 - cotton)]];
        let theta: Vec<[f64; 3]> = (0..3).map(|s| priors.sector_base(country, s).unwrap()).collect();
        for h in HAZARDS.map(Hazard::index) {
            let girls = |s: usize| theta[s][h] * p.sectors[s].profile.girls_share.value;
            let columns: [(&str, Vec<f64>); 3] = [
                ("girls", (0..3).map(girls).collect()),
                ("boys", (0..3).map(|s| theta[s][h] - girls(s)).collect()),
                ("labour", (0..3).map(|s| theta[s][h] * p.sectors[s].profile.labour_intensity).collect()),
            ];
            for (name, own) in columns {
                let mean: f64 = own.iter().zip(&weights).map(|(x, w)| x * w).sum();
                // plain iteration from zero
                let (mut e, mut q) = (vec![0.0; 3], vec![0.0; 3]);
                for _ in 0..400 {
                    for s in 0..3 {
                        let known: f64 = recipe[s].iter().map(|r| r.1).sum();
                        q[s] = recipe[s].iter().map(|&(t, r)| r * e[usize::from(t)]).sum::<f64>() + (1.0 - known) * mean;
                    }
                    for s in 0..3 {
                        let m = p.sectors[s].profile.input_share;
                        e[s] = (1.0 - m) * own[s] + m * q[s];
                    }
                }
                for (s, expected) in q.iter().enumerate() {
                    let got = levels.get(country, s as u16);
                    let found = match name {
                        "girls" => got.prevalence[h][0],
                        "boys" => got.prevalence[h][1],
                        _ => got.labour_prevalence[h],
                    };
                    close(found, *expected, 1e-12 * (1.0 + expected), &format!("q of {name}, sector {s}, hazard {h} (4.2)"));
                }
            }
        }
    }
}

#[test]
fn untraced_purchases_are_never_clean() {
    let levels = untraced_levels(&parameters(), &[DEU, PAK]);
    for country in [DEU, PAK] {
        for sector in [KILN, COTTON, GARMENTS] {
            let q = levels.get(country, sector);
            assert!(q.prevalence.iter().flatten().all(|&x| x > 0.0 && x < 1.0));
            assert!(q.labour > 0.0 && q.labour_prevalence.iter().all(|&x| x > 0.0 && x < q.labour));
        }
    }
}

#[test]
fn a_buyer_without_any_link_lies_between_its_own_prevalence_and_its_sector_s_untraced_level() {
    let mut draft = Draft::new();
    draft.measured("a", GARMENTS, 0.6, 0.1);
    let mut states = random_states(1, 1);
    states[0].prevalence = [0.001, 0.0005, 0.0001];
    let solved = solve(&draft.network(), &parameters(), &states);
    let found = &solved.exposures.sites[0];
    let q = solved.untraced.get(PAK, GARMENTS);
    for h in 0..3 {
        let (own, q) = (states[0].prevalence[h], q.prevalence[h][0] + q.prevalence[h][1]);
        close(found.linked(h), 0.4 * own + 0.6 * q, 1e-15, "v·θ1 + m·q (4.2), c = 0");
        assert!(found.linked(h) > own.min(q) && found.linked(h) < own.max(q));
    }
    close(found.traced_share, 0.4, 1e-15, "only its own value is traced");
    close(found.mean_tier, 0.0, 0.0, "it stops at once");
}

#[test]
fn what_a_brand_buys_untraced_was_made_anywhere() {
    let mut draft = Draft::new();
    draft.measured("brand", GARMENTS, 1.0, 0.0);
    draft.parts.sites[0].country = DEU;
    let states = random_states(1, 1);
    let p = parameters();
    let untraced = untraced_levels(&p, &[DEU]);
    let at_home = solve(&draft.network(), &p, &states).exposures.sites[0].linked(0);
    draft.parts.sites[0].role = tierlight_core::model::Role::Brand;
    let anywhere = solve(&draft.network(), &p, &states).exposures.sites[0].linked(0);
    let level = |country: u16| untraced.get(country, GARMENTS).prevalence[0].iter().sum::<f64>();
    close(at_home, level(DEU), 1e-15, "a factory's inputs are at its country's level");
    close(anywhere, level(p.country("WLD").unwrap()), 1e-15, "a brand's at the world's");
    assert!(anywhere > at_home);
}

#[test]
fn self_supply_is_consistent() {
    let p = parameters();
    let mut states = random_states(1, 1);
    states[0].prevalence = [0.2, 0.1, 0.05];
    // full self-supply: every walk stops at the site itself
    let mut draft = Draft::new();
    draft.measured("a", GARMENTS, 0.6, 0.1);
    draft.share("a", "a", 1.0);
    let found = solve(&draft.network(), &p, &states).exposures.sites[0];
    close(found.linked(0), 0.2, 1e-15, "full self-supply is its own prevalence");
    close(found.labour[0], 0.2, 1e-15, "and its own labour share");
    // half of it
    let mut draft = Draft::new();
    draft.measured("a", GARMENTS, 0.6, 0.1);
    draft.share("a", "a", 0.5);
    let solved = solve(&draft.network(), &p, &states);
    let q = solved.untraced.get(PAK, GARMENTS).prevalence[0];
    let expected = (0.4 * 0.2 + 0.3 * (q[0] + q[1])) / (1.0 - 0.3);
    close(solved.exposures.sites[0].linked(0), expected, 1e-15, "half self-supply");
}

#[test]
fn full_tracing_leaves_nothing_untraced_and_a_mean_of_what_is_upstream() {
    let mut draft = Draft::new();
    draft.measured("a", COTTON, 0.0, 0.1);
    draft.measured("b", KILN, 0.0, 0.1);
    draft.measured("c", GARMENTS, 1.0, 0.1);
    draft.share("a", "c", 0.25);
    draft.share("b", "c", 0.75);
    let mut states = random_states(1, 3);
    for (state, theta) in states.iter_mut().zip([0.1, 0.3, 0.9]) {
        state.prevalence = [theta; 3];
    }
    let solved = solve(&draft.network(), &parameters(), &states);
    let found = &solved.exposures.sites[2];
    close(found.linked_untraced(0), 0.0, 0.0, "nothing untraced");
    close(found.linked(0), 0.25, 1e-15, "a trader carries its suppliers and nothing of its own");
    close(found.traced_share, 1.0, 1e-15, "all is traced");
    close(found.mean_tier, 1.0, 1e-15, "one link up");
}

#[test]
fn tracing_a_clean_supplier_lowers_and_a_bad_one_raises() {
    let p = parameters();
    let linked = |supplier: f64| {
        let mut draft = Draft::new();
        draft.measured("a", COTTON, 0.0, 0.1);
        draft.measured("b", GARMENTS, 0.6, 0.1);
        draft.share("a", "b", 0.5);
        let mut states = random_states(1, 2);
        states[0].prevalence = [supplier; 3];
        states[1].prevalence = [0.02; 3];
        solve(&draft.network(), &p, &states).exposures.sites[1].linked(0)
    };
    let q = untraced_levels(&p, &[PAK]).get(PAK, GARMENTS).prevalence[0];
    let unknown = 0.4 * 0.02 + 0.6 * (q[0] + q[1]);
    assert!(linked(0.0) < unknown && unknown < linked(0.9));
    close(linked(q[0] + q[1]), unknown, 1e-15, "a supplier like the unknown ones changes nothing");
}
