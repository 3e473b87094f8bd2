//! Supply links of the sites in scope.

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;

use super::Audience;
use super::site::SiteRef;

/// A supply link.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LinkFinding {
    /// Supplier.
    pub supplier: SiteRef,
    /// Buyer.
    pub buyer: SiteRef,
    /// What passes: purchase, subcontract, homework.
    pub kind: String,
    /// How it is known: verified, declared, inferred.
    pub disclosure: String,
    /// Share of the buyer's purchases.
    pub share: f64,
    /// The share is assumed.
    pub assumed: bool,
}

/// Links between sites in scope, by buyer and supplier; in public homes and kilns are summed up by buyer, sector and district.
#[must_use]
pub fn links(a: &Assessment<'_>, buyers: &[usize], audience: Audience) -> Vec<LinkFinding> {
    let inside = super::inside(a, buyers);
    let links = a.network.links().iter().enumerate();
    let links = links.filter(|(_, l)| inside[l.supplier as usize] && inside[l.buyer as usize]);
    let of = |row: u32| {
        let site = SiteRef::new(a, row as usize);
        if audience == Audience::Public { site.coarse() } else { site }
    };
    let mut out: Vec<LinkFinding> = links
        .map(|(k, l)| LinkFinding {
            supplier: of(l.supplier),
            buyer: of(l.buyer),
            kind: l.kind.slug().to_owned(),
            disclosure: l.disclosure.slug().to_owned(),
            share: a.shares.share[k],
            assumed: a.shares.assumed[k],
        })
        .collect();
    if audience == Audience::Public {
        out.sort_by(|x, y| (&x.buyer, &x.supplier, &x.kind, &x.disclosure).cmp(&(&y.buyer, &y.supplier, &y.kind, &y.disclosure)));
        out.dedup_by(|next, kept| {
            let same = next.supplier.id.is_none()
                && next.buyer.id.is_some()
                && (&next.buyer, &next.supplier, &next.kind, &next.disclosure)
                    == (&kept.buyer, &kept.supplier, &kept.kind, &kept.disclosure);
            if same {
                kept.share += next.share;
                kept.assumed |= next.assumed;
            }
            same
        });
        // what one home sells to another says where both are
        out.retain(|l| l.buyer.id.is_some());
    }
    out
}
