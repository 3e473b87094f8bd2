//! Hidden subcontracting: (7.4) to (7.6).

use jiff::{Span, civil::Date};
use tierlight_core::model::{Amount, Modelled, Order, Share};
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::hidden::{OrderModel, Signs, add_modelled_sites, signs};
use tierlight_core::risk::logit::logit;
use tierlight_core::{Assessment, Options, Silent, assess};

use crate::common::{AS_OF, COTTON, Draft, GARMENTS, KILN, assessed, close, parameters, random_draft, with_spreads, with_threads};

fn days_ago(days: i64) -> Date {
    AS_OF.saturating_sub(Span::new().days(days))
}

/// An order of a site, so many days ago: (quantity, price, lead days).
fn order(draft: &mut Draft, site: &str, days: i64, (quantity, price, lead_days): (f64, f64, f64)) -> usize {
    let mut order = Order::new(draft.row(site), days_ago(days));
    order.id = format!("o{:04}", draft.parts.orders.len());
    (order.quantity, order.price, order.lead_days) = (Some(quantity), Some(price), Some(lead_days));
    draft.parts.orders.push(order);
    draft.parts.orders.len() - 1
}

/// A buyer, a maker with orders, and a farm it buys from.
fn chain() -> Draft {
    let mut draft = Draft::new();
    draft.site("brand", GARMENTS).input_share = Share::new(0.5);
    let maker = draft.site("maker", GARMENTS);
    (maker.workers, maker.capacity, maker.input_share) = (Some(200.0), Some(1000.0), Share::new(0.6));
    draft.site("farm", COTTON);
    draft.share("maker", "brand", 0.8);
    draft.share("farm", "maker", 0.4);
    for k in 0..6 {
        order(&mut draft, "maker", 300 - 40 * k, (900.0, 10.0, 30.0));
    }
    draft
}

fn with_modelled(mut draft: Draft, p: &Parameters) -> Draft {
    add_modelled_sites(&mut draft.parts, p);
    draft
}

#[test]
fn orders_alone_change_nothing_and_no_orders_add_nothing() {
    let p = parameters();
    let mut draft = random_draft(1, 30);
    let without = draft.network();
    add_modelled_sites(&mut draft.parts, &p);
    assert_eq!(draft.network(), without, "no orders, nothing modelled");
    order(&mut draft, "s0003", 20, (10.0, 1.0, 30.0));
    let with = draft.network();
    let options = Options { draws: 32, seed: 3, ..Options::default() };
    let (a, b) = (assess(&without, &p, &options, &Silent).unwrap(), assess(&with, &p, &options, &Silent).unwrap());
    assert_eq!(a.exposure, b.exposure);
    assert_eq!(a.uncertainty, b.uncertainty);
}

#[test]
fn the_part_made_elsewhere_leaves_the_site_and_nothing_else_moves() {
    let p = parameters();
    let plain = chain().network();
    let network = with_modelled(chain(), &p).network();
    let (before, after) = (assessed(&plain, &p), assessed(&network, &p));
    let row = |id: &str| network.find_site(id).unwrap();
    let (maker, modelled) = (row("maker"), row("maker~elsewhere"));
    let e = after.model.hidden().at_modelled(modelled).unwrap();
    assert_eq!((e.of as usize, e.orders.len()), (maker, 6));
    assert!(e.share > 0.0 && e.share < e.likelihood && e.likelihood < 1.0);
    let old = plain.find_site("maker").unwrap();
    for h in 0..3 {
        // (7.6): e = e without + f·(1 − m)·(θ elsewhere − θ of the site)
        let difference = e.share * 0.4 * (after.updated[modelled].prevalence[h] - after.updated[maker].prevalence[h]);
        close(after.exposure[maker].linked(h), before.exposure[old].linked(h) + difference, 1e-12, "linked share of the maker");
        close(after.exposure[maker].linked_untraced(h), before.exposure[old].linked_untraced(h), 1e-12, "untraced part");
        assert!(after.updated[modelled].presence[h] <= e.likelihood, "presence counts that there may be no such site");
        let expected = after.updated[modelled].prevalence[h] * e.share * 200.0;
        close(after.updated[modelled].expected[h], expected, 1e-9, "children where a part of 200 workers' work is done");
    }
    close(after.updated[maker].prevalence[0], before.updated[old].prevalence[0], 1e-15, "the site itself stays as it was");
    let plan = &after.plan;
    for p in 0..plan.len() {
        let sum = plan.value_added[p] + plan.untraced[p] + plan.suppliers.row(p).map(|(_, a)| a).sum::<f64>();
        close(sum, 1.0, 1e-12, "value added, untraced and bought");
    }
    assert_eq!(after.model.depth()[modelled], Some(1), "one step deeper");
    assert_eq!(after.priority[modelled].rank as usize, network.sites().len(), "nobody can visit it");
    assert_eq!(network.sites()[modelled].modelled, Some(Modelled::Elsewhere));
    assert!(network.links().iter().any(|l| l.amount == Amount::Elsewhere));
}

