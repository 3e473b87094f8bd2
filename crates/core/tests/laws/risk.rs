//! Equations (1.1) to (1.4): terms that sum, centring, listings, nesting.

use proptest::prelude::*;
use tierlight_core::model::{CONDITIONS, Condition, HAZARDS, Hazard, Probability, Role};
use tierlight_core::parameters::{Parameters, sector_weights};
use tierlight_core::risk::base::{LevelBasis, Priors};
use tierlight_core::risk::district::{DistrictEffect, district_effects};
use tierlight_core::risk::inherent::InherentModel;
use tierlight_core::risk::logit::{expit, logit};
use tierlight_core::risk::presence::{presence, survival_exponent};
use tierlight_core::risk::term::{Known, Term};

use crate::common::{COTTON, DEU, Draft, GARMENTS, KILN, PAK, WLD, assessed, close, inherent, parameters, random_draft};

/// (term, value, known) of a visitor.
fn terms(visit: impl FnOnce(&mut dyn FnMut(Term, f64, Known))) -> Vec<(Term, f64, Known)> {
    let mut out = Vec::new();
    visit(&mut |term, value, known| out.push((term, value, known)));
    out
}

fn child_labour(model: &InherentModel<'_>, row: usize) -> Vec<(Term, f64, Known)> {
    terms(|push| model.child_labour_terms(row, &mut |t| push(t.term, t.value, t.known)))
}

fn forced(model: &InherentModel<'_>, row: usize) -> Vec<(Term, f64, Known)> {
    terms(|push| model.forced_terms(row, &mut |t| push(t.term, t.value, t.known)))
}

fn total(terms: &[(Term, f64, Known)]) -> f64 {
    terms.iter().map(|t| t.1).sum()
}

#[test]
fn terms_sum_to_the_log_odds() {
    let p = parameters();
    let network = random_draft(11, 60).network();
    let model = InherentModel::new(&network, &p).unwrap();
    for (row, found) in model.all().iter().enumerate() {
        let theta = expit(total(&child_labour(&model, row)));
        close(found.prevalence[0], theta, 1e-12, "θ_CL = expit(Σ terms) (1.1)");
        let sector = &p.sectors[usize::from(network.sites()[row].sector)].profile;
        close(found.prevalence[1], theta * sector.hazardous_share.value, 1e-12, "θ_HZ = θ_CL·h (1.2)");
        close(found.prevalence[2], theta * expit(total(&forced(&model, row))), 1e-12, "θ_FL = θ_CL·f (1.2)");
        let girls = terms(|push| model.girls_terms(row, &mut |t| push(t.term, t.value, t.known)));
        close(found.girls_share, expit(total(&girls)), 1e-15, "girls' share (1.3)");
        for h in 0..3 {
            let direct = presence(found.prevalence[h], found.workers, p.coefficients.rho_intra_site.mean);
            close(found.presence()[h], direct, 1e-15, "P0 (1.4)");
        }
        assert_eq!(found.workers_assumed, network.sites()[row].workers.is_none());
    }
}

#[test]
fn unknown_conditions_add_nothing_and_known_ones_their_distance_from_the_sector() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("unknown", KILN);
    for (id, state) in [("no", false), ("yes", true)] {
        let site = draft.site(id, KILN);
        for k in CONDITIONS {
            site.conditions.set(k, Some(state));
        }
    }
    let network = draft.network();
    let model = InherentModel::new(&network, &p).unwrap();
    let rows = ["no", "unknown", "yes"].map(|id| network.find_site(id).unwrap());
    let [no, unknown, yes] = rows.map(|row| child_labour(&model, row));
    for k in CONDITIONS {
        let of = |terms: &[(Term, f64, Known)]| *terms.iter().find(|t| t.0 == Term::Condition(k)).unwrap();
        let (beta, share) = (p.coefficients.beta(k).mean, p.sectors[usize::from(KILN)].profile.share(k));
        close(of(&yes).1, beta * (1.0 - share), 1e-15, k.slug());
        close(of(&no).1, -beta * share, 1e-15, k.slug());
        // not −β·p: unknown is not absent
        assert_eq!(of(&unknown).1.to_bits(), 0.0f64.to_bits(), "{}", k.slug());
        assert_eq!((of(&unknown).2, of(&yes).2), (Known::Unknown, Known::Stated));
    }
    let unknown_sum = total(&unknown);
    let prior = model.prior(rows[1]);
    close(unknown_sum, logit(prior.levels.base) + prior.centring, 1e-12, "an all-unknown site stands at α (1.1)");
    assert!(expit(unknown_sum) < prior.levels.base, "the typical kiln lies below the mean kiln, never at 0.69");
}

