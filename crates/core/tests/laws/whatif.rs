//! What-if: (7.1) to (7.3).

use tierlight_core::assess::assess_at_depth;
use tierlight_core::decide::whatif::{Action, Comparison, Effect, Spread, WhatIf, apply};
use tierlight_core::draws::outcomes::outcomes;
use tierlight_core::model::{Amount, Condition, Finding, HAZARDS, Hazard, Method, Modelled, NetworkParts, Share};
use tierlight_core::network::depth::subcontracting_depth;
use tierlight_core::network::update::Live;
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::district::district_effects;
use tierlight_core::{Assessment, Error, Options, ReachBy, Silent};

use crate::common::{AS_OF, COTTON, Draft, GARMENTS, KILN, Rng, assessed, close, parameters, random_draft, with_spreads, with_threads};

const SITES: usize = 40;

/// Parameters with spreads, so that draws differ.
fn spread_parameters() -> Parameters {
    with_spreads(|name, _| name.starts_with("beta").then_some(0.3))
}

/// A random network in which agents give advances and cases are open.
fn drafted(seed: u64) -> Draft {
    let mut draft = random_draft(seed, SITES);
    let mut rng = Rng(seed ^ 0x77);
    for link in &mut draft.parts.agent_links {
        link.advance_debt = rng.chance(0.6).then(|| rng.chance(0.8));
    }
    // what some sites buy is named only in part, what all sell is bought by one brand
    draft.site("zz", GARMENTS).coverage = Share::new(0.7);
    for k in 0..6 {
        let supplier = rng.below(SITES) as u32;
        let row = draft.row("zz");
        draft.link_rows(supplier, row, if k % 2 == 0 { Amount::Value(100.0 + f64::from(k)) } else { Amount::Unstated });
    }
    draft
}

fn all_sites(a: &Assessment<'_>) -> Vec<usize> {
    (0..a.network.sites().len()).collect()
}

fn compare(a: &Assessment<'_>, actions: &[Action], draws: usize) -> Comparison {
    WhatIf::new(a, all_sites(a), draws, 7, &Silent).unwrap().compare(actions, &Silent).unwrap()
}

/// A supplier of a buyer with a share, and another site.
fn supplied(a: &Assessment<'_>, rng: &mut Rng) -> (usize, usize, usize) {
    let links: Vec<usize> = (0..a.network.links().len()).filter(|&k| a.shares.share[k] > 0.0).collect();
    let link = a.network.links()[rng.pick(&links)];
    let (from, buyer) = (link.supplier as usize, link.buyer as usize);
    let to = (from + 1 + rng.below(SITES - 1)) % (SITES + 1);
    (buyer, from, to)
}

#[test]
fn a_scenario_without_actions_changes_nothing_in_any_draw() {
    let p = spread_parameters();
    for seed in 0..4 {
        let network = drafted(seed).network();
        let a = assessed(&network, &p);
        let clean = (0..SITES).find(|&s| !network.evidence()[network.evidence_of(s)].iter().any(|e| e.finding == Finding::Found)).unwrap();
        for actions in [vec![], vec![Action::Remediate { site: clean }]] {
            let c = compare(&a, &actions, 32);
            for b in &c.buyers {
                assert_eq!(b.before, b.after);
                for d in b.drawn.unwrap() {
                    assert_eq!((d.difference, d.before), (Spread::default(), d.after));
                }
            }
            assert_eq!(c.total.before, c.total.after);
            assert!(c.total.drawn.unwrap().iter().all(|d| d.difference == Spread::default()));
            assert!(c.sites.is_empty() && c.departures.is_empty());
        }
    }
}

