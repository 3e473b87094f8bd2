//! Subcontracting depth s_i of equation (1.1).

use crate::model::{LinkKind, Network};

/// g(s) = min(s, 4): deeper steps count no more.
pub const MAX_STEPS: u32 = 4;

/// Fewest `subcontract` or `homework` links from a directly purchased order to each site.
///
/// A site that anyone purchases from has depth 0. A site reached only by handing on is one deeper than the shallowest site that
/// hands on to it; sites at the end of the chain (nobody buys from them) hand on orders of depth 0. `None` is unknown: no link leads
/// on from the site, or only a closed loop of handing on does. Breadth-first, `O(n + m)`.
#[must_use]
pub fn subcontracting_depth(network: &Network) -> Vec<Option<u32>> {
    let n = network.sites().len();
    let links = network.links();
    let mut has_buyer = vec![false; n];
    let mut depth = vec![None; n];
    for link in links.iter().filter(|l| l.supplier != l.buyer) {
        has_buyer[link.supplier as usize] = true;
        if link.kind == LinkKind::Purchase {
            depth[link.supplier as usize] = Some(0);
        }
    }
    // links are sorted by buyer: each buyer's links are one run
    let mut first = vec![0u32; n + 1];
    for link in links {
        first[link.buyer as usize + 1] += 1;
    }
    for site in 0..n {
        first[site + 1] += first[site];
    }
    let mut layer: Vec<u32> = (0..n as u32).filter(|&s| depth[s as usize].is_some() || !has_buyer[s as usize]).collect();
    let mut steps = 0;
    while !layer.is_empty() {
        steps += 1;
        let mut next = Vec::new();
        for &buyer in &layer {
            let run = first[buyer as usize] as usize..first[buyer as usize + 1] as usize;
            for link in &links[run] {
                let supplier = link.supplier as usize;
                let open = depth[supplier].is_none() && has_buyer[supplier];
                if link.kind != LinkKind::Purchase && open {
                    depth[supplier] = Some(steps);
                    next.push(link.supplier);
                }
            }
        }
        layer = next;
    }
    depth
}
