//! Lists of links: by buyer, by supplier, or all.

use serde::{Deserialize, Serialize};
use tierlight_core::model::{Disclosure, LinkKind, Network};

use super::item::LinkItem;
use super::{Opened, Page, cursor};
use crate::error::{Error, Result};

/// Conditions on links; all that are stated must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkFilter {
    /// Site at the receiving end.
    pub buyer: Option<String>,
    /// Site at the sending end.
    pub supplier: Option<String>,
    /// What passes.
    pub kind: Option<String>,
    /// How it is known.
    pub disclosure: Option<String>,
}

/// Rows of links by supplier.
#[derive(Debug)]
pub(super) struct BySupplier {
    offsets: Vec<u32>,
    rows: Vec<u32>,
}

impl BySupplier {
    fn new(network: &Network) -> Self {
        let mut offsets = vec![0u32; network.sites().len() + 1];
        for link in network.links() {
            offsets[link.supplier as usize + 1] += 1;
        }
        for at in 1..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        let mut next = offsets.clone();
        let mut rows = vec![0u32; network.links().len()];
        for (row, link) in network.links().iter().enumerate() {
            let at = &mut next[link.supplier as usize];
            rows[*at as usize] = row as u32;
            *at += 1;
        }
        Self { offsets, rows }
    }

    fn of(&self, supplier: usize) -> &[u32] {
        &self.rows[self.offsets[supplier] as usize..self.offsets[supplier + 1] as usize]
    }
}

impl Opened {
    /// A page of links in the order of buyers and suppliers.
    ///
    /// # Errors
    /// A site, word or cursor that is not known.
    pub fn links(&self, filter: &LinkFilter, cursor: Option<&str>, limit: usize) -> Result<Page<LinkItem>> {
        let network = self.assessment().network;
        let links = network.links();
        let buyer = filter.buyer.as_deref().map(|text| self.find(text)).transpose()?;
        let supplier = filter.supplier.as_deref().map(|text| self.find(text)).transpose()?;
        let word = |what, found: &str, known: String| Error::asked(what, found, format!("one of {known}"));
        let kind = filter.kind.as_deref();
        let kind = kind
            .map(|text| LinkKind::from_slug(text).ok_or_else(|| word("kind", text, slugs(LinkKind::ALL, LinkKind::slug))))
            .transpose()?;
        let how = filter.disclosure.as_deref();
        let how = how
            .map(|text| Disclosure::from_slug(text).ok_or_else(|| word("disclosure", text, slugs(Disclosure::ALL, Disclosure::slug))))
            .transpose()?;
        let list = format!("links?{}", serde_json::to_string(filter).unwrap_or_default());
        let from = cursor.map(|text| cursor::row(&list, text)).transpose()?.map_or(0, |row| row as usize + 1);
        let wanted = |row: &usize| {
            let link = &links[*row];
            buyer.is_none_or(|b| link.buyer as usize == b)
                && supplier.is_none_or(|s| link.supplier as usize == s)
                && kind.is_none_or(|k| link.kind == k)
                && how.is_none_or(|h| link.disclosure == h)
        };
        let candidates: Box<dyn Iterator<Item = usize> + '_> = match (buyer, supplier) {
            (Some(buyer), _) => {
                let rows = network.links_of(buyer);
                Box::new(rows.start.max(from)..rows.end.max(from))
            }
            (None, Some(supplier)) => {
                let rows = self.by_supplier.get_or_init(|| BySupplier::new(network)).of(supplier);
                Box::new(rows.iter().map(|row| *row as usize).filter(move |row| *row >= from))
            }
            (None, None) => Box::new(from..links.len()),
        };
        let mut rows: Vec<usize> = candidates.filter(wanted).take(limit.saturating_add(1)).collect();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| cursor::after(&list, *row as u32));
        Ok(Page { items: rows.into_iter().map(|row| LinkItem::new(self, row)).collect(), next, total: None })
    }
}

fn slugs<T: Copy>(all: &[T], slug: fn(T) -> &'static str) -> String {
    all.iter().map(|x| slug(*x)).collect::<Vec<_>>().join(", ")
}