/// The network with an action, changed by hand: shares are those of the assessment, as actions leave the others alone.
fn by_hand(draft: &Draft, a: &Assessment<'_>, action: Action) -> NetworkParts {
    // ids of the fixture are in order of their rows, so both have the same rows
    let mut parts = draft.parts.clone();
    parts.links = a.network.links().to_vec();
    for (link, share) in parts.links.iter_mut().zip(&a.shares.share) {
        link.amount = Amount::Share(*share);
    }
    match action {
        Action::Remediate { site } => {
            let found = parts.evidence.iter_mut().filter(|e| e.site as usize == site && e.finding == Finding::Found);
            found.for_each(|e| e.remediated_on = Some(AS_OF));
        }
        Action::Formalise { site } => {
            parts.sites[site].conditions.set(Condition::Unregistered, Some(false));
            parts.sites[site].conditions.set(Condition::HomeBased, Some(false));
        }
        Action::EndAdvanceDebt { agent } => {
            let ended: Vec<u32> =
                parts.agent_links.iter().filter(|l| l.agent as usize == agent && l.advance_debt == Some(true)).map(|l| l.site).collect();
            parts
                .agent_links
                .iter_mut()
                .filter(|l| l.agent as usize == agent && l.advance_debt == Some(true))
                .for_each(|l| l.advance_debt = None);
            for site in ended {
                let other = parts.agent_links.iter().any(|l| l.site == site && l.advance_debt == Some(true));
                let stated = &mut parts.sites[site as usize].conditions;
                if !other && stated.get(Condition::AdvanceDebt) == Some(true) {
                    stated.set(Condition::AdvanceDebt, None);
                }
            }
        }
        Action::Move { buyer, from, to, share } => {
            let rows: Vec<usize> = (0..parts.links.len())
                .filter(|&k| (parts.links[k].buyer as usize, parts.links[k].supplier as usize) == (buyer, from))
                .collect();
            for row in rows {
                let Amount::Share(w) = parts.links[row].amount else { unreachable!() };
                let mut moved = parts.links[row];
                (moved.supplier, moved.amount) = (to as u32, Amount::Share(w * share));
                parts.links[row].amount = Amount::Share(w * (1.0 - share));
                parts.links.push(moved);
            }
        }
        Action::Drop { supplier, buyer } => {
            parts
                .links
                .iter_mut()
                .filter(|l| (l.buyer as usize, l.supplier as usize) == (buyer, supplier))
                .for_each(|l| l.amount = Amount::Share(0.0));
        }
        Action::Disclose { .. } => unreachable!("a law of its own"),
    }
    parts
}

#[test]
fn the_difference_is_that_of_networks_scored_from_scratch() {
    let p = parameters();
    let districts = district_effects(&p).unwrap();
    let mut moved = [0; 5];
    for seed in 0..12 {
        let draft = drafted(seed);
        let network = draft.network();
        let a = assessed(&network, &p);
        let mut rng = Rng(seed ^ 0x1234);
        let (buyer, from, to) = supplied(&a, &mut rng);
        let found = network.evidence().iter().find(|e| e.finding == Finding::Found).unwrap().site as usize;
        let agent = network.agent_links().iter().find(|l| l.advance_debt == Some(true)).map(|l| l.agent as usize);
        let mut actions = vec![
            Action::Remediate { site: found },
            Action::Formalise { site: rng.below(SITES) },
            Action::Move { buyer, from, to, share: rng.unit() },
            Action::Drop { supplier: from, buyer },
        ];
        actions.extend(agent.map(|agent| Action::EndAdvanceDebt { agent }));
        for (k, action) in actions.into_iter().enumerate() {
            let changed = tierlight_core::model::Network::new(by_hand(&draft, &a, action)).unwrap();
            let options = Options { reach: ReachBy::Nothing, ..Options::default() };
            let scratch = assess_at_depth(&changed, &p, districts.clone(), subcontracting_depth(&network), &options, &Silent).unwrap();
            let c = compare(&a, &[action], 0);
            for (b, site) in c.buyers.iter().zip(0..) {
                for h in HAZARDS.map(Hazard::index) {
                    for sex in 0..2 {
                        let expected = scratch.exposure[site].linked_sex(h, sex) - a.exposure[site].linked_sex(h, sex);
                        let found = b.after.linked_sex(h, sex) - b.before.linked_sex(h, sex);
                        close(found, expected, 1e-9, &format!("seed {seed}, {action:?}, site {site}, hazard {h}"));
                        moved[k] += usize::from(found.abs() > 1e-7);
                    }
                }
                close(b.after.traced_share, scratch.exposure[site].traced_share, 1e-9, "traced share");
            }
            let sum = |a: &Assessment<'_>| a.updated.iter().map(|u| u.expected[0]).sum::<f64>();
            close(c.total.after[0].iter().sum(), sum(&scratch), 1e-9, "expected children");
        }
    }
    assert!(moved.iter().all(|n| *n > 20), "every kind of action moves something: {moved:?}");
}

