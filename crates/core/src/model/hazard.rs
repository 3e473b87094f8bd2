//! The three nested hazards and the two sexes every result is given for.

use serde::{Deserialize, Serialize};

/// A hazard. Nested: child labour contains hazardous work, and contains forced labour of children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Hazard {
    /// Child labour (CL).
    ChildLabour,
    /// Hazardous work of children (HZ).
    Hazardous,
    /// Forced, bonded or trafficked child labour (FL).
    Forced,
}

/// All hazards, in the order of every table.
pub const HAZARDS: [Hazard; 3] = [Hazard::ChildLabour, Hazard::Hazardous, Hazard::Forced];

impl Hazard {
    /// Position in [`HAZARDS`] and in a [`PerHazard`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Name in tables and files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        ["child_labour", "hazardous", "forced"][self as usize]
    }

    /// Name in sentences.
    #[must_use]
    pub fn label(self) -> &'static str {
        ["child labour", "hazardous work", "forced or trafficked child labour"][self as usize]
    }
}

/// One value per hazard, indexed by [`Hazard::index`].
pub type PerHazard<T> = [T; 3];

/// Girls and boys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Girls.
    Girls,
    /// Boys.
    Boys,
}

/// Both sexes, in the order of every table.
pub const SEXES: [Sex; 2] = [Sex::Girls, Sex::Boys];

/// One value per sex: girls, boys.
pub type PerSex<T> = [T; 2];
