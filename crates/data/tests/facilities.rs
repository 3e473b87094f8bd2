//! Facility matching on invented sites with known duplicates: precision first.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking and shows its figures")]

use tierlight_data::matching::facility::benchmark::{Labelled, benchmark, measure};
use tierlight_data::packs::read_packs;

#[test]
fn matches_are_right() {
    let packs = read_packs(&[]).unwrap();
    let settings = &packs.gazetteer.settings;
    let quality = benchmark(settings).unwrap();
    println!("{quality:#?}");
    assert!(quality.precision >= 0.95, "{}", quality.precision);
    assert!(quality.recall >= 0.7, "{}", quality.recall);
    assert!(quality.recall_with_potential >= 0.9, "{}", quality.recall_with_potential);
    assert_eq!(quality, benchmark(settings).unwrap(), "the same every time");
    for (sites, seed) in [(60, 1), (300, 2), (2500, 3)] {
        let quality = measure(&Labelled::new(sites, seed), settings).unwrap();
        println!(
            "{sites} sites, seed {seed}: precision {:.3}, recall {:.3}, with potential {:.3}",
            quality.precision, quality.recall, quality.recall_with_potential
        );
        assert!(quality.precision >= 0.95 || quality.matches < 20, "{sites} sites: {quality:?}");
    }
}
