//! The likelihood that part of an order was made elsewhere: equation (7.5), as named terms that sum to the log-odds.

use super::signs::Signs;
use crate::parameters::{Coefficients, Provenance};
use crate::risk::logit::{expit, logit};
use crate::risk::term::Known;

/// Logarithms of ratios count up to this much: beyond, a misprint is likelier than a pressure.
const MOST: f64 = 2.0;
/// (16√3/(15π))²: a mean of logistic curves over a normal spread σ is nearly a logistic curve, flatter by √(1 + this·σ²) (Zeger, Liang and Albert 1988).
const FLATTER: f64 = 0.345_842_973_5;

/// A term of the log-odds of (7.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderTerm {
    /// Log-odds of an order of which nothing is known.
    Base,
    /// Quantity due over what the site can make.
    Load,
    /// Price below the site's own past.
    Price,
    /// Lead time against the site's own past.
    LeadTime,
    /// What was found of earlier orders.
    Record,
}

impl OrderTerm {
    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            OrderTerm::Base => "base",
            OrderTerm::Load => "load",
            OrderTerm::Price => "price_below_past",
            OrderTerm::LeadTime => "lead_time",
            OrderTerm::Record => "record_of_earlier_orders",
        }
    }
}

/// One term of the log-odds of an order.
#[derive(Debug, Clone, Copy)]
pub struct OrderContribution<'a> {
    /// Name.
    pub term: OrderTerm,
    /// Log-odds it adds.
    pub value: f64,
    /// What is known of its input.
    pub known: Known,
    /// Where its parameter comes from.
    pub provenance: &'a Provenance,
}

/// Parameters of (7.5), as values.
#[derive(Debug, Clone, Copy)]
pub struct OrderModel {
    base: f64,
    sigma: f64,
    /// √(1 + 0.346σ²): effects at one site are larger than in the mean over sites by this.
    steeper: f64,
    load: f64,
    usual_load: f64,
    price: f64,
    lead_time: f64,
    prior_orders: f64,
    /// Part of an order's work that is made elsewhere, where some is.
    pub part: f64,
}

impl OrderModel {
    /// Of coefficients.
    #[must_use]
    pub fn new(c: &Coefficients) -> Self {
        let sigma = c.sigma_hidden.mean;
        Self {
            base: c.hidden_base.mean,
            sigma,
            steeper: (1.0 + FLATTER * sigma * sigma).sqrt(),
            load: c.beta_hidden_load.mean,
            usual_load: c.hidden_usual_load.mean,
            price: c.beta_hidden_price.mean,
            lead_time: c.beta_hidden_lead_time.mean,
            prior_orders: c.hidden_prior_orders.mean,
            part: c.hidden_part.mean,
        }
    }

    fn load(&self, signs: &Signs) -> f64 {
        signs.load.map_or(0.0, |load| self.load / self.steeper * ratio(load / self.usual_load))
    }

    fn price(&self, signs: &Signs) -> f64 {
        signs.price.map_or(0.0, |price| -self.price / self.steeper * ratio(price))
    }

    fn lead_time(&self, signs: &Signs) -> f64 {
        signs.lead_time.map_or(0.0, |lead_time| self.lead_time / self.steeper * ratio(lead_time))
    }

    /// logit((m + k·b)/(n + k)) − logit b: as many orders as `hidden_prior_orders` stand for the base.
    fn record(&self, signs: &Signs) -> f64 {
        if signs.checked == 0 {
            return 0.0;
        }
        let (n, m) = (f64::from(signs.checked), f64::from(signs.elsewhere));
        logit((m + self.prior_orders * self.base) / (n + self.prior_orders)) - logit(self.base)
    }

    fn log_odds(&self, signs: &Signs) -> f64 {
        logit(self.base) + self.load(signs) + self.price(signs) + self.lead_time(signs) + self.record(signs)
    }

    /// The likelihood that part of an order was made elsewhere (7.5), in the mean over sites that differ in what nobody knows of them; 1
    /// where that was found. That it was not found takes nothing away from this order.
    #[must_use]
    pub fn likelihood(&self, signs: &Signs) -> f64 {
        if signs.made_elsewhere == Some(true) { 1.0 } else { expit(self.log_odds(signs)) }
    }

    /// The same at a site that is `z` standard deviations from the middle one.
    #[must_use]
    pub fn likelihood_at(&self, signs: &Signs, z: f64) -> f64 {
        if signs.made_elsewhere == Some(true) { 1.0 } else { expit(self.steeper * self.log_odds(signs) + self.sigma * z) }
    }

    /// The terms of the log-odds of [`OrderModel::likelihood`], in the order of a waterfall; `c` are the coefficients of the model.
    #[must_use]
    pub fn terms<'a>(&self, signs: &Signs, c: &'a Coefficients) -> [OrderContribution<'a>; 5] {
        let known = |known: bool| if known { Known::Stated } else { Known::Unknown };
        let of = |term, value, known, provenance| OrderContribution { term, value, known, provenance };
        [
            of(OrderTerm::Base, logit(self.base), Known::Stated, &c.hidden_base.provenance),
            of(OrderTerm::Load, self.load(signs), known(signs.load.is_some()), &c.beta_hidden_load.provenance),
            of(OrderTerm::Price, self.price(signs), known(signs.price.is_some()), &c.beta_hidden_price.provenance),
            of(OrderTerm::LeadTime, self.lead_time(signs), known(signs.lead_time.is_some()), &c.beta_hidden_lead_time.provenance),
            of(OrderTerm::Record, self.record(signs), known(signs.checked > 0), &c.hidden_prior_orders.provenance),
        ]
    }
}

/// Logarithm of a ratio, within limits.
fn ratio(x: f64) -> f64 {
    if x > 0.0 { libm::log(x).clamp(-MOST, MOST) } else { -MOST }
}
