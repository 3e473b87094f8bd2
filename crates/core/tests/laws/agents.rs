//! Equation (3.5): agents carry risk between sites.

use jiff::ToSpan;
use tierlight_core::model::Finding::{Found, NotFound};
use tierlight_core::model::{AgentKind, Hazard, Method};
use tierlight_core::risk::update::Updated;

use crate::common::{AS_OF, Draft, KILN, close, inherent, parameters, posterior};

/// Ten kilns, of which `jamadar` brings workers to three; `extra` adds evidence.
fn kilns(extra: impl FnOnce(&mut Draft)) -> (Vec<f64>, Vec<Updated>) {
    let p = parameters();
    let mut draft = Draft::new();
    for k in 0..10 {
        draft.site(&format!("k{k}"), KILN).workers = Some(60.0);
    }
    draft.agent("jamadar", Some(AgentKind::LabourContractor), &["k0", "k1", "k2"]);
    // the background: kilns looked at and not found forced
    for k in 5..10 {
        draft.evidence(&format!("k{k}"), Method::LabourInspection, NotFound, Hazard::Forced);
    }
    extra(&mut draft);
    let network = draft.network();
    let inherent = inherent(&network, &p);
    let (_, ratios, updated) = posterior(&network, &p, &inherent);
    (ratios, updated)
}

#[test]
fn a_forced_finding_raises_the_agent_s_other_sites_and_no_others() {
    let (_, before) = kilns(|_| {});
    let (ratios, after) = kilns(|d| {
        d.evidence("k0", Method::ChildInterview, Found, Hazard::Forced);
    });
    for k in 1..3 {
        assert!(ratios[k] > 1.0, "{ratios:?}");
        assert!(after[k].presence[2] > before[k].presence[2], "forced presence at the agent's other sites");
        assert!(after[k].presence[0] >= before[k].presence[0]);
    }
    for k in 3..10 {
        close(ratios[k], 1.0, 0.0, "not the agent's");
        close(after[k].presence[2], before[k].presence[2], 0.0, "not the agent's");
    }
    close(ratios[0], 1.0, 0.0, "its own finding is not counted twice");
}

#[test]
fn other_findings_at_the_agent_s_sites_carry_nothing() {
    let (ratios, _) = kilns(|d| {
        d.evidence("k0", Method::ChildInterview, Found, Hazard::Hazardous);
        d.evidence("k1", Method::ChildInterview, NotFound, Hazard::Forced);
    });
    assert!(ratios.iter().all(|&r| r.to_bits() == 1.0f64.to_bits()), "{ratios:?}");
}

#[test]
fn the_ratio_is_capped_and_needs_a_record() {
    let p = parameters();
    let mut draft = Draft::new();
    let sites: Vec<String> = (0..60).map(|k| format!("k{k:02}")).collect();
    for id in &sites {
        // hardly any prior: every finding is far above the base rate
        draft.measured(id, KILN, 0.3, 0.0005);
    }
    let ids: Vec<&str> = sites.iter().map(String::as_str).collect();
    draft.agent("arthi", Some(AgentKind::Middleman), &ids);
    for id in &ids[..40] {
        draft.evidence(id, Method::ChildInterview, Found, Hazard::Forced);
    }
    let network = draft.network();
    let inherent = inherent(&network, &p);
    let (_, ratios, updated) = posterior(&network, &p, &inherent);
    close(ratios[59], 8.0, 0.0, "cap (3.5)");
    // with the cap, odds of forced labour move by at most ln 8
    let odds = |x: f64| libm::log(x / (1.0 - x));
    let moved = odds(updated[59].presence[2]) - odds(inherent[59].presence()[2]);
    close(moved, libm::log(8.0), 1e-9, "the ratio acts on the states with forced labour");
}

#[test]
fn age_and_remediation_fade_what_an_agent_carries() {
    let ratio = |days: i64, remediated: bool| {
        kilns(|d| {
            let e = d.evidence("k0", Method::ChildInterview, Found, Hazard::Forced);
            e.date = AS_OF.saturating_sub(days.days());
            e.remediated_on = remediated.then_some(AS_OF);
        })
        .0[1]
    };
    assert!(ratio(0, false) > ratio(1000, false) && ratio(1000, false) >= 1.0);
    assert!(ratio(0, false) > ratio(0, true) && ratio(0, true) >= 1.0);
}

#[test]
fn of_several_agents_the_largest_counts_and_double_entries_do_not() {
    let found = |d: &mut Draft| {
        d.evidence("k0", Method::ChildInterview, Found, Hazard::Forced);
    };
    let (one, _) = kilns(found);
    let (more, _) = kilns(|d| {
        found(d);
        // not one who supplies labour: that would change what is expected of the sites
        d.agent("clean", Some(AgentKind::Middleman), &["k1", "k5", "k6", "k7"]);
    });
    close(more[1], one[1], 1e-12, "the largest (3.5)");
    let (double, _) = kilns(|d| {
        found(d);
        let again = d.parts.agent_links[0].clone();
        d.parts.agent_links.push(again);
    });
    close(double[1], one[1], 1e-12, "one site entered twice");
}

#[test]
fn a_site_s_own_evidence_never_works_through_its_agents() {
    let forced = |d: &mut Draft| {
        d.evidence("k0", Method::ChildInterview, Found, Hazard::Forced);
    };
    let (before, _) = kilns(forced);
    let (after, _) = kilns(|d| {
        forced(d);
        d.evidence("k1", Method::AnnouncedSocialAudit, NotFound, Hazard::ChildLabour);
    });
    close(after[1], before[1], 1e-12, "a clean audit of the site itself leaves its agents' ratio");
}
