//! Inherent prevalence of a site: equations (1.1) to (1.4), as named terms that sum to the log-odds.

use rayon::prelude::*;

use super::base::{Priors, SectorPrior};
use super::conditions::{EffectiveConditions, effective_conditions};
use super::district::{DistrictEffect, DistrictEffects, district_effects};
use super::hidden::Hidden;
use super::logit::{expit, logit};
use super::presence::survival_exponents;
use super::term::{Contribution, Footing, FootingSum, Known, Term};
use crate::error::Result;
use crate::model::{CONDITIONS, Condition, Modelled, Network, PerHazard, Role, Site};
use crate::network::depth::{MAX_STEPS, subcontracting_depth};
use crate::parameters::Parameters;

/// What a site is expected to be before evidence.
#[derive(Debug, Clone, Copy)]
pub struct Inherent {
    /// θ per hazard: share of the workforce.
    pub prevalence: PerHazard<f64>,
    /// −ln(1 − P0) per hazard.
    pub survival: PerHazard<f64>,
    /// φ: girls among the children.
    pub girls_share: f64,
    /// N: workforce, the sector's median when unknown. Of a modelled site: the number expected, 0 where nobody knows how many sites it stands for.
    pub workers: f64,
    /// True when N is assumed.
    pub workers_assumed: bool,
    /// The site is modelled: no evidence can be on record, and presence includes that there may be no such site (7.6).
    pub modelled: bool,
    /// What θ of child labour rests on.
    pub footing: Footing,
}

impl Inherent {
    /// P0 per hazard.
    #[must_use]
    pub fn presence(&self) -> PerHazard<f64> {
        self.survival.map(|l| -libm::expm1(-l))
    }
}

/// The inherent model of one network.
#[derive(Debug)]
pub struct InherentModel<'a> {
    network: &'a Network,
    parameters: &'a Parameters,
    districts: DistrictEffects,
    /// (country, sector) that occur, ascending.
    pairs: Vec<(u16, u16)>,
    priors: Vec<SectorPrior>,
    conditions: EffectiveConditions,
    depth: Vec<Option<u32>>,
    hidden: Hidden,
}

impl<'a> InherentModel<'a> {
    /// Solves the intercepts of every (country, sector) that occurs.
    ///
    /// # Errors
    /// A sector without base, packs without world rate, or surveys that the small-area model cannot be fitted to.
    pub fn new(network: &'a Network, parameters: &'a Parameters) -> Result<Self> {
        Self::within(network, parameters, district_effects(parameters)?)
    }

    /// As [`InherentModel::new`] with given district effects.
    ///
    /// # Errors
    /// As [`InherentModel::new`].
    pub fn within(network: &'a Network, parameters: &'a Parameters, districts: DistrictEffects) -> Result<Self> {
        Self::at_depth(network, parameters, districts, subcontracting_depth(network))
    }

    /// As [`InherentModel::within`] with given subcontracting depths: another buyer does not change a place.
    ///
    /// # Errors
    /// As [`InherentModel::new`].
    pub fn at_depth(network: &'a Network, parameters: &'a Parameters, districts: DistrictEffects, depth: Vec<Option<u32>>) -> Result<Self> {
        let pairs: std::collections::BTreeSet<(u16, u16)> = network.sites().iter().map(|s| (s.country, s.sector)).collect();
        let pairs: Vec<(u16, u16)> = pairs.into_iter().collect();
        let priors = {
            let builder = Priors::new(parameters, &districts)?;
            let solved: Result<Vec<_>> = pairs.par_iter().map(|&(c, s)| builder.prior(c, s)).collect();
            solved?
        };
        Ok(Self {
            network,
            parameters,
            pairs,
            priors,
            conditions: effective_conditions(network),
            depth,
            hidden: Hidden::new(network, parameters),
            districts,
        })
    }

    /// Effects of the districts.
    #[must_use]
    pub fn districts(&self) -> &DistrictEffects {
        &self.districts
    }

    /// Subcontracting depth of every site; `None` is unknown.
    #[must_use]
    pub fn depth(&self) -> &[Option<u32>] {
        &self.depth
    }

    /// What orders say.
    #[must_use]
    pub fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    /// (country, sector) of all sites, each once, ascending.
    #[must_use]
    pub fn pairs(&self) -> &[(u16, u16)] {
        &self.pairs
    }

    /// Row of a site among the pairs.
    #[must_use]
    pub fn pair(&self, site: usize) -> usize {
        let s = &self.network.sites()[site];
        self.pairs.partition_point(|p| *p < (s.country, s.sector))
    }