#[test]
fn moving_volume_agrees_with_the_linear_system_updated_in_place() {
    let p = parameters();
    for seed in 20..26 {
        let network = drafted(seed).network();
        let a = assessed(&network, &p);
        let (buyer, from, to) = supplied(&a, &mut Rng(seed));
        let mut live = Live::new(&a.plan, &network, &p, &a.untraced, &a.updated, a.error_bound);
        let rows = network.links_of(buyer);
        let mut links: Vec<(usize, f64)> = rows.clone().map(|k| (network.links()[k].supplier as usize, a.shares.share[k])).collect();
        let mut moved = 0.0;
        for (supplier, share) in &mut links {
            if *supplier == from {
                moved += 0.3 * *share;
                *share *= 0.7;
            }
        }
        links.push((to, moved));
        live.set_links(buyer, &links).unwrap();
        let c = compare(&a, &[Action::Move { buyer, from, to, share: 0.3 }], 0);
        for (site, b) in c.buyers.iter().enumerate() {
            close(b.after.linked(0), live.exposure(site).linked(0), 1e-9, "linked share");
        }
        assert_eq!(c.departures.len(), 1);
        close(c.departures[0].share, moved, 1e-12, "what is moved is a part of the buyer's purchases");
    }
}

#[test]
fn disclosing_names_changes_no_expectation_and_no_draw_but_what_is_traced() {
    let p = spread_parameters();
    for seed in 30..34 {
        let network = drafted(seed).network();
        let a = assessed(&network, &p);
        for buyer in [network.find_site("zz").unwrap(), 3, 11] {
            let c = compare(&a, &[Action::Disclose { buyer }], 32);
            let Effect::Disclosed { share, sectors, .. } = c.effects[0] else { panic!("{:?}", c.effects) };
            for b in &c.buyers {
                for h in HAZARDS.map(Hazard::index) {
                    for sex in 0..2 {
                        close(b.after.linked_sex(h, sex), b.before.linked_sex(h, sex), 1e-9, "linked share");
                    }
                    close(b.after.labour[h], b.before.labour[h], 1e-9, "linked labour share");
                    let d = b.drawn.unwrap()[h].difference;
                    assert!(d.p05.abs() < 2e-7 && d.p95.abs() < 2e-7, "{d:?}");
                }
            }
            let own = &c.buyers[buyer];
            let traceable = share > 1e-6 && a.plan.untraced[a.plan.position_of[buyer] as usize] > 1e-6;
            assert_eq!(own.after.traced_share > own.before.traced_share + 1e-9, traceable);
            assert_eq!(c.total.before, c.total.after, "nobody appears or vanishes by being named");
            let changed = apply(&a, &[Action::Disclose { buyer }]).unwrap();
            let typical = changed.network.sites().iter().filter(|s| s.modelled == Some(Modelled::TypicalSupplier)).count();
            assert!(typical >= sectors && (typical > 0) == (share > 0.0), "{typical} for {sectors} sectors");
            let again = compare(&a, &[Action::Disclose { buyer }, Action::Disclose { buyer }], 0);
            assert_eq!(again.effects[1], Effect::Disclosed { buyer, share: 0.0, sectors: 0 }, "nothing is left to disclose");
        }
    }
}

