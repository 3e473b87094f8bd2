//! One site in the draws of a block: equations (1.1) to (1.4), and evidence.

use std::ops::Range;

use super::dwellers::Dwellers;
use super::elsewhere::Moved;
use super::lanes::{self, F, L, exp, expit, map, zip};
use super::presence::{absence, presence, survival};
use super::random::{Numbers, QUAD, Quad, Random, uniform};
use super::shared::{Shared, Sources};
use crate::model::{CONDITIONS, HAZARDS, Modelled, Network, PerHazard, Role};
use crate::network::depth::MAX_STEPS;
use crate::risk::agents::{Own, Records};
use crate::risk::inherent::InherentModel;
use crate::risk::maths::SideBySide;
use crate::risk::update::{After, Before, posterior};
use crate::risk::weighing::{Looks, Weighing};

/// Words of the first quad: a site's own deviation, its workforce, its district; then conditions, two to a word, on into the next.
const DEVIATION: usize = 0;
const WORKERS: usize = 1;
const DISTRICT: usize = 2;
const FIRST_CONDITIONS: usize = 3;

/// What no draw changes about a site.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pair: usize,
    /// It stands for suppliers at the level of their sector.
    typical: bool,
    measured: Option<f64>,
    /// Row of its district's estimate.
    estimate: Option<usize>,
    /// Where it may be, when nothing says so.
    dwellers: &'a Dwellers,
    placed: bool,
    calamity: f64,
    brand: bool,
    depth: f64,
    /// Gap in birth registration, in standard deviations.
    birth_gap: f64,
    /// x_k − p_k where known, else 0.
    known: [f64; CONDITIONS.len()],
    /// p_k where unknown, and the words of sixteen bits below which the condition holds.
    open: [Option<(f64, u32)>; CONDITIONS.len()],
    /// Stated workforce, else median and ln of the geometric standard deviation.
    workers: Result<f64, (f64, f64)>,
}

/// A site that is drawn: what no draw changes about it, and where its numbers come from.
#[derive(Debug)]
pub(super) struct Drawn<'a> {
    pub facts: Facts<'a>,
    pub known: Known<'a>,
    pub random: Random,
    pub key: u64,
    /// Work that may be done elsewhere.
    pub moved: Option<Moved<'a>>,
}

impl Drawn<'_> {
    /// The site before evidence in the draws of a block.
    #[inline(always)]
    pub fn prior(&self, shared: &Shared, block: usize) -> Prior {
        let mut prior = self.facts.prior(shared, &self.random.numbers(self.key, block));
        if let Some(moved) = &self.moved {
            moved.stand_for(&mut prior, shared, block);
        }
        prior
    }

    /// The site after evidence in the draws of a block.
    #[inline(always)]
    pub fn updated(&self, shared: &Shared, block: usize, weighing: &mut Weighing<L>) -> After<L> {
        self.known.updated(&self.prior(shared, block), shared, weighing)
    }
}

/// A site before evidence.
#[derive(Debug)]
pub(super) struct Prior {
    pub prevalence: PerHazard<F>,
    pub workers: F,
    /// The workforce where it is stated: the same in every draw.
    pub stated: Option<f64>,
    /// Of a modelled site: the likelihood that there is one.
    pub likelihood: Option<F>,
}

impl Prior {
    /// Expected children, by hazard.
    #[inline(always)]
    pub fn expected(&self) -> PerHazard<F> {
        let workers = match &self.likelihood {
            Some(likelihood) => zip(&self.workers, likelihood, |n, likelihood| n * likelihood),
            None => self.workers,
        };
        let [a, b, c] = &self.prevalence;
        let expected = |theta: &F| zip(theta, &workers, |theta, n| theta * n);
        [expected(a), expected(b), expected(c)]
    }
}

impl<'a> Facts<'a> {
    pub fn new(network: &Network, model: &InherentModel<'_>, sources: &'a Sources<'_>, row: usize) -> Self {
        let site = &network.sites()[row];
        let prior = model.prior(row);
        let profile = sources.profile(site.sector);
        let pair = model.pair(row);
        let district = site.district.map(usize::from);
        let effect = district.and_then(|d| model.districts().effects.get(d));
        let estimate = effect.and_then(|e| e.estimate).filter(|_| prior.area_level.is_some());
        let (mut known, mut open) = ([0.0; CONDITIONS.len()], [None; CONDITIONS.len()]);
        for (k, condition) in CONDITIONS.into_iter().enumerate() {
            let p = profile.share(condition);
            match model.condition(row, condition) {
                Some(state) => known[k] = f64::from(u8::from(state)) - p,
                None => open[k] = Some((p, (p * 65536.0).ceil() as u32)).filter(|(p, _)| *p > 0.0 && *p < 1.0),
            }
        }
        let hit = district.is_some_and(|d| sources.calamity(d));
        Self {
            pair,
            typical: site.modelled == Some(Modelled::TypicalSupplier),
            measured: site.measured_prevalence.map(f64::from),
            estimate,
            dwellers: sources.dwellers(pair),
            placed: district.is_some(),
            calamity: if hit { 1.0 - prior.calamity_share } else { 0.0 },
            brand: site.role == Role::Brand,
            depth: model.depth()[row].map_or(0.0, |s| f64::from(s.min(MAX_STEPS)) - profile.mean_depth),
            birth_gap: effect.and_then(|e| e.birth_gap).unwrap_or(0.0),
            known,
            open,
            workers: match site.workers {
                Some(workers) => Ok(workers.max(1.0)),
                None => Err((profile.workers_median, libm::log(profile.workers_gsd.max(1.0)))),
            },
        }
    }