/// Mean of expit over a normal of this spread, by a fine midpoint rule.
fn over_normal(sum: f64, sd: f64) -> f64 {
    let steps = 300;
    let width = 18.0 / f64::from(steps);
    let density = |z: f64| libm::exp(-z * z / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
    (0..steps)
        .map(|i| {
            let z = -9.0 + width * (f64::from(i) + 0.5);
            width * density(z) * expit(sum + sd * z)
        })
        .sum()
}

/// A site for every state of the conditions in every district.
fn all_states(sector: u16, country: u16, conditions: &[Condition], districts: &[Option<u16>]) -> Draft {
    let mut draft = Draft::new();
    for district in districts {
        for bits in 0..1u32 << conditions.len() {
            let site = draft.site(&format!("{district:?}-{bits:04}"), sector);
            site.country = country;
            site.district = *district;
            for (k, &condition) in conditions.iter().enumerate() {
                site.conditions.set(condition, Some(bits >> k & 1 == 1));
            }
        }
    }
    draft
}

/// Probability of a site's stated conditions and district.
fn weight(p: &Parameters, site: &tierlight_core::model::Site) -> f64 {
    let profile = &p.sectors[usize::from(site.sector)].profile;
    let people: f64 = p.districts.iter().filter_map(|d| d.population).sum();
    let place = site.district.map_or(1.0, |d| p.districts[usize::from(d)].population.unwrap() / people);
    CONDITIONS.iter().fold(place, |w, &k| {
        w * match site.conditions.get(k) {
            Some(true) => profile.share(k),
            Some(false) => 1.0 - profile.share(k),
            None => 1.0,
        }
    })
}

#[test]
fn centring_returns_the_base_over_every_state_district_and_site() {
    let mut p = parameters();
    // calamity is a term of its own draw: left out here, tested below
    p.districts[2].calamity = false;
    for (sector, country, districts) in
        [(KILN, PAK, &[Some(0), Some(1), Some(2)][..]), (COTTON, PAK, &[Some(0), Some(1), Some(2)]), (GARMENTS, DEU, &[None])]
    {
        let network = all_states(sector, country, &CONDITIONS, districts).network();
        let model = InherentModel::new(&network, &p).unwrap();
        let (mut mean, mut weights) = (0.0, 0.0);
        for (row, site) in network.sites().iter().enumerate() {
            let w = weight(&p, site);
            weights += w;
            mean += w * over_normal(total(&child_labour(&model, row)), p.coefficients.sigma_site.mean);
        }
        close(weights, 1.0, 1e-12, "all states");
        close(mean, model.prior(0).levels.base, 1e-6, "mean of θ over x, δ and ε (1.1)");
    }
}

#[test]
fn centring_of_the_forced_share_returns_it_over_every_state_and_district() {
    let p = parameters();
    let conditions = [Condition::AdvanceDebt, Condition::RecruiterLabour, Condition::DisplacedWorkers];
    let network = all_states(KILN, PAK, &conditions, &[Some(0), Some(1), Some(2)]).network();
    let model = InherentModel::new(&network, &p).unwrap();
    let mean: f64 = network.sites().iter().enumerate().map(|(row, s)| weight(&p, s) * expit(total(&forced(&model, row)))).sum();
    close(mean, model.prior(0).levels.forced, 1e-6, "mean of f over x and birth registration (1.2)");
    assert!(model.prior(0).levels.forced_listing == 0.0, "a country's own base is judged with its listings in view");
}

#[test]
fn calamity_is_centred_by_the_people_it_hit() {
    let p = parameters();
    let mut draft = Draft::new();
    for (k, id) in ["a", "b", "c"].iter().enumerate() {
        draft.site(id, KILN).district = Some(k as u16);
    }
    let network = draft.network();
    let model = InherentModel::new(&network, &p).unwrap();
    let calamity = |row: usize| child_labour(&model, row).iter().find(|t| t.0 == Term::Calamity).unwrap().1;
    close(calamity(2), 0.26 * (1.0 - 2.0 / 17.0), 1e-15, "β·(1 − share of people)");
    // not flagged is unknown, never spared
    close(calamity(0), 0.0, 0.0, "no flag");
}

#[test]
fn district_effects_are_against_the_people_of_the_base_s_area() {
    let p = parameters();
    let effects = district_effects(&p).unwrap();
    let area = effects.area(&p, PAK, &[]);
    let rates: Vec<f64> = (0..3).map(|d| effects.estimate(d).unwrap().combined()).collect();
    let mean = (rates[0] * 11.0 + rates[1] * 4.0 + rates[2] * 2.0) / 17.0;
    close(area.log_odds.unwrap(), logit(mean), 1e-12, "η̄_A (2.3)");
    for (d, rate) in [0.08, 0.16, 0.24].into_iter().enumerate() {
        close(area.deltas[d].1, logit(rates[d]) - logit(mean), 1e-12, "δ (2.3)");
        close(rates[d], rate, 0.002, "a large survey is believed");
    }
    let none = effects.area(&p, PAK, &["Sindh".to_owned()]);
    assert!(none.log_odds.is_none() && none.deltas.is_empty(), "a province without districts has no level");
    let people = [11.0, 4.0, 2.0];
    let gaps: [fn(&DistrictEffect) -> f64; 2] = [|e| e.birth_gap.unwrap(), |e| e.girls_school_gap.unwrap()];
    for gaps in gaps {
        let z: Vec<f64> = effects.effects.iter().map(gaps).collect();
        let mean: f64 = z.iter().zip(people).map(|(z, w)| z * w / 17.0).sum();
        let square: f64 = z.iter().zip(people).map(|(z, w)| z * z * w / 17.0).sum();
        close(mean, 0.0, 1e-12, "gaps are against the nation");
        close(square, 1.0, 1e-12, "and in standard deviations");
        assert!(z[0] < z[1] && z[1] < z[2]);
    }
}

#[test]
fn girls_share_keeps_the_sector_s_skew_and_follows_the_district() {
    let p = parameters();
    let mut draft = Draft::new();
    for (sector, name) in [(KILN, "kiln"), (COTTON, "cotton")] {
        draft.site(&format!("{name}-none"), sector);
        for d in 0..3u16 {
            draft.site(&format!("{name}-{d}"), sector).district = Some(d);
        }
    }
    let network = draft.network();
    let found = inherent(&network, &p);
    let share = |id: &str| found[network.find_site(id).unwrap()].girls_share;
    close(share("kiln-none"), 0.4, 1e-12, "the sector's share without a district");
    close(share("cotton-none"), 0.55, 1e-12, "the sector's share without a district");
    assert!(share("kiln-0") < share("kiln-1") && share("kiln-1") < share("kiln-2"), "more where girls are kept from school");
    for d in 0..3 {
        assert!(share(&format!("kiln-{d}")) < share(&format!("cotton-{d}")));
    }
}

#[test]
fn listings_raise_a_sector_but_not_its_country() {
    let mut listed = parameters();
    // reference bases only: a base of the country's own already knows what a listing says
    listed.bases.retain(|b| b.country.is_none());
    let mut unlisted = listed.clone();
    unlisted.listings.clear();
    let log_odds = |p: &Parameters| -> Vec<f64> {
        let districts = district_effects(p).unwrap();
        let priors = Priors::new(p, &districts).unwrap();
        (0..3).map(|s| logit(priors.sector_base(PAK, s).unwrap()[0])).collect()
    };
    let (with, without) = (log_odds(&listed), log_odds(&unlisted));
    assert!(with[usize::from(KILN)] > without[usize::from(KILN)]);
    assert!(with[usize::from(COTTON)] > without[usize::from(COTTON)]);
    assert!(with[usize::from(GARMENTS)] < without[usize::from(GARMENTS)]);
    let weights = sector_weights(&listed);
    close(weights.iter().sum(), 1.0, 1e-15, "employment weights");
    let mean = |x: &[f64]| -> f64 { x.iter().zip(&weights).map(|(x, w)| x * w).sum() };
    close(mean(&with), mean(&without), 1e-12, "employment-weighted mean log-odds of the country");
}

#[test]
fn a_base_of_the_country_s_own_takes_neither_level_nor_listing() {
    let p = parameters();
    let districts = district_effects(&p).unwrap();
    let priors = Priors::new(&p, &districts).unwrap();
    close(priors.sector_base(PAK, KILN).unwrap()[0], 0.15, 1e-12, "own base");
    assert_eq!(priors.prior(PAK, KILN).unwrap().levels.level_basis, LevelBasis::OwnBase);
    let cotton = priors.prior(PAK, COTTON).unwrap().levels;
    assert_eq!(cotton.level_basis, LevelBasis::OwnRate);
    close(cotton.country_level, logit(0.134) - logit(0.096), 1e-12, "country level");
    close(priors.prior(WLD, COTTON).unwrap().levels.country_level, 0.0, 0.0, "the world is the reference");
    assert_eq!(priors.prior(DEU, COTTON).unwrap().levels.level_basis, LevelBasis::IncomeGroup);
    let [all, hazardous, forced] = priors.sector_base(PAK, KILN).unwrap();
    close(hazardous, 0.8 * all, 1e-15, "h");
    assert!(forced < all);
}

#[test]
fn a_country_without_a_rate_takes_that_of_its_kind() {
    let mut p = parameters();
    for (iso3, income, rate) in
        [("XA1", "low", Some(1.0)), ("XA2", "low", Some(30.0)), ("XA3", "high", Some(2.0)), ("XA4", "upper_middle", None)]
    {
        let mut country = p.countries[0].clone();
        (country.iso3, country.income_group, country.rate) = (iso3.to_owned(), income.to_owned(), rate);
        p.countries.push(country);
    }
    let level = |p: &Parameters, iso3: &str| {
        let districts = district_effects(p).unwrap();
        let row = p.countries.iter().position(|c| c.iso3 == iso3).unwrap();
        Priors::new(p, &districts).unwrap().country_level(row as u16)
    };
    let found = level(&p, "DEU");
    assert_eq!(found.basis, LevelBasis::IncomeGroup);
    close(found.value, logit(0.006) - logit(0.096), 1e-12, "rate judged for high-income countries");
    // Pakistan, XA1 and XA2; neither the rich nor the world count
    let found = level(&p, "XA4");
    assert_eq!(found.basis, LevelBasis::Subregion);
    close(found.value, logit(0.134) - logit(0.096), 1e-12, "median of the measured countries of the sub-region");
    // what one more country differs from the median of three by: their variance, and the error of a median
    let rates = [0.01, 0.134, 0.3].map(logit);
    let mean = rates.iter().sum::<f64>() / 3.0;
    let variance = rates.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 2.0;
    close(found.sd, 1.25 * (variance * (1.0 + std::f64::consts::PI / 6.0)).sqrt(), 1e-12, "spread of a median");
    assert!(found.sd > level(&p, "PAK").sd, "a country that was not measured is less certain than one that was");
    assert_eq!(found.provenance.unwrap().grade.letter(), "E");
    p.countries[usize::from(PAK)].rate_comparable = false;
    close(level(&p, "PAK").sd, (0.25f64 * 0.25 + 0.2 * 0.2).sqrt(), 1e-12, "spread of a rate of other ages");
    // two are no median
    p.countries[3].rate = None;
    assert_eq!(level(&p, "XA4").basis, LevelBasis::World);
    p.countries[usize::from(WLD)].rate = None;
    let districts = district_effects(&p).unwrap();
    assert!(matches!(Priors::new(&p, &districts), Err(tierlight_core::Error::MissingParameter { .. })));
}

#[test]
fn a_country_without_a_rate_takes_the_line_through_poverty() {
    let mut p = parameters();
    // points exactly on a line but for two, which stand off by as much on either side
    for (k, off) in [0.0, 0.0, 0.0, 0.2, -0.2, 0.0, 0.0, -0.2, 0.2, 0.0, 0.0, 0.0].into_iter().enumerate() {
        let mut country = p.countries[0].clone();
        let poverty = (k * k) as f64;
        country.iso3 = format!("XB{k:02}");
        country.income_group = String::new();
        country.poverty = Some(poverty);
        country.rate = Some(100.0 * expit(logit(0.096) - 1.0 + 0.3 * (k as f64) + off));
        p.countries.push(country);
    }
    let mut asked = p.countries[0].clone();
    (asked.iso3, asked.income_group, asked.poverty) = ("XC".to_owned(), String::new(), Some(30.25));
    p.countries.push(asked);
    let districts = district_effects(&p).unwrap();
    let found = Priors::new(&p, &districts).unwrap().country_level(p.countries.len() as u16 - 1);
    assert_eq!(found.basis, LevelBasis::Poverty);
    close(found.value, -1.0 + 0.3 * 5.5, 1e-12, "least-squares line of levels on √poverty");
    // the four residuals leave the slope as it is: they are alike around the middle 5.5, where the line is asked
    close(found.sd, (4.0 * 0.04 / 10.0 * (1.0 + 1.0 / 12.0f64)).sqrt().max(0.25), 1e-12, "spread of one more point");
}

#[test]
fn a_sector_without_a_base_is_an_error_that_names_it() {
    let mut p = parameters();
    p.bases.retain(|b| b.sector != GARMENTS);
    let mut draft = Draft::new();
    draft.site("a", GARMENTS);
    let error = InherentModel::new(&draft.network(), &p).unwrap_err();
    assert_eq!(error.to_string(), "sector `garments` has no base prevalence for country `PAK`");
}

#[test]
fn measured_zero_and_one_are_kept() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.measured("none", KILN, 0.3, 0.0);
    draft.measured("all", KILN, 0.3, 1.0);
    draft.measured("some", KILN, 0.3, 0.25);
    let network = draft.network();
    let a = assessed(&network, &p);
    let of = |id: &str| network.find_site(id).unwrap();
    assert_eq!(a.inherent[of("none")].presence(), [0.0; 3]);
    assert_eq!(a.updated[of("none")].prevalence, [0.0; 3]);
    assert_eq!(a.inherent[of("all")].presence()[0].to_bits(), 1.0f64.to_bits());
    assert_eq!(a.updated[of("all")].presence[0].to_bits(), 1.0f64.to_bits());
    assert_eq!(a.updated[of("some")].prevalence[0].to_bits(), 0.25f64.to_bits());
    let only = child_labour(&a.model, of("some"));
    assert_eq!(only.len(), 1);
    assert_eq!(only[0].0, Term::Measured);
}

