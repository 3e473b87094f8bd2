//! Orders of a site, and what a modelled site stands for.

use serde_json::{Value, json};
use tierlight_core::Assessment;
use tierlight_core::risk::hidden::{OrderModel, is_recent};
use tierlight_core::risk::logit::expit;
use tierlight_core::risk::term::Known;

/// Rows of a site's recent orders, the likeliest first.
#[must_use]
pub fn recent_orders(a: &Assessment<'_>, site: usize, model: &OrderModel) -> Vec<usize> {
    let orders = a.network.orders();
    let own = |k: &usize| orders[*k].site as usize == site && is_recent(&orders[*k], a.network.as_of(), a.parameters);
    let mut rows: Vec<usize> = (0..orders.len()).filter(own).collect();
    let signs = &a.model.hidden().signs;
    rows.sort_by(|&x, &y| model.likelihood(&signs[y]).total_cmp(&model.likelihood(&signs[x])).then(y.cmp(&x)));
    rows
}

/// Orders with terms and likelihood; null without orders.
pub(super) fn orders_json(a: &Assessment<'_>, site: usize) -> Value {
    let hidden = a.model.hidden();
    let elsewhere = hidden.at_modelled(site).or_else(|| hidden.of_site(site)).map(|e| {
        json!({
            "modelled_site": a.network.site_id(e.site as usize), "orders_of": a.network.site_id(e.of as usize),
            "likelihood": e.likelihood, "share_of_work": e.share,
        })
    });
    let model = OrderModel::new(&a.parameters.coefficients);
    let orders: Vec<Value> = recent_orders(a, site, &model)
        .into_iter()
        .map(|k| {
            let (order, signs) = (&a.network.orders()[k], &hidden.signs[k]);
            let terms = model.terms(signs, &a.parameters.coefficients);
            let log_odds: f64 = terms.iter().map(|t| t.value).sum();
            let terms: Vec<Value> = terms
                .iter()
                .map(|t| {
                    json!({
                        "term": t.term.slug(), "log_odds": t.value, "known": t.known != Known::Unknown,
                        "grade": t.provenance.grade.letter(), "source": t.provenance.source,
                    })
                })
                .collect();
            json!({
                "order_id": order.id, "date": order.date.to_string(), "load": signs.load, "price_over_past": signs.price,
                "lead_time_over_past": signs.lead_time, "terms": terms, "likelihood_by_terms": expit(log_odds),
                "made_elsewhere_found": signs.made_elsewhere, "likelihood_made_elsewhere": model.likelihood(signs),
            })
        })
        .collect();
    if orders.is_empty() && elsewhere.is_none() { Value::Null } else { json!({ "elsewhere": elsewhere, "orders": orders }) }
}
