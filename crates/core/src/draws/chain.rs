//! Draws of the sites of one chain, kept draw by draw: what a buyer's linked share is made of in each.

use rayon::prelude::*;

use super::Drawer;
use super::lanes::F;
use super::presence::{absence, presence};
use super::shared::Shared;
use super::site::Drawn;
use crate::Assessment;
use crate::error::Result;
use crate::model::Hazard;
use crate::network::kernel::{Kernel, dispatch};
use crate::observer::Observer;
use crate::risk::weighing::Weighing;

/// One site in every draw.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SiteDraws {
    /// θ1 of a hazard.
    pub prevalence: Vec<f64>,
    /// P1 of child labour.
    pub presence: Vec<f64>,
    /// q: what its untraced purchases carry of the hazard.
    pub untraced: Vec<f64>,
}

/// Draws of sites, the same as those of [`super::uncertainty`] with the same seed; `take` gets each site's in the order of `sites`. Parallel
/// over sites; holds the draws of some hundred sites at a time.
///
/// # Errors
/// Cancelled, or what an assessment may return.
pub fn site_draws(
    a: &Assessment<'_>,
    sites: &[usize],
    hazard: Hazard,
    draws: usize,
    seed: u64,
    observer: &dyn Observer,
    mut take: impl FnMut(usize, SiteDraws),
) -> Result<()> {
    /// Sites whose draws are held at a time.
    const HELD: usize = 256;
    let drawer = Drawer::new(a, draws, seed)?;
    let shared = drawer.shared(observer)?;
    for part in sites.chunks(HELD) {
        observer.check()?;
        let each = part.par_iter().map_init(Weighing::default, |weighing, &site| {
            dispatch(One { site: &drawer.site(site), drawer: &drawer, shared: &shared, row: site, hazard: hazard.index(), weighing })
        });
        for (&site, found) in part.iter().zip(each.collect::<Vec<_>>()) {
            take(site, found);
        }
    }
    Ok(())
}

/// Takes down one site.
struct One<'a> {
    site: &'a Drawn<'a>,
    drawer: &'a Drawer<'a>,
    shared: &'a [Shared],
    row: usize,
    hazard: usize,
    weighing: &'a mut Weighing<{ super::lanes::L }>,
}

impl Kernel for One<'_> {
    type Out = SiteDraws;

    #[inline(always)]
    fn run(self) -> SiteDraws {
        let mut out = SiteDraws::default();
        for (block, shared) in self.shared.iter().enumerate() {
            let (prevalence, present): (F, F) = if self.site.known.nothing() {
                let prior = self.site.prior(shared, block);
                (prior.prevalence[self.hazard], presence(&absence(&prior, shared))[0])
            } else {
                let after = self.site.updated(shared, block, self.weighing);
                (after.prevalence[self.hazard], after.presence[0])
            };
            let lanes = self.drawer.lanes(block);
            out.prevalence.extend_from_slice(&prevalence[..lanes]);
            out.presence.extend_from_slice(&present[..lanes]);
            out.untraced.extend_from_slice(&shared.untraced[self.drawer.purchases[self.row] as usize][self.hazard][..lanes]);
        }
        out
    }
}
