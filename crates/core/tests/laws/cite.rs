//! Every number behind a score leads back to a source.

use std::collections::BTreeSet;

use tierlight_core::cite::{Basis, Citation, PackRow, Part, citations, rows_used};
use tierlight_core::model::Finding::Found;
use tierlight_core::model::{AgentKind, Hazard, Method, Role};
use tierlight_core::parameters::{Country, Grade, InputRow, Inputs, Parameters, Provenance};
use tierlight_core::risk::base::LevelBasis;
use tierlight_core::risk::level::{country_level, level_countries};
use tierlight_core::risk::term::{Contribution, Term};

use crate::common::{COTTON, DEU, Draft, KILN, PAK, assessed, close, parameters, random_draft};

#[test]
fn every_term_of_every_waterfall_is_cited_and_every_citation_resolves() {
    let p = parameters();
    for seed in 0..8 {
        let network = random_draft(seed, 40).network();
        let a = assessed(&network, &p);
        let used: BTreeSet<_> = rows_used(&a).unwrap().into_iter().map(|r| (r.table, r.key)).collect();
        for row in 0..network.sites().len() {
            let cited = citations(&a, row);
            let mut asked = BTreeSet::new();
            let mut ask = |part: Part, c: &Contribution<'_>| asked.insert((part, c.term.slug()));
            a.model.child_labour_terms(row, &mut |c| _ = ask(Part::Prevalence, &c));
            a.model.forced_terms(row, &mut |c| _ = ask(Part::Forced, &c));
            a.model.girls_terms(row, &mut |c| _ = ask(Part::Girls, &c));
            let answered: BTreeSet<_> = cited.iter().filter_map(|c| Some((c.part, c.term?))).collect();
            assert_eq!(asked, answered, "terms of the waterfalls of site {row}");
            for c in &cited {
                if let Basis::Pack(r) = &c.basis {
                    assert!(p.source(&r.source).is_some(), "{} has no source", c.name);
                    assert!(r.row >= 2 && !r.pack.is_empty(), "{} has no origin", c.name);
                    assert!(used.contains(&(r.table.clone(), r.key.clone())), "{} {} is not among the rows of the run", r.table, r.key);
                }
                assert!(!c.name.is_empty());
            }
        }
    }
}

#[test]
fn a_term_cites_the_provenance_that_the_waterfall_shows() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("a", KILN).workers = Some(40.0);
    draft.site("b", COTTON).country = DEU;
    let network = draft.network();
    let a = assessed(&network, &p);
    for row in 0..2 {
        let cited = citations(&a, row);
        a.model.child_labour_terms(row, &mut |c| {
            if let Some(shown) = c.provenance.filter(|s| s.row > 0) {
                let found = cited.iter().any(|x| {
                    x.term == Some(c.term.slug()) && matches!(&x.basis, Basis::Pack(r) if r.source == shown.source && r.row == shown.row)
                });
                assert!(found, "{} does not cite {shown:?}", c.term.slug());
            }
        });
    }
}

#[test]
fn evidence_agents_and_a_brand_add_their_numbers() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("a", KILN).role = Role::Brand;
    draft.site("b", KILN);
    draft.evidence("b", Method::HomeVisit, Found, Hazard::ChildLabour).supplier_paid = Some(true);
    draft.agent("jamadar", Some(AgentKind::LabourContractor), &["b"]);
    let network = draft.network();
    let a = assessed(&network, &p);
    let names = |row: usize| -> BTreeSet<String> { citations(&a, row).into_iter().map(|c| c.name).collect() };
    let (brand, kiln) = (names(0), names(1));
    for name in ["se_home_visit", "phi_home_visit", "half_life_found_months", "mod_supplier_pays", "repeat_discount", "agent_lr_cap"] {
        assert!(kiln.contains(name) && !brand.contains(name), "{name}");
    }
    assert!(brand.contains("beta_brand_office") && !kiln.contains("beta_brand_office"));
    assert!(!kiln.contains("se_child_interview") && !kiln.contains("half_life_not_found_months"), "what was not used is not cited");
}

/// What is cited for a site of a sector in a country, in a district.
fn cited(p: &Parameters, sector: u16, country: u16, district: Option<u16>) -> Vec<Citation> {
    let mut draft = Draft::new();
    let site = draft.site("a", sector);
    (site.country, site.district) = (country, district);
    let network = draft.network();
    citations(&assessed(&network, p), 0)
}