#[test]
fn each_sign_moves_the_likelihood_its_way_and_unknown_adds_nothing() {
    let p = parameters();
    let model = OrderModel::new(&p.coefficients);
    let none = Signs::default();
    close(model.likelihood(&none), 0.3, 1e-12, "an order of which nothing is known has the base");
    let more = |a: Signs, b: Signs| {
        assert!(model.likelihood(&a) > model.likelihood(&b) && model.likelihood_at(&a, 1.0) > model.likelihood_at(&b, 1.0));
    };
    more(Signs { load: Some(1.3), ..none }, Signs { load: Some(0.5), ..none });
    more(Signs { price: Some(0.7), ..none }, Signs { price: Some(1.0), ..none });
    more(Signs { lead_time: Some(1.5), ..none }, Signs { lead_time: Some(1.0), ..none });
    more(Signs { checked: 3, elsewhere: 3, ..none }, Signs { checked: 3, elsewhere: 0, ..none });
    more(Signs { made_elsewhere: Some(true), ..none }, Signs { load: Some(9.0), price: Some(0.1), ..none });
    close(model.likelihood(&Signs { load: Some(0.8), price: Some(1.0), ..none }), 0.3, 1e-12, "usual signs say nothing");
    assert_eq!(model.likelihood(&Signs { made_elsewhere: Some(false), ..none }), model.likelihood(&none));
    // misprints stay finite
    assert!(model.likelihood(&Signs { price: Some(1e-300), load: Some(1e300), ..none }) < 1.0);
    let signs = Signs { load: Some(1.4), price: Some(0.9), lead_time: Some(2.0), checked: 2, elsewhere: 1, made_elsewhere: None };
    let sum: f64 = model.terms(&signs, &p.coefficients).iter().map(|t| t.value).sum();
    close(sum, logit(model.likelihood(&signs)), 1e-12, "terms sum");
    // the mean over sites of what holds at one of them
    let mean = (-600..=600)
        .map(|k| f64::from(k) / 100.0)
        .map(|z| 0.01 * libm::exp(-z * z / 2.0) / (2.0 * std::f64::consts::PI).sqrt() * model.likelihood_at(&signs, z))
        .sum::<f64>();
    close(mean, model.likelihood(&signs), 0.01, "mean over sites");
}

#[test]
fn load_price_lead_time_and_record_are_read_off_the_orders() {
    let mut draft = Draft::new();
    draft.site("maker", GARMENTS).capacity = Some(1000.0);
    draft.site("other", GARMENTS);
    for (days, quantity, price, lead) in [(200, 500.0, 10.0, 30.0), (150, 500.0, 12.0, 30.0), (100, 500.0, 11.0, 60.0)] {
        let row = order(&mut draft, "maker", days, (quantity, price, lead));
        draft.parts.orders[row].made_elsewhere = Some(days == 150);
    }
    // two at once: each is made while the other is
    order(&mut draft, "maker", 20, (1000.0, 8.0, 15.0));
    order(&mut draft, "maker", 20, (1000.0, 11.0, 15.0));
    let pieces = order(&mut draft, "maker", 10, (5.0, 200.0, 15.0));
    draft.parts.orders[pieces].in_unit_of_capacity = false;
    draft.parts.orders[pieces].product = "another".to_owned();
    order(&mut draft, "other", 10, (5.0, 200.0, 15.0));
    let network = draft.network();
    let signs = signs(&network);
    let month = 30.436_875;
    close(signs[0].load.unwrap(), 500.0 / (1000.0 * 30.0 / month), 1e-12, "one order alone");
    close(signs[3].load.unwrap(), 2000.0 / (1000.0 * 15.0 / month), 1e-12, "two orders at once");
    assert_eq!((signs[2].price, signs[2].lead_time), (None, None), "two earlier orders are too few");
    close(signs[3].price.unwrap(), 8.0 / 11.0, 1e-12, "over the median of earlier prices");
    close(signs[4].price.unwrap(), 1.0, 1e-12, "orders of one day do not see each other");
    close(signs[3].lead_time.unwrap(), 0.5, 1e-12, "lead time over its median");
    assert_eq!((signs[3].checked, signs[3].elsewhere, signs[1].checked, signs[1].made_elsewhere), (3, 1, 1, Some(true)));
    assert_eq!((signs[5].load, signs[5].price), (None, None), "another unit, other goods");
    assert_eq!(signs[6], Signs { checked: 0, ..Signs::default() }, "another site, without capacity or past");
}

