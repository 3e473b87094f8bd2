//! Points with intervals.

use super::Intervals;
use super::draw::Canvas;
use super::legend::{Mark, legend};
use super::palette::Ink;
use super::rows::{RowWords, Rows};
use super::svg::{Paint, Svg};
use super::words::{line, plain};

pub(super) fn draw(picture: &Intervals, canvas: &Canvas<'_>, svg: &mut Svg) -> f64 {
    let words: Vec<RowWords> = picture.rows.iter().map(|r| RowWords { label: line(&r.label), words: plain(&r.words) }).collect();
    let strong = plain(&picture.strong_word);
    let any = picture.rows.iter().any(|r| r.strong) && !strong.is_empty();
    let top = if any { legend(&[(Mark::Diamond(Ink::Strong), &strong)], canvas, svg, 2.0) + 12.0 } else { 4.0 };
    let rows = Rows::new(canvas, top, &words);
    let bottom = rows.axis(svg, &picture.axis);
    for (at, row) in picture.rows.iter().enumerate() {
        let y = rows.middle(at);
        let [low, point, high] = row.at.map(|x| rows.x(picture.axis.range, x));
        let ink = if row.strong { Ink::Strong } else { Ink::Mark };
        svg.open(&format!("{}: {}", words[at].label, words[at].words));
        rows.write(svg, at, row.strong);
        svg.line([low, y], [high, y], Paint::stroke(ink, 2.5).faint(0.55));
        for end in [low, high] {
            svg.line([end, y - 4.0], [end, y + 4.0], Paint::stroke(ink, 1.5));
        }
        let mark = if row.strong { Mark::Diamond(ink) } else { Mark::Dot(ink) };
        mark.draw(svg, [point, y]);
        svg.close();
    }
    bottom
}
