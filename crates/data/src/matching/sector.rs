//! Sector by slug, name, ISIC Rev.4 or HS code.

use std::collections::BTreeMap;

use tierlight_core::parameters::Parameters;

use crate::packs::PackTables;
use crate::text::{did_you_mean, key, nearest};

/// Sectors by everything they are called.
#[derive(Debug, Clone, Default)]
pub struct SectorNames {
    names: BTreeMap<String, u16>,
    shown: Vec<String>,
    /// (code, sector, place of the code in the sector's own list).
    isic: Vec<(String, u16, usize)>,
    hs: Vec<(String, u16, usize)>,
    ids: Vec<String>,
}

/// Why a sector was not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectorMiss {
    /// No sector is called that.
    Unknown(String),
    /// Several sectors share the code.
    Ambiguous(String),
}

impl SectorNames {
    pub(super) fn new(tables: &PackTables, parameters: &Parameters) -> Self {
        let mut out = Self { ids: parameters.sectors.iter().map(|s| s.id.clone()).collect(), ..Self::default() };
        let codes = |list: &[String], row: usize| -> Vec<(String, u16, usize)> {
            list.iter().enumerate().map(|(place, code)| (code.clone(), row as u16, place)).collect()
        };
        for row in tables.rows("sector_names") {
            if let Some(sector) = parameters.sector(row.get("sector_id")) {
                out.names.insert(key(row.get("name")), sector);
                out.shown.push(row.get("name").to_owned());
            }
        }
        for (row, sector) in parameters.sectors.iter().enumerate() {
            out.names.insert(key(&sector.name), row as u16);
            out.names.insert(key(&sector.id), row as u16);
            out.shown.push(sector.name.clone());
            out.isic.extend(codes(&sector.isic, row));
            out.hs.extend(codes(&sector.hs, row));
        }
        out
    }

    /// Finds a sector. Codes may be written bare or as `ISIC 2392`, `HS 6904`; longer codes match their heading.
    ///
    /// # Errors
    /// A [`SectorMiss`] with a hint.
    pub fn find(&self, text: &str) -> Result<u16, SectorMiss> {
        if let Some(&sector) = self.names.get(&key(text)) {
            return Ok(sector);
        }
        let upper = text.trim().to_uppercase();
        // ISIC classes are often written with the letter of their section: C1410
        let upper = match upper.as_bytes() {
            [b'A'..=b'U', rest @ ..] if rest.len() >= 2 && rest.iter().all(u8::is_ascii_digit) => format!("ISIC {}", &upper[1..]),
            _ => upper,
        };
        let bare: String = upper.chars().filter(char::is_ascii_digit).collect();
        if upper.starts_with("ISIC")
            && let Some(&sector) = self.names.get(&bare)
        {
            return Ok(sector);
        }
        let named = ["ISIC", "HS"].into_iter().find(|prefix| upper.starts_with(prefix));
        let digits: String = upper.chars().filter(char::is_ascii_digit).collect();
        let other_letters = upper.trim_start_matches(named.unwrap_or("")).chars().any(char::is_alphabetic);
        if digits.len() < 2 || other_letters {
            let near = nearest(text, self.shown.iter().map(String::as_str));
            let hint = if near.is_empty() { "see `tierlight packs show sectors`".to_owned() } else { did_you_mean(&near) };
            return Err(SectorMiss::Unknown(hint));
        }
        let none = || (0, Vec::new());
        let (isic_digits, isic) = if named == Some("HS") { none() } else { best(&self.isic, &digits) };
        let (hs_digits, hs) = if named == Some("ISIC") { none() } else { best(&self.hs, &digits) };
        // a whole ISIC class says more than an HS chapter, and the other way round
        let (isic, hs) = match isic_digits.cmp(&hs_digits) {
            std::cmp::Ordering::Greater => (isic, Vec::new()),
            std::cmp::Ordering::Less => (Vec::new(), hs),
            std::cmp::Ordering::Equal => (isic, hs),
        };
        match (isic.as_slice(), hs.as_slice()) {
            ([one], []) | ([], [one]) => Ok(*one),
            ([one], [other]) if one == other => Ok(*one),
            ([], []) => Err(SectorMiss::Unknown("no sector has this code; see `tierlight packs show sectors`".to_owned())),
            _ => {
                let mut found: Vec<u16> = isic.iter().chain(&hs).copied().collect();
                found.sort_unstable();
                found.dedup();
                let names: Vec<&str> = found.iter().map(|&s| self.ids[usize::from(s)].as_str()).collect();
                Err(SectorMiss::Ambiguous(format!("write one of the slugs {}, or ISIC/HS before the code", names.join(", "))))
            }
        }
    }
}

/// Digits that match, and the sectors whose code is the longest common heading of `digits`; among those, the ones that list it
/// earliest.
fn best(codes: &[(String, u16, usize)], digits: &str) -> (usize, Vec<u16>) {
    let heads = |code: &str| digits.starts_with(code) || (digits.len() >= 4 && code.starts_with(digits));
    let matching: Vec<(usize, u16, usize)> =
        codes.iter().filter(|c| heads(&c.0)).map(|(code, sector, place)| (code.len().min(digits.len()), *sector, *place)).collect();
    let Some(longest) = matching.iter().map(|m| m.0).max() else { return (0, Vec::new()) };
    let first = matching.iter().filter(|m| m.0 == longest).map(|m| m.2).min();
    let mut sectors: Vec<u16> = matching.iter().filter(|m| m.0 == longest && Some(m.2) == first).map(|m| m.1).collect();
    sectors.sort_unstable();
    sectors.dedup();
    (longest, sectors)
}
