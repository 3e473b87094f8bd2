//! The numbers behind one site, term by term.

use super::list::List;
use super::rows::{profile, recipe};
use super::{Basis, Citation, Part};
use crate::assess::Assessment;
use crate::model::{Condition, Role};
use crate::risk::term::{Contribution, Known, Term};

/// Every number behind the score of a site, in the order of the method. Each term of the three waterfalls has at least one.
///
/// Cost: linear in pack rows, evidence and agent links.
#[must_use]
pub fn citations(a: &Assessment<'_>, row: usize) -> Vec<Citation> {
    let site = &a.network.sites()[row];
    let p = a.parameters;
    let mut list = List {
        a,
        row,
        site,
        sector: &p.sectors[usize::from(site.sector)],
        country: &p.countries[usize::from(site.country)],
        district: site.district.and_then(|d| p.districts.get(usize::from(d))),
        prior: a.model.prior(row),
        part: Part::Prevalence,
        term: None,
        out: Vec::new(),
    };
    a.model.child_labour_terms(row, &mut |c| list.term(&c));
    list.part = Part::Forced;
    a.model.forced_terms(row, &mut |c| list.term(&c));
    list.term = None;
    list.share("hazardous share", "hazardous", &list.sector.profile.hazardous_share);
    list.part = Part::Girls;
    a.model.girls_terms(row, &mut |c| list.term(&c));
    list.term = None;
    list.presence();
    list.evidence();
    list.agents();
    list.exposure();
    list.priority();
    list.out
}

impl List<'_> {
    /// The numbers of one term of a waterfall.
    fn term(&mut self, c: &Contribution<'_>) {
        let coefficients = &self.p().coefficients;
        self.term = Some(c.term.slug());
        match c.term {
            Term::Measured => self.stated("measured_prevalence", self.site.measured_prevalence.map(f64::from)),
            Term::SectorBase => self.sector_base(),
            Term::CountryLevel => self.country_level(c.value),
            Term::Listing => self.listing(c.value),
            Term::Centring => self.centring(c.value),
            Term::District => {
                self.coefficient(&coefficients.kappa_district_overlap);
                self.small_area(c.value);
            }
            Term::Calamity => {
                self.coefficient(&coefficients.beta_calamity_district);
                self.calamity();
            }
            Term::Condition(k) => self.condition(k, c.known),
            Term::Depth => {
                self.coefficient(&coefficients.beta_depth_per_step);
                self.profile("mean depth", self.sector.profile.mean_depth, "mean_depth");
                match self.a.model.depth()[self.row] {
                    Some(steps) => self.derived("depth", f64::from(steps), "subcontract and homework links of the input"),
                    None => self.push("depth", None, Basis::Unknown),
                }
            }
            Term::BrandOffice => self.coefficient(&coefficients.beta_brand_office),
            Term::BirthRegistration => {
                self.coefficient(&coefficients.beta_fl_birth_registration_gap);
                self.birth_registration();
            }
            Term::GirlsSchoolGap => {
                self.coefficient(&coefficients.beta_girls_school_gap);
                self.school_gap();
            }
        }
    }

    fn centring(&mut self, value: f64) {
        let c = &self.p().coefficients;
        if self.part != Part::Forced {
            self.coefficient(&c.sigma_site);
            self.coefficient(&c.kappa_district_overlap);
        }
        self.push(format!("usual conditions of {}", self.sector.id), None, Basis::Pack(profile(self.sector, "p_*")));
        let from = format!(
            "base, usual conditions of {} with their coefficients, and all districts of {}: the average site has the base",
            self.sector.id,
            self.base_area()
        );
        self.derived("centring", value, from);
    }

    fn condition(&mut self, k: Condition, known: Known) {
        let c = &self.p().coefficients;
        let beta = if self.part == Part::Forced { c.beta_forced(k) } else { Some(c.beta(k)) };
        if let Some(beta) = beta {
            self.coefficient(beta);
        }
        self.profile(&format!("usual share of {}", k.slug()), self.sector.profile.share(k), "p_*");
        match known {
            Known::Unknown => self.push(k.slug(), None, Basis::Unknown),
            Known::Stated => self.stated(k.slug(), self.site.conditions.get(k).map(|x| f64::from(u8::from(x)))),
            Known::Implied => self.push(k.slug(), None, Basis::Derived("workforce, role or agents of the site".to_owned())),
        }
    }

    fn presence(&mut self) {
        self.part = Part::Presence;
        match self.site.workers {
            Some(workers) => self.stated("workers", Some(workers)),
            None => self.profile("median workforce", self.sector.profile.workers_median, "workers_median"),
        }
        self.coefficient(&self.p().coefficients.rho_intra_site);
    }

    fn exposure(&mut self) {
        self.part = Part::Exposure;
        let (p, profile) = (self.p(), &self.sector.profile);
        match self.site.input_share {
            Some(share) => self.stated("input_share", Some(f64::from(share))),
            None => self.profile("input share", profile.input_share, "input_share"),
        }
        match self.site.labour_intensity {
            Some(x) => self.stated("labour_intensity", Some(x)),
            None => self.profile("labour intensity", profile.labour_intensity, "labour_intensity"),
        }
        if self.site.coverage.is_some() {
            self.stated("coverage", self.site.coverage.map(f64::from));
        }
        let c = &p.coefficients;
        self.coefficient(&c.coverage_unstated);
        self.coefficient(&c.recipe_unshared_total);
        // a brand sells what was made anywhere: it buys at the world's level
        let country = if self.site.role == Role::Brand { p.country(crate::risk::base::WORLD) } else { Some(self.site.country) };
        let bought = || p.recipes.iter().enumerate().filter(|(_, r)| r.output == self.site.sector);
        for (row, r) in bought() {
            // a row of the country stands in for the row of the same pair for any country
            let replaced = bought().any(|(_, o)| o.input == r.input && o.country.is_some() && o.country == country);
            if r.country == country || (r.country.is_none() && !replaced) {
                let name = format!("purchases of {} from {}", self.sector.id, p.sectors[usize::from(r.input)].id);
                self.push(name, r.share, Basis::Pack(recipe(p, row)));
            }
        }
        for value in [
            &c.employment_agriculture,
            &c.employment_mining,
            &c.employment_manufacturing,
            &c.employment_construction,
            &c.employment_trade,
            &c.employment_services,
        ] {
            self.coefficient(value);
        }
        let q = self.a.untraced.of_site(self.site).prevalence[0];
        let from = "recipes, base prevalence and profile of every sector, at the country's level";
        self.derived("untraced purchases: prevalence of child labour", q[0] + q[1], from);
    }

    fn priority(&mut self) {
        self.part = Part::Priority;
        let c = &self.p().coefficients;
        for value in [
            &c.severity_weight_child_labour,
            &c.severity_weight_hazardous,
            &c.severity_weight_forced,
            &c.band_moderate,
            &c.band_high,
            &c.band_very_high,
            &c.band_critical,
        ] {
            self.coefficient(value);
        }
    }
}
