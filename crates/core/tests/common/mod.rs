//! Shared fixture: small but complete parameters, a network builder, and a seeded generator of random networks.

pub(crate) mod shapes;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use tierlight_core::model::{
    Agent, AgentKind, AgentLink, Amount, CONDITIONS, Disclosure, Evidence, Finding, Hazard, Link, LinkKind, Method, Network, NetworkParts,
    Probability, Share, Site,
};
use tierlight_core::network::exposure::{Exposures, exposures};
use tierlight_core::network::plan::Plan;
use tierlight_core::network::shares::link_shares;
use tierlight_core::network::untraced::UntracedLevels;
use tierlight_core::parameters::{
    Coefficients, Country, Derivation, District, Grade, Inputs, Listing, Observation, Origin, PackStamp, Parameters, Place, Planning,
    PlanningScalars, Provenance, Recipe, Reporting, Scale, Sector, SectorBase, SectorProfile, SectorShare, Source, Survey, SurveyKind,
    Value,
};
use tierlight_core::risk::agents::agent_ratios;
use tierlight_core::risk::base::Priors;
use tierlight_core::risk::district::district_effects;
use tierlight_core::risk::evidence::{Weighed, weigh};
use tierlight_core::risk::inherent::{Inherent, InherentModel};
use tierlight_core::risk::update::Updated;
use tierlight_core::{Assessment, Options, Silent, assess};

/// The day on which every fixture is looked at.
pub(crate) const AS_OF: Date = date(2025, 6, 30);

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

/// Collects a network by ids.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) parts: NetworkParts,
    rows: BTreeMap<String, u32>,
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self { parts: NetworkParts::new(AS_OF), rows: BTreeMap::new() }
    }

    /// A site in Pakistan of which only the sector is known, to be filled by the caller.
    pub(crate) fn site(&mut self, id: &str, sector: u16) -> &mut Site {
        let row = self.parts.site_ids.push(id);
        self.parts.site_names.push(id);
        self.rows.insert(id.to_owned(), row as u32);
        self.parts.sites.push(Site::new(sector, PAK));
        &mut self.parts.sites[row]
    }

    /// A site with stated input share and measured prevalence.
    pub(crate) fn measured(&mut self, id: &str, sector: u16, input_share: f64, prevalence: f64) -> &mut Site {
        let site = self.site(id, sector);
        site.input_share = Share::new(input_share);
        site.measured_prevalence = Probability::new(prevalence);
        site.workers = Some(40.0);
        site
    }

    pub(crate) fn row(&self, id: &str) -> u32 {
        self.rows[id]
    }

    pub(crate) fn link(&mut self, supplier: &str, buyer: &str, amount: Amount) -> &mut Link {
        self.link_rows(self.row(supplier), self.row(buyer), amount)
    }

    pub(crate) fn link_rows(&mut self, supplier: u32, buyer: u32, amount: Amount) -> &mut Link {
        self.parts.links.push(Link {
            supplier,
            buyer,
            kind: LinkKind::Purchase,
            disclosure: Disclosure::Declared,
            amount,
            sales_share: None,
            product: None,
        });
        self.parts.links.last_mut().unwrap()
    }

    pub(crate) fn share(&mut self, supplier: &str, buyer: &str, share: f64) -> &mut Link {
        self.link(supplier, buyer, Amount::Share(share))
    }

    /// An item dated `AS_OF`, with the next free id.
    pub(crate) fn evidence(&mut self, site: &str, method: Method, finding: Finding, hazard: Hazard) -> &mut Evidence {
        let item = item(self.parts.evidence.len(), self.row(site), method, finding, hazard);
        self.parts.evidence.push(item);
        self.parts.evidence.last_mut().unwrap()
    }

    pub(crate) fn agent(&mut self, id: &str, kind: Option<AgentKind>, sites: &[&str]) {
        let agent = self.parts.agents.len() as u32;
        self.parts.agents.push(Agent { id: id.to_owned(), kind, country: None, district: None });
        for site in sites {
            self.parts.agent_links.push(AgentLink { agent, site: self.row(site), workers: None, advance_debt: None });
        }
    }

    pub(crate) fn network(&self) -> Network {
        Network::new(self.parts.clone()).unwrap()
    }
}

