//! The façade: a network and parameters in, an assessment out.

use crate::decide::priority::{Priority, priorities};
use crate::draws::{Uncertainty, uncertainty};
use crate::error::{Error, Result};
use crate::model::{Evidence, Finding, HAZARDS, Network};
use crate::network::depth::subcontracting_depth;
use crate::network::exposure::{Exposure, exposures};
use crate::network::plan::Plan;
use crate::network::reach::{Reach, reach_all_watched};
use crate::network::shares::{LinkShares, link_shares};
#[cfg(doc)]
use crate::network::sketch::ENTRIES;
use crate::network::sketch::reach_estimates_watched;
use crate::network::throughput::{agent_throughput, throughput};
use crate::network::untraced::UntracedLevels;
use crate::observer::{Observer, Stage};
use crate::parameters::{Coefficients, Parameters};
use crate::risk::agents::agent_ratios;
use crate::risk::base::Priors;
use crate::risk::district::{DistrictEffects, district_effects};
use crate::risk::evidence::{Weighed, weigh};
use crate::risk::inherent::{Inherent, InherentModel};
use crate::risk::update::{Count, Updated, update};

use rayon::prelude::*;

/// How the sites upstream of every site are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReachBy {
    /// By search while sites times links is at most [`SEARCHED`], else estimated.
    #[default]
    Size,
    /// By search: exact.
    Search,
    /// By sketches: exact below [`ENTRIES`] upstream sites, estimated beyond.
    Sketch,
    /// Not at all.
    Nothing,
}

/// Sites times links up to which reach is searched, unless told otherwise.
pub const SEARCHED: u64 = 200_000_000;

/// What a caller may choose.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Options {
    /// How reach is found.
    pub reach: ReachBy,
    /// Seed of all draws.
    pub seed: u64,
    /// Draws of what is not known (section 5); 0 is none. See [`usual_draws`].
    pub draws: usize,
}

/// Sites up to which [`MOST_USUAL_DRAWS`] are drawn unless told otherwise.
pub const USUAL_DRAWS_UP_TO: usize = 200_000;

/// Draws of a network that is not too large for them.
pub const MOST_USUAL_DRAWS: usize = 400;

/// Fewest draws that quantiles are taken of unless told otherwise.
const LEAST_USUAL_DRAWS: usize = 48;

/// Draws of a network of so many sites unless told otherwise: 400, and above 200,000 sites as many as take as long as there.
#[must_use]
pub fn usual_draws(sites: usize) -> usize {
    (MOST_USUAL_DRAWS * USUAL_DRAWS_UP_TO / sites.max(USUAL_DRAWS_UP_TO)).max(LEAST_USUAL_DRAWS)
}

fn reaches(plan: &Plan, updated: &[Updated], options: &Options, observer: &dyn Observer) -> Result<Vec<Reach>> {
    let work = (plan.len() as u64).saturating_mul(plan.suppliers.len() as u64);
    match options.reach {
        ReachBy::Nothing => Ok(Vec::new()),
        ReachBy::Search => reach_all_watched(plan, updated, observer),
        ReachBy::Size if work <= SEARCHED => reach_all_watched(plan, updated, observer),
        ReachBy::Size | ReachBy::Sketch => reach_estimates_watched(plan, updated, options.seed, observer),
    }
}

/// Everything the method says about a network. Vectors are by site row unless said otherwise.
#[derive(Debug)]
pub struct Assessment<'a> {
    /// The network.
    pub network: &'a Network,
    /// The parameters.
    pub parameters: &'a Parameters,
    /// The inherent model, for explanations.
    pub model: InherentModel<'a>,
    /// Before evidence.
    pub inherent: Vec<Inherent>,
    /// Evidence with weights, by evidence row.
    pub weighed: Vec<Weighed>,
    /// Likelihood ratio of each site's agents.
    pub agent_ratio: Vec<f64>,
    /// After evidence.
    pub updated: Vec<Updated>,
    /// Shares by link row.
    pub shares: LinkShares,
    /// The compiled network.
    pub plan: Plan,
    /// Levels of untraced purchases.
    pub untraced: UntracedLevels,
    /// Exposure.
    pub exposure: Vec<Exposure>,
    /// Bound on the error of the exposure.
    pub error_bound: f64,
    /// Reach; empty when it was not asked for.
    pub reach: Vec<Reach>,
    /// Share of final buyers' value through each site.
    pub throughput: Vec<f64>,
    /// The same by agent.
    pub agent_throughput: Vec<f64>,
    /// Severity and rank.
    pub priority: Vec<Priority>,
    /// How far results may be off; `None` without draws.
    pub uncertainty: Option<Uncertainty>,
}

/// Assesses a network.
///
/// Cost: linear in sites and links, but for the small-area model (some tens of milliseconds per country with surveys), centring (about a millisecond per sector and country), sorting, and cycles.
///
/// # Errors
/// Any [`Error`]; the inputs are never partly assessed.
pub fn assess<'a>(network: &'a Network, parameters: &'a Parameters, options: &Options, observer: &dyn Observer) -> Result<Assessment<'a>> {
    assess_in(network, parameters, district_effects(parameters)?, options, observer)
}

/// Assesses a network with given district effects, as when many networks share them.
///
/// # Errors
/// As [`assess()`].
pub fn assess_in<'a>(
    network: &'a Network,
    parameters: &'a Parameters,
    districts: DistrictEffects,
    options: &Options,
    observer: &dyn Observer,
) -> Result<Assessment<'a>> {
    assess_at_depth(network, parameters, districts, subcontracting_depth(network), options, observer)
}

