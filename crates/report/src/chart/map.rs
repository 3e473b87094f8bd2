//! Regions coloured in classes.

use std::fmt::Write;

use super::draw::Canvas;
use super::legend::{Mark, legend};
use super::palette::Ink;
use super::rows::{LABEL, SMALL};
use super::svg::{Anchor, Paint, Svg, Type, short};
use super::words::{cut, line, plain, width, wrap};
use super::{Map, Region};

/// A view is drawn in place of the whole where what has values takes less than this part of it, with so much around, of its size.
const CLOSE: f64 = 0.5;
const AROUND: f64 = 0.45;

/// West, east, south, north, in degrees.
#[derive(Debug, Clone, Copy)]
struct Bounds([f64; 4]);

impl Bounds {
    fn new<'a>(points: impl Iterator<Item = &'a [f64; 2]>) -> Option<Self> {
        let mut ends = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
        for [x, y] in points.filter(|p| p.iter().all(|c| c.is_finite())) {
            ends = [ends[0].min(*x), ends[1].max(*x), ends[2].min(*y), ends[3].max(*y)];
        }
        (ends[0] <= ends[1]).then_some(Self(ends))
    }

    fn size(self) -> f64 {
        (self.0[1] - self.0[0]).max(self.0[3] - self.0[2])
    }

    /// The part to look at: what has values with something around it, or the whole.
    fn view(picture: &Map, whole: Self) -> Self {
        let valued = picture.regions.iter().filter(|r| r.value.is_some()).flat_map(|r| &r.rings).flatten();
        let Some(focus) = Self::new(valued).filter(|f| f.size() < CLOSE * whole.size()) else { return whole };
        let by = AROUND * focus.size().max(0.2 * whole.size());
        let [west, east, south, north] = focus.0;
        Self([(west - by).max(whole.0[0]), (east + by).min(whole.0[1]), (south - by).max(whole.0[2]), (north + by).min(whole.0[3])])
    }

    fn meets(self, other: Self) -> bool {
        self.0[0] <= other.0[1] && other.0[0] <= self.0[1] && self.0[2] <= other.0[3] && other.0[2] <= self.0[3]
    }
}

/// Degrees to units: longitudes shrink with the cosine of the middle latitude.
struct Projection {
    bounds: Bounds,
    scale: [f64; 2],
    corner: [f64; 2],
    size: [f64; 2],
}

impl Projection {
    /// Fits bounds into a frame of a width and a height at most, its upper left corner at a point, in the middle of its width.
    fn new(bounds: Bounds, [x, y]: [f64; 2], [width, height]: [f64; 2]) -> Self {
        let [west, east, south, north] = bounds.0;
        let shrink = libm::cos(f64::midpoint(south, north).to_radians()).max(0.05);
        let (across, along) = (((east - west) * shrink).max(1e-6), (north - south).max(1e-6));
        let scale = (width / across).min(height / along);
        let size = [across * scale, along * scale];
        Self { bounds, scale: [scale * shrink, scale], corner: [x + (width - size[0]) / 2.0, y], size }
    }

    fn at(&self, [longitude, latitude]: [f64; 2]) -> [f64; 2] {
        let [west, _, _, north] = self.bounds.0;
        [self.corner[0] + (longitude - west) * self.scale[0], self.corner[1] + (north - latitude) * self.scale[1]]
    }

    /// A line through points; those that cannot be drawn apart are left out.
    fn trace(&self, points: &[[f64; 2]], closed: bool) -> String {
        let mut d = String::new();
        let mut last = None;
        for point in points.iter().filter(|p| p.iter().all(|c| c.is_finite())) {
            let at = self.at(*point).map(short);
            if last == Some(at.map(f64::to_bits)) {
                continue;
            }
            let letter = if d.is_empty() { 'M' } else { 'L' };
            // writing to a String cannot fail
            let _ = write!(d, "{letter}{} {}", at[0], at[1]);
            last = Some(at.map(f64::to_bits));
        }
        if closed && !d.is_empty() {
            d.push('z');
        }
        d
    }
}

pub(super) fn draw(picture: &Map, canvas: &Canvas<'_>, svg: &mut Svg) -> f64 {
    let rings = picture.regions.iter().flat_map(|r| &r.rings).flatten();
    let lines = picture.lines.iter().flat_map(|l| &l.points);
    let mut bottom = 4.0;
    if let Some(whole) = Bounds::new(rings.chain(lines)) {
        let view = Bounds::view(picture, whole);
        let projection = Projection::new(view, [1.0, 1.0], [canvas.width - 2.0, canvas.width * 0.86]);
        svg.clip(projection.corner, projection.size);
        shapes(picture, &projection, svg);
        svg.close();
        labels(picture, &projection, svg);
        if view.size() < whole.size() {
            svg.rect(projection.corner, projection.size, Paint::stroke(Ink::Grid, 1.0));
            overview(picture, whole, &projection, canvas, svg);
        }
        bottom = projection.size[1] + 14.0;
    }
    let side = if canvas.language.right_to_left() { (canvas.width, Anchor::Right) } else { (0.0, Anchor::Left) };
    for words in wrap(&plain(&picture.legend), SMALL, canvas.width, 2) {
        svg.text([side.0, bottom + 11.0], side.1, Type::new(SMALL, Ink::Text).bold(), &words);
        bottom += 17.0;
    }
    let (classes, no_value): (Vec<String>, String) = (picture.classes.iter().map(|c| plain(&c.0)).collect(), plain(&picture.no_value));
    let of = classes.len();
    let marks = classes.iter().enumerate().map(|(at, words)| (Mark::Square(Paint::fill(Ink::Class(at, of))), words.as_str()));
    let marks: Vec<_> = marks.chain([(Mark::Square(Paint::hatch().faint(0.5)), no_value.as_str())]).collect();
    bottom = legend(&marks, canvas, svg, bottom + 2.0) + 6.0;
    for words in wrap(&plain(&picture.disclaimer), SMALL, canvas.width, 6) {
        bottom += 15.0;
        svg.text([side.0, bottom], side.1, Type::new(SMALL, Ink::Muted), &words);
    }
    bottom + 6.0
}

