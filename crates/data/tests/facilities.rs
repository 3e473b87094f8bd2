//! Facility matching on invented sites with known duplicates: precision first.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking and shows its figures")]

use tierlight_data::matching::facility::benchmark::{Labelled, benchmark, measure};
use tierlight_data::matching::facility::{Outcome, Pair, Record, match_records};
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
    for (sites, seed) in [(60, 1), (300, 2), (1200, 3)] {
        let quality = measure(&Labelled::new(sites, seed), settings).unwrap();
        println!(
            "{sites} sites, seed {seed}: precision {:.3}, recall {:.3}, with potential {:.3}",
            quality.precision, quality.recall, quality.recall_with_potential
        );
        assert!(quality.precision >= 0.95 || quality.matches < 20, "{sites} sites: {quality:?}");
    }
}

#[test]
fn against_another_list() {
    let packs = read_packs(&[]).unwrap();
    let labelled = Labelled::new(900, 11);
    let seconds: Vec<usize> = labelled.same.iter().chain(&labelled.different).map(|p| p.1).collect();
    let rows = |second: bool| (0..labelled.records.len()).filter(|r| seconds.contains(r) == second).collect::<Vec<usize>>();
    let (left, right) = (rows(false), rows(true));
    let list = |rows: &[usize]| rows.iter().map(|r| labelled.records[*r].clone()).collect::<Vec<_>>();
    let found = match_records(&list(&left), Some(&list(&right)), &packs.gazetteer.settings).unwrap();
    let matches: Vec<(usize, usize)> =
        found.pairs.iter().filter(|p| p.outcome == Outcome::Match).map(|p| (left[p.left], right[p.right])).collect();
    let good = matches.iter().filter(|p| labelled.same.contains(p)).count();
    println!("against: precision {good} of {}, recall {good} of {}", matches.len(), labelled.same.len());
    assert!(good as f64 >= 0.95 * matches.len() as f64 && good as f64 >= 0.7 * labelled.same.len() as f64);
    let mut lefts: Vec<usize> = matches.iter().map(|p| p.0).collect();
    lefts.dedup();
    assert_eq!(lefts.len(), matches.len(), "one partner each");
}

#[test]
fn the_order_of_records_and_the_threads_change_nothing() {
    let packs = read_packs(&[]).unwrap();
    let list = Labelled::new(200, 5).records;
    let found = |list: &[Record]| {
        let matches = match_records(list, None, &packs.gazetteer.settings).unwrap();
        let ids = |p: &Pair| {
            let mut ids = [list[p.left].id.clone(), list[p.right].id.clone()];
            ids.sort();
            (ids, p.outcome.slug(), format!("{:.9}", p.score))
        };
        let mut pairs: Vec<_> = matches.pairs.iter().map(ids).collect();
        pairs.sort();
        pairs
    };
    let turned: Vec<Record> = list.iter().rev().cloned().collect();
    assert_eq!(found(&list), found(&turned));
}