#[test]
fn old_orders_say_nothing_of_today() {
    let p = parameters();
    let mut draft = chain();
    order(&mut draft, "maker", 900, (10.0, 1.0, 30.0));
    order(&mut draft, "farm", 900, (10.0, 1.0, 30.0));
    let network = with_modelled(draft, &p).network();
    assert!(network.find_site("farm~elsewhere").is_none());
    let a = assessed(&network, &p);
    assert_eq!(a.model.hidden().elsewhere.len(), 1);
    assert_eq!(a.model.hidden().elsewhere[0].orders.len(), 6);
}

/// Wide spreads on everything that orders need.
fn spread_parameters() -> Parameters {
    with_spreads(|name, value| name.contains("hidden").then_some(0.15 * value.mean.abs()))
}

#[test]
fn draws_hold_the_point_value_and_do_not_depend_on_threads() {
    let p = spread_parameters();
    let network = with_modelled(chain(), &p).network();
    let options = Options { draws: 2000, seed: 5, ..Options::default() };
    let of = |threads: usize| with_threads(threads, || assess(&network, &p, &options, &Silent).unwrap().uncertainty.unwrap());
    let u = of(1);
    assert_eq!(u, of(3));
    let a = assess(&network, &p, &options, &Silent).unwrap();
    let (maker, modelled, brand) =
        (network.find_site("maker").unwrap(), network.find_site("maker~elsewhere").unwrap(), network.find_site("brand").unwrap());
    let e = a.model.hidden().at_modelled(modelled).unwrap();
    // the mean number of children elsewhere is that of sites of the kind, by as much work as is expected there
    let theta = f64::from(u.sites[modelled].prevalence[0].mean);
    close(f64::from(u.sites[modelled].expected[0].mean) / (theta * e.share * 200.0), 1.0, 0.15, "children elsewhere");
    let presence = &u.sites[modelled].presence[0];
    assert!(presence.p05 < presence.p50 && f64::from(presence.p95) <= 1.0);
    assert_eq!(u.linked[modelled], u.sites[modelled].prevalence);
    assert_eq!(u.sites[modelled].top, 0.0);
    // off: the share made elsewhere is taken as it is nowhere
    let plain = chain().network();
    let off = assess(&plain, &p, &options, &Silent).unwrap().uncertainty.unwrap();
    let width = |q: &tierlight_core::draws::Quantiles| q.p95 - q.p05;
    let row = |id: &str| plain.find_site(id).unwrap();
    assert!(u.linked[maker][0].mean > off.linked[row("maker")][0].mean);
    assert!(width(&u.linked[brand][0]) > 0.9 * width(&off.linked[row("brand")][0]));
}

#[test]
fn a_site_that_hands_everything_on_is_solved() {
    let p = parameters();
    let mut draft = Draft::new();
    let site = draft.site("maker", KILN);
    (site.input_share, site.workers) = (Share::new(0.0), Some(10.0));
    let row = order(&mut draft, "maker", 5, (1.0, 1.0, 1.0));
    draft.parts.orders[row].made_elsewhere = Some(true);
    let mut p = p;
    p.coefficients = p.coefficients.with_means(|name, value| if name == "hidden_part" { 1.0 } else { value.mean });
    let network = with_modelled(draft, &p).network();
    let options = Options { draws: 32, seed: 1, ..Options::default() };
    let a: Assessment<'_> = assess(&network, &p, &options, &Silent).unwrap();
    close(a.exposure[0].linked(0), a.updated[1].prevalence[0], 1e-12, "all value is added elsewhere");
    assert!(a.uncertainty.unwrap().linked[0][0].p95.is_finite());
}
