//! Bars in parts.

use super::Bars;
use super::draw::Canvas;
use super::legend::{Mark, legend};
use super::palette::Ink;
use super::rows::{RowWords, Rows};
use super::svg::{Paint, Svg};
use super::words::{line, plain};

const HALF: f64 = 8.0;

pub(super) fn draw(picture: &Bars, canvas: &Canvas<'_>, svg: &mut Svg) -> f64 {
    let parts: Vec<String> = picture.parts.iter().map(|p| plain(p)).collect();
    let top = if parts.len() > 1 {
        let marks = parts.iter().enumerate().map(|(at, p)| (Mark::Square(Paint::fill(Ink::Part(at))), p.as_str()));
        legend(&marks.collect::<Vec<_>>(), canvas, svg, 2.0) + 12.0
    } else {
        4.0
    };
    let words: Vec<RowWords> = picture.rows.iter().map(|r| RowWords { label: line(&r.label), words: plain(&r.words) }).collect();
    let rows = Rows::new(canvas, top, &words);
    let bottom = rows.axis(svg, &picture.axis);
    for (at, row) in picture.rows.iter().enumerate() {
        let y = rows.middle(at);
        let mut sum = picture.axis.range[0].max(0.0);
        svg.open(&format!("{}: {}", words[at].label, words[at].words));
        rows.write(svg, at, false);
        for (part, value) in row.parts.iter().enumerate() {
            let next = sum + if value.is_finite() { value.max(0.0) } else { 0.0 };
            let (from, to) = (rows.x(picture.axis.range, sum), rows.x(picture.axis.range, next));
            // a gap parts neighbours in any colour
            let gap = if part > 0 && to - from > 2.0 { 1.5 } else { 0.0 };
            svg.rect([from + gap, y - HALF], [to - from - gap, HALF * 2.0], Paint::fill(Ink::Part(part)));
            sum = next;
        }
        if let Some(ends) = row.interval {
            let [low, high] = ends.map(|e| rows.x(picture.axis.range, e));
            svg.line([low, y], [high, y], Paint::stroke(Ink::Ground, 4.0));
            svg.line([low, y], [high, y], Paint::stroke(Ink::Text, 1.5));
            for end in [low, high] {
                svg.line([end, y - 4.0], [end, y + 4.0], Paint::stroke(Ink::Text, 1.5));
            }
        }
        svg.close();
    }
    bottom
}
