//! Section 3: audits miss children more often than they find them.

use jiff::ToSpan;
use proptest::prelude::*;
use tierlight_core::model::Finding::{Found, NotFound};
use tierlight_core::model::{Evidence, HAZARDS, Hazard, Method};
use tierlight_core::risk::evidence::{decay, log_ratio, months_since, sensitivity};
use tierlight_core::risk::logit::{expit, logit};
use tierlight_core::risk::maths::Single;
use tierlight_core::risk::update::Updated;

use crate::common::{
    AS_OF, Draft, GARMENTS, KILN, Rng, close, coefficients, inherent, item, parameters, posterior, random_draft, random_item,
};

/// A kiln with this evidence on top of what its sector says.
fn updated(items: &[Evidence]) -> (Updated, Updated) {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("kiln", KILN).workers = Some(60.0);
    let before = draft.network();
    let inherent = inherent(&before, &p);
    let prior = posterior(&before, &p, &inherent).2[0];
    draft.parts.evidence = items.to_vec();
    (prior, posterior(&draft.network(), &p, &inherent).2[0])
}

/// By how many log-odds the presence of a hazard moves at a garment workshop.
fn moves(items: &[Evidence], hazard: Hazard) -> f64 {
    let p = parameters();
    let mut draft = Draft::new();
    draft.measured("shop", GARMENTS, 0.5, 0.02);
    let before = draft.network();
    let inherent = inherent(&before, &p);
    draft.parts.evidence = items.to_vec();
    let after = posterior(&draft.network(), &p, &inherent).2[0];
    logit(after.presence[hazard.index()]) - logit(inherent[0].presence()[hazard.index()])
}

#[test]
fn likelihood_ratios_are_those_of_the_method() {
    close(log_ratio(Found, Some(0.3), 0.05), -libm::log(0.05), 1e-15, "found: −ln φ (3.1)");
    close(log_ratio(Found, None, 0.25), -libm::log(0.25), 1e-15, "found-only methods (3.1)");
    close(log_ratio(NotFound, Some(0.3), 0.05), libm::log(0.7 / (1.0 - 0.015)), 1e-14, "not found (3.1)");
    close(log_ratio(NotFound, None, 0.25), 0.0, 0.0, "silence of a found-only method says nothing (3.1)");
}

#[test]
fn modifiers_move_the_sensitivity_and_only_when_stated() {
    let c = coefficients();
    let plain = item(0, 0, Method::AnnouncedSocialAudit, NotFound, Hazard::ChildLabour);
    close(sensitivity(&plain, false, &c).unwrap(), 0.1, 1e-12, "base Se");
    let mut all = plain.clone();
    all.supplier_paid = Some(true);
    all.returning_team = Some(true);
    all.all_male_team = Some(true);
    all.children_interviewed = Some(true);
    all.off_site = Some(true);
    let expected = expit(logit(0.1) - 0.5 - 0.4 - 0.3 + 1.0 + 0.5 + 0.3);
    close(sensitivity(&all, true, &c).unwrap(), expected, 1e-12, "logit Se = base + modifiers (3.1)");
    let mut no = plain.clone();
    no.supplier_paid = Some(false);
    close(sensitivity(&no, false, &c).unwrap(), 0.1, 1e-12, "a stated no is the base");
    assert_eq!(sensitivity(&item(0, 0, Method::Grievance, Found, Hazard::Forced), true, &c), None);
}

#[test]
fn peak_season_comes_from_the_sector_and_the_month() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("kiln", KILN);
    for (k, month) in [3, 4].into_iter().enumerate() {
        let mut e = item(k, 0, Method::UnannouncedAudit, NotFound, Hazard::ChildLabour);
        // the fixture's kilns peak from March to May; a day in March, and one in December
        e.date = if month == 3 { jiff::civil::date(2025, 3, 15) } else { jiff::civil::date(2024, 12, 15) };
        draft.parts.evidence.push(e);
    }
    let network = draft.network();
    let weighed = tierlight_core::risk::evidence::weigh(&network, &p);
    close(weighed[0].sensitivity.unwrap(), 0.3, 1e-12, "December");
    close(weighed[1].sensitivity.unwrap(), expit(logit(0.3) + 0.3), 1e-12, "March");
}

