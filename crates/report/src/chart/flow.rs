//! Flows from stage to stage. Stages run in the direction of reading; widths are values; what is untraced is hatched.

use super::draw::Canvas;
use super::legend::{Mark, legend};
use super::palette::Ink;
use super::rows::SMALL;
use super::svg::{Anchor, Paint, Svg, Type, short};
use super::words::{cut, line, plain, wrap};
use super::{Flow, FlowNode};

/// Width of a node, height of the tallest stage, gap below a node, height of a line.
const NODE: f64 = 12.0;
const HEIGHT: f64 = 240.0;
const GAP: f64 = 12.0;
const LINE: f64 = 14.0;
const TOP: f64 = 26.0;

/// Where a node lies: its left side, its top, its height.
struct Place {
    x: f64,
    y: f64,
    height: f64,
}

pub(super) fn draw(picture: &Flow, canvas: &Canvas<'_>, svg: &mut Svg) -> f64 {
    let stages = picture.stages.len().max(1);
    let column = canvas.width / stages as f64;
    let scale = scale(picture, stages);
    let right_to_left = canvas.language.right_to_left();
    let label_lines: Vec<Vec<String>> = picture.nodes.iter().map(|n| label(n, canvas, column)).collect();
    let mut ends = vec![TOP; stages];
    let places: Vec<Option<Place>> = picture
        .nodes
        .iter()
        .zip(&label_lines)
        .map(|(node, lines)| {
            let end = ends.get_mut(node.stage)?;
            let height = (size(node.value) * scale).max(2.0);
            let along = node.stage as f64 * column;
            let x = if right_to_left { canvas.width - along - NODE } else { along };
            let place = Place { x, y: *end, height };
            *end += height.max(lines.len() as f64 * LINE) + GAP;
            Some(place)
        })
        .collect();
    for (stage, heading) in picture.stages.iter().enumerate() {
        let heading = cut(&plain(heading), SMALL, column - 8.0);
        let along = stage as f64 * column;
        let (x, anchor) = if right_to_left { (canvas.width - along, Anchor::Right) } else { (along, Anchor::Left) };
        svg.text([x, 12.0], anchor, Type::new(SMALL, Ink::Muted).bold(), &heading);
    }
    bands(picture, &places, scale, right_to_left, svg);
    for ((node, place), lines) in picture.nodes.iter().zip(&places).zip(&label_lines) {
        let Some(place) = place else { continue };
        svg.open(&format!("{}: {}", line(&node.label), plain(&node.words)));
        let paint = if node.dark { Paint::hatch().edged(Ink::Dark, 1.0) } else { Paint::fill(Ink::Mark) };
        svg.rect([place.x, place.y], [NODE, place.height], paint);
        let (x, anchor) = if right_to_left { (place.x - 6.0, Anchor::Right) } else { (place.x + NODE + 6.0, Anchor::Left) };
        for (at, words) in lines.iter().enumerate() {
            let last = at + 1 == lines.len();
            let set = if last { Type::new(SMALL, Ink::Muted) } else { Type::new(SMALL, Ink::Text) };
            svg.text([x, place.y + 10.0 + at as f64 * LINE], anchor, set.rimmed(), words);
        }
        svg.close();
    }
    let bottom = ends.into_iter().fold(TOP, f64::max);
    let dark = plain(&picture.dark_word);
    if dark.is_empty() || !picture.nodes.iter().any(|n| n.dark) {
        return bottom;
    }
    legend(&[(Mark::Square(Paint::hatch()), &dark)], canvas, svg, bottom) + 4.0
}

/// The label in up to two lines, and the value below.
fn label(node: &FlowNode, canvas: &Canvas<'_>, column: f64) -> Vec<String> {
    let most = column - NODE - 14.0;
    let mut lines = wrap(&line(&node.label), SMALL, most, if canvas.narrow() { 3 } else { 2 });
    lines.push(cut(&plain(&node.words), SMALL, most));
    lines
}

fn size(value: f64) -> f64 {
    if value.is_finite() { value.max(0.0) } else { 0.0 }
}

/// Units a value of 1 is high.
fn scale(picture: &Flow, stages: usize) -> f64 {
    let mut sums = vec![0.0; stages];
    for node in &picture.nodes {
        if let Some(sum) = sums.get_mut(node.stage) {
            *sum += size(node.value);
        }
    }
    let most = sums.into_iter().fold(0.0, f64::max);
    if most > 0.0 { HEIGHT / most } else { 0.0 }
}

fn bands(picture: &Flow, places: &[Option<Place>], scale: f64, right_to_left: bool, svg: &mut Svg) {
    // what has left and entered each node so far
    let (mut left, mut entered) = (vec![0.0; places.len()], vec![0.0; places.len()]);
    for band in &picture.bands {
        let (Some(Some(from)), Some(Some(to))) = (places.get(band.from), places.get(band.to)) else { continue };
        let width = size(band.value) * scale;
        // a band never leaves the sides of its nodes
        let room = |used: f64, place: &Place| width.min((place.height - used).max(0.0)).max(0.8);
        let (out, into) = (room(left[band.from], from), room(entered[band.to], to));
        let (y0, y1) = (from.y + left[band.from], to.y + entered[band.to]);
        left[band.from] += out;
        entered[band.to] += into;
        let (x0, x1) = if right_to_left { (from.x, to.x + NODE) } else { (from.x + NODE, to.x) };
        let middle = short(f64::midpoint(x0, x1));
        let [x0, x1, a, b, c, d] = [x0, x1, y0, y1, y1 + into, y0 + out].map(short);
        let path = format!("M{x0} {a}C{middle} {a} {middle} {b} {x1} {b}V{c}C{middle} {c} {middle} {d} {x0} {d}z");
        let words = |node: usize| picture.nodes.get(node).map(|n| line(&n.label)).unwrap_or_default();
        svg.open(&format!("{} – {}", words(band.from), words(band.to)));
        svg.path(&path, if band.dark { Paint::hatch().faint(0.6) } else { Paint::fill(Ink::Mark).faint(0.28) });
        svg.close();
    }
}
