//! Orders that sites took: what says whether part of the work went to a site that nobody named.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An order that a site took from a buyer.
///
/// `None` is always "unknown", never "no" or zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Id as the user wrote it; empty when there is none.
    pub id: String,
    /// Row of the site that took the order.
    pub site: u32,
    /// Row of the buyer that placed it.
    pub buyer: Option<u32>,
    /// Day on which it was placed.
    pub date: Date,
    /// How much was ordered, in `unit`.
    pub quantity: Option<f64>,
    /// The quantity is in the unit of the site's capacity.
    pub in_unit_of_capacity: bool,
    /// Price of one unit.
    pub price: Option<f64>,
    /// Days from the order to its delivery.
    pub lead_days: Option<f64>,
    /// What was ordered; prices are only compared within one product, unit and currency.
    pub product: String,
    /// Unit of the quantity.
    pub unit: String,
    /// Currency of the price.
    pub currency: String,
    /// Whether part of it was found, afterwards, to have been made elsewhere.
    pub made_elsewhere: Option<bool>,
}

impl Order {
    /// An order of which only site and day are known.
    #[must_use]
    pub fn new(site: u32, date: Date) -> Self {
        Self {
            id: String::new(),
            site,
            buyer: None,
            date,
            quantity: None,
            in_unit_of_capacity: true,
            price: None,
            lead_days: None,
            product: String::new(),
            unit: String::new(),
            currency: String::new(),
            made_elsewhere: None,
        }
    }

    /// True when prices of the two may be compared.
    #[must_use]
    pub fn same_goods(&self, other: &Self) -> bool {
        self.product == other.product && self.unit == other.unit && self.currency == other.currency
    }
}
