//! Learning from inspections (8.3): what the random visits say about all sites, how well the scores held, and how far to move them.
//!
//! Only visits that were drawn with a known probability π stand for the sites that nobody went to; targeted visits find more because they
//! were targeted, and say nothing about the rest. What random visits show is Se·P, the chance that children are there and found: P follows
//! only at a stated sensitivity Se, which is drawn over its own uncertainty.

mod draw;
mod intercept;
mod reliability;
mod share;

use crate::error::{Error, Result};
use crate::model::{Evidence, Finding};
use crate::parameters::Coefficients;
use crate::risk::evidence::sensitivity;
use crate::risk::logit::expit;
use crate::risk::presence::survival_exponent;

pub use intercept::Intercept;
pub use reliability::{GROUPS, Reliability};
pub use share::Share;

/// What the scores said of a site before anybody went there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// θ of child labour before evidence.
    pub prevalence: f64,
    /// N: workforce.
    pub workers: f64,
    /// What evidence had moved presence by, log-odds.
    pub evidence: f64,
}

impl Prediction {
    /// P1 with the prevalence moved by some log-odds; `rho` is the correlation within sites.
    #[must_use]
    pub fn presence(&self, moved: f64, rho: f64) -> f64 {
        let prevalence = expit(crate::risk::logit::logit(self.prevalence) + moved);
        let survival = survival_exponent(prevalence, self.workers, rho);
        // logit P0 = ln expm1(−ln(1 − P0))
        expit(libm::log(libm::expm1(survival)) + self.evidence)
    }
}

/// A visit and what it found.
#[derive(Debug, Clone, PartialEq)]
pub struct Visited {
    /// Round: visits of one plan share one.
    pub round: u32,
    /// District.
    pub district: u32,
    /// π: probability with which the site was drawn; `None` for visits that were not drawn.
    pub inclusion: Option<f64>,
    /// How it was looked at, and what came out about child labour.
    pub item: Evidence,
    /// It fell into the peak season.
    pub peak_season: bool,
    /// What was expected.
    pub prediction: Prediction,
}

impl Visited {
    fn found(&self) -> f64 {
        f64::from(u8::from(self.item.finding == Finding::Found))
    }

    /// Weight among the random visits, 1/π; `None` for others.
    fn weight(&self) -> Option<f64> {
        self.inclusion.map(f64::recip)
    }

    /// Chance of a finding where children are, and where none are: Se and φ·Se.
    fn chances(&self, c: &Coefficients) -> [f64; 2] {
        let se = sensitivity(&self.item, self.peak_season, c).unwrap_or(0.0);
        [se, se * c.false_report_ratio(self.item.method).mean]
    }
}

/// What was learned.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// Share of all sites where children work, from the random visits.
    pub share: Share,
    /// How far to move prevalence.
    pub intercept: Intercept,
    /// Expected against found, random visits first, by tenth of expected presence.
    pub reliability: Vec<Reliability>,
}

/// How to learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearnOptions {
    /// How far the prevalence may be off by what was known before, log-odds.
    pub prior_sd: f64,
    /// Draws of sensitivities and of the sample.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

/// Draws unless told otherwise.
pub const USUAL_DRAWS: usize = 1000;

/// Learns from visits. `edges` part the sites of the run into tenths by presence.
///
/// Cost: linear in visits, times draws.
///
/// # Errors
/// [`Error::Learn`]: no random visits, too few districts, a probability outside (0, 1], or a method that only finds.
pub fn learn(visits: &[Visited], edges: &[f64], c: &Coefficients, options: &LearnOptions) -> Result<Learned> {
    check(visits, c)?;
    let random: Vec<&Visited> = visits.iter().filter(|v| v.inclusion.is_some()).collect();
    let draws = draw::draws(&random, c, options.seed, options.draws);
    let share = share::share(&random, c, &draws);
    let intercept = intercept::intercept(&random, c, &share, &draws, options.prior_sd);
    Ok(Learned { share, intercept, reliability: reliability::reliability(visits, edges, c) })
}

fn check(visits: &[Visited], c: &Coefficients) -> Result<()> {
    let wrong = |what: String| Err(Error::Learn { what });
    if visits.is_empty() {
        return wrong("there are no visits with a result".to_owned());
    }
    let random: Vec<&Visited> = visits.iter().filter(|v| v.inclusion.is_some()).collect();
    if random.is_empty() {
        return wrong(format!(
            "none of {} visits was drawn at random: targeted visits find more because they were targeted, and say nothing about the other sites",
            visits.len()
        ));
    }
    if let Some(bad) = random.iter().filter_map(|v| v.inclusion).find(|pi| !(*pi > 0.0 && *pi <= 1.0)) {
        return wrong(format!("an inclusion probability is {bad}, expected above 0 and at most 1"));
    }
    if let Some(v) = visits.iter().find(|v| c.sensitivity(v.item.method).is_none()) {
        return wrong(format!("a visit was made by {}, which only ever finds: its silence says nothing", v.item.method.slug()));
    }
    let mut clusters: Vec<(u32, u32)> = random.iter().map(|v| (v.round, v.district)).collect();
    clusters.sort_unstable();
    clusters.dedup();
    if clusters.len() < 2 {
        return wrong("the random visits are all in one district of one round, so that nothing says how far districts differ".to_owned());
    }
    Ok(())
}
