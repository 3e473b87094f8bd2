//! The numbers behind what a site's district adds.

use super::Basis;
use super::list::List;
use super::rows::{covariates, district, observations};
use crate::risk::district::{CountrySpread, DistrictEffect};

impl List<'_> {
    /// Everything that the small-area model makes a district's estimate of.
    pub(super) fn small_area(&mut self, term: f64) {
        let (p, districts) = (self.p(), self.a.model.districts());
        let Some(estimate) = self.site.district.and_then(|d| districts.estimate(usize::from(d))) else {
            return self.push("district estimate", None, Basis::Unknown);
        };
        for (survey, o, row) in observations(p, estimate.district) {
            self.push(format!("rate by {}, percent", survey.name), Some(100.0 * o.rate), Basis::Pack(row));
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

    /// Calamities of the district, and of the area that the base refers to.
    pub(super) fn calamity(&mut self) {
        let hit = self.district.is_some_and(|d| d.calamity);
        self.of_district("calamity", hit.then_some(1.0));
        if hit {
            let name = format!("people in calamity-hit districts of {}", self.base_area());
            self.derived(name, self.prior.calamity_share, "its districts, weighted by people: the term is the difference");
        }
    }

    pub(super) fn birth_registration(&mut self) {
        let rate = self.district.and_then(|d| d.birth_registration);
        self.of_district("birth_registration_rate", rate);
        let gap = rate.map(|rate| ("birth-registration gap", 100.0 - rate, "100 less the rate"));
        self.standardised(gap, |e| e.birth_gap, |c| c.birth_standard);
    }

    pub(super) fn school_gap(&mut self) {
        let (girls, boys) = self.district.map_or((None, None), |d| (d.out_of_school_girls, d.out_of_school_boys));
        self.of_district("oos_girls", girls);
        self.of_district("oos_boys", boys);
        let gap = girls.zip(boys).map(|(girls, boys)| ("girls' school gap", girls - boys, "oos_girls less oos_boys"));
        self.standardised(gap, |e| e.girls_school_gap, |c| c.school_standard);
    }

    /// A gap (name, percentage points, how) and what it is held against.
    pub(super) fn standardised(
        &mut self,
        gap: Option<(&str, f64, &str)>,
        effect: impl Fn(&DistrictEffect) -> Option<f64>,
        standard: impl Fn(&CountrySpread) -> Option<(f64, f64)>,
    ) {
        let (Some((name, gap, how)), Some(d)) = (gap, self.district) else { return };
        self.derived(format!("{name} of {}", d.name), gap, how);
        let districts = self.a.model.districts();
        let spread = districts.countries.get(usize::from(self.site.country)).and_then(standard);
        let row = self.site.district.map(usize::from);
        let value = row.and_then(|row| districts.effects.get(row)).and_then(effect);
        if let Some(((mean, sd), value)) = spread.zip(value) {
            let all = format!("all districts of {} where it and the people are known, weighted by people", self.country.iso3);
            self.derived(format!("mean {name} of {}", self.country.iso3), mean, all.clone());
            self.derived(format!("standard deviation of the {name} over {}", self.country.iso3), sd, all);
            self.derived(format!("standardised {name} of {}", d.name), value, "the difference from the mean, over the standard deviation");
        }
    }

    /// A value of the site's district.
    pub(super) fn of_district(&mut self, column: &'static str, value: Option<f64>) {
        let known = self.district.filter(|_| value.is_some());
        match known.and_then(|d| Some((d, district(d).find(|row| row.column == column)?))) {
            Some((d, row)) => self.push(format!("{column} of {}", d.name), value, Basis::Pack(row)),
            None => self.push(column, None, Basis::Unknown),
        }
    }
}
