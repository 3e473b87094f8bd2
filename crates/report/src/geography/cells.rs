//! Cells of a pack as shapes: merged, with borders that neighbours share.

use std::collections::{BTreeMap, BTreeSet};

use super::arcs::{Arcs, Corner};
use super::{Geography, Ring, Shape};
use crate::chart::MapLine;
use crate::error::{Error, Result};

/// Most cells of all rows together.
const MOST_CELLS: usize = 4_000_000;

/// A row of a pack's table of cells: cells of one latitude between two longitudes, by their middles.
#[derive(Debug, Clone, PartialEq)]
pub struct CellRun {
    /// Latitude of the middles.
    pub latitude: f64,
    /// Longitude of the first middle and of the last.
    pub longitudes: [f64; 2],
    /// Id of the district.
    pub id: String,
}

fn bad(reason: String) -> Error {
    Error::Boundaries { reason, hint: "run `tierlight packs check` on the pack".to_owned() }
}

/// Area of each cell, by column and line.
type Cells = BTreeMap<Corner, usize>;

impl Geography {
    /// Shapes of districts from a pack's cells, smoothed to about half a cell, with the outer border as lines: dashed along districts
    /// for which `disputed` holds.
    ///
    /// # Errors
    /// Rows that are no cells, or more than four million of them.
    pub fn of_cells(runs: &[CellRun], disputed: impl Fn(&str) -> bool) -> Result<Self> {
        let Some(step) = step(runs) else { return Ok(Self::default()) };
        let ids: Vec<&str> = runs.iter().map(|r| r.id.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
        let cells = cells(runs, step, &ids)?;
        let area = |column: i32, line: i32| cells.get(&(column, line)).copied();
        let mut sides = BTreeSet::new();
        let mut outer = BTreeMap::new();
        for (&(x, y), &of) in &cells {
            for (from, to, other) in sides_of(x, y).map(|(from, to, (ox, oy))| (from, to, area(ox, oy))) {
                if other == Some(of) {
                    continue;
                }
                let side = if from <= to { (from, to) } else { (to, from) };
                sides.insert(side);
                if other.is_none() {
                    outer.insert(side, of);
                }
            }
        }
        let arcs = Arcs::new(&sides);
        let degrees = |path: Vec<[f64; 2]>| path.into_iter().map(|[x, y]| [x, y].map(|c| (c * step * 1e4).round() / 1e4)).collect::<Ring>();
        let shapes = walks(&cells, ids.len()).into_iter().zip(&ids).map(|(walks, id)| {
            let rings = walks.iter().map(|walk| degrees(kept(arcs.ring(walk), walk))).collect();
            Shape { id: (*id).to_owned(), names: Vec::new(), rings }
        });
        let lines = arcs.arcs.iter().filter_map(|(corners, path)| {
            let side = if corners[0] <= corners[1] { (corners[0], corners[1]) } else { (corners[1], corners[0]) };
            let of = outer.get(&side)?;
            Some(MapLine { points: degrees(path.clone()), dashed: disputed(ids[*of]) })
        });
        Ok(Self { shapes: shapes.collect(), lines: lines.collect() })
    }
}

/// The smallest distance of two latitudes; published steps are decimal fractions, differences of floats are not.
fn step(runs: &[CellRun]) -> Option<f64> {
    let mut latitudes: Vec<f64> = runs.iter().map(|r| r.latitude).collect();
    latitudes.sort_by(f64::total_cmp);
    latitudes.dedup();
    let gap = latitudes.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    let step = (gap * 1e6).round() / 1e6;
    (step.is_finite() && step > 0.0).then_some(step)
}

fn cells(runs: &[CellRun], step: f64, ids: &[&str]) -> Result<Cells> {
    let mut out = Cells::new();
    for run in runs {
        let [first, last] = run.longitudes;
        let valid = run.latitude.abs() <= 90.0 && first.abs() <= 180.0 && last.abs() <= 180.0 && first <= last;
        if !valid {
            return Err(bad(format!("cells of {}: latitude {}, longitudes {first} to {last}", run.id, run.latitude)));
        }
        let index = |degrees: f64| (degrees / step).floor() as i32;
        let of = ids.binary_search(&run.id.as_str()).map_err(|_| bad(format!("cells of {}", run.id)))?;
        for column in index(first)..=index(last) {
            out.insert((column, index(run.latitude)), of);
            if out.len() > MOST_CELLS {
                return Err(bad(format!("more than {MOST_CELLS} cells")));
            }
        }
    }
    Ok(out)
}

/// Sides of a cell with it on their left, and the cell beyond each.
fn sides_of(x: i32, y: i32) -> [(Corner, Corner, Corner); 4] {
    [
        ((x, y), (x + 1, y), (x, y - 1)),
        ((x + 1, y), (x + 1, y + 1), (x + 1, y)),
        ((x + 1, y + 1), (x, y + 1), (x, y + 1)),
        ((x, y + 1), (x, y), (x - 1, y)),
    ]
}

/// Closed walks along the sides of each area, the area on the left.
fn walks(cells: &Cells, areas: usize) -> Vec<Vec<Vec<Corner>>> {
    let mut next: Vec<BTreeMap<Corner, Vec<Corner>>> = vec![BTreeMap::new(); areas];
    for (&(x, y), &of) in cells {
        for (from, to, beyond) in sides_of(x, y) {
            if cells.get(&beyond) != Some(&of) {
                next[of].entry(from).or_default().push(to);
            }
        }
    }
    next.into_iter().map(walks_of).collect()
}

fn walks_of(mut next: BTreeMap<Corner, Vec<Corner>>) -> Vec<Vec<Corner>> {
    let mut out = Vec::new();
    while let Some((&start, _)) = next.first_key_value() {
        let mut walk: Vec<Corner> = Vec::new();
        let mut at = start;
        while let Some(ways) = next.get_mut(&at) {
            // where two cells touch at a corner only, the way to the left stays with its cell
            let from = walk.last().copied();
            let left = |to: Corner| from.is_some_and(|f| (at.0 - f.0) * (to.1 - at.1) - (at.1 - f.1) * (to.0 - at.0) > 0);
            let way = ways.iter().position(|&to| left(to)).unwrap_or(0);
            let to = ways.swap_remove(way);
            if ways.is_empty() {
                next.remove(&at);
            }
            walk.push(at);
            at = to;
            if at == start {
                break;
            }
        }
        out.push(walk);
    }
    out
}

/// The smoothed ring, or the corners themselves where smoothing leaves little of a small area.
fn kept(ring: Vec<[f64; 2]>, walk: &[Corner]) -> Vec<[f64; 2]> {
    let corners: Vec<[f64; 2]> = walk.iter().map(|c| [f64::from(c.0), f64::from(c.1)]).collect();
    if ring.len() >= 3 && area(&ring).abs() >= 0.4 * area(&corners).abs() { ring } else { corners }
}

/// Twice the area, by its sign to the left or right.
fn area(ring: &[[f64; 2]]) -> f64 {
    let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
    pairs.map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(line: i32, from: i32, to: i32, id: &str) -> CellRun {
        let middle = |at: i32| (f64::from(at) + 0.5) * 0.05;
        CellRun { latitude: middle(line), longitudes: [middle(from), middle(to)], id: id.to_owned() }
    }

    /// Two areas side by side, 20 by 20 cells each, with stairs between them, and a hole in the second.
    fn two() -> Vec<CellRun> {
        let mut out = Vec::new();
        for line in 0..20 {
            let between = 20 + line / 4;
            out.push(run(line, 0, between - 1, "a"));
            if (8..12).contains(&line) {
                out.extend([run(line, between, 29, "b"), run(line, 34, 40, "b")]);
            } else {
                out.push(run(line, between, 40, "b"));
            }
        }
        out
    }

    fn edges(ring: &Ring) -> Vec<[[u64; 2]; 2]> {
        let bits = |p: &[f64; 2]| p.map(f64::to_bits);
        ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| [bits(a), bits(b)]).collect()
    }

