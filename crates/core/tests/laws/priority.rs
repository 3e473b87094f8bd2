//! Section 6: a recorded signal is never averaged away, and no modelled probability makes one.

use tierlight_core::decide::priority::{RecordedClass, exclusive_children, priorities};
use tierlight_core::model::Finding::{Found, NotFound};
use tierlight_core::model::{Hazard, Method};

use crate::common::{Draft, GARMENTS, KILN, assessed, close, parameters, random_draft};

#[test]
fn recorded_forced_labour_goes_before_any_likelihood() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.measured("forced", GARMENTS, 0.5, 0.0001).workers = Some(2.0);
    draft.measured("hazardous", GARMENTS, 0.5, 0.0001).workers = Some(3.0);
    draft.measured("child", GARMENTS, 0.5, 0.0001).workers = Some(4.0);
    draft.measured("likely", KILN, 0.5, 0.9).workers = Some(500.0);
    draft.measured("audited", KILN, 0.5, 0.8).workers = Some(500.0);
    let old = jiff::civil::date(2015, 1, 1);
    let e = draft.evidence("forced", Method::Grievance, Found, Hazard::Forced);
    (e.date, e.remediated_on) = (old, Some(old));
    draft.evidence("hazardous", Method::Grievance, Found, Hazard::Hazardous).date = old;
    draft.evidence("hazardous", Method::ChildInterview, NotFound, Hazard::Forced);
    draft.evidence("child", Method::Grievance, Found, Hazard::ChildLabour).date = old;
    draft.evidence("child", Method::ChildInterview, NotFound, Hazard::ChildLabour);
    draft.evidence("audited", Method::ChildInterview, NotFound, Hazard::Forced);
    let network = draft.network();
    let a = assessed(&network, &p);
    let of = |id: &str| &a.priority[network.find_site(id).unwrap()];
    let classes = [
        ("forced", RecordedClass::Forced),
        ("hazardous", RecordedClass::Hazardous),
        ("child", RecordedClass::ChildLabour),
        ("likely", RecordedClass::None),
        ("audited", RecordedClass::None),
    ];
    for (rank, (id, class)) in classes.into_iter().enumerate() {
        assert_eq!((of(id).class, of(id).rank), (class, rank as u32 + 1), "{id}");
    }
    assert!(of("likely").score > of("forced").score * 100.0, "the order is not that of the score");
    assert_eq!(classes.map(|c| c.1.number()), [3, 2, 1, 0, 0]);
}

#[test]
fn score_is_severity_times_presence_over_exclusive_hazards() {
    let p = parameters();
    let network = random_draft(5, 50).network();
    let a = assessed(&network, &p);
    for (state, priority) in a.updated.iter().zip(&a.priority) {
        let parts = exclusive_children(&state.expected);
        close(parts.iter().sum(), state.expected[0], 1e-12 * (1.0 + state.expected[0]), "no child counts twice");
        assert!(parts.iter().all(|&x| x >= 0.0));
        close(parts[2], state.expected[2], 0.0, "forced is the worst");
        let score = parts[0] + 3.0 * parts[1] + 9.0 * parts[2];
        close(priority.score, score, 1e-12 * (1.0 + score), "S·P1 with w = 9, 3, 1");
        close(priority.severity * state.presence[0], score, 1e-9 * (1.0 + score), "S");
    }
}

#[test]
fn ranks_follow_class_then_score_and_ties_share_one() {
    let p = parameters();
    let network = random_draft(6, 80).network();
    let mut updated = assessed(&network, &p).updated;
    let clean: Vec<usize> =
        (0..80).filter(|&s| !network.evidence().iter().any(|e| e.site as usize == s && e.finding == Found)).take(2).collect();
    updated[clean[1]] = updated[clean[0]];
    let ranked = priorities(&network, &p, &updated);
    assert_eq!(ranked[clean[0]].rank, ranked[clean[1]].rank);
    for x in &ranked {
        let before = ranked.iter().filter(|y| y.class > x.class || (y.class == x.class && y.score > x.score)).count();
        assert_eq!(x.rank as usize, before + 1);
    }
}

#[test]
fn bands_are_labels_on_presence() {
    let p = parameters();
    let labels = [0.0, 0.049, 0.05, 0.2, 0.5, 0.8, 1.0].map(|x| p.band(x));
    assert_eq!(labels, ["low", "low", "moderate", "high", "very_high", "critical", "critical"]);
}
