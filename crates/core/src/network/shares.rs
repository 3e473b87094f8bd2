//! Shares w_ij of a buyer's purchases: from what users state to numbers that sum to the traced share.

use crate::error::{Error, Result};
use crate::model::{Amount, Network};
use crate::parameters::Parameters;
use crate::risk::hidden::Hidden;

/// Sums above one by less than this are rounding and are rescaled to one.
pub const ROUNDING: f64 = 1e-6;

/// Shares of all links, in link order.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkShares {
    /// w: share of the buyer's purchases.
    pub share: Vec<f64>,
    /// True when the share rests on an assumption (equal parts, or an unstated coverage).
    pub assumed: Vec<bool>,
    /// f: (site, part of its own work that its orders say is done elsewhere), ascending (7.6).
    pub elsewhere: Vec<(u32, f64)>,
}

impl LinkShares {
    /// m of a site, with the work that is done elsewhere counted as bought: m + f·(1 − m).
    #[must_use]
    pub fn input_share(&self, network: &Network, parameters: &Parameters, site: usize) -> f64 {
        let own = input_share(network, parameters, site);
        self.elsewhere.binary_search_by_key(&(site as u32), |e| e.0).map_or(own, |k| own + self.elsewhere[k].1 * (1.0 - own))
    }
}

/// m of a site: its own, else the sector's.
fn input_share(network: &Network, parameters: &Parameters, site: usize) -> f64 {
    let s = &network.sites()[site];
    s.input_share.map_or(parameters.sectors[usize::from(s.sector)].profile.input_share, f64::from)
}

/// What the links without a stated share are parted by.
struct Parts {
    measure: Measure,
    /// Weight of a link that does not state the measure: the mean of those that do.
    mean: f64,
    /// Sum of all weights.
    total: f64,
}

#[derive(Clone, Copy)]
enum Measure {
    Value,
    Quantity,
    Equal,
}

impl Parts {
    fn new(amounts: &[Amount]) -> Self {
        let open = amounts.iter().filter(|a| !matches!(a, Amount::Share(_))).count() as f64;
        let sum_of = |amount: fn(Amount) -> Option<f64>| -> (f64, f64) {
            amounts.iter().filter_map(|&a| amount(a)).fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0))
        };
        let values = sum_of(|a| if let Amount::Value(v) = a { Some(v) } else { None });
        let quantities = sum_of(|a| if let Amount::Quantity(q) = a { Some(q) } else { None });
        let (measure, (sum, count)) = if values.0 > 0.0 {
            (Measure::Value, values)
        } else if quantities.0 > 0.0 {
            (Measure::Quantity, quantities)
        } else {
            (Measure::Equal, (open.max(1.0), open.max(1.0)))
        };
        let mean = sum / count;
        Self { measure, mean, total: mean * open - mean * count + sum }
    }

    /// Weight of a link, and whether the link states it; `None` for stated shares.
    fn weight(&self, amount: Amount) -> Option<(f64, bool)> {
        match (amount, self.measure) {
            (Amount::Share(_), _) => None,
            (Amount::Value(v), Measure::Value) => Some((v, true)),
            (Amount::Quantity(q), Measure::Quantity) => Some((q, true)),
            _ => Some((self.mean, false)),
        }
    }
}

/// Resolves the shares of all links. `O(m)`, and what orders cost.
///
/// As [`purchase_shares`]; where orders say that a part f of a buyer's own work is done elsewhere, that part counts as bought: the
/// modelled site has f·(1 − m) of the buyer's value and the others have what they had (7.6).
///
/// # Errors
/// As [`purchase_shares`].
pub fn link_shares(network: &Network, parameters: &Parameters) -> Result<LinkShares> {
    let mut out = purchase_shares(network, parameters)?;
    for of in Hidden::new(network, parameters).elsewhere {
        let m = input_share(network, parameters, of.of as usize);
        let moved = of.share * (1.0 - m);
        let rows = network.links_of(of.of as usize);
        for (link, share) in network.links()[rows.clone()].iter().zip(&mut out.share[rows]) {
            *share = match link.amount {
                Amount::Elsewhere if moved > 0.0 => moved / (m + moved),
                _ if moved > 0.0 => *share * m / (m + moved),
                _ => *share,
            };
        }
        out.elsewhere.push((of.of, of.share));
    }
    Ok(out)
}

/// Resolves the shares of purchases of all links; those to modelled sites that stand for orders have none. `O(m)`.
///
/// A stated share is kept. The others part what is left of the buyer's coverage in proportion to value, else quantity, else
/// equally; a link that does not state the measure counts as the mean of those that do. Where the buyer states no coverage but
/// `purchases_total`, a value over that total is a stated share; else coverage is the parameter `coverage_unstated` of what stated
/// shares leave, flagged assumed; never 1 by default.
///
/// # Errors
/// [`Error::SharesAboveOne`] when a buyer's stated shares exceed 1 by more than rounding, [`Error::BadShare`] when one is negative or
/// not a number.
pub fn purchase_shares(network: &Network, parameters: &Parameters) -> Result<LinkShares> {
    let links = network.links();
    let mut out = LinkShares { share: vec![0.0; links.len()], assumed: vec![false; links.len()], elsewhere: Vec::new() };
    let mut start = 0;
    for run in links.chunk_by(|a, b| a.buyer == b.buyer) {
        let rows = start..start + run.len();
        start = rows.end;
        let buyer = &network.sites()[run[0].buyer as usize];

        // a value over all purchases is a share as good as a stated one
        let total = buyer.purchases_total.filter(|&t| t > 0.0 && buyer.coverage.is_none());
        let amounts: Vec<Amount> = run
            .iter()
            .map(|l| match (l.amount, total) {
                (Amount::Value(v), Some(total)) => Amount::Share(v / total),
                (Amount::Elsewhere, _) => Amount::Share(0.0),
                (amount, _) => amount,
            })
            .collect();
        let stated: f64 = amounts.iter().map(|a| if let Amount::Share(s) = a { *s } else { 0.0 }).sum();
        let left = match buyer.coverage {
            Some(c) => (f64::from(c) - stated).max(0.0),
            None => (1.0 - stated).max(0.0) * parameters.coefficients.coverage_unstated.mean,
        };
        let parts = Parts::new(&amounts);
        for (&amount, row) in amounts.iter().zip(rows.clone()) {
            (out.share[row], out.assumed[row]) = match (amount, parts.weight(amount)) {
                (Amount::Share(share), _) => (share, links[row].amount == Amount::Elsewhere),
                (_, Some((weight, stated))) => (left * weight / parts.total, buyer.coverage.is_none() || !stated),
                _ => (0.0, true),
            };
        }
        if out.share[rows.clone()].iter().any(|s| !(0.0..=1.0 + ROUNDING).contains(s)) {
            return Err(Error::BadShare { buyer: network.site_id(run[0].buyer as usize).to_owned() });
        }
        let sum: f64 = out.share[rows.clone()].iter().sum();
        if sum > 1.0 + ROUNDING || sum.is_nan() {
            return Err(Error::SharesAboveOne { buyer: network.site_id(run[0].buyer as usize).to_owned(), sum });
        }
        if sum > 1.0 {
            for row in rows {
                out.share[row] /= sum;
            }
        }
    }
    Ok(out)
}
