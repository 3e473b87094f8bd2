#![allow(clippy::unwrap_used, reason = "a test")]
//! Base rates of every sector in any country, from the built-in packs.

use tierlight_core::model::HAZARDS;
use tierlight_core::parameters::{Parameters, SectorBase};
use tierlight_core::risk::base::{LevelBasis, Priors};
use tierlight_core::risk::district::district_effects;
use tierlight_core::risk::logit::{Interval, logit};
use tierlight_core::risk::rates::SectorRates;
use tierlight_data::packs::read_packs;

fn rates(p: &Parameters, iso3: &str) -> Vec<SectorRates> {
    let districts = district_effects(p).unwrap();
    let priors = Priors::new(p, &districts).unwrap();
    let country = p.country(iso3).unwrap();
    (0..p.sectors.len()).map(|s| priors.rates(country, s as u16).unwrap()).collect()
}

fn width(x: Interval) -> f64 {
    logit(x.high) - logit(x.low)
}

#[test]
fn every_sector_has_rates_by_hazard_and_sex_in_any_country() {
    let packs = read_packs(&[]).unwrap();
    let p = &packs.parameters;
    assert_eq!(p.sectors.len(), 67);
    // Pakistan and India have rows of their own, Sri Lanka no rate but an index of poverty, Iran measured neighbours, Micronesia none of them
    for iso3 in ["PAK", "IND", "BGD", "CIV", "DEU", "LKA", "IRN", "FSM"] {
        for (sector, found) in p.sectors.iter().zip(rates(p, iso3)) {
            let at = format!("{} in {iso3}: {found:?}", sector.id);
            for (h, x) in found.hazards.iter().chain([&found.girls_share]).enumerate() {
                assert!(0.0 < x.low && x.low < x.mean && x.mean < x.high && x.high < 1.0, "{h} of {at}");
            }
            let [all, hazardous, forced] = found.hazards;
            for part in [hazardous, forced] {
                assert!(part.mean <= all.mean && part.low <= all.low && part.high <= all.high, "nested: {at}");
            }
            for hazard in HAZARDS {
                let [girls, boys] = found.sexes(hazard.index());
                let whole = found.hazards[hazard.index()].mean;
                assert!((girls.mean + boys.mean - whole).abs() < 1e-12, "girls and boys: {at}");
                assert!(girls.low < girls.mean && boys.mean < boys.high, "{at}");
            }
        }
    }
}

#[test]
fn agriculture_is_above_industry_in_pakistan() {
    let packs = read_packs(&[]).unwrap();
    let p = &packs.parameters;
    let found = rates(p, "PAK");
    let mean = |broad: &str| {
        let of: Vec<f64> = p.sectors.iter().zip(&found).filter(|(s, _)| s.broad == broad).map(|(_, r)| r.hazards[0].mean).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    assert!(mean("agriculture") > mean("manufacturing"), "{} against {}", mean("agriculture"), mean("manufacturing"));
}

#[test]
fn a_country_without_data_is_flagged_and_less_certain() {
    let packs = read_packs(&[]).unwrap();
    let p = &packs.parameters;
    let measured = rates(p, "BGD");
    assert!(measured.iter().all(|r| r.basis == LevelBasis::OwnRate));
    for (iso3, basis) in
        [("LKA", LevelBasis::Poverty), ("IRN", LevelBasis::Subregion), ("FSM", LevelBasis::World), ("DEU", LevelBasis::IncomeGroup)]
    {
        for (with, without) in measured.iter().zip(rates(p, iso3)) {
            assert_eq!(without.basis, basis);
            assert!(width(without.hazards[0]) > width(with.hazards[0]), "{iso3}");
        }
    }
}

/// Share of 90 % intervals that hold, median error, and median error of the world's rate: every measured country left out in turn.
fn left_out(p: &Parameters, basis: LevelBasis) -> (f64, f64, f64) {
    let world = p.countries[usize::from(p.country("WLD").unwrap())].rate.unwrap();
    let (mut held, mut errors, mut of_world) = (Vec::new(), Vec::new(), Vec::new());
    for (row, country) in p.countries.iter().enumerate().filter(|(_, c)| c.income_group != "high" && c.iso3 != "WLD") {
        let Some(rate) = country.rate else { continue };
        let mut without = p.clone();
        without.countries[row].rate = None;
        if basis == LevelBasis::Subregion {
            without.countries[row].poverty = None;
        }
        let districts = district_effects(&without).unwrap();
        let level = Priors::new(&without, &districts).unwrap().country_level(row as u16);
        if level.basis == basis {
            let truth = logit(rate / 100.0) - logit(world / 100.0);
            held.push(f64::from(u8::from((truth - level.value).abs() < 1.645 * level.sd)));
            errors.push((truth - level.value).abs());
            of_world.push(truth.abs());
        }
    }
    let median = |of: &mut Vec<f64>| {
        of.sort_by(f64::total_cmp);
        of[of.len() / 2]
    };
    (held.iter().sum::<f64>() / held.len() as f64, median(&mut errors), median(&mut of_world))
}

#[test]
fn intervals_hold_in_countries_left_out() {
    let packs = read_packs(&[]).unwrap();
    for basis in [LevelBasis::Poverty, LevelBasis::Subregion] {
        let (held, error, of_world) = left_out(&packs.parameters, basis);
        assert!((0.86..=0.94).contains(&held), "{basis:?}: {held} of the intervals hold, 0.9 should");
        assert!(error < 0.8 * of_world, "{basis:?} tells more than the world: {error} against {of_world}");
    }
}

#[test]
fn areas_are_provinces_of_the_gazetteer() {
    let packs = read_packs(&[]).unwrap();
    let p = &packs.parameters;
    let of = |id: &str, country: Option<u16>| -> &SectorBase {
        let sector = p.sector(id).unwrap();
        p.bases.iter().find(|b| b.sector == sector && b.country == country).unwrap()
    };
    let pak = p.country("PAK");
    assert_eq!(of("brick_kilns", pak).area, ["Punjab"]);
    assert_eq!(of("weaving", pak).area, ["Punjab", "Sindh", "Khyber Pakhtunkhwa"]);
    assert!(of("carpets", pak).area.is_empty() && of("weaving", None).area.is_empty());
    for base in &p.bases {
        for province in &base.area {
            assert!(p.districts.iter().any(|d| d.province == *province), "{province} has no district");
        }
    }
}
