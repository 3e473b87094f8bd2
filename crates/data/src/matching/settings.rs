//! The numbers of matching, from the packs' table `matching`.

use std::collections::BTreeMap;

use super::similar::Rule;
use crate::error::{Error, Result};
use crate::packs::PackTables;

/// Thresholds and probabilities by name.
#[derive(Debug, Clone, Default)]
pub struct Settings(BTreeMap<String, f64>);

impl Settings {
    /// Reads the table.
    ///
    /// # Errors
    /// A value that is not a number from 0, or without grade or source.
    pub(super) fn new(tables: &PackTables) -> Result<Self> {
        let mut out = BTreeMap::new();
        for row in tables.rows("matching") {
            let bad = |what: &str| Error::Pack { pack: row.pack.to_string(), reason: format!("matching.csv, row {}: {what}", row.number) };
            let value: f64 = row.get("value").parse().map_err(|_| bad("value is not a number"))?;
            if !value.is_finite() || value < 0.0 {
                return Err(bad("value is below 0"));
            }
            if row.get("grade").is_empty() || row.get("source_key").is_empty() {
                return Err(bad("grade and source_key are needed"));
            }
            out.insert(row.get("parameter").to_owned(), value);
        }
        Ok(Self(out))
    }

    /// A number that must be there.
    ///
    /// # Errors
    /// No row of that name.
    pub fn get(&self, name: &str) -> Result<f64> {
        self.0.get(name).copied().ok_or_else(|| Error::Pack { pack: "matching.csv".to_owned(), reason: format!("no row `{name}`") })
    }

    /// A probability, kept off 0 and 1 so that its logarithm is finite.
    ///
    /// # Errors
    /// No row of that name, or a value above 1.
    pub fn probability(&self, name: &str) -> Result<f64> {
        let value = self.get(name)?;
        if value > 1.0 {
            return Err(Error::Pack {
                pack: "matching.csv".to_owned(),
                reason: format!("`{name}` is {value}, expected a share from 0 to 1"),
            });
        }
        Ok(value.clamp(1e-9, 1.0 - 1e-9))
    }

    pub(super) fn place_rule(&self) -> Result<Rule> {
        Ok(Rule { threshold: self.get("place_threshold")?, margin: self.get("place_margin")? })
    }
}
