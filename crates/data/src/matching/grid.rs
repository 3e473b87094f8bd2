//! Cells of a grid in run-length form: which area the centre of each cell lies in.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::packs::PackTables;

/// A point's area, and whether another area is within one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Row of the area.
    pub area: u16,
    /// Another area, or none, lies in one of the eight cells around.
    pub border: bool,
}

/// A grid of square cells. Lookups cost a binary search per latitude.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    step: f64,
    /// Latitude line → runs (first column, last column, area), by column.
    lines: BTreeMap<i32, Vec<(i32, i32, u16)>>,
}

impl Grid {
    /// Reads `lat, lon_from, lon_to, <id>` rows; the step is the smallest distance of two latitudes.
    ///
    /// # Errors
    /// A cell that is not a number, or an id that `area` does not know.
    pub fn new(tables: &PackTables, table: &str, id: &str, area: impl Fn(&str) -> Option<u16>) -> Result<Self> {
        let bad = |row: usize, what: &str| Error::Pack { pack: table.to_owned(), reason: format!("row {}: {what}", row + 2) };
        let mut runs = Vec::new();
        for (row, cells) in tables.rows(table).enumerate() {
            let number = |column: &str| cells.get(column).parse::<f64>().map_err(|_| bad(row, &format!("{column} is not a number")));
            let area = area(cells.get(id)).ok_or_else(|| bad(row, &format!("unknown {id} `{}`", cells.get(id))))?;
            runs.push((number("lat")?, number("lon_from")?, number("lon_to")?, area));
        }
        let mut latitudes: Vec<f64> = runs.iter().map(|r| r.0).collect();
        latitudes.sort_by(f64::total_cmp);
        latitudes.dedup();
        let gaps = latitudes.windows(2).map(|w| w[1] - w[0]);
        let step = gaps.fold(f64::INFINITY, f64::min);
        if !step.is_finite() {
            return Ok(Self::default());
        }
        // published steps are decimal fractions; differences of floats are not
        let step = (step * 1e6).round() / 1e6;
        let mut grid = Self { step, lines: BTreeMap::new() };
        for (lat, from, to, area) in runs {
            let (line, first, last) = (grid.index(lat), grid.index(from), grid.index(to));
            grid.lines.entry(line).or_default().push((first, last, area));
        }
        for line in grid.lines.values_mut() {
            line.sort_unstable();
        }
        Ok(grid)
    }

    fn index(&self, degrees: f64) -> i32 {
        (degrees / self.step).floor() as i32
    }

    fn at(&self, line: i32, column: i32) -> Option<u16> {
        let runs = self.lines.get(&line)?;
        let next = runs.partition_point(|&(first, _, _)| first <= column);
        let &(_, last, area) = runs.get(next.checked_sub(1)?)?;
        (column <= last).then_some(area)
    }

    /// The area of a point. A point whose own cell has no area takes that of a neighbour, as on coasts: always a border hit.
    #[must_use]
    pub fn locate(&self, latitude: f64, longitude: f64) -> Option<Hit> {
        if self.lines.is_empty() {
            return None;
        }
        let (line, column) = (self.index(latitude), self.index(longitude));
        let around = [(0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)];
        let neighbour = |(dl, dc): (i32, i32)| self.at(line + dl, column + dc);
        match self.at(line, column) {
            Some(area) => Some(Hit { area, border: around.iter().any(|&d| neighbour(d).is_some_and(|a| a != area)) }),
            None => around.iter().find_map(|&d| neighbour(d)).map(|area| Hit { area, border: true }),
        }
    }
}
