//! Pieces of a section as HTML.

use askama::Template;
use askama::filters::HtmlSafe;

use super::style::FONT;
use super::table::TableView;
use super::text;
use crate::chart::words::line;
use crate::chart::{Canvas, Chart, draw};
use crate::document::{Block, Callout, CalloutKind, Check, CheckState, Frame, Table, Text};
use crate::language::Language;

/// What every piece is written in.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub language: Language,
    pub frame: &'a Frame,
}

/// A block.
#[derive(Template)]
#[template(path = "block.html")]
pub(super) struct BlockView<'a> {
    block: &'a Block,
    frame: &'a Frame,
    context: Context<'a>,
    /// What a checklist is called: the heading above it.
    checklist: String,
}

impl HtmlSafe for BlockView<'_> {}

impl<'a> BlockView<'a> {
    pub(super) fn new(block: &'a Block, heading: &Text, context: Context<'a>) -> Self {
        Self { block, frame: context.frame, context, checklist: line(heading) }
    }

    /// A block inside this one.
    fn within<'b>(&self, block: &'b Block) -> BlockView<'b>
    where
        'a: 'b,
    {
        BlockView { block, frame: self.frame, context: self.context, checklist: self.checklist.clone() }
    }

    fn table<'b>(&self, table: &'b Table) -> TableView<'b>
    where
        'a: 'b,
    {
        TableView::new(table, self.frame)
    }

    fn drawing(&self, chart: &Chart, width: f64) -> String {
        draw(chart, &Canvas { width, language: self.context.language, font: FONT }).svg
    }

    fn callout_class(callout: &Callout) -> &'static str {
        match callout.kind {
            CalloutKind::Key => "key",
            CalloutKind::Care => "care",
            CalloutKind::Gap => "gap",
        }
    }

    /// An exclamation mark, a heart, a question mark.
    fn callout_mark(callout: &Callout) -> &'static str {
        match callout.kind {
            CalloutKind::Key => "M10 5v6M10 14v.5",
            CalloutKind::Care => "M10 14.5C6.5 12 5 10.3 5 8.4 5 6 8.5 5 10 7.6 11.5 5 15 6 15 8.4c0 1.9-1.5 3.6-5 6.100z",
            CalloutKind::Gap => "M7.5 7.500c0-3.3 5-3.3 5 0 0 2-2.5 2-2.5 4M10 14.200v.5",
        }
    }

    fn check_class(check: &Check) -> &'static str {
        match check.state {
            CheckState::Filled => "filled",
            CheckState::Answered => "answered",
            CheckState::Missing => "missing",
        }
    }

    /// A tick, a pen stroke, a cross.
    fn check_mark(check: &Check) -> &'static str {
        match check.state {
            CheckState::Filled => "M2 6.5l3 3 5-7",
            CheckState::Answered => "M2 10l1-3 6-5 1.5 1.5-5.5 5.500z",
            CheckState::Missing => "M2.5 2.500l7 7M9.5 2.500l-7 7",
        }
    }
}
