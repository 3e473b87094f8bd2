#![allow(clippy::unwrap_used, reason = "a test")]
//! Base rates of every sector in any country, from the built-in packs.

use tierlight_core::model::HAZARDS;
use tierlight_core::parameters::{Parameters, SectorBase};
use tierlight_core::risk::base::{LevelBasis, Priors};
use tierlight_core::risk::district::district_effects;
use tierlight_core::risk::logit::{Interval, logit};
use tierlight_core::risk::rates::SectorRates;
use tierlight_core::validation::{accuracy, leave_one_country_out};
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

#[test]
fn intervals_hold_in_countries_left_out() {
    let packs = read_packs(&[]).unwrap();
    for (basis, use_poverty) in [(LevelBasis::Poverty, true), (LevelBasis::Subregion, false)] {
        let left_out = leave_one_country_out(&packs.parameters, use_poverty).unwrap();
        let of_basis = || left_out.iter().filter(|(b, _)| *b == basis).map(|(_, p)| *p);
        let found = accuracy(of_basis()).unwrap();
        assert!(found.count > 40, "{basis:?}: {}", found.count);
        assert!((0.86..=0.94).contains(&found.coverage_90), "{basis:?}: {} of the intervals hold, 0.9 should", found.coverage_90);
        assert!(found.error < 0.9 * found.plain_error.unwrap(), "{basis:?} tells more than the median of all: {found:?}");
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
