//! What the orders of a site show: load, price, lead time, and what was found of earlier ones. Equation (7.4).

use crate::model::{Network, Order};
use crate::risk::evidence::DAYS_PER_MONTH;

/// Fewest earlier orders that a price or a lead time is compared with.
const COMPARED: usize = 3;

/// What an order shows, beside the other orders of its site. `None` is unknown, and says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signs {
    /// Quantity that is due while the order is made, over what the site can make in that time.
    pub load: Option<f64>,
    /// Price over the median price of the site's earlier orders of the same goods.
    pub price: Option<f64>,
    /// Lead time over the median lead time of the site's earlier orders.
    pub lead_time: Option<f64>,
    /// Earlier orders of the site of which it was found out where they were made.
    pub checked: u32,
    /// Of these, orders that were partly made elsewhere.
    pub elsewhere: u32,
    /// What was found of this order.
    pub made_elsewhere: Option<bool>,
}

/// Signs of all orders of a network, in their order. Sorting, and linear in orders.
#[must_use]
pub fn signs(network: &Network) -> Vec<Signs> {
    let orders = network.orders();
    let mut out = Vec::with_capacity(orders.len());
    for own in orders.chunk_by(|a, b| a.site == b.site) {
        let capacity = network.sites()[own[0].site as usize].capacity.filter(|c| *c > 0.0);
        let due = Due::new(own);
        let mut past = Past::default();
        for same_day in own.chunk_by(|a, b| a.date == b.date) {
            out.extend(same_day.iter().map(|o| Signs {
                load: capacity.zip(due.while_made(o)).map(|(capacity, quantity)| quantity / (capacity * days(o) / DAYS_PER_MONTH)),
                made_elsewhere: o.made_elsewhere,
                ..past.compared(o)
            }));
            for order in same_day {
                past.add(order);
            }
        }
    }
    out
}

/// Days in which an order is made: its lead time, else a month, at least a day.
fn days(order: &Order) -> f64 {
    order.lead_days.unwrap_or(DAYS_PER_MONTH).max(1.0)
}

/// Quantity due at a site up to any time: each order is made evenly over its days.
struct Due {
    /// Times at which the pace changes, with the quantity due before and the pace after; times ascend.
    turns: Vec<(f64, f64, f64)>,
    first: jiff::civil::Date,
}

impl Due {
    fn new(orders: &[Order]) -> Self {
        let first = orders[0].date;
        let mut changes: Vec<(f64, f64)> = Vec::new();
        for order in orders.iter().filter(|o| o.in_unit_of_capacity) {
            if let Some(quantity) = order.quantity {
                let (start, days) = (since(first, order), days(order));
                changes.push((start, quantity / days));
                changes.push((start + days, -quantity / days));
            }
        }
        changes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let (mut turns, mut total, mut pace, mut last) = (Vec::with_capacity(changes.len()), 0.0, 0.0, 0.0);
        for (time, change) in changes {
            total += pace * (time - last);
            pace += change;
            last = time;
            turns.push((time, total, pace));
        }
        Self { turns, first }
    }

    /// Quantity due up to a time.
    fn up_to(&self, time: f64) -> f64 {
        let after = self.turns.partition_point(|t| t.0 <= time);
        let Some(&(turn, total, pace)) = after.checked_sub(1).and_then(|k| self.turns.get(k)) else { return 0.0 };
        total + pace * (time - turn)
    }

    /// Quantity due while an order is made; `None` where that of the order itself is unknown.
    fn while_made(&self, order: &Order) -> Option<f64> {
        order.quantity.filter(|_| order.in_unit_of_capacity)?;
        let start = since(self.first, order);
        Some((self.up_to(start + days(order)) - self.up_to(start)).max(0.0))
    }
}

fn since(first: jiff::civil::Date, order: &Order) -> f64 {
    order.date.duration_since(first).as_secs() as f64 / 86_400.0
}

/// Earlier orders of a site.
#[derive(Default)]
struct Past<'a> {
    /// Ascending prices, by goods.
    prices: Vec<(&'a Order, Vec<f64>)>,
    /// Ascending.
    lead_times: Vec<f64>,
    checked: u32,
    elsewhere: u32,
}

impl<'a> Past<'a> {
    fn compared(&self, order: &Order) -> Signs {
        let prices = self.prices.iter().find(|(goods, _)| goods.same_goods(order));
        let ratio = |own: Option<f64>, usual: Option<f64>| Some(own? / usual?).filter(|r| *r > 0.0 && r.is_finite());
        Signs {
            price: ratio(order.price, prices.and_then(|(_, prices)| median(prices))),
            lead_time: ratio(order.lead_days, median(&self.lead_times)),
            checked: self.checked,
            elsewhere: self.elsewhere,
            ..Signs::default()
        }
    }

    fn add(&mut self, order: &'a Order) {
        if let Some(price) = order.price.filter(|p| *p > 0.0) {
            match self.prices.iter_mut().find(|(goods, _)| goods.same_goods(order)) {
                Some((_, prices)) => insert(prices, price),
                None => self.prices.push((order, vec![price])),
            }
        }
        if let Some(lead_days) = order.lead_days.filter(|d| *d > 0.0) {
            insert(&mut self.lead_times, lead_days);
        }
        self.checked += u32::from(order.made_elsewhere.is_some());
        self.elsewhere += u32::from(order.made_elsewhere == Some(true));
    }
}

fn insert(ascending: &mut Vec<f64>, value: f64) {
    ascending.insert(ascending.partition_point(|x| *x < value), value);
}

fn median(ascending: &[f64]) -> Option<f64> {
    let n = ascending.len();
    (n >= COMPARED).then(|| f64::midpoint(ascending[(n - 1) / 2], ascending[n / 2]))
}