#[test]
fn what_workforce_role_and_agents_imply_fills_only_what_is_unknown() {
    use tierlight_core::model::AgentKind;
    let p = parameters();
    let mut draft = Draft::new();
    let home = draft.site("home", GARMENTS);
    home.role = Role::HomeCluster;
    home.workers = Some(40.0);
    draft.site("big", GARMENTS).workers = Some(10.0);
    draft.site("small", GARMENTS).workers = Some(9.0);
    let said = draft.site("said", GARMENTS);
    said.workers = Some(9.0);
    said.conditions.set(Condition::SmallWorkforce, Some(false));
    said.conditions.set(Condition::RecruiterLabour, Some(false));
    draft.agent("jamadar", Some(AgentKind::LabourContractor), &["said", "big"]);
    draft.agent("arthi", Some(AgentKind::Middleman), &["small"]);
    draft.parts.agent_links[2].advance_debt = Some(true);
    let network = draft.network();
    let model = InherentModel::new(&network, &p).unwrap();
    let of = |id: &str, k: Condition| {
        let terms = child_labour(&model, network.find_site(id).unwrap());
        let t = terms.iter().find(|t| t.0 == Term::Condition(k)).unwrap();
        (t.1 > 0.0, t.2)
    };
    assert_eq!(of("home", Condition::HomeBased), (true, Known::Implied));
    assert_eq!(of("home", Condition::SmallWorkforce).1, Known::Unknown, "forty people in many homes are no large workforce");
    assert_eq!(of("small", Condition::SmallWorkforce), (true, Known::Implied));
    assert_eq!(of("big", Condition::SmallWorkforce), (false, Known::Implied));
    assert_eq!(of("said", Condition::SmallWorkforce), (false, Known::Stated));
    assert_eq!(of("said", Condition::RecruiterLabour), (false, Known::Stated));
    assert_eq!(of("big", Condition::RecruiterLabour), (true, Known::Implied));
    assert_eq!(of("small", Condition::RecruiterLabour).1, Known::Unknown);
    assert_eq!(of("small", Condition::AdvanceDebt), (true, Known::Implied));
}