#[track_caller]
fn named<'a>(cited: &'a [Citation], name: &str) -> &'a Citation {
    cited.iter().find(|c| c.name.starts_with(name)).unwrap_or_else(|| panic!("nothing is called {name}"))
}

#[track_caller]
fn row(citation: &Citation) -> &PackRow {
    let Basis::Pack(row) = &citation.basis else { panic!("{citation:?} is no row") };
    row
}

#[track_caller]
fn words(citation: &Citation) -> &str {
    let Basis::Derived(words) = &citation.basis else { panic!("{citation:?} is not derived") };
    words
}

/// Mean and standard deviation by (people, value).
fn standard(values: &[(f64, f64)]) -> (f64, f64) {
    let people: f64 = values.iter().map(|v| v.0).sum();
    let mean = values.iter().map(|(w, x)| w * x).sum::<f64>() / people;
    (mean, (values.iter().map(|(w, x)| w * (x - mean).powi(2)).sum::<f64>() / people).sqrt())
}

#[test]
fn a_gap_is_cited_with_its_parts_and_with_what_standardises_it() {
    let p = parameters();
    let mut draft = Draft::new();
    draft.site("a", KILN).district = Some(2);
    let network = draft.network();
    let a = assessed(&network, &p);
    let cited = citations(&a, 0);
    for (column, value, grade) in [("oos_girls", 52.0, Grade::A), ("oos_boys", 30.0, Grade::A), ("birth_registration_rate", 45.0, Grade::B)]
    {
        let found = named(&cited, column);
        assert_eq!((found.value, &*row(found).column, row(found).grade), (Some(value), column, Some(grade)));
    }
    let people = |of: &dyn Fn(usize) -> f64| -> Vec<(f64, f64)> { (0..3).map(|d| (p.districts[d].population.unwrap(), of(d))).collect() };
    let school = people(&|d| p.districts[d].out_of_school_girls.unwrap() - p.districts[d].out_of_school_boys.unwrap());
    let birth = people(&|d| 100.0 - p.districts[d].birth_registration.unwrap());
    let c = &p.coefficients;
    let terms = |wanted: Term| {
        let mut value = None;
        a.model.forced_terms(0, &mut |c| value = if c.term == wanted { Some(c.value) } else { value });
        a.model.girls_terms(0, &mut |c| value = if c.term == wanted { Some(c.value) } else { value });
        value.unwrap()
    };
    for (name, gap, values, beta, term) in [
        ("girls' school gap", 22.0, school, &c.beta_girls_school_gap, Term::GirlsSchoolGap),
        ("birth-registration gap", 55.0, birth, &c.beta_fl_birth_registration_gap, Term::BirthRegistration),
    ] {
        let (mean, sd) = standard(&values);
        let value = |prefix: &str| named(&cited, &format!("{prefix}{name}")).value.unwrap();
        close(value(""), gap, 1e-12, name);
        close(value("mean "), mean, 1e-12, name);
        close(value("standard deviation of the "), sd, 1e-12, name);
        close(beta.mean * value("standardised "), terms(term), 1e-12, "the numbers cited give the term");
        assert!(words(named(&cited, &format!("mean {name}"))).contains("all districts of PAK"));
    }
}

#[test]
fn the_reporting_factor_is_cited_as_what_it_is() {
    let mut p = parameters();
    let base = p.bases.iter().position(|b| b.country == Some(PAK)).unwrap();
    let of = |p: &Parameters| named(&cited(p, KILN, PAK, None), "reporting factor").clone();
    assert_eq!(row(&of(&p)).column, "reporting", "a factor that is no parameter stands in the row of the base");
    p.bases[base].reporting = 1.0;
    assert!(words(&of(&p)).contains("nothing is missed by respondents"));
    p.bases[base].reporting = 0.7;
    p.bases[base].inputs.rows.push(input("parameters", "reporting_proxy_respondent", 0.7));
    let found = of(&p);
    assert_eq!((&*row(&found).table, row(&found).key.as_str(), found.value), ("parameters", "reporting_proxy_respondent", Some(0.7)));
}

