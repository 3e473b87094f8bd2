//! Shares w_ij of a buyer's purchases: from what users state to numbers that sum to the traced share.

use crate::error::{Error, Result};
use crate::model::{Amount, Network};
use crate::parameters::Parameters;

/// Sums above one by less than this are rounding and are rescaled to one.
pub const ROUNDING: f64 = 1e-6;

/// Shares of all links, in link order.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkShares {
    /// w: share of the buyer's purchases.
    pub share: Vec<f64>,
    /// True when the share rests on an assumption (equal parts, or an unstated coverage).
    pub assumed: Vec<bool>,
}

/// Resolves the shares of all links. `O(m)`.
///
/// A stated share is kept. Of the others, values count before quantities before nothing at all: they part what is left of the
/// buyer's coverage in proportion to value, else quantity, else equally. Coverage is the site's own, else total
/// value over `purchases_total`, else the parameter `coverage_unstated` of what stated shares leave, flagged assumed; never 1 by
/// default.
///
/// # Errors
/// [`Error::SharesAboveOne`] when a buyer's stated shares exceed 1 by more than rounding.
pub fn link_shares(network: &Network, parameters: &Parameters) -> Result<LinkShares> {
    let links = network.links();
    let mut out = LinkShares { share: vec![0.0; links.len()], assumed: vec![false; links.len()] };
    let mut start = 0;
    for run in links.chunk_by(|a, b| a.buyer == b.buyer) {
        let rows = start..start + run.len();
        start = rows.end;
        let buyer = &network.sites()[run[0].buyer as usize];

        let stated: f64 = run.iter().map(|l| if let Amount::Share(s) = l.amount { s } else { 0.0 }).sum();
        let value: f64 = run.iter().map(|l| if let Amount::Value(v) = l.amount { v } else { 0.0 }).sum();
        let quantity: f64 = run.iter().map(|l| if let Amount::Quantity(q) = l.amount { q } else { 0.0 }).sum();
        let open = run.iter().filter(|l| !matches!(l.amount, Amount::Share(_))).count();
        let coverage = buyer.coverage.map(f64::from).or_else(|| {
            let total = buyer.purchases_total.filter(|&t| t > 0.0)?;
            (value > 0.0).then(|| (stated + value / total).min(1.0))
        });
        let left = match coverage {
            Some(c) => (c - stated).max(0.0),
            None => (1.0 - stated).max(0.0) * parameters.coefficients.coverage_unstated.mean,
        };
        for (link, row) in run.iter().zip(rows.clone()) {
            let (share, assumed) = match link.amount {
                Amount::Share(s) => (s, false),
                Amount::Value(v) if value > 0.0 => (left * v / value, coverage.is_none()),
                Amount::Quantity(q) if value == 0.0 && quantity > 0.0 => (left * q / quantity, coverage.is_none()),
                _ if value == 0.0 && quantity == 0.0 => (left / open as f64, true),
                _ => (0.0, true),
            };
            out.share[row] = share;
            out.assumed[row] = assumed;
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
