//! Many networks with one set of parameters.

use std::borrow::Borrow;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use rayon::prelude::*;

use crate::assess::{Assessment, Options, assess_in};
use crate::error::{Error, Result};
use crate::model::Network;
use crate::observer::Observer;
use crate::parameters::Parameters;
use crate::risk::district::district_effects;

/// Assesses networks one after another, `at_once` side by side, and gives each result to `each` in the order of the networks, with
/// its number. The small-area model is fitted once. Networks are taken from the iterator when their turn comes: of them and of
/// their assessments at most `at_once` are in memory. A network that cannot be assessed is an error of its own, and the next follows.
///
/// Runs on the rayon pool of its caller; results do not depend on it, nor on `at_once`. `each` is called by the caller's thread.
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::ops::ControlFlow;
/// use tierlight_core::model::Network;
/// use tierlight_core::parameters::Parameters;
/// use tierlight_core::{Options, Silent, assess_each};
///
/// /// Expected children of every network, on two threads of our own.
/// fn children(networks: &[Network], parameters: &Parameters) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
///     let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
///     let mut children = Vec::new();
///     pool.install(|| {
///         assess_each(networks, parameters, &Options::default(), NonZeroUsize::MIN, &Silent, |_, assessment| {
///             children.push(assessment.map_or(f64::NAN, |a| a.updated.iter().map(|site| site.expected[0]).sum()));
///             ControlFlow::Continue(())
///         })
///     })?;
///     Ok(children)
/// }
/// ```
///
/// # Errors
/// The parameters are broken, or [`Error::Cancelled`]; `each` then got all results before.
pub fn assess_each<N: Borrow<Network> + Send + Sync>(
    networks: impl IntoIterator<Item = N>,
    parameters: &Parameters,
    options: &Options,
    at_once: NonZeroUsize,
    observer: &dyn Observer,
    mut each: impl FnMut(usize, Result<Assessment<'_>>) -> ControlFlow<()>,
) -> Result<()> {
    let districts = district_effects(parameters)?;
    let mut networks = networks.into_iter();
    let mut number = 0;
    loop {
        let now: Vec<N> = networks.by_ref().take(at_once.get()).collect();
        if now.is_empty() {
            return Ok(());
        }
        let assessed: Vec<Result<Assessment<'_>>> = now
            .par_iter()
            .with_max_len(1)
            .map(|network| assess_in(network.borrow(), parameters, districts.clone(), options, observer))
            .collect();
        for assessment in assessed {
            if matches!(assessment, Err(Error::Cancelled)) {
                return Err(Error::Cancelled);
            }
            if each(number, assessment).is_break() {
                return Ok(());
            }
            number += 1;
        }
    }
}
