//! Bars in parts.

use super::Bars;
use super::draw::Canvas;
use super::palette::Ink;
use super::rows::{LABEL, RowWords, Rows, SMALL};
use super::svg::{Anchor, Paint, Svg, Type};
use super::words::{cut, line, plain, width};

const HALF: f64 = 8.0;

pub(super) fn draw(picture: &Bars, canvas: &Canvas<'_>, svg: &mut Svg) -> f64 {
    let parts: Vec<String> = picture.parts.iter().map(|p| plain(p)).collect();
    let top = if parts.len() > 1 {
        let swatches: Vec<(Paint, &str)> = parts.iter().enumerate().map(|(at, p)| (Paint::fill(Ink::Part(at)), p.as_str())).collect();
        legend(&swatches, canvas, svg, 0.0) + 10.0
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

/// Swatches with their words, from where lines begin, broken into lines; gives where they end.
pub(super) fn legend(swatches: &[(Paint, &str)], canvas: &Canvas<'_>, svg: &mut Svg, top: f64) -> f64 {
    const SIDE: f64 = 13.0;
    let (mut along, mut y) = (0.0, top);
    for (paint, words) in swatches {
        let words = cut(words, SMALL, canvas.width - SIDE - 8.0);
        let long = SIDE + 6.0 + width(&words, SMALL) + 14.0;
        if along > 0.0 && along + long - 14.0 > canvas.width {
            (along, y) = (0.0, y + LABEL + 7.0);
        }
        if canvas.language.right_to_left() {
            svg.rect([canvas.width - along - SIDE, y], [SIDE, SIDE], paint.edged(Ink::Dark, 0.6));
            svg.text([canvas.width - along - SIDE - 6.0, y + 10.5], Anchor::Right, Type::new(SMALL, Ink::Text), &words);
        } else {
            svg.rect([along, y], [SIDE, SIDE], paint.edged(Ink::Dark, 0.6));
            svg.text([along + SIDE + 6.0, y + 10.5], Anchor::Left, Type::new(SMALL, Ink::Text), &words);
        }
        along += long;
    }
    y + SIDE
}
