//! Linked share, linked labour share, traced share and mean tier: equations (4.2), (4.2b), (4.3).

use rayon::prelude::*;

use super::lane::Wide;
use super::plan::Plan;
use super::solve::{Lanes, largest_residual, solve_forward};
use super::untraced::UntracedLevels;
use crate::error::{Error, Result};
use crate::model::{HAZARDS, Hazard, Network, PerHazard, PerSex};
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

/// What each site adds where the walk stops, by position.
struct Stops<'a> {
    plan: &'a Plan,
    network: &'a Network,
    parameters: &'a Parameters,
    untraced: &'a UntracedLevels,
    updated: &'a [Updated],
}

impl Stops<'_> {
    /// Workers per unit of value added at a site.
    fn labour_intensity(&self, site: usize) -> f64 {
        let s = &self.network.sites()[site];
        s.labour_intensity.unwrap_or(self.parameters.sectors[usize::from(s.sector)].profile.labour_intensity)
    }

    /// Columns of the first solve: traced and untraced by hazard and sex, labour-weighted by hazard, traced share.
    fn wide(&self, position: usize) -> Wide {
        let site = self.plan.site_at[position] as usize;
        let (v, u) = (self.plan.value_added[position], self.plan.untraced[position]);
        let state = &self.updated[site];
        let s = &self.network.sites()[site];
        let q = self.untraced.of_site(s);
        let labour = self.labour_intensity(site);
        let mut lanes = [0.0; 16];
        for h in HAZARDS.map(Hazard::index) {
            let theta = state.prevalence[h];
            for (sex, share) in [state.girls_share, 1.0 - state.girls_share].into_iter().enumerate() {
                lanes[2 * h + sex] = v * theta * share;
                lanes[6 + 2 * h + sex] = u * q.prevalence[h][sex];
            }
            lanes[12 + h] = v * labour * theta + u * q.labour_prevalence[h];
        }
        lanes[15] = v;
        Wide(lanes)
    }

    fn labour(&self, position: usize) -> f64 {
        let site = self.plan.site_at[position] as usize;
        let s = &self.network.sites()[site];
        let (v, u) = (self.plan.value_added[position], self.plan.untraced[position]);
        v * self.labour_intensity(site) + u * self.untraced.of_site(s).labour
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
    let stops = Stops { plan, network, parameters, untraced, updated };
    let mut wide: Vec<Wide> = (0..plan.len()).into_par_iter().map(|p| stops.wide(p)).collect();
    solve_forward(plan, &mut wide);
    let shares_only = |k: usize| !(12..15).contains(&k);
    let residual = largest_residual(plan, |p| stops.wide(p), &wide, shares_only);

    // t_j = Σ a_ij (t_i + s_i): links walked on walks that stop at a known site
    let narrow_stop = |p: usize| -> Lanes<3> {
        let walked = plan.suppliers.row(p).map(|(t, a)| a * wide[t].0[15]).sum();
        [stops.labour(p), walked, 1.0]
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
    for (position, (Wide(w), n)) in wide.iter().zip(&narrow).enumerate() {
        let traced_share = w[15];
        sites[plan.site_at[position] as usize] = Exposure {
            traced: [[w[0], w[1]], [w[2], w[3]], [w[4], w[5]]],
            untraced: [[w[6], w[7]], [w[8], w[9]], [w[10], w[11]]],
            labour: [12, 13, 14].map(|k| if n[0] > 0.0 { w[k] / n[0] } else { 0.0 }),
            traced_share,
            mean_tier: if traced_share > 0.0 { (n[1] / traced_share).max(0.0) } else { 0.0 },
        };
    }
    Ok(Exposures { sites, error_bound: bound })
}
