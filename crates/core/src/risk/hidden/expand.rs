//! Modelled sites for the work that orders say may be done elsewhere: equation (7.6).

use std::collections::{BTreeSet, HashSet};

use super::is_recent;
use crate::model::{Amount, Disclosure, Link, LinkKind, Modelled, NetworkParts, Share, Site};
use crate::parameters::Parameters;

/// What the id of a modelled site ends in.
pub const SUFFIX: &str = "~elsewhere";

/// Adds a modelled site for each site with recent orders: same sector and district, usual conditions, one subcontracting step deeper. How much
/// of the work goes there is found when the network is assessed ([`super::Hidden`]). Linear in sites and orders.
pub fn add_modelled_sites(parts: &mut NetworkParts, parameters: &Parameters) {
    let recent = parts.orders.iter().filter(|o| is_recent(o, parts.as_of, parameters));
    let sites: BTreeSet<u32> = recent.map(|o| o.site).filter(|&site| (site as usize) < parts.sites.len()).collect();
    if sites.is_empty() {
        return;
    }
    let known: HashSet<String> = parts.site_ids.iter().map(str::to_owned).collect();
    for of in sites {
        let (id, site) = (parts.site_ids.get(of as usize), &parts.sites[of as usize]);
        let mut name = format!("{id}{SUFFIX}");
        while known.contains(&name) {
            name.push('~');
        }
        let modelled = Site {
            district: site.district,
            input_share: Share::new(0.0),
            modelled: Some(Modelled::Elsewhere),
            ..Site::new(site.sector, site.country)
        };
        let title = format!("modelled: orders of {id} that may be made elsewhere");
        parts.site_ids.push(&name);
        parts.site_names.push(&title);
        parts.links.push(Link {
            supplier: parts.sites.len() as u32,
            buyer: of,
            kind: LinkKind::Subcontract,
            disclosure: Disclosure::Inferred,
            amount: Amount::Elsewhere,
            sales_share: None,
            product: None,
        });
        parts.sites.push(modelled);
    }
}