pub(crate) fn item(number: usize, site: u32, method: Method, finding: Finding, hazard: Hazard) -> Evidence {
    Evidence {
        id: format!("e{number:04}"),
        site,
        date: AS_OF,
        method,
        finding,
        hazard,
        form: None,
        girls: None,
        boys: None,
        supplier_paid: None,
        returning_team: None,
        all_male_team: None,
        children_interviewed: None,
        off_site: None,
        case_id: None,
        remediated_on: None,
        source: None,
    }
}

/// SplitMix64: the same numbers everywhere, from a seed.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    pub(crate) fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for k in (1..values.len()).rev() {
            values.swap(k, self.below(k + 1));
        }
    }
}

/// A random network of `n` sites with cycles, self-supply, parallel links, unknown values, evidence and agents.
pub(crate) fn random_draft(seed: u64, n: usize) -> Draft {
    let mut rng = Rng(seed);
    let mut draft = Draft::new();
    for k in 0..n {
        let (sector, country) = (rng.below(3) as u16, if rng.chance(0.2) { DEU } else { PAK });
        let district = (country == PAK && rng.chance(0.6)).then(|| rng.below(3) as u16);
        let site = draft.site(&format!("s{k:04}"), sector);
        site.country = country;
        site.district = district;
        site.input_share = if rng.chance(0.7) { Share::new(rng.unit()) } else { None };
        site.workers = rng.chance(0.5).then(|| 1.0 + rng.below(120) as f64);
        site.labour_intensity = rng.chance(0.3).then(|| 10.0 + 900.0 * rng.unit());
        site.measured_prevalence = if rng.chance(0.1) { Probability::new(0.4 * rng.unit()) } else { None };
        for k in CONDITIONS {
            let state = rng.chance(0.3).then(|| rng.chance(0.5));
            site.conditions.set(k, state);
        }
    }
    for buyer in 0..n as u32 {
        let count = rng.below(5);
        let covered = if rng.chance(0.2) { 1.0 } else { rng.unit() };
        let parts: Vec<f64> = (0..count).map(|_| 0.05 + rng.unit()).collect();
        let total: f64 = parts.iter().sum();
        for part in parts {
            // mostly from lower rows, sometimes from anywhere: cycles, self-supply and parallel links occur
            let supplier = if buyer > 0 && rng.chance(0.75) { rng.below(buyer as usize) } else { rng.below(n) };
            let kind = rng.pick(LinkKind::ALL);
            draft.link_rows(supplier as u32, buyer, Amount::Share(covered * part / total)).kind = kind;
        }
    }
    for k in 0..n / 3 {
        let site = rng.below(n) as u32;
        let item = random_item(&mut rng, k, site);
        draft.parts.evidence.push(item);
    }
    for k in 0..n / 10 {
        let sites: Vec<String> = (0..2 + rng.below(4)).map(|_| format!("s{:04}", rng.below(n))).collect();
        let sites: Vec<&str> = sites.iter().map(String::as_str).collect();
        let kind = rng.chance(0.7).then(|| rng.pick(AgentKind::ALL));
        draft.agent(&format!("a{k:03}"), kind, &sites);
    }
    draft
}

/// A random item of evidence without a case.
pub(crate) fn random_item(rng: &mut Rng, number: usize, site: u32) -> Evidence {
    let method = rng.pick(Method::ALL);
    let found = method.found_only() || rng.chance(0.5);
    let finding = if found { Finding::Found } else { Finding::NotFound };
    let hazard = rng.pick(&tierlight_core::model::HAZARDS);
    let mut item = item(number, site, method, finding, hazard);
    item.date = AS_OF.saturating_sub(jiff::Span::new().days((rng.next() % 1200).cast_signed()));
    if found && rng.chance(0.3) {
        item.girls = Some(rng.below(4) as u32);
        item.boys = rng.chance(0.7).then(|| rng.below(4) as u32);
    }
    let flag = |rng: &mut Rng| rng.chance(0.4).then(|| rng.chance(0.5));
    item.supplier_paid = flag(rng);
    item.returning_team = flag(rng);
    item.all_male_team = flag(rng);
    item.children_interviewed = flag(rng);
    item.off_site = flag(rng);
    item
}

