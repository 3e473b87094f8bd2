//! Orders of a site, and what a modelled site stands for.

use std::fmt::Write;

use tierlight_answers::explain::recent_orders;
use tierlight_core::Assessment;
use tierlight_core::model::Modelled;
use tierlight_core::risk::hidden::OrderModel;
use tierlight_core::risk::term::Known;

use crate::view::{heading, log_odds, percent, probability, table};

/// Orders to list, the likeliest first.
const LISTED: usize = 10;

/// What a modelled site is, in place of a name that nobody knows.
pub(super) fn modelled(a: &Assessment<'_>, site: usize) -> anyhow::Result<String> {
    let mut out = String::new();
    if a.network.sites()[site].modelled == Some(Modelled::Elsewhere)
        && let Some(e) = a.model.hidden().at_modelled(site)
    {
        let of = a.network.site_id(e.of as usize);
        writeln!(
            out,
            "MODELLED: nobody named this site. It stands for the {} of the work of {of} that its orders suggest may have been done elsewhere; the \
             likelihood that there is any such site is {}. Usual conditions of the sector, the district of {of}, one subcontracting step deeper. \
             Nothing is said of any firm: ask {of}. `tierlight explain RUN --site {of}` shows the orders; `score --hidden off` leaves it out.",
            percent(e.share),
            probability(e.likelihood)
        )?;
    }
    Ok(out)
}

/// Orders of a site: terms, likelihood, and what they add up to.
pub(super) fn text(a: &Assessment<'_>, site: usize) -> anyhow::Result<String> {
    let model = OrderModel::new(&a.parameters.coefficients);
    let rows = recent_orders(a, site, &model);
    if rows.is_empty() {
        return Ok(String::new());
    }
    let mut out =
        heading("Orders: likelihood that part of the order was made elsewhere (log-odds, terms sum; an estimate, and no finding)");
    let signs = &a.model.hidden().signs;
    let c = &a.parameters.coefficients;
    let grades = model.terms(&signs[rows[0]], c).map(|t| format!("{} {}", t.term.slug(), t.provenance.grade.letter()));
    out += &table(
        &["   order", "date", ">load", ">price", ">lead time", ">base", ">load", ">price", ">lead time", ">record", ">likelihood"],
        rows.iter().take(LISTED).map(|&k| {
            let (order, signs) = (&a.network.orders()[k], &signs[k]);
            let times = |x: Option<f64>| x.map_or_else(|| "unknown".to_owned(), |x| format!("×{x:.2}"));
            let [base, load, price, lead_time, record] =
                model.terms(signs, c).map(|t| if t.known == Known::Unknown { "-".to_owned() } else { log_odds(t.value) });
            let likelihood = if signs.made_elsewhere == Some(true) { "found".to_owned() } else { probability(model.likelihood(signs)) };
            vec![
                format!("   {}", order.id),
                order.date.to_string(),
                times(signs.load),
                times(signs.price),
                times(signs.lead_time),
                base,
                load,
                price,
                lead_time,
                record,
                likelihood,
            ]
        }),
    );
    if rows.len() > LISTED {
        writeln!(out, "   … and {} more in orders.csv", rows.len() - LISTED)?;
    }
    writeln!(
        out,
        "   load: what is due over what the site can make; price and lead time: over the median of its earlier orders. Grades: {}",
        grades.join(", ")
    )?;
    match a.model.hidden().of_site(site) {
        Some(e) => writeln!(
            out,
            "   expected to be made elsewhere: {} of the work of these orders; likelihood that any was: {}. It enters the network as {} (modelled)",
            percent(e.share),
            probability(e.likelihood),
            a.network.site_id(e.site as usize)
        )?,
        None => writeln!(out, "   scored with --hidden off: they change no score")?,
    }
    Ok(out)
}
