//! A chart as SVG.

use super::svg::Svg;
use super::words::{line, plain};
use super::{Chart, Picture, bars, flow, intervals, map, timeline, waterfall};
use crate::language::Language;

/// What a chart is drawn on.
#[derive(Debug, Clone, Copy)]
pub struct Canvas<'a> {
    /// Width in units; letters are 11 to 13 units high, so the width decides how large they look.
    pub width: f64,
    /// Direction and letters.
    pub language: Language,
    /// Families of fonts, first choice first, as in CSS.
    pub font: &'a str,
}

impl Canvas<'_> {
    /// Width for a page of paper or a desktop.
    pub const WIDE: f64 = 720.0;
    /// Width for a telephone.
    pub const NARROW: f64 = 360.0;

    pub(super) fn narrow(&self) -> bool {
        self.width < 520.0
    }
}

/// A drawing: SVG with its text alternative, to stand in a page or alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Well-formed XML. Colours are those for paper; classes let a style sheet override them.
    pub svg: String,
    /// Width in units.
    pub width: u32,
    /// Height in units.
    pub height: u32,
}

/// Draws a chart. The same chart on the same canvas gives the same bytes.
#[must_use]
pub fn draw(chart: &Chart, canvas: &Canvas<'_>) -> Drawing {
    let id = format!("{}-{}", anchor(&chart.id), if canvas.narrow() { "narrow" } else { "wide" });
    let mut svg = Svg::new(&id, canvas.language);
    let height = match &chart.picture {
        Picture::Intervals(picture) => intervals::draw(picture, canvas, &mut svg),
        Picture::Waterfall(picture) => waterfall::draw(picture, canvas, &mut svg),
        Picture::Flow(picture) => flow::draw(picture, canvas, &mut svg),
        Picture::Map(picture) => map::draw(picture, canvas, &mut svg),
        Picture::Timeline(picture) => timeline::draw(picture, canvas, &mut svg),
        Picture::Bars(picture) => bars::draw(picture, canvas, &mut svg),
    };
    let height = height.ceil().max(1.0);
    let svg = svg.finish([canvas.width, height], canvas.font, &line(&chart.title), &plain(&chart.alternative));
    Drawing { svg, width: canvas.width.ceil() as u32, height: height as u32 }
}

/// An id as XML takes it.
fn anchor(id: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    id.chars().map(kept).collect()
}
