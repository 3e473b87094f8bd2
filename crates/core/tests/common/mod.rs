//! Shared fixture: small but complete parameters, a network builder, and a seeded generator of random networks.

mod draft;
mod parameters;
mod random;
pub(crate) mod shapes;

pub(crate) use draft::*;
pub(crate) use parameters::*;
pub(crate) use random::*;

use jiff::civil::{Date, date};
use tierlight_core::model::{Amount, Network, Share};
use tierlight_core::network::exposure::{Exposures, exposures};
use tierlight_core::network::plan::Plan;
use tierlight_core::network::shares::link_shares;
use tierlight_core::network::untraced::UntracedLevels;
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::agents::agent_ratios;
use tierlight_core::risk::base::Priors;
use tierlight_core::risk::district::district_effects;
use tierlight_core::risk::evidence::{Weighed, weigh};
use tierlight_core::risk::inherent::{Inherent, InherentModel};
use tierlight_core::risk::update::Updated;
use tierlight_core::{Assessment, Options, Silent, assess};

/// The day on which every fixture is looked at.
pub(crate) const AS_OF: Date = date(2025, 6, 30);

/// The network part of an assessment, from given states.
pub(crate) struct Solved {
    pub(crate) plan: Plan,
    pub(crate) untraced: UntracedLevels,
    pub(crate) exposures: Exposures,
}

pub(crate) fn solve(network: &Network, parameters: &Parameters, states: &[Updated]) -> Solved {
    let shares = link_shares(network, parameters).unwrap();
    let plan = Plan::new(network, &shares, parameters).unwrap();
    let untraced = untraced_levels(parameters, &[DEU, PAK]);
    let exposures = exposures(&plan, network, parameters, &untraced, states).unwrap();
    Solved { plan, untraced, exposures }
}

pub(crate) fn untraced_levels(parameters: &Parameters, countries: &[u16]) -> UntracedLevels {
    let districts = district_effects(parameters).unwrap();
    let priors = Priors::new(parameters, &districts).unwrap();
    UntracedLevels::new(parameters, &priors, countries.iter().copied()).unwrap()
}

pub(crate) fn assessed<'a>(network: &'a Network, parameters: &'a Parameters) -> Assessment<'a> {
    assess(network, parameters, &Options::default(), &Silent).unwrap()
}

pub(crate) fn inherent(network: &Network, parameters: &Parameters) -> Vec<Inherent> {
    InherentModel::new(network, parameters).unwrap().all()
}

/// Evidence and update of a network whose inherent state is known: evidence does not change that.
pub(crate) fn posterior(network: &Network, parameters: &Parameters, inherent: &[Inherent]) -> (Vec<Weighed>, Vec<f64>, Vec<Updated>) {
    let weighed = weigh(network, parameters);
    let ratios = agent_ratios(network, parameters, inherent);
    let updated = tierlight_core::assess::update_all(network, parameters, inherent, &weighed, &ratios);
    (weighed, ratios, updated)
}

/// a_ij as a dense matrix by site row: row = buyer, column = supplier. Written apart from the code under test; wants stated shares.
pub(crate) fn dense_inputs(network: &Network, parameters: &Parameters) -> (nalgebra::DMatrix<f64>, Vec<f64>, Vec<f64>) {
    let n = network.sites().len();
    let m: Vec<f64> = network
        .sites()
        .iter()
        .map(|s| s.input_share.map_or(parameters.sectors[usize::from(s.sector)].profile.input_share, Share::get))
        .collect();
    let mut a = nalgebra::DMatrix::zeros(n, n);
    let mut covered = vec![0.0; n];
    for link in network.links() {
        let Amount::Share(w) = link.amount else { panic!("the oracle wants stated shares") };
        a[(link.buyer as usize, link.supplier as usize)] += m[link.buyer as usize] * w;
        covered[link.buyer as usize] += w;
    }
    let value_added = m.iter().map(|m| 1.0 - m).collect();
    let untraced = m.iter().zip(&covered).map(|(m, c)| m * f64::max(1.0 - c, 0.0)).collect();
    (a, value_added, untraced)
}

#[track_caller]
pub(crate) fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: found {found}, expected {expected}");
}

/// Runs in a pool of so many threads.
pub(crate) fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}
