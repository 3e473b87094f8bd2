//! Equations (6.2) and (6.3): what a visit would tell, and what an answer would change, against networks in which it has happened.

use tierlight_core::decide::answer::answers;
use tierlight_core::decide::visit::{Approach, visit};
use tierlight_core::model::Finding::{Found, NotFound};
use tierlight_core::model::{CONDITIONS, Finding, Hazard, Method};

use crate::common::{AS_OF, Draft, KILN, assessed, close, item, parameters, random_draft};

fn looked(method: Method, off_site: bool) -> Approach {
    Approach { children_interviewed: true, off_site, ..Approach::plain(method) }
}

#[test]
fn a_visit_tells_what_it_tells_once_it_is_made() {
    let p = parameters();
    for seed in 0..4 {
        let mut draft = random_draft(seed, 40);
        // agents carry findings between sites: what they add is another law
        draft.parts.agent_links.clear();
        let network = draft.network();
        let a = assessed(&network, &p);
        for site in 0..network.sites().len() {
            for approach in [looked(Method::ChildInterview, true), Approach::plain(Method::AnnouncedSocialAudit)] {
                let expected = visit(&a, site, approach).unwrap();
                let mut sum = 0.0;
                for (finding, chance, presence) in
                    [(Found, expected.finds, expected.if_found), (NotFound, 1.0 - expected.finds, expected.if_not_found)]
                {
                    let after = after_visit(&draft, network.site_id(site), approach, finding, &p);
                    close(after, presence, 1e-12, "presence after the visit");
                    sum += chance * (after - a.updated[site].presence[0]).abs();
                }
                close(sum, expected.expected_change, 1e-12, "expected change");
            }
        }
    }
}

fn after_visit(draft: &Draft, site: &str, approach: Approach, finding: Finding, p: &tierlight_core::parameters::Parameters) -> f64 {
    let mut draft = draft.clone();
    let mut new = item(9_000, draft.row(site), approach.method, finding, Hazard::ChildLabour);
    new.date = AS_OF;
    new.supplier_paid = Some(approach.supplier_paid);
    new.children_interviewed = Some(approach.children_interviewed);
    new.off_site = Some(approach.off_site);
    draft.parts.evidence.push(new);
    let network = draft.network();
    assessed(&network, p).updated[network.find_site(site).unwrap()].presence[0]
}

#[test]
fn a_method_that_finds_more_tells_more_and_silence_of_a_complaints_line_tells_nothing() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("kiln", KILN).workers = Some(60.0);
    let network = draft.network();
    let a = assessed(&network, &p);
    let audit = Approach { supplier_paid: true, ..Approach::plain(Method::AnnouncedSocialAudit) };
    let [weak, strong] = [audit, looked(Method::ChildInterview, true)].map(|approach| visit(&a, 0, approach).unwrap());
    assert!(strong.sensitivity > weak.sensitivity);
    assert!(strong.expected_change > 2.0 * weak.expected_change, "{strong:?} {weak:?}");
    assert!(strong.if_not_found < weak.if_not_found && weak.if_not_found <= a.updated[0].presence[0]);
    assert!(visit(&a, 0, Approach::plain(Method::Grievance)).is_none());
}

#[test]
fn an_answer_changes_what_it_changes_once_it_is_given() {
    let p = parameters();
    let mut draft = random_draft(7, 40);
    draft.parts.agent_links.clear();
    let network = draft.network();
    let a = assessed(&network, &p);
    for site in 0..network.sites().len() {
        let found = answers(&a, site);
        if network.sites()[site].measured_prevalence.is_some() {
            assert!(found.is_empty());
            continue;
        }
        assert!(found.windows(2).all(|w| w[0].spread() >= w[1].spread()), "the largest first");
        assert_eq!(found.len(), CONDITIONS.len());
        for answer in found.iter().filter(|x| x.state.is_none()) {
            for (yes, expected) in [(true, answer.if_yes), (false, answer.if_no)] {
                let mut told = draft.clone();
                let row = told.row(network.site_id(site)) as usize;
                told.parts.sites[row].conditions.set(answer.condition, Some(yes));
                let network = told.network();
                let after = assessed(&network, &p).updated[site].presence[0];
                close(after, expected, 1e-12, answer.condition.slug());
            }
        }
    }
}
