//! Names to look sites up by, in both scripts: keys of letters, and consonant skeletons where a romanisation is in doubt.

use memchr::memmem;
use serde::Serialize;
use tierlight_core::model::Network;
use tierlight_data::matching::skeleton::{is_arabic, skeleton};
use tierlight_data::text::key;

use super::Opened;

/// Fewest consonants by which names are said to be alike.
const BONES: usize = 3;

/// Texts of all rows, one after the other with a mark between.
#[derive(Debug, Default)]
struct Texts {
    all: String,
    /// Where the text of a row begins.
    starts: Vec<usize>,
}

/// What no key and no skeleton has.
const MARK: char = '\n';

impl Texts {
    fn new(texts: impl Iterator<Item = String>) -> Self {
        let mut out = Self::default();
        for text in texts {
            out.starts.push(out.all.len());
            out.all.push_str(&text);
            out.all.push(MARK);
        }
        out
    }

    fn get(&self, row: usize) -> &str {
        let start = self.starts[row];
        let end = self.starts.get(row + 1).copied().unwrap_or(self.all.len());
        &self.all[start..end - 1]
    }

    /// Rows that have the text in them, each once, ascending.
    fn containing(&self, wanted: &str) -> Vec<u32> {
        let mut rows: Vec<u32> = Vec::new();
        if wanted.is_empty() {
            return rows;
        }
        for at in memmem::find_iter(self.all.as_bytes(), wanted.as_bytes()) {
            let row = self.starts.partition_point(|start| *start <= at) as u32 - 1;
            if rows.last() != Some(&row) {
                rows.push(row);
            }
        }
        rows
    }
}

/// Names of all sites of a run.
#[derive(Debug)]
pub(super) struct Names {
    spelt: Texts,
    ids: Texts,
    bones: Texts,
    /// The same word by word: a glide counts where a word begins.
    words: Texts,
    /// Rows whose name is in the Arabic script.
    arabic: Vec<bool>,
}

/// A site that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Hit {
    /// Id.
    pub site_id: String,
    /// Name.
    pub name: String,
    /// Slug of the sector.
    pub sector: String,
    /// ISO 3166 alpha-3 code.
    pub country: String,
    /// Name of the district; empty when unknown.
    pub district: String,
    /// How it was found: `id`, `name`, or `spelling` where only the consonants agree.
    pub by: &'static str,
}

/// Consonant skeletons of the words of a name.
fn words(name: &str) -> String {
    let bones: Vec<String> = name.split_whitespace().map(skeleton).filter(|word| !word.is_empty()).collect();
    bones.join(" ")
}

impl Names {
    pub(super) fn new(network: &Network) -> Self {
        let rows = 0..network.sites().len();
        Self {
            spelt: Texts::new(rows.clone().map(|r| key(network.site_name(r)))),
            ids: Texts::new(rows.clone().map(|r| key(network.site_id(r)))),
            bones: Texts::new(rows.clone().map(|r| skeleton(network.site_name(r)))),
            words: Texts::new(rows.clone().map(|r| words(network.site_name(r)))),
            arabic: rows.map(|r| is_arabic(network.site_name(r))).collect(),
        }
    }

    /// Key of a site's name.
    pub(super) fn key(&self, row: usize) -> &str {
        self.spelt.get(row)
    }

    /// Rows with exactly this name.
    pub(super) fn called(&self, name: &str) -> Vec<u32> {
        let wanted = key(name);
        self.spelt.containing(&wanted).into_iter().filter(|row| self.spelt.get(*row as usize) == wanted).collect()
    }

    /// Rows found by id, by name and by spelling; each in the first of these that it is in.
    fn found(&self, text: &str) -> [Vec<u32>; 3] {
        let wanted = key(text);
        let ids = self.ids.containing(&wanted);
        let mut names = self.spelt.containing(&wanted);
        names.retain(|row| ids.binary_search(row).is_err());
        let bones = skeleton(text);
        let mut spelt = Vec::new();
        if bones.len() >= BONES {
            spelt = [self.bones.containing(&bones), self.words.containing(&words(text))].concat();
            spelt.sort_unstable();
            spelt.dedup();
        }
        let other_script = is_arabic(text);
        // in the same script a name that lacks the letters is another name, unless it is as long
        spelt.retain(|row| {
            let at = *row as usize;
            let alike = self.arabic[at] != other_script || self.bones.get(at) == bones;
            alike && ids.binary_search(row).is_err() && names.binary_search(row).is_err()
        });
        [ids, names, spelt]
    }

    /// Rows that a text is part of an id or name of, in any order.
    pub(super) fn containing(&self, text: &str) -> Vec<u32> {
        self.found(text).concat()
    }

    /// Rows in the order of how well they fit: whole ids and names, their beginnings, the rest.
    fn ranked(&self, text: &str, most: usize) -> Vec<(u32, &'static str)> {
        let wanted = key(text);
        let fit = |text: &str| {
            if text == wanted {
                0
            } else if text.starts_with(&wanted) {
                1
            } else {
                2
            }
        };
        let [ids, names, spelt] = self.found(text);
        let mut all: Vec<(usize, u32, &'static str)> = ids.iter().map(|&row| (fit(self.ids.get(row as usize)), row, "id")).collect();
        all.extend(names.iter().map(|&row| (fit(self.spelt.get(row as usize)), row, "name")));
        all.extend(spelt.iter().map(|&row| (3, row, "spelling")));
        if all.len() > most {
            all.select_nth_unstable(most);
            all.truncate(most);
        }
        all.sort_unstable();
        all.into_iter().map(|(_, row, by)| (row, by)).collect()
    }
}

impl Opened {
    /// Sites by part of an id or name, in either script, the best first.
    #[must_use]
    pub fn search(&self, text: &str, most: usize) -> Vec<Hit> {
        let a = self.assessment();
        let hit = |(row, by): (u32, &'static str)| {
            let site = &a.network.sites()[row as usize];
            let district = site.district.and_then(|d| a.parameters.districts.get(usize::from(d)));
            Hit {
                site_id: a.network.site_id(row as usize).to_owned(),
                name: a.network.site_name(row as usize).to_owned(),
                sector: a.parameters.sectors[usize::from(site.sector)].id.clone(),
                country: a.parameters.countries[usize::from(site.country)].iso3.clone(),
                district: district.map_or_else(String::new, |d| d.name.clone()),
                by,
            }
        };
        self.names().ranked(text, most).into_iter().map(hit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_row() {
        let texts = Texts::new(["alpha", "", "betalpha", "gamma"].into_iter().map(str::to_owned));
        assert_eq!(texts.containing("alpha"), [0, 2]);
        assert_eq!(texts.containing("a"), [0, 2, 3]);
        assert!(texts.containing("").is_empty() && texts.containing("hab").is_empty());
        assert_eq!((texts.get(1), texts.get(3)), ("", "gamma"));
    }
}
