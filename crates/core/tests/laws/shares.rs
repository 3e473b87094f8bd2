//! Shares w_ij of equation (4.1) from what users state.

use tierlight_core::Error;
use tierlight_core::model::{Amount, Share, Site};
use tierlight_core::network::plan::Plan;
use tierlight_core::network::shares::link_shares;

use crate::common::{Draft, GARMENTS, close, parameters};

/// Shares and flags of links from `a`, `b`, … to one buyer.
fn resolve(amounts: &[Amount], buyer: impl FnOnce(&mut Site)) -> Result<(Vec<f64>, Vec<bool>), Error> {
    let mut draft = Draft::new();
    buyer(draft.site("z", GARMENTS));
    for (k, &amount) in amounts.iter().enumerate() {
        let id = format!("s{k}");
        draft.site(&id, GARMENTS);
        draft.link(&id, "z", amount);
    }
    let network = draft.network();
    let shares = link_shares(&network, &parameters())?;
    Ok((shares.share, shares.assumed))
}

fn expect(amounts: &[Amount], buyer: impl FnOnce(&mut Site), shares: &[f64], assumed: &[bool]) {
    let (found, flags) = resolve(amounts, buyer).unwrap();
    for (k, (found, expected)) in found.iter().zip(shares).enumerate() {
        close(*found, *expected, 1e-15, &format!("share of link {k} of {amounts:?}"));
    }
    assert_eq!(flags, assumed, "{amounts:?}");
}

use Amount::{Quantity, Unstated, Value};
const SHARE: fn(f64) -> Amount = Amount::Share;

#[test]
fn stated_shares_are_kept() {
    expect(&[SHARE(0.2), SHARE(0.5)], |_| {}, &[0.2, 0.5], &[false, false]);
    // also against a stated coverage: the links are the better knowledge
    expect(&[SHARE(0.2), SHARE(0.5)], |z| z.coverage = Share::new(0.9), &[0.2, 0.5], &[false, false]);
    expect(&[SHARE(0.2), SHARE(0.5)], |z| z.coverage = Share::new(0.1), &[0.2, 0.5], &[false, false]);
}

#[test]
fn values_part_the_coverage() {
    expect(&[Value(30.0), Value(10.0)], |z| z.coverage = Share::new(0.8), &[0.6, 0.2], &[false, false]);
    expect(&[Value(30.0), Value(10.0)], |z| z.purchases_total = Some(80.0), &[0.375, 0.125], &[false, false]);
    // the site's own coverage goes before its total
    let both = |z: &mut Site| {
        z.coverage = Share::new(0.8);
        z.purchases_total = Some(80.0);
    };
    expect(&[Value(30.0), Value(10.0)], both, &[0.6, 0.2], &[false, false]);
    // more than the total cannot be
    let above = resolve(&[Value(30.0), Value(10.0)], |z| z.purchases_total = Some(20.0));
    assert!(matches!(above, Err(Error::SharesAboveOne { .. } | Error::BadShare { .. })));
    expect(&[SHARE(0.5), Value(10.0)], |z| z.purchases_total = Some(40.0), &[0.5, 0.25], &[false, false]);
}

#[test]
fn without_a_coverage_half_is_assumed_and_flagged() {
    expect(&[Value(30.0), Value(10.0)], |_| {}, &[0.375, 0.125], &[true, true]);
    expect(&[Quantity(3.0), Quantity(1.0)], |_| {}, &[0.375, 0.125], &[true, true]);
    expect(&[Unstated, Unstated], |_| {}, &[0.25, 0.25], &[true, true]);
    // of what stated shares leave
    expect(&[SHARE(0.6), Unstated], |_| {}, &[0.6, 0.2], &[false, true]);
    expect(&[SHARE(0.6), Value(5.0)], |_| {}, &[0.6, 0.2], &[false, true]);
    // a total without values says nothing of quantities
    expect(&[Quantity(3.0)], |z| z.purchases_total = Some(10.0), &[0.5], &[true]);
    expect(&[Unstated], |z| z.purchases_total = Some(0.0), &[0.5], &[true]);
}