#[test]
fn depth_and_brand_offices_move_prevalence_the_right_way() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("brand", GARMENTS).role = Role::Brand;
    for id in ["factory", "office", "shop"] {
        draft.site(id, GARMENTS);
    }
    draft.share("factory", "brand", 0.5);
    draft.share("shop", "factory", 0.5).kind = tierlight_core::model::LinkKind::Homework;
    let network = draft.network();
    let found = inherent(&network, &p);
    let theta = |id: &str| found[network.find_site(id).unwrap()].prevalence[0];
    // "office" is an unlinked site of the same sector: its depth is unknown, as the brand's
    close(logit(theta("brand")) - logit(theta("office")), p.coefficients.beta_brand_office.mean, 1e-9, "β of an office");
    close(logit(theta("factory")) - logit(theta("office")), -0.41 * 0.8, 1e-9, "β_depth·(0 − ḡ)");
    close(logit(theta("shop")) - logit(theta("office")), 0.41 * 0.2, 1e-9, "β_depth·(1 − ḡ)");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn presence_lies_between_prevalence_and_one_and_grows(theta in 0.0..1.0f64, n in 1.0..20_000.0f64, rho in 0.0..1.0f64) {
        let p = presence(theta, n, rho);
        prop_assert!(p >= theta * (1.0 - 1e-9) && p <= 1.0, "{}", p);
        prop_assert!(presence((theta * 1.1).min(1.0), n, rho) >= p - 1e-9);
        prop_assert!(presence(theta, n * 1.3, rho) >= p - 1e-9);
        // one child among independent draws is the most that clustering can leave
        let independent = -libm::expm1(n.round() * libm::log1p(-theta));
        prop_assert!(p <= independent + 1e-9);
    }

    #[test]
    fn the_survival_exponent_is_never_negative_and_right_to_first_order(exponent in -15.0..-3.0f64, workers in 1.0..1.0e6f64) {
        let theta = libm::pow(10.0, exponent);
        let found = survival_exponent(theta, workers, 0.1);
        prop_assert!(found >= 0.0, "{}", found);
        // Σ θ·s/(s·(1 − θ) + k) with s = (1 − ρ)/ρ = 9, where it is small
        let sum: f64 = 9.0 * (digamma(9.0 + workers.round()) - digamma(9.0));
        if theta * sum < 1e-3 {
            // the gamma form of large workforces cancels: 1e-8 is far below any presence that is read
            let slack = 1e-3 * theta * sum + if workers > 4096.0 { 1e-8 } else { 0.0 };
            close(found, theta * sum, slack, "exponent to first order (1.4)");
        }
    }
}