/// Random states after evidence, nested and consistent, without the cost of the inherent model.
pub(crate) fn random_states(seed: u64, n: usize) -> Vec<Updated> {
    let mut rng = Rng(seed ^ 0xABCD);
    (0..n)
        .map(|_| {
            let workers = 1.0 + rng.below(200) as f64;
            let all = if rng.chance(0.1) { 0.0 } else { 0.3 * rng.unit() };
            let prevalence = [all, all * rng.unit(), all * rng.unit()];
            let presence = prevalence.map(|t| t + (1.0 - t) * 0.5 * t);
            Updated {
                prevalence,
                presence,
                survival: presence.map(|p| -libm::log1p(-p)),
                expected: prevalence.map(|t| t * workers),
                girls_share: rng.unit(),
                workers,
            }
        })
        .collect()
}

/// The network part of an assessment, from given states.
pub(crate) struct Solved {
    pub(crate) plan: Plan,
    pub(crate) untraced: UntracedLevels,
    pub(crate) exposures: Exposures,
}

pub(crate) fn solve(network: &Network, parameters: &Parameters, states: &[Updated]) -> Solved {
    let shares = link_shares(network, parameters).unwrap();
    let plan = Plan::new(network, &shares, parameters).unwrap();
    let untraced = untraced_levels(parameters, &[DEU, PAK]);
    let exposures = exposures(&plan, network, parameters, &untraced, states).unwrap();
    Solved { plan, untraced, exposures }
}

pub(crate) fn untraced_levels(parameters: &Parameters, countries: &[u16]) -> UntracedLevels {
    let districts = district_effects(parameters).unwrap();
    let priors = Priors::new(parameters, &districts).unwrap();
    UntracedLevels::new(parameters, &priors, countries.iter().copied()).unwrap()
}

pub(crate) fn assessed<'a>(network: &'a Network, parameters: &'a Parameters) -> Assessment<'a> {
    assess(network, parameters, &Options::default(), &Silent).unwrap()
}

pub(crate) fn inherent(network: &Network, parameters: &Parameters) -> Vec<Inherent> {
    InherentModel::new(network, parameters).unwrap().all()
}

/// Evidence and update of a network whose inherent state is known: evidence does not change that.
pub(crate) fn posterior(network: &Network, parameters: &Parameters, inherent: &[Inherent]) -> (Vec<Weighed>, Vec<f64>, Vec<Updated>) {
    let weighed = weigh(network, parameters);
    let ratios = agent_ratios(network, parameters, inherent);
    let updated = tierlight_core::assess::update_all(network, parameters, inherent, &weighed, &ratios);
    (weighed, ratios, updated)
}

/// a_ij as a dense matrix by site row: row = buyer, column = supplier. Written apart from the code under test; wants stated shares.
pub(crate) fn dense_inputs(network: &Network, parameters: &Parameters) -> (nalgebra::DMatrix<f64>, Vec<f64>, Vec<f64>) {
    let n = network.sites().len();
    let m: Vec<f64> = network
        .sites()
        .iter()
        .map(|s| s.input_share.map_or(parameters.sectors[usize::from(s.sector)].profile.input_share, Share::get))
        .collect();
    let mut a = nalgebra::DMatrix::zeros(n, n);
    let mut covered = vec![0.0; n];
    for link in network.links() {
        let Amount::Share(w) = link.amount else { panic!("the oracle wants stated shares") };
        a[(link.buyer as usize, link.supplier as usize)] += m[link.buyer as usize] * w;
        covered[link.buyer as usize] += w;
    }
    let value_added = m.iter().map(|m| 1.0 - m).collect();
    let untraced = m.iter().zip(&covered).map(|(m, c)| m * f64::max(1.0 - c, 0.0)).collect();
    (a, value_added, untraced)
}

#[track_caller]
pub(crate) fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: found {found}, expected {expected}");
}

/// Runs in a pool of so many threads.
pub(crate) fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}
