//! Shapes of districts and lines between them, for maps.
//!
//! Shapes come from the cells of a pack ([`Geography::of_cells`]) or from a file that a user brings ([`Geography::of_geojson`]);
//! reading the file, and knowing which district a name means ([`Geography::resolve`]), is the caller's.

mod arcs;
mod cells;
mod geojson;

pub use cells::CellRun;
pub use geojson::MOST_BYTES;

use std::collections::BTreeMap;

use crate::chart::MapLine;

/// A ring of (longitude, latitude) in degrees; its end meets its beginning without repeating it.
pub type Ring = Vec<[f64; 2]>;

/// Where a district lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Id of the district; empty while it is not known which one it is.
    pub id: String,
    /// What the file calls it, in the order of how likely that is its name; empty for cells of a pack.
    pub names: Vec<String>,
    /// Outer rings and holes (even–odd).
    pub rings: Vec<Ring>,
}

/// Shapes and lines of a map.
#[derive(Debug, Clone, Default)]
pub struct Geography {
    /// Districts, by id; those without an id in the order of the file.
    pub shapes: Vec<Shape>,
    /// Lines over them; disputed ones are dashed.
    pub lines: Vec<MapLine>,
}

impl Geography {
    /// Gives each shape without an id the one that `find` knows for one of its names, and makes one shape of those with the same id.
    /// Returns the first name of each shape for which there is none; such shapes stay, without an id.
    pub fn resolve(&mut self, find: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let mut known: BTreeMap<String, Shape> = BTreeMap::new();
        let (mut unknown, mut unmatched) = (Vec::new(), Vec::new());
        for mut shape in std::mem::take(&mut self.shapes) {
            if shape.id.is_empty() {
                shape.id = shape.names.iter().find_map(|n| find(n)).unwrap_or_default();
            }
            if shape.id.is_empty() {
                unmatched.push(shape.names.first().cloned().unwrap_or_default());
                unknown.push(shape);
                continue;
            }
            match known.get_mut(&shape.id) {
                Some(same) => same.rings.append(&mut shape.rings),
                None => _ = known.insert(shape.id.clone(), shape),
            }
        }
        self.shapes = known.into_values().chain(unknown).collect();
        unmatched
    }
}
