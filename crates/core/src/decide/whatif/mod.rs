//! What-if: a scenario changes sites, links, evidence or agents, and everything is assessed anew. Equations (7.1) to (7.3).
//!
//! A scenario does what an action does in the model and no more. Associations are not effects: that sites which are registered have
//! less child labour does not say that registering one takes a child out of work.

mod apply;
mod compare;

pub use apply::{Changed, apply};
pub use compare::{BuyerChange, Comparison, Departure, Drawn, SiteChange, Spread, TotalChange, WhatIf};

/// One change of a network; sites and agents by their rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Verified remediation, today, of everything found at a site: `remediated_on` of its evidence (3.6).
    Remediate {
        /// Site.
        site: usize,
    },
    /// The untraced purchases of a buyer become links to typical suppliers of the sectors that its own buys from (7.3).
    Disclose {
        /// Buyer.
        buyer: usize,
    },
    /// A part of what a buyer buys from one site is bought from another.
    Move {
        /// Buyer.
        buyer: usize,
        /// Supplier it is taken from.
        from: usize,
        /// Supplier it goes to.
        to: usize,
        /// Part of what the buyer buys from `from`, 0 to 1.
        share: f64,
    },
    /// A buyer buys nothing from a supplier any more. What it bought there becomes untraced: nobody has said where it will come from.
    Drop {
        /// Supplier.
        supplier: usize,
        /// Buyer.
        buyer: usize,
    },
    /// A site is registered and its work no longer done in homes: two conditions of (1.1).
    Formalise {
        /// Site.
        site: usize,
    },
    /// An agent gives no more advances that bind workers. At its sites advance debt is then unknown, not absent, unless another agent
    /// gives some.
    EndAdvanceDebt {
        /// Agent.
        agent: usize,
    },
}

/// What an action changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// Items of evidence that were found and not remediated before.
    Remediated {
        /// Site.
        site: usize,
        /// Items.
        items: usize,
    },
    /// Purchases that were untraced.
    Disclosed {
        /// Buyer.
        buyer: usize,
        /// Part of the buyer's purchases that now have a supplier.
        share: f64,
        /// Sectors that recipes name of them.
        sectors: usize,
    },
    /// Purchases that come from elsewhere.
    Moved {
        /// Buyer.
        buyer: usize,
        /// Supplier they came from.
        from: usize,
        /// Supplier they come from now; `None` is untraced.
        to: Option<usize>,
        /// Part of the buyer's purchases.
        share: f64,
    },
    /// Conditions of a site that were not so before.
    Formalised {
        /// Site.
        site: usize,
        /// Conditions that changed.
        conditions: usize,
    },
    /// Advances that an agent gave.
    DebtEnded {
        /// Agent.
        agent: usize,
        /// Sites at which it gave advances.
        sites: usize,
    },
}
