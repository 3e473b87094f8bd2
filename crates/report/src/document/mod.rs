//! What a report says, before it looks like anything. HTML and PDF render the same document.
//!
//! Whatever a user typed stands in a [`Span::Name`], a [`Span::Plain`] or a cell and is text in every format: renderers escape it,
//! and pass it to no markup.

mod table;
mod text;

pub use table::{Align, Cell, Column, LeftOut, Table};
pub use text::{Span, Text};

use crate::chart::Chart;
use crate::language::Language;

/// A report in one language.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its language.
    pub language: Language,
    /// Title, as on the cover and in the metadata.
    pub title: Text,
    /// What it is about: the run, the buyer.
    pub subtitle: Text,
    /// Facts on the cover: date, scope, who it is for, public or internal.
    pub facts: Vec<(Text, Text)>,
    /// The day as of which it is written: the run's, never today.
    pub date: jiff::civil::Date,
    /// What it is for, in a sentence, for the metadata of files.
    pub description: String,
    /// Its parts.
    pub sections: Vec<Section>,
    /// Engine, method, packs, input digest and date: on every page.
    pub footer: Text,
    /// Words of the frame: "contents", "page", "data of this chart", ….
    pub frame: Frame,
}

/// Words that renderers need beside the document's own.
#[derive(Debug, Clone)]
pub struct Frame {
    /// "Contents".
    pub contents: String,
    /// "Page".
    pub page: String,
    /// "of", as in page 1 of 9.
    pub of: String,
    /// "Data of this chart".
    pub twin: String,
    /// "Data of the charts", the appendix of them on paper.
    pub twins: String,
    /// "Skip to the report".
    pub skip: String,
    /// "Filter this table".
    pub filter: String,
    /// "and {n} more rows in the data file {file}", with the number left out as `{n}` and the file's name as `{file}`.
    pub more_rows: String,
    /// "Show all", of a long table that is folded.
    pub show_all: String,
    /// "Source", of the third column of a checklist.
    pub source: String,
    /// "Required", of the first column of a checklist.
    pub required: String,
    /// "Answer", of the second column of a checklist.
    pub answer: String,
}

/// A part of a report.
#[derive(Debug, Clone)]
pub struct Section {
    /// Anchor: ASCII, unique in the document, stable between runs.
    pub id: String,
    /// Heading.
    pub title: Text,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Parts of the part, at most two levels deep.
    pub sections: Vec<Section>,
    /// Begins on a new page of paper.
    pub new_page: bool,
}

/// A piece of a section.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "there are few, and each is made once")]
pub enum Block {
    /// Running text.
    Paragraph(Text),
    /// Points without an order.
    Points(Vec<Text>),
    /// Steps in their order.
    Steps(Vec<Text>),
    /// Something set off.
    Callout(Callout),
    /// Names with what they are.
    Facts(Vec<(Text, Text)>),
    /// The numbers to remember, as tiles.
    KeyFigures(Vec<KeyFigure>),
    /// A table.
    Table(Table),
    /// A picture with its table twin.
    Chart(Chart),
    /// What a law or a guidance asks for, and whether it is there.
    Checklist(Vec<Check>),
}

/// Something set off from the text.
#[derive(Debug, Clone)]
pub struct Callout {
    /// Of what kind.
    pub kind: CalloutKind,
    /// Heading.
    pub title: Text,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// Kinds of callouts: told apart by heading and mark, not by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalloutKind {
    /// What matters most.
    Key,
    /// Care for people: remediation first, a person decides.
    Care,
    /// What is not known.
    Gap,
}

/// A number to remember.
#[derive(Debug, Clone)]
pub struct KeyFigure {
    /// The number, formatted.
    pub value: Text,
    /// Its interval, formatted.
    pub interval: Option<Text>,
    /// What it is.
    pub label: Text,
    /// How to read it.
    pub note: Option<Text>,
}

/// One element of a checklist.
#[derive(Debug, Clone)]
pub struct Check {
    /// Whether it is there.
    pub state: CheckState,
    /// The state in words of the language.
    pub state_word: String,
    /// What is asked for.
    pub requirement: Text,
    /// What is there, or what is missing.
    pub answer: Text,
    /// Where the requirement and the answer come from.
    pub source: Text,
}

/// Whether an element is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Filled from the run.
    Filled,
    /// Filled by the user.
    Answered,
    /// Not there.
    Missing,
}
