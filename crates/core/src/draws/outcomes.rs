//! What each draw says of some buyers and of all sites together: what two scenarios are compared by, draw by draw.

use rayon::prelude::*;

use super::lanes::F;
use super::shared::Shared;
use super::site::Drawn;
use super::{Drawer, MOST_DRAWS, network};
use crate::Assessment;
use crate::error::{Error, Result};
use crate::model::PerHazard;
use crate::network::kernel::{Kernel, dispatch};
use crate::observer::{Observer, Stage};
use crate::risk::weighing::Weighing;

/// Fewest sites that one thread sums at a time.
const TILE: usize = 256;
/// Tiles at most: what each sums is kept until all are done.
const TILES: usize = 1024;

/// Draws of some buyers' linked shares, and of the children expected at all sites.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcomes {
    /// Linked share by buyer as asked for, hazard and draw.
    pub linked: Vec<PerHazard<Vec<f32>>>,
    /// Expected children by hazard and draw.
    pub total: PerHazard<Vec<f64>>,
}

/// Draws as [`super::uncertainty`] does, and keeps every draw of some buyers. Draws of one seed are common to all scenarios of a network: what
/// a scenario does not touch has the same numbers in both (5.1).
///
/// Cost: `draws` times sites and links. Memory: `draws` numbers of each buyer, and 48 columns per block that is solved.
///
/// # Errors
/// [`Error::Cancelled`]; what an assessment may return.
pub fn outcomes(a: &Assessment<'_>, buyers: &[usize], draws: usize, seed: u64, observer: &dyn Observer) -> Result<Outcomes> {
    let draws = draws.min(MOST_DRAWS);
    if draws == 0 {
        return Ok(Outcomes::default());
    }
    observer.stage(Stage::Draws);
    let drawer = Drawer::new(a, draws, seed)?;
    let shared = drawer.shared(observer)?;
    let total = total(&drawer, &shared, observer)?;
    observer.stage(Stage::DrawsOfNetwork);
    let linked = network::linked_of(&drawer, &shared, buyers, observer)?;
    Ok(Outcomes { linked, total })
}

/// Expected children at all sites. Tiles are summed in their order, so that threads change nothing.
fn total(drawer: &Drawer<'_>, shared: &[Shared], observer: &dyn Observer) -> Result<PerHazard<Vec<f64>>> {
    let n = drawer.a.network.sites().len();
    let tile = TILE.max(n.div_ceil(TILES));
    let none = || -> PerHazard<Vec<f64>> { [0, 1, 2].map(|_| vec![0.0; drawer.draws]) };
    let of_tile = |start: usize| -> Result<PerHazard<Vec<f64>>> {
        observer.check()?;
        let (mut sums, mut weighing) = (none(), Weighing::default());
        for row in start..n.min(start + tile) {
            let site = &drawer.site(row);
            dispatch(AddExpected { site, drawer, shared, weighing: &mut weighing, sums: &mut sums });
        }
        Ok(sums)
    };
    let starts: Vec<usize> = (0..n).step_by(tile).collect();
    let tiles: Result<Vec<_>> = starts.into_par_iter().map(of_tile).collect();
    let mut out = none();
    for own in tiles? {
        out.iter_mut().flatten().zip(own.iter().flatten()).for_each(|(all, own)| *all += own);
    }
    if observer.cancelled() { Err(Error::Cancelled) } else { Ok(out) }
}

/// Adds the children expected at a site, in all draws.
struct AddExpected<'a> {
    site: &'a Drawn<'a>,
    drawer: &'a Drawer<'a>,
    shared: &'a [Shared],
    weighing: &'a mut Weighing<{ super::lanes::L }>,
    sums: &'a mut PerHazard<Vec<f64>>,
}

impl Kernel for AddExpected<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let mut first = 0;
        for (block, shared) in self.shared.iter().enumerate() {
            let expected: PerHazard<F> = if self.site.known.nothing() {
                self.site.prior(shared, block).expected()
            } else {
                self.site.updated(shared, block, self.weighing).expected
            };
            let lanes = self.drawer.lanes(block);
            for (sums, expected) in self.sums.iter_mut().zip(&expected) {
                for (sum, expected) in sums[first..first + lanes].iter_mut().zip(expected) {
                    *sum += expected;
                }
            }
            first += lanes;
        }
    }
}