/// Digamma by its asymptotic series, for arguments from 9.
fn digamma(x: f64) -> f64 {
    let i = 1.0 / (x * x);
    libm::log(x) - 0.5 / x - i * (1.0 / 12.0 - i * (1.0 / 120.0 - i / 252.0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hazards_stay_nested_before_and_after_any_evidence(seed: u64) {
        let p = parameters();
        let mut draft = random_draft(seed, 60);
        // ends: measured 0 and 1, with evidence of every kind
        draft.parts.sites[0].measured_prevalence = Probability::new(0.0);
        draft.parts.sites[1].measured_prevalence = Probability::new(1.0);
        let mut rng = crate::common::Rng(seed);
        for k in 0..240 {
            let site = rng.below(40) as u32;
            draft.parts.evidence.push(crate::common::random_item(&mut rng, 1000 + k, site));
        }
        let network = draft.network();
        let a = assessed(&network, &p);
        for (before, after) in a.inherent.iter().zip(&a.updated) {
            for (theta, pr) in [(before.prevalence, before.presence()), (after.prevalence, after.presence)] {
                for h in HAZARDS.map(Hazard::index) {
                    prop_assert!((0.0..=1.0).contains(&theta[h]) && (0.0..=1.0).contains(&pr[h]), "{:?} {:?}", theta, pr);
                    prop_assert!(theta[h] <= theta[0] + 1e-12 && pr[h] <= pr[0] + 1e-12, "nested: {:?} {:?}", theta, pr);
                    prop_assert!(theta[h] <= pr[h] + 1e-12, "θ ≤ P: {:?} {:?}", theta, pr);
                }
            }
            for h in 0..3 {
                prop_assert!(after.survival[h] >= 0.0);
                close(-libm::expm1(-after.survival[h]), after.presence[h], 1e-9, "survival and presence");
                prop_assert!(after.expected[h] <= after.expected[0] + 1e-9);
                close(after.expected[h], after.prevalence[h] * after.workers, 1e-9 * (1.0 + after.expected[h]), "E1 = θ1·N");
            }
            prop_assert!((0.0..=1.0).contains(&after.girls_share));
        }
        for site in &a.exposure {
            for h in 0..3 {
                prop_assert!((0.0..=1.0 + 1e-12).contains(&site.linked(h)));
                prop_assert!(site.linked(h) <= site.linked(0) + 1e-12, "linked shares nest");
                prop_assert!((0.0..=1.0 + 1e-12).contains(&site.labour[h]));
            }
        }
    }
}
