//! Before and after a scenario: every buyer, all sites, and what the draws say of the difference. Equations (7.1) and (7.2).

use super::{Action, Changed, Effect, apply};
use crate::assess::{Assessment, Options, ReachBy, assess_at_depth};
use crate::draws::outcomes::{Outcomes, outcomes};
use crate::error::Result;
use crate::model::{PerHazard, PerSex};
use crate::network::exposure::Exposure;
use crate::observer::Observer;
use crate::risk::update::Updated;

/// Changes below this are rounding.
const ROUNDING: f64 = 1e-12;
/// Parts of the draws below each point.
const PARTS: [f64; 3] = [0.05, 0.5, 0.95];

/// Mean and 5, 50 and 95 % points of draws of any sign.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// 5 % point.
    pub p05: f64,
    /// Median.
    pub p50: f64,
    /// 95 % point.
    pub p95: f64,
}

impl Spread {
    /// Of draws: order statistics, interpolated (Hyndman and Fan 1996, type 7). Zeros of no draws. `O(n log n)`.
    #[must_use]
    pub fn of(mut draws: Vec<f64>) -> Self {
        let Some(last) = draws.len().checked_sub(1) else { return Self::default() };
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        draws.sort_unstable_by(f64::total_cmp);
        let [p05, p50, p95] = PARTS.map(|part| {
            let place = part * last as f64;
            let (low, high) = (draws[place as usize], draws[(place as usize + 1).min(last)]);
            low + (high - low) * (place - place.floor())
        });
        Self { mean, p05, p50, p95 }
    }

    /// Width of the 90 % interval.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.p95 - self.p05
    }
}

/// What the draws say before, after, and of the difference draw by draw (7.2).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Drawn {
    /// Before.
    pub before: Spread,
    /// After.
    pub after: Spread,
    /// After less before, in the same draws.
    pub difference: Spread,
}

impl Drawn {
    fn of<T: Copy + Into<f64>>(before: &[T], after: &[T]) -> Self {
        let all = |x: &[T]| x.iter().map(|x| (*x).into()).collect::<Vec<f64>>();
        let (before, after) = (all(before), all(after));
        let difference = after.iter().zip(&before).map(|(after, before)| after - before).collect();
        Self { before: Spread::of(before), after: Spread::of(after), difference: Spread::of(difference) }
    }
}

/// A buyer before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct BuyerChange {
    /// Row of the buyer before.
    pub buyer: usize,
    /// Exposure before.
    pub before: Exposure,
    /// Exposure after.
    pub after: Exposure,
    /// Linked share by hazard in the draws; `None` without.
    pub drawn: Option<PerHazard<Drawn>>,
}

/// Expected children at all sites before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct TotalChange {
    /// Before, by hazard and sex.
    pub before: PerHazard<PerSex<f64>>,
    /// After.
    pub after: PerHazard<PerSex<f64>>,
    /// By hazard in the draws; `None` without.
    pub drawn: Option<PerHazard<Drawn>>,
}

/// A site that a scenario changes.
#[derive(Debug, Clone, Copy)]
pub struct SiteChange {
    /// Row of the site before.
    pub site: usize,
    /// Before.
    pub before: Updated,
    /// After.
    pub after: Updated,
}

/// Purchases that leave a site: the children expected there stay.
#[derive(Debug, Clone, PartialEq)]
pub struct Departure {
    /// Row of the buyer that leaves.
    pub buyer: usize,
    /// Row of the site that is left.
    pub site: usize,
    /// Where the purchases go; `None` is untraced.
    pub to: Option<usize>,
    /// Part of the buyer's purchases.
    pub share: f64,
    /// Children expected at the site after the scenario, by hazard and sex.
    pub children: PerHazard<PerSex<f64>>,
    /// Other sites that still buy from it.
    pub other_buyers: usize,
}

/// A scenario against what is.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Buyers, as they were asked for.
    pub buyers: Vec<BuyerChange>,
    /// All sites together.
    pub total: TotalChange,
    /// Sites whose prevalence, presence or expected children change; the largest change of expected children first.
    pub sites: Vec<SiteChange>,
    /// What each action changed.
    pub effects: Vec<Effect>,
    /// Purchases that leave a site.
    pub departures: Vec<Departure>,
}

/// What scenarios of one network are compared with.
#[derive(Debug)]
pub struct WhatIf<'a> {
    base: &'a Assessment<'a>,
    buyers: Vec<usize>,
    before: Option<Outcomes>,
    draws: usize,
    seed: u64,
}

