//! The figures of the model card.

use serde::Serialize;
use tierlight_core::model::Network;
use tierlight_core::parameters::{Grade, PackStamp, Parameters, SurveyKind};
use tierlight_core::risk::area::{self, AreaData, AreaFit, HeldOut};
use tierlight_core::risk::base::LevelBasis;
use tierlight_core::risk::district::{DistrictEffects, district_effects};
use tierlight_core::risk::logit::{Z90, expit};
use tierlight_core::validation::{
    Accuracy, Lever, ListingAgreement, accuracy, grade_shares, leave_one_country_out, listing_agreement, sensitivity,
};
use tierlight_core::{METHOD_VERSION, Options, ReachBy, Silent, assess_in};
use tierlight_data::matching::{MatchingQuality, benchmark};
use tierlight_data::packs::Packs;
use tierlight_data::read::{NetworkOptions, read_network};
use tierlight_data::validation::{Industry, industries};

use crate::examples;
use crate::progress::Progress;

/// Steps of the progress line.
pub const STAGES: u64 = 7;
/// Parameters listed.
const LEVERS: usize = 10;

/// Everything the card says in numbers.
#[derive(Debug, Serialize)]
pub struct Figures {
    pub method: &'static str,
    pub packs: Vec<PackStamp>,
    pub areas: Vec<Areas>,
    pub countries: Vec<Countries>,
    pub listings: ListingAgreement,
    pub industries: Vec<Industry>,
    pub levers: Vec<Lever>,
    pub levers_tried: usize,
    /// Share of a typical score on grades A to E.
    pub grades: [f64; 5],
    pub example_sites: usize,
    /// Same site twice in a list: measured on invented sites.
    pub matching: MatchingQuality,
}

/// Levels of measured countries, guessed without their own rate.
#[derive(Debug, Serialize)]
pub struct Countries {
    pub guessed_by: &'static str,
    #[serde(flatten)]
    pub accuracy: Accuracy,
}

/// The small-area model of one country.
#[derive(Debug, Serialize)]
pub struct Areas {
    pub country: String,
    pub districts: usize,
    pub measured: usize,
    pub observations: usize,
    /// Standard deviations: provinces, districts, concept; then each survey of any work.
    pub spread: Vec<(String, f64)>,
    /// Estimate and standard deviation of each effect, log-odds.
    pub effects: Vec<(String, f64, f64)>,
    pub provinces: Vec<Province>,
    pub held_out: Vec<HeldOutFigures>,
    /// Some survey published its most extreme districts only.
    pub extremes: bool,
}

#[derive(Debug, Serialize)]
pub struct Province {
    pub name: String,
    pub districts: usize,
    pub rate: f64,
    pub low: f64,
    pub high: f64,
    /// Published rates of the whole province.
    pub published: Vec<(String, f64)>,
}

/// Held-out rates of a group.
#[derive(Debug, Serialize)]
pub struct HeldOutFigures {
    pub scheme: &'static str,
    pub group: String,
    #[serde(flatten)]
    pub accuracy: Accuracy,
}

/// Countries whose base prevalences were made with their listings in view.
const FITTED_WITH_LISTINGS: [&str; 1] = ["PAK"];
/// Country of the surveys by industry.
const SURVEYED: &str = "PAK";

/// Computes all figures.
pub fn collect(packs: &Packs, progress: &Progress) -> anyhow::Result<Figures> {
    let p = &packs.parameters;
    progress.next("small-area model");
    let effects = district_effects(p)?;
    let areas: anyhow::Result<Vec<Areas>> = effects.fits.iter().map(|(country, fit)| areas(p, *country, fit)).collect();
    let areas = areas?;
    progress.next("countries, listings and industries");
    let countries = countries(p)?;
    let listings = listing_agreement(p, &effects, &FITTED_WITH_LISTINGS)?;
    let industries = match p.country(SURVEYED) {
        Some(country) => industries(packs, &effects, country)?,
        None => Vec::new(),
    };
    progress.next("example networks");
    let networks = networks(packs)?;
    progress.next("sensitivity");
    let levers = sensitivity(&networks, p)?;
    progress.next("matching of sites");
    let matching = benchmark(&packs.gazetteer.settings)?;
    Ok(Figures {
        method: METHOD_VERSION,
        matching,
        countries,
        packs: p.packs.clone(),
        areas,
        listings,
        industries,
        levers_tried: levers.len(),
        levers: levers.into_iter().take(LEVERS).collect(),
        grades: grades(&networks, p, &effects)?,
        example_sites: networks.iter().map(|n| n.sites().len()).sum(),
    })
}

/// By the basis that a run would take, and by sub-region for all.
fn countries(p: &Parameters) -> anyhow::Result<Vec<Countries>> {
    let mut out = Vec::new();
    for (guessed_by, basis, use_poverty) in [("poverty", LevelBasis::Poverty, true), ("sub-region", LevelBasis::Subregion, false)] {
        let left_out = leave_one_country_out(p, use_poverty)?;
        let found = accuracy(left_out.into_iter().filter(|(b, _)| *b == basis).map(|(_, x)| x));
        out.extend(found.map(|accuracy| Countries { guessed_by, accuracy }));
    }
    Ok(out)
}

