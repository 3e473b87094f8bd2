//! Hidden subcontracting: how likely it is that part of a site's orders was made elsewhere, and the modelled sites that stand for
//! it. Equations (7.4) to (7.6).
//!
//! Nothing here names anybody: a modelled site stands for the work that is expected to be done at sites that nobody disclosed.

mod expand;
mod model;
mod signs;

pub use expand::add_modelled_sites;
pub use model::{OrderContribution, OrderModel, OrderTerm};
pub use signs::{Signs, signs};

use crate::model::{Amount, Modelled, Network, Order};
use crate::parameters::Parameters;
use crate::risk::evidence::months_since;

/// Gauss–Hermite points of the standard normal distribution with their weights.
const NORMAL: [(f64, f64); 9] = [
    (-4.512_745_863_399_783, 2.234_584_400_774_658e-5),
    (-3.205_429_002_856_47, 2.789_141_321_231_767_5e-3),
    (-2.076_847_978_677_83, 0.049_916_406_765_217_88),
    (-1.023_255_663_789_132_6, 0.244_097_502_894_939_1),
    (0.0, 0.406_349_206_349_206_35),
    (1.023_255_663_789_132_6, 0.244_097_502_894_939_1),
    (2.076_847_978_677_83, 0.049_916_406_765_217_88),
    (3.205_429_002_856_47, 2.789_141_321_231_767_5e-3),
    (4.512_745_863_399_783, 2.234_584_400_774_658e-5),
];

/// A modelled site, and what the orders of the site it works for say.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    /// Row of the modelled site.
    pub site: u32,
    /// Row of the site whose orders they are.
    pub of: u32,
    /// Rows of the orders of the last months, each with its part of their work.
    pub orders: Vec<(u32, f64)>,
    /// π: likelihood that part of at least one of them was made elsewhere.
    pub likelihood: f64,
    /// f: expected part of their work that was.
    pub share: f64,
    /// Workers of the site whose orders they are; the sector's median when unknown.
    pub workers: f64,
}

impl Elsewhere {
    /// π and f of a site `z` standard deviations from the middle one (7.6).
    #[must_use]
    pub fn at(&self, model: &OrderModel, signs: &[Signs], z: f64) -> (f64, f64) {
        let (mut none, mut share) = (1.0, 0.0);
        for &(row, weight) in &self.orders {
            let likelihood = model.likelihood_at(&signs[row as usize], z);
            none *= 1.0 - likelihood;
            share += weight * likelihood;
        }
        (1.0 - none, share * model.part)
    }

    /// π and f in the mean over sites: one site's orders go the same way, so π is no product of their likelihoods.
    fn mean(&self, model: &OrderModel, signs: &[Signs]) -> (f64, f64) {
        let likelihood = NORMAL.iter().map(|&(z, weight)| weight * self.at(model, signs, z).0).sum::<f64>();
        let share = self.orders.iter().map(|&(row, weight)| weight * model.likelihood(&signs[row as usize])).sum::<f64>();
        (likelihood.min(1.0), share * model.part)
    }

    /// Workforce elsewhere, if there is any: the part of the site's work that was handed on takes as large a part of its workers.
    #[must_use]
    pub fn workforce(&self, likelihood: f64, share: f64) -> f64 {
        if likelihood > 0.0 { (share / likelihood * self.workers).max(1.0) } else { 1.0 }
    }
}

/// What the orders of a network say.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    /// By row of the orders.
    pub signs: Vec<Signs>,
    /// Modelled sites, in order of the sites whose orders they are.
    pub elsewhere: Vec<Elsewhere>,
    /// (modelled site, place among `elsewhere`), ascending.
    of_modelled: Vec<(u32, u32)>,
}

impl Hidden {
    /// Of a network: (7.4) to (7.6). Sorting, and linear in orders; nothing without orders.
    #[must_use]
    pub fn new(network: &Network, parameters: &Parameters) -> Self {
        if network.orders().is_empty() {
            return Self::default();
        }
        let signs = signs(network);
        let model = OrderModel::new(&parameters.coefficients);
        // links are in order of their buyers
        let modelled = network.links().iter().filter(|l| l.amount == Amount::Elsewhere);
        let modelled = modelled.filter(|l| network.sites()[l.supplier as usize].modelled == Some(Modelled::Elsewhere));
        let elsewhere: Vec<Elsewhere> = modelled
            .map(|link| {
                let of = &network.sites()[link.buyer as usize];
                let median = parameters.sectors[usize::from(of.sector)].profile.workers_median;
                let mut found = Elsewhere {
                    site: link.supplier,
                    of: link.buyer,
                    orders: weights(network, parameters, link.buyer),
                    likelihood: 0.0,
                    share: 0.0,
                    workers: of.workers.unwrap_or(median).max(1.0),
                };
                (found.likelihood, found.share) = found.mean(&model, &signs);
                found
            })
            .collect();
        let mut of_modelled: Vec<(u32, u32)> = elsewhere.iter().zip(0..).map(|(e, k)| (e.site, k)).collect();
        of_modelled.sort_unstable();
        Self { signs, elsewhere, of_modelled }
    }

    /// What a modelled site stands for.
    #[must_use]
    pub fn at_modelled(&self, site: usize) -> Option<&Elsewhere> {
        let found = self.of_modelled.binary_search_by_key(&(site as u32), |m| m.0).ok()?;
        self.elsewhere.get(self.of_modelled[found].1 as usize)
    }

    /// The modelled site that takes a part of a site's work.
    #[must_use]
    pub fn of_site(&self, site: usize) -> Option<&Elsewhere> {
        self.elsewhere.binary_search_by_key(&(site as u32), |e| e.of).ok().map(|found| &self.elsewhere[found])
    }
}

/// True for an order that is recent enough to say something of today.
#[must_use]
pub fn is_recent(order: &Order, as_of: jiff::civil::Date, parameters: &Parameters) -> bool {
    order.date <= as_of && months_since(order.date, as_of) <= parameters.coefficients.hidden_window_months.mean
}

/// Recent orders of a site with their part of its work: by quantity where all state one in the same unit, else each alike.
fn weights(network: &Network, parameters: &Parameters, site: u32) -> Vec<(u32, f64)> {
    let all = network.orders();
    let start = all.partition_point(|o| o.site < site);
    let end = all.partition_point(|o| o.site <= site);
    let recent: Vec<u32> = (start..end).filter(|&k| is_recent(&all[k], network.as_of(), parameters)).map(|k| k as u32).collect();
    let order = |row: u32| &all[row as usize];
    let one_unit = recent.iter().all(|&k| order(k).unit == order(recent[0]).unit);
    let quantity = |k: u32| order(k).quantity.filter(|q| *q > 0.0);
    let total: f64 = recent.iter().filter_map(|&k| quantity(k)).sum();
    let by_quantity = one_unit && total > 0.0 && recent.iter().all(|&k| quantity(k).is_some());
    let alike = 1.0 / recent.len().max(1) as f64;
    recent.iter().map(|&k| (k, quantity(k).filter(|_| by_quantity).map_or(alike, |q| q / total))).collect()
}
