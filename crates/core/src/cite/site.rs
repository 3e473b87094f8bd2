//! The numbers behind one site, term by term.

use super::rows::{base, covariates, district, level_countries, level_poverty, listing, observations, rate, recipe, share};
use super::{Basis, Citation, PackRow, Part, name_of};
use crate::assess::Assessment;
use crate::model::{AgentLink, Condition, Evidence, Finding, Role, Site};
use crate::parameters::{Country, District, Parameters, Sector, SectorShare, Value};
use crate::risk::base::{LevelBasis, SectorPrior};
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

struct List<'a> {
    a: &'a Assessment<'a>,
    row: usize,
    site: &'a Site,
    sector: &'a Sector,
    country: &'a Country,
    district: Option<&'a District>,
    prior: &'a SectorPrior,
    part: Part,
    term: Option<&'static str>,
    out: Vec<Citation>,
}

impl<'a> List<'a> {
    fn p(&self) -> &'a Parameters {
        self.a.parameters
    }

    fn push(&mut self, name: impl Into<String>, value: Option<f64>, basis: Basis) {
        self.out.push(Citation { part: self.part, term: self.term, name: name.into(), value, basis });
    }

    fn coefficient(&mut self, value: &'a Value) {
        let name = name_of(&self.p().coefficients, value);
        self.push(name, Some(value.mean), Basis::Pack(PackRow::coefficient(name, value)));
    }

    fn profile(&mut self, what: &str, value: f64, column: &'static str) {
        let row = PackRow::new("sector_profile", &self.sector.id, column, &self.sector.profile.provenance);
        self.push(format!("{what}, {}", self.sector.id), Some(value), Basis::Pack(row));
    }

    fn share(&mut self, what: &str, column: &'static str, value: &SectorShare) {
        self.push(format!("{what}, {}", self.sector.id), Some(value.value), Basis::Pack(share(self.sector, column, value)));
    }

    fn stated(&mut self, name: impl Into<String>, value: Option<f64>) {
        let id = self.a.network.site_id(self.row).to_owned();
        self.push(name, value, Basis::Stated { table: "sites", id, report: None });
    }

    fn derived(&mut self, name: impl Into<String>, value: f64, from: impl Into<String>) {
        self.push(name, Some(value), Basis::Derived(from.into()));
    }

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
                self.of_district("calamity", self.district.and_then(|d| d.calamity.then_some(1.0)));
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
                self.of_district("birth_registration_rate", self.district.and_then(|d| d.birth_registration));
            }
            Term::GirlsSchoolGap => {
                self.coefficient(&coefficients.beta_girls_school_gap);
                let gap = self.district.and_then(|d| Some(d.out_of_school_girls? - d.out_of_school_boys?));
                self.of_district("oos_girls", gap);
            }
        }
    }

    /// Everything that the small-area model makes a district's estimate of.
    fn small_area(&mut self, term: f64) {
        let (p, districts) = (self.p(), self.a.model.districts());
        let Some(estimate) = self.site.district.and_then(|d| districts.estimate(usize::from(d))) else {
            return self.push("district estimate", None, Basis::Unknown);
        };
        for (survey, o, row) in observations(p, estimate.district) {
            self.push(format!("rate by {}", survey.name), Some(o.rate), Basis::Pack(row));
        }
        for (covariate, value, row) in covariates(p, estimate.district) {
            self.push(covariate.name.clone(), Some(value), Basis::Pack(row));
        }
        let c = &p.coefficients;
        for value in [
            &c.survey_definition_error,
            &c.survey_design_effect,
            &c.survey_effective_sample,
            &c.area_province_scale,
            &c.area_district_scale,
        ] {
            self.coefficient(value);
        }
        let d = &p.districts[estimate.district];
        let from = format!("small-area model (2.1): the above, and the same of every district of {}", self.country.iso3);
        self.derived(format!("child labour rate of {}", d.name), estimate.combined(), from);
        if let Some(level) = self.prior.area_level {
            self.derived(
                format!("rate of {}", self.base_area()),
                crate::risk::logit::expit(level),
                "its districts' estimates, weighted by people",
            );
        }
        self.derived("district effect", term, "kappa_district_overlap times the difference of the two rates' log-odds");
    }

    /// The area that the base refers to.
    fn base_area(&self) -> String {
        let area = &self.p().bases[self.prior.levels.base_row].area;
        if area.is_empty() { self.country.iso3.clone() } else { area.join(", ") }
    }

    fn sector_base(&mut self) {
        match self.part {
            Part::Forced => self.share("forced share", "forced", &self.sector.profile.forced_share),
            Part::Girls => self.share("girls' share", "girls", &self.sector.profile.girls_share),
            _ => {
                let row = self.prior.levels.base_row;
                let base_row = &self.p().bases[row];
                for (what, value) in
                    [("base", base_row.base), ("reported base", base_row.reported), ("reporting factor", base_row.reporting)]
                {
                    self.push(format!("{what} of {}", self.sector.id), Some(value), Basis::Pack(base(self.p(), row)));
                }
            }
        }
    }

    fn country_level(&mut self, value: f64) {
        let (p, basis) = (self.p(), self.prior.levels.level_basis);
        if basis == LevelBasis::OwnBase {
            let from = format!("nothing: the base is {}'s own, so its level is in it", self.country.iso3);
            return self.derived("country level", value, from);
        }
        if basis == LevelBasis::IncomeGroup {
            self.coefficient(&p.coefficients.child_labour_rate_high_income);
        }
        let countries: Vec<&Country> = level_countries(p, self.site.country, basis).collect();
        for country in countries {
            self.push(format!("child labour rate of {}, percent", country.iso3), country.rate, Basis::Pack(rate(country)));
        }
        for (country, row) in level_poverty(p, self.site.country, basis) {
            self.push(format!("poverty headcount of {}, percent", country.iso3), country.poverty, Basis::Pack(row));
        }
        let from = match basis {
            LevelBasis::Poverty => {
                "line of the rates of measured countries on their poverty, at the country's own, against the world".to_owned()
            }
            LevelBasis::Subregion => format!("median of measured countries of {}, against the world", self.country.subregion),
            LevelBasis::World => "nothing nearer than the world is known".to_owned(),
            _ => "the country's rate against the world's".to_owned(),
        };
        self.derived("country level", value, from);
    }

    fn listing(&mut self, value: f64) {
        let p = self.p();
        let forced = self.part == Part::Forced;
        self.coefficient(if forced { &p.coefficients.beta_fl_listed } else { &p.coefficients.beta_listed });
        for (row, l) in p.listings.iter().enumerate() {
            if l.country == self.site.country && l.sector == self.site.sector {
                let listed = if forced { l.forced_child_labour } else { l.child_labour };
                let name = format!("{} listed in {}", self.sector.id, self.country.iso3);
                self.push(name, Some(f64::from(u8::from(listed))), Basis::Pack(listing(p, row)));
            }
        }
        let from = if self.prior.levels.level_basis == LevelBasis::OwnBase {
            format!("nothing: the base is {}'s own and was judged with its listings in view", self.country.iso3)
        } else {
            format!("this sector's listing against the mean over all sectors of {}, weighted by employment", self.country.iso3)
        };
        self.derived("listing", value, from);
    }

    fn centring(&mut self, value: f64) {
        let c = &self.p().coefficients;
        if self.part != Part::Forced {
            self.coefficient(&c.sigma_site);
            self.coefficient(&c.kappa_district_overlap);
        }
        let profile = &self.sector.profile;
        self.push(
            format!("usual conditions of {}", self.sector.id),
            None,
            Basis::Pack(PackRow::new("sector_profile", &self.sector.id, "p_*", &profile.provenance)),
        );
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

    /// A value of the site's district; one place to change when district effects come from elsewhere.
    fn of_district(&mut self, column: &'static str, value: Option<f64>) {
        let found = self.district.filter(|_| value.is_some()).map(|d| (d, district(d)));
        match found.and_then(|(d, rows)| Some((d, rows.into_iter().find(|r| r.column == column)?))) {
            Some((d, row)) => self.push(format!("{column} of {}", d.name), value, Basis::Pack(row)),
            None => self.push(column, None, Basis::Unknown),
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

    fn evidence(&mut self) {
        self.part = Part::Evidence;
        let (network, c) = (self.a.network, &self.p().coefficients);
        let items: Vec<&Evidence> = network.evidence().iter().filter(|e| e.site as usize == self.row).collect();
        let mut used: Vec<&'a Value> = Vec::new();
        for item in &items {
            let basis = Basis::Stated { table: "evidence", id: item.id.clone(), report: item.source.clone() };
            self.push(format!("{} of {}: {}", item.method.slug(), item.date, item.finding.slug()), item.children().map(f64::from), basis);
            used.extend(c.sensitivity(item.method));
            used.push(c.false_report_ratio(item.method));
            used.push(if item.finding == Finding::Found { &c.half_life_found_months } else { &c.half_life_not_found_months });
            let peak = self.sector.is_peak(item.date.month());
            for (applies, value) in [
                (item.supplier_paid == Some(true), &c.mod_supplier_pays),
                (item.returning_team == Some(true), &c.mod_returning_auditor),
                (item.all_male_team == Some(true), &c.mod_all_male_team),
                (item.children_interviewed == Some(true), &c.mod_children_interviewed),
                (item.off_site == Some(true), &c.mod_off_site),
                (peak, &c.mod_peak_season),
                (item.case_id.is_some() || item.remediated_on.is_some(), &c.relapse_factor),
                (item.finding == Finding::Found && item.children().is_some(), &c.girls_prior_children),
            ] {
                if applies {
                    used.push(value);
                }
            }
        }
        if !items.is_empty() {
            used.push(&c.repeat_discount);
            let row = PackRow::new("sectors", &self.sector.id, "season_peak_months", &self.sector.provenance);
            self.push(format!("peak months of {}", self.sector.id), None, Basis::Pack(row));
        }
        let mut seen: Vec<&Value> = Vec::new();
        for value in used {
            if !seen.iter().any(|v| std::ptr::eq(*v, value)) {
                seen.push(value);
                self.coefficient(value);
            }
        }
    }

    fn agents(&mut self) {
        let (network, c) = (self.a.network, &self.p().coefficients);
        let links: Vec<&AgentLink> = network.agent_links().iter().filter(|l| l.site as usize == self.row).collect();
        if links.is_empty() {
            return;
        }
        for value in [&c.agent_lr_cap, &c.agent_prior_sites, &c.se_unannounced_audit] {
            self.coefficient(value);
        }
        let agents: Vec<&str> = links.iter().filter_map(|l| network.agents().get(l.agent as usize)).map(|x| x.id.as_str()).collect();
        let from = format!("evidence at the other sites of {}", agents.join(", "));
        self.derived("agent ratio", self.a.agent_ratio[self.row], from);
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
