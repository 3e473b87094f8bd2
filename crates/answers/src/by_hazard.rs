//! Numbers by the names of their hazards.

use serde_json::{Value, json};
use tierlight_core::draws::Quantiles;

/// Three values.
#[must_use]
pub fn by_hazard(values: &[f64; 3]) -> Value {
    json!({ "child_labour": values[0], "hazardous": values[1], "forced": values[2] })
}

/// Mean and quantiles of three values.
#[must_use]
pub fn intervals_json(values: &[Quantiles; 3]) -> Value {
    json!({ "child_labour": values[0], "hazardous": values[1], "forced": values[2] })
}
