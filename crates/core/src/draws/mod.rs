//! Section 5: uncertainty, by draws of everything that is not known.
//!
//! A draw takes every shared parameter, the base of every sector, the level of every country and the effect of every district from
//! its distribution, and for every site what nobody has said of it. Draws go through the model in blocks of lanes; quantiles
//! are kept, never the draws of all sites. Link shares and input shares are taken as they are.

#![allow(clippy::needless_range_loop, reason = "lanes of several numbers are indexed together")]

pub mod chain;
mod dwellers;
mod elsewhere;
pub mod lanes;
mod network;
pub mod outcomes;
mod presence;
pub mod quantile;
pub mod random;
mod reach;
mod shared;
mod site;
mod sites;
mod ties;
mod top;

use rayon::prelude::*;

pub use quantile::Quantiles;
pub use reach::ReachQuantiles;
pub use sites::SiteQuantiles;

use crate::Assessment;
use crate::error::{Error, Result};
use crate::model::{HAZARDS, PerHazard, Site};
use crate::network::kernel::{Kernel, dispatch};
use crate::observer::{Observer, Stage};
use crate::parameters::Coefficients;
use crate::risk::agents::Records;
use crate::risk::agents::Sums;
use crate::risk::weighing::{Likelihoods, Looks, Weighing};
use elsewhere::Moved;
use lanes::L;
use presence::{absence, presence};
use shared::{Shared, Sources};
use site::{Drawn, Facts, Known};

/// Draws that can be counted.
pub const MOST_DRAWS: usize = 60_000;

/// What draws say of a network.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Uncertainty {
    /// How many draws.
    pub draws: usize,
    /// K of the top probabilities.
    pub top: usize,
    /// By site.
    pub sites: Vec<SiteQuantiles>,
    /// Linked share by site and hazard.
    pub linked: Vec<PerHazard<Quantiles>>,
    /// What lies upstream, by site; empty where reach was not asked for or the network is too large for it.
    pub reach: Vec<ReachQuantiles>,
    /// Draws that [`Self::reach`] is taken of: the first ones, as many as memory allows.
    pub reach_draws: usize,
    /// Expected children at all sites, by hazard.
    pub total: PerHazard<Quantiles>,
    /// By district of the parameters: expected children by hazard, at the sites of that district.
    pub districts: Vec<PerHazard<Quantiles>>,
    /// By site: rank of the first of the sites whose ranks the draws do not tell apart; 0 where ranks were not compared.
    pub tied_from: Vec<u32>,
}

/// Everything that draws of one assessment need.
pub(crate) struct Drawer<'a> {
    a: &'a Assessment<'a>,
    sources: Sources<'a>,
    records: Records,
    looks: Looks,
    /// First row of each site's evidence, where there is evidence at all.
    evidence: Vec<u32>,
    /// Key of each site's own numbers: of its id, so that other sites do not matter.
    keys: Vec<u64>,
    /// Kind of each site's untraced purchases.
    purchases: Vec<u32>,
    draws: usize,
}

impl<'a> Drawer<'a> {
    /// Gathers what is drawn.
    pub fn new(a: &'a Assessment<'a>, draws: usize, seed: u64) -> Result<Self> {
        let network = a.network;
        let sources = Sources::new(network, a.parameters, &a.model, &a.untraced, seed)?;
        let rows: Vec<usize> = (0..network.evidence().len()).collect();
        let mut evidence = Vec::new();
        if !rows.is_empty() {
            evidence =
                (0..=network.sites().len()).map(|site| network.evidence().partition_point(|e| (e.site as usize) < site) as u32).collect();
        }
        let keys = (0..network.sites().len()).into_par_iter().map(|site| random::key("site", network.site_id(site))).collect();
        let purchase = |s: &Site| sources.purchase(a.untraced.country_of(s), s.sector) as u32;
        let purchases = network.sites().par_iter().map(purchase).collect();
        let looks = Looks::new(network, a.parameters, &rows);
        Ok(Self { a, records: Records::new(network), looks, evidence, keys, purchases, sources, draws })
    }