#[test]
fn evidence_loses_half_its_weight_in_a_half_life() {
    let c = coefficients();
    close(decay::<Single>(24.0, c.half_life_found_months.mean), 0.5, 1e-15, "found (3.2)");
    close(decay::<Single>(24.0, c.half_life_not_found_months.mean), 0.0625, 1e-15, "not found fades faster (3.2)");
    close(months_since(AS_OF.saturating_sub(365.days()), AS_OF), 12.0, 0.01, "a year");
    close(months_since(AS_OF, AS_OF), 0.0, 0.0, "today");
    // a repeated half-life later the same item moves the score half as far
    let fresh = item(0, 0, Method::MediaOrNgo, Found, Hazard::ChildLabour);
    let mut old = fresh.clone();
    old.date = AS_OF.saturating_sub(731.days());
    let ratio = moves(std::slice::from_ref(&old), Hazard::ChildLabour) / moves(&[fresh], Hazard::ChildLabour);
    close(ratio, 0.5, 2e-3, "two years halve a finding (3.2)");
}

#[test]
fn a_clean_announced_audit_barely_moves_and_an_interview_off_site_moves_much() {
    let audit = item(0, 0, Method::AnnouncedSocialAudit, NotFound, Hazard::ChildLabour);
    let moved = moves(&[audit], Hazard::ChildLabour);
    assert!(moved < 0.0 && moved > -0.15, "{moved}");
    let mut interview = item(0, 0, Method::ChildInterview, NotFound, Hazard::ChildLabour);
    interview.off_site = Some(true);
    let moved = moves(&[interview.clone()], Hazard::ChildLabour);
    assert!(moved < -1.0, "{moved}");
    interview.finding = Found;
    let moved = moves(&[interview], Hazard::ChildLabour);
    close(moved, -libm::log(0.03), 1e-9, "a fresh finding moves log-odds by −ln φ (3.4)");
}

#[test]
fn repeats_of_one_method_are_not_independent() {
    let clean = |k| item(k, 0, Method::AnnouncedSocialAudit, NotFound, Hazard::ChildLabour);
    let one = moves(&[clean(0)], Hazard::ChildLabour);
    let five: Vec<Evidence> = (0..5).map(clean).collect();
    close(moves(&five, Hazard::ChildLabour) / one, 1.9375, 1e-6, "1 + r + … + r⁴ (3.3)");
    let many: Vec<Evidence> = (0..60).map(clean).collect();
    assert!(moves(&many, Hazard::ChildLabour) / one < 2.0 + 1e-6, "no number of clean audits counts for more than two");
    // another method is new evidence; two items of two methods count in full
    let other = item(1, 0, Method::LabourInspection, NotFound, Hazard::ChildLabour);
    let both = moves(&[clean(0), other.clone()], Hazard::ChildLabour);
    close(both, one + moves(&[other], Hazard::ChildLabour), 1e-9, "two methods add up");
    // the strongest goes first, whatever its date
    let mut old = clean(0);
    old.date = AS_OF.saturating_sub(365.days());
    let age = decay::<Single>(months_since(old.date, AS_OF), coefficients().half_life_not_found_months.mean);
    close(moves(&[old, clean(1)], Hazard::ChildLabour) / one, 1.0 + 0.5 * age, 1e-6, "order by strength (3.3)");
}

#[test]
fn one_update_moves_the_hazards_together() {
    // forced labour found implies child labour; hazardous work stays at its share
    let (before, after) = updated(&[item(0, 0, Method::ChildInterview, Found, Hazard::Forced)]);
    assert!(after.presence[2] > before.presence[2] && after.presence[0] > before.presence[0]);
    // hazardous work not found lowers child labour a little and forced labour a little
    let (before, after) = updated(&[item(0, 0, Method::ChildInterview, NotFound, Hazard::Hazardous)]);
    assert!(after.presence[1] < before.presence[1] && after.presence[0] < before.presence[0]);
    // by hand, on the five states
    let p = parameters();
    let mut draft = Draft::new();
    draft.measured("shop", GARMENTS, 0.5, 0.02);
    draft.evidence("shop", Method::UnannouncedAudit, Found, Hazard::Hazardous);
    draft.evidence("shop", Method::HomeVisit, NotFound, Hazard::ChildLabour);
    let network = draft.network();
    let inherent = inherent(&network, &p);
    let after = posterior(&network, &p, &inherent).2[0];
    let p0 = inherent[0].presence();
    let (h, f) = (p0[1] / p0[0], p0[2] / p0[0]);
    let miss = (1.0 - 0.6) / (1.0 - 0.05 * 0.6);
    let states = [
        (1.0 - p0[0]) * 0.05,
        p0[0] * (1.0 - h) * (1.0 - f) * miss * 0.05,
        p0[0] * h * (1.0 - f) * miss,
        p0[0] * (1.0 - h) * f * miss * 0.05,
        p0[0] * h * f * miss,
    ];
    let total: f64 = states.iter().sum();
    close(after.presence[0], 1.0 - states[0] / total, 1e-12, "P1 of child labour (3.4)");
    close(after.presence[1], (states[2] + states[4]) / total, 1e-12, "P1 of hazardous work (3.4)");
    close(after.presence[2], (states[3] + states[4]) / total, 1e-12, "P1 of forced labour (3.4)");
    for (g, before) in p0.iter().enumerate() {
        let expected = inherent[0].prevalence[g] * after.presence[g] / before;
        close(after.prevalence[g], expected, 1e-12, "θ1 = θ·P1/P0 (3.4)");
    }
}

