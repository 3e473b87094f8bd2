//! Linked share, linked labour share, traced share and mean tier: equations (4.2), (4.2b), (4.3).

use rayon::prelude::*;

use super::lane::Wide;
use super::plan::Plan;
use super::solve::{Lanes, largest_residual, solve_forward};
use super::untraced::UntracedLevels;
use crate::error::{Error, Result};
use crate::model::{HAZARDS, Hazard, Network, PerHazard, PerSex, Site};
use crate::parameters::Parameters;
use crate::risk::update::Updated;

/// Largest bound on the error of a share that is accepted. The bound is a worst case: errors are orders smaller (tested to 1e-9).
const ERROR_BOUND: f64 = 1e-6;

/// Exposure of one site as a buyer.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Exposure {
    /// Part of the linked share that stops at known sites, by hazard and sex.
    pub traced: PerHazard<PerSex<f64>>,
    /// Part that stops in untraced purchases.
    pub untraced: PerHazard<PerSex<f64>>,
    /// e^L: linked labour share.
    pub labour: PerHazard<f64>,
    /// Probability that the walk up the chain stops at a known site.
    pub traced_share: f64,
    /// Expected links walked, given that it stops at a known site.
    pub mean_tier: f64,
}

impl Exposure {
    /// From the columns of a site: [`Stops`]; labour, links walked and steps.
    pub(super) fn new(Wide(wide): &Wide, narrow: &Lanes<3>) -> Self {
        // what an update took away may leave less than nothing, by rounding
        let share = |x: f64| if x < 0.0 { 0.0 } else { x };
        let pair = |k: usize| [share(wide[k]), share(wide[k + 1])];
        let traced_share = share(wide[TRACED]);
        Self {
            traced: [0, 2, 4].map(pair),
            untraced: [6, 8, 10].map(pair),
            labour: [12, 13, 14].map(|k| if narrow[0] > 0.0 { share(wide[k] / narrow[0]) } else { 0.0 }),
            traced_share,
            mean_tier: if traced_share > 0.0 { share(narrow[1] / traced_share) } else { 0.0 },
        }
    }

    /// Linked share of a hazard that stops at known sites.
    #[must_use]
    pub fn linked_traced(&self, hazard: usize) -> f64 {
        self.traced[hazard][0] + self.traced[hazard][1]
    }

    /// Linked share of a hazard that stops in untraced purchases.
    #[must_use]
    pub fn linked_untraced(&self, hazard: usize) -> f64 {
        self.untraced[hazard][0] + self.untraced[hazard][1]
    }

    /// e: linked share of a hazard.
    #[must_use]
    pub fn linked(&self, hazard: usize) -> f64 {
        self.linked_traced(hazard) + self.linked_untraced(hazard)
    }

    /// Linked share of a hazard and sex.
    #[must_use]
    pub fn linked_sex(&self, hazard: usize, sex: usize) -> f64 {
        self.traced[hazard][sex] + self.untraced[hazard][sex]
    }
}

/// Exposure of all sites.
#[derive(Debug, Clone)]
pub struct Exposures {
    /// By site.
    pub sites: Vec<Exposure>,
    /// Bound on the error of any share, from the residuals in cycles.
    pub error_bound: f64,
}

/// Column of the traced share among the first sixteen: traced and untraced by hazard and sex, labour-weighted by hazard, traced share.
pub(super) const TRACED: usize = 15;
/// Columns of labour by hazard.
pub(super) const LABOUR: std::ops::Range<usize> = 12..15;

/// What a site adds where the walk stops: the right-hand sides of (4.2), (4.2b) and (4.3).
#[derive(Debug, Clone, Copy)]
pub(super) struct Stops<'a> {
    pub plan: &'a Plan,
    pub network: &'a Network,
    pub parameters: &'a Parameters,
    pub untraced: &'a UntracedLevels,
}

