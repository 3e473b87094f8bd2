//! Supply links.

use serde::{Deserialize, Serialize};

use super::site::slugs;

slugs! {
    /// What passes along a link.
    LinkKind {
        /// The buyer orders goods from the supplier.
        Purchase = "purchase",
        /// The buyer hands part of its own order on.
        Subcontract = "subcontract",
        /// The buyer gives out work to homes.
        Homework = "homework",
    }
}

slugs! {
    /// How a link is known.
    Disclosure {
        /// Checked by documents or a visit.
        Verified = "verified",
        /// Stated by one of the two.
        Declared = "declared",
        /// Guessed from other data; traced only when the user trusts it.
        Inferred = "inferred",
    }
}

/// How much of the buyer's purchases a link carries, as the user stated it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Amount {
    /// Share of the buyer's purchases.
    Share(f64),
    /// Value, in one currency for all links of a buyer.
    Value(f64),
    /// Quantity, in one unit for all links of a buyer.
    Quantity(f64),
    /// Not said.
    Unstated,
    /// The part of the buyer's own work that its orders say is made elsewhere (7.6); only to modelled sites.
    Elsewhere,
}

/// A supply link from a supplier site to a buyer site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Row of the supplier among the sites.
    pub supplier: u32,
    /// Row of the buyer among the sites.
    pub buyer: u32,
    /// What passes.
    pub kind: LinkKind,
    /// How it is known.
    pub disclosure: Disclosure,
    /// How much.
    pub amount: Amount,
    /// Share of the supplier's sales that go to this buyer: leverage.
    pub sales_share: Option<f32>,
    /// Row of the product among [`super::Network::products`].
    pub product: Option<u32>,
}
