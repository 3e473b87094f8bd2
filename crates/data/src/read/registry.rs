//! Sites by id and by name, each text held once.

use std::hash::BuildHasher;
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use rayon::prelude::*;
use tierlight_core::model::{Names, NetworkParts, Site};

use crate::text::key;

/// Different texts, numbered in the order they are met: 1,000,000 of 10 bytes cost 35 MB.
#[derive(Default)]
pub(super) struct Interned {
    names: Names,
    /// Hash and row of each text.
    rows: HashTable<(u32, u32)>,
    hasher: DefaultHashBuilder,
}

impl Interned {
    /// Row of a text.
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text) as u32;
        self.rows.find(spread(hash), |&(h, row)| h == hash && self.names.get(row as usize) == text).map(|found| found.1)
    }

    /// Rows of many texts. Each step waits for memory, so each is done for all before the next: the waits overlap.
    pub fn find_all(&self, texts: &[&str]) -> Vec<Option<u32>> {
        let hashes: Vec<u32> = texts.iter().map(|text| self.hasher.hash_one(text) as u32).collect();
        let mut last = (0, self.likely(0));
        let likely: Vec<Option<u32>> = hashes
            .into_iter()
            .map(|hash| {
                // neighbouring rows of a table often name one site
                if hash != last.0 {
                    last = (hash, self.likely(hash));
                }
                last.1
            })
            .collect();
        let sure = |(text, likely): (&&str, Option<u32>)| {
            let row = likely?;
            if self.names.get(row as usize) == *text { Some(row) } else { self.find(text) }
        };
        texts.iter().zip(likely).map(sure).collect()
    }

    /// A row whose text has the hash.
    fn likely(&self, hash: u32) -> Option<u32> {
        self.rows.find(spread(hash), |&(h, _)| h == hash).map(|found| found.1)
    }

    /// Adds a text; `Err` holds its row when it is there already.
    pub fn insert(&mut self, text: &str) -> Result<u32, u32> {
        let hash = self.hasher.hash_one(text) as u32;
        let Self { names, rows, .. } = self;
        let entry = rows.entry(spread(hash), |&(h, row)| h == hash && names.get(row as usize) == text, |&(h, _)| spread(h));
        match entry {
            hashbrown::hash_table::Entry::Occupied(found) => Err(found.get().1),
            hashbrown::hash_table::Entry::Vacant(free) => {
                let row = names.push(text) as u32;
                free.insert((hash, row));
                Ok(row)
            }
        }
    }
}

/// The table takes its place from the low bits of a hash and a mark from the high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Sites by id and by name.
#[derive(Default)]
pub(super) struct Registry {
    ids: Interned,
    names: Names,
    /// Ids and names of entries that were merged into a site.
    other_ids: HashMap<String, u32>,
    other_names: Vec<(String, u32)>,
    /// Keys of names with their sites, sorted; made when somebody asks, as most tables name sites by id.
    by_name: OnceLock<Vec<(String, u32)>>,
    /// Row in its file of each site; empty when links made them.
    pub file_rows: Vec<u32>,
    /// Unit of each capacity that states one.
    capacity_units: HashMap<u32, String>,
}

impl Registry {
    /// Adds a site; its id is new.
    pub fn insert(&mut self, parts: &mut NetworkParts, id: &str, name: &str, site: Site) -> u32 {
        match self.ids.insert(id) {
            Ok(row) => {
                self.names.push(name);
                parts.sites.push(site);
                self.by_name.take();
                row
            }
            Err(row) => row,
        }
    }

    /// Lets a site be found by other ids and names.
    pub fn also_called(&mut self, row: u32, ids: impl Iterator<Item = String>, names: Vec<String>) {
        self.other_ids.extend(ids.map(|id| (id, row)));
        self.other_names.extend(names.into_iter().map(|name| (name, row)));
        self.by_name.take();
    }

    /// The site of an id.
    pub fn by_id(&self, id: &str) -> Option<u32> {
        self.ids.find(id).or_else(|| self.other_ids.get(id).copied())
    }

    /// The sites of many ids.
    pub fn by_ids(&self, ids: &[&str]) -> Vec<Option<u32>> {
        let mut found = self.ids.find_all(ids);
        if !self.other_ids.is_empty() {
            for (site, id) in found.iter_mut().zip(ids) {
                *site = site.or_else(|| self.other_ids.get(*id).copied());
            }
        }
        found
    }

    /// The one site of a name; `Err` holds how many there are.
    pub fn by_name(&self, name: &str) -> std::result::Result<u32, usize> {
        let all = self.by_name.get_or_init(|| self.keys());
        let wanted = key(name);
        let same = &all[all.partition_point(|(key, _)| *key < wanted)..];
        match &same[..same.partition_point(|(key, _)| *key == wanted)] {
            [(_, one)] => Ok(*one),
            many => Err(many.len()),
        }
    }

    fn keys(&self) -> Vec<(String, u32)> {
        let named = (0..self.names.len()).into_par_iter().map(|row| (self.names.get(row), row as u32));
        let others = self.other_names.par_iter().map(|(name, row)| (name.as_str(), *row));
        let mut keys: Vec<(String, u32)> =
            named.chain(others).filter(|(name, _)| !name.is_empty()).map(|(name, row)| (key(name), row)).collect();
        keys.par_sort_unstable();
        keys.dedup();
        keys
    }

    /// Notes the unit of a site's capacity.
    pub fn set_capacity_unit(&mut self, row: u32, unit: &str) {
        if !unit.is_empty() {
            self.capacity_units.insert(row, unit.to_owned());
        }
    }

    /// Unit of a site's capacity, where one is stated.
    pub fn capacity_unit(&self, row: u32) -> Option<&str> {
        self.capacity_units.get(&row).map(String::as_str)
    }

    /// Id of a site.
    pub fn id(&self, row: u32) -> &str {
        self.ids.names.get(row as usize)
    }

    /// Ids and names by row.
    pub fn into_names(self) -> (Names, Names) {
        (self.ids.names, self.names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_held_once_and_found_again() {
        let mut ids = Interned::default();
        for row in 0..10_000u32 {
            assert_eq!(ids.insert(&format!("S{row}")), Ok(row));
        }
        assert_eq!(ids.insert("S77"), Err(77));
        assert_eq!(ids.find_all(&["S3", "S3", "", "S10000", "S0"]), [Some(3), Some(3), None, None, Some(0)]);
        assert_eq!((ids.find("S9999"), ids.find("S10000"), ids.names.len()), (Some(9999), None, 10_000));
    }

    #[test]
    fn a_name_is_one_site_or_says_how_many() {
        let mut parts = NetworkParts::new(jiff::civil::date(2026, 1, 1));
        let mut sites = Registry::default();
        for (id, name) in [("A", "Example Mill"), ("B", "EXAMPLE  MILL"), ("C", "Example Kiln"), ("D", "")] {
            sites.insert(&mut parts, id, name, Site::new(0, 0));
        }
        assert_eq!(sites.by_name("example mill"), Err(2));
        assert_eq!((sites.by_name("example kiln"), sites.by_name("no"), sites.by_name("")), (Ok(2), Err(0), Err(0)));
        sites.also_called(2, ["X".to_owned()].into_iter(), vec!["Example Kiln".to_owned(), "Old Kiln".to_owned()]);
        assert_eq!((sites.by_id("X"), sites.by_name("old kiln"), sites.by_name("example kiln")), (Some(2), Ok(2), Ok(2)));
    }
}