#[test]
fn common_random_numbers_make_the_interval_of_a_difference_narrower() {
    let p = spread_parameters();
    let network = drafted(41).network();
    let a = assessed(&network, &p);
    let site = network.evidence().iter().find(|e| e.finding == Finding::Found).unwrap().site as usize;
    let buyers: Vec<usize> = (0..network.sites().len()).filter(|&s| a.exposure[s].linked_traced(0) > 0.0).collect();
    let actions = [Action::Remediate { site }, Action::Formalise { site: (site + 1) % SITES }];
    let c = WhatIf::new(&a, buyers.clone(), 200, 7, &Silent).unwrap().compare(&actions, &Silent).unwrap();
    let changed = apply(&a, &actions).unwrap();
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let after = assess_at_depth(&changed.network, &p, district_effects(&p).unwrap(), changed.depth.clone(), &options, &Silent).unwrap();
    let before = outcomes(&a, &buyers, 200, 7, &Silent).unwrap();
    let other = outcomes(&after, &buyers, 200, 8, &Silent).unwrap();
    let mut narrower = 0;
    for (k, b) in c.buyers.iter().enumerate() {
        let independent =
            Spread::of(other.linked[k][0].iter().zip(&before.linked[k][0]).map(|(x, y)| f64::from(*x) - f64::from(*y)).collect());
        let common = b.drawn.unwrap()[0].difference;
        assert!(common.width() <= independent.width(), "buyer {k}: {common:?} {independent:?}");
        narrower += usize::from(common.width() < 0.5 * independent.width());
    }
    assert!(narrower > buyers.len() / 2, "{narrower} of {}", buyers.len());
    let independent = Spread::of(other.total[0].iter().zip(&before.total[0]).map(|(x, y)| x - y).collect());
    assert!(c.total.drawn.unwrap()[0].difference.width() < 0.5 * independent.width());
}

#[track_caller]
fn raises_nothing(a: &Assessment<'_>, action: Action) {
    let c = compare(a, &[action], 0);
    for s in &c.sites {
        for h in 0..3 {
            assert!(s.after.presence[h] <= s.before.presence[h] + 1e-12, "{action:?} {s:?}");
            assert!(s.after.expected[h] <= s.before.expected[h] + 1e-12, "{action:?} {s:?}");
        }
    }
    for b in &c.buyers {
        assert!((0..3).all(|h| b.after.linked(h) <= b.before.linked(h) + 1e-12), "{action:?}");
    }
}

#[test]
fn remediation_raises_nothing_anywhere() {
    let p = parameters();
    for seed in 50..70 {
        let network = drafted(seed).network();
        let a = assessed(&network, &p);
        (0..SITES).for_each(|site| raises_nothing(&a, Action::Remediate { site }));
    }
}

#[test]
fn ending_debt_and_formalising_raise_nothing_before_agents_records() {
    let p = parameters();
    for seed in 50..60 {
        let mut draft = drafted(seed);
        // where forced labour is rarer to begin with, a finding on an agent's record says a trace more (3.5)
        draft.parts.evidence.clear();
        // a number of workers says whether the workforce of one place is small
        draft.parts.sites.iter_mut().for_each(|s| s.workers = s.workers.map(|w| w.max(10.0)));
        let network = draft.network();
        let a = assessed(&network, &p);
        (0..SITES).for_each(|site| raises_nothing(&a, Action::Formalise { site }));
        for (agent, _) in network.agents().iter().enumerate() {
            if network.agent_links().iter().any(|l| l.agent as usize == agent && l.advance_debt == Some(true)) {
                raises_nothing(&a, Action::EndAdvanceDebt { agent });
            }
        }
    }
}

