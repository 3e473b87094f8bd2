//! The part of a site's work that is done elsewhere, in the draws of a block: equation (7.6).

use super::lanes::{F, L};
use super::random::{Random, key};
use super::shared::Shared;
use super::site::Prior;
use crate::model::Network;
use crate::risk::hidden::{Elsewhere, Hidden, Signs};

/// Work that may be done elsewhere, seen from one of its two ends.
#[derive(Debug)]
pub(super) struct Moved<'a> {
    elsewhere: &'a Elsewhere,
    signs: &'a [Signs],
    random: Random,
    /// Key of the site whose orders they are: both ends draw the same.
    key: u64,
    /// The end is the modelled site.
    to: bool,
}

impl<'a> Moved<'a> {
    /// Of a site that orders are about, or that stands for them.
    pub fn new(network: &Network, hidden: &'a Hidden, random: Random, site: usize) -> Option<Self> {
        if hidden.elsewhere.is_empty() {
            return None;
        }
        let to = hidden.at_modelled(site);
        let elsewhere = to.or_else(|| hidden.of_site(site))?;
        let key = key("elsewhere", network.site_id(elsewhere.of as usize));
        Some(Self { elsewhere, signs: &hidden.signs, random, key, to: to.is_some() })
    }

    /// π and f in every draw.
    fn at(&self, shared: &Shared, block: usize) -> [F; 2] {
        let z = self.random.normals(self.key, block);
        let mut out = [[0.0; L]; 2];
        for ((k, z), model) in z.into_iter().enumerate().zip(&shared.orders) {
            (out[0][k], out[1][k]) = self.elsewhere.at(model, self.signs, z);
        }
        out
    }

    /// Makes a site of its kind the modelled site: its workforce, and the likelihood that there is one.
    pub fn stand_for(&self, prior: &mut Prior, shared: &Shared, block: usize) {
        if self.to {
            let [likelihood, share] = self.at(shared, block);
            for k in 0..L {
                prior.workers[k] = self.elsewhere.workforce(likelihood[k], share[k]);
            }
            (prior.likelihood, prior.stated) = (Some(likelihood), None);
        }
    }

    /// What the value added at this end is, over what it is where shares are taken as they are.
    pub fn scale(&self, shared: &Shared, block: usize) -> F {
        let taken = self.elsewhere.share;
        let [_, share] = self.at(shared, block);
        let (of, usual) = if self.to { (share, taken) } else { (share.map(|f| 1.0 - f), 1.0 - taken) };
        of.map(|x| if usual > 0.0 { x / usual } else { 1.0 })
    }
}
