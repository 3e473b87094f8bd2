//! What charts of rows share: labels where lines begin, words where they end, an axis of numbers between them.
//!
//! Numbers grow to the right in every language. On a narrow canvas the label stands above its row.

use super::Axis;
use super::draw::Canvas;
use super::palette::Ink;
use super::svg::{Anchor, Paint, Svg, Type};
use super::words::{cut, plain, width, wrap};

/// Letters of labels, and of axes.
pub(crate) const LABEL: f64 = 13.0;
pub(crate) const SMALL: f64 = 11.5;
/// Height of a line of a label.
const LINE: f64 = 16.0;

/// A row's words.
pub(crate) struct RowWords {
    pub label: String,
    pub words: String,
}

/// Where rows lie.
pub(crate) struct Rows {
    width: f64,
    right_to_left: bool,
    narrow: bool,
    labels: Vec<Vec<String>>,
    words: Vec<String>,
    /// Left and right end of the plot.
    plot: [f64; 2],
    top: f64,
    tops: Vec<f64>,
    bottom: f64,
    label_column: f64,
}

impl Rows {
    /// Lays rows out below `top`.
    pub(crate) fn new(canvas: &Canvas<'_>, top: f64, rows: &[RowWords]) -> Self {
        let narrow = canvas.narrow();
        let right_to_left = canvas.language.right_to_left();
        let widest = |of: &dyn Fn(&RowWords) -> &str, size: f64| rows.iter().map(|r| width(of(r), size)).fold(0.0, f64::max);
        let margin = 14.0;
        let (label_column, words_column) = if narrow {
            (canvas.width, 0.0)
        } else {
            let label = widest(&|r| &r.label, LABEL).clamp(60.0, canvas.width * 0.32);
            (label, widest(&|r| &r.words, SMALL + 0.5).min(canvas.width * 0.28))
        };
        let (start, end) = if narrow { (margin, margin) } else { (label_column + margin, words_column + margin) };
        let plot = if right_to_left { [end, canvas.width - start] } else { [start, canvas.width - end] };
        let words: Vec<String> = rows.iter().map(|r| cut(&r.words, SMALL + 0.5, canvas.width * 0.6)).collect();
        let labels: Vec<Vec<String>> = rows
            .iter()
            .zip(&words)
            .map(|(r, words)| {
                let most = if narrow { canvas.width - width(words, SMALL + 0.5) - 12.0 } else { label_column };
                wrap(&r.label, LABEL, most, if narrow { 1 } else { 2 })
            })
            .collect();
        let mut y = top;
        let tops = labels.iter().map(|l| {
            let this = y;
            y += if narrow { LINE + 24.0 } else { (l.len() as f64 * LINE).max(16.0) + 12.0 };
            this
        });
        let tops = tops.collect();
        Self { width: canvas.width, right_to_left, narrow, labels, words, plot, top, tops, bottom: y, label_column }
    }

    pub(crate) fn plot(&self) -> [f64; 2] {
        self.plot
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.bottom
    }

    /// Height in the middle of a row's marks.
    pub(crate) fn middle(&self, row: usize) -> f64 {
        let (top, bottom) = (self.tops.get(row).copied().unwrap_or(self.bottom), self.tops.get(row + 1).copied().unwrap_or(self.bottom));
        if self.narrow { top + LINE + 11.0 } else { f64::midpoint(top, bottom) }
    }

    /// Place of a number between both ends of a range; what lies outside stands at the end.
    pub(crate) fn x(&self, range: [f64; 2], at: f64) -> f64 {
        let span = range[1] - range[0];
        let part = if span > 0.0 { ((at - range[0]) / span).clamp(0.0, 1.0) } else { 0.5 };
        let part = if part.is_finite() { part } else { 0.0 };
        self.plot[0] + part * (self.plot[1] - self.plot[0])
    }

    /// A row's label and words.
    pub(crate) fn write(&self, svg: &mut Svg, row: usize, strong: bool) {
        let (Some(lines), Some(words)) = (self.labels.get(row), self.words.get(row)) else { return };
        let label = if strong { Type::new(LABEL, Ink::Text).bold() } else { Type::new(LABEL, Ink::Text) };
        let small = Type::new(SMALL + 0.5, Ink::Muted);
        let (begin, end) = if self.right_to_left { (Anchor::Right, Anchor::Left) } else { (Anchor::Left, Anchor::Right) };
        let (x_begin, x_end) = if self.right_to_left { (self.width, 0.0) } else { (0.0, self.width) };
        if self.narrow {
            let y = self.tops[row] + 13.0;
            svg.text([x_begin, y], begin, label, lines.first().map_or("", String::as_str));
            svg.text([x_end, y], end, small, words);
            return;
        }
        // labels end at the plot, so that the eye has no gap to cross
        let x = if self.right_to_left { self.width - self.label_column } else { self.label_column };
        let first = self.middle(row) - (lines.len() as f64 - 1.0) * LINE / 2.0 + 4.5;
        for (at, line) in lines.iter().enumerate() {
            svg.text([x, first + at as f64 * LINE], if self.right_to_left { Anchor::Left } else { Anchor::Right }, label, line);
        }
        svg.text([x_end, self.middle(row) + 4.5], end, small, words);
    }

    /// Grid, ticks and title of the axis; gives where it ends.
    pub(crate) fn axis(&self, svg: &mut Svg, axis: &Axis) -> f64 {
        self.ticks(svg, axis.range, &axis.ticks);
        let y = self.bottom + 36.0;
        let title = plain(&axis.title);
        let room = if self.narrow { self.width } else { self.width - 2.0 };
        let middle = f64::midpoint(self.plot[0], self.plot[1]);
        let half = width(&title, SMALL) / 2.0;
        let middle = if half * 2.0 > room { self.width / 2.0 } else { middle.clamp(half, (self.width - half).max(half)) };
        svg.text([middle, y], Anchor::Middle, Type::new(SMALL, Ink::Muted), &cut(&title, SMALL, room));
        y + 8.0
    }

    /// Grid and ticks, those that would run into each other left out.
    pub(crate) fn ticks(&self, svg: &mut Svg, range: [f64; 2], ticks: &[(f64, String)]) {
        let mut free = f64::NEG_INFINITY;
        for (at, words) in ticks {
            let x = self.x(range, *at);
            svg.line([x, self.top], [x, self.bottom], Paint::stroke(Ink::Grid, 1.0));
            let words = plain(words);
            let half = width(&words, SMALL) / 2.0;
            let middle = x.clamp(half.min(self.width / 2.0), (self.width - half).max(self.width / 2.0));
            if middle - half > free {
                svg.text([middle, self.bottom + 17.0], Anchor::Middle, Type::new(SMALL, Ink::Muted), &words);
                free = middle + half + 6.0;
            }
        }
        svg.line([self.plot[0], self.bottom], [self.plot[1], self.bottom], Paint::stroke(Ink::Muted, 1.0));
    }
}
