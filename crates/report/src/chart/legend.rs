//! Legends: marks with their words.

use super::draw::Canvas;
use super::palette::Ink;
use super::rows::SMALL;
use super::svg::{Anchor, Paint, Svg, Type};
use super::words::{cut, width};

/// A mark, as it stands in the picture.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    Square(Paint),
    Diamond(Ink),
    Dot(Ink),
    Ring(Ink),
    Tick,
    /// Words alone.
    None,
}

const SIDE: f64 = 13.0;
const LINE: f64 = 20.0;
const APART: f64 = 16.0;

impl Mark {
    /// Draws it around a point.
    pub(super) fn draw(self, svg: &mut Svg, [x, y]: [f64; 2]) {
        match self {
            Self::Square(paint) => svg.rect([x - SIDE / 2.0, y - SIDE / 2.0], [SIDE, SIDE], paint.edged(Ink::Dark, 0.6)),
            Self::Diamond(ink) => {
                svg.path(&format!("M{x:.1} {:.1}l6 6l-6 6l-6-6z", y - 6.0), Paint::fill(ink).edged(Ink::Ground, 1.5));
            }
            Self::Dot(ink) => svg.circle([x, y], 5.5, Paint::fill(ink).edged(Ink::Ground, 1.5)),
            Self::Ring(ink) => svg.circle([x, y], 5.0, Paint::fill(Ink::Ground).edged(ink, 2.0)),
            Self::Tick => tick(svg, [x - 4.0, y]),
            Self::None => {}
        }
    }
}

/// A tick on a rim of the ground, its left end at a point.
pub(super) fn tick(svg: &mut Svg, [x, y]: [f64; 2]) {
    let d = format!("M{x:.1} {y:.1}l3 3.2l6-7.4");
    svg.path(&d, Paint::stroke(Ink::Ground, 5.0));
    svg.path(&d, Paint::stroke(Ink::Text, 2.2));
}

/// Marks with their words from where lines begin, broken into lines; gives where they end.
pub(super) fn legend(entries: &[(Mark, &str)], canvas: &Canvas<'_>, svg: &mut Svg, top: f64) -> f64 {
    let (mut along, mut y) = (0.0, top + SIDE / 2.0);
    for (mark, words) in entries {
        let room = if matches!(mark, Mark::None) { 0.0 } else { SIDE + 6.0 };
        let words = cut(words, SMALL, canvas.width - room);
        let long = room + width(&words, SMALL);
        if along > 0.0 && along + long > canvas.width {
            (along, y) = (0.0, y + LINE);
        }
        let (at, from, anchor) = if canvas.language.right_to_left() {
            (canvas.width - along - SIDE / 2.0, canvas.width - along - room, Anchor::Right)
        } else {
            (along + SIDE / 2.0, along + room, Anchor::Left)
        };
        mark.draw(svg, [at, y]);
        svg.text([from, y + 4.0], anchor, Type::new(SMALL, Ink::Text), &words);
        along += long + APART;
    }
    y + SIDE / 2.0
}
