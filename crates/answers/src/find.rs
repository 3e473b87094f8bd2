//! A site by what users call it.

use tierlight_core::Assessment;
use tierlight_core::model::Network;
use tierlight_data::text::key;

use crate::error::{Error, Result};

/// Row of a site by id, else by a name that one site has.
///
/// # Errors
/// No site is called so, or several are.
pub fn find(a: &Assessment<'_>, wanted: &str) -> Result<usize> {
    find_in(a.network, wanted)
}

fn find_in(network: &Network, wanted: &str) -> Result<usize> {
    if let Some(row) = network.find_site(wanted) {
        return Ok(row);
    }
    let wanted_key = key(wanted);
    let n = network.sites().len();
    let named: Vec<usize> = (0..n).filter(|&r| key(network.site_name(r)) == wanted_key).collect();
    match named.as_slice() {
        [one] => Ok(*one),
        [] => Err(Error::no_site(wanted, (0..n).flat_map(|r| [network.site_id(r), network.site_name(r)]))),
        many => Err(Error::many_sites(wanted, many.len(), many.iter().map(|&r| network.site_id(r)))),
    }
}
