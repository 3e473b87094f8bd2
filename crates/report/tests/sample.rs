//! The sample document says what renderers' tests rely on.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::sample;
use tierlight_report::language::Language;

#[test]
fn ids_are_unique_and_ascii() {
    use tierlight_report::document::{Block, Section};
    fn ids(section: &Section, out: &mut Vec<String>) {
        out.push(section.id.clone());
        for block in &section.blocks {
            match block {
                Block::Table(t) => out.push(t.id.clone()),
                Block::Chart(c) => out.extend([c.id.clone(), c.twin.id.clone()]),
                _ => {}
            }
        }
        section.sections.iter().for_each(|s| ids(s, out));
    }
    for language in [Language::English, Language::Urdu] {
        let mut all = Vec::new();
        sample::document(language).sections.iter().for_each(|s| ids(s, &mut all));
        assert!(all.iter().all(|id| id.is_ascii()), "{all:?}");
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "an id stands twice");
    }
}
