//! A document as one self-contained HTML page: works offline, without a script, on paper, on a telephone and in the dark.
//!
//! Nothing that somebody typed reaches the page but through `text`, whose values the templates escape; the content security policy
//! lets no other style or script in than ours, by their digests.

mod block;
mod section;
mod style;
mod table;
mod text;

use askama::Template;
use askama::filters::HtmlSafe;
use sha2::{Digest, Sha256};

use crate::chart::words::line;
use crate::document::{Document, Section};
use crate::error::{Error, Result};
use block::Context;
use section::SectionView;
use text::{Spans, plain, spans};

/// Sorts, filters and folds tables where scripts run.
const SCRIPT: &str = include_str!("../../templates/report.js");
/// Parts of a section that are listed in the contents at most: beyond it the section alone is.
const LISTED: usize = 24;

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    lang: &'static str,
    dir: &'static str,
    policy: String,
    description: String,
    date: String,
    title: String,
    style: String,
    skip: String,
    heading: Spans<'a>,
    subtitle: Spans<'a>,
    facts: Vec<(Spans<'a>, Spans<'a>)>,
    contents: String,
    entries: Vec<Entry<'a>>,
    sections: Vec<SectionView<'a>>,
    footer: Spans<'a>,
    script: &'static str,
}

/// A line of the contents.
struct Entry<'a> {
    id: &'a str,
    title: Spans<'a>,
    parts: Vec<Entry<'a>>,
}

impl<'a> Entry<'a> {
    fn new(section: &'a Section, depth: usize) -> Self {
        let listed = depth > 0 && section.sections.len() <= LISTED;
        let parts = section.sections.iter().filter(|_| listed).map(|s| Self::new(s, depth - 1)).collect();
        Self { id: &section.id, title: spans(&section.title), parts }
    }
}

impl HtmlSafe for SectionView<'_> {}

/// The page.
///
/// # Errors
/// None that a document could cause.
pub fn render(document: &Document) -> Result<String> {
    let context = Context { language: document.language, frame: &document.frame };
    let style = style::sheet(document);
    let page = Page {
        lang: document.language.code(),
        dir: if document.language.right_to_left() { "rtl" } else { "ltr" },
        policy: policy(&style),
        description: crate::chart::words::plain(&document.description),
        date: document.date.to_string(),
        title: title(document),
        style,
        skip: plain(&document.frame.skip),
        heading: spans(&document.title),
        subtitle: spans(&document.subtitle),
        facts: document.facts.iter().map(|(name, value)| (spans(name), spans(value))).collect(),
        contents: plain(&document.frame.contents),
        entries: document.sections.iter().map(|s| Entry::new(s, 1)).collect(),
        sections: document.sections.iter().map(|s| SectionView::new(s, 2, context)).collect(),
        footer: spans(&document.footer),
        script: SCRIPT,
    };
    page.render().map_err(|e| Error::Render { format: "HTML", reason: e.to_string(), hint: String::new() })
}

fn title(document: &Document) -> String {
    let parts = [&document.title, &document.subtitle].map(line);
    parts.iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(" – ")
}

/// Nothing is loaded; only this style and this script apply.
fn policy(style: &str) -> String {
    let digest = |words: &str| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, Sha256::digest(words.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(style),
        digest(SCRIPT)
    )
}
