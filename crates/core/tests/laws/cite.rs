//! Every number behind a score leads back to a source.

use std::collections::BTreeSet;

use tierlight_core::cite::{Basis, Part, citations, rows_used};
use tierlight_core::model::Finding::Found;
use tierlight_core::model::{AgentKind, Hazard, Method, Role};
use tierlight_core::risk::term::Contribution;

use crate::common::{COTTON, DEU, Draft, KILN, assessed, parameters, random_draft};

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
                    assert!(used.contains(&(r.table, r.key.clone())), "{} {} is not among the rows of the run", r.table, r.key);
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
