//! A part of a report as HTML.

use askama::Template;

use super::block::{BlockView, Context};
use super::text::{Spans, spans};
use crate::document::Section;

/// A section with its parts.
#[derive(Template)]
#[template(path = "section.html")]
pub(super) struct SectionView<'a> {
    section: &'a Section,
    /// Level of its heading.
    level: u8,
    title: Spans<'a>,
    blocks: Vec<BlockView<'a>>,
    parts: Vec<SectionView<'a>>,
}

impl<'a> SectionView<'a> {
    pub(super) fn new(section: &'a Section, level: u8, context: Context<'a>) -> Self {
        Self {
            section,
            level,
            title: spans(&section.title),
            blocks: section.blocks.iter().map(|b| BlockView::new(b, &section.title, context)).collect(),
            parts: section.sections.iter().map(|s| Self::new(s, (level + 1).min(6), context)).collect(),
        }
    }
}
