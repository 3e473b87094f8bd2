//! Borders of areas on a grid as arcs from junction to junction: each arc is smoothed once, so that neighbours share it.

use std::collections::{BTreeMap, BTreeSet};

/// A corner of the grid: column, line.
pub(super) type Corner = (i32, i32);
/// Corners in units of cells, halves among them.
pub(super) type Path = Vec<[f64; 2]>;

/// How far, in cells, a smoothed border may lie from the middles of its sides.
const TOLERANCE: f64 = 0.45;

/// Arcs, and where each side of a cell lies in them.
pub(super) struct Arcs {
    /// Corners as they are, and the smoothed path.
    pub(super) arcs: Vec<(Vec<Corner>, Path)>,
    /// Side (its lesser corner first) → arc.
    of_side: BTreeMap<(Corner, Corner), usize>,
}

fn side(a: Corner, b: Corner) -> (Corner, Corner) {
    if a <= b { (a, b) } else { (b, a) }
}

impl Arcs {
    /// Arcs of a set of sides, each with its lesser corner first.
    pub(super) fn new(sides: &BTreeSet<(Corner, Corner)>) -> Self {
        let mut around: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
        for &(a, b) in sides {
            around.entry(a).or_default().push(b);
            around.entry(b).or_default().push(a);
        }
        let mut out = Self { arcs: Vec::new(), of_side: BTreeMap::new() };
        let junctions = around.iter().filter(|(_, next)| next.len() != 2).map(|(corner, _)| *corner);
        // arcs that begin at a junction first; what is left are loops
        for start in junctions.chain(around.keys().copied()) {
            for &next in around.get(&start).into_iter().flatten() {
                if !out.of_side.contains_key(&side(start, next)) {
                    out.walk(start, next, &around);
                }
            }
        }
        out
    }

    fn walk(&mut self, start: Corner, next: Corner, around: &BTreeMap<Corner, Vec<Corner>>) {
        let mut corners = vec![start, next];
        let (mut last, mut at) = (start, next);
        while at != start {
            let Some([a, b]) = around.get(&at).map(Vec::as_slice) else { break };
            let on = if *a == last { *b } else { *a };
            corners.push(on);
            (last, at) = (at, on);
        }
        let arc = self.arcs.len();
        for pair in corners.windows(2) {
            self.of_side.insert(side(pair[0], pair[1]), arc);
        }
        let free = around.get(&start).is_some_and(|next| next.len() == 2);
        let path = smooth(&corners, free);
        self.arcs.push((corners, path));
    }

    /// The smoothed ring of a closed walk along sides.
    pub(super) fn ring(&self, walk: &[Corner]) -> Path {
        let arc_at = |at: usize| self.of_side.get(&side(walk[at], walk[(at + 1) % walk.len()])).copied();
        // begins where an arc begins
        let first = (0..walk.len()).find(|&at| arc_at(at) != arc_at((at + walk.len() - 1) % walk.len())).unwrap_or(0);
        let mut out = Path::new();
        let mut at = 0;
        while at < walk.len() {
            let from = (first + at) % walk.len();
            let Some((corners, path)) = arc_at(from).and_then(|a| self.arcs.get(a)) else { return Path::new() };
            // a loop without a junction may begin anywhere on the walk
            let start = corners.iter().position(|c| *c == walk[from]).unwrap_or(0);
            let forward = corners.get(start + 1) == Some(&walk[(from + 1) % walk.len()]);
            // the end of each arc is the beginning of the next
            let points = path.len().saturating_sub(1);
            if forward {
                out.extend(&path[..points]);
            } else {
                out.extend(path.iter().rev().take(points));
            }
            at += corners.len().saturating_sub(1).max(1);
        }
        out
    }
}

fn point(corner: Corner) -> [f64; 2] {
    [f64::from(corner.0), f64::from(corner.1)]
}

/// Middles of sides make stairs a slope; then what lies close to a straight line is left out. Junctions stay where they are; a free
/// loop has none. A loop ends where it begins.
fn smooth(corners: &[Corner], free: bool) -> Path {
    let mut path: Path = corners.windows(2).map(|w| middle(point(w[0]), point(w[1]))).collect();
    if free {
        path.extend(path.first().copied());
        let far = (0..path.len()).max_by(|&a, &b| distance(path[a], path[0]).total_cmp(&distance(path[b], path[0]))).unwrap_or(0);
        let mut out = simplified(&path[..=far]);
        out.pop();
        out.extend(simplified(&path[far..]));
        return out;
    }
    let ends = [corners.first(), corners.last()].map(|c| c.copied().map(point));
    let path: Path = ends[0].into_iter().chain(path).chain(ends[1]).collect();
    simplified(&path)
}

fn middle(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])]
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    libm::hypot(a[0] - b[0], a[1] - b[1])
}

/// Douglas and Peucker, without recursion.
fn simplified(path: &[[f64; 2]]) -> Path {
    let mut kept = vec![false; path.len()];
    let mut open = vec![(0, path.len().saturating_sub(1))];
    while let Some((from, to)) = open.pop() {
        let (Some(a), Some(b)) = (path.get(from), path.get(to)) else { continue };
        (kept[from], kept[to]) = (true, true);
        let off = |at: &usize| away(path[*at], *a, *b);
        if let Some(far) = (from + 1..to).max_by(|x, y| off(x).total_cmp(&off(y)))
            && off(&far) > TOLERANCE
        {
            open.extend([(from, far), (far, to)]);
        }
    }
    path.iter().zip(kept).filter(|(_, k)| *k).map(|(p, _)| *p).collect()
}

/// Distance of a point from a stretch.
fn away(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let long = dx * dx + dy * dy;
    let part = if long > 0.0 { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / long).clamp(0.0, 1.0) } else { 0.0 };
    distance(p, [a[0] + part * dx, a[1] + part * dy])
}