    fn blocks(&self) -> usize {
        self.draws.div_ceil(L)
    }

    /// Draws of a block that count.
    fn lanes(&self, block: usize) -> usize {
        L.min(self.draws - block * L)
    }

    fn site(&self, site: usize) -> Drawn<'_> {
        let rows = match self.evidence.get(site..site + 2) {
            Some(ends) => ends[0] as usize..ends[1] as usize,
            None => 0..0,
        };
        Drawn {
            facts: Facts::new(self.a.network, &self.a.model, &self.sources, site),
            known: Known { site, looks: &self.looks, rows, records: &self.records },
            moved: Moved::new(self.a.network, self.a.model.hidden(), self.sources.random(), site),
            random: self.sources.random(),
            key: self.keys[site],
        }
    }

    /// Shared values of every block. Parallel over blocks.
    fn shared(&self, observer: &dyn Observer) -> Result<Vec<Shared>> {
        (0..self.blocks())
            .into_par_iter()
            .map(|block| {
                if observer.cancelled() {
                    return Err(Error::Cancelled);
                }
                let likelihoods = |c: &[Coefficients]| Likelihoods::new(&self.looks, self.a.network.evidence(), c);
                let mut shared = self.sources.block(block, likelihoods, self.records.empty());
                shared.sums = self.sums(&shared, block);
                Ok(shared)
            })
            .collect()
    }

    /// Agents' records in the draws of a block.
    fn sums(&self, shared: &Shared, block: usize) -> Sums<L> {
        let (mut weighing, mut sums) = (Weighing::default(), self.records.empty());
        for site in self.records.looked_at() {
            dispatch(AddOwn { site: &self.site(*site as usize), shared, block, weighing: &mut weighing, sums: &mut sums });
        }
        sums
    }
}

/// Adds what a site's evidence says to the records of its agents.
struct AddOwn<'a> {
    site: &'a Drawn<'a>,
    shared: &'a Shared,
    block: usize,
    weighing: &'a mut Weighing<L>,
    sums: &'a mut Sums<L>,
}

impl Kernel for AddOwn<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let prior = self.site.prior(self.shared, self.block);
        let forced = presence(&absence(&prior, self.shared))[HAZARDS[2].index()];
        let known = &self.site.known;
        let own = known.own(&forced, self.shared, self.weighing);
        known.records.add(known.site, &own, self.sums);
    }
}

/// Draws everything that is not known and says how far results may be off (5.1 to 5.3).
///
/// Cost: `draws` times sites and links. Memory: what is kept of each site, three times 64 counts of two bytes among it, and
/// three times sixteen columns per thread; never sites times draws.
///
/// # Errors
/// [`Error::Cancelled`]; what an assessment may return.
pub fn uncertainty(a: &Assessment<'_>, draws: usize, seed: u64, observer: &dyn Observer) -> Result<Uncertainty> {
    let draws = draws.min(MOST_DRAWS);
    if draws == 0 {
        return Ok(Uncertainty::default());
    }
    observer.stage(Stage::Draws);
    let drawer = Drawer::new(a, draws, seed)?;
    let shared = drawer.shared(observer)?;
    let found = sites::pass(&drawer, &shared, observer)?;
    observer.stage(Stage::DrawsOfNetwork);
    let mut linked = network::pass(&drawer, &shared, observer)?;
    // all value of a modelled site is its own work; how much of that there is was drawn into its column
    for e in &a.model.hidden().elsewhere {
        linked[e.site as usize] = found.sites[e.site as usize].prevalence;
    }
    let (reach_draws, reach) = reach::pass(&drawer, &shared, seed, observer)?;
    Ok(Uncertainty {
        draws,
        top: found.top,
        sites: found.sites,
        linked,
        reach,
        reach_draws,
        total: found.total,
        districts: found.districts,
        tied_from: found.tied_from,
    })
}