fn input(table: &str, key: &str, value: f64) -> InputRow {
    let provenance = Provenance { grade: Grade::D, source: "fixture".to_owned(), pack: "fixture".to_owned(), row: 7 };
    InputRow { table: table.to_owned(), key: key.to_owned(), column: "mean".to_owned(), value: Some(value), provenance }
}

#[test]
fn a_derived_base_leads_to_its_inputs_and_its_note() {
    let mut p = parameters();
    let b = p.bases.iter_mut().find(|b| b.country == Some(PAK)).unwrap();
    b.note = "split of an industry".to_owned();
    b.inputs = Inputs { rows: vec![input("sector_split", "brick_kilns", -0.6)], tables: vec!["employment".to_owned()] };
    let mut draft = Draft::new();
    draft.site("a", KILN);
    let network = draft.network();
    let a = assessed(&network, &p);
    let cited = citations(&a, 0);
    assert_eq!(row(named(&cited, "base of brick_kilns")).note, "split of an industry");
    let found = named(&cited, "input: mean of brick_kilns");
    assert_eq!((found.value, found.term, row(found).row), (Some(-0.6), Some("sector_base"), 7));
    assert!(rows_used(&a).unwrap().contains(row(found)), "the row is among those of the run");
    let how = words(named(&cited, "derivation of base"));
    assert!(how.contains("docs/method/sector-base.md") && how.contains("employment"), "{how}");
    assert!(!cited.iter().any(|c| c.name.starts_with("derivation of girls")), "a stated value has no derivation");
}

#[test]
fn rates_and_listings_are_cited_as_their_rows_have_them() {
    let p = parameters();
    let found = cited(&p, KILN, PAK, Some(2));
    close(named(&found, "rate by survey").value.unwrap(), 24.0, 1e-9, "the row is in percent");
    let listed = |part: Part| found.iter().find(|c| c.part == part && c.name.ends_with("listed in PAK")).unwrap();
    assert_eq!(row(listed(Part::Prevalence)).column, "child_labour");
    assert_eq!(row(listed(Part::Forced)).column, "forced_child_labour");
    let germany = cited(&p, KILN, DEU, None);
    assert!(words(named(&germany, "country level")).contains("judged for high-income countries"));
    assert_eq!(named(&germany, "child_labour_rate_high_income").term, Some("country_level"));
}

#[test]
fn the_countries_that_a_level_cites_are_those_that_move_it() {
    let mut p = parameters();
    let like = |k: usize, subregion: &str, income: &str, rate, poverty| {
        let (iso3, subregion) = (format!("X{k:02}"), subregion.to_owned());
        Country { iso3, subregion, income_group: income.to_owned(), rate, poverty, ..p.countries[usize::from(PAK)].clone() }
    };
    let mut more: Vec<Country> =
        (0..12).map(|k| like(k, ["north", "south"][k % 2], "low", Some(2.0 + (k * k) as f64 / 5.0), Some(1.0 + 4.0 * k as f64))).collect();
    more.push(like(12, "south", "high", Some(1.0), Some(3.0)));
    more.push(like(13, "south", "low", Some(9.0), None));
    more.push(like(14, "south", "low", None, Some(30.0)));
    more.push(like(15, "south", "low", None, None));
    p.countries.extend(more);
    for (iso3, basis, entering) in [("X14", LevelBasis::Poverty, 12), ("X15", LevelBasis::Subregion, 7), ("X03", LevelBasis::OwnRate, 1)] {
        let country = p.country(iso3).unwrap();
        let before = country_level(&p, country, 9.6);
        assert_eq!(before.basis, basis);
        let cited: BTreeSet<&str> = level_countries(&p, &p.countries[usize::from(country)], basis).map(|c| c.iso3.as_str()).collect();
        assert_eq!(cited.len(), entering, "{cited:?}");
        for k in 0..p.countries.len() {
            let mut moved = p.clone();
            // far enough for a median to feel it
            moved.countries[k].rate = moved.countries[k].rate.map(|rate| if rate < 9.0 { rate + 40.0 } else { rate / 40.0 });
            let after = country_level(&moved, country, 9.6);
            let moves = after.value != before.value || after.sd != before.sd;
            assert_eq!(moves, cited.contains(p.countries[k].iso3.as_str()), "{} on {iso3}", p.countries[k].iso3);
        }
    }
}