#[test]
fn no_evidence_returns_the_prior_to_the_last_bit() {
    let (prior, after) = updated(&[]);
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("kiln", KILN).workers = Some(60.0);
    let inherent = inherent(&draft.network(), &p)[0];
    assert_eq!(prior.prevalence, inherent.prevalence);
    assert_eq!(after.presence, inherent.presence());
    assert_eq!(after.survival, inherent.survival);
}

#[test]
fn harm_evidence_does_not_lower_a_site_said_to_have_no_workers() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("office", GARMENTS).workers = Some(0.0);
    let network = draft.network();
    let inherent = inherent(&network, &p);
    let before = posterior(&network, &p, &inherent).2[0];
    draft.evidence("office", Method::ChildInterview, Found, Hazard::ChildLabour);
    let after = posterior(&draft.network(), &p, &inherent).2[0];
    assert!(after.presence[0] >= before.presence[0], "{:?} to {:?}", before.presence, after.presence);
}

#[test]
fn remediation_keeps_the_relapse_factor_never_zero() {
    let mut found = item(0, 0, Method::ChildInterview, Found, Hazard::Forced);
    found.date = AS_OF.saturating_sub(30.days());
    found.case_id = Some("c1".to_owned());
    let open = moves(std::slice::from_ref(&found), Hazard::Forced);
    let mut closed = found.clone();
    closed.remediated_on = Some(AS_OF.saturating_sub(10.days()));
    let kept = moves(std::slice::from_ref(&closed), Hazard::Forced);
    close(kept / open, 0.3, 1e-6, "relapse factor (3.6)");
    // the case is closed by any of its items, not only its own
    let mut follow_up = item(1, 0, Method::HomeVisit, NotFound, Hazard::Forced);
    follow_up.case_id = Some("c1".to_owned());
    follow_up.remediated_on = Some(AS_OF);
    let alone = moves(std::slice::from_ref(&follow_up), Hazard::Forced);
    let mut stripped = follow_up.clone();
    stripped.case_id = None;
    stripped.remediated_on = None;
    close(alone, moves(std::slice::from_ref(&stripped), Hazard::Forced), 1e-12, "a clean item has nothing to relapse");
    assert!(moves(&[found.clone(), follow_up.clone()], Hazard::Forced) < moves(&[found.clone(), stripped], Hazard::Forced));
    // neither a date to come nor one before the finding closes anything
    closed.remediated_on = Some(AS_OF.saturating_add(1.day()));
    close(moves(std::slice::from_ref(&closed), Hazard::Forced), open, 0.0, "not yet remediated");
    closed.remediated_on = Some(AS_OF.saturating_sub(60.days()));
    close(moves(&[closed], Hazard::Forced), open, 0.0, "remediated before it was found");
}

#[test]
fn counts_floor_the_expected_children_of_their_hazard_and_of_those_around_it() {
    let mut found = item(0, 0, Method::LabourInspection, Found, Hazard::Hazardous);
    found.girls = Some(30);
    found.boys = Some(10);
    let (before, after) = updated(std::slice::from_ref(&found));
    close(after.expected[1], 40.0, 1e-12, "E1 of hazardous work (3.7)");
    close(after.expected[0], 40.0, 1e-12, "child labour contains it (3.7)");
    assert!(after.expected[2] < 40.0, "forced labour does not");
    close(after.prevalence[1], 40.0 / 60.0, 1e-12, "θ1 = E1/N (3.7)");
    assert!(after.presence[1] >= after.prevalence[1]);
    let share = (10.0 * before.girls_share + 30.0) / 50.0;
    close(after.girls_share, share, 1e-12, "girls' share (3.7)");
    // more children than workers: the workforce is raised
    found.girls = Some(70);
    let (_, after) = updated(std::slice::from_ref(&found));
    close(after.workers, 80.0, 0.0, "N raised to k (3.7)");
    close(after.prevalence[0], 1.0, 0.0, "all of them");
    // aged and remediated
    found.date = AS_OF.saturating_sub(731.days());
    found.remediated_on = Some(AS_OF);
    let (_, after) = updated(std::slice::from_ref(&found));
    let floor = 80.0 * decay::<Single>(months_since(found.date, AS_OF), coefficients().half_life_found_months.mean) * 0.3;
    assert!(after.expected[1] >= floor - 1e-12);
    close(floor, 12.0, 0.05, "80 children, one half-life, remediated");
    // a small count never lowers what is expected
    found.girls = Some(1);
    found.boys = None;
    let (_, small) = updated(std::slice::from_ref(&found));
    found.girls = None;
    let (_, none) = updated(&[found]);
    assert!(small.expected[1] >= none.expected[1]);
}

