//! Many networks are assessed as each alone, in order, and no more of them at once than was asked for.

use std::cell::Cell;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use tierlight_core::model::Network;
use tierlight_core::{Error, Observer, Options, Silent, Stage, assess, assess_each};

use crate::common::{Draft, parameters, random_draft};

#[test]
fn networks_come_back_in_order_as_each_alone_and_are_taken_when_their_turn_comes() {
    let p = parameters();
    let options = Options { draws: 32, ..Options::default() };
    let alone = |network: &Network| {
        let a = assess(network, &p, &options, &Silent).unwrap();
        (a.exposure, a.priority, a.uncertainty)
    };
    let networks: Vec<Network> = (0..7).map(|seed| random_draft(seed, 12).network()).collect();
    for at_once in [1, 2, 3, 20] {
        let taken = Cell::new(0);
        let lazily = networks.iter().inspect(|_| taken.set(taken.get() + 1));
        let mut seen = 0;
        let result = assess_each(lazily, &p, &options, NonZeroUsize::new(at_once).unwrap(), &Silent, |number, assessment| {
            let a = assessment.unwrap();
            assert_eq!(number, seen);
            assert!((a.exposure, a.priority, a.uncertainty) == alone(&networks[number]), "network {number}, {at_once} at once");
            assert!(taken.get() <= seen + at_once, "{} networks were taken for result {seen}", taken.get());
            seen += 1;
            if seen == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((result, seen), (Ok(()), 5));
    }
}

/// Stops at once.
struct Stops;

impl Observer for Stops {
    fn stage(&self, _: Stage) {}

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_network_that_cannot_be_assessed_stops_no_other_and_an_observer_stops_all() {
    let p = parameters();
    let mut broken = Draft::new();
    broken.site("a", u16::MAX);
    let networks = || [random_draft(1, 5).network(), broken.network(), random_draft(2, 5).network()];
    let two = NonZeroUsize::new(2).unwrap();
    let mut went_well = Vec::new();
    assess_each(networks(), &p, &Options::default(), two, &Silent, |_, assessment| {
        went_well.push(assessment.is_ok());
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(went_well, [true, false, true]);

    let stopped = assess_each(networks(), &p, &Options::default(), two, &Stops, |_, _| panic!("nothing was assessed"));
    assert_eq!(stopped, Err(Error::Cancelled));
}