impl Stops<'_> {
    fn site(&self, position: u32) -> &Site {
        &self.network.sites()[self.plan.site_at[position as usize] as usize]
    }

    /// Workers per unit of value added at a site.
    fn labour_intensity(&self, site: &Site) -> f64 {
        site.labour_intensity.unwrap_or(self.parameters.sectors[usize::from(site.sector)].profile.labour_intensity)
    }

    /// Columns of the first solve, with u untraced.
    pub fn wide(&self, position: u32, u: f64, state: &Updated) -> Wide {
        let site = self.site(position);
        let v = self.plan.value_added[position as usize];
        let q = self.untraced.of_site(site);
        let labour = self.labour_intensity(site);
        let mut lanes = [0.0; 16];
        for h in HAZARDS.map(Hazard::index) {
            let theta = state.prevalence[h];
            for (sex, share) in [state.girls_share, 1.0 - state.girls_share].into_iter().enumerate() {
                lanes[2 * h + sex] = v * theta * share;
                lanes[6 + 2 * h + sex] = u * q.prevalence[h][sex];
            }
            lanes[LABOUR.start + h] = v * labour * theta + u * q.labour_prevalence[h];
        }
        lanes[TRACED] = v;
        Wide(lanes)
    }

    /// Labour that stops at a site, with u untraced.
    pub fn labour(&self, position: u32, u: f64) -> f64 {
        let site = self.site(position);
        self.plan.value_added[position as usize] * self.labour_intensity(site) + u * self.untraced.of_site(site).labour
    }
}

/// Solves the exposure of all sites: two passes over the links. `O(n + m)`, 16 and 3 columns.
///
/// # Errors
/// [`Error::NotConverged`] when the bound on the error of a share exceeds 1e-6: nothing is better than a wrong number.
pub fn exposures(
    plan: &Plan,
    network: &Network,
    parameters: &Parameters,
    untraced: &UntracedLevels,
    updated: &[Updated],
) -> Result<Exposures> {
    let stops = Stops { plan, network, parameters, untraced };
    let wide_stop = |p: usize| stops.wide(p as u32, plan.untraced[p], &updated[plan.site_at[p] as usize]);
    let mut wide: Vec<Wide> = (0..plan.len()).into_par_iter().map(wide_stop).collect();
    solve_forward(plan, &mut wide);
    let residual = largest_residual(plan, wide_stop, &wide, |k| !LABOUR.contains(&k));

    // t_j = Σ a_ij (t_i + s_i): links walked on walks that stop at a known site
    let narrow_stop = |p: usize| -> Lanes<3> {
        let walked = plan.suppliers.row(p).map(|(t, a)| a * wide[t].0[TRACED]).sum();
        [stops.labour(p as u32, plan.untraced[p]), walked, 1.0]
    };
    let mut narrow: Vec<Lanes<3>> = (0..plan.len()).into_par_iter().map(narrow_stop).collect();
    solve_forward(plan, &mut narrow);
    // |error| ≤ ‖(I − A)⁻¹‖∞·|residual|. The inverse has no negative entry, so its norm is its largest row sum, the third column t;
    // t itself is off by at most ‖(I − A)⁻¹‖∞·ρ with ρ its own residual, which leaves max t / (1 − ρ)
    let steps = narrow.iter().map(|n| n[2]).fold(0.0, f64::max);
    let steps_residual = largest_residual(plan, narrow_stop, &narrow, |k| k == 2);
    let narrow_residual = largest_residual(plan, narrow_stop, &narrow, |k| k == 1);
    let bound = if steps_residual < 0.5 { steps / (1.0 - steps_residual) * residual.max(narrow_residual) } else { f64::INFINITY };
    if bound.is_nan() || bound > ERROR_BOUND {
        return Err(Error::NotConverged { sites: plan.sites_in_cycles(), bound });
    }

    let mut sites = vec![Exposure::default(); plan.len()];
    for (position, (wide, narrow)) in wide.iter().zip(&narrow).enumerate() {
        sites[plan.site_at[position] as usize] = Exposure::new(wide, narrow);
    }
    Ok(Exposures { sites, error_bound: bound })
}