#[test]
fn a_further_count_never_lowers_presence_by_raising_the_workforce() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.measured("shop", GARMENTS, 0.5, 0.001).workers = Some(1.0);
    let inherent = inherent(&draft.network(), &p);
    draft.evidence("shop", Method::Grievance, Found, Hazard::ChildLabour).girls = Some(1);
    let one = posterior(&draft.network(), &p, &inherent).2[0];
    let old = draft.evidence("shop", Method::MediaOrNgo, Found, Hazard::ChildLabour);
    (old.boys, old.date) = (Some(6), AS_OF.saturating_sub(1500.days()));
    let both = posterior(&draft.network(), &p, &inherent).2[0];
    assert!(both.workers > one.workers && both.expected[0] >= one.expected[0]);
    assert!(both.presence[0] >= one.presence[0], "{} to {}", one.presence[0], both.presence[0]);
    assert!(both.prevalence[0] <= both.presence[0]);
}

#[test]
fn one_visit_recorded_per_hazard_counts_its_children_once_for_the_girls_share() {
    let mut wide = item(0, 0, Method::LabourInspection, Found, Hazard::ChildLabour);
    wide.girls = Some(6);
    wide.boys = Some(2);
    let mut narrow = wide.clone();
    narrow.id = "e0001".to_owned();
    narrow.hazard = Hazard::Forced;
    narrow.girls = Some(5);
    let (_, one) = updated(std::slice::from_ref(&wide));
    let (_, both) = updated(&[wide, narrow]);
    close(both.girls_share, one.girls_share, 1e-15, "children are counted by the widest hazard (3.7)");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn harm_evidence_never_lowers_and_clean_evidence_never_raises(seed: u64, with_agents: bool) {
        let p = parameters();
        let n = 24;
        let mut draft = random_draft(seed, n);
        let mut rng = Rng(seed ^ 0x77);
        if !with_agents {
            draft.parts.agents.clear();
            draft.parts.agent_links.clear();
        }
        for k in 0..30 {
            let site = rng.below(n) as u32;
            draft.parts.evidence.push(random_item(&mut rng, 500 + k, site));
        }
        let network = draft.network();
        let inherent = inherent(&network, &p);
        let before = posterior(&network, &p, &inherent).2;
        for k in 0..40 {
            let site = rng.below(n) as u32;
            let new = random_item(&mut rng, 900 + k, site);
            let mut more = draft.clone();
            let (hazard, found) = (new.hazard.index(), new.finding == Found);
            more.parts.evidence.push(new.clone());
            let network = more.network();
            let after = posterior(&network, &p, &inherent).2;
            let (b, a) = (&before[site as usize], &after[site as usize]);
            if found {
                prop_assert!(a.presence[hazard] >= b.presence[hazard] - 1e-12, "{:?}: {} to {}", new, b.presence[hazard], a.presence[hazard]);
                prop_assert!(a.presence[0] >= b.presence[0] - 1e-12, "harm never lowers child labour: {:?}", new);
                prop_assert!(a.expected[hazard] >= b.expected[hazard] - 1e-9, "{:?}", new);
                prop_assert!(a.prevalence[hazard] >= b.prevalence[hazard] - 1e-12 || a.workers > b.workers, "{:?}", new);
            } else {
                for h in HAZARDS.map(Hazard::index) {
                    let limit = b.presence[h] + 1e-12;
                    // less of one hazard can leave the other two likelier only through the share they have of the rest
                    if h == hazard || h == 0 {
                        prop_assert!(a.presence[h] <= limit, "{:?}: {} to {}", new, b.presence[h], a.presence[h]);
                        prop_assert!(a.expected[h] <= b.expected[h] + 1e-9, "{:?}", new);
                    }
                }
            }
        }
    }
}