    /// Stated workforce.
    pub fn workers(&self) -> Option<f64> {
        self.workers.ok()
    }

    /// θ and workforce in every draw: equations (1.1) and (1.2).
    #[inline(always)]
    fn prior(&self, shared: &Shared, numbers: &Numbers) -> Prior {
        let words = &numbers.quad(0);
        let pair = &shared.pairs[self.pair];
        if self.typical {
            return Prior { prevalence: pair.level, workers: [0.0; L], stated: None, likelihood: None };
        }
        let mut log_odds = pair.alpha;
        let mut forced = pair.alpha_forced;
        self.add_conditions(shared, words, numbers, &mut log_odds, &mut forced);
        let mut birth_gap = [self.birth_gap; L];
        match self.estimate {
            Some(estimate) => {
                let eta = &shared.districts[estimate];
                for k in 0..L {
                    log_odds[k] += shared.kappa[k] * (eta[k] - pair.area_level[k]);
                }
            }
            None if self.placed => {}
            None => self.dwell(shared, words, &mut log_odds, &mut birth_gap),
        }
        let z = lanes::normals(&words[DEVIATION]);
        add_product(&mut log_odds, &shared.sigma, &z);
        add_product(&mut forced, &shared.birth_gap, &birth_gap);
        for (known, beta) in [(self.calamity, &shared.calamity), (self.depth, &shared.depth)] {
            if known != 0.0 {
                add_product(&mut log_odds, beta, &[known; L]);
            }
        }
        if self.brand {
            for k in 0..L {
                log_odds[k] += shared.brand[k];
            }
        }
        let theta = self.measured.map_or_else(|| map(&log_odds, expit), |measured| [measured; L]);
        let forced_share = map(&forced, expit);
        let times = |share: &F| zip(&theta, share, |theta, share| theta * share);
        let prevalence = [theta, times(&pair.hazardous), times(&forced_share)];
        let workers = match self.workers {
            Ok(workers) => [workers; L],
            Err((median, ln_gsd)) => map(&lanes::normals(&words[WORKERS]), |z| (median * exp(ln_gsd * z)).max(1.0)),
        };
        Prior { prevalence, workers, stated: self.workers.ok(), likelihood: None }
    }

    /// Conditions: known ones as they are, unknown ones drawn with the sector's share.
    #[inline(always)]
    fn add_conditions(&self, shared: &Shared, words: &Quad, numbers: &Numbers, log_odds: &mut F, forced: &mut F) {
        let more = if self.open[2..].iter().any(Option::is_some) { numbers.quad(1) } else { [[0; L]; QUAD] };
        for c in 0..CONDITIONS.len() {
            let mut x = [self.known[c]; L];
            if let Some((p, below)) = self.open[c] {
                let words = if c < 2 { &words[FIRST_CONDITIONS] } else { &more[c / 2 - 1] };
                for k in 0..L {
                    x[k] = if words[k] >> (16 * (c % 2)) & 0xffff < below { 1.0 - p } else { -p };
                }
            } else if self.known[c] == 0.0 {
                continue;
            }
            add_product(log_odds, &shared.beta[c], &x);
            if let Some(beta) = &shared.beta_forced[c] {
                add_product(forced, beta, &x);
            }
        }
    }

    /// A site that may be anywhere in its area is drawn where people live.
    fn dwell(&self, shared: &Shared, words: &Quad, log_odds: &mut F, birth_gap: &mut F) {
        let level = &shared.pairs[self.pair].area_level;
        for k in 0..L {
            let u = uniform(words[DISTRICT][k]);
            if let Some(dweller) = self.dwellers.at(u) {
                log_odds[k] += shared.kappa[k] * (shared.districts[dweller.estimate][k] - level[k]);
                log_odds[k] += shared.calamity[k] * dweller.calamity;
                birth_gap[k] = dweller.birth_gap;
            }
        }
    }
}

#[inline(always)]
fn add_product(sum: &mut F, a: &F, b: &F) {
    for k in 0..L {
        sum[k] += a[k] * b[k];
    }
}

/// The evidence of a site, and the record of its agents.
#[derive(Debug, Clone)]
pub(super) struct Known<'a> {
    pub site: usize,
    pub looks: &'a Looks,
    /// The site's among the looks.
    pub rows: Range<usize>,
    pub records: &'a Records,
}

impl Known<'_> {
    /// True when nothing is known that an update could use.
    pub fn nothing(&self) -> bool {
        self.rows.is_empty() && !self.records.concern(self.site)
    }

    /// Weighs the site's evidence; what it says to the records of its agents.
    #[inline(always)]
    pub fn own(&self, forced_presence: &F, shared: &Shared, weighing: &mut Weighing<L>) -> Own<L> {
        weighing.weigh::<SideBySide>(self.looks, self.rows.clone(), &shared.likelihoods);
        Own::of(self.looks, self.rows.clone(), weighing, &shared.likelihoods, forced_presence)
    }

    /// The site after evidence in every draw.
    #[inline(always)]
    pub fn updated(&self, prior: &Prior, shared: &Shared, weighing: &mut Weighing<L>) -> After<L> {
        let absence = absence(prior, shared);
        let (survival, presence) = (survival(&absence), presence(&absence));
        let own = self.own(&presence[HAZARDS[2].index()], shared, weighing);
        let ratio = self.records.ratio(self.site, &own, &shared.sums, &shared.likelihoods);
        let (items, counts) = weighing.taken(self.looks, self.rows.clone());
        let before = Before { prevalence: prior.prevalence, presence, survival, workers: prior.workers };
        posterior::<L, SideBySide>(&before, items, &ratio, counts)
    }
}
