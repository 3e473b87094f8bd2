//! Section 2: the child-labour rate of every district, from surveys that measure it in some districts and something else in
//! others (a Fay–Herriot model stacked over surveys).
//!
//! (2.1)  y_ds = α_s + η_d + d_s + c_d + c_p + r_ds + e_ds,  η_d = z_d'γ + u_province + v_d, on log-odds.
//! - α_s: level of a survey of any work; 0 for child labour.
//! - d_s ~ N(0, survey_definition_error²): how the definition of another child labour survey shifts all of it.
//! - c_d ~ N(0, ω²): how far any work departs from child labour in a district, the same in all rounds; c_p likewise for a
//!   province, N(0, survey_definition_error²). Without c_d two rounds of one survey would pass for two witnesses.
//! - r_ds: what is left between the surveys, N(0, σ_s²) for any work, N(0, survey_definition_error²) for another definition.
//! - e_ds ~ N(0, ψ): sampling. ψ = 1/(n_eff·p(1−p)), n_eff = n/survey_design_effect, else survey_effective_sample (flagged);
//!   half of it for copied values.
//! - u ~ N(0, τ²), v ~ N(0, σ_v²). Where covariates are missing, v also carries what they would have said: γ'Sγ over the missing
//!   ones, S their covariance inside provinces.
//!
//! An observation of a province is one of logit Σ pop·expit(η) over its districts, linearised at the estimate.
//!
//! (2.2)  variances by REML, σ_v² kept above 0 by the factor σ_v² of Li and Lahiri (2010), τ and σ_v under half-normal priors (with few
//! districts the factor alone would have no maximum).
//!
//! Valid for ranking and shrinking the rates of districts. Not for change over time: the surveys span a decade and are taken as one.

mod estimate;
mod fit;
mod holdout;
mod model;
mod solver;
#[cfg(test)]
mod tests;

pub use estimate::{AreaEstimate, AreaFlag, Direct};
pub use fit::{AreaFit, Globals, Variances, fit, fit_rows};
pub use holdout::{HeldOut, leave_one_district_out, leave_one_province_out};
pub use model::{AreaData, AreaRow, At};

use crate::error::Result;
use crate::parameters::Parameters;

/// Fits the districts of a country; `None` when no survey of child labour covers it.
///
/// Cost: about 200 solves of a few hundred unknowns by elimination, some tens of milliseconds for 156 districts.
///
/// # Errors
/// [`crate::Error::AreaModel`] when the equations cannot be solved.
pub fn area_estimates(parameters: &Parameters, country: u16) -> Result<Option<(AreaFit, Vec<AreaEstimate>)>> {
    let Some(data) = AreaData::new(parameters, country) else { return Ok(None) };
    let fit = fit(&data)?;
    let estimates = estimate::estimates(parameters, &data, &fit);
    Ok(Some((fit, estimates)))
}