fn shapes(picture: &Map, projection: &Projection, svg: &mut Svg) {
    for region in &picture.regions {
        if !Bounds::new(region.rings.iter().flatten()).is_some_and(|b| b.meets(projection.bounds)) {
            continue;
        }
        let d: String = region.rings.iter().map(|r| projection.trace(r, true)).collect();
        svg.open(&format!("{}: {}", line(&region.name), plain(&region.words)));
        let paint = match class(picture, region.value) {
            Some(at) => Paint::fill(Ink::Class(at, picture.classes.len())),
            None => Paint::hatch().faint(0.2),
        };
        svg.path(&d, paint.edged(Ink::Border, 0.8));
        svg.close();
    }
    for border in picture.lines.iter().filter(|l| Bounds::new(l.points.iter()).is_some_and(|b| b.meets(projection.bounds))) {
        let paint = Paint::stroke(Ink::Muted, 1.2);
        svg.path(&projection.trace(&border.points, false), if border.dashed { paint.dashed() } else { paint });
    }
}

/// The whole, small, with the part that is looked at, in the corner where lines end.
fn overview(picture: &Map, whole: Bounds, view: &Projection, canvas: &Canvas<'_>, svg: &mut Svg) {
    let side = if canvas.narrow() { 74.0 } else { 120.0 };
    let right = view.corner[0] + view.size[0];
    let x = if canvas.language.right_to_left() { view.corner[0] + 1.0 } else { right - side - 1.0 };
    let y = view.corner[1] + view.size[1] - side - 1.0;
    svg.rect([x, y], [side, side], Paint::fill(Ink::Ground).edged(Ink::Grid, 1.0));
    let small = Projection::new(whole, [x + 5.0, y + 5.0], [side - 10.0, side - 10.0]);
    let d: String = picture.regions.iter().flat_map(|r| &r.rings).map(|r| small.trace(r, true)).collect();
    svg.path(&d, Paint::fill(Ink::Grid));
    let [west, east, south, north] = view.bounds.0;
    let ([left, top], [right, bottom]) = (small.at([west, north]), small.at([east, south]));
    svg.rect([left, top], [right - left, bottom - top], Paint::stroke(Ink::Strong, 1.5));
}

/// Class of a value: the first whose upper bound it does not pass.
fn class(picture: &Map, value: Option<f64>) -> Option<usize> {
    let value = value.filter(|v| v.is_finite())?;
    let last = picture.classes.len().checked_sub(1)?;
    Some(picture.classes.iter().position(|(_, upper)| value <= *upper).unwrap_or(last))
}

/// Names and values on the map, largest values first; a name that would lie on another is left to the table.
fn labels(picture: &Map, projection: &Projection, svg: &mut Svg) {
    let mut regions: Vec<&Region> = picture.regions.iter().filter(|r| r.labelled).collect();
    regions.sort_by(|a, b| b.value.unwrap_or(f64::NEG_INFINITY).total_cmp(&a.value.unwrap_or(f64::NEG_INFINITY)));
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for region in regions {
        let Some([x, y]) = middle(region).map(|m| projection.at(m)) else { continue };
        let name = cut(&line(&region.name), SMALL, projection.size[0] * 0.4);
        let words = if region.value.is_some() { plain(&region.words) } else { String::new() };
        let half = width(&name, SMALL).max(width(&words, SMALL)) / 2.0;
        let [left, right] = [projection.corner[0], projection.corner[0] + projection.size[0]];
        let x = x.min(right - half).max(left + half);
        let place = [x - half, y - LABEL, x + half, y + if words.is_empty() { 4.0 } else { LABEL + 4.0 }];
        if taken.iter().any(|t| place[0] < t[2] && t[0] < place[2] && place[1] < t[3] && t[1] < place[3]) {
            continue;
        }
        taken.push(place);
        let set = Type::new(SMALL, Ink::Text).rimmed();
        svg.text([x, y - 1.0], Anchor::Middle, set.bold(), &name);
        svg.text([x, y + 12.0], Anchor::Middle, set, &words);
    }
}

/// Middle of the largest ring: its centroid.
fn middle(region: &Region) -> Option<[f64; 2]> {
    let centroid = |ring: &Vec<[f64; 2]>| {
        let [x0, y0] = *ring.first()?;
        let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
        for (at, a) in ring.iter().enumerate() {
            let b = ring.get(at + 1).or_else(|| ring.first())?;
            let cross = (a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0);
            area += cross;
            x += (a[0] + b[0] - 2.0 * x0) * cross;
            y += (a[1] + b[1] - 2.0 * y0) * cross;
        }
        let at = if area.abs() > 1e-12 { [x0 + x / (3.0 * area), y0 + y / (3.0 * area)] } else { [x0, y0] };
        at.iter().all(|c| c.is_finite()).then_some((area.abs(), at))
    };
    let largest = region.rings.iter().filter_map(centroid).max_by(|a, b| a.0.total_cmp(&b.0));
    largest.map(|(_, at)| at)
}
