//! Events by date, a lane each.

use super::Timeline;
use super::draw::Canvas;
use super::legend::{Mark, legend, tick};
use super::palette::Ink;
use super::rows::{RowWords, Rows};
use super::svg::{Paint, Svg};
use super::words::{line, plain};

pub(super) fn draw(picture: &Timeline, canvas: &Canvas<'_>, svg: &mut Svg) -> f64 {
    let words: Vec<RowWords> = picture.lanes.iter().map(|l| RowWords { label: line(l), words: String::new() }).collect();
    let said: Vec<String> = picture.legend.iter().map(|w| plain(w)).collect();
    let marks = [Mark::Dot(Ink::Strong), Mark::Ring(Ink::Mark), Mark::Tick, Mark::None];
    let marks: Vec<(Mark, &str)> = marks.into_iter().zip(said.iter().map(String::as_str)).filter(|(_, w)| !w.is_empty()).collect();
    let rows = Rows::new(canvas, legend(&marks, canvas, svg, 2.0) + 12.0, &words);
    rows.ticks(svg, picture.range, &picture.ticks);
    for (lane, said) in words.iter().enumerate() {
        svg.open(&said.label);
        rows.write(svg, lane, false);
        svg.line([rows.plot()[0], rows.middle(lane)], [rows.plot()[1], rows.middle(lane)], Paint::stroke(Ink::Grid, 1.5));
        svg.close();
    }
    // large marks first, so that small ones stay visible on them
    let mut order: Vec<usize> = (0..picture.events.len()).filter(|&e| picture.events[e].lane < picture.lanes.len()).collect();
    order.sort_by(|&a, &b| picture.events[b].weight.total_cmp(&picture.events[a].weight).then(a.cmp(&b)));
    for event in order.into_iter().map(|e| &picture.events[e]) {
        let (x, y) = (rows.x(picture.range, event.day), rows.middle(event.lane));
        let weight = if event.weight.is_finite() { event.weight.clamp(0.0, 1.0) } else { 0.0 };
        let radius = 4.0 + 5.0 * weight.sqrt();
        svg.open(&plain(&event.words));
        if event.found {
            svg.circle([x, y], radius, Paint::fill(Ink::Strong).edged(Ink::Ground, 1.5));
        } else {
            svg.circle([x, y], radius, Paint::fill(Ink::Ground).edged(Ink::Mark, 2.0));
        }
        if event.remediated {
            tick(svg, [x + radius * 0.5, y - radius - 1.0]);
        }
        svg.close();
    }
    rows.bottom() + 24.0
}