    /// Prior of a site's sector in its country.
    #[must_use]
    pub fn prior(&self, site: usize) -> &SectorPrior {
        &self.priors[self.pair(site)]
    }

    /// A condition of a site, stated or implied.
    #[must_use]
    pub fn condition(&self, site: usize, condition: Condition) -> Option<bool> {
        self.conditions.conditions[site].get(condition)
    }

    fn district(&self, site: &Site) -> Option<(&DistrictEffect, &crate::parameters::District)> {
        let row = usize::from(site.district?);
        Some((self.districts.effects.get(row)?, self.parameters.districts.get(row)?))
    }

    fn condition_known(&self, site: usize, condition: Condition) -> (Option<bool>, Known) {
        match self.conditions.conditions[site].get(condition) {
            None => (None, Known::Unknown),
            state if self.conditions.implied[site] & (1 << condition.index()) != 0 => (state, Known::Implied),
            state => (state, Known::Stated),
        }
    }

    /// Visits the terms of logit θ_CL (1.1), in the order of a waterfall.
    pub fn child_labour_terms(&self, row: usize, visit: &mut impl FnMut(Contribution<'_>)) {
        let site = &self.network.sites()[row];
        let p = self.parameters;
        let c = &p.coefficients;
        let sector = &p.sectors[usize::from(site.sector)];
        let stated = |term, value, provenance| Contribution { term, value, known: Known::Stated, provenance };
        if let Some(measured) = site.measured_prevalence {
            visit(stated(Term::Measured, logit(measured.get()), None));
            return;
        }
        let prior = self.prior(row);
        let levels = &prior.levels;
        visit(stated(Term::SectorBase, levels.logit_base, Some(&p.bases[levels.base_row].provenance)));
        visit(stated(Term::CountryLevel, levels.country_level, levels.level_provenance.as_ref()));
        visit(stated(Term::Listing, levels.listing, Some(&c.beta_listed.provenance)));
        visit(stated(Term::Centring, prior.centring, None));

        let district = self.district(site);
        let estimate = site.district.and_then(|d| self.districts.estimate(usize::from(d)));
        let delta = estimate.zip(prior.area_level).map(|(e, level)| (e.log_odds - level, &e.provenance));
        visit(Contribution {
            term: Term::District,
            value: delta.map_or(0.0, |(delta, _)| c.kappa_district_overlap.mean * delta),
            known: if delta.is_some() { Known::Stated } else { Known::Unknown },
            provenance: delta.map(|(_, provenance)| provenance),
        });
        let calamity = district.is_some_and(|(_, d)| d.calamity);
        visit(Contribution {
            term: Term::Calamity,
            value: if calamity { c.beta_calamity_district.mean * (1.0 - prior.calamity_share) } else { 0.0 },
            known: if calamity { Known::Stated } else { Known::Unknown },
            provenance: Some(&c.beta_calamity_district.provenance),
        });
        for k in CONDITIONS {
            let (state, known) = self.condition_known(row, k);
            let beta = c.beta(k);
            let value = state.map_or(0.0, |x| beta.mean * (f64::from(u8::from(x)) - sector.profile.share(k)));
            visit(Contribution { term: Term::Condition(k), value, known, provenance: Some(&beta.provenance) });
        }
        let depth = self.depth[row];
        visit(Contribution {
            term: Term::Depth,
            value: depth.map_or(0.0, |s| c.beta_depth_per_step.mean * (f64::from(s.min(MAX_STEPS)) - sector.profile.mean_depth)),
            known: if depth.is_some() { Known::Stated } else { Known::Unknown },
            provenance: Some(&c.beta_depth_per_step.provenance),
        });
        if site.role == Role::Brand {
            visit(stated(Term::BrandOffice, c.beta_brand_office.mean, Some(&c.beta_brand_office.provenance)));
        }
    }

    /// Visits the terms of logit f (1.2): forced labour given child labour.
    pub fn forced_terms(&self, row: usize, visit: &mut impl FnMut(Contribution<'_>)) {
        let site = &self.network.sites()[row];
        let c = &self.parameters.coefficients;
        let sector = &self.parameters.sectors[usize::from(site.sector)];
        let prior = self.prior(row);
        let stated = |term, value, provenance| Contribution { term, value, known: Known::Stated, provenance };
        visit(stated(Term::SectorBase, prior.levels.logit_forced, Some(&sector.profile.forced_share.provenance)));
        visit(stated(Term::Listing, prior.levels.forced_listing, Some(&c.beta_fl_listed.provenance)));
        visit(stated(Term::Centring, prior.forced_centring, None));
        for k in CONDITIONS {
            if let Some(beta) = c.beta_forced(k) {
                let (state, known) = self.condition_known(row, k);
                let value = state.map_or(0.0, |x| beta.mean * (f64::from(u8::from(x)) - sector.profile.share(k)));
                visit(Contribution { term: Term::Condition(k), value, known, provenance: Some(&beta.provenance) });
            }
        }
        let gap = self.district(site).and_then(|(effect, _)| effect.birth_gap);
        visit(Contribution {
            term: Term::BirthRegistration,
            value: gap.map_or(0.0, |z| c.beta_fl_birth_registration_gap.mean * z),
            known: if gap.is_some() { Known::Stated } else { Known::Unknown },
            provenance: Some(&c.beta_fl_birth_registration_gap.provenance),
        });
    }

    /// Visits the terms of logit φ (1.3): girls among the children.
    pub fn girls_terms(&self, row: usize, visit: &mut impl FnMut(Contribution<'_>)) {
        let site = &self.network.sites()[row];
        let c = &self.parameters.coefficients;
        let profile = &self.parameters.sectors[usize::from(site.sector)].profile;
        visit(Contribution {
            term: Term::SectorBase,
            value: logit(profile.girls_share.value),
            known: Known::Stated,
            provenance: Some(&profile.girls_share.provenance),
        });
        let gap = self.district(site).and_then(|(effect, _)| effect.girls_school_gap);
        visit(Contribution {
            term: Term::GirlsSchoolGap,
            value: gap.map_or(0.0, |z| c.beta_girls_school_gap.mean * z),
            known: if gap.is_some() { Known::Stated } else { Known::Unknown },
            provenance: Some(&c.beta_girls_school_gap.provenance),
        });
    }

    /// Inherent state of one site. Cost: `O(N)` in its workforce up to 4,096.
    #[must_use]
    pub fn site(&self, row: usize) -> Inherent {
        let site = &self.network.sites()[row];
        let sector = &self.parameters.sectors[usize::from(site.sector)];
        let mut footing = FootingSum::default();
        let mut log_odds = 0.0;
        self.child_labour_terms(row, &mut |term| {
            log_odds += term.value;
            footing.add(&term);
        });
        let theta = site.measured_prevalence.map_or_else(|| expit(log_odds), f64::from);
        let mut forced = 0.0;
        self.forced_terms(row, &mut |term| forced += term.value);
        let mut girls = 0.0;
        self.girls_terms(row, &mut |term| girls += term.value);
        let workers_assumed = site.workers.is_none();
        // a place of work has at least one worker, whatever was written
        let workers = site.workers.unwrap_or(sector.profile.workers_median).max(1.0);
        let prevalence = [theta, theta * sector.profile.hazardous_share.value, theta * expit(forced)];
        let rho = self.parameters.coefficients.rho_intra_site.mean;
        let inherent = Inherent {
            prevalence,
            survival: survival_exponents(prevalence, workers, rho),
            girls_share: expit(girls),
            workers,
            workers_assumed,
            modelled: site.modelled.is_some(),
            footing: footing.footing(),
        };
        match site.modelled {
            None => inherent,
            Some(Modelled::Elsewhere) => self.elsewhere(row, inherent, rho),
            Some(Modelled::TypicalSupplier) => {
                // at the level that untraced purchases have: knowing who they are makes no site better or worse
                let levels = &self.prior(row).levels;
                let prevalence = [levels.base, levels.base * sector.profile.hazardous_share.value, levels.base * levels.forced];
                Inherent { prevalence, survival: [0.0; 3], workers: 0.0, ..inherent }
            }
        }
    }

    /// A modelled site that stands for orders (7.6): θ is that of a site of its kind, N and P0 count that there may be none.
    fn elsewhere(&self, row: usize, inherent: Inherent, rho: f64) -> Inherent {
        let Some(e) = self.hidden.at_modelled(row) else { return Inherent { survival: [0.0; 3], workers: 0.0, ..inherent } };
        let workforce = e.workforce(e.likelihood, e.share);
        let present = survival_exponents(inherent.prevalence, workforce, rho).map(|l| -libm::expm1(-l));
        let survival = present.map(|p| -libm::log1p(-e.likelihood * p));
        Inherent { survival, workers: e.likelihood * workforce, ..inherent }
    }

    /// Inherent state of every site, in parallel.
    #[must_use]
    pub fn all(&self) -> Vec<Inherent> {
        (0..self.network.sites().len()).into_par_iter().map(|row| self.site(row)).collect()
    }
}