    #[test]
    fn neighbours_share_their_border() {
        let geography = Geography::of_cells(&two(), |id| id == "b").unwrap();
        assert_eq!(geography.shapes.len(), 2);
        assert_eq!(geography.shapes[0].rings.len(), 1);
        assert_eq!(geography.shapes[1].rings.len(), 2, "an outer ring and a hole");
        let a = edges(&geography.shapes[0].rings[0]);
        let b: Vec<_> = geography.shapes[1].rings.iter().flat_map(edges).collect();
        let shared = a.iter().filter(|[p, q]| b.contains(&[*q, *p])).count();
        assert!(shared >= 1, "{shared} of {} edges", a.len());
        // every edge between the two junctions is shared: what is left of `a` is its outer border
        let outer: usize = geography.lines.iter().filter(|l| !l.dashed).map(|l| l.points.len() - 1).sum();
        assert_eq!(a.len(), shared + outer);
    }

    #[test]
    fn areas_stay_about_what_they_were() {
        let geography = Geography::of_cells(&two(), |_| false).unwrap();
        let of = |shape: &Shape| shape.rings.iter().map(|r| area(r)).sum::<f64>() / 2.0 / 0.0025;
        let cells =
            |id: &str| two().iter().filter(|r| r.id == id).map(|r| ((r.longitudes[1] - r.longitudes[0]) / 0.05).round() + 1.0).sum::<f64>();
        for shape in &geography.shapes {
            let (is, was) = (of(shape), cells(&shape.id));
            assert!((is / was - 1.0).abs() < 0.04, "{}: {is} of {was} cells", shape.id);
        }
    }

    #[test]
    fn outer_borders_of_disputed_areas_are_dashed() {
        let geography = Geography::of_cells(&two(), |id| id == "b").unwrap();
        assert!(geography.lines.iter().any(|l| l.dashed) && geography.lines.iter().any(|l| !l.dashed));
        assert!(geography.lines.iter().all(|l| l.points.len() >= 2));
    }

    /// Cells that touch at corners only, single cells, one line.
    #[test]
    fn small_areas_are_kept() {
        let chequered: Vec<CellRun> =
            (0..6).flat_map(|l| (0..6).map(move |c| run(l, c, c, if (l + c) % 2 == 0 { "a" } else { "b" }))).collect();
        let geography = Geography::of_cells(&chequered, |_| false).unwrap();
        for shape in &geography.shapes {
            let total: f64 = shape.rings.iter().map(|r| area(r).abs()).sum::<f64>() / 2.0 / 0.0025;
            assert!(total > 7.0 && total < 19.0, "{total}");
        }
        assert!(Geography::of_cells(&[], |_| false).unwrap().shapes.is_empty());
        assert!(Geography::of_cells(&[run(0, 1, 2, "a")], |_| false).unwrap().shapes.is_empty(), "one latitude gives no step");
        let bad = CellRun { latitude: f64::NAN, longitudes: [0.0, 0.1], id: "a".to_owned() };
        assert!(Geography::of_cells(&[run(0, 0, 3, "a"), run(1, 0, 3, "a"), bad], |_| false).is_err());
    }
}
