//! Small but complete parameters.

use tierlight_core::parameters::{
    Coefficients, Country, Derivation, District, Grade, Inputs, Listing, Observation, Origin, PackStamp, Parameters, Place, Planning,
    PlanningScalars, Provenance, Recipe, Reporting, Scale, Sector, SectorBase, SectorProfile, SectorShare, Source, Survey, SurveyKind,
    Value,
};

/// Means of `facts/method/parameters.csv`; below the line, values of this fixture for what that table lacks.
const MEANS: &[(&str, f64)] = &[
    ("kappa_district_overlap", 0.7),
    ("sigma_site", 0.8),
    ("beta_unregistered", 0.92),
    ("beta_home_based", 0.69),
    ("beta_family_piece_rate", 0.92),
    ("beta_advance_debt", 0.59),
    ("beta_small_workforce", 0.47),
    ("beta_recruiter_labour", 0.26),
    ("beta_displaced_workforce", 0.41),
    ("beta_age_check", -0.36),
    ("beta_certified", -0.05),
    ("beta_calamity_district", 0.26),
    ("beta_depth_per_step", 0.41),
    ("beta_fl_advance_debt", 1.79),
    ("beta_fl_recruiter", 0.69),
    ("beta_fl_displaced", 0.41),
    ("beta_fl_birth_registration_gap", 0.20),
    ("beta_girls_school_gap", 0.20),
    ("se_announced_social_audit", 0.10),
    ("se_unannounced_audit", 0.30),
    ("se_labour_inspection", 0.25),
    ("se_supplier_questionnaire", 0.05),
    ("se_home_visit", 0.60),
    ("se_child_interview", 0.80),
    ("mod_supplier_pays", -0.5),
    ("mod_returning_auditor", -0.4),
    ("mod_all_male_team", -0.3),
    ("mod_peak_season", 0.3),
    ("mod_children_interviewed", 1.0),
    ("mod_off_site", 0.5),
    ("half_life_found_months", 24.0),
    ("half_life_not_found_months", 6.0),
    ("repeat_discount", 0.5),
    ("relapse_factor", 0.3),
    ("rho_intra_site", 0.1),
    ("phi_audit", 0.05),
    ("phi_questionnaire", 0.1),
    ("phi_home_visit", 0.05),
    ("phi_child_interview", 0.03),
    ("phi_grievance", 0.25),
    ("phi_media_or_ngo", 0.15),
    ("coverage_unstated", 0.5),
    ("agent_lr_cap", 8.0),
    ("agent_prior_sites", 4.0),
    ("severity_weight_forced", 9.0),
    ("severity_weight_hazardous", 3.0),
    ("severity_weight_child_labour", 1.0),
    ("band_moderate", 0.05),
    ("band_high", 0.2),
    ("band_very_high", 0.5),
    ("band_critical", 0.8),
    ("recipe_unshared_total", 0.7),
    ("survey_definition_error", 0.3),
    // not in that table
    ("survey_design_effect", 2.0),
    ("survey_effective_sample", 400.0),
    ("area_province_scale", 0.5),
    ("area_district_scale", 1.0),
    ("beta_brand_office", -3.0),
    ("beta_listed", 0.5),
    ("beta_fl_listed", 0.4),
    ("girls_prior_children", 10.0),
    ("child_labour_rate_high_income", 0.6),
    ("level_sd_own_rate", 0.25),
    ("level_sd_other_ages", 0.2),
    ("level_sd_factor", 1.25),
    ("employment_agriculture", 0.38),
    ("employment_mining", 0.01),
    ("employment_manufacturing", 0.16),
    ("employment_construction", 0.08),
    ("employment_trade", 0.15),
    ("employment_services", 0.22),
    ("hidden_base", 0.3),
    ("sigma_hidden", 1.2),
    ("beta_hidden_load", 1.0),
    ("hidden_usual_load", 0.8),
    ("beta_hidden_price", 2.0),
    ("beta_hidden_lead_time", 0.3),
    ("hidden_prior_orders", 4.0),
    ("hidden_part", 0.5),
    ("hidden_window_months", 12.0),
];

fn provenance(grade: Grade) -> Provenance {
    Provenance { grade, source: "fixture".to_owned(), pack: "fixture".to_owned(), row: 2 }
}

