//! The table of orders.

use jiff::civil::Date;
use tierlight_core::model::{NetworkParts, Order};

use super::agents::site_of;
use super::mapping::Handle;
use super::registry::{Interned, Registry};
use super::{Intake, NetworkOptions, Rows, value};
use crate::error::Result;
use crate::issue::Severity;
use crate::text::header_key;

/// Columns of the table.
struct Columns {
    id: Handle,
    site: Handle,
    buyer: Handle,
    date: Handle,
    due: Handle,
    quantity: Handle,
    unit: Handle,
    price: Handle,
    currency: Handle,
    lead_days: Handle,
    product: Handle,
    made_elsewhere: Handle,
}

/// Reads all rows.
pub(super) fn read(intake: &mut Intake<'_>, options: &NetworkOptions, registry: &Registry, parts: &mut NetworkParts) -> Result<()> {
    let of = |name| intake.mapped.handle(name);
    let c = Columns {
        id: of("order_id"),
        site: of("site_id"),
        buyer: of("buyer_id"),
        date: of("date"),
        due: of("due_date"),
        quantity: of("quantity"),
        unit: of("unit"),
        price: of("price"),
        currency: of("currency"),
        lead_days: of("lead_days"),
        product: of("product"),
        made_elsewhere: of("made_elsewhere"),
    };
    let mut seen = Interned::default();
    let mut told = std::collections::HashSet::new();
    intake.each(|rows, row| {
        let id = rows.cell(row, c.id);
        if !id.is_empty() && seen.insert(id).is_err() {
            rows.reject("id_duplicate", row, c.id, "an id that no other order has", "delete one of the rows");
        }
        let site = site_of(rows, row, c.site, registry);
        let buyer = if rows.cell(row, c.buyer).is_empty() { None } else { site_of(rows, row, c.buyer, registry) };
        let date = placed(rows, row, c.date, options.as_of);
        let quantity = rows.number("number_invalid", row, c.quantity, value::AMOUNT);
        let price = rows.number("number_invalid", row, c.price, value::AMOUNT);
        let lead_days = rows.number("number_invalid", row, c.lead_days, value::AMOUNT);
        let made_elsewhere = rows.parse("answer_invalid", row, c.made_elsewhere, value::yes_no);
        let due = rows.parse("date_invalid", row, c.due, value::date);
        if let (Some(due), Some(date)) = (due, date)
            && due < date
        {
            rows.reject("date_order", row, c.due, format!("a day not before {date}, the day of the order"), "correct one of the two dates");
        }
        let (Some(site), Some(date)) = (site, date) else { return };
        if rows.is_rejected(row) {
            return;
        }
        let unit = rows.cell(row, c.unit);
        let in_unit_of_capacity = registry.capacity_unit(site).is_none_or(|capacity| unit.is_empty() || same_unit(capacity, unit));
        if !in_unit_of_capacity && told.insert(site) {
            let issue = rows.issue("unit_of_capacity", Severity::Warning, row, c.unit);
            let capacity = registry.capacity_unit(site).unwrap_or_default();
            let hint = "orders in another unit are not held against the site's capacity; state both in one unit";
            rows.note(issue.expected(format!("{capacity}, the unit of the capacity of {}", registry.id(site))).hint(hint));
        }
        let from_due = due.map(|due| due.duration_since(date).as_secs() as f64 / 86_400.0);
        parts.orders.push(Order {
            id: id.to_owned(),
            buyer,
            quantity,
            in_unit_of_capacity,
            price,
            lead_days: lead_days.or(from_due),
            product: rows.cell(row, c.product).to_owned(),
            unit: unit.to_owned(),
            currency: rows.cell(row, c.currency).to_owned(),
            made_elsewhere,
            ..Order::new(site, date)
        });
    })
}

/// Day or month of an order, which must be there and not lie after the day on which the network is looked at.
fn placed(rows: &mut Rows<'_>, row: usize, column: Handle, as_of: Date) -> Option<Date> {
    let date = rows.parse("date_invalid", row, column, value::day_or_month);
    if date.is_none() && !rows.is_rejected(row) {
        rows.reject(
            "required_missing",
            row,
            column,
            "a date, as YYYY-MM-DD, or a month, as YYYY-MM",
            "an order is compared with those before it",
        );
    }
    if date.is_some_and(|date| date > as_of) {
        rows.reject("date_future", row, column, format!("a day not after {as_of}"), "set --as-of to a later day, or correct the date");
    }
    date
}

/// A capacity is always one of a month, whether its unit says so or not.
fn same_unit(capacity: &str, order: &str) -> bool {
    let bare = |unit: &str| {
        let key = header_key(unit);
        let bare = ["_per_month", "_a_month", "_month"].iter().find_map(|end| key.strip_suffix(end)).unwrap_or(&key);
        bare.strip_suffix('s').unwrap_or(bare).to_owned()
    };
    bare(capacity) == bare(order)
}

#[cfg(test)]
mod tests {
    use super::same_unit;

    #[test]
    fn units_are_compared_without_the_month() {
        assert!(same_unit("Pieces / month", "pieces") && same_unit("ball", "Balls") && same_unit("kg per month", "KG"));
        assert!(!same_unit("pieces per month", "dozen"));
    }
}