#[test]
fn quantities_part_the_coverage_and_equal_parts_are_flagged() {
    expect(&[Quantity(3.0), Quantity(1.0)], |z| z.coverage = Share::new(0.8), &[0.6, 0.2], &[false, false]);
    expect(&[Unstated, Unstated], |z| z.coverage = Share::new(0.8), &[0.4, 0.4], &[true, true]);
    expect(&[SHARE(0.5), Unstated], |z| z.coverage = Share::new(0.8), &[0.5, 0.3], &[false, true]);
    expect(&[Value(0.0), Value(0.0)], |z| z.coverage = Share::new(0.8), &[0.4, 0.4], &[true, true]);
}

#[test]
fn values_count_before_quantities_and_a_link_without_the_measure_counts_as_their_mean() {
    let covered = |z: &mut Site| z.coverage = Share::new(0.9);
    expect(&[Value(10.0), Quantity(5.0), Unstated], covered, &[0.3, 0.3, 0.3], &[false, true, true]);
    expect(&[Value(10.0), Value(30.0), Unstated], covered, &[0.15, 0.45, 0.3], &[false, false, true]);
    expect(&[Quantity(5.0), Unstated], covered, &[0.45, 0.45], &[false, true]);
    expect(&[SHARE(0.3), Quantity(5.0), Quantity(1.0)], covered, &[0.3, 0.5, 0.1], &[false, false, false]);
}

#[test]
fn a_value_over_the_buyer_s_total_is_its_share_whatever_else_it_buys() {
    let (found, _) = resolve(&[Value(10.0), Unstated], |z| z.purchases_total = Some(40.0)).unwrap();
    close(found[0], 0.25, 1e-15, "10 of 40");
}

#[test]
fn sums_above_one_are_rounding_or_an_error() {
    let (found, _) = resolve(&[SHARE(0.6), SHARE(0.400_000_9)], |_| {}).unwrap();
    close(found[0] + found[1], 1.0, 1e-15, "rescaled");
    close(found[0] / found[1], 0.6 / 0.400_000_9, 1e-12, "in proportion");
    let error = resolve(&[SHARE(0.6), SHARE(0.400_002)], |_| {}).unwrap_err();
    assert!(matches!(&error, Error::SharesAboveOne { buyer, sum } if buyer == "z" && (sum - 1.000_002).abs() < 1e-12), "{error}");
    for bad in [f64::NAN, -0.1] {
        assert!(matches!(resolve(&[SHARE(bad)], |_| {}), Err(Error::BadShare { .. })), "{bad}");
    }
    // stated shares that fill the purchases leave nothing for the rest
    expect(&[SHARE(1.0), Unstated], |_| {}, &[1.0, 0.0], &[false, true]);
}

#[test]
fn a_walk_stops_or_goes_on_with_probability_one() {
    // v_j + u_j + Σ_i a_ij = 1 (4.1), whatever is stated
    let p = parameters();
    let mut draft = Draft::new();
    for (k, amounts) in [vec![Value(3.0), SHARE(0.4)], vec![Unstated; 3], vec![SHARE(0.3)], vec![], vec![Quantity(2.0)]].iter().enumerate()
    {
        let buyer = format!("b{k}");
        draft.site(&buyer, GARMENTS);
        for (i, &amount) in amounts.iter().enumerate() {
            let supplier = format!("s{k}{i}");
            draft.site(&supplier, GARMENTS);
            draft.link(&supplier, &buyer, amount);
        }
    }
    let network = draft.network();
    let plan = Plan::new(&network, &link_shares(&network, &p).unwrap(), &p).unwrap();
    for position in 0..plan.len() {
        let on: f64 = plan.suppliers.row(position).map(|(_, a)| a).sum();
        close(plan.value_added[position] + plan.untraced[position] + on, 1.0, 1e-15, "v + u + Σ a (4.1)");
    }
}