pub(crate) fn coefficients() -> Coefficients {
    Coefficients::from_lookup(|name| {
        let (_, mean) = MEANS.iter().find(|(known, _)| *known == name)?;
        Some(Value { mean: *mean, scale: scale_of(name), sd: None, low: None, high: None, provenance: provenance(Grade::E) })
    })
    .unwrap()
}

/// The fixture's parameters with a standard deviation for some coefficients.
pub(crate) fn with_spreads(sd: impl Fn(&str, &Value) -> Option<f64>) -> Parameters {
    let p = parameters();
    let spread = |name: &str| {
        let value = p.coefficients.iter().find(|(n, _)| *n == name)?.1;
        Some(Value { sd: sd(name, value), ..value.clone() })
    };
    Parameters { coefficients: Coefficients::from_lookup(spread).unwrap(), ..p.clone() }
}

/// Shares and probabilities by name, betas and modifiers in log-odds.
fn scale_of(name: &str) -> Scale {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| name.starts_with(p));
    if starts(&["kappa", "se_", "phi_", "repeat", "relapse", "rho", "coverage", "hidden_base", "hidden_part"]) {
        Scale::Share
    } else if starts(&["beta", "mod_", "sigma"]) {
        Scale::LogOdds
    } else {
        Scale::Positive
    }
}

fn sector(id: &str, broad: &str, peak_months: u16, profile: SectorProfile) -> Sector {
    Sector {
        id: id.to_owned(),
        name: id.to_owned(),
        broad: broad.to_owned(),
        isic: Vec::new(),
        hs: Vec::new(),
        hazard_notes: String::new(),
        peak_months,
        provenance: provenance(Grade::B),
        profile,
    }
}

fn district(id: &str, population: f64, birth: f64, girls: f64, boys: f64, calamity: bool) -> District {
    District {
        id: id.to_owned(),
        name: id.to_owned(),
        variants: Vec::new(),
        province: "Punjab".to_owned(),
        country: PAK,
        parent: None,
        population: Some(population),
        birth_registration: Some(birth),
        birth_provenance: Some(provenance(Grade::B)),
        out_of_school_girls: Some(girls),
        out_of_school_boys: Some(boys),
        school_provenance: Some(provenance(Grade::A)),
        calamity,
        calamity_provenance: Some(provenance(Grade::C)),
        centre: None,
        origin: Origin { pack: "fixture".to_owned(), row: 2 },
    }
}

/// A large survey of the reference definition, one rate per district.
fn survey(rates: &[f64]) -> Survey {
    let observation = |(district, rate): (usize, &f64)| Observation {
        place: Place::District(district as u16),
        rate: *rate,
        sample: Some(20_000.0),
        copied: false,
        provenance: provenance(Grade::A),
    };
    Survey {
        id: "survey".to_owned(),
        name: "survey".to_owned(),
        country: PAK,
        kind: SurveyKind::Reference,
        extremes_only: false,
        observations: rates.iter().enumerate().map(observation).collect(),
    }
}

/// Rows of the fixture's tables.
pub(crate) const DEU: u16 = 0;
pub(crate) const PAK: u16 = 1;
pub(crate) const WLD: u16 = 2;
pub(crate) const KILN: u16 = 0;
pub(crate) const COTTON: u16 = 1;
pub(crate) const GARMENTS: u16 = 2;