fn networks(packs: &Packs) -> anyhow::Result<Vec<Network>> {
    let scratch = tempfile::tempdir()?;
    let mut out = Vec::new();
    for name in examples::names() {
        let folder = scratch.path().join(name);
        examples::write(name, &folder)?;
        out.push(read_network(&folder, packs, &NetworkOptions::new(examples::AS_OF))?.network);
    }
    Ok(out)
}

fn grades(networks: &[Network], p: &Parameters, effects: &DistrictEffects) -> anyhow::Result<[f64; 5]> {
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    let assessed: Result<Vec<_>, _> = networks.iter().map(|n| assess_in(n, p, effects.clone(), &options, &Silent)).collect();
    Ok(grade_shares(&assessed?))
}

fn areas(p: &Parameters, country: u16, fit: &AreaFit) -> anyhow::Result<Areas> {
    let data = AreaData::new(p, country).ok_or_else(|| anyhow::anyhow!("a fitted country has no surveys"))?;
    let survey = |row: &usize| p.surveys[*row].name.clone();
    let v = &fit.variances;
    let mut spread: Vec<(String, f64)> = vec![
        ("provinces around their covariates (τ)".to_owned(), v.province.sqrt()),
        ("districts around province and covariates (σ_v)".to_owned(), v.district.sqrt()),
    ];
    if !data.any_work.is_empty() {
        spread.push(("any work around child labour, same in all rounds (ω)".to_owned(), v.concept.sqrt()));
    }
    spread.extend(data.any_work.iter().zip(&v.rounds).map(|(s, x)| (format!("{} around both (σ_s)", survey(s)), x.sqrt())));
    let globals = fit.globals(&data);
    let covariates = p.area_covariates.iter().filter(|c| c.country == country).map(|c| format!("{}, per standard deviation (γ)", c.name));
    let mut effects: Vec<(String, f64, f64)> = covariates.zip(&globals.gamma).map(|(name, (x, sd))| (name, *x, *sd)).collect();
    let add = |names: &mut dyn Iterator<Item = String>, values: &[(f64, f64)], out: &mut Vec<(String, f64, f64)>| {
        out.extend(names.zip(values).map(|(name, (x, sd))| (name, *x, *sd)));
    };
    add(&mut data.provinces.iter().map(|n| format!("{n} (u)")), &globals.provinces, &mut effects);
    add(&mut data.any_work.iter().map(|s| format!("{}, level against child labour (α)", survey(s))), &globals.any_work, &mut effects);
    add(&mut data.other.iter().map(|s| format!("{}, definition (d)", survey(s))), &globals.definitions, &mut effects);
    let province = |k: usize| {
        let areas: Vec<usize> = data.areas_of(k).collect();
        let (x, variance) = fit.whole(&data, &areas);
        let sd = variance.max(0.0).sqrt();
        let whole = data.rows.iter().filter(|r| r.kind != SurveyKind::AnyWork && r.at == area::At::Province(k));
        let published = whole.map(|r| (p.surveys[r.survey].name.clone(), r.rate));
        Province {
            districts: areas.len(),
            rate: expit(x),
            low: expit(x - Z90 * sd),
            high: expit(x + Z90 * sd),
            published: published.collect(),
            name: data.provinces[k].clone(),
        }
    };
    let measured: std::collections::BTreeSet<usize> = data
        .rows
        .iter()
        .filter(|r| r.kind != SurveyKind::AnyWork)
        .filter_map(|r| match r.at {
            area::At::Area(a) => Some(a),
            area::At::Province(_) => None,
        })
        .collect();
    let mut held_out = Vec::new();
    let districts = area::leave_one_district_out(&data)?;
    group(&mut held_out, "district", &districts, |h| p.surveys[data.rows[h.row].survey].name.clone());
    let provinces = area::leave_one_province_out(&data)?;
    group(&mut held_out, "province", &provinces, |h| data.provinces[data.province[h.area]].clone());
    Ok(Areas {
        country: p.countries[usize::from(country)].name.clone(),
        districts: data.areas.len(),
        measured: measured.len(),
        observations: data.rows.len(),
        spread,
        effects,
        provinces: (0..data.provinces.len()).map(province).collect(),
        held_out,
        extremes: data.rows.iter().any(|r| p.surveys[r.survey].extremes_only),
    })
}

/// Accuracy over all and over each group.
fn group(out: &mut Vec<HeldOutFigures>, scheme: &'static str, held: &[HeldOut], name: impl Fn(&HeldOut) -> String) {
    let mut names: Vec<String> = held.iter().map(&name).collect();
    names.sort();
    names.dedup();
    let figures = |group: &str, accuracy: Accuracy| HeldOutFigures { scheme, group: group.to_owned(), accuracy };
    out.extend(accuracy(held.iter().map(|h| h.prediction)).map(|a| figures("all", a)));
    for group in names {
        out.extend(accuracy(held.iter().filter(|h| name(h) == group).map(|h| h.prediction)).map(|a| figures(&group, a)));
    }
}

/// Grades in order.
pub const GRADES: [Grade; 5] = [Grade::A, Grade::B, Grade::C, Grade::D, Grade::E];
