//! The scalar parameters, by the names they have in the packs.

use serde::{Deserialize, Serialize};

use super::Value;
use crate::error::{Error, Result};
use crate::model::{Condition, Method};

/// Parameters by name: a struct with a field for each row of the packs' `parameters.csv`, read and held to their ranges.
macro_rules! scalars {
    ($(#[$whole:meta])* $group:ident { $($(#[$doc:meta])* $name:ident : $min:literal ..= $max:literal),+ $(,)? }) => {
        $(#[$whole])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $group { $($(#[$doc])* pub $name: Value),+ }

        impl $group {
            /// Names of the parameters.
            pub const NAMES: &[&str] = &[$(stringify!($name)),+];

            /// Smallest and largest mean that a parameter may have; `None` for a name the method does not know.
            #[must_use]
            pub fn range(name: &str) -> Option<(f64, f64)> {
                match name { $(stringify!($name) => Some(($min, $max)),)+ _ => None }
            }

            /// Takes every parameter from `lookup`.
            ///
            /// # Errors
            /// [`Error::MissingParameter`] or [`Error::BadParameter`], naming the parameter.
            pub fn from_lookup(mut lookup: impl FnMut(&str) -> Option<Value>) -> Result<Self> {
                Ok(Self { $($name: {
                    let name = stringify!($name);
                    let value = lookup(name).ok_or_else(|| Error::MissingParameter { name: name.to_owned() })?;
                    if !($min..=$max).contains(&value.mean) {
                        return Err(Error::BadParameter {
                            name: name.to_owned(),
                            found: value.mean,
                            expected: concat!("a number from ", stringify!($min), " to ", stringify!($max)),
                        });
                    }
                    value
                }),+ })
            }

            /// The parameters with other point values, each within its range.
            #[must_use]
            pub fn with_means(&self, mut mean: impl FnMut(&'static str, &Value) -> f64) -> Self {
                Self { $($name: Value { mean: mean(stringify!($name), &self.$name).max($min).min($max), ..self.$name.clone() }),+ }
            }

            /// All parameters with their names.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
                [$((stringify!($name), &self.$name)),+].into_iter()
            }
        }
    };
}

pub(super) use scalars;

scalars! {
/// Scalar parameters of the method; each field is a row of the packs' `parameters.csv`.
Coefficients {
    /// κ: part of the district effect that is not the district's sector mix.
    kappa_district_overlap: 0.0 ..= 1.0,
    /// σ_site: spread of sites around all that is known of them, log-odds.
    sigma_site: 0.0 ..= 5.0,
    /// β of a site without registration.
    beta_unregistered: -5.0 ..= 5.0,
    /// β of work in homes.
    beta_home_based: -5.0 ..= 5.0,
    /// β of piece rates paid to the family.
    beta_family_piece_rate: -5.0 ..= 5.0,
    /// β of advances that bind workers.
    beta_advance_debt: -5.0 ..= 5.0,
    /// β of fewer than ten workers.
    beta_small_workforce: -5.0 ..= 5.0,
    /// β of labour through recruiters.
    beta_recruiter_labour: -5.0 ..= 5.0,
    /// β of displaced or migrant workers.
    beta_displaced_workforce: -5.0 ..= 5.0,
    /// β of age checks at hiring.
    beta_age_check: -5.0 ..= 5.0,
    /// β of certification.
    beta_certified: -5.0 ..= 5.0,
    /// β of a calamity-hit district.
    beta_calamity_district: -5.0 ..= 5.0,
    /// β per step of subcontracting depth.
    beta_depth_per_step: -5.0 ..= 5.0,
    /// β of a brand's own offices against its sector.
    beta_brand_office: -10.0 ..= 0.0,
    /// β of a sector listed for child labour inside a country, against that country's own mean.
    beta_listed: -5.0 ..= 5.0,
    /// β on forced labour: advances.
    beta_fl_advance_debt: -5.0 ..= 5.0,
    /// β on forced labour: recruiters.
    beta_fl_recruiter: -5.0 ..= 5.0,
    /// β on forced labour: displaced workers.
    beta_fl_displaced: -5.0 ..= 5.0,
    /// β on forced labour: one standard deviation of the birth-registration gap.
    beta_fl_birth_registration_gap: -5.0 ..= 5.0,
    /// β on forced labour: sector listed for forced child labour.
    beta_fl_listed: -5.0 ..= 5.0,
    /// β on the girls' share: one standard deviation of the girls' school gap.
    beta_girls_school_gap: -5.0 ..= 5.0,
    /// Children that the prior girls' share counts for when a finding has counts (3.7).
    girls_prior_children: 0.0 ..= 1000.0,
    /// Sensitivity of an announced audit.
    se_announced_social_audit: 0.001 ..= 0.999,
    /// Sensitivity of an unannounced audit.
    se_unannounced_audit: 0.001 ..= 0.999,
    /// Sensitivity of a labour inspection.
    se_labour_inspection: 0.001 ..= 0.999,
    /// Sensitivity of a supplier's own answers.
    se_supplier_questionnaire: 0.001 ..= 0.999,
    /// Sensitivity of a home visit.
    se_home_visit: 0.001 ..= 0.999,
    /// Sensitivity of interviews with children.
    se_child_interview: 0.001 ..= 0.999,
    /// Modifier: the supplier pays.
    mod_supplier_pays: -5.0 ..= 5.0,
    /// Modifier: the team has been there before.
    mod_returning_auditor: -5.0 ..= 5.0,
    /// Modifier: no woman on the team.
    mod_all_male_team: -5.0 ..= 5.0,
    /// Modifier: the visit fell into the peak season.
    mod_peak_season: -5.0 ..= 5.0,
    /// Modifier: children were interviewed.
    mod_children_interviewed: -5.0 ..= 5.0,
    /// Modifier: interviews away from the site.
    mod_off_site: -5.0 ..= 5.0,
    /// φ of audits and inspections.
    phi_audit: 0.0001 ..= 0.999,
    /// φ of questionnaires.
    phi_questionnaire: 0.0001 ..= 0.999,
    /// φ of home visits.
    phi_home_visit: 0.0001 ..= 0.999,
    /// φ of child interviews.
    phi_child_interview: 0.0001 ..= 0.999,
    /// φ of grievances.
    phi_grievance: 0.0001 ..= 0.999,
    /// φ of press and organisations.
    phi_media_or_ngo: 0.0001 ..= 0.999,
    /// Months in which a finding loses half its weight.
    half_life_found_months: 0.1 ..= 1200.0,
    /// Months in which a clean result loses half its weight.
    half_life_not_found_months: 0.1 ..= 1200.0,
    /// r: weight of a repeat of one method at one site.
    repeat_discount: 0.0 ..= 1.0,
    /// Weight that found evidence keeps after verified remediation.
    relapse_factor: 0.0 ..= 1.0,
    /// ρ: clustering of children within sites.
    rho_intra_site: 0.0 ..= 1.0,
    /// Coverage of a buyer that states links but not how complete they are.
    coverage_unstated: 0.0 ..= 1.0,
    /// Spread between definitions of child labour in surveys, log-odds.
    survey_definition_error: 0.01 ..= 5.0,
    /// Design effect of a survey whose sample size is published.
    survey_design_effect: 1.0 ..= 20.0,
    /// Effective sample of a rate whose sample size is not published, children.
    survey_effective_sample: 10.0 ..= 100_000.0,
    /// Scale of the half-normal prior on the spread between provinces, log-odds.
    area_province_scale: 0.01 ..= 5.0,
    /// Scale of the half-normal prior on the spread between districts of a province, log-odds.
    area_district_scale: 0.01 ..= 5.0,
    /// Largest likelihood ratio of an agent.
    agent_lr_cap: 1.0 ..= 1000.0,
    /// Sites that the base rate counts for in an agent's record.
    agent_prior_sites: 0.1 ..= 1000.0,
    /// b of (7.5): share of orders of which part is made elsewhere unknown to the buyer.
    hidden_base: 0.001 ..= 0.999,
    /// Spread of sites around it, log-odds.
    sigma_hidden: 0.0 ..= 5.0,
    /// β per unit of ln(load over usual load).
    beta_hidden_load: -5.0 ..= 5.0,
    /// Load at which the load says nothing.
    hidden_usual_load: 0.01 ..= 10.0,
    /// β per unit of −ln(price over the site's own past).
    beta_hidden_price: -10.0 ..= 10.0,
    /// β per unit of ln(lead time over the site's own past).
    beta_hidden_lead_time: -5.0 ..= 5.0,
    /// Orders that the base counts for in a site's record.
    hidden_prior_orders: 0.1 ..= 1000.0,
    /// Part of an order's work that is made elsewhere, where some is.
    hidden_part: 0.0 ..= 1.0,
    /// Months of orders that say something of today.
    hidden_window_months: 0.1 ..= 1200.0,
    /// Severity weight of forced labour.
    severity_weight_forced: 0.0 ..= 1000.0,
    /// Severity weight of hazardous work.
    severity_weight_hazardous: 0.0 ..= 1000.0,
    /// Severity weight of other child labour.
    severity_weight_child_labour: 0.0 ..= 1000.0,
    /// Presence from which the band is moderate.
    band_moderate: 0.0 ..= 1.0,
    /// Presence from which the band is high.
    band_high: 0.0 ..= 1.0,
    /// Presence from which the band is very high.
    band_very_high: 0.0 ..= 1.0,
    /// Presence from which the band is critical.
    band_critical: 0.0 ..= 1.0,
    /// Share of purchases that recipe rows without a share part equally.
    recipe_unshared_total: 0.0 ..= 1.0,
    /// Child-labour rate, percent, of high-income countries without a survey.
    child_labour_rate_high_income: 0.01 ..= 99.0,
    /// Spread, log-odds, of a country's own child-labour rate: year, sample, questionnaire.
    level_sd_own_rate: 0.0 ..= 5.0,
    /// Spread, log-odds, added in squares for a rate of other ages than 5 to 17.
    level_sd_other_ages: 0.0 ..= 5.0,
    /// Factor on the spread between measured countries when it stands for one that was not measured.
    level_sd_factor: 0.0 ..= 10.0,
    /// Share of the employed in agriculture.
    employment_agriculture: 0.0 ..= 1.0,
    /// Share of the employed in mining.
    employment_mining: 0.0 ..= 1.0,
    /// Share of the employed in manufacturing.
    employment_manufacturing: 0.0 ..= 1.0,
    /// Share of the employed in construction.
    employment_construction: 0.0 ..= 1.0,
    /// Share of the employed in trade.
    employment_trade: 0.0 ..= 1.0,
    /// Share of the employed in other services.
    employment_services: 0.0 ..= 1.0,
}
}

impl Coefficients {
    /// β_k of a condition on child labour (1.1).
    #[must_use]
    pub fn beta(&self, condition: Condition) -> &Value {
        match condition {
            Condition::Unregistered => &self.beta_unregistered,
            Condition::HomeBased => &self.beta_home_based,
            Condition::FamilyPieceRate => &self.beta_family_piece_rate,
            Condition::AdvanceDebt => &self.beta_advance_debt,
            Condition::SmallWorkforce => &self.beta_small_workforce,
            Condition::RecruiterLabour => &self.beta_recruiter_labour,
            Condition::DisplacedWorkers => &self.beta_displaced_workforce,
            Condition::AgeCheck => &self.beta_age_check,
            Condition::Certified => &self.beta_certified,
        }
    }

    /// β^FL_k of a condition on forced labour (1.2), where it has one.
    #[must_use]
    pub fn beta_forced(&self, condition: Condition) -> Option<&Value> {
        match condition {
            Condition::AdvanceDebt => Some(&self.beta_fl_advance_debt),
            Condition::RecruiterLabour => Some(&self.beta_fl_recruiter),
            Condition::DisplacedWorkers => Some(&self.beta_fl_displaced),
            _ => None,
        }
    }

    /// Base sensitivity Se of a method (3.1); `None` when the method only ever finds.
    #[must_use]
    pub fn sensitivity(&self, method: Method) -> Option<&Value> {
        match method {
            Method::AnnouncedSocialAudit => Some(&self.se_announced_social_audit),
            Method::UnannouncedAudit => Some(&self.se_unannounced_audit),
            Method::LabourInspection => Some(&self.se_labour_inspection),
            Method::SupplierQuestionnaire => Some(&self.se_supplier_questionnaire),
            Method::HomeVisit => Some(&self.se_home_visit),
            Method::ChildInterview => Some(&self.se_child_interview),
            Method::Grievance | Method::MediaOrNgo => None,
        }
    }

    /// False-report ratio φ = (1 − Sp)/Se of a method (3.1).
    #[must_use]
    pub fn false_report_ratio(&self, method: Method) -> &Value {
        match method {
            Method::AnnouncedSocialAudit | Method::UnannouncedAudit | Method::LabourInspection => &self.phi_audit,
            Method::SupplierQuestionnaire => &self.phi_questionnaire,
            Method::HomeVisit => &self.phi_home_visit,
            Method::ChildInterview => &self.phi_child_interview,
            Method::Grievance => &self.phi_grievance,
            Method::MediaOrNgo => &self.phi_media_or_ngo,
        }
    }
}