#[test]
fn leaving_a_supplier_takes_no_child_out_of_the_total() {
    let p = parameters();
    for seed in 80..100 {
        let network = drafted(seed).network();
        let a = assessed(&network, &p);
        let mut rng = Rng(seed);
        let (buyer, from, to) = supplied(&a, &mut rng);
        for action in [Action::Drop { supplier: from, buyer }, Action::Move { buyer, from, to, share: 1.0 }] {
            let c = compare(&a, &[action], 20);
            assert_eq!(c.total.before, c.total.after);
            assert!(c.sites.is_empty(), "no site becomes better or worse by who buys from it");
            assert!(c.total.drawn.unwrap().iter().all(|d| d.difference == Spread::default()));
            let d = &c.departures[0];
            assert_eq!((d.site, d.buyer), (from, buyer));
            close(d.children[0].iter().sum(), a.updated[from].expected[0], 1e-12, "the children stay");
        }
        let c = compare(&a, &[Action::Drop { supplier: from, buyer }], 0);
        let again = apply(&a, &[Action::Drop { supplier: from, buyer }, Action::Drop { supplier: from, buyer }]);
        assert!(matches!(again, Err(Error::Scenario { action: 2, .. })), "{again:?}");
        let (before, after) = (c.buyers[buyer].before.traced_share, c.buyers[buyer].after.traced_share);
        assert!(after <= before + 1e-12, "what is dropped is untraced");
    }
}

#[test]
fn scenarios_that_cannot_be_are_refused() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.measured("buyer", GARMENTS, 1.0, 0.0);
    draft.measured("mill", COTTON, 1.0, 0.0);
    draft.measured("farm", KILN, 0.2, 0.1);
    draft.share("mill", "buyer", 1.0);
    draft.share("farm", "mill", 1.0);
    draft.agent("agent", None, &["farm"]);
    let network = draft.network();
    let a = assessed(&network, &p);
    let row = |id: &str| network.find_site(id).unwrap();
    let (buyer, mill, farm) = (row("buyer"), row("mill"), row("farm"));
    let refused = |action: Action| WhatIf::new(&a, vec![buyer], 0, 1, &Silent).unwrap().compare(&[action], &Silent).unwrap_err();
    for share in [-0.1, 1.1, f64::NAN] {
        let error = refused(Action::Move { buyer, from: mill, to: farm, share }).to_string();
        assert!(error.contains("action 1") && error.contains("expected 0 to 1"), "{error}");
    }
    assert!(refused(Action::Move { buyer, from: mill, to: mill, share: 0.5 }).to_string().contains("itself"));
    assert!(refused(Action::Drop { supplier: farm, buyer }).to_string().contains("`buyer` buys nothing from `farm`"));
    assert!(refused(Action::EndAdvanceDebt { agent: 0 }).to_string().contains("gives no advances"));
    assert!(refused(Action::EndAdvanceDebt { agent: 9 }).to_string().contains("agent 9 of 1"));
    assert!(refused(Action::Remediate { site: 99 }).to_string().contains("site 99 of 3"));
    // the mill would buy all it sells from the buyer, who buys all from the mill
    let closed = refused(Action::Move { buyer: mill, from: farm, to: buyer, share: 1.0 });
    assert!(matches!(&closed, Error::ClosedLoop { count: 2, sites } if sites == "buyer, mill"), "{closed:?}");
}

#[test]
fn threads_change_no_bit_of_a_comparison() {
    let p = spread_parameters();
    let network = drafted(110).network();
    let site = network.evidence().iter().find(|e| e.finding == Finding::Found && e.method != Method::Grievance).unwrap().site as usize;
    let of = |threads: usize| {
        with_threads(threads, || {
            let a = assessed(&network, &p);
            let c = compare(&a, &[Action::Remediate { site }, Action::Disclose { buyer: 2 }], 48);
            (c.buyers, c.total, c.effects)
        })
    };
    assert_eq!(of(1), of(3));
}