impl<'a> WhatIf<'a> {
    /// Draws the network as it is, for intervals of differences; 0 draws are none. Cost: as [`outcomes`].
    ///
    /// # Errors
    /// As [`outcomes`].
    pub fn new(base: &'a Assessment<'a>, buyers: Vec<usize>, draws: usize, seed: u64, observer: &dyn Observer) -> Result<Self> {
        let before = if draws > 0 { Some(outcomes(base, &buyers, draws, seed, observer)?) } else { None };
        Ok(Self { base, buyers, before, draws, seed })
    }

    /// Applies a scenario, assesses what it makes of the network, and compares: exact by the linear system (7.1), and draw by draw with the
    /// random numbers of the network as it is (7.2).
    ///
    /// Cost: an assessment without reach, and draws as [`WhatIf::new`].
    ///
    /// # Errors
    /// As [`apply`] and [`crate::assess()`], [`crate::Error::ClosedLoop`] for purchases moved into a closed loop among them.
    pub fn compare(&self, actions: &[Action], observer: &dyn Observer) -> Result<Comparison> {
        let changed = apply(self.base, actions)?;
        let a = self.base;
        let options = Options { reach: ReachBy::Nothing, seed: self.seed, draws: 0 };
        let districts = a.model.districts().clone();
        let after = assess_at_depth(&changed.network, a.parameters, districts, changed.depth.clone(), &options, observer)?;
        let buyers: Vec<usize> = self.buyers.iter().map(|&buyer| changed.row_of[buyer] as usize).collect();
        let drawn = match &self.before {
            Some(before) => Some((before, outcomes(&after, &buyers, self.draws, self.seed, observer)?)),
            None => None,
        };
        let of_buyer =
            |k: usize| drawn.as_ref().map(|(before, after)| [0, 1, 2].map(|h| Drawn::of(&before.linked[k][h], &after.linked[k][h])));
        let change = |k: usize| BuyerChange {
            buyer: self.buyers[k],
            before: a.exposure[self.buyers[k]],
            after: after.exposure[buyers[k]],
            drawn: of_buyer(k),
        };
        let total = TotalChange {
            before: children(a.updated.iter()),
            after: children(after.updated.iter()),
            drawn: drawn.as_ref().map(|(before, after)| [0, 1, 2].map(|h| Drawn::of(&before.total[h], &after.total[h]))),
        };
        Ok(Comparison {
            buyers: (0..buyers.len()).map(change).collect(),
            total,
            sites: self.sites(&changed, &after),
            departures: departures(&changed, &after),
            effects: changed.effects,
        })
    }

    fn sites(&self, changed: &Changed, after: &Assessment<'_>) -> Vec<SiteChange> {
        let before = self.base.updated.iter().enumerate();
        let mut sites: Vec<SiteChange> = before
            .map(|(site, &before)| SiteChange { site, before, after: after.updated[changed.row_of[site] as usize] })
            .filter(SiteChange::is_any)
            .collect();
        sites.sort_by(|x, y| y.children().abs().total_cmp(&x.children().abs()).then(x.site.cmp(&y.site)));
        sites
    }
}

impl SiteChange {
    /// Children expected after less before.
    #[must_use]
    pub fn children(&self) -> f64 {
        self.after.expected[0] - self.before.expected[0]
    }

    fn is_any(&self) -> bool {
        let all = |u: &Updated| [u.prevalence, u.presence, u.expected];
        let pairs = all(&self.before).into_iter().flatten().zip(all(&self.after).into_iter().flatten());
        pairs.into_iter().any(|(before, after)| (after - before).abs() > ROUNDING)
    }
}

/// Expected children by hazard and sex.
fn children<'a>(sites: impl Iterator<Item = &'a Updated>) -> PerHazard<PerSex<f64>> {
    let mut sums = PerHazard::<PerSex<f64>>::default();
    for site in sites {
        for (sums, expected) in sums.iter_mut().zip(site.expected) {
            sums[0] += expected * site.girls_share;
            sums[1] += expected * (1.0 - site.girls_share);
        }
    }
    sums
}

fn departures(changed: &Changed, after: &Assessment<'_>) -> Vec<Departure> {
    let moved = changed.effects.iter().filter_map(|effect| match *effect {
        Effect::Moved { buyer, from, to, share } => Some((buyer, from, to, share)),
        _ => None,
    });
    moved
        .map(|(buyer, site, to, share)| {
            let row = changed.row_of[site] as usize;
            let links = after.network.links().iter().zip(&after.shares.share);
            let mut still: Vec<u32> =
                links.filter(|(l, share)| l.supplier as usize == row && **share > 0.0).map(|(l, _)| l.buyer).collect();
            still.dedup();
            still.retain(|&other| other != changed.row_of[buyer] && other as usize != row);
            let children = children(std::iter::once(&after.updated[row]));
            Departure { buyer, site, to, share, children, other_buyers: still.len() }
        })
        .collect()
}
