//! Regions coloured in classes.

use std::fmt::Write;

use super::draw::Canvas;
use super::legend::{Mark, legend};
use super::palette::Ink;
use super::rows::{LABEL, SMALL};
use super::svg::{Anchor, Paint, Svg, Type, short};
use super::words::{line, plain, width, wrap};
use super::{Map, Region};

/// Degrees to units: longitudes shrink with the cosine of the middle latitude.
struct Projection {
    west: f64,
    north: f64,
    scale: [f64; 2],
    offset: f64,
    height: f64,
}

impl Projection {
    fn new<'a>(points: impl Iterator<Item = &'a [f64; 2]>, canvas: &Canvas<'_>) -> Option<Self> {
        let mut ends = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
        for [x, y] in points.filter(|p| p.iter().all(|c| c.is_finite())) {
            ends = [ends[0].min(*x), ends[1].max(*x), ends[2].min(*y), ends[3].max(*y)];
        }
        let [west, east, south, north] = ends;
        if west > east {
            return None;
        }
        let shrink = libm::cos(((south + north) / 2.0).to_radians()).max(0.05);
        let (across, along) = (((east - west) * shrink).max(1e-6), (north - south).max(1e-6));
        let scale = ((canvas.width - 2.0) / across).min(canvas.width * 0.9 / along);
        let offset = (canvas.width - across * scale) / 2.0;
        Some(Self { west, north, scale: [scale * shrink, scale], offset, height: along * scale })
    }

    fn at(&self, [longitude, latitude]: [f64; 2]) -> [f64; 2] {
        [self.offset + (longitude - self.west) * self.scale[0], 1.0 + (self.north - latitude) * self.scale[1]]
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
    if let Some(projection) = Projection::new(rings.chain(lines), canvas) {
        shapes(picture, &projection, svg);
        labels(picture, &projection, canvas, svg);
        bottom = projection.height + 14.0;
    }
    let side = if canvas.language.right_to_left() { (canvas.width, Anchor::Right) } else { (0.0, Anchor::Left) };
    for words in wrap(&plain(&picture.legend), SMALL, canvas.width, 2) {
        svg.text([side.0, bottom + 11.0], side.1, Type::new(SMALL, Ink::Text).bold(), &words);
        bottom += 17.0;
    }
    let (classes, no_value): (Vec<String>, String) = (picture.classes.iter().map(|c| plain(&c.0)).collect(), plain(&picture.no_value));
    let of = classes.len();
    let marks = classes.iter().enumerate().map(|(at, words)| (Mark::Square(Paint::fill(Ink::Class(at, of))), words.as_str()));
    let marks: Vec<_> = marks.chain([(Mark::Square(Paint::hatch()), no_value.as_str())]).collect();
    bottom = legend(&marks, canvas, svg, bottom + 2.0) + 6.0;
    for words in wrap(&plain(&picture.disclaimer), SMALL, canvas.width, 6) {
        bottom += 15.0;
        svg.text([side.0, bottom], side.1, Type::new(SMALL, Ink::Muted), &words);
    }
    bottom + 6.0
}

fn shapes(picture: &Map, projection: &Projection, svg: &mut Svg) {
    for region in &picture.regions {
        let d: String = region.rings.iter().map(|r| projection.trace(r, true)).collect();
        if d.is_empty() {
            continue;
        }
        svg.open(&format!("{}: {}", line(&region.name), plain(&region.words)));
        let paint = match class(picture, region.value) {
            Some(at) => Paint::fill(Ink::Class(at, picture.classes.len())),
            None => Paint::hatch().faint(0.55),
        };
        svg.path(&d, paint.edged(Ink::Border, 0.8));
        svg.close();
    }
    for border in &picture.lines {
        let paint = Paint::stroke(Ink::Muted, 1.2);
        svg.path(&projection.trace(&border.points, false), if border.dashed { paint.dashed() } else { paint });
    }
}

/// Class of a value: the first whose upper bound it does not pass.
fn class(picture: &Map, value: Option<f64>) -> Option<usize> {
    let value = value.filter(|v| v.is_finite())?;
    let last = picture.classes.len().checked_sub(1)?;
    Some(picture.classes.iter().position(|(_, upper)| value <= *upper).unwrap_or(last))
}

/// Names and values on the map, largest values first; a name that would lie on another is left to the table.
fn labels(picture: &Map, projection: &Projection, canvas: &Canvas<'_>, svg: &mut Svg) {
    let mut regions: Vec<&Region> = picture.regions.iter().filter(|r| r.labelled).collect();
    regions.sort_by(|a, b| b.value.unwrap_or(f64::NEG_INFINITY).total_cmp(&a.value.unwrap_or(f64::NEG_INFINITY)));
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for region in regions {
        let Some([x, y]) = middle(region).map(|m| projection.at(m)) else { continue };
        let name = wrap(&line(&region.name), SMALL, canvas.width * 0.3, 1).concat();
        let words = if region.value.is_some() { plain(&region.words) } else { String::new() };
        let half = width(&name, SMALL).max(width(&words, SMALL)) / 2.0;
        let x = x.clamp(half.min(canvas.width / 2.0), (canvas.width - half).max(canvas.width / 2.0));
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
