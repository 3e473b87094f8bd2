//! Equation (8.6): visits on a budget, against all choices.

use tierlight_core::decide::audits::{Priced, audits};
use tierlight_core::decide::visit::{Approach, visit};
use tierlight_core::model::Method;

use crate::common::{assessed, parameters, random_draft};

#[test]
fn no_choice_tells_more_than_the_bound_and_the_best_is_missed_by_one_step_at_most() {
    let p = parameters();
    let ways: [(Method, f64); 3] = [(Method::SupplierQuestionnaire, 2.0), (Method::UnannouncedAudit, 20.0), (Method::ChildInterview, 35.0)];
    let priced = ways.map(|(method, cost)| Priced { approach: Approach::plain(method), cost });
    for seed in 0..12 {
        let network = random_draft(seed, 30).network();
        let a = assessed(&network, &p);
        let sites: Vec<usize> = (0..6).map(|k| k * 5).collect();
        let follow_ups = [sites[2]];
        for budget in [0.0, 1.0, 30.0, 75.0, 1000.0] {
            let plan = audits(&a, &sites, &follow_ups, &priced, budget, |_, _| true);
            let spent: f64 = plan.audits.iter().map(|x| x.cost).sum();
            assert!(spent <= budget + 1e-9 && (spent - plan.spent).abs() < 1e-9, "{spent} of {budget}");
            let mut each: Vec<usize> = plan.audits.iter().map(|x| x.site).collect();
            each.sort_unstable();
            each.dedup();
            assert_eq!(each.len(), plan.audits.len(), "a site is looked at once");
            let kept = plan.audits.iter().find(|x| x.follow_up);
            assert!(kept.is_some() != plan.unmet.contains(&sites[2]), "the follow-up is kept or said to be lacking");
            // all choices for the other sites
            let tells = |site: usize, way: usize| {
                let found = visit(&a, site, priced[way].approach).unwrap();
                found.expected_change * a.priority[site].severity
            };
            let others: Vec<usize> = sites.iter().copied().filter(|s| *s != sites[2]).collect();
            let (mut best, mut largest) = (0.0f64, 0.0f64);
            let (base, left) = (kept.map_or(0.0, |x| x.tells), budget - kept.map_or(0.0, |x| x.cost));
            for choice in 0..4usize.pow(others.len() as u32) {
                let (mut code, mut cost, mut sum) = (choice, 0.0, 0.0);
                for &site in &others {
                    let way = code % 4;
                    code /= 4;
                    if way > 0 {
                        cost += priced[way - 1].cost;
                        sum += tells(site, way - 1);
                        largest = largest.max(tells(site, way - 1));
                    }
                }
                if cost <= left + 1e-9 {
                    best = best.max(sum);
                }
            }
            assert!(plan.tells <= base + best + 1e-9, "more than the best");
            assert!(plan.bound >= base + best - 1e-9, "the bound {} is below the best {}", plan.bound, base + best);
            assert!(plan.tells >= base + best - largest - 1e-9, "{} misses {} by more than one visit", plan.tells, base + best);
        }
    }
}
