//! Each language says everything, with the same names to fill in, and accuses nobody.

use tierlight_core::model::{AgentKind, CONDITIONS, Disclosure, HAZARDS, LinkKind, Method, Role};

use super::*;

fn holes(template: &str) -> Vec<&str> {
    let mut found: Vec<&str> = template.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    found.sort_unstable();
    found
}

#[test]
fn every_word_is_said_in_urdu_with_the_same_names_to_fill_in() {
    let (english, urdu) = (english::WORDS.all(), urdu::WORDS.all());
    for ((key, en), (_, ur)) in english.iter().zip(&urdu) {
        assert_eq!(holes(en), holes(ur), "{key}");
        assert_eq!(en.matches("**").count(), ur.matches("**").count(), "{key}");
        let letters: String = ur.replace(|c: char| c.is_ascii(), "");
        let only_holes = holes(ur).iter().fold(ur.replace(['{', '}', ' '], ""), |rest, hole| rest.replacen(hole, "", 1)).is_empty();
        assert!(!letters.is_empty() || only_holes, "{key} is not in Urdu: {ur}");
    }
    let keys = |names: &[(&'static str, &'static str)]| names.iter().map(|n| n.0).collect::<Vec<_>>();
    assert_eq!(keys(english::NAMES), keys(urdu::NAMES));
    assert!(urdu::NAMES.iter().all(|(_, word)| word.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c))));
}

#[test]
fn every_value_of_the_model_has_a_word() {
    let known = |kind: &str, name: &str| english::NAMES.iter().any(|(key, _)| *key == format!("{kind}/{name}"));
    assert!(HAZARDS.iter().all(|x| known("hazard", x.slug()) && known("class", x.slug())));
    assert!(Method::ALL.iter().all(|x| known("method", x.slug())));
    assert!(Role::ALL.iter().all(|x| known("role", x.slug())));
    assert!(AgentKind::ALL.iter().all(|x| known("agent", x.slug())));
    assert!(LinkKind::ALL.iter().all(|x| known("link", x.slug())));
    assert!(Disclosure::ALL.iter().all(|x| known("disclosure", x.slug())));
    assert!(CONDITIONS.iter().all(|x| known("term", x.slug()) && known("question", x.slug())));
}

/// Words that accuse, certify, or that the glossary bars.
pub(crate) const BARRED: [&str; 22] = [
    "guilty",
    "violat",
    "offender",
    "culprit",
    "perpetrat",
    "criminal",
    "illegal",
    "blacklist",
    "proven",
    "confirmed case",
    "uses child labour",
    "employs children",
    "clean supplier",
    "compliant",
    "cleared",
    "child labour free",
    "slavery free",
    "zero risk",
    "rescue",
    "raid",
    "predicted",
    "child worker",
];

#[test]
fn no_word_accuses_or_certifies() {
    let all = english::WORDS.all().into_iter().chain(english::NAMES.iter().copied());
    for (key, words) in all {
        let words = words.to_lowercase();
        for barred in BARRED {
            assert!(!words.contains(barred), "{key}: {words}");
        }
    }
}