/// Three sectors, three countries, three districts. Only kilns have a base of their own in Pakistan; `DEU` has no rate.
pub(crate) fn parameters() -> Parameters {
    let share = |value: f64| SectorShare {
        value,
        low: value / 2.0,
        high: f64::midpoint(value, 1.0),
        derivation: Derivation::Judged,
        provenance: provenance(Grade::E),
        note: String::new(),
        inputs: Inputs::default(),
    };
    let profile =
        |input_share, workers_median, shares, mean_depth, labour_intensity, hazardous_share, forced_share, girls_share| SectorProfile {
            input_share,
            workers_median,
            workers_gsd: 2.0,
            shares,
            mean_depth,
            labour_intensity,
            hazardous_share: share(hazardous_share),
            forced_share: share(forced_share),
            girls_share: share(girls_share),
            provenance: provenance(Grade::E),
            note: String::new(),
        };
    let kiln = profile(0.3, 60.0, [0.8, 0.1, 0.9, 0.7, 0.05, 0.7, 0.3, 0.02, 0.01], 0.1, 300.0, 0.8, 0.2, 0.4);
    let cotton = profile(0.2, 5.0, [0.9, 0.05, 0.4, 0.3, 0.9, 0.2, 0.2, 0.01, 0.05], 0.3, 500.0, 0.5, 0.05, 0.55);
    let garments = profile(0.6, 200.0, [0.3, 0.2, 0.2, 0.1, 0.2, 0.3, 0.2, 0.5, 0.3], 0.8, 120.0, 0.3, 0.02, 0.5);
    let base = |sector, country, base, grade| SectorBase {
        sector,
        country,
        reported: base * 0.7,
        reporting: 0.7,
        base,
        low: base / 2.0,
        high: base * 2.0,
        derivation: Derivation::Measured,
        area: Vec::new(),
        provenance: provenance(grade),
        note: String::new(),
        inputs: Inputs::default(),
    };
    let country = |iso3: &str, income: &str, rate: Option<f64>| Country {
        iso3: iso3.to_owned(),
        name: iso3.to_owned(),
        subregion: "fixture".to_owned(),
        income_group: income.to_owned(),
        rate,
        rate_comparable: true,
        rate_provenance: rate.map(|_| provenance(Grade::A)),
        poverty: None,
        poverty_provenance: None,
        bounds: None,
        origin: Origin { pack: "fixture".to_owned(), row: 2 },
    };
    let recipe = |output, input, country, share| Recipe { output, input, country, share, provenance: provenance(Grade::E) };
    let listing = |sector, forced_child_labour| Listing {
        country: PAK,
        sector,
        child_labour: true,
        forced_child_labour,
        provenance: provenance(Grade::B),
    };
    Parameters {
        packs: vec![PackStamp { name: "fixture".to_owned(), version: "1".to_owned(), digest: String::new() }],
        coefficients: coefficients(),
        sectors: vec![
            sector("brick_kilns", "construction", 0b0000_0001_1100, kiln),
            sector("cotton_farming", "agriculture", 0, cotton),
            sector("garments", "manufacturing", 0, garments),
        ],
        bases: vec![
            base(KILN, None, 0.08, Grade::C),
            base(COTTON, None, 0.12, Grade::C),
            base(GARMENTS, None, 0.02, Grade::E),
            base(KILN, Some(PAK), 0.15, Grade::A),
        ],
        countries: vec![country("DEU", "high", None), country("PAK", "lower_middle", Some(13.4)), country("WLD", "", Some(9.6))],
        districts: vec![
            district("PK01", 11.0e6, 92.0, 14.0, 12.0, false),
            district("PK02", 4.0e6, 70.0, 33.0, 22.0, false),
            district("PK03", 2.0e6, 45.0, 52.0, 30.0, true),
        ],
        surveys: vec![survey(&[0.08, 0.16, 0.24])],
        area_covariates: Vec::new(),
        recipes: vec![
            recipe(GARMENTS, COTTON, None, Some(0.5)),
            recipe(GARMENTS, COTTON, Some(PAK), Some(0.6)),
            recipe(GARMENTS, KILN, None, None),
            recipe(COTTON, COTTON, None, None),
        ],
        listings: vec![listing(KILN, true), listing(COTTON, false)],
        sources: vec![Source { key: "fixture".to_owned(), title: "Fixture".to_owned(), ..Source::default() }],
        reporting: Reporting::default(),
        planning: planning(),
    }
}

/// Hours and roads of this fixture.
fn planning() -> Planning {
    let means = [
        ("exploration_share", 0.15),
        ("road_factor", 1.4),
        ("road_speed", 45.0),
        ("working_hours", 8.0),
        ("visit_hours", 1.5),
        ("trip_fixed_hours", 1.0),
        ("hop_hours", 0.25),
        ("hop_hours_unplaced", 0.75),
        ("day_trip_hours", 1.5),
        ("trip_days", 5.0),
        ("team_daily_sites", 3.0),
        ("displacement_share", 0.2),
    ];
    let value = |name: &str| {
        let (_, mean) = means.iter().find(|(known, _)| *known == name)?;
        Some(Value { mean: *mean, scale: Scale::Positive, sd: None, low: None, high: None, provenance: provenance(Grade::E) })
    };
    Planning { scalars: PlanningScalars::from_lookup(value).unwrap(), seasons: Vec::new() }
}
