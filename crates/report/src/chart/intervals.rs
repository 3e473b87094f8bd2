//! Points with intervals.

use super::Intervals;
use super::draw::Canvas;
use super::palette::Ink;
use super::rows::{RowWords, Rows};
use super::svg::{Paint, Svg};
use super::words::{line, plain};

pub(super) fn draw(picture: &Intervals, canvas: &Canvas<'_>, svg: &mut Svg) -> f64 {
    let words: Vec<RowWords> = picture.rows.iter().map(|r| RowWords { label: line(&r.label), words: plain(&r.words) }).collect();
    let rows = Rows::new(canvas, 4.0, &words);
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
        if row.strong {
            let d = format!("M{:.1} {:.1}l6 6l-6 6l-6-6z", point, y - 6.0);
            svg.path(&d, Paint::fill(ink).edged(Ink::Ground, 1.5));
        } else {
            svg.circle([point, y], 5.0, Paint::fill(ink).edged(Ink::Ground, 1.5));
        }
        svg.close();
    }
    bottom
}
