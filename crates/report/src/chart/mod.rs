//! Charts: one specification, drawn as SVG for HTML and PDF alike.

mod bars;
mod draw;
mod flow;
mod intervals;
mod legend;
mod map;
pub(crate) mod palette;
mod rows;
mod svg;
mod timeline;
mod waterfall;
pub(crate) mod words;

pub use draw::{Canvas, Drawing, draw};

use crate::document::{Table, Text};

/// A picture with what it needs to be read without eyes, without colour, or as numbers.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Anchor, unique in the document.
    pub id: String,
    /// What it shows.
    pub title: Text,
    /// What one would see, in a sentence or two.
    pub alternative: String,
    /// The picture.
    pub picture: Picture,
    /// The same data as a table.
    pub twin: Table,
    /// Sources, disclaimers.
    pub note: Option<Text>,
}

/// Kinds of pictures.
#[derive(Debug, Clone)]
pub enum Picture {
    /// Points with intervals, one row each: ranks of sites.
    Intervals(Intervals),
    /// Terms that add up to a score.
    Waterfall(Waterfall),
    /// Flows between tiers: width is linked share.
    Flow(Flow),
    /// Regions coloured by a value.
    Map(Map),
    /// Events by date.
    Timeline(Timeline),
    /// Bars, stacked in parts: linked share by tier, by hazard, girls and boys.
    Bars(Bars),
}

/// An axis of numbers.
#[derive(Debug, Clone)]
pub struct Axis {
    /// What is measured, with its unit.
    pub title: String,
    /// From where to where.
    pub range: [f64; 2],
    /// Marks with their words.
    pub ticks: Vec<(f64, String)>,
}

/// Points with intervals.
#[derive(Debug, Clone)]
pub struct Intervals {
    /// Along which.
    pub axis: Axis,
    /// Label, [low, point, high], and the value in words.
    pub rows: Vec<IntervalRow>,
    /// What a stressed row means, for the legend.
    pub strong_word: String,
}

/// A row of [`Intervals`].
#[derive(Debug, Clone)]
pub struct IntervalRow {
    /// What it is about.
    pub label: Text,
    /// Low end, point, high end.
    pub at: [f64; 3],
    /// The value in words.
    pub words: String,
    /// Stressed: a finding is on record.
    pub strong: bool,
}

/// Terms of a sum, from a start to an end.
#[derive(Debug, Clone)]
pub struct Waterfall {
    /// Along which (log-odds), with a second row of ticks in probability where given.
    pub axis: Axis,
    /// Terms in order: label, how much it adds, and how it is known.
    pub terms: Vec<WaterfallTerm>,
    /// Word for the sum.
    pub total: String,
    /// The sum in words.
    pub total_words: String,
    /// What an outlined term means, for the legend: "unknown: may move either way".
    pub unknown_word: String,
}

/// A term of a [`Waterfall`].
#[derive(Debug, Clone)]
pub struct WaterfallTerm {
    /// Its name.
    pub label: Text,
    /// What it adds.
    pub value: f64,
    /// The value in words.
    pub words: String,
    /// Unknown: drawn in outline, as it may move either way.
    pub unknown: bool,
}

/// Flows from stage to stage.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Headings of the stages, in order of drawing.
    pub stages: Vec<String>,
    /// Nodes: stage, label, value (height), and whether it is dark (untraced).
    pub nodes: Vec<FlowNode>,
    /// Bands between nodes of neighbouring stages: from, to, value.
    pub bands: Vec<FlowBand>,
    /// What hatching means, for the legend: "untraced".
    pub dark_word: String,
}

/// A node of a [`Flow`].
#[derive(Debug, Clone)]
pub struct FlowNode {
    /// Row of its stage.
    pub stage: usize,
    /// Its name.
    pub label: Text,
    /// Its value in words.
    pub words: String,
    /// Its height.
    pub value: f64,
    /// Untraced: hatched.
    pub dark: bool,
}

/// A band of a [`Flow`].
#[derive(Debug, Clone)]
pub struct FlowBand {
    /// Row of the node it leaves.
    pub from: usize,
    /// Row of the node it enters.
    pub to: usize,
    /// Its width.
    pub value: f64,
    /// Untraced: hatched.
    pub dark: bool,
}

/// Regions coloured by a value.
#[derive(Debug, Clone)]
pub struct Map {
    /// Regions in degrees.
    pub regions: Vec<Region>,
    /// Lines drawn over them: borders; disputed ones dashed.
    pub lines: Vec<MapLine>,
    /// Classes of values, lowest first: words and upper bound.
    pub classes: Vec<(String, f64)>,
    /// What the colours mean.
    pub legend: String,
    /// Word for regions without a value.
    pub no_value: String,
    /// "Boundaries are approximate …".
    pub disclaimer: String,
}

/// A region of a [`Map`].
#[derive(Debug, Clone)]
pub struct Region {
    /// Its name.
    pub name: Text,
    /// Rings of (longitude, latitude), holes among them (even–odd).
    pub rings: Vec<Vec<[f64; 2]>>,
    /// Its value; `None` where there is none.
    pub value: Option<f64>,
    /// The value in words.
    pub words: String,
    /// Named on the map.
    pub labelled: bool,
}

/// A line on a [`Map`].
#[derive(Debug, Clone, PartialEq)]
pub struct MapLine {
    /// Points of (longitude, latitude).
    pub points: Vec<[f64; 2]>,
    /// Disputed or approximate: dashed.
    pub dashed: bool,
}

/// Events by date.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// Days since 1970 of both ends.
    pub range: [f64; 2],
    /// Marks: days since 1970 and their words.
    pub ticks: Vec<(f64, String)>,
    /// Lanes: one site or method each.
    pub lanes: Vec<Text>,
    /// Events.
    pub events: Vec<Event>,
    /// "found", "not found", "remediated" and "size: what it still weighs", for the legend.
    pub legend: [String; 4],
}

/// An event of a [`Timeline`].
#[derive(Debug, Clone)]
pub struct Event {
    /// Row of its lane.
    pub lane: usize,
    /// Days since 1970.
    pub day: f64,
    /// Found (filled) or not found (open).
    pub found: bool,
    /// Remediated (ticked).
    pub remediated: bool,
    /// What it still weighs, in [0, 1]: the size of its mark.
    pub weight: f64,
    /// In words.
    pub words: String,
}

/// Bars in parts.
#[derive(Debug, Clone)]
pub struct Bars {
    /// Along which.
    pub axis: Axis,
    /// Names of the parts, in order.
    pub parts: Vec<String>,
    /// Bars: label, value of each part, words.
    pub rows: Vec<BarRow>,
}

/// A bar of [`Bars`].
#[derive(Debug, Clone)]
pub struct BarRow {
    /// What it is about.
    pub label: Text,
    /// Value of each part.
    pub parts: Vec<f64>,
    /// 90 % interval of the whole, where there is one.
    pub interval: Option<[f64; 2]>,
    /// The whole in words.
    pub words: String,
}
