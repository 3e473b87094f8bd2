//! `orders`: what each order shows, and how likely it is that part of it was made elsewhere.

use tierlight_core::Assessment;
use tierlight_core::risk::hidden::{OrderModel, OrderTerm};

use super::Folder;
use super::column::{Column, count, maybe, number, text};
use super::writer::write_csv;
use crate::error::Result;

pub(super) fn write(folder: &Folder<'_>, a: &Assessment<'_>) -> Result<()> {
    let orders = a.network.orders();
    if orders.is_empty() {
        return Ok(());
    }
    let c = &a.parameters.coefficients;
    let signs = &a.model.hidden().signs;
    let model = &OrderModel::new(c);
    let dates: Vec<String> = orders.iter().map(|o| o.date.to_string()).collect();
    let mut columns = vec![
        text("order_id", |k| orders[k].id.as_str()),
        text("site_id", |k| a.network.site_id(orders[k].site as usize)),
        text("buyer_id", |k| orders[k].buyer.map_or("", |buyer| a.network.site_id(buyer as usize))),
        text("date", |k| dates[k].as_str()),
        maybe("quantity", |k| orders[k].quantity),
        maybe("load", |k| signs[k].load),
        maybe("price_over_past", |k| signs[k].price),
        maybe("lead_time_over_past", |k| signs[k].lead_time),
        count("earlier_checked", |k| Some(signs[k].checked)),
        count("earlier_made_elsewhere", |k| Some(signs[k].elsewhere)),
    ];
    let term = |name: &'static str, term: OrderTerm| -> Column<'_> {
        let at = move |k: usize| model.terms(&signs[k], c).iter().find(|t| t.term == term).map_or(0.0, |t| t.value);
        number(name, at)
    };
    columns.extend([
        term("log_odds_base", OrderTerm::Base),
        term("log_odds_load", OrderTerm::Load),
        term("log_odds_price", OrderTerm::Price),
        term("log_odds_lead_time", OrderTerm::LeadTime),
        term("log_odds_record", OrderTerm::Record),
        number("likelihood_made_elsewhere", move |k| model.likelihood(&signs[k])),
    ]);
    write_csv(folder, "orders", orders.len(), &columns)
}
