//! How much of a buyer's purchases each link carries, and how that is stated.

use jiff::civil::Date;
use tierlight_core::model::{Amount, Disclosure, Link, LinkKind, Role, Share};

use super::Generator;
use super::draw::{Draw, Stream};
use super::sites::rounded;

/// How buyers state amounts, and how often: the rest say nothing.
const MODES: [(Mode, f64); 4] = [(Mode::Shares, 0.5), (Mode::Values, 0.2), (Mode::ValuesOfTotal, 0.1), (Mode::Quantities, 0.1)];
/// Share of buyers that state coverage, where the amounts do not need it and where they do.
const STATES_COVERAGE: f64 = 0.5;
/// Coverage lies between these.
const COVERED: [f64; 2] = [0.3, 0.97];
const SUBCONTRACTED: f64 = 0.12;
const DISCLOSED: [(Disclosure, f64); 2] = [(Disclosure::Verified, 0.2), (Disclosure::Inferred, 0.003)];
const EXPIRED: f64 = 0.003;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Shares,
    Values,
    ValuesOfTotal,
    Quantities,
    Unstated,
}

/// What a site says of its purchases.
pub(super) struct Purchases {
    mode: Mode,
    covered: f64,
    states_coverage: bool,
    total: f64,
}

impl Purchases {
    /// Coverage as stated.
    pub(super) fn coverage(&self) -> Option<Share> {
        if self.states_coverage { Share::new(self.covered) } else { None }
    }

    /// Total as stated.
    pub(super) fn stated_total(&self) -> Option<f64> {
        (self.mode == Mode::ValuesOfTotal).then_some(self.total)
    }
}

/// A link, and the day until which it is valid.
pub(super) struct LinkRow {
    pub link: Link,
    pub valid_to: Option<Date>,
}

impl Generator<'_> {
    pub(super) fn purchases(&self, place: u32) -> Purchases {
        let mut draw = self.draw(Stream::Purchases, place);
        let mut mode = Mode::Unstated;
        let mut at = draw.unit();
        for (one, share) in MODES {
            if at < share {
                mode = one;
                break;
            }
            at -= share;
        }
        let covered = rounded(COVERED[0] + (COVERED[1] - COVERED[0]) * libm::sqrt(draw.unit()), 1e3);
        let total = rounded(1e4 * libm::exp(6.0 * draw.unit()), 1.0);
        let mut states_coverage = mode != Mode::ValuesOfTotal && draw.chance(STATES_COVERAGE);
        if !self.buys(place) {
            (mode, states_coverage) = (Mode::Unstated, false);
        }
        Purchases { mode, covered, states_coverage, total }
    }

    /// Links to the buyer of a row.
    pub(super) fn links(&self, row: u32) -> Vec<LinkRow> {
        let place = self.shuffle.to(row);
        let suppliers = self.suppliers(place);
        if suppliers.is_empty() {
            return Vec::new();
        }
        let purchases = self.purchases(place);
        let mut draw = self.draw(Stream::Amounts, place);
        let weights: Vec<f64> = suppliers.iter().map(|_| draw.exponential()).collect();
        let whole: f64 = weights.iter().sum();
        suppliers
            .into_iter()
            .zip(weights)
            .map(|(supplier, weight)| {
                let part = purchases.covered * weight / whole;
                // rounded down, so that no sum exceeds what it is part of
                let down = |x: f64, scale: f64| (libm::floor(x * scale) / scale).max(1.0 / scale);
                let amount = match purchases.mode {
                    Mode::Shares => Amount::Share(down(part, 1e8)),
                    Mode::Values | Mode::ValuesOfTotal => Amount::Value(down(part * purchases.total, 1e2)),
                    Mode::Quantities => Amount::Quantity(down(part * purchases.total / 50.0, 1e1)),
                    Mode::Unstated => Amount::Unstated,
                };
                let disclosure = disclosure(&mut draw);
                let kind = self.kind(supplier, &mut draw);
                let supplier = self.shuffle.from(supplier);
                let valid_to = draw.chance(EXPIRED).then(|| self.days_before(1 + draw.below(700)));
                LinkRow { link: Link { supplier, buyer: row, kind, disclosure, amount, sales_share: None, product: None }, valid_to }
            })
            .collect()
    }

    /// What passes: homes take in work, other sites sell, or work for the buyer.
    fn kind(&self, supplier: u32, draw: &mut Draw) -> LinkKind {
        let standing = self.layout.standing(supplier);
        let sector = self.layout.sector(standing, self.draw(Stream::Site, supplier).unit());
        if self.role(standing, sector) == Role::HomeCluster {
            LinkKind::Homework
        } else if draw.chance(SUBCONTRACTED) {
            LinkKind::Subcontract
        } else {
            LinkKind::Purchase
        }
    }

    /// So many days before the day of the network.
    pub(super) fn days_before(&self, days: u32) -> Date {
        self.options.as_of.saturating_sub(jiff::Span::new().days(i64::from(days)))
    }
}

fn disclosure(draw: &mut Draw) -> Disclosure {
    let mut at = draw.unit();
    for (one, share) in DISCLOSED {
        if at < share {
            return one;
        }
        at -= share;
    }
    Disclosure::Declared
}
