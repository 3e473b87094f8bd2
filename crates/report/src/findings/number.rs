//! Numbers of findings, as they are written.

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::draws::Quantiles;
use tierlight_core::model::Hazard;

/// A value with the 90 % interval of its draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Estimate {
    /// Point value.
    pub value: f64,
    /// 5 % and 95 % point of the draws; null without draws.
    pub interval: Option<[f64; 2]>,
}

impl Estimate {
    /// Of a value and its draws.
    #[must_use]
    pub fn new(value: f64, draws: Option<&Quantiles>) -> Self {
        Self { value, interval: draws.map(ends) }
    }
}

/// 5 % and 95 % point.
pub(crate) fn ends(q: &Quantiles) -> [f64; 2] {
    [f64::from(q.p05), f64::from(q.p95)]
}

/// One value for each hazard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct ByHazard<T> {
    /// Child labour.
    pub child_labour: T,
    /// Hazardous work among it.
    pub hazardous: T,
    /// Forced, bonded or trafficked child labour among it.
    pub forced: T,
}

impl<T> ByHazard<T> {
    /// From a function of the hazard's position.
    #[must_use]
    pub fn of(mut f: impl FnMut(usize) -> T) -> Self {
        Self { child_labour: f(0), hazardous: f(1), forced: f(2) }
    }

    /// Value of a hazard.
    #[must_use]
    pub fn get(&self, hazard: Hazard) -> &T {
        match hazard {
            Hazard::ChildLabour => &self.child_labour,
            Hazard::Hazardous => &self.hazardous,
            Hazard::Forced => &self.forced,
        }
    }

    /// All values.
    pub fn each_mut(&mut self) -> impl Iterator<Item = &mut T> {
        [&mut self.child_labour, &mut self.hazardous, &mut self.forced].into_iter()
    }
}

/// Expected or counted children. Estimates unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct Children {
    /// Girls and boys; null when withheld.
    pub total: Option<f64>,
    /// Girls; null when withheld.
    pub girls: Option<f64>,
    /// Boys; null when withheld.
    pub boys: Option<f64>,
    /// 5 % and 95 % point of the draws of the total.
    pub interval: Option<[f64; 2]>,
    /// Kept back because fewer than ten children, or what would reveal them, are not published.
    pub withheld: bool,
}

impl Children {
    /// Of girls and boys.
    #[must_use]
    pub fn new(girls: f64, boys: f64, draws: Option<&Quantiles>) -> Self {
        Self { total: Some(girls + boys), girls: Some(girls), boys: Some(boys), interval: draws.map(ends), withheld: false }
    }
}