/// Assesses a network with given district effects and subcontracting depths: a scenario changes who buys from a site, which does not
/// change the site.
///
/// # Errors
/// As [`assess()`].
pub fn assess_at_depth<'a>(
    network: &'a Network,
    parameters: &'a Parameters,
    districts: DistrictEffects,
    depth: Vec<Option<u32>>,
    options: &Options,
    observer: &dyn Observer,
) -> Result<Assessment<'a>> {
    let step = |stage: Stage| {
        observer.stage(stage);
        observer.check()
    };
    step(Stage::Plan)?;
    check_rows(network, parameters)?;
    let shares = link_shares(network, parameters)?;

    step(Stage::Risk)?;
    // compiling the plan keeps one thread busy and needs nothing of the sites' risk: the others compute that meanwhile
    let risk = || -> Result<_> {
        let model = InherentModel::at_depth(network, parameters, districts, depth)?;
        observer.check()?;
        let inherent = model.all();
        Ok((model, inherent))
    };
    let (plan, risk) = rayon::join(|| Plan::new(network, &shares, parameters), risk);
    let (plan, (model, inherent)) = (plan?, risk?);

    step(Stage::Evidence)?;
    let weighed = weigh(network, parameters);
    let agent_ratio = agent_ratios(network, parameters, &inherent);
    let updated = update_all(network, parameters, &inherent, &weighed, &agent_ratio);

    step(Stage::Exposure)?;
    let priors = Priors::new(parameters, model.districts())?;
    let untraced = UntracedLevels::new(parameters, &priors, network.sites().iter().map(|s| s.country))?;
    drop(priors);
    observer.check()?;
    let solved = exposures(&plan, network, parameters, &untraced, &updated)?;

    step(Stage::Reach)?;
    let reach = reaches(&plan, &updated, options, observer)?;

    step(Stage::Priority)?;
    let (through, priority) = rayon::join(|| throughput(&plan, network), || priorities(network, parameters, &updated));
    let agent_through = agent_throughput(network, &through);
    let mut assessment = Assessment {
        network,
        parameters,
        model,
        inherent,
        weighed,
        agent_ratio,
        updated,
        shares,
        plan,
        untraced,
        exposure: solved.sites,
        error_bound: solved.error_bound,
        reach,
        throughput: through,
        agent_throughput: agent_through,
        priority,
        uncertainty: None,
    };
    if options.draws > 0 {
        assessment.uncertainty = Some(uncertainty(&assessment, options.draws, options.seed, observer)?);
    }
    Ok(assessment)
}

/// Every site's sector, country and district must be rows of the parameters.
fn check_rows(network: &Network, parameters: &Parameters) -> Result<()> {
    for (row, site) in network.sites().iter().enumerate() {
        let bad = |what, row_found: u16| Err(Error::UnknownRow { site: network.site_id(row).to_owned(), what, row: row_found });
        if usize::from(site.sector) >= parameters.sectors.len() {
            return bad("sector", site.sector);
        }
        if usize::from(site.country) >= parameters.countries.len() {
            return bad("country", site.country);
        }
        if let Some(district) = site.district.filter(|&d| usize::from(d) >= parameters.districts.len()) {
            return bad("district", district);
        }
    }
    Ok(())
}

/// Updates every site by its evidence, in parallel.
#[must_use]
pub fn update_all(
    network: &Network,
    parameters: &Parameters,
    inherent: &[Inherent],
    weighed: &[Weighed],
    agent_ratio: &[f64],
) -> Vec<Updated> {
    let evidence = network.evidence();
    let mut first = vec![0u32; inherent.len() + 1];
    for item in evidence {
        first[item.site as usize + 1] += 1;
    }
    for site in 0..inherent.len() {
        first[site + 1] += first[site];
    }
    (0..inherent.len())
        .into_par_iter()
        .map(|site| {
            let rows = first[site] as usize..first[site + 1] as usize;
            update_site(&parameters.coefficients, &inherent[site], &evidence[rows.clone()], &weighed[rows], agent_ratio[site])
        })
        .collect()
}

/// Updates one site by its evidence and what that evidence weighs.
#[must_use]
pub fn update_site(c: &Coefficients, inherent: &Inherent, evidence: &[Evidence], weighed: &[Weighed], agent_ratio: f64) -> Updated {
    let mut counts = Vec::new();
    let mut sexes = [0.0, 0.0];
    for (item, weight) in evidence.iter().zip(weighed).filter(|(item, _)| item.finding == Finding::Found) {
        if let Some(children) = item.children().filter(|&k| k > 0) {
            let counted = f64::from(children);
            counts.push(Count { hazard: item.hazard, counted, expected: [counted * weight.age_weight * weight.remediation_weight] });
            // one visit may be recorded once per hazard: its children are counted once, by the widest hazard
            if item.hazard == HAZARDS[0]
                || !evidence.iter().any(|o| o.date == item.date && o.hazard < item.hazard && o.children().is_some())
            {
                sexes[0] += f64::from(item.girls.unwrap_or(0));
                sexes[1] += f64::from(item.boys.unwrap_or(0));
            }
        }
    }
    let prior_children = c.girls_prior_children.mean;
    update(inherent, weighed, agent_ratio, &counts, sexes, prior_children)
}
