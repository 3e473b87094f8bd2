//! Terms of a sum: each bar begins where the one before ended.

use super::Waterfall;
use super::draw::Canvas;
use super::legend::{Mark, legend};
use super::palette::Ink;
use super::rows::{RowWords, Rows};
use super::svg::{Paint, Svg};
use super::words::{line, plain};

/// Half the height of a bar, and half the width of the outline of what is unknown.
const HALF: f64 = 8.0;
const UNKNOWN: f64 = 16.0;

pub(super) fn draw(picture: &Waterfall, canvas: &Canvas<'_>, svg: &mut Svg) -> f64 {
    let mut words: Vec<RowWords> = picture.terms.iter().map(|t| RowWords { label: line(&t.label), words: plain(&t.words) }).collect();
    words.push(RowWords { label: plain(&picture.total), words: plain(&picture.total_words) });
    let unknown = plain(&picture.unknown_word);
    let outline = Paint::stroke(Ink::Dark, 1.3).dashed();
    let any = picture.terms.iter().any(|t| t.unknown) && !unknown.is_empty();
    let top = if any { legend(&[(Mark::Square(outline), &unknown)], canvas, svg, 2.0) + 12.0 } else { 4.0 };
    let rows = Rows::new(canvas, top, &words);
    let bottom = rows.axis(svg, &picture.axis);
    let x = |at: f64| rows.x(picture.axis.range, at);
    let mut sum = 0.0;
    for (at, term) in picture.terms.iter().enumerate() {
        let y = rows.middle(at);
        let (from, to) = (x(sum), x(sum + term.value));
        svg.open(&format!("{}: {}", words[at].label, words[at].words));
        rows.write(svg, at, false);
        if term.unknown {
            let left = (from - UNKNOWN).max(rows.plot()[0]);
            let width = UNKNOWN * 2.0;
            let left = left.min(rows.plot()[1] - width);
            svg.rect([left, y - HALF], [width, HALF * 2.0], outline);
        } else {
            let ink = if term.value > 0.0 { Ink::Strong } else { Ink::Less };
            // a term of zero stays visible
            let width = (to - from).abs().max(1.5);
            svg.rect([from.min(to), y - HALF], [width, HALF * 2.0], Paint::fill(ink));
            tip(svg, [to, y], term.value, width);
        }
        svg.close();
        sum += if term.unknown || !term.value.is_finite() { 0.0 } else { term.value };
        svg.line([x(sum), y + HALF], [x(sum), rows.middle(at + 1) - HALF], Paint::stroke(Ink::Muted, 1.0));
    }
    let last = picture.terms.len();
    let y = rows.middle(last);
    svg.open(&format!("{}: {}", words[last].label, words[last].words));
    rows.write(svg, last, true);
    let d = format!("M{:.1} {:.1}l7 7l-7 7l-7-7z", x(sum), y - 7.0);
    svg.path(&d, Paint::fill(Ink::Text));
    svg.close();
    bottom
}

/// A wedge in the bar says which way it goes, without colour.
fn tip(svg: &mut Svg, [x, y]: [f64; 2], value: f64, width: f64) {
    if width < 9.0 {
        return;
    }
    let step = if value > 0.0 { -6.0 } else { 6.0 };
    let d = format!("M{:.1} {y:.1}l{step} -5v10z", x + step / 4.0);
    svg.path(&d, Paint::fill(Ink::Ground).faint(0.85));
}
